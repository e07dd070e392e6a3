"""A config as a plan: what is honoured in every dialect, what is refused and where, and where models lie."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import templates

from ftlint.cli.approve import training_of
from ftlint.gate.lock import Approval, LockedFile, LockedModel
from ftlint.model import FtlintError
from ftlint.train.plan import Plan
from ftlint.train.resolve import plan_of
from ftlint.train.schedule import scheduled, total_steps
from ftlint.weights.places import model_files, model_place, tokenizer_files

ROW = {"messages": [{"role": "user", "content": "Is it?"}, {"role": "assistant", "content": "It is."}]}
OWN = """\
ftlint: 1
base_model: base
train_data: data/train.jsonl
eval_data: data/val.jsonl
lora_rank: 8
lora_alpha: 16
lora_dropout: 0.05
lora_targets: [q_proj, v_proj]
learning_rate: 1.0e-4
lr_scheduler: cosine
warmup_ratio: 0.1
epochs: 2
micro_batch_size: 4
gradient_accumulation: 2
optimizer: adamw_torch
weight_decay: 0.01
seed: 7
sequence_length: 256
precision: fp32
eval_strategy: steps
eval_steps: 10
save_steps: 20
output_dir: runs/own
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    template, eos, bos = templates.SHAPES["chatml"]
    base = templates.tokenizer(tmp_path / "base", template, eos=eos, bos=bos)
    config = {"model_type": "llama", "max_position_embeddings": 4096, "dtype": "float32"}
    (base / "config.json").write_text(json.dumps(config))
    (tmp_path / "data").mkdir()
    for name in ("train", "val", "general"):
        (tmp_path / "data" / f"{name}.jsonl").write_text(f"{json.dumps(ROW)}\n" * 3)
    (tmp_path / "ftlint.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(
    root: Path, text: str, approval: Approval | None = None, name: str = "lora.yaml", **more: Any
) -> Plan:
    (root / name).write_text(text)
    config, settings = training_of(Namespace(file=str(root / name), dialect="", config="", isolated=False))
    return plan_of(config, approval, settings, **more)


def test_every_field_of_our_own_dialect_is_in_the_plan(root: Path) -> None:
    plan = planned(root, OWN)
    assert (plan.method, plan.tuning, plan.rank, plan.alpha, plan.dropout) == ("sft", "lora", 8, 16.0, 0.05)
    assert plan.targets == ("q_proj", "v_proj")
    assert (plan.learning_rate, plan.scheduler, plan.warmup_ratio, plan.warmup_steps) == (
        1e-4,
        "cosine",
        0.1,
        0,
    )
    assert (plan.epochs, plan.effective_batch, plan.optimizer) == (2.0, 8, "adamw_torch")
    assert (plan.weight_decay, plan.seed, plan.length) == (0.01, 7, 256)
    assert (plan.compute, plan.model_dtype, plan.packing) == ("fp32", "fp32", False)
    assert (plan.eval_strategy, plan.eval_steps, plan.save_steps) == ("steps", 10, 20)
    assert plan.output == str(root / "runs" / "own")
    assert plan.data == {"train": ("data/train.jsonl",), "validation": ("data/val.jsonl",)}
    assert set(plan.formats.values()) == {"openai-chat"}
    assert plan.model_folder == str(root / "base")
    assert planned(root, OWN, max_steps=3).max_steps == 3


DIALECTS = {
    "trl": """\
model_name_or_path: base
dataset_name: data/train.jsonl
use_peft: true
lora_r: 8
lora_alpha: 16
lora_dropout: 0.05
lora_target_modules: [q_proj, v_proj]
learning_rate: 1.0e-4
lr_scheduler_type: cosine
warmup_ratio: 0.1
num_train_epochs: 2
per_device_train_batch_size: 4
gradient_accumulation_steps: 2
gradient_checkpointing: false
optim: adamw_torch
weight_decay: 0.01
max_length: 256
bf16: false
dtype: float32
seed: 7
eval_strategy: "no"
save_steps: 20
logging_steps: 5
report_to: tensorboard
output_dir: runs/own
""",
    "axolotl": """\
base_model: base
datasets:
  - path: data/train.jsonl
    ds_type: json
    type: chat_template
test_datasets:
  - path: data/val.jsonl
    ds_type: json
    type: chat_template
adapter: lora
lora_r: 8
lora_alpha: 16
lora_dropout: 0.05
lora_target_modules: [q_proj, v_proj]
learning_rate: 1.0e-4
lr_scheduler: cosine
warmup_ratio: 0.1
num_epochs: 2
micro_batch_size: 4
gradient_accumulation_steps: 2
optimizer: adamw_torch
weight_decay: 0.01
sequence_len: 256
sample_packing: false
bf16: false
fp16: false
seed: 7
eval_steps: 10
save_steps: 20
output_dir: runs/own
wandb_project: ""
chat_template: tokenizer_default
""",
    "llamafactory": """\
model_name_or_path: base
stage: sft
do_train: true
finetuning_type: lora
dataset_dir: data
dataset: mine
template: qwen
lora_rank: 8
lora_alpha: 16
lora_dropout: 0.05
lora_target: q_proj,v_proj
learning_rate: 1.0e-4
lr_scheduler_type: cosine
warmup_ratio: 0.1
num_train_epochs: 2
per_device_train_batch_size: 4
gradient_accumulation_steps: 2
optim: adamw_torch
weight_decay: 0.01
cutoff_len: 256
seed: 7
save_steps: 20
plot_loss: true
overwrite_cache: true
preprocessing_num_workers: 16
report_to: none
output_dir: runs/own
""",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_other_dialects_give_the_same_plan(root: Path, dialect: str) -> None:
    registry = {
        "mine": {
            "file_name": "train.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
            },
        }
    }
    (root / "data" / "dataset_info.json").write_text(json.dumps(registry))
    own = planned(root, OWN).as_dict()
    other = planned(root, DIALECTS[dialect], name=f"{dialect}.yaml").as_dict()
    # what this text says otherwise: no validation split, or another logger
    said = {
        "trl": {"data", "formats", "eval_strategy", "eval_steps", "log_steps", "keep_best"},
        "axolotl": {"eval_batch"},
        "llamafactory": {
            *(
                "data",
                "formats",
                "eval_strategy",
                "eval_steps",
                "keep_best",
                "tensorboard",
                "gradient_checkpointing",
            ),
            *("compute", "model_dtype", "chat_template"),
        },
    }[dialect]
    assert {name for name in own if own[name] != other[name]} - {"config", "chat_template"} <= said
    if dialect == "llamafactory":
        assert other["formats"]["data/train.jsonl"].startswith("sharegpt {")


REFUSED = [
    ("deepspeed: ds.json", "deepspeed is not run by ftlint train: several devices"),
    ("adapter_path: old", "adapter_path is not run by ftlint train: it starts"),
    ("method: grpo", "method: grpo is not run by ftlint train: it runs sft, dpo"),
    ("tuning: full", "tuning: full is not run"),
    ("max_samples: 100", "max_samples is not run by ftlint train: write the rows"),
    ("eval_split: 0.1", "eval_split is not run by ftlint train: write the rows held out"),
    ("optimizer: muon", "optimizer: muon is not run by ftlint train: it runs adamw_torch"),
    ("lr_scheduler: wsd", "lr_scheduler: wsd is not run"),
    ("precision: fp8", "precision: fp8 is not run by ftlint train: it runs bf16, fp16, fp32"),
    ("push_to_hub: true", "push_to_hub is not run by ftlint train: it uploads nothing"),
    ("loggers: [wandb]", "logging to wandb is not run"),
    ("pad_token: <|zzz|>", "pad_token: <|zzz|> is not run by ftlint train: the tokenizer's own is <pad>"),
    ("sequence_length: 9000", "a sequence length of 9,000 is more than the 4,096 positions"),
    ("packing_isolated: false\npacking: true", "packing whose examples see each other is not run"),
    ("base_model: ${MODEL}", "base_model is ${MODEL}, which something else fills in"),
    ("bos_token: <s>", "bos_token: <s> is not run by ftlint train: the tokenizer's own is none"),
    ("plugins: [axolotl.integrations.spectrum.SpectrumPlugin]", "plugins is not run by ftlint train"),
    ("adam_beta2: 0.95", "adam_beta2 is not run by ftlint train: it runs 0.999"),
    ("lora_plus_ratio: 16", "lora_plus_ratio is not run by ftlint train: no setting"),
    ("learning_rte: 2e-4", "no setting of its own stands for it (did you mean learning_rate?)"),
    ("merge_adapter: true", "merge_adapter is not run by ftlint train: ftlint export merges"),
    ("global_batch_size: 6", "a global batch of 6 is no multiple of micro batch 4"),
    ("best_metric: accuracy", "best_metric: accuracy is not run"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_what_is_not_run_is_refused_with_its_line(root: Path, line: str, message: str) -> None:
    names = {each.split(":")[0] for each in line.splitlines()}
    if "global_batch_size" in names:
        names.add("gradient_accumulation")
    kept = [each for each in OWN.splitlines() if each.split(":")[0] not in names]
    with pytest.raises(FtlintError) as error:
        planned(root, "\n".join([*kept, line, ""]))
    assert message in error.value.message
    assert error.value.path == "lora.yaml"
    where = len(kept) + 1 + ("packing" in names)
    assert error.value.line == where


@pytest.mark.parametrize(
    "line",
    [
        *("adam_beta2: 0.999", "push_to_hub: false", "deepspeed: null", "run_name: x", "lora_plus_ratio: 0"),
        *("precision: auto", "plugins: [axolotl.integrations.liger.LigerPlugin]"),
    ],
)
def test_what_changes_nothing_is_let_through(root: Path, line: str) -> None:
    before = planned(root, OWN)
    text = OWN.replace("precision: fp32\n", "") if line.startswith("precision") else OWN
    assert planned(root, f"{text}{line}\n") == before


def test_part_of_a_file_is_refused(root: Path) -> None:
    text = DIALECTS["axolotl"].replace(
        "    type: chat_template\ntest", "    type: chat_template\n    split: train[:10%]\ntest"
    )
    with pytest.raises(FtlintError, match=r"a part of data/train\.jsonl is not run"):
        planned(root, text)


def test_defaults_are_those_of_the_model(root: Path) -> None:
    config = root / "base" / "config.json"
    config.write_text(json.dumps({"max_position_embeddings": 512, "torch_dtype": "bfloat16"}))
    plan = planned(root, "ftlint: 1\nbase_model: base\nlora_rank: 4\ntrain_data: data/train.jsonl\n")
    assert (plan.length, plan.compute, plan.model_dtype) == (512, "bf16", "bf16")
    assert (plan.alpha, plan.targets, plan.seed) == (8.0, ("all-linear",), 42)
    assert (plan.eval_strategy, plan.keep_best) == ("no", False)
    assert plan.output == str(root / "runs" / "lora")
    with pytest.raises(FtlintError, match="evaluation was asked for"):
        planned(
            root,
            "ftlint: 1\nbase_model: base\nlora_rank: 4\ntrain_data: data/train.jsonl\neval_strategy: steps\n",
        )


def test_an_approval_says_files_formats_and_day(root: Path) -> None:
    file = LockedFile(path="data/train.jsonl", sha256="0" * 64, size=1)
    held = LockedFile(path="data/test.jsonl", sha256="0" * 64, size=1)
    approval = Approval.model_construct(
        data={"train": [file], "validation": [file], "test": [held]},
        formats={"data/train.jsonl": "openai-chat"},
        general_share=None,
        at="2026-11-20T10:00:00Z",
        model=LockedModel(name="base", files=[]),
    )
    plan = planned(root, OWN, approval)
    assert plan.data == {"train": ("data/train.jsonl",), "validation": ("data/train.jsonl",)}
    assert plan.formats == {"data/train.jsonl": "openai-chat"}
    assert plan.date == "2026-11-20"


def test_steps_follow_from_the_items(root: Path) -> None:
    plan = planned(root, OWN)
    assert total_steps(plan, 100) == 26  # 25 batches of 4, 13 steps an epoch
    auto = planned(root, OWN.replace("eval_steps: 10\nsave_steps: 20\n", ""))
    told = scheduled(auto, 100)
    assert (told.eval_steps, told.save_steps, told.log_steps) == (3, 3, 1)
    told = scheduled(auto, 100_000)
    assert (told.eval_steps, told.log_steps) == (2500, 10)
    shared = scheduled(planned(root, OWN.replace("eval_steps: 10", "eval_steps: 0.5")), 100)
    assert (shared.eval_steps, shared.save_steps) == (13, 20)
    epochs = scheduled(planned(root, OWN.replace("eval_strategy: steps", "eval_strategy: epoch")), 100)
    assert epochs.eval_steps == 0
    never = scheduled(planned(root, f"{OWN}save_strategy: 'no'\n"), 100)
    assert never.save_steps == 0
    assert scheduled(told, 100_000) == told


def test_models_lie_in_folders_and_in_the_hubs_cache(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "configs").mkdir()
    (root / "configs" / "near").mkdir()
    assert model_place("base", "", str(root)) == (str(root / "base"), "")
    assert model_place("near", "", str(root), "configs/a.yaml").folder == str(root / "configs" / "near")
    commit = "a" * 40
    cached = root / "home" / "hub" / "models--org--name"
    (cached / "snapshots" / commit).mkdir(parents=True)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(root / "home"))
    for revision in ("", "main", commit):
        assert model_place("org/name", revision, str(root)) == (str(cached / "snapshots" / commit), commit)
    for name, revision in (
        ("org/name", "other"),
        ("org/other", ""),
        ("org/name", "../../x"),
        ("org/name", "b" * 40),
    ):
        with pytest.raises(FtlintError, match="get it with `hf download"):
            model_place(name, revision, str(root))
    with pytest.raises(FtlintError, match="no such folder"):
        model_place("./missing", "", str(root))


def test_the_files_of_a_model(root: Path) -> None:
    base = root / "base"
    for name in ("model.safetensors", "pytorch_model.bin", "optimizer.pt", "modeling_own.py", "README.md"):
        (base / name).write_text("x")
    assert model_files(str(base)) == ["config.json", "model.safetensors", "modeling_own.py"]
    assert tokenizer_files(str(base)) == ["tokenizer.json", "tokenizer_config.json"]
    (base / "model.safetensors").unlink()
    (base / "model.safetensors.index.json").write_text('{"weight_map": {"a": "m-1.safetensors"}}')
    assert model_files(str(base))[1:4] == [
        "m-1.safetensors",
        "model.safetensors.index.json",
        "modeling_own.py",
    ]
    (base / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../m-1.safetensors"}}')
    with pytest.raises(FtlintError, match="outside its folder"):
        model_files(str(base))


def test_a_conversion_says_the_defaults_that_a_training_here_has(root: Path) -> None:
    """Another trainer has others: TRL three epochs, a dropout of 0.05, two modules."""
    from ftlint.dialects.own import completed
    from ftlint.gate.configs import read_config
    from ftlint.settings import load

    text = "ftlint: 1\nbase_model: base\ntuning: lora\ntrain_data: data/train.jsonl\nprecision: fp32\n"
    (root / "bare.yaml").write_text(text)
    settings = load([str(root)])
    config = read_config("bare.yaml", settings)
    told = completed(config)
    assert told.fields.keys() - config.fields.keys()
    assert plan_of(told, None, settings) == plan_of(config, None, settings)
    for name, field in told.fields.items():
        if name not in config.fields:
            other = {**told.fields, name: field._replace(value=_another(field.value))}
            assert plan_of(told._replace(fields=other), None, settings) != plan_of(config, None, settings)


def _another(value: Any) -> Any:
    return {"cosine": "linear", ("all-linear",): ("q_proj",)}.get(value) or value + 1

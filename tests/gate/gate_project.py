"""A small project that passes the gate: data of four splits, a config, a base model of made bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftlint.gate.approve import Outcome, approve, keep
from ftlint.gate.configs import read_config
from ftlint.gate.lock import Approval, Approver
from ftlint.settings import Settings, load

CONFIG = "configs/lora.yaml"
WHO = Approver(name="Ana", email="ana@example.org")
AT = "2026-11-28T23:31:41Z"

NAMES = ["Ana", "Bo", "Cem", "Dita", "Edo", "Fee", "Gil", "Hana"]
CITIES = ["Oslo", "Porto", "Riga", "Turin", "Varna", "Basel", "Cork", "Ghent"]
THINGS = ["kettle", "lamp", "chair", "mirror", "carpet", "clock", "basket", "ladder"]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}"
)

SETTINGS = """[[dataset]]
name = "tickets"
train = "data/train*.jsonl"
validation = "data/val.jsonl"
test = "data/test.jsonl"
general = "data/general.jsonl"

[[training]]
name = "tickets-lora"
dataset = "tickets"
config = "configs/lora.yaml"
general-share = 0.2
"""
FIELDS: Mapping[str, Any] = {
    "ftlint": 1,
    "base_model": "base",
    "method": "sft",
    "tuning": "lora",
    "lora_rank": 8,
    "lora_alpha": 16,
    "lora_targets": ["all-linear"],
    "learning_rate": 2.0e-4,
    "epochs": 3,
    "micro_batch_size": 4,
    "gradient_accumulation": 2,
    "sequence_length": 256,
    "seed": 7,
    "bf16": True,
    "train_data": ["data/train*.jsonl"],
    "eval_data": ["data/val.jsonl"],
    "eval_strategy": "steps",
    "eval_steps": 20,
    "output_dir": "runs/tickets",
}


def row(user: str, assistant: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]}


def tickets() -> list[dict[str, Any]]:
    """520 different rows of one task."""
    chosen = random.Random(0)
    every = [(n, c, t, k) for n in NAMES for c in CITIES for t in THINGS for k in (2, 5)]
    return [
        row(f"{n} from {c} wants {k} of the {t}.", f'{{"name":"{n}","city":"{c}","item":"{t}","count":{k}}}')
        for n, c, t, k in chosen.sample(every, 520)
    ]


def general() -> list[dict[str, Any]]:
    """150 different rows of other things."""
    sums = [row(f"What is {a} plus {b}?", f"{a} plus {b} is {a + b}.") for a in range(20) for b in range(20)]
    return random.Random(1).sample(sums, 150)


def written(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))


def config_text(fields: Mapping[str, Any]) -> str:
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())


def project(root: Path, *, settings: str = SETTINGS, **fields: Any) -> Path:
    """The project; `fields` are further fields of its config, None for one to leave out."""
    rows = tickets()
    written(root / "data/train.jsonl", rows[:400])
    written(root / "data/val.jsonl", rows[400:460])
    written(root / "data/test.jsonl", rows[460:])
    written(root / "data/general.jsonl", general())
    model(root / "base")
    if settings:
        (root / "ftlint.toml").write_text(settings)
    both = {**FIELDS, **fields}
    (root / "configs").mkdir(exist_ok=True)
    (root / CONFIG).write_text(config_text({key: each for key, each in both.items() if each is not None}))
    return root


def model(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 512}
    (folder / "config.json").write_text(
        json.dumps({"model_type": "llama", "max_position_embeddings": 512, **sizes})
    )
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 16)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": TEMPLATE, "eos_token": "<|im_end|>"})
    )


def settings_of(root: Path) -> Settings:
    return load([str(root)])


def outcome(root: Path, config: str = CONFIG, **waive: str) -> Outcome:
    """The approval of a config, nothing written. `waive` are reasons by the code of a rule."""
    settings = settings_of(root)
    return approve(read_config(config, settings), settings, waive=waive, who=WHO, at=AT)


def approved(root: Path, config: str = CONFIG, **waive: str) -> Approval:
    """The approval of a config, written to the lock."""
    made = outcome(root, config, **waive)
    told = [(each.code, each.path, each.headline) for each in made.blocking]
    assert made.approval is not None, (told, made.notes, made.report.failures)
    return keep(made.approval, settings_of(root))

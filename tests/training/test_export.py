"""What is handed on from a run: it loads again and says the same, or is refused; the card says no value."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import preferences
import pytest
import torch

from ftlint.cli.main import main
from ftlint.model import FtlintError
from ftlint.train.card import card
from ftlint.train.data import prepare
from ftlint.train.export import export
from ftlint.train.measured import measured
from ftlint.train.run import run
from ftlint.train.trained import TrainedRun, trained_run
from ftlint.weights.model import add_adapter, load_base
from ftlint.weights.tokenizer import load_tokenizer

IDS = torch.tensor([[1, 40, 41, 42, 300, 77, 2, 1, 99]])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return preferences.world(tmp_path_factory.mktemp("export"))


def trained(root: Path, name: str, **changed: Any) -> TrainedRun:
    """A run of a few steps with a high rate, so that the adapter says something."""
    asked = {"learning_rate": 2e-2, "epochs": 1.0, "eval_strategy": "no", "save_steps": 0} | changed
    plan = preferences.plan(root, f"runs/{name}", "sft", **asked)
    if not os.path.isfile(os.path.join(plan.output, "run.json")):
        tokenizer = load_tokenizer(plan.model_folder)
        run(plan, prepare(plan, tokenizer), tokenizer, stream=None)
    return trained_run(plan.output, str(root))


def logits(model: Any) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(IDS).logits
    return found


def tuned(found: TrainedRun) -> Any:
    return add_adapter(load_base(found.base, dtype="fp32", device="cpu"), found.adapter)


@pytest.mark.parametrize("kind", [{}, {"rslora": True}, {"dora": True}], ids=["lora", "rslora", "dora"])
def test_a_merged_model_loads_again_and_says_the_same(
    root: Path, tmp_path: Path, kind: dict[str, Any]
) -> None:
    found = trained(root, "-".join(["lora", *kind]), **kind)
    made = export(found, "merged", str(tmp_path / "merged"), "card")
    assert {"model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja", "README.md"} <= set(
        made.files
    )
    adapted = tuned(found)
    again = load_base(made.folder, dtype="fp32", device="cpu")
    base = load_base(found.base, dtype="fp32", device="cpu")
    assert torch.allclose(logits(again), logits(adapted), atol=1e-5)
    assert (logits(again) - logits(base)).abs().max() > 1e-2  # the adapter does something
    expected = 32 / (math.sqrt(4) if kind.get("rslora") else 4)
    scales = {each.scaling["default"] for each in adapted.modules() if hasattr(each, "lora_A")}
    assert scales == {expected}
    magnitudes = [name for name, _ in adapted.named_parameters() if "magnitude" in name]
    assert bool(magnitudes) == bool(kind.get("dora"))
    assert load_tokenizer(made.folder).template == load_tokenizer(found.base).template


def test_it_is_merged_in_the_precision_of_the_manifest(root: Path, tmp_path: Path) -> None:
    found = trained(root, "half", compute="bf16", model_dtype="bf16")
    made = export(found, "merged", str(tmp_path / "merged"), "card")
    assert json.loads((tmp_path / "merged" / "config.json").read_text())["dtype"] == "bfloat16"
    again = load_base(made.folder, dtype="bf16", device="cpu")
    assert {each.dtype for each in again.parameters()} == {torch.bfloat16}
    assert torch.allclose(logits(again).float(), logits(tuned(found)).float(), atol=0.1)


def test_vllm_gets_an_adapter_that_names_its_base(root: Path, tmp_path: Path) -> None:
    found = trained(root, "lora")
    export(found, "vllm", str(tmp_path / "vllm"), "card")
    config = json.loads((tmp_path / "vllm" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == found.base
    assert (tmp_path / "vllm" / "adapter_model.safetensors").read_bytes() == Path(
        found.adapter, "adapter_model.safetensors"
    ).read_bytes()
    told = tmp_path / "vllm" / "vllm-stand-in"
    told.mkdir()
    (told / "vllm").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (told / "vllm").chmod(0o755)
    said = subprocess.run(
        ["sh", str(tmp_path / "vllm" / "serve.sh"), "--port", "9"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": f"{told}:/usr/bin:/bin"},
    ).stdout.split()
    assert said[:2] == ["serve", found.base]
    assert said[said.index("--max-lora-rank") + 1] == "8"  # 4 is none that vLLM takes
    assert said[said.index("--dtype") + 1] == "bfloat16"  # its kernels take 16 bit
    assert said[said.index("--chat-template") + 1] == str(tmp_path / "vllm" / "chat_template.jinja")
    assert json.loads(" ".join(said[said.index("--lora-modules") + 1 : -2])) == {
        "name": "lora",
        "path": str(tmp_path / "vllm"),
    }
    assert said[-2:] == ["--port", "9"]


def test_a_name_that_no_runtime_takes_is_made_one(root: Path, tmp_path: Path) -> None:
    found = trained(root, "lora")
    sweep = tmp_path / "lr=2e-4, it's"
    shutil.copytree(found.folder, sweep)
    run = trained_run(str(sweep), str(root))
    assert run.served == "lr-2e-4-it-s"
    made = export(run, "vllm", str(sweep / "export"), "card")
    script = (sweep / "export" / "serve.sh").read_text()
    assert '\\"name\\": \\"lr-2e-4-it-s\\"' in script  # NAME=PATH would be cut at the first =
    made = export(run, "ollama", str(tmp_path / "ollama"), "card")
    assert made.command.startswith("ollama create lr-2e-4-it-s -f ")


def test_vllm_has_no_dora(root: Path, tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match=r"vLLM does not load this adapter: it has no way for DoRA.*merged"):
        export(trained(root, "lora-dora", dora=True), "vllm", str(tmp_path / "out"), "card")
    assert not os.listdir(tmp_path)


def test_a_modelfile_says_what_the_template_says(root: Path, tmp_path: Path) -> None:
    export(trained(root, "lora"), "ollama", str(tmp_path / "ollama"), "card")
    text = (tmp_path / "ollama" / "Modelfile").read_text()
    assert '\nPARAMETER stop "<|im_end|>"\n' in text
    assert "\nPARAMETER num_ctx 128\n" in text
    template = text.split('"""')[1]
    assert template == (
        "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}"
        '{{ range $i, $m := .Messages }}{{ if eq $m.Role "user" }}'
        "<|im_start|>user\n{{ $m.Content }}<|im_end|>\n"
        '{{ else if eq $m.Role "assistant" }}<|im_start|>assistant\n{{ $m.Content }}<|im_end|>\n'
        "{{ end }}{{ end }}<|im_start|>assistant\n"
    )


def test_llama_cpp_is_told_the_precision_and_not_to_add_what_it_would_scale_wrong(
    root: Path, tmp_path: Path
) -> None:
    export(trained(root, "half", compute="bf16", model_dtype="bf16"), "gguf", str(tmp_path / "half"), "card")
    text = (tmp_path / "half" / "GGUF.md").read_text()
    assert "convert_hf_to_gguf.py . --outtype bf16 --outfile half-bf16.gguf\n" in text
    assert "convert_lora_to_gguf.py" in text
    export(trained(root, "lora-rslora", rslora=True), "gguf", str(tmp_path / "rs"), "card")
    text = (tmp_path / "rs" / "GGUF.md").read_text()
    assert "convert_lora_to_gguf.py" not in text
    assert "adapters have no rsLoRA (they divide alpha by r" in text


def test_another_adapter_or_base_is_refused(root: Path, tmp_path: Path) -> None:
    found = trained(root, "lora")
    copy = tmp_path / "copy"
    shutil.copytree(found.folder, copy)
    weights = copy / "adapter" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(FtlintError, match="the adapter is not the one this run wrote: its bytes are others"):
        trained_run(str(copy), str(root))
    weights.unlink()
    with pytest.raises(FtlintError, match="the adapter is not the one this run wrote: No such file"):
        trained_run(str(copy), str(root))
    shutil.rmtree(copy / "adapter")
    with pytest.raises(FtlintError, match="the run has no adapter"):
        trained_run(str(copy), str(root))


def test_a_run_that_was_moved_still_finds_its_base(root: Path, tmp_path: Path) -> None:
    found = trained(root, "lora")
    shutil.copytree(found.folder, tmp_path / "moved run")
    moved = trained_run(str(tmp_path / "moved run"), str(tmp_path))
    assert (moved.base, moved.name) == (found.base, "moved run")
    made = export(moved, "vllm", str(tmp_path / "out put"), "card")
    assert made.command == f"sh '{tmp_path / 'out put'}'/serve.sh"
    assert "its base was not compared" in made.notes[-1]  # there is no lock


def test_what_stands_there_stays(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FtlintError, match="stands there already: name a folder that is new or empty"):
        export(trained(root, "lora"), "card", str(tmp_path), "card")
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_a_full_disk_leaves_nothing(root: Path, tmp_path: Path) -> None:
    """A real one where it can be mounted."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.raises(FtlintError, match="the disk is full: nothing was left there"):
            export(trained(root, "lora"), "merged", str(small / "merged"), "card")
        assert not os.listdir(small)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def approved(**changed: Any) -> Any:
    from ftlint.gate.lock import Approval, RuleSet, Waiver

    waiver = Waiver(
        code="MIX001",
        name="no-general-data",
        path="lora.yaml",
        count=1,
        reason="a | narrow <b>task</b>",
        source="command-line",
        sha256="0" * 64,
    )
    given: dict[str, Any] = {
        "data": {},
        "waivers": [waiver],
        "not_run": [],
        "openings": [],
        "rules": RuleSet(version="1", count=3, sha256="0" * 64),
    }
    return Approval.model_construct(**given | changed)


def test_the_card_says_why_something_was_waived_and_what_was_mixed_in(root: Path) -> None:
    from dataclasses import replace

    found = trained(root, "lora")
    data = found.manifest.data.model_copy(
        update={"rows": {"general": 291}, "used": {"general": 58, "general (mixed)": 163}}
    )
    manifest = found.manifest.model_copy(update={"data": data})
    text = card(replace(found, manifest=manifest, approval=approved()), "card", None)
    assert "MIX001 no-general-data (1 in `lora.yaml`), because `a | narrow <b>task</b>`." in text
    assert "- general: 58 of 291 rows measured on, 163 mixed in\n" in text


def test_a_card_of_rows_too_few_to_show_anything(root: Path, tmp_path: Path) -> None:
    score = {"value": 0.5, "low": 0.1, "high": 0.9}
    comparison = {"metric": "exact_match", "role": "narrow", "base": score, "tuned": score, "rows": 2}
    comparison |= {"difference": 0.0, "low": -0.8, "high": 0.8, "verdict": "no evidence"}
    result = {
        "date": "2026-11-29",
        "tuned": {"precision": "float32", "merged": "adapter"},
        "comparisons": [comparison | {"detectable": None}],
        "verdicts": {"narrow": "no evidence"},
        "sets": [{"role": "narrow", "split": "test", "rows": 2}],
    }
    (tmp_path / "eval.json").write_text(json.dumps(result))
    text = card(trained(root, "lora"), "vllm", measured(str(tmp_path)))
    assert "- exact_match (narrow): 2 rows do not show a difference.\n" in text
    assert "worse than the adapter" not in text
    assert "validation rows" not in text
    (tmp_path / "run" / "eval-validation").mkdir(parents=True)
    result["sets"] = [{"role": "narrow", "split": "validation", "rows": 2}]
    (tmp_path / "run" / "eval-validation" / "eval.json").write_text(json.dumps(result))
    found = card(trained(root, "lora"), "vllm", measured(str(tmp_path / "run")))
    assert "(2 rows of validation)" in found
    assert "- It was measured on validation rows, by which its checkpoint was chosen" in found
    parity = {"rows": 1200, "differing": 3, "drops": ["exact_match"]}
    (tmp_path / "parity").mkdir()
    served = {"tuned": {"precision": "bfloat16", "merged": "merged"}, "generation": {"parity": parity}}
    (tmp_path / "parity" / "eval.json").write_text(json.dumps(served))
    text = card(trained(root, "lora"), "merged", measured(str(tmp_path)))
    assert (
        "As it is served (merged, bfloat16), 3 of 1,200 answers differ from the adapter's; exact_match fell."
        in text
    )
    assert "- As it is served it is worse than the adapter: exact_match.\n" in text
    assert "merging rounds weights once more" not in text


def test_the_template_of_the_config_goes_with_the_model(root: Path, tmp_path: Path) -> None:
    """Also where the base's is in tokenizer_config.json, which llama.cpp takes before the file."""
    base = tmp_path / "base"
    shutil.copytree(root / "model", base)
    config = json.loads((base / "tokenizer_config.json").read_text())
    config["chat_template"] = (base / "chat_template.jinja").read_text()
    (base / "tokenizer_config.json").write_text(json.dumps(config))
    (base / "chat_template.jinja").unlink()
    own = (
        "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }}<|im_end|>{% endfor %}"
    )
    load_tokenizer(str(base), own).save(str(tmp_path / "own"))
    assert "chat_template" not in json.loads((tmp_path / "own" / "tokenizer_config.json").read_text())
    assert load_tokenizer(str(tmp_path / "own")).template == own
    load_tokenizer(str(base)).save(str(tmp_path / "same"))
    assert not (tmp_path / "same" / "chat_template.jinja").exists()
    assert load_tokenizer(str(tmp_path / "same")).template == config["chat_template"]


def test_an_export_is_in_the_audit_log(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = trained(root, "lora")
    shutil.copytree(found.folder, tmp_path / "runs" / "lora")
    (tmp_path / "ftlint.toml").write_text('[audit]\nlog = "log.audit"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["export", "runs/lora", "--to", "card", "-o", "card"]) == 0
    assert main(["audit", "report", "--event", "export", "--output-format", "json"]) == 0
    out = capsys.readouterr().out
    entry = json.loads(out[out.index("\n{") :])["recorded"][0]
    assert (entry["subject"], entry["verdict"], entry["details"]["to"]) == ("runs/lora", "written", "card")
    assert entry["hashes"]["lock"] == found.manifest.lock
    assert {each.path: each.sha256 for each in found.manifest.adapter}.items() <= entry["hashes"].items()
    digest = hashlib.sha256((tmp_path / "card" / "README.md").read_bytes()).hexdigest()
    assert entry["details"]["written"] == {"README.md": digest}


def test_the_command_writes_a_card_without_values(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import ModelCard

    found = trained(root, "lora")
    monkeypatch.chdir(root)
    shutil.rmtree(root / "runs" / "lora" / "export", ignore_errors=True)
    assert main(["export", "runs/lora", "--to", "card"]) == 0
    assert "runs/lora/export/card: README.md" in capsys.readouterr().out
    text = (root / "runs/lora/export/card/README.md").read_text()
    data = ModelCard(text).data.to_dict()
    assert data["library_name"] == "peft"
    assert data["tags"] == ["sft", "lora", "ftlint"]
    assert "Nothing yet. `ftlint eval" in text
    assert "It was not evaluated: nothing says that it is better than its base." in text
    assert "The approval this was trained by is not in the lock any more" in text
    assert f"{found.manifest.trained.tokens:,} tokens" in text
    for file in root.glob("chats-*.jsonl"):
        for row in map(json.loads, file.read_text().splitlines()):
            assert not any(turn["content"] in text for turn in row["messages"])
    assert main(["export", "runs/lora", "--to", "card"]) == 2
    assert "stands there already" in capsys.readouterr().err

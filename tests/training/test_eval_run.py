"""`ftlint eval` of a run: its lock, its manifest, its adapter; the test split opened once; served or not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import models
import pytest
from test_eval_predict import lively

from ftlint.cli.main import main
from ftlint.evaluate.baseline_run import measure_baseline
from ftlint.evaluate.forms import read_result
from ftlint.evaluate.of_run import tokenizer_of
from ftlint.evaluate.run_folder import base_of, read_run
from ftlint.gate.lock import (
    Approval,
    Approver,
    Lock,
    LockedConfig,
    LockedModel,
    LockedTokenizer,
    RuleSet,
    lock_hash,
    read_lock,
    sealed,
    write_lock,
)
from ftlint.gate.locked import locked_file
from ftlint.gate.manifest import DataUsed, Precision, RunManifest, Trained, write_manifest
from ftlint.model import FtlintError
from ftlint.read.baseline import read_baseline
from ftlint.settings import load
from ftlint.train.plan import Plan
from ftlint.weights.model import load_base
from judge_server import Server, says

torch = pytest.importorskip("torch")
ME = Approver(name="Ada", email="ada@example.org")
DATA = {
    "train": models.tickets(6, 7),
    "validation": models.tickets(20, 1),
    "test": models.tickets(20, 2),
    "general": models.questions(30, 3),
}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run: model, adapter, data, lock and manifest, as `ftlint train` leaves them."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("project")
    lively(root / "model")
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_pretrained(root / "model")
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    get_peft_model(model, config).save_pretrained(root / "run" / "adapter")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(root / "model" / name, root / "run" / "adapter" / name)
    for split, rows in DATA.items():
        (root / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (root / "lora.yaml").write_text("base_model: model\n")
    (root / "ftlint.toml").write_text("")
    approval = approved(root)
    write_lock(str(root), Lock(ftlint_lock=1, approvals=[approval]))
    write_manifest(str(root / "run"), manifest(root, approval))
    return root


def approved(root: Path) -> Approval:
    files = {split: [locked_file(f"{split}.jsonl", str(root / f"{split}.jsonl"))] for split in DATA}
    names = ("model.safetensors", "config.json")
    inside = [locked_file(name, str(root / "model" / name)) for name in names]
    config = locked_file("lora.yaml", str(root / "lora.yaml"))
    return sealed(
        Approval(
            config=LockedConfig(**config.model_dump(), dialect="ftlint", line=None),
            method="sft",
            data=files,  # type: ignore[arg-type]
            formats={f"{split}.jsonl": "openai-chat" for split in DATA},
            general_share=0.2,
            model=LockedModel(name="model", files=inside),
            tokenizer=LockedTokenizer(files=[]),
            rules=RuleSet(version="1", count=1, sha256="0" * 64),
            by=ME,
            at="2026-11-28T23:31:41Z",
            seal={},
        )
    )


def manifest(root: Path, approval: Approval, **more: Any) -> RunManifest:
    adapter = sorted((root / "run" / "adapter").iterdir())
    return RunManifest(
        version="1",
        status="finished",
        lock=lock_hash(approval),
        config="lora.yaml",
        method="sft",
        tuning="lora",
        base_model="model",
        plan={"chat_template": "", "date": "2026-11-28"},
        precision=Precision(weights="float32", compute="float32", adapter="float32", merge="float32"),
        data=DataUsed(),
        trained=Trained(steps=1, planned_steps=1),
        adapter=[locked_file(f"adapter/{each.name}", str(each)) for each in adapter],
        versions={},
        started="2026-11-28T23:40:00Z",
        **more,
    )


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("FTLINT_USER", "Ada <ada@example.org>")
    return root


def openings(root: Path) -> list[Any]:
    return read_lock(str(root)).approvals[0].openings


def test_the_test_split_is_opened_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--device", "cpu", "--max-new-tokens", "8"]
    assert main(["eval", "--run", "run", *more]) in (0, 1)
    said = capsys.readouterr().out
    assert "json_valid" in said
    first = openings(project)
    result = (project / "run" / "eval" / "eval.json").read_bytes()
    assert [each.result for each in first] == [hashlib.sha256(result).hexdigest()]
    assert first[0].run == hashlib.sha256((project / "run" / "run.json").read_bytes()).hexdigest()
    found = json.loads(result)
    assert [(each["role"], each["split"], each["rows"]) for each in found["sets"]] == [
        ("narrow", "test", 20),
        ("general", "general", 6),
    ]
    assert found["lock"] == lock_hash(read_lock(str(project)).approvals[0])
    assert (found["tuned"]["adapter"], found["tuned"]["merged"]) == ("run/adapter", "adapter")
    rows = (project / "run" / "eval" / "tuned.predictions.jsonl").read_text().splitlines()
    assert len(rows) == 20
    assert main(["eval", "--run", "run", *more]) == 2
    assert "opened once before" in capsys.readouterr().err
    assert main(["eval", "--run", "run", *more, "--reopen", "the first had a bug"]) == 2
    assert "holds the result of the test split" in capsys.readouterr().err
    again = ["eval", "--run", "run", *more, "-o", "again"]
    assert main(again) == 2
    assert "opened once before" in capsys.readouterr().err
    assert not (project / "again" / "eval.json").exists()
    assert main([*again, "--reopen", "the first had a bug"]) in (0, 1)
    assert [each.reason for each in openings(project)] == ["", "the first had a bug"]
    assert (project / "again" / "eval.json").read_bytes() == result


def test_validation_opens_nothing(project: Path) -> None:
    lock = (project / "ftlint.lock").read_bytes()
    assert main(["eval", "--run", "run", "--split", "validation", "--max-new-tokens", "4"]) in (0, 1)
    assert (project / "ftlint.lock").read_bytes() == lock
    assert main(["eval", "--run", "run", "--split", "validation", "--limit", "3"]) in (0, 1)
    found = json.loads((project / "run" / "eval-validation" / "eval.json").read_text())
    assert [each["rows"] for each in found["sets"]] == [3, 3]
    assert main(["eval", "--run", "run", "--limit", "3", "-o", "few"]) == 2  # would spend the one opening
    assert (project / "ftlint.lock").read_bytes() == lock


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("test.jsonl", "test data changed"),
        ("general.jsonl", "general data changed"),
        ("model/model.safetensors", "base model is not the one"),
        ("run/adapter/adapter_model.safetensors", "adapter is not the one"),
    ],
)
def test_what_is_not_as_approved_is_refused(
    project: Path, path: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / path
    data = bytearray(file.read_bytes())
    data[-2] ^= 1
    file.write_bytes(bytes(data))
    assert main(["eval", "--run", "run"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert path.rpartition("/")[2] in said
    assert openings(project) == []


def test_runs_that_cannot_be_evaluated(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    approval = read_lock(str(project)).approvals[0]
    write_manifest(str(project / "run"), manifest(project, approval).model_copy(update={"status": "running"}))
    assert main(["eval", "--run", "run"]) == 2
    assert "is not over" in capsys.readouterr().err
    write_manifest(str(project / "run"), manifest(project, approval).model_copy(update={"lock": "0" * 64}))
    assert main(["eval", "--run", "run"]) == 2
    assert "ftlint.lock does not hold" in capsys.readouterr().err
    assert main(["eval", "--run", "model"]) == 2
    assert "is no run" in capsys.readouterr().err


def test_the_locked_test_split_is_not_read_as_plain_data(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "rows.jsonl"
    for copy in (project / "copy.jsonl", elsewhere):
        shutil.copy(project / "test.jsonl", copy)
        assert main(["eval", "--base", "model", "--data", str(copy)]) == 2
        assert "is the test split that was approved with lora.yaml" in capsys.readouterr().err


def test_the_base_model_alone_is_a_baseline(project: Path) -> None:
    assert main(["eval", "--base", "model", "--data", "validation.jsonl", "--max-new-tokens", "4"]) == 0
    file = project / "eval" / "baseline.json"
    found = read_baseline(file.read_bytes(), "baseline.json")
    assert found is not None
    assert found.problems == ()
    assert (found.model, found.files) == ("model", ("validation.jsonl",))
    assert {each.name for each in found.metrics} == {"json_valid", "json_match", "perplexity"}


def test_an_adapter_that_learnt_nothing_is_no_evidence(project: Path) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(project / "model")
    get_peft_model(model, LoraConfig(r=4, target_modules="all-linear")).save_pretrained(project / "null")
    asked = ["--base", "model", "--adapter", "null", "--data", "validation.jsonl", "--max-new-tokens", "8"]
    assert main(["eval", *asked]) == 0
    found = json.loads((project / "eval" / "eval.json").read_text())
    assert {(each["difference"], each["verdict"]) for each in found["comparisons"]} == {(0.0, "no evidence")}
    assert main(["eval", *asked, "--fail-on", "no-evidence"]) == 1


def test_merged_in_the_same_type_there_is_no_drop(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = (project / "ftlint.lock").read_bytes()
    assert main(["eval", "--run", "run", "--merged", "--max-new-tokens", "8", "--device", "cpu"]) == 0
    said = capsys.readouterr().out
    assert "0 of 26 outputs differ" in said
    assert "no drop" in said
    assert (project / "ftlint.lock").read_bytes() == lock, "the validation split is no opening"
    found = json.loads((project / "run" / "parity" / "eval.json").read_text())
    assert (found["base"]["merged"], found["tuned"]["merged"]) == ("adapter", "merged")
    apart = found["generation"]["parity"]
    assert apart["differing"] == 0
    assert abs(apart["rise"]) < 1e-5


def test_merged_in_another_type_the_drop_is_flagged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--dtype", "bf16", "--max-new-tokens", "8", "--device", "cpu", "--tolerance"]
    assert main(["eval", "--run", "run", "--merged", *flags, "0.00001"]) == 1
    assert "DROP beyond 1e-05: perplexity (general)" in capsys.readouterr().out
    found = json.loads((project / "run" / "parity" / "eval.json").read_text())
    assert found["tuned"]["precision"] == "bfloat16"
    assert found["generation"]["parity"]["differing"] > 0
    assert main(["eval", "--run", "run", "--merged", *flags, "0.1"]) == 0


def test_quantised_on_a_processor(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--max-new-tokens", "4", "--device", "cpu", "-o"]
    assert main(["eval", "--run", "run", "--quantized", "int8-dynamic", *flags, "q"]) in (0, 1)
    found = json.loads((project / "q" / "eval.json").read_text())
    assert found["tuned"]["precision"] == "int8-dynamic, merged in float32"
    assert found["generation"]["parity"]["worst"] != 0
    capsys.readouterr()
    assert main(["eval", "--run", "run", "--quantized", "nf4", *flags, "n"]) == 2
    assert "needs an NVIDIA GPU" in capsys.readouterr().err


def test_a_judge_that_fails_loses_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server()
    judge = ["--judge", server.url, "--judge-model", "j", "--max-new-tokens", "4", "--device", "cpu"]
    try:
        server.answer = lambda body: (401, {}, b"")
        assert main(["eval", "--run", "run", *judge]) == 2
        assert "FTLINT_JUDGE_KEY" in capsys.readouterr().err
        assert openings(project) == [], "asked before the split is opened"
        server.answer = lambda body: says("[[0]]") if len(server.bodies) < 9 else (400, {}, b"")
        assert main(["eval", "--run", "run", *judge]) == 2
        assert len(openings(project)) == 1
        rows = [f"run/eval/{side}.predictions.jsonl" for side in ("base", "tuned")]
        server.answer = lambda body: says("[[1]]")
        assert main(["eval", "--predictions", *rows, *judge[:4], "-o", "judged"]) in (0, 1)
    finally:
        server.close()
    found = json.loads((project / "judged" / "eval.json").read_text())
    assert found["generation"]["judge"]["first_chosen"] == 1.0


def test_the_baseline_is_measured_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(project)
    settings = load([root])
    approval = read_lock(root).approvals[0]
    files = {split: (f"{split}.jsonl",) for split in ("train", "validation", "general")}
    plan = Plan(
        root=root,
        config="lora.yaml",
        method="sft",
        tuning="lora",
        base_model="model",
        model_folder=str(project / "model"),
        output=str(project / "out"),
        data=files,
        formats=approval.formats,
        general_share=0.2,
        date="2026-11-28",
    )
    out = str(project / "out" / "baseline.json")
    (project / "out").mkdir()
    assert measure_baseline(plan, approval, settings, out) == out
    found = read_baseline(Path(out).read_bytes(), out)
    assert found is not None
    assert (found.problems, found.split, found.files) == ((), "validation", ("validation.jsonl",))
    result = read_result(str(project / "out" / "baseline" / "eval.json"))
    assert [(each.role, each.rows) for each in result.sets] == [("narrow", 20), ("general", 6)]
    assert openings(project) == []

    def again(*_: Any) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr("ftlint.evaluate.models.base", again)
    assert measure_baseline(plan, approval, settings, out) == out
    other = approval.model_copy(update={"method": "dpo"})
    with pytest.raises(AssertionError, match="measured again"):
        measure_baseline(plan, other, settings, out)
    nothing = replace(plan, data={"train": ("train.jsonl",)})
    assert measure_baseline(nothing, approval, settings, str(project / "other.json")) == ""
    assert not (project / "other.json").exists()


def test_a_wrong_metric_opens_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--run", "run", "--metrics", "exact"]) == 2
    assert "did you mean 'exact_match'" in capsys.readouterr().err
    (project / "file").write_text("")
    assert main(["eval", "--run", "run", "-o", "file/x"]) == 2
    assert openings(project) == []


def test_tasks_of_the_test_split_open_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--run", "run", "--export-harness", "tasks"]) == 0
    assert len(openings(project)) == 1
    assert main(["eval", "--run", "run", "--export-harness", "tasks"]) == 2
    assert "opened once before" in capsys.readouterr().err
    assert main(["eval", "--run", "run", "--split", "validation", "--export-harness", "tasks"]) == 0
    assert len(openings(project)) == 1


def test_tasks_for_the_harness(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--data", "validation.jsonl", "--general", "general.jsonl", "--export-harness", "tasks"]
    assert main(["eval", "--base", "model", "--adapter", "run/adapter", *asked]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "peft=run/adapter" in said[1]
    lines = [
        json.loads(line) for line in (project / "tasks" / "ftlint_narrow.jsonl").read_text().splitlines()
    ]
    assert lines[0]["prompt"].endswith("<|im_end|>\n<|im_start|>assistant\n")
    assert lines[0]["reference"] == DATA["validation"][0]["messages"][1]["content"]


@pytest.mark.parametrize("name", ["adapter_model.bin", "generation_config.json", "special_tokens_map.json"])
def test_what_is_put_beside_an_adapter_is_not_loaded(project: Path, name: str) -> None:
    (project / "run/adapter" / name).write_text("{}")
    settings = load([str(project / "run")])
    with pytest.raises(FtlintError, match="would be loaded, and is not of this run"):
        tokenizer_of(read_run(str(project / "run"), settings), str(project / "model"))


def test_the_base_is_the_approved_one_whatever_the_manifest_says(project: Path) -> None:
    (project / "other").mkdir()
    known = json.loads((project / "run/run.json").read_text())
    (project / "run/run.json").write_text(json.dumps({**known, "base_model": "other"}))
    run = read_run(str(project / "run"), load([str(project / "run")]))
    assert base_of(run, str(project)).folder == os.path.realpath(project / "model")


def test_a_base_with_an_adapter_in_its_folder_is_not_loaded(project: Path) -> None:
    """transformers puts it on unasked: the base would not be the base."""
    (project / "model/adapter_config.json").write_text("{}")
    with pytest.raises(FtlintError, match="an adapter lies in the base model's folder"):
        load_base(str(project / "model"), dtype="fp32", device="cpu")

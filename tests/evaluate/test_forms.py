import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest
from made_predictions import predictions

from ftlint.evaluate.baseline import baseline_of, write_baseline
from ftlint.evaluate.compare import compare, scores, verdict_of
from ftlint.evaluate.forms import (
    eval_schema,
    prediction_id,
    read_predictions,
    read_result,
    result_bytes,
    result_hash,
    write_predictions,
    write_result,
)
from ftlint.evaluate.metrics import metrics_for
from ftlint.evaluate.result import EvalResult, EvaluatedModel, EvaluatedSet, Prediction
from ftlint.model import FtlintError
from ftlint.read.baseline import read_baseline

HASH = "sha256:" + "0" * 64
BASE = EvaluatedModel(name="org/model", revision="b96" * 10, precision="float32", merged="base")
ROWS = predictions(["a", "b", "c d"] * 4, ["a", "c", "c d"] * 4, losses=[1.5] * 12)


def measured(**more):
    metrics = metrics_for("auto", ROWS)
    narrow = EvaluatedSet(role="narrow", files=["data/val.jsonl"], hash=HASH, split="validation", rows=12)
    known = {
        "version": "0.1.0",
        "date": "2026-11-29",
        "sets": [narrow],
        "base": BASE,
        "scores": {"narrow": scores(ROWS, metrics, resamples=100)},
    }
    return EvalResult(**{**known, **more})


def compared():
    metrics = metrics_for("auto", ROWS)
    found = compare(ROWS, ROWS, metrics, "narrow", resamples=100)
    tuned = BASE.model_copy(update={"adapter": "runs/a/adapter", "merged": "adapter"})
    return measured(tuned=tuned, scores={}, comparisons=found, verdicts={"narrow": verdict_of(found)})


@pytest.mark.parametrize("result", [measured(), compared()])
def test_a_result_is_written_and_read_again(tmp_path, result):
    path = tmp_path / "runs" / "eval.json"
    write_result(str(path), result)
    assert read_result(str(path)) == result
    assert path.read_bytes() == result_bytes(read_result(str(path)))
    assert result_hash(result) == result_hash(read_result(str(path)))
    assert os.listdir(path.parent) == ["eval.json"]
    jsonschema.validate(json.loads(path.read_bytes()), eval_schema())


def test_the_schema_is_the_one_in_the_package():
    from ftlint import evaluate

    kept = Path(evaluate.__file__).parent / "eval.schema.json"
    assert json.loads(kept.read_text()) == eval_schema(), "make docs"


def test_predictions_are_written_and_read_again(tmp_path):
    odd = ROWS[0].model_copy(
        update={"output": "line\u2028break \ud800 \x00", "prompt": [{"role": "user", "content": "?"}]}
    )
    path = str(tmp_path / "base.predictions.jsonl")
    write_predictions(path, [odd, *ROWS[1:]])
    found = read_predictions(path)
    assert found[0].prompt == [{"role": "user", "content": "?"}]
    assert found == [Prediction(**odd.model_dump()), *ROWS[1:]]
    assert found[0].output == "line\u2028break ? \x00"
    first = Path(path).read_bytes()
    write_predictions(path, read_predictions(path))
    assert Path(path).read_bytes() == first


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"row": 0}', "path is missing"),
        (b"my secret", "it is no JSON"),
        (b'{"row": "secret"', "it is no JSON"),
        (b"[]", "input should be an object"),
        (
            b'{"row":-1,"path":"","id":"","prompt":"","reference":"","output":""}',
            "row: input should be greater",
        ),
        (
            b'{"row":1,"path":"","id":"","prompt":"","reference":"","output":"","secret":1}',
            "unknown key secret",
        ),
        (b'{"row":1,"path":"","id":"","prompt":"","reference":3,"output":""}', "reference: input should be"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_a_line_that_is_no_prediction(tmp_path, line, message):
    path = tmp_path / "p.jsonl"
    write_predictions(str(path), ROWS[:2])
    path.write_bytes(path.read_bytes() + b"\n" + line + b"\n")
    with pytest.raises(FtlintError, match=message) as told:
        read_predictions(str(path))
    assert told.value.line == 4
    assert "my secret" not in str(told.value)


def test_files_that_are_not_there_or_empty(tmp_path):
    with pytest.raises(FtlintError, match="cannot read: No such file"):
        read_result(str(tmp_path / "eval.json"))
    (tmp_path / "p.jsonl").write_bytes(b"\n\n")
    with pytest.raises(FtlintError, match="holds no prediction"):
        read_predictions(str(tmp_path / "p.jsonl"))
    (tmp_path / "eval.json").write_text('{"ftlint_eval": 2}')
    with pytest.raises(FtlintError, match="not a result of ftlint eval: ftlint_eval: input should be 1"):
        read_result(str(tmp_path / "eval.json"))


def test_what_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "p.jsonl"
    write_predictions(str(path), ROWS)
    before = path.read_bytes()

    def broken():
        yield ROWS[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(FtlintError, match="No space left"):
        write_predictions(str(path), broken())
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["p.jsonl"]
    with pytest.raises(FtlintError, match="cannot write"):
        write_result(str(path / "below" / "eval.json"), measured())


def test_an_id_is_of_prompt_and_reference():
    turns = [{"role": "user", "content": "\ud800 hi"}]
    assert prediction_id(turns, "a") == prediction_id([{"content": "\ud800 hi", "role": "user"}], "a")
    assert prediction_id(turns, "a") != prediction_id(turns, "b")
    assert prediction_id('["x"]', "") != prediction_id([{"x": 1}], "")


@pytest.mark.parametrize("result", [measured(), compared()])
def test_a_baseline_is_what_the_rules_read(tmp_path, result):
    path = tmp_path / "run" / "baseline.json"
    write_baseline(str(path), result)
    found = read_baseline(path.read_bytes(), "baseline.json")
    assert not found.problems
    assert (found.model, found.split, found.dataset_hash) == ("org/model", "validation", HASH)
    assert [(each.name, each.higher_is_better) for each in found.metrics] == [
        ("exact_match", True),
        ("token_f1", True),
        ("perplexity", False),
    ]
    assert found.metrics[0].low < found.metrics[0].value < found.metrics[0].high
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


def test_what_is_no_baseline():
    with pytest.raises(FtlintError, match="not measured on general rows"):
        baseline_of(measured(), "general")
    with pytest.raises(FtlintError, match="not the base model"):
        baseline_of(measured(base=BASE.model_copy(update={"merged": "adapter"})))


@pytest.mark.parametrize(("name", "value"), [("loss", 1e308), ("loss", -1.0), ("scores", {"mine": 1e308})])
def test_numbers_of_which_no_mean_can_be_made(tmp_path, name, value):
    (row,) = predictions(["a"], ["a"])
    path = tmp_path / "base.predictions.jsonl"
    path.write_text(json.dumps({**row.model_dump(), name: value}) + "\n")
    with pytest.raises(FtlintError, match=name) as error:
        read_predictions(str(path))
    assert error.value.line == 1

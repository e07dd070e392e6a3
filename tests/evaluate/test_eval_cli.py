"""`ftlint eval` of what was answered before: predictions, results of the harness, a judge. No torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_harness import results, sample
from test_judge import longer, says

from ftlint.cli.main import main
from ftlint.evaluate.compare import allowance
from ftlint.evaluate.forms import prediction_id, read_predictions, write_predictions
from ftlint.evaluate.grouping import groups
from ftlint.evaluate.parity import TOLERANCE, parity
from ftlint.evaluate.result import Comparison, Prediction, Score
from judge_server import Server


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def predictions(name: str, right: int, rows: int = 40, **more: Any) -> str:
    """A file of answers, the first `right` of them right."""
    made = []
    for row in range(rows):
        prompt, reference = f"What is {row}?", f"it is {row}"
        made.append(
            Prediction(
                row=row,
                path="t.jsonl",
                id=prediction_id(prompt, reference),
                prompt=prompt,
                reference=reference,
                output=reference if row < right else "?",
                tokens=0,
                extra={},
                **more,
            )
        )
    write_predictions(name, made)
    return name


@pytest.mark.parametrize(
    ("base", "tuned", "fail_on", "code"),
    [
        (10, 30, "worse", 0),
        (30, 10, "worse", 1),
        (20, 21, "worse", 0),
        (20, 21, "no-evidence", 1),
        (10, 30, "no-evidence", 0),
    ],
)
def test_the_exit_code_says_what_came_of_it(base: int, tuned: int, fail_on: str, code: int) -> None:
    files = [predictions("base.jsonl", base), predictions("tuned.jsonl", tuned)]
    flags = ["--metrics", "exact_match", "--fail-on", fail_on]
    assert main(["eval", "--predictions", *files, *flags, "-o", "out"]) == code
    found = json.loads(Path("out/eval.json").read_text())
    (only,) = found["comparisons"]
    assert (only["base"]["value"], only["tuned"]["value"]) == (base / 40, tuned / 40)
    assert read_predictions("out/tuned.predictions.jsonl")[0].scores == {"exact_match": 1.0}
    assert "torch" not in sys.modules


def test_a_metric_that_no_row_can_be_measured_by_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    files = [predictions("base.jsonl", 10), predictions("tuned.jsonl", 30)]
    assert main(["eval", "--predictions", *files, "--metrics", "exact_match,schema_match"]) == 0
    assert "schema_match is not measured: no row of base.jsonl, tuned.jsonl" in capsys.readouterr().err


def test_a_judge_that_gives_no_verdict_is_told(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.answer = lambda body: says("both are fine")
    files = [predictions("base.jsonl", 10), predictions("tuned.jsonl", 30)]
    asked = ["--judge", server.url, "--judge-model", "m", "--metrics", "exact_match", "-o", "out"]
    assert main(["eval", "--predictions", *files, *asked]) == 0
    told = "judge m: 0 won by tuned, 0 by base, 20 ties, 20 without a verdict (they count as ties)"
    assert told in " ".join(capsys.readouterr().out.split())
    assert told in Path("out/eval.md").read_text()
    assert told in Path("out/eval.html").read_text()


def test_general_rows_may_make_it_worse() -> None:
    narrow = [predictions("base.jsonl", 10), predictions("tuned.jsonl", 40)]
    general = [predictions("gb.jsonl", 40), predictions("gt.jsonl", 10)]
    assert main(["eval", "--predictions", *narrow, "--general-predictions", *general, "-o", "out"]) == 1
    assert json.loads(Path("out/eval.json").read_text())["verdicts"] == {
        "narrow": "better",
        "general": "worse",
    }
    assert Path("out/base.general.predictions.jsonl").exists()


def test_the_same_files_give_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    files = [predictions("base.jsonl", 10), predictions("tuned.jsonl", 30)]
    said = []
    for _ in range(2):
        assert main(["eval", "--predictions", *files, "--output-format", "json"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert json.loads(said[0])["comparisons"]


def test_other_rows_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    files = [predictions("base.jsonl", 10), predictions("tuned.jsonl", 10, rows=39)]
    assert main(["eval", "--predictions", *files]) == 2
    assert "not of the same rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ([], "name what to evaluate"),
        (["--run", "r", "--base", "m"], "--run and --base do not go together"),
        (["--run", "r", "--data", "x"], "--data goes with --base"),
        (["--base", "m"], "--base needs rows"),
        (["--base", "m", "--data", "x", "--merged"], "--merged needs an adapter"),
        (["--run", "r", "--judge", "http://j"], "--judge-model"),
        (["--run", "r", "--judge-model", "m"], "--judge URL"),
        (["--run", "r", "--merged", "--judge", "http://j", "--judge-model", "m"], "without --merged"),
        (["--predictions", "a", "b", "--limit", "3"], "--limit goes with --run or --base"),
        (["--predictions", "a", "b", "--metrics", ","], "names no metric"),
        (["--predictions", "a", "b"], "cannot read"),
        (["--run", "r", "--adapter", "a"], "--adapter goes with --base"),
        (["--base", "m", "--data", "x", "--split", "test"], "--split goes with --run"),
        (["--run", "r"], "is no run"),
    ],
)
def test_flags_that_would_be_left_out(
    flags: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", *flags]) == 2
    assert told in capsys.readouterr().err


def test_without_torch_it_says_what_to_install(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    Path("m").mkdir()
    Path("d.jsonl").write_text(
        '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n'
    )
    assert main(["eval", "--base", "m", "--data", "d.jsonl"]) == 2
    assert "ftlint[train]" in capsys.readouterr().err


def test_results_of_the_harness(tmp_path: Path) -> None:
    args = {"model_args": {"pretrained": "models/base", "peft": "run/adapter", "dtype": "float32"}}

    def rows(right: int) -> list[dict[str, Any]]:
        return [sample(row, float(row < right), f"{row < right}") for row in range(40)]

    results(tmp_path / "base", {"ftlint_narrow": rows(10), "mmlu": rows(30)})
    results(tmp_path / "tuned", {"ftlint_narrow": rows(30), "mmlu": rows(10)}, config=args)
    assert main(["eval", "--from-harness", "base", "tuned", "-o", "out"]) == 1
    found = json.loads(Path("out/eval.json").read_text())
    assert found["verdicts"] == {"narrow": "better", "general": "worse"}
    assert [each["metric"] for each in found["comparisons"]] == [
        "ftlint_narrow/exact_match",
        "mmlu/exact_match",
    ]
    assert [each["test"] for each in found["comparisons"]] == ["mcnemar", "mcnemar"]
    assert found["tuned"]["adapter"] == "run/adapter"


def test_a_judge_is_one_more_metric(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_JUDGE_KEY", "sk-judge")
    server.answer = longer
    files = [predictions("base.jsonl", 0), predictions("tuned.jsonl", 30)]
    judge = ["--judge", server.url, "--judge-model", "j"]
    assert main(["eval", "--predictions", *files, *judge, "-o", "out", "--metrics", "exact_match"]) == 0
    found = json.loads(Path("out/eval.json").read_text())
    by = {each["metric"]: each for each in found["comparisons"]}
    assert by["judge_win"]["test"] == "mcnemar"
    assert (by["judge_win"]["won"], by["judge_win"]["lost"], by["judge_win"]["verdict"]) == (30, 0, "better")
    told = found["generation"]["judge"]
    assert (told["tuned"], told["tie"], told["asked"], told["first_chosen"]) == (30, 10, 60, 0.5)
    assert len(server.bodies) == 60
    assert "sk-judge" not in Path("out/eval.json").read_text()


def test_near_duplicates_are_one_group() -> None:
    text = "The quick brown fox jumps over the lazy dog and runs far away from all the hounds that chase it"
    found = groups(
        [text, "short", "SHORT ", f"{text} today", "another text of more than five words entirely"]
    )
    assert found == ["g0", "g1", "g1", "g0", ""]
    assert groups([]) == []


def comparison(metric: str, base: float, tuned: float, *, up: bool = True) -> Comparison:
    one, other = (Score(value=value, n=9, low=0.0, high=99.0, method="bootstrap") for value in (base, tuned))
    return Comparison(
        metric=metric,
        role="narrow",
        higher_is_better=up,
        base=one,
        tuned=other,
        difference=tuned - base,
        low=-9.0,
        high=9.0,
        p=1.0,
        adjusted=1.0,
        test="mcnemar" if up else "randomisation",
        rows=9,
        groups=9,
        detectable=None,
        tolerance=0.0,
        verdict="no evidence",
    )


@pytest.mark.parametrize(
    ("found", "drops"),
    [
        (comparison("exact_match", 0.5, 0.495), ()),
        (comparison("exact_match", 0.5, 0.48), ("exact_match",)),
        (comparison("exact_match", 0.5, 0.9), ()),
        (comparison("loss", 2.0, 2.01, up=False), ()),
        (comparison("loss", 2.0, 2.03, up=False), ("loss",)),
        (comparison("perplexity", 100.0, 100.9, up=False), ()),
        (comparison("perplexity", 100.0, 102.0, up=False), ()),  # of its loss 0.4%
        (comparison("perplexity", 100.0, 106.0, up=False), ("perplexity",)),
        (comparison("bleu", 40.0, 39.5), ()),  # of 100
        (comparison("chrf", 60.0, 58.5), ("chrf",)),
    ],
)
def test_what_counts_as_a_drop(found: Comparison, drops: tuple[str, ...]) -> None:
    read = read_predictions(predictions("a.jsonl", 5, rows=9, loss=1.0))
    rows = [row.model_copy(update={"tokens": 9 if row.row == 8 else 3}) for row in read]
    others = [row.model_copy(update={"loss": 1.0 + row.row / 10}) for row in rows]
    apart = parity(rows, others, [found.model_copy(update={"tolerance": allowance(found, TOLERANCE)})])
    assert apart.drops == drops
    assert (apart.rows, apart.differing) == (9, 0)
    assert apart.rise == pytest.approx(5.2 / 11)
    assert apart.worst == pytest.approx(0.8)

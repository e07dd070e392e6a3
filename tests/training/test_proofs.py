"""What `ftlint train` and `ftlint eval` promise, on a model that can do something and really trains.

Overfitting, forgetting and divergence are made to happen, and told at the right step; a tuned model is
better, and no run is called better that is none.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pretrained
import pytest
import trainings
from pretrained import CITIES, NAMES, THINGS, Row, chat

from ftlint.cli.main import main

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.training

ORDERS = pretrained.unique(pretrained.orders(1500, 1))
TRAIN, VALIDATION, TEST = ORDERS[:400], ORDERS[400:464], ORDERS[464:664]
REPLAYED = pretrained.unique(pretrained.general(1500, 2))[:400]
HELD_OUT = pretrained.unique(pretrained.general(900, 3, held_out=True))
RIGHT = pretrained.certain(HELD_OUT)[:40]
GENERAL = [*RIGHT, *[row for row in HELD_OUT if row not in pretrained.certain(HELD_OUT)][:80]]
"""General rows that nobody trained on: a third with one right answer, as in the rows that are replayed."""
SEEDS = 1000
HALF = 45
"""Steps after which some orders are answered to the letter, and some are not."""


@pytest.fixture(scope="session")
def base() -> Path:
    return pretrained.pretrained_model()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def trained(root: Path, base: Path, splits: dict[str, list[Row]], **changed: Any) -> Any:
    """The manifest of a run in `root`/out of these rows; rank 16, a constant learning rate, no dropout."""
    data = {name: (trainings.written(root / f"{name}-rows.jsonl", rows),) for name, rows in splits.items()}
    settings: dict[str, Any] = {
        "data": data,
        "formats": {name: "openai-chat" for files in data.values() for name in files},
        "rank": 16,
        "dropout": 0.0,
        "learning_rate": 5e-4,
        "scheduler": "constant_with_warmup",
        "warmup_steps": 5,
        "epochs": 3,
        "micro_batch": 16,
        "accumulation": 1,
        "general_share": None,
        "eval_steps": 25,
        "save_steps": 25,
        "log_steps": 1,
    }
    return trainings.trained(trainings.planned(root, base, **settings | changed))


def evals(root: Path, name: str) -> dict[int, float]:
    """An eval loss by step, as the run's log has it."""
    rows = map(json.loads, (root / "out" / "log.jsonl").read_text().splitlines())
    return {row["step"]: row[name] for row in rows if name in row}


def found(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """What `ftlint check` finds in a run's log, by the name of the rule."""
    capsys.readouterr()
    main(["check", str(root / "out" / "log.jsonl"), "--isolated", "--no-cache", "--output-format", "json"])
    report = json.loads(capsys.readouterr().out)
    return {each["name"]: each for each in report["findings"]}


def answered(root: Path, base: Path, adapter: Path, rows: list[Row], out: str) -> dict[str, Any]:
    """`eval.json` of base against adapter on these rows, and on general ones that nobody trained on."""
    trainings.written(root / f"{out}.jsonl", rows)
    trainings.written(root / f"{out}-general.jsonl", GENERAL)
    paths = ["--data", str(root / f"{out}.jsonl"), "--general", str(root / f"{out}-general.jsonl")]
    more = ["--metrics", "exact_match,perplexity", "--batch-size", "50", "-o", str(root / out), "--isolated"]
    assert main(["eval", "--base", str(base), "--adapter", str(adapter), *paths, *more]) in (0, 1)
    result: dict[str, Any] = json.loads((root / out / "eval.json").read_text())
    return result


def compared(result: dict[str, Any], role: str, metric: str) -> dict[str, Any]:
    (one,) = [each for each in result["comparisons"] if (each["role"], each["metric"]) == (role, metric)]
    return dict(one)


def test_without_general_data_it_forgets_and_is_stopped(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = {"train": TRAIN, "validation": VALIDATION, "general": REPLAYED}
    manifest = trained(tmp_path, base, splits, epochs=8)  # as many steps as with general data
    assert (manifest.status, manifest.trained.stopped_by) == ("stopped", "forgetting")
    general = evals(tmp_path, "eval_general_loss")
    beyond = [step for step, loss in general.items() if loss > 1.05 * general[0]]
    assert manifest.trained.steps == max(general) < manifest.trained.planned_steps
    assert beyond[0] <= 50
    assert general[max(general)] > 1.25 * general[0]
    finding = found(tmp_path, capsys)["forgetting"]
    assert (finding["code"], finding["severity"]) == ("RUN020", "warning")
    assert f"beyond the tolerance since step {beyond[0]}" in finding["message"]
    assert manifest.data.general_share is None

    result = answered(tmp_path, base, tmp_path / "out" / "adapter", TEST[:50], "eval")
    assert result["verdicts"]["general"] == "worse"
    assert compared(result, "general", "exact_match")["verdict"] == "worse"


def test_with_general_data_it_does_not_and_is_better(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = {"train": TRAIN, "validation": VALIDATION, "general": REPLAYED}
    manifest = trained(tmp_path, base, splits, general_share=0.5)
    assert (manifest.status, manifest.trained.stopped_by) == ("finished", "")
    assert manifest.data.general_share == pytest.approx(0.5, abs=0.01)
    general = evals(tmp_path, "eval_general_loss")
    assert general[max(general)] < 1.05 * general[0]
    assert "forgetting" not in found(tmp_path, capsys)

    result = answered(tmp_path, base, tmp_path / "out" / "adapter", TEST, "eval")
    exact = compared(result, "narrow", "exact_match")
    assert exact["base"]["value"] == 0
    assert exact["tuned"]["value"] > 0.9
    assert exact["test"].startswith("mcnemar")
    assert exact["verdict"] == result["verdicts"]["narrow"] == "better"
    assert compared(result, "narrow", "perplexity")["verdict"] == "better"
    assert result["verdicts"]["general"] == "no evidence"
    exact = compared(result, "general", "exact_match")
    assert exact["tuned"]["value"] > 0.9 * exact["base"]["value"] > 0.25


def labels(count: int, seed: int) -> list[Row]:
    """Rows whose answer cannot be known: what is learnt past how often each comes is learnt by heart."""
    chosen = random.Random(seed)
    rows = []
    for _ in range(count):
        name, city, thing = chosen.choice(NAMES), chosen.choice(CITIES), chosen.choice(THINGS)
        answer = chosen.choice(["chair.", "lamp.", "clock.", "vase."])
        rows.append(chat(f"{name} of {city} sends back the {thing}.", answer))
    return rows


def test_what_is_learnt_by_heart_is_told_at_the_best_step(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = {"train": labels(48, 1), "validation": labels(96, 2)}
    manifest = trained(
        tmp_path, base, splits, learning_rate=2e-3, epochs=40, eval_steps=10, save_steps=10, warmup_steps=5
    )
    assert (manifest.status, manifest.trained.stopped_by) == ("stopped", "overfitting")
    narrow = evals(tmp_path, "eval_narrow_loss")
    best = min(narrow, key=narrow.__getitem__)
    assert 0 < best < max(narrow)
    assert narrow[max(narrow)] > 1.05 * narrow[best]
    assert manifest.trained.best_step == best
    assert manifest.trained.best_loss == narrow[best]
    finding = found(tmp_path, capsys)["overfitting"]
    assert finding["code"] == "RUN001"
    assert f"(step {best})" in finding["message"]
    # what is handed on is the best, and not the last
    weights = (tmp_path / "out" / "adapter" / "adapter_model.safetensors").read_bytes()
    assert weights == (tmp_path / "out" / f"checkpoint-{best}" / "adapter_model.safetensors").read_bytes()


def test_too_high_a_learning_rate_diverges_and_is_stopped(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rate climbs to 0.2 in 100 steps: it learns first, and then it does not."""
    splits = {"train": TRAIN, "validation": VALIDATION}
    manifest = trained(tmp_path, base, splits, learning_rate=0.2, warmup_steps=100, epochs=6)
    assert (manifest.status, manifest.trained.stopped_by) == ("stopped", "divergence")
    losses = list(evals(tmp_path, "loss").values())
    broke = next(at for at in range(1, len(losses)) if losses[at] > 2.5 * min(losses[:at]))
    assert manifest.trained.steps < broke + 25 < manifest.trained.planned_steps == 150
    finding = found(tmp_path, capsys)["divergence"]
    assert (finding["code"], finding["severity"]) == ("RUN002", "error")
    (told,) = re.findall(r"at step (\d+) and stayed", finding["message"])
    assert abs(int(told) - (broke + 1)) <= 3


def test_a_loss_that_is_no_number_stops_it_and_nothing_is_handed_on(tmp_path: Path, base: Path) -> None:
    splits = {"train": TRAIN, "validation": VALIDATION}
    manifest = trained(tmp_path, base, splits, learning_rate=1.0, epochs=6)
    assert (manifest.status, manifest.trained.stopped_by) == ("stopped", "nan-loss")
    assert manifest.trained.steps < 30
    assert not (tmp_path / "out" / "adapter").exists()


def test_of_two_runs_that_are_alike_none_is_better(tmp_path: Path, base: Path) -> None:
    """A/A: two half-trained adapters that differ by their seed; their answers are dealt anew each time."""
    from ftlint.evaluate.compare import compare, verdict_of
    from ftlint.evaluate.forms import read_predictions
    from ftlint.evaluate.metrics.choose import metrics_for

    wrote = []
    for seed in (1, 2):
        root = tmp_path / str(seed)
        root.mkdir()
        trained(
            root,
            base,
            {"train": TRAIN, "validation": VALIDATION},
            max_steps=HALF,
            seed=seed,
            eval_strategy="no",
        )
        answered(root, base, root / "out" / "adapter", TEST, "eval")
        wrote.append(read_predictions(str(root / "eval" / "tuned.predictions.jsonl")))
    metrics = metrics_for(["exact_match", "perplexity"], wrote[0])
    differ = sum(one.output != other.output for one, other in zip(*wrote, strict=True))
    assert differ > 20, "the two say the same: nothing is shown"
    told = []
    for seed in range(SEEDS):
        dealt = random.Random(seed)
        drawn = dealt.sample(range(len(TEST)), 120)
        sides = [pair[:: dealt.choice((1, -1))] for pair in ((wrote[0][at], wrote[1][at]) for at in drawn)]
        ones, others = ([side[at] for side in sides] for at in (0, 1))
        told.append(verdict_of(compare(ones, others, metrics, "narrow", seed, resamples=2000)))
    # a test at 5% errs 5 times in 100; what is more than that by two standard errors would be its fault
    assert told.count("no evidence") >= (0.95 - 2 * (0.95 * 0.05 / SEEDS) ** 0.5) * SEEDS

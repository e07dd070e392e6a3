"""Benchmarks among real training files: twins of a template are none, planted copies are all found."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

pytestmark = pytest.mark.corpus


def found(root: Path, train: Path, benchmark: Path, coverage: float = 0.5) -> list[tuple[int, int]]:
    """Training row and benchmark row of every finding."""
    (root / "ftlint.toml").write_text(
        f'[[dataset]]\nname = "d"\ntrain = "{train}"\nbenchmark = "{benchmark}"\n'
        f"[rules.benchmark-contamination]\ncoverage = {coverage}\n"
    )
    settings = override(load([str(root)]), select=["LEAK005"])
    bindings = bind(discover([str(train)], settings), settings)
    report = check(bindings, settings, RuleSet(selected(settings)))
    assert not report.failures
    assert report.files[0].rows > 500
    pairs = [(finding.row, finding.related and finding.related.row) for finding, _ in report.findings()]
    return [(row, other) for row, other in pairs if row is not None and other is not None]


def read(file: Path) -> list[dict[str, Any]]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
    return [json.loads(line) for line in text.splitlines()]


def test_template_twins_are_no_copies(corpus: Path, tmp_path: Path) -> None:
    """Four training rows share a run of 13 words with a test item, three of them a tenth of all its runs."""
    data = corpus / "datasets"
    assert found(tmp_path, data / "gsm8k_train.jsonl", data / "gsm8k_test.jsonl") == []
    twins = found(tmp_path, data / "gsm8k_train.jsonl", data / "gsm8k_test.jsonl", 0.1)
    assert twins == [(20, 632), (1314, 602), (5162, 602)]


@pytest.mark.parametrize("train", ["stanford_alpaca_2000_gumbelsoft.json", "lf_alpaca_en_demo.json"])
def test_humaneval_is_not_in_instructions(corpus: Path, tmp_path: Path, train: str) -> None:
    data = corpus / "datasets"
    assert found(tmp_path, data / train, data / "HumanEval.jsonl.gz") == []


def test_a_rewrite_of_the_training_split_holds_no_test_item(corpus: Path, tmp_path: Path) -> None:
    data = corpus / "datasets"
    assert found(tmp_path, data / "gsm8k_as_alpaca.json", data / "gsm8k_test.jsonl") == []
    assert len(found(tmp_path, data / "gsm8k_as_alpaca.json", data / "gsm8k_train.jsonl")) > 7_000


@pytest.mark.parametrize("kept", ["whole", "question", "in a chat"])
def test_planted_items_are_all_found(corpus: Path, tmp_path: Path, kept: str) -> None:
    """20 items of GSM8K's test split, with a question of 20 words or more, among its training rows."""
    data = corpus / "datasets"
    draw = random.Random(20)
    items = read(data / "gsm8k_test.jsonl")
    rows = read(data / "gsm8k_train.jsonl")
    fit = [index for index, item in enumerate(items) if len(item["question"].split()) >= 20]
    planted = dict(zip(sorted(draw.sample(range(len(rows)), 20)), draw.sample(fit, 20), strict=True))
    for row, place in planted.items():
        question = items[place]["question"]
        rows[row] = {
            "whole": items[place],
            "question": {"question": f"Solve it. {question.upper()}", "answer": "Let us see."},
            "in a chat": {"question": f"Hi! {question} Thanks!", "answer": f"Sure: {items[place]['answer']}"},
        }[kept]
    train = tmp_path / "train.jsonl"
    train.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert found(tmp_path, train, data / "gsm8k_test.jsonl") == sorted(planted.items())

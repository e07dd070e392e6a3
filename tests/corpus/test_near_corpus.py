"""Near-duplicates of real files: known leaks are found, templates are passed, and brute force agrees."""

import importlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Finding
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

pytestmark = pytest.mark.corpus

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LEAKS = ("LEAK001", "LEAK002", "LEAK003")


def findings(root: Path, splits: dict[str, Path], select: tuple[str, ...]) -> list[Finding]:
    """Of files that make one dataset."""
    pytest.importorskip("pyarrow")
    named = "".join(f'{split} = "{file}"\n' for split, file in splits.items())
    (root / "ftlint.toml").write_text(f'[[dataset]]\nname = "d"\n{named}')
    settings = override(load([str(root)]), select=select)
    bindings = bind(discover(list(map(str, splits.values())), settings), settings)
    report = check(bindings, settings, RuleSet(selected(settings)))
    assert not report.failures
    assert all(file.format for file in report.files)
    return [finding for finding, _ in report.findings()]


def test_every_validation_row_of_a_known_leak_is_found(corpus: Path, tmp_path: Path) -> None:
    """All 410 rows stand in the training file, 405 to the character and 5 nearly.

    Many are copies of each other: a leak names the first of equal rows, which are 180 different ones.
    """
    data = corpus / "datasets"
    splits = {
        "train": data / "network_llm_train.jsonl",
        "validation": data / "network_llm_validation.jsonl",
    }
    found = findings(tmp_path, splits, LEAKS)
    assert Counter(finding.code for finding in found) == {"LEAK001": 967, "LEAK002": 5}
    named: set[int] = set()
    for finding in found:
        assert finding.row is not None
        assert finding.related is not None
        assert finding.related.row is not None
        ours = {finding.path: finding.row, finding.related.path: finding.related.row}
        assert len(ours) == 2, "both rows are named, one of each split"
        named |= {row for path, row in ours.items() if path.endswith("validation.jsonl")}
    assert len(named) == 180
    lines = splits["validation"].read_text().splitlines()
    contents = [tuple(json.loads(line).values()) for line in lines]
    known = {contents[row] for row in named}
    assert len(contents) == 410
    unnamed = [row for row, content in enumerate(contents) if content not in known]
    assert unnamed == []


CLEAN = {
    "cot": {"train": "cot_train.jsonl", "validation": "cot_eval.jsonl", "test": "cot_test.jsonl"},
    "gsm8k": {"train": "gsm8k_train.jsonl", "test": "gsm8k_test.jsonl"},
    "gsm8k socratic": {"train": "gsm8k_train.jsonl", "test": "gsm8k_test_socratic.jsonl"},
    "text2sql": {"train": "text2sql_train.jsonl", "validation": "text2sql_valid.jsonl"},
}


@pytest.mark.parametrize("dataset", CLEAN)
def test_clean_splits_stay_clean(dataset: str, corpus: Path, tmp_path: Path) -> None:
    splits = {split: corpus / "datasets" / name for split, name in CLEAN[dataset].items()}
    assert findings(tmp_path, splits, LEAKS) == []


def test_a_prompt_that_leaks_among_templates(corpus: Path, tmp_path: Path) -> None:
    """The rows ask the same and answer alike but for capitals; all their other words are the template."""
    data = corpus / "datasets"
    splits = {side: data / f"bedrock_nova_tooluse_{side}.jsonl" for side in ("train", "test")}
    found = [
        (each.code, each.row, each.related and each.related.row) for each in findings(tmp_path, splits, LEAKS)
    ]
    assert found == [("LEAK003", 22, 124)]


ALIKE = {
    "bedrock_nova_tooluse_train.jsonl": 0,
    "gsm8k_train_prompt5.parquet": 0,
    "gsm8k_train.jsonl": 0,
    "gsm8k_as_alpaca.json": 0,
    "text2sql_train.jsonl": 0,
    "cot_train.jsonl": 0,
    "lf_alpaca_zh_demo.json": 0,
    "HumanEval.jsonl.gz": 1,
    "allyarc_train.jsonl": 3,
    "dangshark_dpo_train.jsonl": 6,
    "gpteacher_toolformer_sim0.7.json": 0,
    "gpteacher_toolformer_dedupe_only.json": 82,
    "stanford_alpaca_2000_gumbelsoft.json": 1,
}
"""Rows that are nearly an earlier one. The first files are templates, whose rows share most words."""


@pytest.mark.parametrize("name", ALIKE)
def test_rows_that_are_alike(name: str, corpus: Path, tmp_path: Path) -> None:
    found = findings(tmp_path, {"train": corpus / "datasets" / name}, ("DUP004",))
    assert len(found) == ALIKE[name]


COMPARED = (
    "gpteacher_toolformer_dedupe_only.json",
    "predibase_jigsaw_5k.csv",
    "network_llm_train.jsonl",
    "allyarc_train.jsonl",
    "gsm8k_train_prompt5.parquet",
)


@pytest.mark.parametrize("name", COMPARED)
def test_brute_force_agrees(
    name: str,
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of the first 3,000 rows, with what many of them share left out of both sides."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    brute: Any = importlib.import_module("brute")
    rows = brute.head(corpus / "datasets" / name, 3_000)
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
    found = findings(tmp_path, {"train": tmp_path / "train.jsonl"}, ("DUP001", "DUP004"))
    repeated = {finding.row for finding in found if finding.code == "DUP001"}
    told = {each.row: each.related.row for each in found if each.code == "DUP004" and each.related}
    said = brute.learnt(rows)
    ignored = shared_by_many(brute, said)
    sets = [brute.grams(f"{prompt}\n{target}", ignored) for prompt, target in said]
    long = [grams if len(grams) >= 16 else set() for grams in sets]
    truth = brute.Clusters(brute.alike(long)).superfluous - repeated
    recall = len(truth & told.keys()) / len(truth) if truth else 1.0
    right = [
        row
        for row, other in told.items()
        if len(sets[row] & sets[other]) >= 0.8 * len(sets[row] | sets[other]) > 0
    ]
    with capsys.disabled():
        print(f"\n{name}: {len(truth)} alike, {len(told)} told, recall {recall:.4f}, right {len(right)}")
    assert recall >= 0.99
    assert len(right) == len(told)


def shared_by_many(brute: Any, said: list[tuple[str, str]]) -> set[str]:
    """The grams that a tenth of all prompts or half of all answers share, of different rows."""
    distinct = list(dict.fromkeys(said))
    found = set()
    for side, share in ((0, 0.1), (1, 0.5)):
        counts = Counter(gram for row in distinct for gram in brute.grams(row[side]))
        found |= {gram for gram, count in counts.items() if count >= max(8, share * len(distinct))}
    return found

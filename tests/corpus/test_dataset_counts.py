"""How many findings of which rule the real dataset files have: `docs/precision.md` says which are true.

A count that moves is to be looked at by hand before it is changed here.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Severity
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

pytestmark = pytest.mark.corpus

TODAY = "2026-11-01"

BY_DEFAULT = {
    "CHAT007 role-order": (0, 36, 0),
    "CHAT008 first-turn-not-user": (0, 8, 0),
    "CHAT009 last-turn-not-assistant": (0, 128, 0),
    "CHAT011 system-not-first": (0, 2, 0),
    "CHAT013 empty-answer": (1, 0, 0),
    "CHAT014 empty-prompt": (0, 0, 451),
    "CHAT023 tool-arguments-schema": (0, 1, 0),
    "DUP001 exact-duplicate": (0, 1189, 0),
    "DUP002 conflicting-answers": (0, 12, 87),
    "DUP003 duplicate-file": (0, 1, 2),
    "DUP004 near-duplicate": (0, 158, 0),
    "DUP005 near-prompt-conflict": (0, 0, 29),
    "FMT002 not-pulled": (2, 0, 0),
    "FMT014 crlf-newlines": (0, 0, 2),
    "FMT015 line-separator": (0, 0, 1),
    "FMT048 unknown-format": (0, 2, 0),
    "FMT049 ambiguous-format": (0, 0, 7),
    "LEAK001 split-leakage": (967, 0, 0),
    "LEAK002 near-leakage": (0, 5, 0),
    "LEAK003 prompt-leakage": (0, 1, 0),
    "PII001 pii-email": (0, 42, 109),
    "PII002 pii-phone": (0, 45, 22),
    "PII005 pii-ssn": (1, 0, 0),
    "PII006 pii-ip": (0, 331, 21),
    "PII007 pii-mac": (0, 0, 5),
    "PII010 pii-bank-account": (1, 0, 1),
    "QUAL001 refusal": (0, 18, 0),
    "QUAL002 ai-self-reference": (0, 74, 0),
    "QUAL003 mojibake": (0, 35, 0),
    "QUAL004 replacement-character": (0, 10, 0),
    "QUAL005 control-character-in-text": (0, 3, 0),
    "QUAL006 zero-width-character": (0, 29, 0),
    "QUAL008 merged-instructions": (0, 25, 0),
    "QUAL010 truncated-output": (0, 132, 0),
    "QUAL011 unclosed-code-fence": (0, 3, 0),
    "QUAL012 placeholder-output": (0, 2, 0),
    "QUAL013 placeholder-input": (0, 58, 0),
    "QUAL014 template-variable": (0, 85, 0),
    "QUAL016 inconsistent-system-prompt": (0, 22, 1),
    "QUAL019 canned-answer": (0, 0, 1),
    "QUAL020 language-mix": (0, 20, 0),
    "QUAL021 missing-attachment": (0, 32, 0),
    "QUAL022 export-artifact": (0, 3, 0),
    "QUAL023 html-entity": (0, 2, 0),
    "QUAL025 escaped-newline": (0, 5, 0),
    "QUAL027 mixed-leading-space": (0, 0, 1),
    "SEC011 assigned-secret": (0, 15, 0),
    "SPLIT001 too-few-examples": (3, 6, 1),
    "SPLIT002 bad-split": (0, 1, 0),
    "SPLIT004 missing-held-out": (0, 9, 27),
    "SPLIT006 tiny-held-out": (0, 1, 0),
}
"""Rule -> findings as errors, warnings and information, without any settings."""

ON_REQUEST: dict[str, tuple[Sequence[str], dict[str, Any], dict[str, tuple[int, int, int]]]] = {
    "max-length": (
        ["."],
        {"max_length": 2048, "select": ("TOK001",)},
        {"TOK001 over-max-length": (0, 34, 27)},
    ),
    "off by default": (
        ["."],
        {"select": ("QUAL028", "QUAL029")},
        {"QUAL028 html-markup": (0, 0, 3), "QUAL029 url-only-input": (0, 0, 343)},
    ),
    "personal data off by default": (
        ["."],
        {"select": (*(f"PII{n:03}" for n in (13, 14, 17, 18, 19, 20, 21, 22)), "SEC012", "SEC013")},
        {
            "PII020 pii-url": (0, 0, 14447),
            "PII021 pii-uuid": (0, 0, 56),
            "PII022 pii-date": (0, 0, 818),
        },
    ),
    "bedrock-nova": (
        ["bedrock_nova_tooluse_train.jsonl", "bedrock_nova_tooluse_test.jsonl"],
        {"target": "bedrock-nova", "select": ("LIM", "CHAT")},
        {},
    ),
    "fireworks": (["fireworks_text2sql.jsonl"], {"target": "fireworks", "select": ("LIM", "CHAT")}, {}),
    "together": (
        ["together_coqa_10.jsonl", "text2sql_train.jsonl", "text2sql_valid.jsonl"],
        {"target": "together", "select": ("LIM", "CHAT")},
        {},
    ),
    "vertex-gemini": (["gemini_train.jsonl"], {"target": "vertex-gemini", "select": ("LIM", "CHAT")}, {}),
    "mistral": (
        ["allyarc_train.jsonl", "text2sql_train.jsonl", "text2sql_valid.jsonl"],
        {"target": "mistral", "select": ("LIM", "CHAT")},
        {
            "CHAT007 role-order": (0, 18, 0),
            "CHAT008 first-turn-not-user": (0, 4, 0),
            "CHAT009 last-turn-not-assistant": (64, 0, 0),
            "CHAT011 system-not-first": (1, 0, 0),
        },
    ),
    "openai": (
        ["fireworks_text2sql.jsonl", "lf_mllm_demo.json", "text2sql_train.jsonl", "text2sql_valid.jsonl"],
        {"target": "gpt-4o-mini", "select": ("LIM", "CHAT")},
        {
            "LIM005 wrong-file-type": (1, 0, 0),
            "LIM011 target-retiring": (0, 3, 0),
            "LIM012 target-closing": (0, 3, 0),
        },
    ),
    "bedrock-claude": (
        ["allyarc_train.jsonl"],
        {"target": "bedrock-claude-3-haiku", "select": ("LIM", "CHAT")},
        {
            "CHAT007 role-order": (18, 0, 0),
            "CHAT008 first-turn-not-user": (4, 0, 0),
            "CHAT009 last-turn-not-assistant": (64, 0, 0),
            "CHAT011 system-not-first": (0, 1, 0),
            "LIM008 role-not-accepted": (1339, 0, 0),
            "LIM010 target-retired": (1, 0, 0),
        },
    ),
    "azure-openai": (
        ["dndgpt_training.jsonl"],
        {"target": "azure-openai", "select": ("LIM", "CHAT")},
        {"CHAT014 empty-prompt": (451, 0, 0), "LIM009 format-not-accepted": (1, 0, 0)},
    ),
    "gpt-3.5-turbo": (
        ["digit987_training_data_prepared.jsonl", "digit987_validation_data_prepared.jsonl"],
        {"target": "gpt-3.5-turbo", "select": ("LIM", "CHAT")},
        {"LIM009 format-not-accepted": (2, 0, 0), "LIM010 target-retired": (1, 0, 0)},
    ),
}
"""What runs -> paths, changes to the settings, findings."""


def checked(paths: Sequence[str], **changes: Any) -> Report:
    settings = override(load(paths, isolated=True), exclude=("MANIFEST.csv",), **changes)
    bindings = bind(discover(list(paths), settings), settings)
    return check(bindings, settings, RuleSet(selected(settings)), today=TODAY)


def counted(report: Report) -> dict[str, tuple[int, int, int]]:
    found = Counter((f"{finding.code} {finding.name}", finding.severity) for finding, _ in report.findings())
    return {
        rule: (found[rule, Severity.ERROR], found[rule, Severity.WARNING], found[rule, Severity.INFO])
        for rule, _ in sorted(found)
    }


@pytest.fixture
def datasets(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(corpus / "datasets")
    return corpus / "datasets"


def test_every_rule_finds_what_was_looked_at(datasets: Path) -> None:
    report = checked(["."])
    assert not report.failures
    assert counted(report) == BY_DEFAULT
    assert len(report.files) == 55


@pytest.mark.parametrize("run", ON_REQUEST)
def test_what_is_found_on_request(run: str, datasets: Path) -> None:
    paths, changes, expected = ON_REQUEST[run]
    report = checked(paths, **changes)
    assert not report.failures
    assert counted(report) == expected

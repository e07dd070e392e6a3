"""A report made by hand, with everything in it that output has to show."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ftlint.model import Finding, Fix, Related, Severity
from ftlint.model.report import Excerpt, Failure, FileSummary, NotRun, Replacement, Report
from ftlint.report import FORMATS, Style


class Sample:
    """All findings of one rule in one file, held in memory."""

    def __init__(
        self,
        path: str,
        code: str,
        name: str,
        severity: Severity,
        findings: Sequence[Finding],
        excerpts: Sequence[Excerpt | None] = (),
        **more: Any,
    ) -> None:
        self.path, self.code, self.name, self.severity = path, code, name, severity
        self.count = more.get("count", len(findings))
        self.headline = more.get("headline", "")
        self.help = more.get("help", "")
        self.safe_fixes = more.get("safe", 0)
        self.unsafe_fixes = more.get("unsafe", 0)
        self._findings = [_filled(finding, path, code, name) for finding in findings]
        self._excerpts = list(excerpts)

    def findings(self, limit: int | None = None) -> Iterator[Finding]:
        return islice(iter(self._findings), limit)

    def identified(self) -> Iterator[tuple[Finding, str]]:
        return ((finding, self.fingerprint(finding)) for finding in self._findings)

    def excerpt(self, finding: Finding, bare: bool = False) -> Excerpt | None:
        index = self._findings.index(finding)
        return self._excerpts[index] if index < len(self._excerpts) else None

    def fingerprint(self, finding: Finding) -> str:
        return f"{finding.code}-{finding.path}-{finding.row}"

    def replacements(self, finding: Finding) -> Sequence[Replacement]:
        return ()


def _filled(finding: Finding, path: str, code: str, name: str) -> Finding:
    return finding._replace(path=path, code=code, name=name)


ROUTER = '{"messages":[{"role":"user","content":"How do I reset my router after ‹…›'


def leakage() -> Sample:
    rows = ((1204, 1205, 18), (1390, 1391, 202), (2076, 2077, 7))
    findings = [
        Finding(
            "same as data/val.jsonl", row=row, line=line, related=Related("data/val.jsonl", other - 1, other)
        )
        for row, line, other in rows
    ]
    findings += [Finding("same as data/val.jsonl", row=3000 + n, line=3001 + n) for n in range(406)]
    return Sample(
        "data/train.jsonl",
        "LEAK001",
        "split-leakage",
        Severity.ERROR,
        findings,
        [Excerpt(ROUTER, 39, 74), None, None],
        headline="409 rows also stand in data/val.jsonl",
        help='drop them from one side or split by conversation: group-by = "conversation_id"',
        unsafe=409,
    )


def groups() -> list[Sample]:
    train = "data/train.jsonl"
    return [
        Sample(
            "configs/lora.yaml",
            "CFG001",
            "learning-rate-too-high",
            Severity.WARNING,
            [
                Finding(
                    "0.002 for SFT with LoRA; common start 2e-4, trouble above 3e-4",
                    line=4,
                    column=16,
                    fix=Fix("set 2.0e-4", (), safe=False),
                )
            ],
            [Excerpt("learning_rate: 2.0e-3", 15, 21)],
            unsafe=1,
        ),
        leakage(),
        Sample(
            train,
            "FMT004",
            "trailing-comma",
            Severity.ERROR,
            [
                Finding(
                    "a comma stands before the closing brace",
                    row=6,
                    line=7,
                    column=41,
                    end_line=7,
                    end_column=42,
                    fix=Fix("remove the comma", ()),
                )
            ],
            [Excerpt('…"content":"日本語の質問です"},}', 24, 25)],
            safe=1,
            help="remove the comma",
        ),
        Sample(
            train,
            "QUAL007",
            "placeholder-output",
            Severity.WARNING,
            [Finding("the answer is a placeholder", row=n - 1, line=n) for n in (3, 88, 1207)],
        ),
    ]


def report(**more: Any) -> Report:
    given: dict[str, Any] = {
        "root": "/project",
        "files": [
            FileSummary("configs/lora.yaml", "llamafactory", 0, 900),
            FileSummary("data/train.jsonl", "openai-chat", 8412, 44_000_000, "train"),
            FileSummary("data/val.jsonl", "openai-chat", 848, 4_000_000, "validation"),
        ],
        "groups": groups(),
        "not_run": [
            NotRun("PII009", "needs a model: docs/privacy.md"),
            NotRun("", "2 files not pulled (git lfs pull)"),
        ],
        "rules": 118,
        "seconds": 1.3,
    }
    return Report(**(given | more))


def clean(**more: Any) -> Report:
    return report(**({"groups": [], "not_run": (), "seconds": 0.4} | more))


def failing() -> Report:
    return report(
        failures=[Failure("CHAT004", "data/train.jsonl", 12, "ZeroDivisionError: division by zero")]
    )


def drawn(name: str, subject: Report, style: Style | None = None) -> str:
    out = io.StringIO()
    FORMATS[name](subject, out, style or Style())
    return out.getvalue()

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Related, Severity, Training
from ftlint.model.baseline import Baseline, HeldOut
from ftlint.rule import Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, ROWS, SETTINGS, harness, record
from ftlint_rules.fit.evidence import measured

DIGITS = 12


class BaselineOtherEvalSet(Rule[Project]):
    """The base model was measured on other rows than the tuned model will be.

    ## Why it matters
    Two numbers from two sets of rows cannot be subtracted: the difference may come from the rows alone. It
    happens without anybody noticing when rows are added to the held-out file, mended or split again.

    ## What to do
    Evaluate the base model again on the held-out files as they are now. Keep these files as they are for as
    long as runs are compared.

    ## References
    Compared is a SHA-256 over the bytes of the files, one after the other in the order of their paths:
    `cat data/val-*.jsonl | sha256sum`. The result's own split decides which files are meant, else any split
    that is held out. Where only some of a dataset's files were checked nothing is compared. A result of
    lm-evaluation-harness on public tasks alone says nothing about the held-out rows: information.
    """

    code = "FIT072"
    name = "baseline-other-eval-set"
    severity = Severity.WARNING
    help = "evaluate the base model again on the held-out files as they are now"
    documents = True
    bad = (
        Example(config=CONFIG, files={**FILES, "val.jsonl": ROWS[:40], "baseline.json": record()}),
        Example(
            config=CONFIG,
            files={"val.jsonl": ROWS[:40], "baseline.json": record()},
            note="the files that the result names",
        ),
        Example(
            config=CONFIG,
            files={**FILES, "out/results_2026-10-20T10-00-00.json": harness()},
            note="public tasks alone: information",
        ),
    )
    good = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record()}),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "ftlint.toml": SETTINGS.replace('"val.jsonl"', '["val-1.jsonl", "val-2.jsonl"]'),
                "val-1.jsonl": ROWS[:40],
                "val-2.jsonl": ROWS[40:],
                "baseline.json": record(),
            },
            note="the same rows in two files",
        ),
        Example(config=CONFIG, files={"out/results_2026-10-20T10-00-00.json": harness()}),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        for baseline, trainings in measured(project):
            for training in trainings:
                finding = self._of(baseline, training)
                if finding is not None:
                    yield finding
                    break

    def _of(self, baseline: Baseline, training: Training) -> Finding | None:
        if not baseline.dataset_hash:
            return _public(baseline, training)
        known = [held for held in training.held_out if held.hash]
        if not known or any(held.hash == baseline.dataset_hash for held in known):
            return None
        other = next((held for held in known if held.split == baseline.split), known[-1])
        there, now = _short(baseline.dataset_hash), _short(other.hash)
        return Finding(
            f"measured on other bytes than {_named(other)}: {there} in the result, {now} now",
            related=Related(other.paths[0]),
            **baseline.place("dataset.hash"),
        )


def _public(baseline: Baseline, training: Training) -> Finding | None:
    """A result on public tasks, where the project holds rows out."""
    held = [each for each in training.held_out if each.split]
    if not baseline.tasks or baseline.files or not held:
        return None
    tasks = ", ".join(baseline.tasks[:3]) + (" ..." if len(baseline.tasks) > 3 else "")
    return Finding(
        f"measured on public tasks alone ({tasks}), not on {_named(held[0])}",
        severity=Severity.INFO,
        related=Related(held[0].paths[0]),
        **baseline.place("results"),
    )


def _named(held: HeldOut) -> str:
    more = f" and {len(held.paths) - 1:,} more" if len(held.paths) > 1 else ""
    return f"{held.paths[0]}{more}"


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:DIGITS]

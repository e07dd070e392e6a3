from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import kind
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule


class StepwiseLengthMismatch(Rule[Record]):
    """A stepwise record has not one label for each step.

    ## Why it matters
    TRL pairs steps and labels in order: a missing label shifts or drops the last ones, so steps are trained
    with their neighbours' labels.

    ## What to do
    Write one boolean for each step.

    ## References
    - TRL `docs/source/dataset_formats.md`, *Stepwise supervision*: `completions` and `labels` are lists
      of the same length, labels are booleans.
    """

    code = "CHAT030"
    name = "stepwise-length-mismatch"
    severity = Severity.ERROR
    headline = "{count} rows have not one label for each step"
    help = "write one true or false for each step"
    bad = (
        Example([{"prompt": "a", "completions": ["b", "c"], "labels": [True]}]),
        Example([{"prompt": "a", "completions": ["b", "c"], "labels": [True, "no"]}]),
        Example(
            [
                {"prompt": "a", "completions": ["b", "c"], "labels": [True, False]},
                {"prompt": "a", "completions": [], "labels": []},
            ]
        ),
    )
    good = (
        Example([{"prompt": "a", "completions": ["b", "c"], "labels": [True, False]}]),
        Example([{"prompt": "a", "completions": ["b", "c"], "labels": [1, 0]}]),
    )

    def wakes(self, shape: Shape) -> bool:
        return shape.format.kind == "stepwise"

    def check(self, record: Record) -> Iterator[Finding]:
        required = record.format.required
        steps_key, labels_key = required[1:3] if len(required) > 2 else ("completions", "labels")
        steps, labels = record.data.get(steps_key), record.data.get(labels_key)
        for key, value in ((steps_key, steps), (labels_key, labels)):
            if key in record.data and not isinstance(value, list):
                yield Finding(f"'{key}' is a {kind(value)}, not a list", pointer=f"/{key}")
        if isinstance(steps, list) and isinstance(labels, list):
            yield from compared(steps, labels, steps_key, labels_key)


def compared(steps: list[Any], labels: list[Any], steps_key: str, labels_key: str) -> Iterator[Finding]:
    if len(steps) != len(labels):
        yield Finding(f"{len(steps)} steps, {len(labels)} labels", pointer=f"/{labels_key}")
    elif not steps:
        yield Finding(f"'{steps_key}' is empty", pointer=f"/{steps_key}")
    else:
        for index, label in enumerate(labels):
            if label not in (True, False):
                pointer = f"/{labels_key}/{index}"
                yield Finding(f"{labels_key}[{index}] is a {kind(label)}, not true or false", pointer=pointer)
                return

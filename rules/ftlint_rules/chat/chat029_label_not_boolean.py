from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import escaped, kind
from ftlint.model import Finding, Fix, Record, SetValue, Severity, Shape
from ftlint.rule import Example, Rule

WORDS = {
    "true": True,
    "yes": True,
    "good": True,
    "1": True,
    "false": False,
    "no": False,
    "bad": False,
    "0": False,
}


class LabelNotBoolean(Rule[Record]):
    """The label of an unpaired preference is not true or false.

    ## Why it matters
    LLaMA-Factory tests for a boolean: with anything else the row is trained as an ordinary answer, good
    or bad. In TRL the text "false" counts as true. Either way rejected answers are learnt.

    ## What to do
    Write `true` or `false`. The fix does so for 0, 1 and the words true, false, yes, no.

    Numbers 0 and 1 are a warning in TRL's format, where they work.

    ## References
    - LLaMA-Factory `data/converter.py`: `isinstance(example[kto_tag], bool)`.
    - TRL `docs/source/dataset_formats.md`, *Unpaired preference*.
    """

    code = "CHAT029"
    name = "label-not-boolean"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows have a label that is not true or false"
    help = "write true or false"
    bad = (
        Example([{"prompt": "a", "completion": "b", "label": "false"}], format="trl-unpaired"),
        Example([{"prompt": "a", "completion": "b", "label": 1}], format="trl-unpaired"),
    )
    good = (
        Example(
            [
                {"prompt": "a", "completion": "b", "label": True},
                {"prompt": "a", "completion": "c", "label": False},
            ]
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        key = _key(shape)
        return bool(key) and not isinstance(shape.data[key], bool)

    def check(self, record: Record) -> Iterator[Finding]:
        key = _key(record)
        value = record.data.get(key)
        meant = _meant(value)
        fix = None
        if meant is not None:
            written = "true" if meant else "false"
            fix = Fix(f"write {written}", (SetValue(f"/{escaped(key)}", meant),))
        number = isinstance(value, int) and meant is not None and record.format.name.startswith("trl")
        yield Finding(
            f"'{key}' is a {kind(value)}, not true or false" if value is not None else f"'{key}' is null",
            pointer=f"/{escaped(key)}",
            fix=fix,
            severity=Severity.WARNING if number else self.severity,
        )


def _key(record: Record) -> str:
    """The label's column, "" where the record has none."""
    if record.format.kind != "unpaired" or not record.format.required:
        return ""
    key = record.format.required[-1]
    return key if key in record.data else ""


def _meant(value: Any) -> bool | None:
    if isinstance(value, str):
        return WORDS.get(value.strip().lower())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.record_keys import RecordKeys
from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.run_size import all_read, train_parts, trained

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
ROWS = [{"question": f"Question {n}?", "answer": f"Answer {n}.", "topic": "a"} for n in range(20)]


SCRIPTED = frozenset({"trl", "hf", "hf-arguments", "alignment-handbook", "unsloth-studio", "oumi"})
"""Dialects whose trainer reads rows by their own keys, where they have these, whatever column is named."""

OWN = frozenset({"messages", "conversations", "prompt", "chosen"})

OPTIONAL = ("system", "tools", "thinking", "input", "images", "image", "videos", "reasoning", "weight")
"""Ends of keys that name a column which rows need not have: `field_system`."""


class MissingColumn(Rule[Training]):
    """The config names a column that no row has.

    ## Why it matters
    Trainers look the column up when they read the data, which is after the model was loaded; some take an
    empty text for it and train on nothing.

    ## What to do
    Write the name as the rows have it, or rename the column.

    ## References
    A column is missing where none of the records of all the files that the config trains on has it as a key;
    where the data could not be read as a whole, and in names with dots, which are paths, nothing is told.
    Left alone are columns that rows need not have (axolotl's `field_system`, `field_tools`), and TRL's
    `dataset_text_field` beside rows of messages, which TRL then does not read.
    """

    code = "FIT010"
    name = "missing-column"
    severity = Severity.ERROR
    help = "write the column's name as the rows have it"
    needs = (RecordKeys,)
    bad = (
        Example(config={**LORA, "columns": ("question", "response")}, data=ROWS),
        Example(config={**LORA, "columns": ("Answer",)}, data=ROWS, note="case counts"),
    )
    good = (
        Example(config={**LORA, "columns": ("question", "answer")}, data=ROWS),
        Example(config={**LORA, "columns": ("answer.text",)}, data=ROWS, note="a path"),
        Example(config={**LORA, "columns": ("response",)}, note="the data is not known"),
        Example(
            config={**LORA, "columns": ("topic",)},
            data=[*ROWS[:10], {"question": "Why?", "answer": "So."}],
            note="some rows have it",
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not config.written("columns"):
            return
        parts = train_parts(training)
        if not parts or not all_read(training):
            return
        measures = [part.measure(RecordKeys) for part in parts if RecordKeys in part.measures]
        if len(measures) < len(parts) or not all(each.complete for each in measures):
            return
        there = {key for each in measures for key in each.counts}
        if not there or (config.dialect in SCRIPTED and not OWN.isdisjoint(there)):
            return
        named = [name for name in config.get("columns") or () if "." not in name]
        missing = [name for name in named if name not in there and not _may_lack(config, name)]
        if not missing:
            return
        nearest = [name for name in sorted(there) if name.lower() == missing[0].lower()]
        meant = f"; they have {nearest[0]}" if nearest else ""
        columns = "column " if len(missing) == 1 else "columns "
        records = sum(each.records for each in measures)
        yield Finding(
            f"{columns}{', '.join(missing)}: in none of {records:,} records{meant}",
            **config.place("columns"),
        )


def _may_lack(config: TrainingConfig, name: str) -> bool:
    """Whether the key that names the column is of one that rows need not have."""
    keys = [
        path
        for path, entry in config.tree.walk()
        if entry.value.kind == "scalar" and entry.value.text == name
    ]
    return bool(keys) and all(key.endswith(OPTIONAL) for key in keys)

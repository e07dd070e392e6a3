from __future__ import annotations

from collections.abc import Iterator, Mapping

from ftlint.detect.measures.record_keys import RecordKeys
from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.overlap import made
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import at

READS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "axolotl": {
        "alpaca": ("instruction", "output"),
        "chat_template": ("messages",),
        "completion": ("text",),
        "input_output": ("segments",),
    },
}
"""Dialect -> format as its configs name it -> the columns that it reads of every row."""

AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: lora
lora_r: 16
learning_rate: 0.0002
micro_batch_size: 2
num_epochs: 1
sequence_len: 2048
val_set_size: 0.2
datasets:
  - path: data.jsonl
    type: {type}
"""
ALPACA = '{"instruction": "Name a colour.", "input": "", "output": "Red."}\n' * 20
SHAREGPT = '{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}\n' * 20


class DeclaredFormatMismatch(Rule[Training]):
    """The rows lack a column that the format named in the config reads.

    ## Why it matters
    `type: alpaca`, as in most examples, reads `instruction` and `output`; rows of messages have neither. The
    job stops while it reads the data, or takes nothing for the text and trains on it.

    ## What to do
    Name the format that the rows have, or say where it finds its columns: `field_messages: conversations`.

    ## References
    axolotl, `prompt_strategies/`: `alpaca` reads `instruction` and `output`, `chat_template` reads `messages`
    unless `field_messages` says otherwise, `completion` reads `text` unless `field` does, `input_output`
    reads `segments`. A column is missing where no row has it. Configs that name columns are left alone.
    """

    code = "FIT023"
    name = "declared-format-mismatch"
    severity = Severity.ERROR
    help = "name the format that the rows have, or where its columns are"
    needs = (RecordKeys,)
    bad = (
        Example(files={"axolotl.yaml": AXOLOTL.format(type="alpaca"), "data.jsonl": made(0, 20)}),
        Example(files={"axolotl.yaml": AXOLOTL.format(type="chat_template"), "data.jsonl": SHAREGPT}),
        Example(files={"axolotl.yaml": AXOLOTL.format(type="completion"), "data.jsonl": ALPACA}),
    )
    good = (
        Example(files={"axolotl.yaml": AXOLOTL.format(type="alpaca"), "data.jsonl": ALPACA}),
        Example(files={"axolotl.yaml": AXOLOTL.format(type="chat_template"), "data.jsonl": made(0, 20)}),
        Example(
            files={
                "axolotl.yaml": AXOLOTL.format(type="chat_template") + "    field_messages: conversations\n",
                "data.jsonl": SHAREGPT,
            }
        ),
        Example(files={"axolotl.yaml": AXOLOTL.format(type="my_own.load"), "data.jsonl": made(0, 20)}),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.written("columns"):
            return
        yield from _lacking(training, config)


def _lacking(training: Training, config: TrainingConfig) -> Iterator[Finding]:
    known = READS.get(config.dialect, {})
    for use in training.uses:
        columns = known.get(use.ref.format, ())
        for part in use.parts:
            if not columns or RecordKeys not in part.measures:
                continue
            keys = part.measure(RecordKeys)
            missing = [column for column in columns if column not in keys.counts]
            if missing and keys.complete and keys.records:
                there = part.format.name if part.format is not None else "another format"
                yield Finding(
                    f"{part.path}: {use.ref.format} reads {' and '.join(columns)}; no row has "
                    f"{' or '.join(missing)}: they are {there}",
                    **at(training, use.ref.range, "train_data"),
                )

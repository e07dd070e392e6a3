from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.detect.tokens import ERROR
from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import all_read, train_parts, trained
from ftlint_rules.fit.said import counted, setting

AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: lora
lora_r: 16
learning_rate: 0.0002
micro_batch_size: 2
num_epochs: 1
sequence_len: {length}
pad_to_sequence_len: true
sample_packing: {packing}
val_set_size: 0.2
datasets:
  - path: data.jsonl
    type: chat_template
"""
CHATS = [chat("Where is it?", "At the door.")] * 20


class SequenceLengthWasted(Rule[Training]):
    """Every row is padded to a length that none of them comes near.

    ## Why it matters
    Padding is computed like text: rows of 300 tokens padded to 8,192 take the memory and the time of 8,192,
    some 27 times what they need.

    ## What to do
    Lower the sequence length to that of the longest row, turn the padding off (`pad_to_sequence_len: false`),
    or turn packing on, which fills the sequences.

    ## References
    axolotl pads to `sequence_len` where `pad_to_sequence_len` is set; the other frameworks pad to the longest
    row of a batch, and a limit far above the rows costs nothing there. Tokens are counted or estimated as
    `truncated-target` says, estimates taken a quarter higher. `least` 0.5: half of every sequence is padding.
    """

    code = "FIT017"
    name = "sequence-length-wasted"
    severity = Severity.WARNING
    worse = "fewer"
    help = "lower the sequence length, or turn padding off or packing on"
    needs = (AnswerLengths,)
    bad = (
        Example(config=AXOLOTL.format(length=8192, packing="false"), config_name="axolotl.yaml", data=CHATS),
        Example(config=AXOLOTL.format(length=64, packing="false"), config_name="axolotl.yaml", data=CHATS),
    )
    good = (
        Example(config=AXOLOTL.format(length=8192, packing="true"), config_name="axolotl.yaml", data=CHATS),
        Example(config=AXOLOTL.format(length=32, packing="false"), config_name="axolotl.yaml", data=CHATS),
        Example(config={"method": "sft", "tuning": "lora", "sequence_length": 8192}, data=CHATS),
    )

    least: Annotated[float, Between(0, 1), "share of the length that the longest row should take"] = 0.5

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.get("packing") or not _pads(config):
            return
        limit = config.get("sequence_length")
        parts = train_parts(training)
        if not limit or not parts or any(AnswerLengths not in part.measures for part in parts):
            return
        longest = max(part.measure(AnswerLengths).of(training.tokenizer).longest for part in parts)
        most = longest * (1 if training.tokenizer else 1 + ERROR)
        if not all_read(training) or not longest or most >= self.least * limit:
            return
        yield Finding(
            f"{setting(config, 'sequence_length')}, padded to it; the longest record has {longest:,} tokens "
            f"({counted(training)})",
            **config.place("sequence_length"),
        )


def _pads(config: TrainingConfig) -> bool:
    entry = config.entry("pad_to_sequence_len")
    return entry is not None and entry.value.text.strip().lower() in ("true", "yes", "on")

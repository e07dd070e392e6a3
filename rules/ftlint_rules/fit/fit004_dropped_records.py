from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.overlong import handling, loss
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import counted, setting, share

AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: lora
lora_r: 16
learning_rate: 0.0002
micro_batch_size: 2
num_epochs: 1
val_set_size: 0.05
sequence_len: {length}
datasets:
  - path: data.jsonl
    type: chat_template
"""
LONG = chat("Sum up.", "words " * 80)
SHORT = chat("Sum up.", "words " * 8)


class DroppedRecords(Rule[Training]):
    """Records that training leaves out because they are too long.

    ## Why it matters
    axolotl and ms-swift drop what is longer than the sequence length, LLaMA-Factory does where it packs. The
    longest records are often the hardest and the dearest ones, and the run is shorter than planned. With
    axolotl's default of 512 tokens most of a dataset can go.

    ## What to do
    Raise the limit if memory allows, or split long records. To cut them instead: `excess_length_strategy:
    truncate` (axolotl), `truncation_strategy: right` (ms-swift).

    ## References
    axolotl, `utils/data/utils.py`: drops unless told otherwise, and says how many in its log. ms-swift,
    `template_args.py`: `truncation_strategy` is `delete` unless set. LLaMA-Factory,
    `processor/supervised.py`: drops lengthy examples where it packs. Tokens are counted or estimated as
    `truncated-target` says. An error where no record is left, or where the training is told to stop at one
    (`raise`).
    """

    code = "FIT004"
    name = "dropped-records"
    severity = Severity.WARNING
    help = "raise the sequence length, or split long records"
    needs = (AnswerLengths,)
    bad = (
        Example(config=AXOLOTL.format(length=64), config_name="axolotl.yaml", data=[LONG, *[SHORT] * 60]),
        Example(config=AXOLOTL.format(length=64), config_name="axolotl.yaml", data=[LONG], note="an error"),
        Example(
            config=AXOLOTL.format(length=64) + "excess_length_strategy: raise\n",
            config_name="axolotl.yaml",
            data=[LONG, *[SHORT] * 60],
            note="training stops: an error",
        ),
        Example(
            config=AXOLOTL.format(length=90),
            config_name="axolotl.yaml",
            data=[LONG],
            note="near the limit: information",
        ),
    )
    good = (
        Example(config=AXOLOTL.format(length=128), config_name="axolotl.yaml", data=[LONG, *[SHORT] * 60]),
        Example(
            config=AXOLOTL.format(length=64) + "excess_length_strategy: truncate\n",
            config_name="axolotl.yaml",
            data=[LONG],
            note="truncated-target tells it",
        ),
        Example(config=AXOLOTL.format(length=64), config_name="axolotl.yaml", data=[LONG, *[SHORT] * 200]),
    )

    max_share: Annotated[float, Between(0, 1), "share of records that may be dropped"] = 0.01

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        limit, how = config.get("sequence_length"), handling(config)
        if not limit or limit < 1 or how not in ("drop", "refuse"):
            return
        lost = loss(training, how, int(limit))
        most = self.max_share if how == "drop" else 0
        if lost is None or lost.longer <= most * lost.records:
            return
        sure = lost.sure_longer > most * lost.records
        yield Finding(
            f"{share(lost.longer, lost.records)} of records ({lost.longer:,} of {lost.records:,}) "
            f"{_fate(how, sure)} at {setting(config, 'sequence_length')}: the longest has "
            f"{lost.longest:,} tokens ({counted(training)})",
            severity=self._severity(how, sure, lost.sure_longer == lost.records),
            **config.place("sequence_length"),
        )

    def _severity(self, how: str, sure: bool, all_: bool) -> Severity:
        if not sure:
            return Severity.INFO
        return Severity.ERROR if all_ or how == "refuse" else self.severity


def _fate(how: str, sure: bool) -> str:
    if how == "refuse":
        return "stop the training" if sure else "may stop the training"
    return "are dropped" if sure else "may be dropped"

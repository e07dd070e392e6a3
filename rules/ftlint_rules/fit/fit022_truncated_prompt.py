from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.overlong import handling, loss
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import counted, setting, share

LLAMAFACTORY = """\
model_name_or_path: Qwen/Qwen3-8B
stage: sft
finetuning_type: lora
template: qwen
learning_rate: 0.0001
cutoff_len: {length}
"""
LONG = chat("Read this: " + "words " * 80, "Yes.")
SHORT = chat("Sum up.", "words " * 8)


class TruncatedPrompt(Rule[Training]):
    """Prompts cut off by the sequence length.

    ## Why it matters
    LLaMA-Factory keeps the answer where it is short and cuts the prompt; ms-swift and TRL can be told to cut
    from the left. The model then learns to answer questions that it has not read to their end, or
    instructions whose beginning is gone: it learns to make things up.

    ## What to do
    Raise the limit if memory allows, or shorten or drop the long records.

    ## References
    LLaMA-Factory, `data/processor/processor_utils.py`: of a pair that is too long the prompt is cut where the
    answer takes less than half of the limit, the answer where the prompt does, both in proportion else.
    `truncation_strategy: left` of ms-swift, `truncation_mode: keep_end` of TRL. Tokens are counted or
    estimated as `truncated-target` says, which tells of answers.
    """

    code = "FIT022"
    name = "truncated-prompt"
    severity = Severity.WARNING
    help = "raise the sequence length, or shorten or drop long records"
    needs = (AnswerLengths,)
    bad = (
        Example(config=LLAMAFACTORY.format(length=64), config_name="train.yaml", data=[LONG, SHORT]),
        Example(
            config=LLAMAFACTORY.format(length=90), config_name="train.yaml", data=[LONG], note="information"
        ),
    )
    good = (
        Example(config=LLAMAFACTORY.format(length=256), config_name="train.yaml", data=[LONG, SHORT]),
        Example(
            config=LLAMAFACTORY.format(length=64),
            config_name="train.yaml",
            data=[chat("Sum up.", "words " * 80)],
        ),
        Example(
            config={"method": "sft", "tuning": "lora", "sequence_length": 64},
            data=[LONG],
            note="cut at the end: truncated-target",
        ),
    )

    max_share: Annotated[float, Between(0, 1), "share of records whose prompt may be cut"] = 0.01

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        limit, how = config.get("sequence_length"), handling(config)
        if not limit or limit < 1 or how not in ("start", "pairs"):
            return
        lost = loss(training, how, int(limit))
        if lost is None or lost.prompts <= self.max_share * lost.records:
            return
        sure = lost.sure_prompts > self.max_share * lost.records
        yield Finding(
            f"{share(lost.prompts, lost.records)} of records ({lost.prompts:,} of {lost.records:,}) "
            f"{'' if sure else 'may '}lose part of their prompt at {setting(config, 'sequence_length')}; "
            f"the longest record has {lost.longest:,} tokens ({counted(training)})",
            severity=self.severity if sure else Severity.INFO,
            **config.place("sequence_length"),
        )

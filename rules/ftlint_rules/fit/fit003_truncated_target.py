from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.overlong import handling, loss
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import counted, setting, share

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
LONG = chat("Sum up.", "words " * 80)
SHORT = chat("Sum up.", "words " * 8)


class TruncatedTarget(Rule[Training]):
    """Answers cut off by the sequence length.

    ## Why it matters
    Tokens past the limit are left out without a word. They are the end of the answer: the model learns to
    stop in the middle of a sentence, and where the prompt alone fills the sequence it learns nothing at all.
    The loss shows none of it.

    ## What to do
    Raise the limit if memory allows, split or shorten long records, or drop them.

    What is cut depends on the framework, and is counted as it does it: most keep the start; LLaMA-Factory
    cuts each pair of prompt and answer in proportion, the longer side first. What drops long records instead
    is told by `dropped-records`.

    ## References
    Defaults are short: axolotl 512 tokens, TRL 1,024, LLaMA-Factory 2,048. Tokens are counted with the
    model's tokenizer where one is set (`tokenizer`, `--tokenizer`) or lies in the model's folder; else they
    are estimated: nine rows in ten lie within 25% of what five tokenizers of today count (docs/tokens.md). A
    warning then asks that the rows are too long even where every estimate is 25% too high; what only may be
    is told as information. Around each turn four tokens of chat template are counted in.

    On 46 real files, five tokenizers and limits from 256 to 2,048 all 255 warnings were right; of 70 told as
    information 57 were, and 6 cases of more than 1% were missed. At 512 tokens 19 of the 46 files have more
    than 1% of longer records, at 2,048 two.

    ## Known limits
    Images and tool schemas are not counted. The long template of one model (DeepSeek's, Mistral's tools) is
    not known.
    """

    code = "FIT003"
    name = "truncated-target"
    severity = Severity.WARNING
    help = "raise the sequence length, or split, shorten or drop long records"
    covers = ("FIT022",)
    needs = (AnswerLengths,)
    bad = (
        Example(config={**LORA, "sequence_length": 64}, data=[LONG, SHORT]),
        Example(
            config={**LORA, "sequence_length": 64},
            data=[chat("Read this: " + "words " * 80, "Yes.")],
            note="the prompt alone fills the sequence",
        ),
        Example(
            config={**LORA, "sequence_length": 64},
            data=[chat("Hi", "Hello.", "Sum up.", "words " * 80)],
            note="a conversation",
        ),
        Example(config={**LORA, "sequence_length": 90}, data=[LONG], note="near the limit: information"),
    )
    good = (
        Example(config={**LORA, "sequence_length": 128}, data=[LONG, SHORT]),
        Example(config={**LORA, "sequence_length": 64}, data=[LONG, *[SHORT] * 120], note="one in 121"),
        Example(config=LORA, data=[LONG], note="no limit is known"),
        Example(
            config={"method": "grpo", "sequence_length": 64}, data=[LONG], note="it draws its own answers"
        ),
    )

    max_share: Annotated[float, Between(0, 1), "share of records that may be cut"] = 0.01

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        limit, how = config.get("sequence_length"), handling(config)
        if not limit or limit < 1 or how not in ("end", "start", "pairs"):
            return
        lost = loss(training, how, int(limit))
        if lost is None or lost.cut <= self.max_share * lost.records:
            return
        sure = lost.sure_cut > self.max_share * lost.records
        may = "lose" if sure else "may lose"
        wholly = f"; {lost.lost:,} of them lose all of it" if lost.lost else ""
        yield Finding(
            f"{share(lost.cut, lost.records)} of records ({lost.cut:,} of {lost.records:,}) {may} part of "
            f"their answer at {setting(config, 'sequence_length')}: "
            f"{share(lost.cut_tokens, lost.answer_tokens)} of answer tokens{wholly}; the longest record has "
            f"{lost.longest:,} ({counted(training)})",
            severity=self.severity if sure else Severity.INFO,
            **config.place("sequence_length"),
        )

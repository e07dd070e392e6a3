from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

BY_PLACE = frozenset({"axolotl", "llamafactory"})


class PadEqualsEos(Rule[TrainingConfig]):
    """The padding token is the end token.

    ## Why it matters
    Padding is left out of the loss. A collator that goes by the token, as that of language modelling in
    transformers does, then leaves every end token out with it: the model never learns to stop, and its
    answers run on to the limit.

    ## What to do
    Take a token of its own for padding: the tokenizer's own pad token, or a reserved one such as
    `<|finetune_right_pad_id|>` of Llama 3.

    It is an info for axolotl and LLaMA-Factory, which mask padding by its place.

    ## References
    transformers 5.23, `data/data_collator.py`: labels equal to the pad token become -100. unsloth issue 416,
    the LLM course of Hugging Face, issue 33. Measured: 6 of 314 public axolotl configs set both alike.
    """

    code = "CFG072"
    name = "pad-equals-eos"
    severity = Severity.WARNING
    help = "take another token for padding"
    bad = (Example(config={"learning_rate": 2e-4, "pad_token": "</s>", "eos_token": "</s>"}),)
    good = (
        Example(config={"learning_rate": 2e-4, "pad_token": "<unk>", "eos_token": "</s>"}),
        Example(config={"learning_rate": 2e-4, "pad_token": "</s>"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        pad, end = config.get("pad_token"), config.get("eos_token")
        if config.purpose != "train" or not pad or pad != end or not config.written("pad_token"):
            return
        by_place = config.dialect in BY_PLACE
        what = "is masked by its place here" if by_place else "a collator that masks it masks every end"
        yield Finding(
            f"the padding token is the end token; {what}",
            severity=Severity.INFO if by_place else None,
            **config.place("pad_token"),
        )

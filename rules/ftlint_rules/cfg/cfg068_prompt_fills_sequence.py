from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

REFUSED = frozenset({"cpo", "simpo"})
DPO = {"method": "dpo", "learning_rate": 5e-7, "sequence_length": 1024}


class PromptFillsSequence(Rule[TrainingConfig]):
    """A prompt may be as long as the whole sequence.

    ## Why it matters
    The sequence holds the prompt and the answer. A prompt that fills it leaves no token for the answer: of
    such examples both answers are cut to nothing, and the loss compares nothing with nothing.

    ## What to do
    Let `max_prompt_length` be well under the sequence length: half of it is usual.

    It is an error with CPO and SimPO, whose trainer in TRL refuses it, else a warning.

    ## References
    TRL 0.24, `cpo_trainer.py`: max_prompt_length must be strictly less than max_length. alignment-handbook's
    DPO recipes: 512 of 1024.
    """

    code = "CFG068"
    name = "prompt-fills-sequence"
    severity = Severity.WARNING
    help = "leave room for the answer"
    bad = (
        Example(config={**DPO, "max_prompt_length": 1024}),
        Example(config={**DPO, "max_prompt_length": 1800, "method": "simpo"}, note="an error"),
    )
    good = (
        Example(config={**DPO, "max_prompt_length": 512}),
        Example(
            config={**DPO, "max_prompt_length": 1024, "method": "grpo"}, note="completions have their own"
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        prompt, whole = config.get("max_prompt_length"), config.get("sequence_length")
        if config.purpose != "train" or not prompt or not whole or config.reinforcement or prompt < whole:
            return
        if config.written("max_prompt_length"):
            yield Finding(
                f"{config.spelled('max_prompt_length')} {prompt:,} leaves nothing of "
                f"{config.spelled('sequence_length')} {whole:,} for the answer",
                severity=Severity.ERROR if config.get("method") in REFUSED else None,
                **config.place("max_prompt_length"),
            )

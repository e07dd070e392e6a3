from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.warmup import HF

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class StepsAndEpochs(Rule[TrainingConfig]):
    """Both steps and epochs are given; the epochs are not used.

    ## Why it matters
    A `max_steps` left from a trial ends the run after it, whatever the epochs say; or it goes round the data
    more often than anyone meant. Both numbers look as if they counted.

    ## What to do
    Keep one: epochs where the data may grow, steps for a trial. `max_steps: -1` leaves it to the epochs.

    ## References
    transformers' Trainer: `max_steps` above 0 overrides `num_train_epochs`. Frameworks that stop at
    whichever comes first (litgpt) or count steps of an epoch (torchtune) are left alone.
    """

    code = "CFG024"
    name = "steps-and-epochs"
    severity = Severity.INFO
    help = "keep max_steps or the epochs"
    bad = (Example(config={**SFT, "max_steps": 500, "epochs": 3}),)
    good = (
        Example(config={**SFT, "max_steps": -1, "epochs": 3}),
        Example(config={**SFT, "max_steps": 500}),
        Example(config={**SFT, "max_steps": 500, "epochs": 1}, note="1 is what is written to say nothing"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        steps, epochs = config.get("max_steps"), config.get("epochs")
        if config.purpose != "train" or config.dialect not in HF or not steps or steps <= 0:
            return
        if not epochs or epochs == 1 or not (config.written("epochs") and config.written("max_steps")):
            return
        yield Finding(
            f"max_steps {steps:,} decides; the {short(epochs)} epochs are not used",
            **config.place("max_steps"),
        )

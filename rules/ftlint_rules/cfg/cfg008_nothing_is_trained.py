from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class NothingIsTrained(Rule[TrainingConfig]):
    """No epochs, no steps or no learning rate: the run changes nothing.

    ## Why it matters
    The model is loaded, the data is tokenised, checkpoints are written, and the weights are those of the
    base model. Often it is what is left of a dry run.

    ## What to do
    Set the epochs (1 to 3) or the learning rate. A dry run on purpose can carry
    `# ftlint: ignore[nothing-is-trained]`.

    ## References
    transformers' Trainer, torchtune and litgpt leave their loop at once with 0 epochs and apply a rate of 0
    as it is; torch's optimizers refuse a negative rate. In transformers, `max_steps` of 0 or below leaves it
    to the epochs.
    """

    code = "CFG008"
    name = "nothing-is-trained"
    severity = Severity.ERROR
    help = "set the epochs or the learning rate"
    covers = ("CFG002",)
    bad = (
        Example(config={**SFT, "epochs": 0}),
        Example(config={**SFT, "learning_rate": 0, "epochs": 1}),
        Example(config={**SFT, "learning_rate": -2e-4}),
    )
    good = (
        Example(config={**SFT, "epochs": 0, "max_steps": 100}, note="the steps decide"),
        Example(config={**SFT, "epochs": 0.1}),
        Example(config={**SFT, "epochs": 1, "max_steps": -1}),
        Example(config={**SFT, "epochs": "${EPOCHS}"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train":
            return
        rate, epochs = config.get("learning_rate"), config.get("epochs")
        if rate is not None and rate <= 0 and config.written("learning_rate"):
            yield Finding(
                f"learning_rate {short(rate)}; no weight changes",
                **config.place("learning_rate"),
            )
        steps = config.field("max_steps")
        if epochs is not None and epochs <= 0 and config.written("epochs"):
            if steps.unknown or (steps.value or 0) > 0:
                return
            yield Finding(
                f"{short(epochs)} epochs and no max_steps; no step is taken", **config.place("epochs")
            )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short

PRETRAIN = {"method": "pretrain", "tuning": "full", "lr_scheduler": "cosine"}


class MinRateAbovePeak(Rule[TrainingConfig]):
    """The schedule ends at a higher learning rate than it peaks at.

    ## Why it matters
    The rate climbs through the whole run instead of falling: the last steps, which should settle the model,
    are the roughest. Mostly the peak was lowered and the floor was not.

    ## What to do
    A floor of a tenth of the peak, or none. The fix sets a tenth.

    ## References
    litgpt's pretraining ends at `train.min_lr`, 6e-5 unless written (`TrainArgs`): a continued pretraining
    at 5e-5 climbs. Its fine-tuning scripts do not use it and end at 0. A default is judged and named as such.
    """

    code = "CFG026"
    name = "min-rate-above-peak"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set the floor to a tenth of the peak"
    bad = (Example(config={**PRETRAIN, "learning_rate": 5e-5, "min_learning_rate": 6e-5}),)
    good = (
        Example(config={**PRETRAIN, "learning_rate": 4e-4, "min_learning_rate": 4e-5}),
        Example(config={**PRETRAIN, "learning_rate": 1e-4, "min_learning_rate": 1e-4}, note="constant"),
        Example(
            config={**PRETRAIN, "learning_rate": 4e-5, "min_learning_rate": 4e-5, "lr_scheduler": "constant"}
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate, least = config.get("learning_rate"), config.get("min_learning_rate")
        if config.purpose != "train" or not rate or least is None or least <= rate:
            return
        if "constant" in str(config.get("lr_scheduler")).lower() or not config.written("learning_rate"):
            return
        if config.dialect == "litgpt" and config.get("method") != "pretrain":
            return
        default = "" if config.written("min_learning_rate") else f" (default of {config.title})"
        yield Finding(
            f"the schedule ends at {short(least)}{default} and peaks at {short(rate)}",
            fix=number_fix(config, "min_learning_rate", float(f"{rate / 10:.6g}")),
            **config.place("min_learning_rate", "learning_rate"),
        )

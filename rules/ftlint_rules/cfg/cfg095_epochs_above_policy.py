from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, Training
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG

MOST = "[policy]\nmax-epochs = 3\n"


class EpochsAbovePolicy(Rule[Training]):
    """More passes over the data than the company's policy allows.

    ## Why it matters
    Each pass costs as much as the first, and from a few passes on a model recites its training rows, personal
    data among them. A limit for all trainings bounds both.

    ## What to do
    Train no more epochs than `max-epochs`, or have the limit changed for this project. The fix sets the
    limit.

    ## References
    Nothing is asked as long as `[policy] max-epochs` is not set. A default that is not written counts, too.
    Where `max_steps` decides how long a training is, epochs are not judged.
    """

    code = "CFG095"
    name = "epochs-above-policy"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "train no more epochs than [policy] max-epochs"
    covers = ("CFG007",)
    bad = (Example(config={**CONFIG, "epochs": 5}, settings=MOST),)
    good = (
        Example(config={**CONFIG, "epochs": 3}, settings=MOST),
        Example(config={**CONFIG, "epochs": 5}, note="no policy"),
        Example(config={**CONFIG, "epochs": 5, "max_steps": 100}, settings=MOST),
        Example(config={**CONFIG, "epochs": "auto"}, settings=MOST),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config, most = training.config, training.policy.max_epochs if training.policy else None
        epochs = config.get("epochs") if config else None
        if config is None or not most or not epochs or epochs <= most or (config.get("max_steps") or 0) > 0:
            return
        default = "" if config.written("epochs") else " by default"
        value = int(most) if float(most).is_integer() else most
        yield Finding(
            f"{epochs:g} epochs{default}; [policy] allows {most:g}",
            fix=fix(f"set {value}", replace_value(config, "epochs", value), safe=False),
            **config.place("epochs"),
        )

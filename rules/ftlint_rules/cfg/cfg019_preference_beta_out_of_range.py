from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short

DPO = {"method": "dpo", "tuning": "lora", "lora_rank": 16, "learning_rate": 5e-6}

NEEDED = frozenset({"dpo", "ipo", "kto", "orpo", "cpo", "apo", "simpo"})
"""Methods whose loss is multiplied or weighed by beta."""

BOUNDED = frozenset({"dpo", "apo", "kto"})
"""Methods whose beta is of DPO's scale; SimPO's is 2 to 10, IPO's and ORPO's something else."""

SIGMOID = frozenset(
    {"", "sigmoid", "sigmoid_norm", "robust", "exo_pair", "apo_zero", "apo_down", "kto", "bco"}
)
"""Losses of DPO's scale; hinge takes 1 / beta, IPO the inverse of a margin."""


class PreferenceBetaOutOfRange(Rule[TrainingConfig]):
    """A preference beta that teaches nothing, or holds the model where it is.

    ## Why it matters
    Beta says how much a step away from the reference model counts. At 0 every answer gets the same score:
    DPO's loss stands at 0.693 from the first step to the last. Above 0.5 the loss is satisfied by the
    slightest difference, and the model hardly changes.

    ## What to do
    0.1; 0.01 to 0.5 where it is searched. The fix sets 0.1.

    ## References
    The DPO paper uses 0.1 and 0.5; TRL defaults to 0.1 for DPO, KTO, ORPO and CPO. A loss that stays at
    0.6931 with beta 0: TRL, issue 1627. Google's notebook on Gemini: 0.01 to 0.5, "beta=0 prevents learning".
    Not judged: GRPO, PPO and others, whose beta weighs a KL term (TRL's default for GRPO is 0); the upper
    bound for SimPO (its own scale, 2 to 10), IPO, hinge and ORPO.
    """

    code = "CFG019"
    name = "preference-beta-out-of-range"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set beta to 0.1"
    bad = (
        Example(config={**DPO, "beta": 0.0}, note="an error"),
        Example(config={**DPO, "beta": 2.0}),
        Example(config={**DPO, "method": "kto", "beta": -0.1}),
    )
    good = (
        Example(config={**DPO, "beta": 0.5}),
        Example(config={**DPO, "method": "grpo", "beta": 0.0}),
        Example(config={**DPO, "method": "simpo", "beta": 2.5}),
        Example(config={**DPO, "loss_type": "ipo", "beta": 1.0}),
        Example(config={**DPO, "beta": "${BETA}"}),
        Example(config=DPO),
    )

    above: Annotated[float, Between(0, 100), "beta above which the model hardly changes"] = 0.5
    start: Annotated[float, Between(0, 100), "beta that the fix sets"] = 0.1

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        beta, method = config.get("beta"), config.get("method")
        if config.purpose != "train" or beta is None or method not in NEEDED or not config.written("beta"):
            return
        if beta <= 0:
            yield Finding(
                f"beta {short(beta)} for {method.upper()}; the loss cannot tell answers apart, 0.1 is common",
                severity=Severity.ERROR,
                fix=number_fix(config, "beta", self.start) if method != "simpo" else None,
                **config.place("beta"),
            )
        elif method in BOUNDED and (config.get("loss_type") or "") in SIGMOID and beta > self.above:
            yield Finding(
                f"beta {short(beta)} for {method.upper()}; 0.1 is common, little is learnt above "
                f"{short(self.above)}",
                fix=number_fix(config, "beta", self.start),
                **config.place("beta"),
            )

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Between, Example, Rule


class EvalSplitTooLarge(Rule[TrainingConfig]):
    """A large part of the training data is held out for evaluation.

    ## Why it matters
    What is held out is not learnt from, and every evaluation goes over all of it. Past some hundred rows
    the evaluation loss gets no steadier. A share that was meant as a number of rows, or as a percentage,
    looks like this, too.

    ## What to do
    Hold out 1% to 10%. The fix holds out 10%.

    ## References
    A share over `most_share` (30%) is told of. Measured on 106 public configs that hold a share out: 5% is
    the most common, and 1 is above 30%.
    """

    code = "CFG055"
    name = "eval-split-too-large"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "hold out less"
    bad = (Example(config={"learning_rate": 2e-4, "eval_split": 0.5}),)
    good = (
        Example(config={"learning_rate": 2e-4, "eval_split": 0.2}),
        Example(config={"learning_rate": 2e-4, "eval_split": 500}, note="a number of rows"),
    )

    most_share: Annotated[float, Between(0, 1), "the largest share of the data that is held out"] = 0.3

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        held = config.get("eval_split")
        if config.purpose != "train" or not held or not config.written("eval_split"):
            return
        if self.most_share < held < 1:
            yield Finding(
                f"{config.spelled('eval_split')} holds out {held:.0%} of the data, which is not learnt from",
                fix=fix("hold out 10%", replace_value(config, "eval_split", 0.1), safe=False),
                **config.place("eval_split"),
            )

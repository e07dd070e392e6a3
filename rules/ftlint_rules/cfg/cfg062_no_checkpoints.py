from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule


class NoCheckpoints(Rule[TrainingConfig]):
    """No checkpoint is written before the end of the run.

    ## Why it matters
    A crash, a preempted machine or a full disk in the last hour loses the whole run, and no earlier state
    can be gone back to when the model turns out overfitted.

    ## What to do
    Save every so many steps or every epoch, and limit how many are kept (`save_total_limit`).

    It is an info: a short run may do without. Told of where saving is switched off, and where it is due
    after more steps than the run has.

    ## References
    transformers 5.23, `training_args.py`: save_strategy `no` writes none during training.
    """

    code = "CFG062"
    name = "no-checkpoints"
    severity = Severity.INFO
    help = "save every so many steps, or every epoch"
    bad = (
        Example(config={"learning_rate": 2e-4, "save_strategy": "no"}),
        Example(
            config={"learning_rate": 2e-4, "save_strategy": "steps", "save_steps": 500, "max_steps": 200},
        ),
    )
    good = (
        Example(config={"learning_rate": 2e-4, "save_strategy": "epoch"}),
        Example(
            config={"learning_rate": 2e-4, "save_strategy": "steps", "save_steps": 100, "max_steps": 200},
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train":
            return
        if config.get("save_strategy") == "no" and config.written("save_strategy"):
            yield Finding("no checkpoint is written during the run", **config.place("save_strategy"))
            return
        each, most = config.get("save_steps"), config.get("max_steps")
        by_steps = config.get("save_strategy") in ("steps", None) and config.written("save_steps")
        if by_steps and each and most and 0 < most < each:
            yield Finding(
                f"a checkpoint is due after {each:,} steps, but the run ends after {most:,}",
                **config.place("save_steps"),
            )

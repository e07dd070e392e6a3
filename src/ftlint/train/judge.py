"""The rules of training runs as a callback that may end the run, and knows what the run mixes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ftlint.live.callback import FtlintCallback
from ftlint.live.verdicts import Verdict
from ftlint.train.recovery import recovering

GENERAL = "eval_general_loss"


class Judge(FtlintCallback):
    """`mixes` says that general data is trained on: forgetting then has to outlast the recovery that the mix
    brings (see `recovering`). `warmup` are the steps of warmup, `interrupted` says whether a signal ends it:
    of a run that will go on nothing is told that only its end can show."""

    def __init__(
        self, *, mixes: bool, warmup: int, interrupted: Callable[[], bool] = bool, **asked: Any
    ) -> None:
        super().__init__(early_stop=False, **asked)
        self.mixes = mixes
        self.warmup = warmup
        self.interrupted = interrupted
        self._ending: Verdict | None = None

    @property
    def stopped_by(self) -> Verdict | None:
        return self._ending

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if not self.interrupted() or state.global_step >= state.max_steps:
            super().on_train_end(args, state, control, **kwargs)

    def _take(self, state: Any, control: Any) -> None:
        super()._take(state, control)
        if control.should_training_stop and self._ending is not None:
            return
        self._ending = next((each for each in self.verdicts if each.stops and self._ends(each, state)), None)
        if self._ending is not None:
            control.should_training_stop = True

    def _ends(self, verdict: Verdict, state: Any) -> bool:
        if verdict.name != "forgetting" or not self.mixes:
            return True
        evals = [(int(row["step"]), float(row[GENERAL])) for row in state.log_history if GENERAL in row]
        return not recovering(evals, since=verdict.since, warmup=self.warmup, planned=state.max_steps)

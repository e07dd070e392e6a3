"""One training run as named series over its steps, whatever wrote its log."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from ftlint.model.training_config import TrainingConfig

Objective = Literal["loss", "preference", "reinforcement"]
"""What a run minimises: a loss of the next token or of a label, a preference loss, or nothing that is to fall
(rewards are to rise, and the loss of RL means little)."""

Unit = Literal["step", "epoch", "row"]
"""What `Series.steps` count: optimizer steps, epochs where a log has nothing finer, or rows of the log."""


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of a run.

    `steps` ascend strictly; `values` are as many, with NaN and infinity as they were written; `times` are
    seconds since 1970, as many or none. All are `array("d")`.
    """

    name: str
    steps: array[float]
    values: array[float]
    times: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.steps)

    def points(self) -> Iterator[tuple[float, float]]:
        return zip(self.steps, self.values, strict=True)

    def at(self, step: float) -> float | None:
        """The last value written at or before a step; None before the first."""
        index = bisect_right(self.steps, step)
        return self.values[index - 1] if index else None


class Restart(NamedTuple):
    """A resume: the log went on from `step` after it had come to `reached`.

    `before` and `after` are the training loss around it, None where the log does not say.
    """

    step: float
    reached: float
    before: float | None = None
    after: float | None = None


Damage = Literal["truncated", "corrupt", "unreadable-rows", "foreign-rows"]


class Damaged(NamedTuple):
    """What of a log could not be read: where (a line from 1, else a byte offset), what, and how many rows or
    records were lost, as far as it is known."""

    kind: Damage
    path: str
    message: str
    line: int | None = None
    offset: int | None = None
    lost: int = 0


class RunLog(NamedTuple):
    """One training run.

    `path` is where findings about it are shown: the file that says most. `kind` names what wrote it
    (`trainer-state`, `tensorboard`, `lightning-csv` ...), `files` are all that were read. `series` are by
    canonical name (see `NAMES`); names that nobody knows stay as written. Paths are relative to the root.
    """

    path: str
    kind: str
    series: Mapping[str, Series]
    files: tuple[str, ...] = ()
    unit: Unit = "step"
    objective: Objective = "loss"
    epochs: Series | None = None
    """The epoch at each step that says it; `name` is `epoch`."""

    planned_steps: int | None = None
    planned_epochs: float | None = None
    finished: bool | None = None
    """Whether it came to its end; None where the log does not say."""

    restarts: tuple[Restart, ...] = ()
    damaged: tuple[Damaged, ...] = ()
    checkpoints: tuple[int, ...] = ()
    """Steps of which a checkpoint lies beside the log, ascending."""

    eval_rows: Mapping[str, int] = {}
    """Rows of each eval set, where the log says or lets reckon them; "" is the only or main one."""

    arguments: Mapping[str, Any] = {}
    """What the log says of how it was run (`logging_steps`, `eval_steps`, `train_batch_size` ...)."""

    config: TrainingConfig | None = None
    """The training config it was started with, where that is known."""

    @property
    def loss(self) -> Series | None:
        """The training loss, None where there is none."""
        return self.series.get("loss")

    @property
    def eval_losses(self) -> Mapping[str, Series]:
        """The loss of each eval set by its name; "" is that of a log with one set, or the main one.

        Sorted, the main one first.
        """
        found = {}
        for name, series in self.series.items():
            if name == "eval_loss":
                found[""] = series
            elif name.startswith("eval_") and name.endswith("_loss"):
                found[name[len("eval_") : -len("_loss")]] = series
        return dict(sorted(found.items()))

    @property
    def last_step(self) -> float:
        """The last step that anything was written for; 0 of an empty log."""
        return max((series.steps[-1] for series in self.series.values() if len(series)), default=0.0)

    def epoch_at(self, step: float) -> float | None:
        """The epoch at a step, between those that the log says; None where it says none."""
        if self.unit == "epoch":
            return step
        known = self.epochs
        if known is None or not len(known):
            return None
        index = bisect_right(known.steps, step)
        if index == 0:
            first = known.steps[0]
            return known.values[0] * step / first if first else known.values[0]
        low_step, low = known.steps[index - 1], known.values[index - 1]
        if index == len(known):
            return low + (step - low_step) / self.steps_per_epoch if self.steps_per_epoch else low
        high_step, high = known.steps[index], known.values[index]
        return low + (high - low) * (step - low_step) / (high_step - low_step)

    @property
    def steps_per_epoch(self) -> float | None:
        """Steps of one epoch; None where the log does not say."""
        if self.unit == "epoch":
            return 1.0
        known = self.epochs
        if known is None or not len(known) or known.values[-1] <= 0:
            return None
        if len(known) > 1 and known.values[-1] > known.values[0]:
            return (known.steps[-1] - known.steps[0]) / (known.values[-1] - known.values[0])
        return known.steps[-1] / known.values[-1]

    def nearest_checkpoint(self, step: float) -> int | None:
        """The checkpoint nearest to a step, the earlier of two; None where none lies beside the log."""
        return min(self.checkpoints, key=lambda each: (abs(each - step), each), default=None)


NAMES: Mapping[str, str] = {
    "loss": "training loss",
    "eval_loss": "loss on the eval set; `eval_<set>_loss` where there are several",
    "learning_rate": "learning rate",
    "grad_norm": "norm of the gradient before clipping",
    "entropy": "mean entropy of the policy or of the prediction, nats",
    "num_tokens": "tokens seen so far",
    "mean_token_accuracy": "share of tokens predicted right",
    "tokens_per_second": "throughput of training",
    "samples_per_second": "throughput of training",
    "step_time": "seconds of one step",
    "rewards/chosen": "DPO: mean implicit reward of chosen answers",
    "rewards/rejected": "DPO: mean implicit reward of rejected answers",
    "rewards/margins": "DPO: chosen less rejected",
    "rewards/accuracies": "DPO: share of pairs with the chosen answer above the rejected one",
    "logps/chosen": "DPO: mean log-probability of chosen answers",
    "logps/rejected": "DPO: mean log-probability of rejected answers",
    "kl": "KL of the policy from its reference",
    "reward": "RL: mean reward",
    "reward_std": "RL: standard deviation of rewards",
    "frac_reward_zero_std": "RL: share of groups whose rewards are all alike",
    "clip_ratio": "RL: share of tokens whose ratio was clipped",
    "completions/mean_length": "RL: mean tokens of a completion",
    "completions/max_length": "RL: most tokens of a completion",
    "completions/clipped_ratio": "RL: share of completions cut at the limit",
}
"""Canonical names of series. Eval metrics are `eval_` and the metric's name (`eval_accuracy`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftlint.model.dataset import Dataset

if TYPE_CHECKING:
    from ftlint.model.baseline import Baseline
    from ftlint.model.policy import Hardware, Policy
    from ftlint.model.serving import Serving
    from ftlint.model.training_config import TrainingConfig


class Unread(NamedTuple):
    """Data that a config names and this run did not read: which, and why."""

    name: str
    reason: str


class Training(NamedTuple):
    """What belongs to one fine-tune. Paths are relative to the root.

    `config` is None where a `[[training]]` table names none. `dataset` holds the files that the config trains
    and evaluates on, by split, as far as this run read them; None where nothing is known of them. `declared`
    is True for a `[[training]]` table. `components` are the DeepSpeed and accelerate files it draws on.
    `baseline` is the base model's evaluation; `baseline_path` where it was looked for. `reasons` are what a
    person wrote to answer a rule, by the rule's name. `today` is YYYY-MM-DD. `evaluated` tells that something
    else in the project evaluates: another config, a script.
    """

    name: str
    config: TrainingConfig | None = None
    dataset: Dataset | None = None
    declared: bool = False
    components: tuple[TrainingConfig, ...] = ()
    unread: tuple[Unread, ...] = ()
    log: str = ""
    baseline: Baseline | None = None
    baseline_path: str = ""
    serving: tuple[Serving, ...] = ()
    hardware: Hardware | None = None
    policy: Policy | None = None
    reasons: Mapping[str, str] = {}
    tokenizer: str = ""
    today: str = ""
    evaluated: bool = False

    @property
    def path(self) -> str:
        """Where a finding about it is shown: at its config, else at its data."""
        if self.config is not None:
            return self.config.path
        return self.dataset.path if self.dataset is not None else ""


class Project(NamedTuple):
    """Every dataset, config and training found under one settings file."""

    root: str
    datasets: Sequence[Dataset] = ()
    trainings: Sequence[Training] = ()
    configs: Sequence[TrainingConfig] = ()
    policy: Policy | None = None

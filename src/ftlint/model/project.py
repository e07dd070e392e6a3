from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from ftlint.model.dataset import Dataset, Part

if TYPE_CHECKING:
    from ftlint.model.baseline import Baseline, HeldOut
    from ftlint.model.config_tree import Range
    from ftlint.model.policy import Hardware, Policy
    from ftlint.model.serving import Serving
    from ftlint.model.training_config import DataRef, TrainingConfig

Lack = Literal["", "missing", "unscanned", "hub", "remote", "unknown", "unregistered"]
"""Why data was not read: it is not there, was no part of the run, is on a hub or in a store, is named by a
placeholder, or by a name that no `dataset_info.json` explains."""


class Unread(NamedTuple):
    """Data that a config names and this run did not read: which, why, and where the config says so.

    `near` is a file or name that may have been meant. `sure` says of missing data that the project has data
    where it should lie: it was not just left on another machine. `paths` are files that are there and were
    no part of the run, relative to the working folder.
    """

    name: str
    reason: str
    lack: Lack = "hub"
    split: str = "train"
    range: Range | None = None
    near: str = ""
    sure: bool = False
    paths: tuple[str, ...] = ()


class Use(NamedTuple):
    """A reference of a config and the files of this run it stands for; `split` is what they are used as."""

    ref: DataRef
    split: str
    parts: tuple[Part, ...]


class Training(NamedTuple):
    """What belongs to one fine-tune. Paths are relative to the root.

    `config` is None where a `[[training]]` table names none. `dataset` holds the files that the config trains
    and evaluates on, by split, as far as this run read them; None where nothing is known of them. `declared`
    is True for a `[[training]]` table. `components` are the DeepSpeed and accelerate files it draws on.
    `baseline` is the base model's evaluation; `baseline_path` where it was looked for; `held_out` the files
    it can be compared by, as they are now. `reasons` are what a person wrote to answer a rule, by the rule's
    name. `today` is YYYY-MM-DD. `evaluated` tells that something else in the project evaluates: another
    config, a script.
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
    held_out: tuple[HeldOut, ...] = ()
    uses: tuple[Use, ...] = ()
    """What the config itself names, as far as this run read it; empty where other things bind the data."""

    regrouped: bool = False
    """Whether the config uses files as other splits than their dataset has them: what rules say of the
    dataset then does not hold for this training."""

    other_data: tuple[str, ...] = ()
    """Paths that the config names though its `[[training]]` binds a dataset without them."""

    config_path: str = ""
    """The config that its `[[training]]` names, whether or not this run has read it."""

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

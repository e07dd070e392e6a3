from collections.abc import Sequence
from typing import NamedTuple

from ftlint.model.dataset import Dataset


class Training(NamedTuple):
    """What belongs to one fine-tune, as a `[[training]]` table binds it. Paths are relative to the root."""

    name: str
    dataset: str = ""
    config: str = ""
    log: str = ""
    baseline: str = ""
    serve: str = ""


class Project(NamedTuple):
    """Every dataset and training found under one settings file."""

    root: str
    datasets: Sequence[Dataset] = ()
    trainings: Sequence[Training] = ()

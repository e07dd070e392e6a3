"""The files behind what a config calls its data."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ftlint.model import DataRef, Dataset, TrainingConfig
from ftlint.model.dataset import Part
from ftlint.model.project import Unread

LIKELY = (".jsonl", ".json", ".csv", ".parquet", ".arrow")


class Resolved(NamedTuple):
    """Parts by the split the config uses them as, the datasets they came from, and what was not read."""

    splits: Mapping[str, Sequence[Part]]
    datasets: Sequence[Dataset]
    unread: tuple[Unread, ...]


class Files:
    """The data files of a run by where they lie."""

    def __init__(self, root: str, datasets: Sequence[Dataset]) -> None:
        self.root = root
        self.parts: dict[str, tuple[Part, Dataset]] = {}
        for dataset in datasets:
            for _, part in dataset.parts:
                self.parts[os.path.realpath(part.source.file)] = (part, dataset)

    def at(self, name: str, config: str) -> list[str]:
        """Absolute files that a name stands for: as seen from the root, then from the config's folder and
        those above it; a folder stands for the data in it."""
        path = os.path.expanduser(name.removeprefix("file://"))
        folders = [""]
        folder = os.path.dirname(config)
        while folder:
            folders.append(folder)
            folder = os.path.dirname(folder)
        for each in folders:
            whole = os.path.normpath(os.path.join(self.root, each, path))
            found = _files(whole)
            if found:
                return found
        return []


def _files(path: str) -> list[str]:
    if os.path.isfile(path):
        return [os.path.realpath(path)]
    if os.path.isdir(path):
        names = sorted(os.listdir(path))
        return [os.path.realpath(os.path.join(path, name)) for name in names if name.endswith(LIKELY)]
    if any(sign in path for sign in "*?["):
        return sorted(map(os.path.realpath, glob.glob(path, recursive=True)))
    return []


def resolved(config: TrainingConfig, files: Files) -> Resolved:
    """What of the config's data this run has read."""
    splits: dict[str, list[Part]] = {}
    datasets: dict[str, Dataset] = {}
    unread: list[Unread] = []
    for name, split in (("train_data", "train"), ("eval_data", "validation")):
        for ref in config.get(name) or ():
            lost = _take(ref, split, config, files, splits, datasets)
            if lost:
                unread.append(Unread(ref.name, lost))
    return Resolved(splits, list(datasets.values()), tuple(unread))


def _take(
    ref: DataRef,
    split: str,
    config: TrainingConfig,
    files: Files,
    splits: dict[str, list[Part]],
    datasets: dict[str, Dataset],
) -> str:
    """Add the parts of one reference; else say why there are none."""
    if ref.kind == "unknown":
        return "its data is named by a placeholder"
    if ref.kind == "remote":
        return "its data lies in a store"
    found = files.at(ref.name, config.path)
    if not found:
        return "its data is on a hub" if ref.kind == "hub" else "its data is not found"
    known = [files.parts[file] for file in found if file in files.parts]
    if not known:
        return "its data was not part of this check"
    for part, dataset in known:
        splits.setdefault(split, []).append(part)
        datasets[dataset.name] = dataset
    return ""

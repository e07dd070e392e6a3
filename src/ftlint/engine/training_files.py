"""The files of one training by split, as `paired` binds them: what is locked, found without a scan.

What the config names is used as it says. A split that it names no files for is that of the dataset which its
`[[training]]` table binds, or which declares the files that it trains on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftlint.engine.bind import Binding, bind
from ftlint.engine.launched import paths_of
from ftlint.engine.references import REGISTRY, SPLIT_OFF, Named, Places, named
from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.dataset import SPLITS
from ftlint.read.discover import Found, discover, matching, shown
from ftlint.read.globs import Globs
from ftlint.read.urls import is_remote, masked
from ftlint.settings import DatasetSettings, Settings, TrainingSettings


class TrainingFile(NamedTuple):
    """A file: its path relative to the root (as reports show it), and where it lies."""

    path: str
    file: str


class TrainingFiles(NamedTuple):
    """What a training reads. `config` has its path relative to the root.

    `parts` are the files that the config draws on. `bindings` are of every data file, with the split and
    the dataset that this training uses it as. `dataset` is "" where none is declared.
    """

    config: TrainingConfig
    table: TrainingSettings | None
    dataset: str
    splits: Mapping[str, tuple[TrainingFile, ...]]
    parts: tuple[TrainingFile, ...]
    bindings: tuple[Binding, ...]
    named: tuple[Named, ...]

    @property
    def general_share(self) -> float | None:
        """The share of general data among all trained tokens: as the config says, else its table; None
        where nobody says."""
        written = self.config.get("general_share")
        if isinstance(written, int | float):
            return float(written)
        return self.table.general_share if self.table and self.table.general_share else None


def rooted(config: TrainingConfig, root: str) -> TrainingConfig:
    """A config read by its path from the working folder, with the path from the root instead."""
    return config._replace(path=shown(os.path.abspath(config.path), os.path.abspath(root)))


def training_files(config: TrainingConfig, settings: Settings) -> TrainingFiles:
    """The files of a training. `config.path` is relative to the root.

    Raises `FtlintError`, with the line of the config, where data is not on this machine or there is none to
    train on.
    """
    table = table_of(config, settings)
    places = Places(settings.root, {})
    found = tuple(named(config, places))
    _refuse_absent(found, config)
    if not any(each.split == "train" for each in found) and (table is None or not table.dataset):
        return _alone(config, table, found, places, settings)
    dataset = _dataset(table, found, settings)
    return _together(config, table, dataset, found, places, settings)


def table_of(config: TrainingConfig, settings: Settings) -> TrainingSettings | None:
    """The first `[[training]]` table of a config."""
    here = os.path.normpath(os.path.join(settings.root, config.path))
    tables = (table for table in settings.training if table.config)
    return next((table for table in tables if _at(table.config, settings.root) == here), None)


def _at(path: str, root: str) -> str:
    return os.path.normpath(os.path.join(root, path))


def _refuse_absent(found: Iterable[Named], config: TrainingConfig) -> None:
    for each in found:
        if each.files or each.reason == SPLIT_OFF:
            continue
        name = masked(each.ref.name) if is_remote(each.ref.name) else each.ref.name
        near = f": did you mean {each.near}?" if each.near else ""
        why = {
            "hub": "is data on a hub, which is never asked: download it and name the file",
            "remote": "is not on this machine: copy it here and name the file",
            "unknown": "is a placeholder: name the file",
            "unregistered": f"is no file: {each.reason}",
        }.get(each.lack, f"is not there ({each.reason}){near}")
        line = each.ref.range.line if each.ref.range else None
        raise FtlintError(f"{each.split} data {name!r} {why}", config.path, line)


def _dataset(
    table: TrainingSettings | None, found: Sequence[Named], settings: Settings
) -> DatasetSettings | None:
    """The declared dataset of a training: the one its table names, else the one of what it trains on."""
    if table is not None and table.dataset:
        known = {dataset.name: dataset for dataset in settings.dataset}
        if table.dataset not in known:
            from ftlint.settings.nearest import suggestion

            place = settings.where(("training", table.name, "dataset"))
            near = suggestion(table.dataset, known)
            raise FtlintError(f"no [[dataset]] is named {table.dataset!r}{near}", *place)
        return known[table.dataset]
    trained = {file for each in found if each.split == "train" for file in each.files}
    for dataset in settings.dataset:
        declared = (each for split in SPLITS for each in _declared(dataset, split, settings, quiet=True))
        if trained and trained <= {os.path.realpath(each.file) for each in declared}:
            return dataset
    return None


def _declared(
    dataset: DatasetSettings, split: str, settings: Settings, *, quiet: bool = False
) -> Iterator[TrainingFile]:
    """The files of a declared split that nobody excludes, in order."""
    excluded = Globs([*settings.exclude, *settings.extend_exclude])
    files: dict[str, None] = {}
    for glob in dataset.globs[split]:
        if is_remote(glob):
            if quiet:
                continue
            place = settings.where(("dataset", dataset.name, split))
            raise FtlintError(
                f"{split} = {masked(glob)!r} of {dataset.name} lies in a store: copy it here and name it",
                *place,
            )
        known = sorted(matching(glob, settings.root))
        files.update((file, None) for file in known if not excluded.match(shown(file, settings.root)))
    yield from (TrainingFile(shown(file, settings.root), file) for file in files)


def _together(
    config: TrainingConfig,
    table: TrainingSettings | None,
    dataset: DatasetSettings | None,
    found: Sequence[Named],
    places: Places,
    settings: Settings,
) -> TrainingFiles:
    own = {split: list(_declared(dataset, split, settings)) if dataset else [] for split in SPLITS}
    called = {os.path.realpath(each.file): each for files in own.values() for each in files}
    splits: dict[str, tuple[TrainingFile, ...]] = {}
    for split in SPLITS:
        files = [file for each in found if each.split == split for file in each.files]
        told = [called.get(file) or TrainingFile(shown(file, settings.root), file) for file in files]
        splits[split] = tuple(sorted(dict.fromkeys(told if files else own[split])))
    name = dataset.name if dataset else ""
    strange = {each.file for split in SPLITS[:3] for each in splits[split]} - {
        each.file for files in own.values() for each in files
    }
    outside = strange if table is not None and table.dataset else ()
    return _made(config, table, name, splits, found, places, settings, outside)


def _alone(
    config: TrainingConfig,
    table: TrainingSettings | None,
    found: Sequence[Named],
    places: Places,
    settings: Settings,
) -> TrainingFiles:
    """A config that names no data: it trains on the only dataset there is, if it is the only config."""
    data = [each for each in bind(discover([settings.root], settings), settings) if not each.document]
    names = {each.dataset for each in data}
    others = {_at(each.config, settings.root) for each in settings.training if each.config}
    if len(names) != 1 or others - {_at(config.path, settings.root)}:
        which = f"there are {len(names)} datasets" if names else "there is no data"
        raise FtlintError(
            f"names no data to train on, and {which}: name it, or bind a dataset with [[training]]",
            config.path,
            config.top["line"],
        )
    splits = {
        split: tuple(TrainingFile(each.path, each.file) for each in data if each.split == split)
        for split in SPLITS
    }
    for each in found:
        files = (TrainingFile(shown(file, settings.root), file) for file in each.files)
        splits[each.split] = tuple(dict.fromkeys(files))
    declared = {dataset.name for dataset in settings.dataset}
    return _made(config, table, next(iter(names & declared), ""), splits, found, places, settings)


def _made(
    config: TrainingConfig,
    table: TrainingSettings | None,
    dataset: str,
    splits: Mapping[str, tuple[TrainingFile, ...]],
    found: Sequence[Named],
    places: Places,
    settings: Settings,
    outside: Collection[str] = (),
) -> TrainingFiles:
    """`outside` are files that are not of the dataset which a table binds."""
    if not splits["train"]:
        raise FtlintError("there is no data to train on", config.path, config.top["line"])
    return TrainingFiles(
        config=config,
        table=table,
        dataset=dataset,
        splits=splits,
        parts=tuple(_parts(config, places)),
        bindings=tuple(_bound(dataset or config.path, splits, settings, outside)),
        named=tuple(found),
    )


def _parts(config: TrainingConfig, places: Places) -> Iterator[TrainingFile]:
    """The files that a config draws on, and the registry that explains names of its data."""
    files = [os.path.join(places.root, path) for path in sorted(paths_of(config))]
    if config.dialect.startswith("llamafactory"):
        asked = config.entry("dataset_dir")
        written = asked.value.text if asked is not None and asked.value.kind == "scalar" else "data"
        homes = (os.path.join(folder, written, REGISTRY) for folder in places.folders(config.path))
        files += [next((file for file in homes if os.path.isfile(file)), "")]
    for file in files:
        if os.path.isfile(file):
            yield TrainingFile(shown(file, places.root), os.path.normpath(file))


def _bound(
    name: str, splits: Mapping[str, tuple[TrainingFile, ...]], settings: Settings, outside: Collection[str]
) -> Iterator[Binding]:
    """A binding for each file, as one dataset: a file that is used as two splits counts as the first.

    What is `outside` of the dataset stays so, for the rule that tells of it.
    """
    used: dict[str, str] = {}
    for split in SPLITS:
        for each in splits[split]:
            used.setdefault(each.file, split)
    found = [Found(each.path, each.file, explicit=True) for files in splits.values() for each in files]
    order = {split: place for place, split in enumerate(SPLITS)}
    bound = bind(list(dict.fromkeys(found)), settings)
    for binding in sorted(bound, key=lambda each: (order[used[each.file]], each.path)):
        home = binding.dataset if binding.file in outside else name
        yield binding._replace(dataset=home, split=used[binding.file], evidence="declared", partial=False)

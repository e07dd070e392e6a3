"""Which config trains on which files: settled before the scan, so that only those files are measured for it.

A `[[training]]` table binds first; then the files a config names; then, where it names none, the only dataset
beside the only config.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftlint.detect.tokens import exact
from ftlint.engine.bind import Binding
from ftlint.engine.configs import guarded
from ftlint.engine.references import Named, Places, named
from ftlint.model import FtlintError, MissingExtraError, TrainingConfig
from ftlint.model.report import Failure, NotRun
from ftlint.read.discover import shown
from ftlint.read.urls import is_remote
from ftlint.settings import Settings
from ftlint.settings.model import TrainingSettings
from ftlint.settings.nearest import suggestion
from ftlint.settings.tokenizer import TOKENIZER, tokenizer_at


class Pair(NamedTuple):
    """A config, or a table without one, and what it trains on.

    `dataset` names the dataset that a table or the lack of any other binds it to, "" for none. `tokenizer` is
    the file its tokens are counted with, "" where they are estimated.
    """

    config: TrainingConfig | None
    table: TrainingSettings | None = None
    named: tuple[Named, ...] = ()
    dataset: str = ""
    tokenizer: str = ""


class Pairs(NamedTuple):
    """Every training of a run; `counters` says for each data file of one (real path) how its tokens are
    counted, `lost` what that could not be done with. `before` says to look at them as they are before their
    first step: what a run of theirs wrote is not seen."""

    pairs: tuple[Pair, ...] = ()
    counters: Mapping[str, tuple[str, ...]] = {}
    lost: tuple[NotRun, ...] = ()
    before: bool = False


def paired(
    configs: Sequence[TrainingConfig],
    bindings: Sequence[Binding],
    settings: Settings,
    counting: bool = True,
    failures: list[Failure] | None = None,
) -> Pairs:
    """One pair for each `[[training]]` table and each further config that trains, in that order.

    `counting` says whether tokens are counted at all. A config whose data cannot be looked for is added to
    `failures`. Raises `FtlintError` for a config or a tokenizer that the settings name and that is not there
    or cannot be read.
    """
    failures = [] if failures is None else failures
    data = [each for each in bindings if not each.document]
    files = {os.path.realpath(each.file): each for each in data if not is_remote(each.file)}
    places = Places(settings.root, {file: each.path for file, each in files.items()})
    by_path = {_absolute(config.path, settings.root): config for config in reversed(configs)}
    datasets = {each.dataset for each in data}
    only = next(iter(datasets)) if len(datasets) == 1 else ""
    pairs: list[Pair] = []
    lost: list[NotRun] = []
    taken: set[str] = set()
    for table in settings.training:
        config = by_path.get(_absolute(table.config, settings.root)) if table.config else None
        lost += _absent(table, config, datasets, settings)
        pairs.append(_pair(config, table, table.dataset or only, places, failures))
        if config is not None:
            taken.add(config.path)
    rest = [config for config in configs if config.purpose == "train" and config.path not in taken]
    alone = only if len(rest) == 1 and not pairs else ""
    pairs += [_pair(config, None, alone, places, failures) for config in rest]
    if counting:
        pairs = [_counted(pair, settings, places, lost) for pair in pairs]
    return Pairs(tuple(pairs), _counters(pairs, data), tuple(dict.fromkeys(lost)))


def _absent(
    table: TrainingSettings, config: TrainingConfig | None, datasets: Collection[str], settings: Settings
) -> Iterator[NotRun]:
    """What of a table this run knows nothing of. Raises `FtlintError` for a config that does not exist."""
    if table.config and config is None and not is_remote(table.config):
        if not os.path.exists(os.path.join(settings.root, table.config)):
            place = settings.where(("training", table.name, "config"))
            raise FtlintError(f"no such file: {table.config}", *place)
        yield NotRun("", f"[[training]] {table.name}: {table.config} is no config that this check has read")
    declared = {dataset.name for dataset in settings.dataset}
    if table.dataset and table.dataset not in datasets and table.dataset not in declared:
        place = settings.where(("training", table.name, "dataset"))
        near = suggestion(table.dataset, declared | set(datasets))
        yield NotRun("", f"{place.file}:{place.line}: no dataset {table.dataset!r} among the files{near}")
    if table.log and not is_remote(table.log) and not os.path.exists(os.path.join(settings.root, table.log)):
        place = settings.where(("training", table.name, "log"))
        yield NotRun("", f"{place.file}:{place.line}: no training log at {table.log}")


def _absolute(path: str, root: str) -> str:
    """A path of the settings or of a config, which may lie outside the root."""
    return os.path.normpath(os.path.join(root, path))


def _pair(
    config: TrainingConfig | None,
    table: TrainingSettings | None,
    dataset: str,
    places: Places,
    failures: list[Failure],
) -> Pair:
    found: tuple[Named, ...] = ()
    if config is not None:
        with guarded(config.path, failures):
            found = tuple(named(config, places))
    declared = table is not None and bool(table.dataset)
    if not declared and any(each.lack != "unknown" for each in found):
        dataset = ""  # what the config says of its data goes before a guess
    return Pair(config, table, found, dataset)


def _counted(pair: Pair, settings: Settings, places: Places, lost: list[NotRun]) -> Pair:
    """The pair with the tokenizer set for it, else with that of a model that lies on this machine."""
    own = pair.table.tokenizer if pair.table else ""
    written = own or settings.tokenizer
    keys = ("training", pair.table.name, "tokenizer") if own and pair.table else ("tokenizer",)
    file = tokenizer_at(written, settings, keys) if written else _local(pair.config, places)
    if not file:
        return pair
    try:
        exact(file)
    except MissingExtraError as error:
        if written:
            lost.append(NotRun("", f"tokens are estimated: {error.message}"))
        return pair
    except FtlintError:
        if written:
            raise
        where = shown(file, settings.root)
        lost.append(NotRun("", f"tokens are estimated: {where} is no tokenizer file (not pulled?)"))
        return pair
    return pair._replace(tokenizer=file)


def _local(config: TrainingConfig | None, places: Places) -> str:
    """The tokenizer of a base model that the config names by its folder."""
    model = config.get("base_model") if config is not None else None
    if config is None or not isinstance(model, str) or not model:
        return ""
    for folder in places.folders(config.path):
        file = os.path.join(folder, os.path.expanduser(model), TOKENIZER)
        if os.path.isfile(file):
            return os.path.normpath(file)
    return ""


def _counters(pairs: Sequence[Pair], data: Sequence[Binding]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        files = {file for each in pair.named for file in each.files}
        for binding in data:
            file = binding.file if is_remote(binding.file) else os.path.realpath(binding.file)
            if file in files or (pair.dataset and binding.dataset == pair.dataset):
                counters = found.setdefault(binding.file, [])
                if pair.tokenizer not in counters:
                    counters.append(pair.tokenizer)
    return {file: tuple(counters) for file, counters in found.items()}

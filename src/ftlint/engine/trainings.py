"""What belongs to one fine-tune: its config, the data it names, and what the settings say of it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ftlint.engine.baselines import with_baselines
from ftlint.engine.configs import configs_of, guarded
from ftlint.engine.launched import paths_of
from ftlint.engine.pairing import Pair
from ftlint.engine.references import REASONS, Resolved, resolved
from ftlint.engine.serving import hardware, serving
from ftlint.model import Dataset, FtlintError, Part, Split, Training, TrainingConfig
from ftlint.model.dataset import SPLITS
from ftlint.model.policy import Policy
from ftlint.model.project import Lack, Unread, Use
from ftlint.model.report import Failure, NotRun
from ftlint.read.urls import is_remote
from ftlint.settings import Settings


def trainings(
    pairs: Sequence[Pair],
    configs: Sequence[TrainingConfig],
    datasets: Sequence[Dataset],
    settings: Settings,
    today: str = "",
    failures: list[Failure] | None = None,
    *,
    before: bool = False,
) -> list[Training]:
    """The pairs with what this run read of their data and what the settings say of them, in their order.

    One that cannot be put together is left out, and its config added to `failures`. With `before`, what a run
    of theirs measured is not seen.
    """
    failures = [] if failures is None else failures
    files = _Files(datasets)
    by_name = {dataset.name: dataset for dataset in datasets}
    found: list[Training] = []
    read: dict[str, list[TrainingConfig]] = {}
    for pair in pairs:
        with guarded(pair.config.path if pair.config else "", failures):
            found.append(_training(pair, by_name.get(pair.dataset), configs, files, settings, today, read))
    return with_baselines(found, settings, failures, before=before)


class _Files:
    """The files that this run read, by real path."""

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        self.parts: dict[str, Part] = {}
        self.homes: dict[str, tuple[Dataset, str]] = {}
        for dataset in datasets:
            for split, part in dataset.parts:
                self.homes[part.source.home] = dataset, split.name
                if not is_remote(part.source.home):
                    self.parts[os.path.realpath(part.source.home)] = part


def _training(
    pair: Pair,
    dataset: Dataset | None,
    configs: Sequence[TrainingConfig],
    files: _Files,
    settings: Settings,
    today: str,
    read: dict[str, list[TrainingConfig]],
) -> Training:
    config, table = pair.config, pair.table
    bound = resolved(pair.named, files.parts, settings.root)
    uses = bound.uses
    other: tuple[str, ...] = ()
    if table is not None and dataset is not None:
        uses, other = _of_dataset(bound, dataset)
    regrouped = False
    if uses:
        name = config.path if config else pair.dataset
        dataset, regrouped = _put_together(name, uses, files, dataset, bound)
    components = _components(config, configs, settings.root, read) if config is not None else ()
    return Training(
        name=table.name if table else config.path if config else "",
        config=config,
        dataset=dataset,
        declared=table is not None,
        components=components,
        unread=bound.unread,
        log=table.log if table else "",
        config_path=table.config if table else "",
        baseline_path=table.baseline if table else "",
        serving=serving(settings, configs, table, config),
        hardware=hardware(settings),
        policy=policy(settings),
        reasons=dict(settings.reasons),
        tokenizer=pair.tokenizer,
        today=today,
        evaluated=any(each.purpose == "evaluate" for each in configs),
        uses=uses,
        regrouped=regrouped,
        other_data=other,
    )


def _components(
    config: TrainingConfig,
    configs: Sequence[TrainingConfig],
    root: str,
    read: dict[str, list[TrainingConfig]],
) -> tuple[TrainingConfig, ...]:
    """The configs that a config draws on, be they part of the check or not; `read` keeps the latter."""
    parts = paths_of(config)
    found = [each for each in configs if each.path in parts and each is not config]
    known = {each.path for each in configs}
    for path in sorted(parts - known):
        file = os.path.join(root, path)
        if not path.startswith(("..", "/")) and os.path.isfile(file):
            if path not in read:
                read[path] = configs_of(file, path)
            found += [each for each in read[path] if each.purpose == "component"]
    return tuple(found)


def _of_dataset(bound: Resolved, dataset: Dataset) -> tuple[tuple[Use, ...], tuple[str, ...]]:
    """What a config names, where that is of the dataset its table binds; else what of it is not."""
    known = {part.path for _, part in dataset.parts}
    narrow = [use for use in bound.uses if use.split != "general"]  # general data may be of many trainings
    other = tuple(part.path for use in narrow for part in use.parts if part.path not in known)
    unscanned = [
        path
        for each in bound.unread
        if each.lack == "unscanned" and each.split != "general"
        for path in each.paths
    ]
    return ((), (*other, *unscanned)) if other or unscanned else (bound.uses, ())


def _put_together(
    name: str, uses: Sequence[Use], files: _Files, known: Dataset | None, bound: Resolved
) -> tuple[Dataset, bool]:
    """The files a config names, as a dataset whose splits are what the config uses them for.

    Splits that it does not name are those of the dataset a table binds. Also whether the config uses a file
    as another split than its own dataset has it, or draws on several datasets.
    """
    splits: dict[str, Split] = {}
    for split in SPLITS:
        found = [part for use in uses if use.split == split for part in use.parts]
        parts = list({part.source.home: part for part in found}.values())
        if not parts and known is not None and split in known.splits:
            parts = list(known.splits[split].parts)
        if parts:
            splits[split] = Split(split, parts)
    homes = [(split, *files.homes[part.source.home]) for split, each in splits.items() for part in each.parts]
    first = homes[0][1]
    alone = all(dataset is first for _, dataset, _ in homes)
    moved = not alone or any((split == "train") != (home == "train") for split, _, home in homes)
    return (
        Dataset(
            name,
            splits,
            first.target,
            first.max_length,
            "declared",
            first.today,
            partial=bool(bound.unread) or (first.partial and known is not None),
            near=first.near if alone else {},
        ),
        moved and len(splits) > 1,
    )


def policy(settings: Settings) -> Policy | None:
    """What `[policy]` asks, None where it asks for nothing. Raises `FtlintError` for an empty list, which
    would allow everything."""
    asked = settings.policy
    for name, words in (("allow-providers", asked.allow_providers), ("allow-licences", asked.allow_licences)):
        written = any(name in (layer.data.get("policy") or {}) for layer in settings.layers)
        if written and not words:
            place = settings.where(("policy", name))
            raise FtlintError(f"policy.{name} is empty: name what is allowed, or leave the key out", *place)
    made = Policy(
        asked.allow_providers,
        asked.require_on_premise,
        asked.forbid_hub_push,
        asked.forbid_external_loggers,
        asked.allow_licences,
        asked.max_epochs or None,
        asked.require_seed,
        asked.forbid_remote_code,
        asked.require_revision,
    )
    return made if made != Policy() else None


def unbound(found: Sequence[Training], root: str) -> list[NotRun]:
    """What could not be held against data, and why: told once for all trainings with that reason."""
    lost: dict[str, list[str]] = {}
    paths: dict[str, None] = {}
    for training in found:
        config = training.config
        if config is None or config.purpose != "train" or _is_bound(training):
            continue
        read = (part.path for use in training.uses for part in use.parts)
        paths.update(
            (os.path.relpath(os.path.join(root, path)), None) for path in read if not is_remote(path)
        )
        paths.update((path, None) for each in training.unread for path in each.paths)
        lost.setdefault(_why(training.unread), []).append(config.path)
    notes = []
    for reason, found_in in sorted(lost.items()):
        configs = list(dict.fromkeys(found_in))
        command = _command(root, configs, list(paths)) if reason == REASONS["unscanned"] else ""
        notes.append(NotRun("", f"config against data: {_few(configs)}: {reason}{command}"))
    return notes


def _is_bound(training: Training) -> bool:
    return training.dataset is not None and not any(each.lack == "unscanned" for each in training.unread)


def _why(unread: Sequence[Unread]) -> str:
    """The reason that a person can do most about."""
    reasons = {each.lack: each.reason for each in reversed(unread)}
    order: tuple[Lack, ...] = ("unscanned", "missing", "unregistered", "unknown", "remote", "hub")
    first = next((lack for lack in order if lack in reasons), None)
    if first is None:
        return "no data named: a [[training]] table binds it"
    return "data that is not there" if first == "missing" else reasons[first]


def _command(root: str, configs: Sequence[str], paths: Sequence[str]) -> str:
    """What to type to check configs and their data together."""
    from shlex import join

    named = [*(os.path.relpath(os.path.join(root, config)) for config in configs), *paths]
    return f": {join(['ftlint', 'check', *(named if len(named) <= MOST_NAMED else [os.path.relpath(root)])])}"


MOST_NAMED = 4
"""Files that a command names one by one."""


def _few(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1:,} more"

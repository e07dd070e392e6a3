"""What belongs to one fine-tune: its config, the data it names, and what the settings say of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from ftlint.engine.references import Files, Resolved, resolved
from ftlint.model import Dataset, Split, Training, TrainingConfig
from ftlint.model.dataset import SPLITS, Part
from ftlint.model.policy import Hardware, Policy
from ftlint.model.project import Unread
from ftlint.model.report import NotRun
from ftlint.model.serving import Serving
from ftlint.settings import Settings
from ftlint.settings.model import TrainingSettings


def trainings(
    configs: Sequence[TrainingConfig], datasets: Sequence[Dataset], settings: Settings, today: str = ""
) -> list[Training]:
    """One training for each `[[training]]` table and each further config that trains, in that order."""
    files = Files(settings.root, datasets)
    by_path = {config.path: config for config in configs}
    by_name = {dataset.name: dataset for dataset in datasets}
    found: list[Training] = []
    taken: set[str] = set()
    for table in settings.training:
        config = by_path.get(_relative(table.config, settings.root)) if table.config else None
        found.append(
            _training(table.name, config, by_name.get(table.dataset), table, configs, files, settings, today)
        )
        if config is not None:
            taken.add(config.path)
    rest = [config for config in configs if config.purpose == "train" and config.path not in taken]
    alone = datasets[0] if len(datasets) == 1 and len(rest) == 1 and not found else None
    return found + [
        _training(config.path, config, alone, None, configs, files, settings, today) for config in rest
    ]


def _relative(path: str, root: str) -> str:
    return os.path.relpath(os.path.join(root, path), root)


def _training(
    name: str,
    config: TrainingConfig | None,
    dataset: Dataset | None,
    table: TrainingSettings | None,
    configs: Sequence[TrainingConfig],
    files: Files,
    settings: Settings,
    today: str,
) -> Training:
    unread: tuple[Unread, ...] = ()
    components: tuple[TrainingConfig, ...] = ()
    if config is not None:
        named = resolved(config, files)
        if named.splits:
            dataset = regrouped(config.path, named, dataset)
        unread = named.unread
        components = tuple(each for each in configs if each.path in _parts(config) and each is not config)
    return Training(
        name=name,
        config=config,
        dataset=dataset,
        declared=table is not None,
        components=components,
        unread=unread,
        log=table.log if table else "",
        baseline_path=table.baseline if table else "",
        serving=serving(settings, configs, table),
        hardware=hardware(settings),
        policy=policy(settings),
        reasons=dict(settings.reasons),
        tokenizer=(table.tokenizer if table else "") or settings.tokenizer,
        today=today,
        evaluated=any(each.purpose == "evaluate" for each in configs),
    )


def _parts(config: TrainingConfig) -> set[str]:
    """The paths of the components, as seen from the root, the config's folder and folders above."""
    found: set[str] = set()
    for part in config.parts:
        folder = os.path.dirname(config.path)
        while True:
            found.add(os.path.normpath(os.path.join(folder, part)))
            if not folder:
                break
            folder = os.path.dirname(folder)
    return found


def regrouped(name: str, named: Resolved, known: Dataset | None) -> Dataset:
    """The files a config names as a dataset of its own: its splits are what the config uses them for."""
    splits: dict[str, Split] = {}
    for split in SPLITS:
        parts: list[Part] = list(named.splits.get(split, ()))
        if not parts and known is not None and split in known.splits:
            parts = list(known.splits[split].parts)
        if parts:
            splits[split] = Split(split, parts)
    first = named.datasets[0]
    return Dataset(
        name,
        splits,
        first.target,
        first.max_length,
        "declared",
        first.today,
        partial=bool(named.unread),
        near=first.near if len(named.datasets) == 1 else {},
    )


def serving(
    settings: Settings, configs: Iterable[TrainingConfig], table: TrainingSettings | None
) -> tuple[Serving, ...]:
    """How the tuned model is served: `[serve]`, else the launch files of the repository."""
    return ()


def hardware(settings: Settings) -> Hardware | None:
    """What `[hardware]` says."""
    return None


def policy(settings: Settings) -> Policy | None:
    """What `[policy]` asks, None where it asks for nothing."""
    asked = settings.policy
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


def unbound(found: Sequence[Training], codes: Sequence[str]) -> list[NotRun]:
    """What could not be held against data, and why: told once for all trainings."""
    if not codes:
        return []
    lost: dict[str, list[str]] = {}
    for training in found:
        if training.config is None or training.config.purpose != "train":
            continue
        if training.dataset is None and training.unread:
            first = training.unread[0]
            lost.setdefault(first.reason, []).append(training.config.path)
    return [
        NotRun("", f"{_few(paths)}: config against data: {reason}") for reason, paths in sorted(lost.items())
    ]


def _few(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1:,} more"


def versions(settings: Settings) -> Mapping[str, tuple[str, str]]:
    """The declared version of each package and where it is declared."""
    return {
        package: (version, "{}:{}".format(*settings.where(("versions", package))))
        for package, version in settings.versions
    }

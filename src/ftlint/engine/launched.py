"""Config files beside the command lines that start them: what the lines add holds for the file, too."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ftlint.model import Field, TrainingConfig


def paths_of(config: TrainingConfig) -> set[str]:
    """The paths of the files a config draws on, as seen from the root, its folder and folders above."""
    found: set[str] = set()
    for part in config.parts:
        folder = os.path.dirname(config.path)
        while True:
            found.add(os.path.normpath(os.path.join(folder, part)))
            above = os.path.dirname(folder)
            if above == folder:
                break
            folder = above
    return found


def completed(configs: Sequence[TrainingConfig]) -> list[TrainingConfig]:
    """The configs, each file with the fields that it leaves to its defaults and every command line that
    names it sets alike: `trl sft --config sft.yaml --use_peft` trains an adapter."""
    lines: dict[str, list[TrainingConfig]] = {}
    for config in configs:
        if config.launched and config.purpose == "train":
            for path in paths_of(config):
                lines.setdefault(path, []).append(config)
    return [
        config._replace(fields={**config.fields, **_added(config, lines[config.path])})
        if not config.launched and config.purpose == "train" and config.path in lines
        else config
        for config in configs
    ]


def _added(config: TrainingConfig, lines: Sequence[TrainingConfig]) -> dict[str, Field]:
    added: dict[str, Field] = {}
    first, *others = lines
    for name, field in first.fields.items():
        if not field.written or field.unknown or field.range is None or config.written(name):
            continue
        if all(other.written(name) and other.get(name) == field.value for other in others):
            place = f"{first.path}:{field.range.line}"
            added[name] = Field(field.value, written=False, source=place, under=place)
    return added

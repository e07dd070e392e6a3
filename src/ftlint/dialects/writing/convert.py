"""From one dialect to another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from ftlint.dialects.own import completed
from ftlint.dialects.writing.outline import Lost, Outline, Target
from ftlint.dialects.writing.unread import unread
from ftlint.dialects.writing.withheld import without_secrets
from ftlint.model import FtlintError
from ftlint.model.training_config import TrainingConfig

MODULES = ("axolotl", "llamafactory", "trl", "torchtune", "ms_swift")

DERIVED = frozenset(
    {"world_size", "do_eval", "zero_stage", "cpu_offload", "provider", "columns", "data_format"}
)
"""What follows from other fields or from the launcher, and is lost without a word when it is a default."""


SWITCHES = ("bf16", "fp16")
"""Switches of the precision, which is written where it is known: `bf16: auto` says nothing more."""


class Converted(NamedTuple):
    """The text of the other dialect, what it cannot say, and what a person has to do beside."""

    dialect: str
    text: str
    lost: tuple[Lost, ...]
    notes: tuple[str, ...]
    said: frozenset[str] = frozenset()
    """The fields that keys of the text say; others of the source follow from them, or are listed as lost."""
    unread: tuple[str, ...] = ()
    """Keys of the source that no field holds."""


@lru_cache(maxsize=1)
def targets() -> Mapping[str, Target]:
    """The dialects that can be written, by name."""
    found = [import_module(f"ftlint.dialects.writing.{name}").TARGET for name in MODULES]
    return {target.name: target for target in found}


def convert(config: TrainingConfig, to: str) -> Converted:
    """The same training in the dialect `to`, without secrets.

    Raises `FtlintError` where it cannot be said there at all.
    """
    if config.purpose != "train":
        raise FtlintError(f"is no training but {config.purpose}: there is nothing to convert", config.path)
    target = targets()[to]
    config, withheld = without_secrets(completed(config))
    outline = Outline(config)
    outline.lost += withheld
    for name, field in config.fields.items():
        if field.unknown:
            outline.done.add(name)
            if field.written and not (name in SWITCHES and config.has("precision")):
                outline.lost.append(Lost(name, None, f"its value is not in the file ({field.key})"))
    if (outline.get("max_steps") or 1) <= 0:
        outline.skip("max_steps")  # -1 is how trainers say that the epochs decide
    target.compose(outline)
    outline.put(target.puts)
    for name in config.fields:
        if name in outline.done or not config.has(name):
            continue
        said = config.said(name)
        if said or name not in DERIVED:
            outline.lose(name, f"no counterpart in {target.name}" + ("" if said else " (a default)"))
    text = _dumped(_ordered(outline.data, target.order))
    return Converted(
        target.name,
        text,
        tuple(outline.lost),
        tuple(outline.notes),
        frozenset(outline.said),
        unread(config),
    )


def _ordered(data: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    first = {key: data[key] for key in order if key in data}
    return first | {key: value for key, value in data.items() if key not in first}


def _dumped(data: Mapping[str, Any]) -> str:
    """YAML that every loader reads alike: floats with a dot, texts quoted where needed."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    from ftlint.model.config_edit import number

    def dotted(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:float", number(value))

    Dumper.add_representer(float, dotted)
    return yaml.dump(dict(data), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)

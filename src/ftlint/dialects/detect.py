"""Which dialect a config is written in, and the config it then is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from ftlint.dialects.contract import Dialect
from ftlint.dialects.draft import Draft
from ftlint.facts.dialects import dialect_facts
from ftlint.model.config_tree import Node
from ftlint.model.training_config import Field, TrainingConfig
from ftlint.read.config_text import EMPTY, Written

LEAST = 0.5
"""A file that no dialect is this sure of is left alone."""

MODULES = (
    *("axolotl", "llamafactory", "llamafactory_v1", "alignment_handbook", "trl", "torchtune", "litgpt"),
    *("ms_swift", "oumi", "unsloth_studio", "autotrain", "mlx_lm", "mistral_finetune", "ludwig"),
    *("open_instruct", "peft_adapter", "deepspeed", "accelerate", "openai_job", "bedrock_job", "vertex_job"),
    *("together_job", "fireworks", "own", "serving.engines"),
)
"""Modules of this package, each with `DIALECT` or `DIALECTS`. Of two that are equally sure the first wins."""


@lru_cache(maxsize=1)
def dialects() -> Mapping[str, Dialect]:
    """Every dialect by name."""
    found: dict[str, Dialect] = {}
    for name in MODULES:
        module = import_module(f"ftlint.dialects.{name}")
        for dialect in module.DIALECTS if hasattr(module, "DIALECTS") else (module.DIALECT,):
            found[dialect.name] = dialect
    return found


def detect(tree: Node, path: str) -> tuple[Dialect, float, str] | None:
    """The surest dialect of a tree, how sure it is, and the dotted path of the map that is the config."""
    best: tuple[Dialect, float, str] | None = None
    for dialect in dialects().values():
        for inner in dialect.inner:
            node = tree.at(inner) if inner else tree
            if node is None or node.kind != "map":
                continue
            certainty = dialect.certainty(node, path)
            if certainty >= LEAST and (best is None or certainty > best[1]):
                best = dialect, certainty, inner
    return best


def read_config(
    written: Written, path: str, versions: Mapping[str, tuple[str, str]] = {}, dialect: str = ""
) -> TrainingConfig | None:
    """A parsed file as a training config; None where no dialect knows it.

    `versions` says of packages which version is declared, and where. `dialect` names the dialect instead.
    """
    tree = written.tree
    if tree is None:
        return None
    if dialect:
        found: tuple[Dialect, float, str] | None = (dialects()[dialect], 1.0, "")
    else:
        found = detect(tree, path)
    if found is None:
        return None
    known, certainty, inner = found
    node = (tree.at(inner) if inner else tree) or EMPTY
    version, version_from = versions.get(known.package, ("", ""))
    return drafted(known, node, path, written, certainty, version, version_from)


def drafted(
    dialect: Dialect,
    tree: Node,
    path: str,
    written: Written,
    certainty: float,
    version: str = "",
    version_from: str = "",
    given: Mapping[str, Field] = {},
) -> TrainingConfig:
    """The config that a dialect makes of a tree. `given` are fields that something else says."""
    draft = Draft(dialect, tree, path, written.syntax, version)
    draft.fields.update(given)
    for key in dialect.keys:
        draft.read(key)
    dialect.settle(draft)
    draft.fields.update(given)
    if draft.purpose == "train":
        fill(draft)
    dialect.finish(draft)
    return TrainingConfig(
        path=path,
        dialect=dialect.name,
        certainty=certainty,
        purpose=draft.purpose,
        fields=draft.fields,
        tree=tree,
        syntax=written.syntax,
        loader=draft.loader,
        casts=draft.casts,
        title=dialect.title,
        package=dialect.package,
        version=draft.version,
        version_from=version_from,
        spelling=dialect.spelling,
        duplicates=written.duplicates,
        launched=written.syntax == "flags",
        parts=tuple(draft.parts),
    )


def fill(draft: Draft) -> None:
    """Defaults of the dialect in its version, for fields that nothing has set."""
    for default in dialect_facts(draft.dialect.facts or draft.dialect.name).defaults:
        if default.field in draft.fields:
            continue
        values = {name: draft.get(name) for name in default.when}
        if default.holds(draft.version, values):
            draft.default(default.field, default.value, default.source)

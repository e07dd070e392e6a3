"""From a command to the config it is: its arguments, laid over the config file that it names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from itertools import chain, islice

from ftlint.dialects.contract import Dialect
from ftlint.dialects.detect import dialects, drafted
from ftlint.dialects.launching.commands import TRL, Launch
from ftlint.dialects.launching.flags import Argument, Branch, planted
from ftlint.dialects.launching.overlay import beside, from_file, is_file, over, unread
from ftlint.dialects.launching.place import Place
from ftlint.dialects.launching.recognised import recognised
from ftlint.dialects.launching.text import Traced
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number
from ftlint.model.training_config import Field, Purpose, TrainingConfig
from ftlint.read.config_text import Offsets, Written

MOST_LAUNCHES = 500
DEEPEST = 8
"""Dots in the name of an argument."""
_FILES = ("config", "c", "accelerate_config")
IDLE = frozenset(
    {
        *("method", "tuning", "world_size", "provider", "output_dir", "loggers", "seed", "hub_model_id"),
        *("deepspeed", "adapter_path"),
    }
)
"""Fields that alone make no training of a command: it is whatever its config file says."""


def all_configs(
    launches: Iterable[Launch], place: Place, others: Iterable[TrainingConfig] = ()
) -> list[TrainingConfig]:
    """The configs of commands, and other configs of the script, as they stand in it, each place once."""
    found: dict[tuple[int, ...], TrainingConfig] = {}
    configs = chain(others, (config_of(launch, place) for launch in islice(launches, MOST_LAUNCHES)))
    for config in configs:
        if config is not None:
            key = tuple(entry.key.range.start for entry in config.tree.entries.values())
            found.setdefault(key, config)
    return [found[key] for key in sorted(found)]


def config_of(launch: Launch, place: Place) -> TrainingConfig | None:
    """The config of a command; None where it carries no arguments of a training."""
    own = tree_of(launch, place.offsets)
    if not own.entries:
        return None
    name = launch.config.text if launch.config is not None else ""
    file = beside(name, place) if name else None
    tree = over(file, own) if file is not None else own
    dialect = _dialect(launch, own, tree, under=bool(name))
    if dialect is None:
        return None
    given = _given(launch, place.offsets)
    version, version_from = place.versions.get(dialect.package, ("", ""))
    config = drafted(
        dialect,
        tree,
        posixpath.join(posixpath.dirname(place.path), launch.program.text),
        Written(tree, "flags"),
        1.0 if launch.dialect else 0.8,
        version,
        version_from,
        given,
    )
    known = dict(config.fields)
    if not launch.dialect and dialect.name == "trl" and _left_to_script(launch, tree):
        known.pop("tuning", None)
    fields = from_file(known, name) if file is not None else known
    if name and file is None:
        fields = unread(fields, own, given, name)
    purpose = _purpose(config, launch)
    says = any(key not in IDLE and field.written and field.range for key, field in fields.items())
    if not says or purpose == "other":
        return None
    parts = _parts(config, launch)
    return config._replace(path=place.path, fields=fields, tree=own, purpose=purpose, parts=parts)


TRLS_SCRIPTS = frozenset(
    {
        *(*TRL, "reward_modeling", "prm", "xpo", "nash_md", "nash-md", "dpo_vlm", "sft_vlm", "sft_gpt_oss"),
        *("run_sft", "run_dpo", "run_orpo", "run_cpt", "run_kto", "run_reward_modeling"),
    }
)
"""Scripts of TRL and the alignment handbook, by name: they train an adapter only where asked."""


def _left_to_script(launch: Launch, tree: Node) -> bool:
    """Whether a script of its own may train an adapter that its arguments say nothing of."""
    name = posixpath.basename(launch.program.text).removesuffix(".py")
    return tree.entry("use_peft") is None and name not in TRLS_SCRIPTS


def tree_of(launch: Launch, offsets: Offsets) -> Node:
    """The arguments of a command as a tree, by the dialect's own keys."""
    own = Branch()
    if launch.leading and launch.arguments.plain:
        first = launch.arguments.plain[0]
        planted(own, Argument(first, (first,)), launch.leading, offsets)
    for argument in launch.arguments.named:
        path = launch.rename.get(argument.key, argument.key)
        if path not in _FILES and path.count(".") <= DEEPEST:
            planted(own, argument, path, offsets)
    return own.node()


def _dialect(launch: Launch, own: Node, tree: Node, under: bool) -> Dialect | None:
    if launch.dialect:
        return dialects().get(launch.dialect)
    return recognised(own, launch.program.text, under) and recognised(tree, launch.program.text, under)


def _given(launch: Launch, offsets: Offsets) -> dict[str, Field]:
    """What the command itself says: the method, what is tuned, how many devices."""
    found: dict[str, Field] = {}
    at = launch.program.range(offsets)
    if launch.method:
        found["method"] = Field(launch.method, key=launch.program.text, range=at, key_range=at)
    if launch.tuning and launch.arguments.get("quantize") is None:
        found["tuning"] = Field(launch.tuning, key=launch.program.text, range=at, key_range=at)
    world = _world(launch)
    if world is not None:
        size, argument, value = world
        key = argument.name.range(offsets)
        found["world_size"] = Field(
            size,
            key=argument.name.text,
            raw=value.text if size == as_number(value.text) else "",
            loaded=value.text,
            range=value.range(offsets) or key,
            key_range=key,
        )
    return found


_PROCESSES = ("nproc_per_node", "NPROC_PER_NODE", "num_processes", "num_gpus", "nproc")
_NODES = ("nnodes", "NNODES", "num_machines", "num_nodes")


def _world(launch: Launch) -> tuple[int, Argument, Traced] | None:
    """How many devices the launcher is told to use, and by which argument."""
    for argument in reversed(launch.launcher.named):
        value = argument.value
        if argument.key not in _PROCESSES or value is None:
            continue
        each = as_number(value.text)
        nodes = launch.launcher.get(*_NODES)
        times = as_number(nodes.text) if nodes is not None else 1
        if isinstance(each, int) and isinstance(times, int) and each > 0 and times > 0:
            # accelerate counts over all machines, the others on each.
            return each if argument.key == "num_processes" else each * times, argument, value
    return None


def _purpose(config: TrainingConfig, launch: Launch) -> Purpose:
    """A command that trains does so, however little its arguments say."""
    trains = launch.method and config.purpose in ("other", "component", "inference")
    return "train" if trains else config.purpose


def _parts(config: TrainingConfig, launch: Launch) -> tuple[str, ...]:
    named = [launch.config, launch.launcher.get("config_file"), launch.launcher.get("accelerate_config")]
    files = [file.text for file in named if file is not None and is_file(file.text)]
    return tuple(dict.fromkeys((*config.parts, *files)))

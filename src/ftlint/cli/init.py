"""`ftlint init`: a commented `ftlint.toml` from what is found."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftlint.engine.bind import Binding
    from ftlint.settings import Settings

FILE = "ftlint.toml"
DETECTED_BELOW = 64 << 20
"""Bytes of a file that may have to be read whole to see its first rows."""
DATASETS = 20
_SHARD = re.compile(r"\d{2,}([-_]of[-_]\d{2,}(-[0-9a-f]{8,})?)?(?=\.)|\d+(?=\.)")


def add_parser(subparsers: Any) -> None:
    parser: ArgumentParser = subparsers.add_parser(
        "init",
        help="write a commented ftlint.toml from what is found",
        description=f"Look for data files and training configs and write a commented {FILE} that names them.",
    )
    parser.add_argument("folder", nargs="?", default=".", help="where the project is (default: here)")
    parser.add_argument("--force", action="store_true", help="replace the settings that are there")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    from ftlint.engine.bind import bind
    from ftlint.read.discover import discover
    from ftlint.settings import Settings

    root = os.path.abspath(args.folder)
    _refuse(root, args)
    settings = Settings(root=root)
    bindings = bind(discover([root], settings), settings)
    configs = _training_configs(root, settings)
    text = starter(bindings, configs)
    _write(os.path.join(root, FILE), text)
    named = {binding.dataset for binding in bindings if binding.evidence == "named"}
    lone = {binding.dataset for binding in bindings if binding.evidence == "lone"}
    found = f"{_count(len(named), 'dataset')}, {_count(len(lone), 'file')} whose name says no split"
    if not bindings:
        found = "no data files found"
    print(f"wrote {os.path.join(args.folder, FILE) if args.folder != '.' else FILE}: {found}")
    print("next: read it, set target and max-length, then run ftlint check")
    return 0


def _training_configs(root: str, settings: Settings) -> list[str]:
    """The paths of the configs that train."""
    from ftlint.engine.bind import bind
    from ftlint.engine.configs import read_configs
    from ftlint.engine.versions import versions
    from ftlint.read.discover import discover

    bindings = bind(discover([root], settings, documents="configs"), settings)
    documents = [(each.file, each.path, "") for each in bindings if each.document]
    configs = read_configs(documents, versions(settings), [])
    return list(
        dict.fromkeys(
            config.path
            for config in configs
            if config.purpose == "train" and not config.launched and config.broken is None
        )
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _refuse(root: str, args: Namespace) -> None:
    from ftlint.model import FtlintError
    from ftlint.settings.layer import read_layer

    if not os.path.isdir(root):
        raise FtlintError(f"no such folder: {args.folder}")
    if args.force:
        return
    if os.path.lexists(os.path.join(root, FILE)):
        raise FtlintError("is there already: --force replaces it", FILE)
    project = os.path.join(root, "pyproject.toml")
    if os.path.isfile(project) and read_layer(project):
        raise FtlintError(f"has [tool.ftlint] already, which {FILE} would hide: --force", "pyproject.toml")


def _write(file: str, text: str) -> None:
    from ftlint.model import FtlintError

    staged = f"{file}.{os.getpid()}.new"
    try:
        with open(staged, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.replace(staged, file)
    except OSError as error:
        if os.path.exists(staged):
            os.unlink(staged)
        raise FtlintError(f"cannot be written: {error.strerror}", file) from None


def starter(bindings: Sequence[Binding], configs: Sequence[str] = ()) -> str:
    """The text of a settings file for these files and training configs."""
    datasets: dict[str, list[Binding]] = {}
    for binding in bindings:
        datasets.setdefault(binding.dataset, []).append(binding)
    named = [each for each in datasets.values() if each[0].evidence != "lone"]
    lone = [each for each in datasets.values() if each[0].evidence == "lone"]
    parts = [_HEAD, *(_dataset(each) for each in named)]
    if lone:
        parts.append("# These files' names say no split. Uncomment those that are trained on.\n")
        parts += ["".join(f"# {line}\n" for line in _dataset(each).splitlines()) for each in lone[:DATASETS]]
        if len(lone) > DATASETS:
            parts.append(f"# ... and {len(lone) - DATASETS} more: ftlint check --show-files\n")
    if not datasets:
        parts.append(_NO_DATA)
    named_first = next(iter(datasets), "support") if not named else named[0][0].dataset
    parts.append(_trainings(named_first, configs))
    return "\n".join([*parts, _TAIL])


def _trainings(dataset: str, configs: Sequence[str]) -> str:
    """What belongs to one fine-tune, as comments: which data is whose a person knows."""
    from ftlint.settings.show import literal

    lines = ["# What belongs to one fine-tune: needed where a config does not name its data itself."]
    for path in configs[:TRAININGS] or ("configs/lora.yaml",):
        name = os.path.splitext(os.path.basename(path))[0]
        lines += [
            "# [[training]]",
            f"# name = {literal(name)}",
            f"# dataset = {literal(dataset)}",
            f"# config = {literal(path)}",
            '# baseline = "baseline.json"              # what the base model can do before it is tuned',
            "",
        ]
    return "\n".join(lines)


TRAININGS = 3


def _dataset(bindings: Sequence[Binding]) -> str:
    from ftlint.settings.show import literal

    lines = ["[[dataset]]", f"name = {literal(bindings[0].dataset)}"]
    name, note = _format(bindings[0])
    lines.append(f"format = {literal(name)}" if name else f"# format = {literal('openai-chat')}{note}")
    lines.append('# target = "openai"           # checks the limits of who will train on it')
    lines.append("# max-length = 4096           # in tokens; what is longer is cut when training")
    splits: dict[str, list[str]] = {}
    for binding in bindings:
        splits.setdefault(binding.split, []).append(binding.path)
    for split, paths in splits.items():
        globs = _globs(paths)
        lines.append(f"{split} = {literal(globs[0] if len(globs) == 1 else globs)}")
    return "\n".join(lines) + "\n"


def _globs(paths: Sequence[str]) -> list[str]:
    """Paths, shards of one split as one glob."""
    globs: dict[str, list[str]] = {}
    for path in paths:
        folder, slash, name = path.rpartition("/")
        globs.setdefault(f"{folder}{slash}{_SHARD.sub('*', name, count=1)}", []).append(path)
    return [glob if len(same) > 1 else same[0] for glob, same in globs.items()]


def _format(binding: Binding) -> tuple[str, str]:
    """The format of a file's first rows; "" and a remark where it is not certain or not cheap to say."""
    from ftlint.formats import detect
    from ftlint.model import MissingExtraError
    from ftlint.read.classify import classify
    from ftlint.read.records import sample

    if binding.known is not None:
        return "", "  # dataset_info.json says it"
    if os.path.getsize(binding.file) > DETECTED_BELOW and not binding.file.endswith(".jsonl"):
        return "", ""
    try:
        source, _ = classify(binding.file, binding.path)
        if source.container == "none":
            return "", "  # the file holds no rows that can be read"
        found = detect(sample(source))
    except MissingExtraError as error:
        return "", f"  # {error.message}"
    if found.format is None:
        return "", "  # could not be told from the rows"
    return found.format.name, ""


_HEAD = """\
# Settings of ftlint. Every key: ftlint settings schema; what is in force and why: ftlint settings show.

# fail-on = "warning"                      # error (default), warning or info
# extend-select = ["some-rule"]            # rules that are off by default, by code, prefix or name
# ignore = ["some-rule"]                   # rules that do not fit this project
# extend-exclude = ["data/raw"]            # files and folders never to look into
"""

_NO_DATA = """\
# No data files were found. A dataset is declared like this:
# [[dataset]]
# name = "support"
# train = "data/train*.jsonl"
# validation = "data/val.jsonl"
"""

_TAIL = """\
# [serve]                                  # what the tuned model is served with
# engine = "vllm"
# dtype = "bf16"

# [hardware]                               # what trains: its memory is estimated
# gpu = "H100-80GB"
# count = 1

# [versions]                               # of what reads the configs; pins of the project count, too
# transformers = "4.57.1"

# [reasons]                                # why a rule that asks for evidence does not apply
# no-general-data = "the model only ever sees invoices"

# [per-path-ignores]
# "data/raw/**" = ["QUAL"]

# [rules.exact-duplicate]                  # options: ftlint rule exact-duplicate
# severity = "error"
"""

"""Training configs among the files beside the data: which files are some, and what they say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from ftlint.engine.launched import completed
from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.config_tree import NOWHERE, Node
from ftlint.model.report import Failure
from ftlint.read.config_signs import may_be_config, may_hold_containers, may_launch, may_serve, means_config
from ftlint.read.documents import CONFIGS, is_launcher_name
from ftlint.read.files import opened
from ftlint.read.urls import is_remote

MOST_BYTES = 1 << 20
"""No config is larger."""


def read_configs(
    documents: Iterable[tuple[str, str, str]],
    versions: Mapping[str, tuple[str, str]],
    failures: list[Failure],
) -> list[TrainingConfig]:
    """Every training config among the documents, launch lines included, in their order.

    A document is its file, its path as shown, and the file whose bytes are read in its place ("" for none).

    A file that its reader breaks on is added to `failures`. Raises `FtlintError` for one that cannot be read.
    """
    found: list[TrainingConfig] = []
    for file, path, stand_in in documents:
        if not is_remote(file):
            with guarded(path, failures):
                found += configs_of(file, path, versions, stand_in=stand_in)
    return completed(found)


@contextmanager
def guarded(path: str, failures: list[Failure]) -> Iterator[None]:
    """Whatever goes wrong with one config must not end the run: it becomes a failure of that file."""
    try:
        yield
    except FtlintError:
        raise
    except Exception as error:
        failures.append(Failure("", path, None, broken_off(error)))


def broken_off(error: Exception) -> str:
    """That a config could not be read for a mistake of ours. What the exception says may be a value of it."""
    from ftlint.engine.scan import raised_at

    return f"could not be read as a config: {type(error).__name__}{raised_at(error)}"


def configs_of(
    file: str,
    path: str,
    versions: Mapping[str, tuple[str, str]] = {},
    dialect: str = "",
    stand_in: str = "",
) -> list[TrainingConfig]:
    """The configs of one file: one, or one for each launch line. Raises `FtlintError` if unreadable."""
    name = os.path.basename(path).lower()
    is_config = name.endswith(CONFIGS)
    if not (is_config or dialect or is_launcher_name(name)):
        return []
    try:
        with opened(stand_in or file) as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", path) from None
    if len(data) > MOST_BYTES:
        return []
    if is_config or dialect:
        return _config(data, path, versions, dialect) if dialect or may_be_config(data) else []
    serves = name.startswith("modelfile") or may_serve(data)
    found: list[TrainingConfig] = []
    if serves or may_launch(data):
        from ftlint.dialects.launch import launched

        found += launched(data, path, versions, file)
    if serves:
        from ftlint.dialects.serve import served

        found += served(data, path, versions)
    return _noted(found, data, versions)


def _config(
    data: bytes, path: str, versions: Mapping[str, tuple[str, str]], dialect: str
) -> list[TrainingConfig]:
    from ftlint.dialects.detect import read_config
    from ftlint.read.config_text import parse

    written = parse(data, path)
    if written is None:
        return []
    if written.tree is None:
        if written.broken is None or not means_config(data):
            return []
        nothing = Node("map", NOWHERE, tag="map")
        broken = TrainingConfig(path, "", 0.0, "other", {}, nothing, broken=written.broken)
        return _noted([broken], data, versions)
    if not dialect and may_hold_containers(data):
        from ftlint.dialects.serve import composed

        containers = composed(data, written.tree, path, versions)
        if containers:
            return _noted(containers, data, versions)
    config = read_config(written, path, versions, dialect)
    return _noted([config] if config is not None else [], data, versions)


def _noted(
    configs: Iterable[TrainingConfig], data: bytes, versions: Mapping[str, tuple[str, str]]
) -> list[TrainingConfig]:
    """The configs with what dialects need not know: versions, line ends, what comments in them ignore."""
    newline = "\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else "\n"
    declared = {package: version for package, (version, _) in versions.items()}
    configs = [config._replace(versions=declared, newline=newline) for config in configs]
    if not configs or b"ftlint" not in data:
        return configs
    from ftlint.engine.suppress import inline

    lines = data.decode("utf-8", "replace").split("\n")
    ignored = {number: inline(line) for number, line in enumerate(lines, 1) if "ftlint" in line}
    kept = {number: frozenset(rules) for number, rules in ignored.items() if rules is not None}
    return [config._replace(ignored=kept) for config in configs]


def ignores(configs: Iterable[TrainingConfig]) -> dict[tuple[str, int], frozenset[str]]:
    """What comments ignore, by path and line."""
    return {(config.path, line): rules for config in configs for line, rules in config.ignored.items()}

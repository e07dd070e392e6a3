"""The one training config that a person names on the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from ftlint.model import FtlintError, TrainingConfig


def add_common(parser: Any) -> None:
    """The flags of all commands that read configs."""
    parser.add_argument("--dialect", default="", metavar="NAME", help="the dialect, where it cannot be told")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")


def named(text: str, arguments: Any) -> TrainingConfig:
    """The config that `FILE`, or `FILE:LINE` for one of several launch lines, stands for.

    Raises `FtlintError` where there is no file, no config in it, or several and no line.
    """
    from ftlint.dialects.detect import dialects
    from ftlint.engine.configs import configs_of
    from ftlint.engine.versions import versions
    from ftlint.settings import load
    from ftlint.settings.nearest import suggestion

    if arguments.dialect and arguments.dialect not in dialects():
        known = dialects()
        near = suggestion(arguments.dialect, known) or f": one of {', '.join(sorted(known))}"
        raise FtlintError(f"--dialect: there is no dialect {arguments.dialect!r}{near}")
    file, line = text, None
    numbered = re.fullmatch(r"(.+):(\d+)", text)
    if not os.path.exists(file) and numbered:
        file, line = numbered.group(1), int(numbered.group(2))
    if os.path.isdir(file):
        raise FtlintError("is a folder: name one file", file)
    if not os.path.exists(file):
        raise FtlintError("no such file", file)
    settings = load([file], config=arguments.config, isolated=arguments.isolated)
    found = configs_of(os.path.abspath(file), file, versions(settings), arguments.dialect)
    if not found:
        why = "" if arguments.dialect else "; name it: --dialect"
        raise FtlintError(f"holds no training config of a known dialect{why}", file)
    chosen = _at_line(found, file, line) if line is not None else found
    if len(chosen) != 1:
        lines = ", ".join(f"{file}:{reach(config)[0]}" for config in found[:6])
        count = "a training" if len(found) == 1 else f"{len(found)} trainings"
        told = f"holds {count}" if len(chosen) > 1 else f"holds no training at line {line}"
        raise FtlintError(f"{told}: name one by its line: {lines}", file)
    config = chosen[0]
    if config.broken is not None:
        raise FtlintError(f"cannot be parsed: {config.broken.message}", file, config.broken.line)
    return config


def _at_line(found: Sequence[TrainingConfig], file: str, line: int) -> list[TrainingConfig]:
    """The configs that a line is of: any of a file's, of a launch those from its command to its last flag."""
    reached = [(config, *reach(config)) for config in found]
    within = [config for config, first, last in reached if not config.launched or first <= line <= last]
    if within:
        return within
    with open(file, encoding="utf-8", errors="replace") as stream:
        lines = stream.read().split("\n")
    return [
        config
        for config, first, _ in reached
        if line < first and all(text.rstrip().endswith(GOES_ON) for text in lines[line - 1 : first - 1])
    ][:1]


GOES_ON = ("\\", "(", "[", "{", ",")
"""Ends of lines that a command or a call goes on after."""


def reach(config: TrainingConfig) -> tuple[int, int]:
    """The first and the last line that a config writes a value on."""
    lines = [
        line
        for _, entry in config.tree.walk()
        for line in (entry.key.range.line, entry.value.range.end_line)
        if line > 0
    ]
    return (min(lines), max(lines)) if lines else (config.tree.range.line, config.tree.range.end_line)

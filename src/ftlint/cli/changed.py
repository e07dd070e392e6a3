"""`ftlint check --since REF` and `--staged`: what goes with them, and what they are held against."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from ftlint.cli.given import is_stream

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.engine.changed_against import Against
    from ftlint.settings import Settings


def compared(
    arguments: Namespace, paths: Sequence[str], settings: Settings
) -> AbstractContextManager[Against | None]:
    """What the check is held against, None where all rows are to be told.

    Raises `FtlintError` where git cannot say what changed.
    """
    if not arguments.since and not arguments.staged:
        return nullcontext()
    from ftlint.engine.changed_against import against

    asked = [*paths, *_listed(arguments.file_list)]
    if not asked and not arguments.file_list:
        asked = [os.curdir]
    # an empty list of files asks for none of them, where no list asks for all
    arguments.file_list = os.devnull if arguments.file_list and not asked else ""
    return against(asked, settings, since=arguments.since, staged=arguments.staged)


def _listed(file_list: str) -> list[str]:
    from ftlint.read.discover import paths_in

    return [path for _, path in paths_in(file_list)] if file_list else []


def refuse(arguments: Namespace) -> None:
    """Raise `FtlintError` for what does not go with changed rows, before anything is read."""
    if not arguments.since and not arguments.staged:
        return
    from ftlint.model import FtlintError

    flag = "--staged" if arguments.staged else "--since"
    if arguments.since and arguments.staged:
        raise FtlintError("--since compares the work tree, --staged the index: give one of them")
    if any(is_stream(path) for path in arguments.paths):
        raise FtlintError(f"{flag} compares files that git tracks, not standard input or a pipe")
    for name in ("write_suppressions", "prune_suppressions"):
        if getattr(arguments, name):
            raise FtlintError(f"--{name.replace('_', '-')} is about all findings: leave out {flag}")
    if arguments.staged and (arguments.fix or arguments.fix_only or arguments.diff):
        raise FtlintError(
            "--staged checks what is staged, and fixes are made in the work tree: "
            "fix without --staged, then git add"
        )

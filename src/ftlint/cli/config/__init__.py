"""`ftlint config`: commands that work on training configs, one module each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial
from importlib import import_module
from typing import Any

VERBS = ("explain", "diff", "convert", "returned")


def add_parser(commands: Any) -> None:
    parser: ArgumentParser = commands.add_parser(
        "config",
        help="explain, compare and convert training configs",
        description="Work on training configs, whatever dialect they are written in.",
    )
    verbs = parser.add_subparsers(metavar="command", title="commands")
    for verb in VERBS:
        import_module(f"ftlint.cli.config.{verb}").add_parser(verbs)
    parser.set_defaults(run=partial(_help, parser))


def _help(parser: ArgumentParser, _: Namespace) -> int:
    """What is shown where no command is named."""
    parser.print_help()
    return 2

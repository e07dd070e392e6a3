"""`ftlint data`: commands that work on datasets as a whole, one module each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial
from importlib import import_module
from typing import Any

VERBS = ("stats", "diff", "redact")


def add_parser(commands: Any) -> None:
    parser: ArgumentParser = commands.add_parser(
        "data",
        help="say what datasets hold, how versions differ; write copies without personal data",
        description="Work on datasets as a whole.",
    )
    verbs = parser.add_subparsers(metavar="command", title="commands")
    for verb in VERBS:
        import_module(f"ftlint.cli.data.{verb}").add_parser(verbs)
    parser.set_defaults(run=partial(_help, parser))


def _help(parser: ArgumentParser, _: Namespace) -> int:
    """What is shown where no command is named."""
    parser.print_help()
    return 2

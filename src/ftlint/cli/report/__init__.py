"""`ftlint report`: documents to hand on, one module each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial
from importlib import import_module
from typing import Any

VERBS = ("pii",)


def add_parser(commands: Any) -> None:
    parser: ArgumentParser = commands.add_parser(
        "report",
        help="write what personal data and secrets datasets hold, to hand on",
        description="Write documents to hand on.",
    )
    verbs = parser.add_subparsers(metavar="command", title="commands")
    for verb in VERBS:
        import_module(f"ftlint.cli.report.{verb}").add_parser(verbs)
    parser.set_defaults(run=partial(_help, parser))


def _help(parser: ArgumentParser, _: Namespace) -> int:
    """What is shown where no command is named."""
    parser.print_help()
    return 2

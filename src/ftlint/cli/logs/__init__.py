"""`ftlint logs`: commands that work on the logs of training runs, one module each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from functools import partial
from importlib import import_module
from typing import Any

VERBS = ("show", "plot", "compare", "watch")


def add_parser(commands: Any) -> None:
    parser: ArgumentParser = commands.add_parser(
        "logs",
        help="show, plot, compare and watch training runs",
        description="Work on the logs of training runs.",
        epilog=(
            "examples:\n"
            "  ftlint logs show outputs/lora                      curves in the terminal, and what is wrong\n"
            "  ftlint logs plot outputs/lora -o run.html          or .svg, .png\n"
            "  ftlint logs compare outputs/a outputs/b            which is better, beyond the noise\n"
            '  ftlint logs watch outputs/lora --stop-command "kill 4711"\n\n'
            "ftlint check outputs/ judges every run below a folder. What is read: docs/logs.md\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(metavar="command", title="commands")
    for verb in VERBS:
        import_module(f"ftlint.cli.logs.{verb}").add_parser(verbs)
    parser.set_defaults(run=partial(_help, parser))


def _help(parser: ArgumentParser, _: Namespace) -> int:
    """What is shown where no command is named."""
    parser.print_help()
    return 2

"""`ftlint`: one command line, one module per command. Nothing is imported before it is needed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from typing import NoReturn

COMMANDS = {
    "check": "find what would spoil a fine-tune",
    "data": "say what datasets hold, how versions differ; write copies without personal data",
    "config": "explain, compare and convert training configs",
    "logs": "show, plot, compare and watch training runs",
    "approve": "check a training and lock it, byte by byte",
    "train": "run the approved config",
    "eval": "measure the base model, and whether the tuned one is better",
    "export": "hand a trained adapter on: merged, GGUF, vLLM, Ollama, model card",
    "audit": "verify and report the log of who did what",
    "report": "write what personal data and secrets datasets hold, to hand on",
    "rule": "explain a rule",
    "settings": "show the settings in force, or their schema",
    "server": "serve an editor (Language Server Protocol)",
    "init": "write a commented ftlint.toml from what is found",
    "clean": "remove the cache",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code: 0 clean, 1 findings, 2 could not do it."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"], ["version"]):
        from ftlint import __version__

        print(f"ftlint {__version__}")
        return 0
    return _command(arguments)


def _command(arguments: list[str]) -> int:
    parser = _parser(arguments[0] if arguments else "")
    namespace, rest = parser.parse_known_args(arguments)
    if rest and hasattr(namespace, "paths") and not any(word.startswith("-") for word in rest):
        # argparse takes the paths of one place; what stands after a flag is left over
        namespace.paths = [*namespace.paths, *rest]
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if not getattr(namespace, "run", None):
        parser.print_help()
        return 2 if arguments else 0
    return answered(namespace)


def answered(namespace: Namespace) -> int:
    """Run a command; what it could not do is told in one line."""
    from ftlint.model import FtlintError

    try:
        return int(namespace.run(namespace))
    except FtlintError as error:
        from ftlint.detect.quoted import Quoted
        from ftlint.read.urls import scrubbed

        print(f"ftlint: {Quoted().hidden(scrubbed(str(error)))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # whoever read our output has gone (`| head`); the interpreter flushes once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("ftlint: interrupted", file=sys.stderr)
        return 130


def _parser(command: str) -> ArgumentParser:
    """The parser; of the commands only the one that is called brings its flags."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter
    from importlib import import_module

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            print(f"{self.prog}: {_suggested(self, message)}", file=sys.stderr)
            raise SystemExit(2)

    parser = Parser(
        prog="ftlint",
        description="Lint fine-tuning datasets, training configs and training logs.",
        epilog=(
            "examples:\n"
            "  ftlint check                       the data files of this folder\n"
            "  ftlint check data/train.jsonl      one file\n"
            "  ftlint logs show outputs/lora      the curves of a run, and what is wrong with it\n"
            "  ftlint rule exact-duplicate        what a rule means and how to mend it\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(metavar="command", title="commands", parser_class=Parser)
    for name, line in COMMANDS.items():
        if name == command:
            module = import_module(f"ftlint.cli.{name}")
            module.add_parser(commands)
        else:
            commands.add_parser(name, help=line, description=line)
    return parser


def _suggested(parser: ArgumentParser, message: str) -> str:
    """argparse's message, with the nearest flag or command for a mistyped one."""
    from difflib import get_close_matches

    said, _, given = message.partition(": ")
    if said != "unrecognized arguments" and "invalid choice" not in message:
        return message
    mistyped = [word.partition("=")[0] for word in given.split() if word.startswith("-")]
    words = _flags(parser)
    if said != "unrecognized arguments":
        mistyped, words = given.split("'")[1:2], _choices(parser)
    for word in mistyped:
        if close := get_close_matches(word.replace("_", "-"), words, n=1, cutoff=0.75):
            return f"{message}\n  did you mean {close[0]}?"
    return message


def _choices(parser: ArgumentParser) -> list[str]:
    """Every word that a parser lets one choose: its commands, the values of its flags."""
    return [str(choice) for action in parser._actions for choice in action.choices or ()]


def _flags(parser: ArgumentParser) -> list[str]:
    """Every flag of a parser and of its commands."""
    flags: list[str] = []
    for action in parser._actions:
        flags += action.option_strings
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                flags += _flags(command)
    return flags


if __name__ == "__main__":
    sys.exit(main())

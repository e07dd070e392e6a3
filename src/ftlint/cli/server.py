"""`ftlint server`: parse, call."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any


def add_parser(subparsers: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser: ArgumentParser = subparsers.add_parser(
        "server",
        help="serve an editor (Language Server Protocol)",
        usage="ftlint server [--stdio]",
        description="Serve an editor over standard input and output, by the Language Server Protocol.",
        epilog="An editor starts it: docs/editors.md has the settings of several.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stdio", action="store_true", help="the only way there is; editors may say so")
    parser.set_defaults(run=run)


def run(_arguments: Namespace) -> int:
    from importlib.util import find_spec

    from ftlint.model.error import MissingExtraError

    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        raise MissingExtraError("lsp", "ftlint server")
    from ftlint.server.serve import serve

    serve()
    return 0

"""`ftlint settings`: the settings in force and where each comes from, or their JSON Schema."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser: ArgumentParser = subparsers.add_parser(
        "settings",
        help="show the settings in force, or their schema",
        description="Show the settings in force and where each was set, or the JSON Schema of the file.",
    )
    parser.set_defaults(run=run)
    verbs = parser.add_subparsers(dest="verb", metavar="show|schema")
    show = verbs.add_parser("show", help="the resolved settings, with file and line")
    show.add_argument("paths", nargs="*", metavar="PATH", help="as for check: whose settings to show")
    show.add_argument("--config", default="", metavar="FILE", help="the settings file")
    show.add_argument("--isolated", action="store_true", help="read no settings file")
    verbs.add_parser("schema", help="the JSON Schema of ftlint.toml, with the options of all installed rules")
    parser.set_defaults(verb="show", paths=[], config="", isolated=False)


def run(args: Namespace) -> int:
    return _schema() if args.verb == "schema" else _show(args)


def _schema() -> int:
    import json

    from ftlint.registry import rules
    from ftlint.settings.schema import settings_schema

    print(json.dumps(settings_schema(list(rules().values())), indent=2))
    return 0


def _show(args: Namespace) -> int:
    from ftlint.registry import rules
    from ftlint.settings import load
    from ftlint.settings.selection import check_rule_names, chosen
    from ftlint.settings.show import show

    settings = load(args.paths, config=args.config, isolated=args.isolated)
    known = rules()
    check_rule_names(settings, known)
    running = chosen(settings, known)
    print(show(settings), end="")
    print(f"\n# {len(running)} of {len(known)} rules run")
    return 0

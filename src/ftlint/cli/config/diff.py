"""`ftlint config diff`: parse, call, print."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.config.named import add_common, named

if TYPE_CHECKING:
    from argparse import Namespace


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "diff",
        help="how two configs differ, across dialects",
        usage="ftlint config diff OLD NEW [flags]",
        description="Compare two training configs field by field, defaults included, across dialects.",
        epilog=(
            "exit codes: 0 compared, 1 they differ (with --exit-code), 2 could not compare\n\n"
            "examples:\n"
            "  ftlint config diff configs/v1.yaml configs/v2.yaml\n"
            "  ftlint config diff axolotl.yml llamafactory.yaml --output-format json\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", metavar="OLD", help="a config, or FILE:LINE for a launch line")
    parser.add_argument("new", metavar="NEW", help="the one to compare it with")
    parser.add_argument(
        "--output-format", dest="shape", choices=("text", "json"), default="text", help="text or json"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit 1 where they differ")
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.report import style_for
    from ftlint.report.config_diff import differences, write_json, write_text
    from ftlint.report.deliver import to_stdout

    old, new = named(arguments.old, arguments), named(arguments.new, arguments)
    found = differences(old, new)
    if arguments.shape == "json":
        to_stdout(partial(write_json, old, new, found))
    else:
        to_stdout(partial(write_text, old, new, found, style=style_for(sys.stdout)))
    return int(bool(found) and arguments.exit_code)

"""`ftlint config explain`: parse, call, print."""

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
        "explain",
        help="what a config says, and where each value comes from",
        usage="ftlint config explain FILE [flags]",
        description="Print a training config in canonical fields, each with the line or default it is from.",
        epilog=(
            "examples:\n"
            "  ftlint config explain configs/lora.yaml\n"
            "  ftlint config explain scripts/train.sh:12          one of several launch lines\n"
            "  ftlint config explain job.json --output-format json\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="a config, or FILE:LINE for a launch line in a script")
    parser.add_argument(
        "--output-format", dest="shape", choices=("text", "json"), default="text", help="text or json"
    )
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write to FILE")
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_file, to_stdout
    from ftlint.report.style import plain

    config = named(arguments.file, arguments)
    if arguments.shape == "json":
        from ftlint.report.config_json import write as as_json

        write = partial(as_json, config)
    else:
        from ftlint.report.config_table import write as as_table

        style = style_for(sys.stdout)
        write = partial(as_table, config, style=plain(style) if arguments.output else style)
    if arguments.output:
        to_file(arguments.output, write)
    else:
        to_stdout(write)
    return 0

"""`ftlint report pii`: parse, call, print."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.flags import add_found, add_running, overridden
from ftlint.cli.given import Given, is_stream, total_size

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ftlint.engine.bind import Binding
    from ftlint.model.inventory import Inventory
    from ftlint.settings import Settings

SHAPES = ("table", "json", "markdown")


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "pii",
        help="personal data and secrets: what was found, what is not covered",
        usage="ftlint report pii [PATH ...] [flags]",
        description=(
            "Count personal data and secrets by dataset, split, kind and field, and say which\n"
            "identifiers of HIPAA and the GDPR are not covered. No value is shown."
        ),
        epilog=(
            "exit codes: 0 looked at everything, 2 could not look at everything\n\n"
            "examples:\n"
            "  ftlint report pii data/\n"
            "  ftlint report pii --output-format markdown -o personal-data.md\n"
            "  ftlint report pii train.jsonl --extend-select pii-date,pii-url\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders, globs; - for standard input"
    )
    looking = parser.add_argument_group("looking")
    looking.add_argument("--extend-select", action="append", metavar="RULE", help="look for these too")
    looking.add_argument("--ignore", action="append", metavar="RULE", help="do not look for these")
    looking.add_argument("--today", default="", metavar="DATE", help="the date that the report bears")
    add_found(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", dest="shape", choices=SHAPES, default="table", help="table, json or markdown"
    )
    output.add_argument("-o", "--output", default="", metavar="FILE", help="write to FILE")
    add_running(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.engine.bind import bind, unclear
    from ftlint.model import FtlintError
    from ftlint.read.discover import discover
    from ftlint.settings import load

    paths = list(arguments.paths)
    on_disk = [path for path in paths if not is_stream(path)]
    settings = overridden(load(on_disk, config=arguments.config, isolated=arguments.isolated), arguments)
    with Given(paths, arguments.stdin_filename) as given:
        found = discover(given.paths, settings, file_list=arguments.file_list)
        bindings = [each for each in given.renamed(bind(found, settings)) if not each.document]
        if not bindings:
            raise FtlintError("no data files found: name them, or see ftlint report pii --help")
        counted = _counted(bindings, settings, arguments)
    _print(counted._replace(notes=unclear(found, settings)), arguments)
    unable = counted.not_read or any(kind.state == "needs-extra" for kind in counted.kinds)
    return 2 if unable else 0


def _counted(bindings: Sequence[Binding], settings: Settings, arguments: Namespace) -> Inventory:
    from ftlint.engine.inventory import inventory
    from ftlint.report.progress import Progress

    progress = Progress(total_size(bindings), sys.stderr)
    try:
        return inventory(bindings, settings, advance=progress.advance, today=arguments.today)
    finally:
        progress.close()


def _print(inventory: Inventory, arguments: Namespace) -> None:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_file, to_stdout
    from ftlint.report.style import plain

    if arguments.shape == "json":
        from ftlint.report.pii_json import write as as_json

        write = partial(as_json, inventory)
    elif arguments.shape == "markdown":
        from ftlint.report.pii_markdown import write as as_markdown

        write = partial(as_markdown, inventory)
    else:
        from ftlint.report.pii_table import write as as_table

        style = style_for(sys.stdout)
        write = partial(as_table, inventory, style=plain(style) if arguments.output else style)
    if arguments.output:
        to_file(arguments.output, write)
    else:
        to_stdout(write)

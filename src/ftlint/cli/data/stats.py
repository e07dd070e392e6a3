"""`ftlint data stats`: parse, call, print."""

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
    from ftlint.model.stats import Stats
    from ftlint.settings import Settings

LEAST_SIMILARITY = 0.7
"""Below that the signatures by which near rows are looked for miss too many."""


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "stats",
        help="rows, tokens, lengths, copies, scripts and sources",
        usage="ftlint data stats [PATH ...] [flags]",
        description="Count what datasets hold: rows, tokens, lengths, copies, scripts and sources.",
        epilog=(
            "exit codes: 0 counted, 2 could not count everything\n\n"
            "examples:\n"
            "  ftlint data stats data/\n"
            "  ftlint data stats train.jsonl --source-field metadata.origin\n"
            "  ftlint data stats --output-format json -o stats.json\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders, globs; - for standard input"
    )
    counting = parser.add_argument_group("counting")
    counting.add_argument(
        "--source-field", default="", metavar="FIELD", help="the column that says where a row is from"
    )
    counting.add_argument("--no-near", action="store_true", help="look for exact copies alone, not near ones")
    counting.add_argument(
        "--similarity",
        type=_similarity,
        metavar="SHARE",
        help="what near rows have in common at least, 0.7 to 1 (0.8)",
    )
    add_found(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", dest="shape", choices=("table", "json"), default="table", help="table or json"
    )
    output.add_argument("-o", "--output", default="", metavar="FILE", help="write to FILE")
    add_running(parser)
    parser.set_defaults(run=run)


def _similarity(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        share = float(text)
    except ValueError:
        share = -1
    if not LEAST_SIMILARITY <= share <= 1:
        raise ArgumentTypeError(f"a share of {LEAST_SIMILARITY} to 1, not {text!r}")
    return share


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
        bindings = given.renamed(bind(found, settings))
        if not bindings:
            raise FtlintError("no data files found: name them, or see ftlint data stats --help")
        counted = _counted(bindings, settings, arguments)
    _print(counted._replace(notes=unclear(found, settings)), arguments)
    return 2 if counted.not_read else 0


def _counted(bindings: Sequence[Binding], settings: Settings, arguments: Namespace) -> Stats:
    from ftlint.engine.stats import SIMILARITY, stats
    from ftlint.report.progress import Progress

    progress = Progress(total_size(bindings), sys.stderr)
    try:
        return stats(
            bindings,
            settings,
            near=not arguments.no_near,
            similarity=arguments.similarity or SIMILARITY,
            source=arguments.source_field,
            advance=progress.advance,
        )
    finally:
        progress.close()


def _print(stats: Stats, arguments: Namespace) -> None:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_file, to_stdout
    from ftlint.report.style import plain

    if arguments.shape == "json":
        from ftlint.report.stats_json import write as as_json

        write = partial(as_json, stats)
    else:
        from ftlint.report.stats_table import write as as_table

        style = style_for(sys.stdout)
        write = partial(as_table, stats, style=plain(style) if arguments.output else style)
    if arguments.output:
        to_file(arguments.output, write)
    else:
        to_stdout(write)

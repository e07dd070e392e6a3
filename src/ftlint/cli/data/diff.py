"""`ftlint data diff`: parse, call, print."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.flags import add_found, add_running, overridden
from ftlint.cli.given import Given as Streams
from ftlint.cli.given import is_stream, total_size

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from ftlint.engine.diff.sides import Given
    from ftlint.engine.diff.version import Side
    from ftlint.model.dataset_diff import DatasetDiff
    from ftlint.rule import Rule
    from ftlint.settings import Settings

FORMATS = ("full", "json", "markdown")


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "diff",
        help="rows, distributions and findings that differ between two versions",
        usage="ftlint data diff OLD NEW [flags]\n       ftlint data diff --since REV [PATH ...] [flags]",
        description="Say what differs between two versions of datasets: rows, distributions, findings.",
        epilog=(
            "exit codes: 0 compared, 1 with --exit-code where rows differ, 2 could not compare everything\n\n"
            "examples:\n"
            "  ftlint data diff v1/ v2/\n"
            "  ftlint data diff main:data/train.jsonl data/train.jsonl --id example_id\n"
            "  ftlint data diff --since origin/main data/ --output-format markdown=diff.md\n"
        ),
        formatter_class=partial(RawDescriptionHelpFormatter, max_help_position=27),
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="OLD NEW",
        help="files, folders, globs, URLs, or REV:PATH as git has it (:PATH is what is staged)",
    )
    _add_comparing(parser)
    add_found(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        dest="outputs",
        metavar="NAME[=FILE]",
        help="full, json or markdown; may be given several times",
    )
    output.add_argument(
        "--max-examples", type=int, default=3, metavar="N", help="examples of each kind; 0: none (3)"
    )
    output.add_argument("--exit-code", action="store_true", help="exit 1 where rows differ")
    add_running(parser)
    parser.set_defaults(run=run)


def _add_comparing(parser: ArgumentParser) -> None:
    comparing = parser.add_argument_group("comparing")
    comparing.add_argument(
        "--since",
        default="",
        metavar="REV",
        help="compare PATHs now with where REV and what is checked out parted",
    )
    comparing.add_argument(
        "--id", default="", metavar="FIELD", help="the column that tells rows apart (metadata.id); else found"
    )
    comparing.add_argument("--no-check", action="store_true", help="do not compare what rules find")
    comparing.add_argument("--today", default="", metavar="DATE", help="the date retirements are judged by")
    for flag, line in (("--select", "of rules, compare these alone"), ("--ignore", "do not compare these")):
        comparing.add_argument(flag, action="append", metavar="RULE", help=line)


def run(arguments: Namespace) -> int:
    from ftlint.engine.diff.sides import aligned
    from ftlint.model import FtlintError
    from ftlint.read.revision import parsed
    from ftlint.settings import load

    outputs = _outputs(arguments.outputs or ["full"])
    if arguments.max_examples < 0:
        raise FtlintError("--max-examples: a number from 0 on")
    if arguments.file_list:
        raise FtlintError("--file-list does not go with diff: name both sides")
    paths = list(arguments.paths)
    on_disk = [path for path in paths if parsed(path) is None and not is_stream(path)]
    settings = overridden(load(on_disk[-1:], config=arguments.config, isolated=arguments.isolated), arguments)
    with ExitStack() as stack:
        streams = stack.enter_context(Streams(paths, arguments.stdin_filename))
        given = _given(streams.paths, arguments.since, settings, stack)
        given = given[0].renamed(streams.renamed), given[1].renamed(streams.renamed)
        diff = _compared(*aligned(*given), settings, arguments)
        notes = [*dict.fromkeys([*given[1].notes, *diff.notes])]
        diff = diff._replace(notes=notes)
    _print(diff, outputs)
    if diff.not_read:
        return 2
    return int(arguments.exit_code and diff.differs)


def _given(paths: Sequence[str], since: str, settings: Settings, stack: ExitStack) -> tuple[Given, Given]:
    from ftlint.engine.diff import sides
    from ftlint.model import FtlintError

    if since:
        return sides.since(since, paths, settings, stack)
    if len(paths) != 2:
        raise FtlintError("compares two: ftlint data diff OLD NEW, or --since REV [PATH ...]; see --help")
    return sides.operand(paths[0], settings, stack), sides.operand(paths[1], settings, stack)


def _compared(old: Side, new: Side, settings: Settings, arguments: Namespace) -> DatasetDiff:
    from ftlint.engine.diff.whole import compare
    from ftlint.report.progress import Progress

    rules = [] if arguments.no_check else _rules(settings)
    progress = Progress(total_size(old.bindings) + total_size(new.bindings), sys.stderr)
    try:
        return compare(
            old,
            new,
            settings,
            rules,
            key=arguments.id,
            examples=arguments.max_examples,
            today=arguments.today,
            advance=progress.advance,
        )
    finally:
        progress.close()


def _rules(settings: Settings) -> Sequence[Rule[Any]]:
    """The rules that look at data; where the settings name others, all that they name."""
    from ftlint.registry import NO_DOCUMENTS, selected, selected_lacking

    of_data = selected_lacking(settings, NO_DOCUMENTS)
    return selected(settings) if of_data is None else of_data


def _outputs(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Formats and the files they go to, "" for standard output, which comes last."""
    from ftlint.model import FtlintError
    from ftlint.settings.nearest import suggestion

    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        name, sign, file = text.partition("=")
        file = "" if file == "-" else file
        if name not in FORMATS:
            raise FtlintError(
                f"unknown output format {name!r}{suggestion(name, FORMATS)}: one of {', '.join(FORMATS)}"
            )
        if sign and not text.partition("=")[2]:
            raise FtlintError(f"output format {text!r} names no file: {name}=diff.txt")
        if file in found:
            where = file or "standard output"
            raise FtlintError(f"output formats {found[file]} and {name} both go to {where}: give one a file")
        found[file] = name
    return sorted(((name, file) for file, name in found.items()), key=lambda each: not each[1])


def _print(diff: DatasetDiff, outputs: Sequence[tuple[str, str]]) -> None:
    from importlib import import_module

    from ftlint.report import style_for
    from ftlint.report.deliver import to_file, to_stdout
    from ftlint.report.style import plain

    style = style_for(sys.stdout)
    for name, file in outputs:
        module = import_module(f"ftlint.report.dataset_diff_{name}")
        if file:
            to_file(file, partial(module.write, diff, style=plain(style)))
        else:
            to_stdout(partial(module.write, diff, style=style))

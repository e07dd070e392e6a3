"""`ftlint logs compare`: parse, call, print."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.logs.opened import add_common, opened
from ftlint.cli.logs.plot import add_output, deliver, format_of, keep_logs
from ftlint.cli.logs.show import add_drawing, asked_of

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.report.run_compared import Compared
    from ftlint.report.run_show import Asked


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "compare",
        help="runs side by side: what differs, which is better, and whether that exceeds the noise",
        usage="ftlint logs compare RUN RUN... [flags]",
        description=(
            "Put training runs side by side: hyperparameters that differ, curves over each other, which run\n"
            "is better, and whether the difference exceeds the noise of their evals."
        ),
        epilog=(
            "exit codes: 0 compared, 2 could not\n\n"
            "examples:\n"
            "  ftlint logs compare outputs/lr-1e-4 outputs/lr-2e-4\n"
            "  ftlint logs compare sweeps/ --metric eval_accuracy -o sweep.html\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="RUN", help="folders of runs, or their logs")
    comparing = parser.add_argument_group("comparing")
    comparing.add_argument(
        "--metric",
        default="",
        metavar="NAME",
        help="compare by this series (else eval_loss, a metric, reward)",
    )
    way = comparing.add_mutually_exclusive_group()
    way.add_argument("--lower", dest="lower", action="store_true", default=None, help="less of it is better")
    way.add_argument("--higher", dest="lower", action="store_false", help="more of it is better")
    add_drawing(parser)
    parser.set_defaults(axis="")
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", dest="shape", choices=("text", "json"), default="text", help="text or json"
    )
    add_output(output, required=False)
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.model import FtlintError
    from ftlint.report.run_compared import MOST, compare

    kind = format_of(arguments.output) if arguments.output else ""
    asked = asked_of(arguments)
    views = opened(arguments.paths, arguments)
    if len(views) < 2:
        raise FtlintError("compares two runs or more: this is one; see ftlint logs show", views[0].log.path)
    if len(views) > MOST:
        raise FtlintError(f"compares {MOST} runs at most, not {len(views)}: name fewer")
    made = compare(views, arguments.metric, arguments.lower)
    if not asked.axis:
        asked = asked._replace(axis="epoch" if made.by_epoch else "step")
    if kind:
        keep_logs(views, arguments.output)
        _write(made, asked, arguments.output, kind)
    if not kind or arguments.shape == "json":
        _print(made, asked, arguments.shape)
    return 0


def _write(made: Compared, asked: Asked, path: str, kind: str) -> None:
    if kind == "html":
        from ftlint.report.deliver import to_file
        from ftlint.report.run_compare_html import write

        to_file(path, partial(write, made, asked=asked))
    else:
        from ftlint.report.run_overlay import overlay

        deliver(overlay(made, asked), path, kind)


def _print(made: Compared, asked: Asked, shape: str) -> None:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_stdout
    from ftlint.report.run_show import draws_braille

    if shape == "json":
        from ftlint.report.run_compare_json import write as as_json

        to_stdout(partial(as_json, made))
        return
    from ftlint.report.run_compare_text import write as as_text

    plain = not draws_braille(sys.stdout)
    to_stdout(partial(as_text, made, style=style_for(sys.stdout), asked=asked, plain=plain))

"""`ftlint logs show`: parse, call, print."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.logs.opened import add_common, opened

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ftlint.report.run_show import Asked


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "show",
        help="the curves of a run in the terminal, and what is wrong with it",
        usage="ftlint logs show RUN [flags]",
        description="Draw the curves of a training run in the terminal, and say what is wrong with it.",
        epilog=(
            "exit codes: 0 shown, 2 could not read\n\n"
            "examples:\n"
            "  ftlint logs show outputs/lora            a run's folder; several runs: a line each\n"
            "  ftlint logs show runs/exp3 --series 'rewards/*' --x epoch\n"
            "  kubectl logs job/train | ftlint logs show - --stdin-filename train.log\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="+", metavar="RUN", help="a run's folder, or its log; - for standard input"
    )
    add_drawing(parser)
    parser.add_argument(
        "--height", type=_height, default=0, metavar="ROWS", help="rows of a chart, 6 to 60 (14)"
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", dest="shape", choices=("text", "json"), default="text", help="text or json"
    )
    add_common(parser)
    parser.set_defaults(run=run)


def add_drawing(parser: ArgumentParser) -> None:
    """The flags of all commands that draw."""
    drawing = parser.add_argument_group("drawing")
    drawing.add_argument(
        "--series",
        action="append",
        default=[],
        metavar="NAME",
        help="draw this one, or a glob; several times",
    )
    drawing.add_argument(
        "--x",
        dest="axis",
        choices=("step", "epoch", "time"),
        default="step",
        help="the axis: step, epoch or time",
    )
    drawing.add_argument("--from", dest="first", type=float, metavar="STEP", help="draw from this step on")
    drawing.add_argument("--to", dest="last", type=float, metavar="STEP", help="draw up to this step")
    drawing.add_argument("--log-scale", action="store_true", help="draw values on a logarithmic scale")


def _height(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdigit() and 6 <= int(text) <= 60):
        raise ArgumentTypeError(f"a number of 6 to 60, not {text!r}")
    return int(text)


def asked_of(arguments: Namespace) -> Asked:
    """What the flags ask to see. Raises `FtlintError` for a stretch of steps that is none."""
    from ftlint.model import FtlintError
    from ftlint.report.run_chart import HEIGHT
    from ftlint.report.run_show import Asked

    first = float("-inf") if arguments.first is None else arguments.first
    last = float("inf") if arguments.last is None else arguments.last
    if not first < last:
        raise FtlintError(f"--from {first:g} --to {last:g}: there is no step between them")
    bounded = arguments.first is not None or arguments.last is not None
    return Asked(
        tuple(arguments.series),
        arguments.axis,
        (first, last) if bounded else None,
        arguments.log_scale,
        getattr(arguments, "height", 0) or HEIGHT,
    )


def run(arguments: Namespace) -> int:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_stdout
    from ftlint.report.run_show import draws_braille

    asked = asked_of(arguments)
    views = opened(arguments.paths, arguments)
    if arguments.shape == "json":
        from ftlint.report.run_json import write as as_json

        to_stdout(partial(as_json, views))
        return 0
    style, plain = style_for(sys.stdout), not draws_braille(sys.stdout)
    if len(views) == 1:
        from ftlint.report.run_show import write

        to_stdout(partial(write, views[0], style=style, asked=asked, plain=plain))
    else:
        from ftlint.report.run_list import write as as_list

        to_stdout(partial(as_list, views, style=style, plain=plain))
    return 0

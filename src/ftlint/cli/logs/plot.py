"""`ftlint logs plot`: parse, call, write."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.logs.opened import add_common, opened
from ftlint.cli.logs.show import add_drawing, asked_of

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ftlint.report.run_scene import Scene
    from ftlint.report.run_view import RunView

FORMATS = ("png", "svg", "html")


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "plot",
        help="a picture of a run, annotated: PNG, SVG or a page",
        usage="ftlint logs plot RUN -o FILE.png|svg|html [flags]",
        description=(
            "Draw a training run: raw values faint, their median bold, evals as dots, the best step, the\n"
            "rise after it, epochs, findings. SVG and HTML need nothing, PNG the extra plot (matplotlib)."
        ),
        epilog=(
            "exit codes: 0 written, 2 could not\n\n"
            "examples:\n"
            "  ftlint logs plot outputs/lora -o run.html\n"
            "  ftlint logs plot runs/exp3 -o kl.svg --series kl --series reward --log-scale\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs=1, metavar="RUN", help="a run's folder, or its log; - for standard input"
    )
    add_output(parser, required=True)
    add_drawing(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def add_output(parser: Any, *, required: bool) -> None:
    parser.add_argument(
        "-o",
        "--output",
        required=required,
        default="",
        metavar="FILE",
        help="write to FILE: .png, .svg or .html",
    )


def format_of(path: str) -> str:
    """What a file is to be, by its ending. Raises `FtlintError` for another one."""
    from ftlint.model import FtlintError
    from ftlint.settings.nearest import suggestion

    ending = os.path.splitext(path)[1].lstrip(".").lower()
    ending = "html" if ending == "htm" else ending
    if ending not in FORMATS:
        near = suggestion(ending, FORMATS) if ending else ""
        raise FtlintError(f"-o {path}: a picture ends in .png, .svg or .html{near}")
    return ending


def run(arguments: Namespace) -> int:
    from ftlint.model import FtlintError
    from ftlint.report.deliver import to_file
    from ftlint.report.run_plot import plot

    kind, asked = format_of(arguments.output), asked_of(arguments)
    if len(arguments.paths) > 1:
        raise FtlintError("draws one run: for several, ftlint logs compare RUN... -o FILE")
    views = opened(arguments.paths, arguments)
    if len(views) > 1:
        names = ", ".join(view.log.path for view in views[:4])
        raise FtlintError(f"holds {len(views)} runs: name one of them: {names}", arguments.paths[0])
    keep_logs(views, arguments.output)
    if kind == "html":
        from ftlint.report.run_html import write

        to_file(arguments.output, partial(write, views[0], asked=asked))
    else:
        deliver(plot(views[0], asked), arguments.output, kind)
    return 0


def keep_logs(views: Sequence[RunView], output: str) -> None:
    """Raises `FtlintError` where a picture would be written over a log, which a link can lead to."""
    from ftlint.model import FtlintError

    target = os.path.realpath(output)
    for view in views:
        if target in map(os.path.realpath, (view.log.path, *view.log.files)):
            raise FtlintError(f"-o {output} is the log itself: name another file", view.log.path)


def deliver(scene: Scene, path: str, kind: str) -> None:
    """Writes a picture: whole or not at all."""
    from ftlint.report.deliver import bytes_to_file, to_file

    if kind == "svg":
        from ftlint.report.run_svg import write

        to_file(path, partial(write, scene))
    else:
        from ftlint.report.run_png import png

        bytes_to_file(path, png(scene))

"""Output: one module per format, each with `write(report, out, style)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import NamedTuple, Protocol, TextIO

from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.report.style import Style, plain, style_for

__all__ = ["FORMATS", "Spec", "Style", "Writer", "emit", "parse_spec", "parse_specs", "style_for"]


class Writer(Protocol):
    def __call__(self, report: Report, out: TextIO, style: Style) -> None: ...


class Spec(NamedTuple):
    """A format and the file it goes to, None for standard output."""

    format: str
    path: str | None = None


def _writer(module: str) -> Writer:
    """The module's `write`, imported when it is first used."""

    def write(report: Report, out: TextIO, style: Style) -> None:
        import_module(f"ftlint.report.{module}").write(report, out, style)

    return write


FORMATS: Mapping[str, Writer] = {
    name: _writer(name)
    for name in (
        *("full", "concise", "json", "jsonl", "github", "sarif", "junit", "gitlab", "markdown", "html"),
        "statistics",
    )
}
"""`statistics` is what `--statistics` prints; the others are values of `--output-format` too."""


def parse_spec(text: str) -> Spec:
    """`json` or `json=out.json`. Raises `FtlintError` for an unknown format or a missing path."""
    name, sign, path = text.partition("=")
    name = name.strip()
    if name not in FORMATS:
        raise FtlintError(f"unknown output format {name!r}{_nearest(name)} of {', '.join(FORMATS)}")
    if sign and not path:
        raise FtlintError(f"output format {text!r} names no file: {name}=report.txt")
    return Spec(name, path if path and path != "-" else None)


def parse_specs(texts: Sequence[str]) -> list[Spec]:
    """Several formats at once, of which one at most may go to standard output and no two to one file."""
    specs = list(dict.fromkeys(parse_spec(text) for text in texts))
    places: dict[str | None, str] = {}
    for spec in specs:
        taken = places.setdefault(spec.path, spec.format)
        if taken != spec.format:
            where = "standard output" if spec.path is None else spec.path
            raise FtlintError(
                f"output formats {taken} and {spec.format} both go to {where}: give one a file, "
                f"--output-format {spec.format}=report.txt"
            )
    return specs


def emit(report: Report, specs: Sequence[Spec], style: Style) -> bool:
    """Writes the report in every format, files first. False where standard output's reader has gone.

    Files are written without colours and links, in a width of their own.
    """
    from ftlint.report.deliver import to_file, to_stdout

    whole = True
    for spec in sorted(specs, key=lambda spec: spec.path is None):
        write = FORMATS[spec.format]
        if spec.path is not None:
            to_file(spec.path, partial(write, report, style=plain(style)))
        else:
            whole = to_stdout(partial(write, report, style=style))
    return whole


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), FORMATS, 1, 0.5)
    return f": did you mean {near[0]!r}? One" if near else ": one"

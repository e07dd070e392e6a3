"""How output is to look, decided from the stream it goes to and the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple, TextIO

from ftlint.model import Severity

NARROWEST = 60
_ODD = re.compile(r"[^!-~]|[<>\"'`\\|()\[\]]")
UNKNOWN_WIDTH = 120
SHOWN = 3

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "33", Severity.INFO: "36"}


class Style(NamedTuple):
    """`max_per_rule` is how many findings of a rule a person is shown per file, 0 for all of them.

    `page_url` is where a rule's page stands, with `{code}` in it; "" for no links. `command` is what a
    person types to check the same files again, `selects` whether it takes --select. `quiet` leaves errors
    only. `values` shows what is private, for the eyes at this terminal; `fixes` lists what was fixed;
    `suppressed` tells of accepted findings, too, in formats that have a mark for them.
    """

    colour: bool = False
    width: int = 80
    max_per_rule: int = SHOWN
    hyperlinks: bool = False
    quiet: bool = False
    command: str = "ftlint check"
    page_url: str = ""
    values: bool = False
    fixes: bool = False
    suppressed: bool = False
    selects: bool = True

    def all_of(self, code: str) -> str:
        """What a person types to see every finding of a rule."""
        select = f" --select {code}" if self.selects else ""
        return f"{self.command}{select} --max-per-rule 0"

    def paint(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and text else text

    def severity(self, text: str, severity: Severity) -> str:
        return self.paint(text, _COLOURS[severity])

    def strong(self, text: str) -> str:
        return self.paint(text, "1")

    def faint(self, text: str) -> str:
        return self.paint(text, "2")

    def code(self, code: str) -> str:
        """A rule's code, bold, and a link to its page where the terminal can."""
        if not (self.hyperlinks and self.page_url):
            return self.strong(code)
        url = self.page_url.replace("{code}", code)
        return f"\x1b]8;;{url}\x1b\\{self.strong(code)}\x1b]8;;\x1b\\"

    def shows(self, severity: Severity) -> bool:
        return severity is Severity.ERROR or not self.quiet


def style_for(
    stream: TextIO | None,
    env: Mapping[str, str] | None = None,
    *,
    max_per_rule: int = SHOWN,
    quiet: bool = False,
    command: str = "ftlint check",
    page_url: str = "",
    values: bool = False,
) -> Style:
    """The style for `stream`."""
    env = os.environ if env is None else env
    terminal = is_terminal(stream)
    colour = wants_colour(stream, env)
    return Style(
        colour=colour,
        width=_width(stream, env) if terminal or "COLUMNS" in env else UNKNOWN_WIDTH,
        max_per_rule=max_per_rule,
        hyperlinks=_wants_links(env, colour and terminal),
        quiet=quiet,
        command=command,
        page_url=page_url or _page_url(env),
        values=values,
    )


def _page_url(env: Mapping[str, str]) -> str:
    """Where rules have their pages, as the environment says: FTLINT_RULE_URL, with `{code}` in it."""
    url = env.get("FTLINT_RULE_URL", "")
    sound = url.startswith(("https://", "http://")) and "{code}" in url and not _ODD.search(url)
    return url if sound else ""


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False


def wants_colour(stream: TextIO | None, env: Mapping[str, str]) -> bool:
    """https://no-color.org wins over https://force-color.org, as in Python's own output."""
    if stream is None or env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return env["FORCE_COLOR"] not in {"0", "false"}
    return is_terminal(stream) and env.get("TERM") != "dumb"


def _wants_links(env: Mapping[str, str], otherwise: bool) -> bool:
    forced = env.get("FORCE_HYPERLINK")
    if forced:
        return forced not in {"0", "false"}
    # The Linux console prints the address it does not understand.
    return otherwise and env.get("TERM") != "linux" and "CI" not in env


def _width(stream: TextIO | None, env: Mapping[str, str]) -> int:
    columns = env.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() else 0
    if not width and stream is not None:
        try:
            width = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            width = 0
    return max(width or 80, NARROWEST)


def plain(style: Style) -> Style:
    """The same for a file: no colours, no links, nothing private, a width of its own."""
    return style._replace(colour=False, hyperlinks=False, width=UNKNOWN_WIDTH, values=False)

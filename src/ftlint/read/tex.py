r"""TeX commands whose backslash was read as a JSON escape: `\frac` gives a form feed and "rac"."""

import re
from functools import cache
from typing import Any

COMMANDS = (
    rb"\\(?:f(?:rac|orall|lat\b|ootnote|box)"
    rb"|b(?:eta\b|egin\{|inom|ar\b|oldsymbol|ullet|igl|igr|igg|mod\b|oxed|ot\b|ackslash|ecause)"
    rb"|t(?:heta\b|imes\b|ext(?:bf|it|rm|tt)?\{|frac|riangle|herefore|ilde\{)"
    rb"|n(?:abla\b|otin\b)"
    rb"|r(?:ightarrow|ight[)}\]|.\\]))"
)
"""Only commands whose remainder is no word of its own: after `\t`, "able" is a word, "heta" is none."""

_COMMANDS = re.compile(COMMANDS)


@cache
def _bulk() -> tuple[Any, Any]:
    """Linear-time patterns for whole chunks: commands however escaped (fast), commands that stand alone."""
    import re2

    options = re2.Options()
    options.encoding = options.Encoding.LATIN1
    alone = rb"[^\\](?:\\\\)*" + COMMANDS
    return re2.compile(COMMANDS, options), re2.compile(alone, options)


def is_near(chunk: bytes) -> bool:
    """Whether a half-escaped command stands somewhere in the bytes."""
    quick, exact = _bulk()
    return quick.search(chunk) is not None and exact.search(chunk) is not None


def half_escaped(raw: bytes) -> list[int]:
    """Byte offsets of the backslashes that stand alone before a TeX command, in JSON bytes."""
    found = []
    for match in _COMMANDS.finditer(raw):
        at = match.start()
        while at and raw[at - 1] == 0x5C:
            at -= 1
        if (match.start() - at) % 2 == 0:
            found.append(match.start())
    return found

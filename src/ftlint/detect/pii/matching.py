"""Where a recognizer's patterns match: what Presidio finds, in time that grows with the text alone.

Presidio runs each pattern over the whole text. Most look at a few dozen characters from any place on. Four
do not: those of Indian PANs, US member numbers and e-mail addresses, whose time grows by the square of the
text, and that of web addresses, which tries 1,500 endings behind each dot again and again. `_SWIFT` and
`_urls` have what finds the same matches. A pattern that is not written as here, as in another version of
Presidio, is run as it stands; tests/unit/test_pii_equality.py holds both ways against each other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from ftlint.model import FtlintError

SECONDS = 60
"""For one pattern over one text, as Presidio has it, which then goes on without what it may have missed."""

Match = Callable[[str], Iterator[tuple[int, int]]]


def matches(recognizer: Any) -> Callable[[str], Iterator[tuple[int, int, float]]]:
    """(start, end, score) of what a `PatternRecognizer` finds, of each pattern in turn."""
    patterns = [
        (_matching(pattern.regex, recognizer.global_regex_flags, recognizer.name), pattern.score)
        for pattern in recognizer.patterns
    ]
    valid, invalid = recognizer.validate_result, recognizer.invalidate_result

    def found(text: str) -> Iterator[tuple[int, int, float]]:
        for match, plain in patterns:
            for start, end in match(text):
                if start == end:
                    continue
                value = text[start:end]
                passes = valid(value)
                score = plain if passes is None else 1.0 if passes else 0.0
                if score > 0.0 and not invalid(value):
                    yield start, end, score

    return found


def out_of_time(name: str) -> NoReturn:
    """No text and no place: what could not be looked through may hold anything."""
    raise FtlintError(
        f"{name} took more than {SECONDS} seconds for one text, so it may have missed something: give a "
        "pattern of your own bounds ({1,20} in place of +), leave out a kind that you do not need, "
        "or cut the text"
    )


def _matching(expression: str, flags: int, name: str) -> Match:
    import regex

    compiled = regex.compile(expression, flags)
    swift = _SWIFT.get(expression) or (_urls(expression) if _URL_HEAD in expression[:60] else None)
    if swift is not None:
        return swift(compiled)

    def match(text: str) -> Iterator[tuple[int, int]]:
        try:
            for one in compiled.finditer(text, timeout=SECONDS):
                yield one.span()
        except TimeoutError:
            out_of_time(name)

    return match


_SIGN = r"[!#$%&'*+\-/=?^_`{|}~\w]"
_MAIL = (
    rf"\b((({_SIGN})|({_SIGN}[!#$%&'*+\-/=?^_`{{|}}~\.\w]{{0,}}{_SIGN}))"
    r"[@]\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)+)\b"
)


def _mail(compiled: Any) -> Match:
    """What stands before the @ is a part of one run; whether there is a domain behind is asked but once."""
    import regex

    run = regex.compile(r"[!#$%&'*+\-/=?^_`{|}~\w.]+", compiled.flags)
    begin = regex.compile(rf"\b{_SIGN}", compiled.flags)
    domain = regex.compile(r"@\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)+", compiled.flags)

    def match(text: str) -> Iterator[tuple[int, int]]:
        at, reached = text.find("@"), 0
        while at >= 0:
            # Each run is gone through once, from what was reached before to the @.
            last = at
            for one in run.finditer(text, reached, at):
                if one.end() == at:
                    last = one.start()
            if last < at and text[at - 1] != ".":
                behind = domain.match(text, at)
                first = begin.search(text, last, at) if behind else None
                if behind and first:
                    reached = behind.end()
                    yield first.start(), reached
            reached = max(reached, at + 1)
            at = text.find("@", reached)

    return match


_PAN = r"\b((?=.*?[a-zA-Z])(?=.*?[0-9]{4})[\w@#$%^?~-]{10})\b"


def _pan(compiled: Any) -> Match:
    """It asks for a letter and four digits anywhere behind, which holds up to the last of them."""
    import regex

    plain = regex.compile(r"\b[\w@#$%^?~-]{10}\b", compiled.flags)
    letter = regex.compile(r"(?r)[a-zA-Z]", compiled.flags)
    digits = regex.compile(r"(?r)[0-9]{4}", compiled.flags)

    def match(text: str) -> Iterator[tuple[int, int]]:
        last = min((one.start() if one else -1) for one in (letter.search(text), digits.search(text)))
        for one in plain.finditer(text):
            if one.start() > last:
                return
            yield one.span()

    return match


_MEMBER = (
    r"\b(?=[A-Z0-9-]{6,20}\b)(?=[A-Z0-9-]*[A-Z])"
    r"(?=[A-Z0-9-]*\d)[A-Z]{1,5}-?[A-Z0-9]{5,14}\b"
)


def _member(compiled: Any) -> Match:
    """It begins with a letter, so there is one; a digit must come before the run it stands in ends."""
    import regex

    plain = regex.compile(r"\b(?=[A-Z0-9-]{6,20}\b)[A-Z]{1,5}-?[A-Z0-9]{5,14}\b", compiled.flags)
    digit = regex.compile(r"\d", compiled.flags)
    end = regex.compile(r"[^A-Z0-9-]|\Z", compiled.flags)

    def match(text: str) -> Iterator[tuple[int, int]]:
        one = plain.search(text)
        number = border = -1
        while one is not None:
            start = one.start()
            if number < start:
                found = digit.search(text, start)
                number = found.start() if found else len(text) + 1
            if border < start:
                border = end.search(text, start).start()
            if number <= border:
                yield one.span()
            one = plain.search(text, one.end() if number <= border else start + 1)

    return match


_URL_HEAD = r"((www\d{0,3}[.])?[a-z0-9.\-]{1,253}[.]"
_URL_TAIL = r"(?:/[^\s()<>\"']*)?)"
_LONGEST = 253


def _urls(expression: str) -> Callable[[Any], Match] | None:
    """For web addresses without a scheme alone: the others begin at quotes or `http`, which are few."""
    head, tail = f"(?i){_URL_HEAD}", expression[-len(_URL_TAIL) :]
    if not expression.startswith(head) or tail != _URL_TAIL:
        return None
    endings = expression[len(head) : -len(_URL_TAIL)]

    def swift(compiled: Any) -> Match:
        import regex

        run = regex.compile(r"[a-z0-9.\-]+", compiled.flags)
        ending = regex.compile(endings, compiled.flags)
        www = regex.compile(r"www\d{0,3}[.]", compiled.flags)
        path = regex.compile(_URL_TAIL[:-1], compiled.flags)

        def match(text: str) -> Iterator[tuple[int, int]]:
            reached = 0
            for one in run.finditer(text):
                low, high = one.span()
                ends = _endings(text, low, high, ending)
                dots = list(ends)
                start = _www_before(text, low, reached, www) if dots else low
                while dots and start < high and start < dots[-1]:
                    beyond = www.match(text, start)
                    dot = _farthest(dots, beyond.end()) if beyond else None
                    dot = _farthest(dots, start) if dot is None and start >= low else dot
                    if dot is not None:
                        reached = path.match(text, ends[dot]).end()
                        yield start, reached
                        start = reached
                    elif start < low:
                        start = max(low, reached)
                    else:
                        # Nothing is long enough to reach the next dot from farther away.
                        start = max(start + 1, dots[bisect_right(dots, start)] - _LONGEST - 7)

        return match

    return swift


def _endings(text: str, low: int, high: int, ending: Any) -> dict[int, int]:
    """Where the dots of a run are that have an ending behind them, and where that ends."""
    found: dict[int, int] = {}
    dot = text.find(".", low + 1, high)
    while dot >= 0:
        behind = ending.match(text, dot + 1)
        if behind:
            found[dot] = behind.end()
        dot = text.find(".", dot + 1, high)
    return found


def _farthest(dots: list[int], start: int) -> int | None:
    """The last dot with 1 to 253 characters before it."""
    index = bisect_right(dots, start + _LONGEST) - 1
    return dots[index] if index >= 0 and dots[index] > start else None


def _www_before(text: str, low: int, reached: int, www: Any) -> int:
    """Where an address may begin first: `www` with digits of another script is no part of the run."""
    if text[low] == ".":
        for start in range(max(low - 6, reached, 0), low - 3):
            found = www.match(text, start)
            if found and found.end() == low + 1:
                return start
    return max(low, reached)


_SWIFT: dict[str, Callable[[Any], Match]] = {_MAIL: _mail, _PAN: _pan, _MEMBER: _member}

"""Redacts texts, JSON documents and what pretends to be JSON, each in its own writing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect import pseudonyms
from ftlint.detect.keyed import fingerprint
from ftlint.prepare.disguise import Disguise, disguised, type_of
from ftlint.prepare.json_text import (
    Edit,
    Token,
    between_escapes,
    escaped,
    is_document,
    is_json,
    literals,
    placed,
    places_of,
    spliced,
    tokens,
    unescaped,
)
from ftlint.prepare.tally import Tally

if TYPE_CHECKING:
    from ftlint.detect.sensitive import Finder
    from ftlint.model import Span

ROUNDS = 10
"""What is found can only shrink from round to round; two are the rule."""

DEEPEST = 4
"""JSON inside a string inside JSON: so many times."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBERED = re.compile(r"<([A-Z0-9_]+?)_([0-9]{1,6})>")


class Redactor:
    """Redacts what `finder` finds of the wanted kinds (None for all of them), and counts in `tally`.

    `number` numbers placeholders by value within a record; `samples` redacts what stands for nobody, too.
    """

    def __init__(
        self,
        finder: Finder,
        disguise: Disguise,
        kinds: frozenset[str] | None = None,
        *,
        number: bool = False,
        samples: bool = False,
    ) -> None:
        self.finder = finder
        self.disguise = disguise
        self.kinds = kinds
        self.number = number
        self.samples = samples
        self.tally = Tally()
        self._gate: Any = None
        self._seen: Counter[tuple[str, str]] = Counter()
        self._numbers: dict[tuple[str, str], int] = {}
        self._highest: Counter[str] = Counter()

    def record(self, text: str) -> None:
        """Begins a record: placeholders are numbered from its own highest number on."""
        self._numbers.clear()
        self._highest.clear()
        if self.number:
            for match in _NUMBERED.finditer(text):
                name = match.group(1)
                self._highest[name] = max(self._highest[name], int(match.group(2)))

    def close(self, *, is_row: bool = True, changed: bool) -> None:
        """Ends a record."""
        seen = self.taken()
        if is_row:
            self.tally.rows.update(seen.keys())
            self.tally.rows_changed += changed
        else:
            self.tally.elsewhere += changed

    def taken(self) -> Counter[tuple[str, str]]:
        """How much was redacted since this was asked last, by family and kind; it is counted."""
        self.tally.spans.update(self._seen)
        seen, self._seen = self._seen, Counter()
        return seen

    def json(self, text: str, field: str = "", depth: int = 0) -> list[Edit]:
        """Edits of a JSON document, inside its strings alone."""
        edits: list[Edit] = []
        keys: dict[int, list[tuple[int, str, str]]] = {}
        for literal in literals(text, field):
            at = literal.start + 1
            inner = text[at : literal.end - 1]
            value = unescaped(inner)
            found = self.text(value, literal.pointer, depth)
            if literal.is_key:
                named = (len(edits), value, spliced(value, found) if found else value)
                keys.setdefault(literal.owner, []).append(named)
            edits += placed(found, inner, at)
            if literal.is_key and found:
                # a key is put down whole, as it may have to be told from another
                edits[named[0] :] = [Edit(at, literal.end - 1, escaped(named[2]))]
        for members in keys.values():
            _tell_apart(members, edits)
        return edits

    def text(self, text: str, field: str = "", depth: int = 0) -> list[Edit]:
        """Edits of a text; where it is JSON itself it stays JSON.

        It is looked at again until nothing is found any more: what stands beside a placeholder may look
        different then, and a second run must have nothing to do.
        """
        # escapes of a document inside may hide what the gate looks for
        if not self.may(text) and not (depth < DEEPEST and "\\" in text and text.lstrip()[:1] in ("{", "[")):
            return []
        edits: list[Edit] = []
        nested = depth < DEEPEST and is_document(text)
        if nested:
            edits = self.json(text, field, depth + 1)
        for _ in range(ROUNDS):
            current = spliced(text, edits)
            if not self.may(current):
                break
            fresh = list(self._fresh(current, field, edits, tokens(current) if nested else None))
            if not fresh:
                break
            edits = sorted([*edits, *fresh])
        return edits

    def line(self, raw: bytes) -> bytes:
        """A row of JSON lines, redacted."""
        try:
            text = raw.decode()
            sound = is_json(text)
        except UnicodeDecodeError:
            text, sound = raw.decode("utf-8", "surrogateescape"), False
        self.record(text)
        if sound:
            new = spliced(text, self.json(text))
        else:
            new = self.broken(text)
            self.tally.broken += 1
        self.close(changed=new != text)
        return new.encode("utf-8", "surrogateescape")

    def between(self, raw: bytes) -> bytes:
        """What stands between the records of a file."""
        text = raw.decode("utf-8", "surrogateescape")
        self.record(text)
        new = self.broken(text)
        self.close(is_row=False, changed=new != text)
        return new.encode("utf-8", "surrogateescape")

    def broken(self, text: str) -> str:
        """Text that may be meant as JSON: it is read with its escapes decoded twice, once, and not at all."""
        for depth in (2, 1, 0):
            views = [text]
            while len(views) <= depth and "\\" in views[-1]:
                views.append(unescaped(views[-1]))
            if len(views) <= depth:
                continue
            edits = self.text(views.pop(), depth=DEEPEST)
            if not views:
                edits = [edit._replace(new=escaped(edit.new)) for edit in edits]
            while views:
                edits = placed(edits, views.pop())
            text = spliced(text, edits)
        return text

    def may(self, text: str) -> bool:
        """Whether anything may stand in a text at all."""
        return not self.finder.gate or self.search()(text.encode("utf-8", "replace")) is not None

    def search(self) -> Any:
        """The gate's search over UTF-8."""
        if self._gate is None:
            from ftlint.engine.sensitive import compiled

            self._gate = compiled(self.finder.gate)
        return self._gate.search

    def _fresh(
        self, text: str, field: str, edits: Sequence[Edit], allowed: Sequence[Token] | None
    ) -> Iterator[Edit]:
        """New edits for what is found in `text`, which is what `edits` made of the original."""
        seen = _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text
        found = self.finder.spans(seen, field)
        if not found:
            return
        replaced = _replaced(edits)
        ours = list(_ours(text, allowed))
        if not edits and allowed is None:
            self._leave(found, _joined(ours))
        taken = _joined([*ours, *replaced.places])
        numbers: set[int] = set()
        for span in filter(self._wanted, found):
            for start, end in _outside(span.start, span.end, taken):
                for low, high, is_number in _inside(text, start, end, allowed):
                    value = text[low:high]
                    if low in numbers or not any(map(str.isalnum, value)):
                        continue
                    if allowed is not None and not is_number:
                        value = unescaped(value)
                    new = self._new(span, value)
                    if new == value:
                        continue
                    if allowed is not None:
                        new = f'"{escaped(new)}"' if is_number else escaped(new)
                    if is_number:
                        numbers.add(low)
                    shift = replaced.shift(low)
                    self._seen[span.family, span.kind] += 1
                    yield Edit(low + shift, high + shift, new)

    def _wanted(self, span: Span) -> bool:
        return (self.samples or not span.placeholder) and self._chosen(span)

    def _chosen(self, span: Span) -> bool:
        return self.kinds is None or span.kind in self.kinds

    def _leave(self, found: Sequence[Span], ours: Sequence[tuple[int, int]]) -> None:
        """Counts what stands for nobody and stays, our own pseudonyms left out."""
        for span in found:
            if self._chosen(span) and not self._wanted(span):
                mine = not any(_outside(span.start, span.end, ours))
                self.tally.left[span.kind] += not mine

    def _new(self, span: Span, value: str) -> str:
        new = self.disguise.of(span.kind, span.family, value)
        if span.kind in pseudonyms.SMALL and self.disguise.mode_of(span.kind, span.family) == "pseudonym":
            assert self.disguise.key is not None
            self.tally.draw(span.kind, new, fingerprint(self.disguise.key, span.kind, value))
        if self.number and self.disguise.mode_of(span.kind, span.family) == "replace":
            name = type_of(span.kind, span.family)
            if (name, value) not in self._numbers:
                self._highest[name] += 1
                self._numbers[name, value] = self._highest[name]
            new = f"<{name}_{self._numbers[name, value]}>"
        return new


def _tell_apart(members: list[tuple[int, str, str]], edits: list[Edit]) -> None:
    """Numbers the keys of one object that were different and would be the same."""
    names = told_apart([old for _, old, _ in members], [new for _, _, new in members])
    for (index, old, new), name in zip(members, names, strict=True):
        if new != old:
            edits[index] = edits[index]._replace(new=escaped(name))


def told_apart(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new names, those numbered that would be the same as another."""
    taken = {name for before, name in zip(old, new, strict=True) if name == before}
    counts: Counter[str] = Counter()
    names: list[str] = []
    for before, name in zip(old, new, strict=True):
        told = name
        while name != before and told in taken:
            counts[name] += 1
            told = f"{name}_{counts[name] + 1}"
        taken.add(told)
        names.append(told)
    return names


class _Replaced(NamedTuple):
    """Where edits stand once they are made, and by how much the original lies further on behind each."""

    places: list[tuple[int, int]]
    shifts: list[int]

    def shift(self, at: int) -> int:
        """How much further on the original of what stands at `at`, outside of all edits, lies."""
        index = bisect_right(self.places, at, key=_end)
        return self.shifts[index - 1] if index else 0


def _replaced(edits: Sequence[Edit]) -> _Replaced:
    made = _Replaced([], [])
    shift = 0
    for start, end, new in edits:
        at = start - shift
        shift += (end - start) - len(new)
        made.places.append((at, at + len(new)))
        made.shifts.append(shift)
    return made


def _end(place: tuple[int, int]) -> int:
    return place[1]


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in order and apart from each other."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _ours(text: str, allowed: Sequence[Token] | None) -> Iterator[tuple[int, int]]:
    """Where disguises stand; in a document also as its strings are meant."""
    yield from disguised(text)
    for token in allowed or ():
        inner = text[token.start : token.end]
        if "\\" in inner:
            for span in disguised(unescaped(inner)):
                start, end = places_of(span, inner)
                yield token.start + start, token.start + end


def _outside(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that no taken place covers; those are in order and apart."""
    for index in range(bisect_right(taken, start, key=_end), len(taken)):
        low, high = taken[index]
        if low >= end:
            break
        if low > start:
            yield start, low
        start = max(start, high)
    if start < end:
        yield start, end


def _inside(
    text: str, start: int, end: int, allowed: Sequence[Token] | None
) -> Iterator[tuple[int, int, bool]]:
    """The parts of [start, end) that may be changed: of a document insides of strings, and whole numbers."""
    if allowed is None:
        # `\n` before a name may be an escape of a text that is no document as a whole
        drawn = text[start] in 'nrtbf"/' and _slashes(text, start) % 2
        yield start + bool(drawn), end, False
        return
    for index in range(bisect_right(allowed, start, key=_stop), len(allowed)):
        token = allowed[index]
        low, high = max(start, token.start), min(end, token.end)
        if token.start >= end:
            break
        if low >= high:
            continue
        if token.is_number:
            yield token.start, token.end, True
        else:
            first, last = between_escapes(text, low, high, token.start)
            if first < last:
                yield first, last, False


def _stop(token: Token) -> int:
    return token.end


def _slashes(text: str, at: int) -> int:
    """How many backslashes stand right before `at`."""
    first = at
    while first and text[first - 1] == "\\":
        first -= 1
    return at - first

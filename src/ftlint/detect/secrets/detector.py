"""Finds secrets in a text: a gate over all of it, then the kinds whose mark it holds, then their checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ftlint.detect.secrets.kind import Candidate, Kind, edged, name_mark
from ftlint.detect.spans import apart
from ftlint.model import Span


class SecretDetector:
    """Secrets of the given kinds. Compiles at the first text; what is compiled does not travel."""

    def __init__(
        self, kinds: Sequence[Kind], allow: Sequence[str] = (), allow_patterns: Sequence[str] = ()
    ) -> None:
        self.kinds = tuple(kinds)
        self.allow = frozenset(allow)
        self.allow_patterns = tuple(allow_patterns)

    def __reduce__(self) -> tuple[Any, ...]:
        return SecretDetector, (self.kinds, tuple(sorted(self.allow)), self.allow_patterns)

    @cached_property
    def gate(self) -> str:
        """An RE2 pattern without a match of which a text holds no secret; every kind's mark is in it."""
        marks = list(dict.fromkeys(edged(kind.mark) for kind in self.kinds if kind.mark))
        words = "|".join(dict.fromkeys(kind.words for kind in self.kinds if kind.words))
        return "|".join([*marks, name_mark(words)] if words else marks)

    def spans(self, text: str, field: str = "") -> list[Span]:
        """The secrets of a text: sorted, apart from each other. Offsets in code points."""
        data = text.encode("utf-8", "replace")
        found = [span for index in self._marked(data) for span in self._of_kind(index, data)]
        if not found:
            return []
        return _in_code_points(_resolved(found), text, data)

    def _marked(self, data: bytes) -> list[int]:
        if self.searched.search(data) is None:
            return []
        found = self._which.Match(data)
        return sorted({self._owner[index] for index in found}) if found else []

    def _of_kind(self, index: int, data: bytes) -> Iterator[tuple[int, Span]]:
        kind = self.kinds[index]
        for match in self._pattern(index).finditer(data):
            from ftlint.detect.secrets.judge import judged, places

            start, end = _secret(match)
            for candidate in places(kind, Candidate(data, start, end, match.start(), match.end())):
                score, known = judged(kind, candidate, self.allow, self._allowed)
                if score:
                    yield (
                        kind.rank,
                        Span(kind.name, candidate.start, candidate.end, score, kind.label, known, "secret"),
                    )

    @cached_property
    def searched(self) -> Any:
        """The gate, compiled: for UTF-8. An order of magnitude faster than the set of marks, and all that
        most texts need."""
        import re2

        return re2.compile(self.gate.encode(), _options(captures=False))

    @cached_property
    def _which(self) -> Any:
        import re2

        found = re2.Set.SearchSet(_options(captures=False))
        self._owner: list[int] = []
        for index, kind in enumerate(self.kinds):
            for mark in (edged(kind.mark), name_mark(kind.words) if kind.words else ""):
                if mark:
                    found.Add(mark.encode())
                    self._owner.append(index)
        found.Compile()
        self._compiled: dict[int, Any] = {}
        return found

    def _pattern(self, index: int) -> Any:
        import re2

        if index not in self._compiled:
            self._compiled[index] = re2.compile(self.kinds[index].pattern.encode(), _options(captures=True))
        return self._compiled[index]

    @cached_property
    def _allowed(self) -> list[Any]:
        import re2

        return [re2.compile(pattern, _options(captures=False)) for pattern in self.allow_patterns]


def _options(captures: bool) -> Any:
    import re2

    options = re2.Options()
    options.never_capture = not captures
    options.max_mem = 64 << 20
    options.log_errors = False
    return options


def _secret(match: Any) -> tuple[int, int]:
    """Where the first group that took part stands; the whole match where none did."""
    for group in range(1, match.re.groups + 1):
        start, end = match.span(group)
        if start >= 0:
            return start, end
    start, end = match.span()
    return start, end


def _resolved(found: list[tuple[int, Span]]) -> list[Span]:
    """Of spans that overlap, the most specific one: by its kind, then the surer, the longer, the earlier."""
    order = sorted(
        found, key=lambda item: (-item[0], -item[1].score, -item[1].length, item[1].start, item[1].kind)
    )
    return apart(span for _, span in order)


def _in_code_points(spans: list[Span], text: str, data: bytes) -> list[Span]:
    if len(text) == len(data):
        return spans
    placed, at, point = [], 0, 0
    for span in spans:
        point += len(data[at : span.start].decode("utf-8", "replace"))
        end = point + len(data[span.start : span.end].decode("utf-8", "replace"))
        placed.append(span._replace(start=point, end=end))
        at, point = span.end, end
    return placed

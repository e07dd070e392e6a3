"""Findings in columns: what findings share is kept once, and each costs a few numbers."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain, compress, groupby, islice
from operator import itemgetter, le
from typing import Any, TypeVar

from ftlint.model import Finding, Fix, Related, SetValue

Kind = TypeVar("Kind", bound=Hashable)

NONE = -1
"""Stands in a column where a finding has no such number."""

NUMBERS = ("row", "start", "end", "line", "column", "end_line", "end_column", "offset", "fingerprint")
ROW, LINE, END_LINE = map(NUMBERS.index, ("row", "line", "end_line"))
OTHER_ROW, OTHER_LINE = len(NUMBERS), len(NUMBERS) + 1
"""After the numbers of the finding itself those of the place it names, `related`."""

COLUMNS = len(NUMBERS) + 2
POSITIONS = tuple(map(Finding._fields.index, NUMBERS))
RELATED = Finding._fields.index("related")
NARROW, WIDE = (1 << 31) - 1, (1 << 62) - 1
"""The largest numbers of 4 and of 8 bytes; half of what 8 can hold, so that a shift has room."""

MOST_KNOWN = 4096
"""Templates looked up at once: messages that are all different must not cost a dictionary of them too."""

LARGE = 50_000
"""Findings from which numpy sorts them in less time and memory than a list of Python numbers."""


class Entries:
    """Findings in the order they were found, 4 bytes each and 4 more for each number they have.

    A template is a finding less its numbers. A number that is none (negative, not of type `int`) makes
    its finding a template as a whole.
    """

    __slots__ = ("_fix", "_known", "columns", "templates", "which", "whole")

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.templates: list[Finding] = []
        self.which: array[int] = array("I")
        """For each finding the index of its template."""
        self.columns: list[array[int] | None] = [None] * COLUMNS
        """One for each of `NUMBERS` and the two of `related`; None until some finding has that number."""
        self.whole: set[int] = set()
        """Indexes of the templates that keep their numbers."""
        self._known: dict[Hashable, int] = {}
        self._fix: Fix | None = None
        for finding in findings:
            self.append(finding)

    def __len__(self) -> int:
        return len(self.which)

    def __iter__(self) -> Iterator[Finding]:
        return map(self.__getitem__, range(len(self.which)))

    def __getitem__(self, index: int) -> Finding:
        which = self.which[index]
        template = self.templates[which]
        if which in self.whole:
            return template
        values: list[Any] = list(template)
        for position, column in zip(POSITIONS, self.columns, strict=False):
            if column is not None and (number := column[index]) >= 0:
                values[position] = number
        if template.related is not None:
            other = _number(self.columns[OTHER_ROW], index), _number(self.columns[OTHER_LINE], index)
            values[RELATED] = Related(template.related.path, *other)
        return Finding._make(values)

    def __reduce__(self) -> tuple[Any, ...]:
        return Entries.restored, (self.templates, self.which, self.columns, self.whole)

    @classmethod
    def restored(
        cls,
        templates: list[Finding],
        which: "array[int]",
        columns: "Sequence[array[int] | None]",
        whole: Iterable[int] = (),
    ) -> "Entries":
        """The findings of which these are the parts, as another process or the cache hands them over."""
        made = cls()
        made.templates, made.which, made.columns, made.whole = templates, which, list(columns), set(whole)
        return made

    @property
    def first(self) -> Finding:
        """The template of the first finding."""
        return self.templates[self.which[0]]

    def append(self, finding: Finding) -> None:
        related = finding.related
        other = (None, None) if related is None else (related.row, related.line)
        numbers = (*_numbers(finding), *other)
        count = len(self.which)
        for index, number in enumerate(numbers):
            known = self.columns[index]
            if number is None:
                if known is not None:
                    known.append(NONE)
            elif type(number) is not int or not 0 <= number <= WIDE:
                self._append_whole(finding, count)
                return
            elif known is not None and (number <= NARROW or known.typecode == "q"):
                known.append(number)
            else:
                known = self._column(index, number, count)
                known.append(number)
        self.which.append(self._template(finding))

    def _append_whole(self, finding: Finding, count: int) -> None:
        for column in self.columns:
            if column is not None:
                del column[count:]
                column.append(NONE)
        self.whole.add(len(self.templates))
        self.which.append(len(self.templates))
        self.templates.append(finding)

    def _column(self, index: int, number: int, count: int) -> "array[int]":
        """The column, made or widened so that it takes the number; `count` numbers are in it."""
        known = self.columns[index]
        code = "i" if number <= NARROW else "q"
        made = array(code, [NONE]) * count if known is None else array(code, known)
        self.columns[index] = made
        return made

    def _template(self, finding: Finding) -> int:
        """The index of the finding's template, a new one where there is none alike."""
        fix, related = finding.fix, finding.related
        if fix is not None and fix is not self._fix:
            if not all(map(_exact, fix.edits)):
                self.templates.append(_bare(finding))
                return len(self.templates) - 1
            self._fix = fix
        key = _shared(finding), fix, None if related is None else related.path
        index = self._known.get(key)
        if index is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            index = self._known[key] = len(self.templates)
            self.templates.append(_bare(finding))
        return index

    def extend(self, other: "Entries", rows: int = 0, lines: int = 0) -> None:
        """Append the findings of the next shard, which begins `rows` rows and `lines` lines into the file."""
        mapping = array("I")
        for index, template in enumerate(other.templates):
            if index in other.whole:
                self.whole.add(len(self.templates))
                mapping.append(len(self.templates))
                self.templates.append(_shifted(template, rows, lines))
            else:
                mapping.append(self._template(template))
        shifts = {ROW: rows, LINE: lines, END_LINE: lines}
        for index, (mine, theirs) in enumerate(zip(self.columns, other.columns, strict=True)):
            if mine is not None or theirs is not None:
                added = _moved(theirs, shifts.get(index, 0), len(other))
                self.columns[index] = _joined(mine, added, len(self))
        self.which.extend(array("I", map(mapping.__getitem__, other.which)))

    def only(self, kept: Iterable[Any]) -> "Entries":
        """The findings of which `kept`, one value for each, is true."""
        mask = bytes(map(bool, kept))
        return Entries.restored(
            list(self.templates),
            array("I", compress(self.which, mask)),
            [
                None if column is None else array(column.typecode, compress(column, mask))
                for column in self.columns
            ],
            self.whole,
        )

    def without_rows(self, rows: "set[int]") -> "Entries":
        found = self.rows()
        return self if rows.isdisjoint(found) else self.only(row not in rows for row in found)

    def by(self, kind: Callable[[Finding], Kind]) -> "dict[Kind, Entries]":
        """The findings by what `kind` makes of their templates."""
        kinds = list(map(kind, self.templates))
        distinct = dict.fromkeys(kinds)
        if len(distinct) == 1:
            return {kinds[0]: self}
        parts = {one: self.only(kinds[which] == one for which in self.which) for one in distinct}
        return {one: part for one, part in parts.items() if len(part)}

    def fixes(self, safe: bool) -> int:
        """How many have a fix of that safety."""
        fixed = {
            which
            for which, template in enumerate(self.templates)
            if template.fix is not None and template.fix.safe is safe
        }
        if not fixed or len(fixed) == len(self.templates):
            return len(self.which) if fixed else 0
        return sum(map(fixed.__contains__, self.which))

    def rows(self) -> Sequence[int]:
        """The row of each finding, -1 where it is of the file as a whole."""
        column = self.columns[ROW]
        if self.whole:
            return [NONE if finding.row is None else finding.row for finding in self]
        return array("i", [NONE]) * len(self) if column is None else column

    def in_row_order(self, limit: int | None = None) -> Iterator[Finding]:
        """The findings by row, those of the whole file first; with a limit at least the first so many.

        Only what is asked for is made: a limit spares the sorting of a row with a million findings.
        """
        rows = self.rows()
        for _, alike in groupby(_ascending(rows), key=rows.__getitem__):
            bunch = iter(alike)
            first, second = next(bunch), next(bunch, None)
            if second is None:
                yield self[first]
                continue
            several = chain((first, second), bunch)
            if limit is None:
                order = sorted(several, key=self._place)
            else:
                order = nsmallest(limit, several, key=self._place)
            yield from map(self.__getitem__, order)

    def _place(self, index: int) -> tuple[int, str, int, str]:
        finding = self[index]
        return finding.line or 0, finding.pointer, finding.start or 0, finding.message


_numbers = itemgetter(*POSITIONS)
_shared = itemgetter(
    *(index for index, name in enumerate(Finding._fields) if name not in (*NUMBERS, "fix", "related"))
)


def _number(column: "array[int] | None", index: int) -> int | None:
    return None if column is None or column[index] < 0 else column[index]


def _bare(finding: Finding) -> Finding:
    """The finding less its numbers."""
    values: list[Any] = list(finding)
    for position in POSITIONS:
        values[position] = None
    if finding.related is not None:
        values[RELATED] = Related(finding.related.path)
    return Finding._make(values)


def _exact(edit: Any) -> bool:
    """Whether equal edits are the same edit: a value of 1 equals true."""
    return not isinstance(edit, SetValue) or edit.value is None or type(edit.value) is str


def _shifted(finding: Finding, rows: int, lines: int) -> Finding:
    return finding._replace(
        row=None if finding.row is None else finding.row + rows,
        line=None if finding.line is None else finding.line + lines,
        end_line=None if finding.end_line is None else finding.end_line + lines,
    )


def _moved(column: "array[int] | None", shift: int, count: int) -> "array[int]":
    if column is None:
        return array("i", [NONE]) * count
    if not shift or not column:
        return column
    code = "i" if column.typecode == "i" and max(column) + shift <= NARROW else "q"
    return array(code, (number + shift if number >= 0 else number for number in column))


def _joined(column: "array[int] | None", added: "array[int]", count: int) -> "array[int]":
    """The column, `count` numbers long, and what is added, as wide as the wider of the two."""
    if column is None:
        column = array("i", [NONE]) * count
    code = max(column.typecode, added.typecode)
    whole = column if column.typecode == code else array(code, column)
    whole.extend(added if added.typecode == code else array(code, added))
    return whole


def _ascending(rows: Sequence[int]) -> Iterable[int]:
    """Indexes in the order of their rows, the earlier first where rows are the same."""
    if all(map(le, rows, islice(rows, 1, None))):
        return range(len(rows))
    if len(rows) < LARGE:
        return sorted(range(len(rows)), key=rows.__getitem__)
    return _sorted(rows)


def _sorted(rows: Sequence[int]) -> Iterator[int]:
    import numpy as np

    order = np.argsort(np.asarray(rows), kind="stable")
    for start in range(0, len(order), LARGE):
        yield from order[start : start + LARGE].tolist()

"""From row and pointer to line and column, by reading again the rows that are reported and no others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ftlint.engine.entries import NONE, Entries
from ftlint.engine.hashing import content_hash
from ftlint.engine.partial import Places
from ftlint.model import Finding, Format, RunLog, Source
from ftlint.model.report import Excerpt

KEPT_BYTES = 32 << 20
LINE_START = 512
LONG = 65536
"""Bytes of a row that are masked for its fingerprint."""

PIECE = 1 << 20
CONTINUATION = bytes(range(0x80, 0xC0))


class Locator:
    """Places findings of one file. Keeps the rows it read last, up to 32 MB."""

    def __init__(
        self, source: Source, places: Places, format: Format | None = None, run: RunLog | None = None
    ) -> None:
        self.source = source
        self.places = places
        self.format = format
        self.run = run
        """The training run that the file logs."""
        self.columns: list[str] | None = None
        """The names of a table's columns, once somebody has asked."""
        self.rows: dict[int, bytes] = {}
        self.kept = 0
        self.indents: dict[int, int] = {}
        self.counted = (0, 0)
        self.masked: tuple[int | None, str, str] | None = None
        self.private: list[Entries] = []
        """Findings of personal data and secrets in the file: excerpts of other findings hide them."""
        self._by_row: defaultdict[int, list[tuple[Entries, int]]] | None = None

    def load(self, rows: Iterable[int]) -> None:
        """Read the given rows, in one pass over the file."""
        from ftlint.read.records import reread

        asked = set(rows)
        wanted = self._placed(asked - self.rows.keys())
        if not wanted:
            return
        if self.kept > KEPT_BYTES:
            self.rows.clear()
            self.indents.clear()
            self.kept = 0
            wanted = self._placed(asked)
        order = sorted(wanted, key=lambda row: wanted[row])
        leads = [self._lead(wanted[row][0]) for row in order]
        windows = [
            (wanted[row][0] - lead, wanted[row][1] + lead) for row, lead in zip(order, leads, strict=True)
        ]
        inside = []
        for row, lead, raw in zip(order, leads, reread(self.source, windows), strict=False):
            self.rows[row] = raw[lead:]
            self.kept += len(raw)
            newline = raw.rfind(b"\n", 0, lead)
            if newline < 0 and lead < wanted[row][0]:
                inside.append(row)
            else:
                self.indents[row] = _points(raw[newline + 1 : lead])
        if inside and self._has_columns:
            self._count([(row, wanted[row][0]) for row in inside])

    def _placed(self, rows: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Offset and size of those of the rows that can be read."""
        places = ((row, self.places.place(row)) for row in rows)
        return {row: place for row, place in places if place is not None and place[1]}

    @property
    def _has_columns(self) -> bool:
        return self.source.container in ("json", "jsonl")

    def _lead(self, offset: int) -> int:
        """How many bytes before a row are read with it, to find the start of its line."""
        return min(offset, LINE_START) if self._has_columns else 0

    def _count(self, rows: Sequence[tuple[int, int]]) -> None:
        """Where rows stand in a line that began long before them, counted on from the last one counted.

        All of them in one pass: a compressed file can only be read from its start.
        """
        from ftlint.read.records import reread

        at, points = self.counted if rows[0][1] >= self.counted[0] else (0, 0)
        known = {at: points}
        pieces = []
        for _, offset in rows:
            while at < offset:
                size = min(PIECE, offset - at)
                pieces.append((at, size))
                at += size
        for (start, size), data in zip(pieces, reread(self.source, pieces), strict=False):
            newline = data.rfind(b"\n")
            points = len(data[newline + 1 :].translate(None, CONTINUATION)) + (points if newline < 0 else 0)
            known[start + size] = points
        self.counted = (at, points)
        self.indents.update((row, known.get(offset, 0)) for row, offset in rows)

    def raw(self, row: int | None) -> bytes:
        """The bytes of a row, empty where it cannot be read again."""
        if row is None:
            return b""
        if row not in self.rows:
            self.load([row])
        return self.rows.get(row, b"")

    def line(self, row: int) -> int | None:
        """The 1-based line of a row, None in a container without lines."""
        return None if self.source.container in ("parquet", "arrow") else self.places.line(row)

    def located(self, finding: Finding) -> Finding:
        """The finding with its line, and columns where its pointer leads to a place in the line."""
        if finding.row is None or finding.column is not None:
            return finding
        line = finding.line or self.line(finding.row)
        if not self._has_columns:
            return finding._replace(line=line)
        span = self.span(finding)
        if span is None or line is None:
            return finding._replace(line=line)
        raw = self.raw(finding.row)
        first, column = self._position(raw, span[0], line, finding.row)
        last, end_column = self._position(raw, span[1], line, finding.row)
        return finding._replace(line=first, column=column, end_line=last, end_column=end_column)

    def span(self, finding: Finding) -> tuple[int, int] | None:
        """The bytes of the row that a finding is about."""
        from ftlint.read.pointer import span_of, text_span

        raw = self.raw(finding.row)
        if not raw:
            return None
        if finding.offset is not None and finding.row is not None and not finding.pointer:
            return self._faulty(raw, finding)
        if finding.start is not None and finding.end is not None:
            return text_span(raw, finding.pointer, finding.start, finding.end)
        return span_of(raw, finding.pointer) if finding.pointer else (0, len(raw.rstrip()))

    def _faulty(self, raw: bytes, finding: Finding) -> tuple[int, int] | None:
        """The bytes of the row at which its reader stumbled."""
        place = self.places.place(finding.row or 0)
        start = (finding.offset or 0) - (place[0] if place else 0)
        if not 0 <= start < len(raw):
            return None
        width = (finding.end_column or 0) - (finding.column or 0)
        reach = raw[start : start + 4 * max(1, width)].decode("utf-8", "replace")[: max(1, width)]
        return start, start + len(reach.encode())

    def _position(self, raw: bytes, at: int, line: int, row: int) -> tuple[int, int]:
        before = raw[:at]
        newline = before.rfind(b"\n")
        if newline >= 0:
            return line + before.count(b"\n"), _points(before[newline + 1 :]) + 1
        return line, self._indent(row) + _points(before) + 1

    def _indent(self, row: int) -> int:
        """Code points between the start of the line and the row, for containers of many rows to a line."""
        if row not in self.indents:
            self.load([row])
        return self.indents.get(row, 0)

    def excerpt(self, finding: Finding, bare: bool = False) -> Excerpt | None:
        """The masked surroundings of a finding in its row; with `bare` as they are."""
        from ftlint.detect.mask import window

        raw = self.raw(finding.row)
        span = self.span(finding) if raw and self._has_columns else None
        if span is None:
            return None
        start, end = span
        low, high = max(0, start - 4096), min(len(raw), end + 4096, start + 8192)
        text = raw[low:high].decode("utf-8", "replace")
        at = len(raw[low:start].decode("utf-8", "replace"))
        width = len(raw[start : min(end, high)].decode("utf-8", "replace"))
        if not finding.pointer and finding.start is None:
            width = min(width, 40)
        hidden = [] if bare else list(self._hidden(raw, finding.row, low, high))
        shown, first, last = window(text, at, at + width, hidden=hidden, bare=bare)
        return Excerpt(shown, first, last)

    def line_excerpt(self, finding: Finding) -> Excerpt | None:
        """The masked line of a finding in a file without rows, such as a config."""
        from ftlint.detect.mask import window
        from ftlint.read.records import reread

        if self.source.container != "text" or finding.offset is None or finding.column is None:
            return None
        begin = max(0, finding.offset - LINE_START)
        around = b"".join(reread(self.source, [(begin, finding.offset - begin + LINE_START)]))
        low = around.rfind(b"\n", 0, finding.offset - begin) + 1
        raw = around[low:].partition(b"\n")[0].rstrip(b"\r")
        line = raw.decode("utf-8", "replace")
        at = len(around[low : finding.offset - begin].decode("utf-8", "replace"))
        width = (finding.end_column or 0) - finding.column if finding.end_line == finding.line else len(line)
        if not line.strip():
            return None
        hidden = list(self._hidden_in_line(begin + low, raw))
        return Excerpt(*window(line, at, min(len(line), at + max(1, width)), hidden=hidden))

    def _hidden_in_line(self, offset: int, line: bytes) -> Iterator[tuple[int, int]]:
        """What of a line, or of its piece from byte `offset` on, was found to be private, in code points.

        Of what begins before it nobody counts the characters: rather too much is hidden than too little.
        """
        for entries in self.private:
            for found in entries:
                if found.offset is None or found.offset >= offset + len(line):
                    continue
                length = (found.end or 0) - (found.start or 0)
                if found.offset + 4 * length > offset:
                    start = _points(line[: max(0, found.offset - offset)])
                    yield start, start + length

    def _hidden(self, raw: bytes, row: int | None, low: int, high: int) -> Iterator[tuple[int, int]]:
        """What was found to be private in bytes [low, high) of a row, in code points from `low`."""
        from ftlint.read.pointer import text_span

        for found in self.found_private(row):
            if found.start is not None:
                span = text_span(raw, found.pointer, found.start or 0, found.end or 0)
                if span is not None and span[0] < high and span[1] > low:
                    start, end = max(span[0], low), min(span[1], high)
                    yield _points(raw[low:start]), _points(raw[low:end])

    def found_private(self, row: int | None) -> Iterator[Finding]:
        """The findings of personal data and secrets in a row."""
        if self._by_row is None:
            self._by_row = defaultdict(list)
            for entries in self.private:
                for index, other in enumerate(entries.rows()):
                    self._by_row[other].append((entries, index))
        for entries, index in self._by_row.get(row if row is not None else NONE, ()):
            yield entries[index]

    def fingerprint(self, finding: Finding) -> str:
        """Rule, path and masked content of the row: the same wherever the row stands."""
        if finding.row is None and finding.line and finding.offset is not None:
            return self._of_line(finding)
        raw = self.raw(finding.row)
        content, rest = self._content(finding.row, raw)
        span = self.span(finding) if _is_token(finding) and raw else None
        value = self.raw(finding.row)[span[0] : span[1]].decode("utf-8", "replace") if span else ""
        where = (finding.code, self.source.path, finding.pointer, str(finding.start or ""))
        if finding.step is not None:
            where = (*where[:3], str(finding.step))
        identity = (*where, content, rest, *([value] if value else ()))
        return content_hash("\0".join(identity).encode("utf-8", "surrogatepass"))

    def _content(self, row: int | None, raw: bytes) -> tuple[str, str]:
        """The row masked, and a hash of what is too long to be; kept, since a row can have many findings."""
        from ftlint.detect.mask import mask

        if self.masked is None or self.masked[0] != row:
            whole = raw.strip()
            content = mask(whole[:LONG].decode("utf-8", "replace")) if whole else ""
            self.masked = (row, content, content_hash(whole[LONG:]) if len(whole) > LONG else "")
        return self.masked[1], self.masked[2]

    def _of_line(self, finding: Finding) -> str:
        """The fingerprint of a finding in a file without rows: its line in place of the row."""
        from ftlint.detect.mask import MASK, mask
        from ftlint.read.records import reread

        offset, length = finding.offset or 0, (finding.end or 0) - (finding.start or 0)
        begin = max(0, offset - LINE_START)
        around = b"".join(reread(self.source, [(begin, offset - begin + LINE_START)]))
        before = around[: offset - begin].rpartition(b"\n")[2].decode("utf-8", "replace")
        rest = around[offset - begin :].decode("utf-8", "replace")
        after = rest[length:].partition("\n")[0]
        value = (
            rest[:length]
            if _is_token(finding)
            else f"{MASK}{length}"
            if finding.kind
            else mask(rest[:length])
        )
        line = f"{mask(before).strip()}{value}{mask(after).strip()}"
        identity = (finding.code, self.source.path, finding.kind, line)
        return content_hash("\0".join(identity).encode("utf-8", "surrogatepass"))


def _is_token(finding: Finding) -> bool:
    """Whether it is a secret that nobody can guess: another one in its place is another finding then."""
    if not finding.kind:
        return False
    from ftlint.detect.sensitive import is_token

    return is_token(finding.kind, (finding.end or 0) - (finding.start or 0))


def _points(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))

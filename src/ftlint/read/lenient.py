"""A tolerant scanner for one broken row: what deviates from JSON, exactly where, and what it ought to be."""

import re
from dataclasses import dataclass, field

DEEPEST = 1024
"""As deep as orjson reads."""

_SPACE = re.compile(rb"[ \t\r\n]+")
_RUN = re.compile(rb'[^"\\\x00-\x1f]+')
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_WORD = re.compile(rb"[+-]?[A-Za-z_$][A-Za-z0-9_$]*")
_LINE_COMMENT = re.compile(rb"(?://|#)[^\n]*")
_BLOCK_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_HEX = re.compile(rb"u([0-9a-fA-F]{4})")
_MARKER = re.compile(rb"(?:<{7}|>{7}|\|{7}) [^\n]*|={7}(?=\r?\n|$)")
_WORDS = {b"true": b"true", b"false": b"false", b"null": b"null"}
_PYTHON = {b"True": b"true", b"False": b"false", b"None": b"null"}
_NOT_NUMBERS = frozenset({b"NaN", b"nan", b"Infinity", b"-Infinity", b"inf", b"-inf", b"+Infinity", b"-NaN"})
_CONTROL = {0x08: b"\\b", 0x09: b"\\t", 0x0A: b"\\n", 0x0C: b"\\f", 0x0D: b"\\r"}
_ESCAPES = frozenset(b'"\\/bfnrt')
_AMBIGUOUS = frozenset(b"abefnrtuvxUN01234567")
"""Letters that mean something after a backslash elsewhere: doubling the backslash is then a guess."""

CLOSERS = {0x7D: 0x7B, 0x5D: 0x5B}
TOO_LARGE = b"1.7976931348623157e308"


@dataclass(frozen=True, slots=True)
class Issue:
    """One deviation: bytes [start, end) of the row, and what they ought to be where that is certain."""

    kind: str
    start: int
    end: int
    detail: str = ""
    replacement: bytes | None = None
    count: int = 1


class Fatal(Exception):  # noqa: N818 - ends the scan, leaves this module never
    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.kind)
        self.issue = issue


@dataclass(slots=True)
class Scan:
    """`values` are (start, end, clean JSON bytes) of each whole value; `fatal` where the scan had to end."""

    issues: list[Issue] = field(default_factory=list)
    values: list[tuple[int, int, bytes]] = field(default_factory=list)
    fatal: Issue | None = None


class Scanner:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.size = len(raw)
        self.at = 0
        self.stack: list[int] = []
        self.out: list[bytes] = []
        self.result = Scan()

    def scan(self) -> Scan:
        try:
            self._document()
        except Fatal as fatal:
            self.result.fatal = fatal.issue
        return self.result

    def _note(
        self, kind: str, start: int, end: int, detail: str = "", replacement: bytes | None = None
    ) -> None:
        self.result.issues.append(Issue(kind, start, end, detail, replacement))

    def _fail(self, kind: str, detail: str, start: int | None = None) -> Fatal:
        at = self.at if start is None else start
        return Fatal(Issue(kind, at, min(at + 1, self.size), detail))

    def _document(self) -> None:
        raw = self.raw
        if raw.startswith(b"\xef\xbb\xbf"):
            self._note("byte-order-mark", 0, 3, "before the row", b"")
            self.at = 3
        self._skip()
        while self.at < self.size:
            start = self.at
            self.out = []
            self._value()
            end = self.at
            self.result.values.append((start, end, b"".join(self.out)))
            self._skip()
            if self.at >= self.size:
                return
            self._between(end)

    def _between(self, end: int) -> None:
        """What stands after a whole value: a comma, another value, or text that belongs nowhere."""
        char = self.raw[self.at]
        comma = self.at if char == 0x2C else -1
        if comma >= 0:
            self.at += 1
            self._skip()
            if self.at >= self.size:
                self._note("comma-after-row", comma, comma + 1, "", b"")
                return
            char = self.raw[self.at]
        if char in b'{["':
            self._note("several-objects-on-line", end, self.at, "", b"\n")
            return
        raise self._fail("invalid-json", "text stands after the end of the object")

    def _skip(self) -> None:
        while self.at < self.size:
            char = self.raw[self.at]
            if char in b" \t\r\n":
                match = _SPACE.match(self.raw, self.at)
                self.at = match.end() if match else self.at
            elif char in b"/#":
                self._comment()
            elif char in b"<>=|" and (marker := _MARKER.match(self.raw, self.at)):
                self._note("merge-conflict", self.at, marker.end(), "a marker of an unfinished merge")
                self.at = marker.end()
            elif char == 0:
                start = self.at
                while self.at < self.size and self.raw[self.at] == 0:
                    self.at += 1
                self._note("nul-bytes", start, self.at, f"{self.at - start} between values", b"")
            else:
                return

    def _comment(self) -> None:
        match = _BLOCK_COMMENT.match(self.raw, self.at) or _LINE_COMMENT.match(self.raw, self.at)
        if match is None:
            raise self._fail("invalid-json", "a value cannot start here")
        self._note("json-comment", match.start(), match.end(), "", b"")
        self.at = match.end()

    def _value(self) -> None:
        """One value with everything inside it, without recursion."""
        floor = len(self.stack)
        while True:
            self._skip()
            self._start()
            while len(self.stack) > floor:
                if self._continue():
                    break
            if len(self.stack) == floor:
                return

    def _start(self) -> None:
        """Reads a scalar or opens a container (an empty one is closed by `_continue`)."""
        if self.at >= self.size:
            raise self._fail("truncated-row", "the row breaks off")
        char = self.raw[self.at]
        if char == 0x22:
            self._string()
        elif char in b"}]":
            raise self._fail("invalid-json", "a bracket closes what was not opened")
        elif char in b"{[":
            if len(self.stack) >= DEEPEST:
                raise self._fail("deep-nesting", f"more than {DEEPEST:,} levels")
            self.stack.append(char)
            self.out.append(b"{" if char == 0x7B else b"[")
            self.at += 1
            self._opened(char)
        elif char in b"-+.0123456789" or char >= 0x41:
            self._scalar()
        elif char == 0x27:
            raise self._fail("python-repr", "single quotes")
        else:
            raise self._fail("invalid-json", "a value cannot start here")

    def _opened(self, char: int) -> None:
        self._skip()
        if self.at < self.size and self.raw[self.at] in b"}]":
            self._close()
            return
        if char == 0x7B:
            self._key()
        else:
            self._start_later()

    def _start_later(self) -> None:
        """The caller's loop reads the value that follows."""
        self._pending = True

    _pending = False

    def _continue(self) -> bool:
        """After a value inside a container. True where another value follows."""
        if self._pending:
            self._pending = False
            return True
        self._skip()
        if self.at >= self.size:
            raise self._fail("truncated-row", "the row breaks off")
        char = self.raw[self.at]
        if char in b"}]":
            self._close()
            return False
        if char != 0x2C:
            raise self._fail("invalid-json", "a comma is missing, or a quote inside a text is not escaped")
        comma = self.at
        self.at += 1
        self._skip()
        if self.at < self.size and self.raw[self.at] in b"}]":
            self._note("trailing-comma", comma, comma + 1, "", b"")
            self._close()
            return False
        self.out.append(b",")
        if self.stack[-1] == 0x7B:
            self._key()
            self._pending = False
        return True

    def _close(self) -> None:
        char = self.raw[self.at]
        if CLOSERS[char] != self.stack[-1]:
            raise self._fail("invalid-json", "a bracket closes what was not opened")
        self.stack.pop()
        self.out.append(b"}" if char == 0x7D else b"]")
        self.at += 1

    def _key(self) -> None:
        if self.at >= self.size:
            raise self._fail("truncated-row", "the row breaks off")
        char = self.raw[self.at]
        if char == 0x27:
            raise self._fail("python-repr", "single quotes")
        if char != 0x22:
            word = _WORD.match(self.raw, self.at)
            raise self._fail("invalid-json", "a key without quotes" if word else "a key in quotes is missing")
        self._string()
        self._skip()
        if self.at >= self.size:
            raise self._fail("truncated-row", "the row breaks off")
        if self.raw[self.at] != 0x3A:
            raise self._fail("invalid-json", "a colon is missing after a key")
        self.out.append(b":")
        self.at += 1
        self._pending = True

    def _string(self) -> None:
        raw, start = self.raw, self.at
        self.out.append(b'"')
        self.at += 1
        while self.at < self.size:
            char = raw[self.at]
            if char == 0x22:
                self.out.append(b'"')
                self.at += 1
                return
            if char == 0x5C:
                self._escape()
            elif char < 0x20:
                self._control(char)
            else:
                match = _RUN.match(raw, self.at)
                if match:
                    self.out.append(match.group())
                    self.at = match.end()
        self.at = self.size
        raise self._fail(
            "truncated-row", "the row breaks off inside a text" if start else "a quote is never closed"
        )

    def _control(self, char: int) -> None:
        at, self.at = self.at, self.at + 1
        if char == 0:
            while self.at < self.size and self.raw[self.at] == 0:
                self.at += 1
            self._note("nul-bytes", at, self.at, f"{self.at - at} inside a text")
            return
        mended = _CONTROL.get(char, b"\\u%04x" % char)
        name = {9: "tab", 10: "newline", 13: "carriage return"}.get(char, f"U+{char:04X}")
        self._note("control-character", at, self.at, name, mended)
        self.out.append(mended)

    def _escape(self) -> None:
        raw, at = self.raw, self.at
        follow = raw[at + 1] if at + 1 < self.size else -1
        if follow in _ESCAPES:
            self.out.append(raw[at : at + 2])
            self.at += 2
        elif follow == 0x75 and (match := _HEX.match(raw, at + 1)):
            self._unicode(int(match.group(1), 16))
        elif follow < 0x20:
            self.out.append(b"\\\\")
            self._note("bad-escape", at, at + 1, "a backslash at the end of a line", None)
            self.at += 1
        elif follow == 0x27:
            self._note("bad-escape", at, at + 2, "\\'", b"'")
            self.out.append(b"'")
            self.at += 2
        else:
            sure = follow < 0x80 and follow not in _AMBIGUOUS
            name = "\\" + (chr(follow) if follow < 0x80 else "")
            self._note("bad-escape", at, at + 1, name, b"\\\\" if sure else None)
            self.out.append(b"\\\\")
            self.at += 1

    def _unicode(self, unit: int) -> None:
        raw, at = self.raw, self.at
        if 0xD800 <= unit < 0xDC00:
            low = _HEX.match(raw, at + 7) if raw[at + 6 : at + 7] == b"\\" else None
            if low and 0xDC00 <= int(low.group(1), 16) < 0xE000:
                self.out.append(raw[at : at + 12])
                self.at = at + 12
                return
        self.at = at + 6
        if 0xD800 <= unit < 0xE000:
            self._note("lone-surrogate", at, at + 6, f"\\u{unit:04x}")
            self.out.append(b"?")
        else:
            self.out.append(raw[at : at + 6])

    def _scalar(self) -> None:
        raw, at = self.raw, self.at
        number = _NUMBER.match(raw, at)
        if number:
            self.at = number.end()
            self.out.append(self._number(number.group(), at))
            return
        word = _WORD.match(raw, at)
        text = word.group() if word else b""
        if text in _WORDS:
            self.out.append(text)
        elif text in _PYTHON:
            self._note("python-repr", at, at + len(text), text.decode(), _PYTHON[text])
            self.out.append(_PYTHON[text])
        elif text in _NOT_NUMBERS:
            self._note("nan-infinity", at, at + len(text), text.decode(), b"null")
            self.out.append(b"null")
        elif text and at + len(text) == self.size and any(full.startswith(text) for full in _WORDS):
            self.at = self.size
            raise self._fail("truncated-row", "the row breaks off")
        elif word is None and self.size - at < 400 and not raw[at:].strip(b"0123456789.+-eE"):
            self.at = self.size
            raise self._fail("truncated-row", "the row breaks off inside a number")
        else:
            raise self._fail("invalid-json", "a text without quotes" if text else "no JSON number")
        self.at = at + len(text)

    def _number(self, text: bytes, at: int) -> bytes:
        if len(text) < 300 and b"e" not in text and b"E" not in text:
            return text
        whole = text.lstrip(b"-").split(b".")[0].isdigit() and b"." not in text
        if text.lower().find(b"e") < 0 and len(text.split(b".")[0].lstrip(b"-")) < 300:
            return text
        if abs(float(text)) <= float(TOO_LARGE):
            return text
        digits = f"{len(text.lstrip(b'-')):,} digits" if whole else "larger than a double holds"
        self._note("big-integer", at, at + len(text), digits)
        return b"-" + TOO_LARGE if text.startswith(b"-") else TOO_LARGE

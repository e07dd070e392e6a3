"""A document of the editor: its text, and the bytes that a file of it would have."""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ftlint.server.lines import Change, Encoding, Lines, changed

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SIGN = "\ufeff"


class Written(NamedTuple):
    """How a file is written: its byte order mark and its encoding."""

    mark: bytes = b""
    encoding: str = "utf-8"


@dataclass(slots=True)
class Document:
    """What the editor holds of one file.

    `clean` says that the file on disk holds the same text: then that file is checked, as it is. `exact` says
    that its bytes are those of `content()`: then fixes have their place in both.
    """

    uri: str
    file: str
    lines: Lines
    version: int
    written: Written = field(default_factory=Written)
    clean: bool = False
    exact: bool = True

    @property
    def text(self) -> str:
        return self.lines.text

    @property
    def ahead(self) -> int:
        """Characters before the text that the editor does not count: a byte order mark it keeps to itself."""
        return int(bool(self.written.mark) and not self.text.startswith(SIGN))

    def change(self, changes: Sequence[Change], version: int) -> None:
        self.lines = changed(self.lines, changes)
        self.version = version
        self.clean, self.exact = False, True

    def look(self, most: int) -> None:
        """Compare with the file on disk. One of more than `most` bytes is taken for changed."""
        try:
            with open(self.file, "rb") as stream:
                data = stream.read(max(most, 4) + 1)
        except OSError:
            self.written, self.clean, self.exact = Written(), False, True
            return
        self.written = written(data)
        self.clean = len(data) <= most and holds(data, self.written, self.text)
        self.exact = not self.clean or data == self.content()

    def content(self) -> bytes:
        """The text as the editor would save it: encoded and marked as the file on disk is."""
        return self.encoded(self.text)

    def encoded(self, text: str) -> bytes:
        mark = b"" if text.startswith(SIGN) else self.written.mark
        return mark + text.encode(self.written.encoding, "surrogatepass")

    def decoded(self, data: bytes) -> str | None:
        """The text of a file as the editor would show it; None where it has none."""
        known = written(data)
        try:
            text = data[len(known.mark) :].decode(known.encoding, "surrogatepass")
        except UnicodeDecodeError:
            return None
        return SIGN + text if known.mark and self.text.startswith(SIGN) else text


def opened(uri: str, file: str, text: str, version: int, encoding: Encoding) -> Document:
    return Document(uri, file, Lines(text, encoding), version)


def written(data: bytes) -> Written:
    """How the bytes of a file are written, as far as a byte order mark says it."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Written(mark, encoding)
    return Written()


def holds(data: bytes, known: Written, text: str) -> bool:
    """Whether the bytes of a file are this text, as any editor may read them."""
    body = data[len(known.mark) :]
    text = text.removeprefix(SIGN) if known.mark else text
    for encoding, errors in ((known.encoding, "replace"), ("latin-1", "strict"), ("cp1252", "replace")):
        if body.decode(encoding, errors) == text:
            return True
    return False


def is_taken(file: str) -> bool:
    """Whether a file of this name is one for the server. Notebooks are left alone."""
    from ftlint.read.candidates import is_data_name
    from ftlint.read.documents import is_document_name

    name = os.path.basename(file)
    if name.lower().endswith((".ipynb", ".gz", ".zst", ".xz", ".bz2", ".parquet", ".arrow")):
        return False
    return is_data_name(name) or is_document_name(name)


def is_settings(file: str) -> bool:
    from ftlint.settings.load import NAMES

    return os.path.basename(file) in NAMES

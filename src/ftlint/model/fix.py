from typing import Any, Literal, NamedTuple


class SetValue(NamedTuple):
    """Set the value at a JSON pointer of one record; `rename` moves it to another key instead."""

    pointer: str
    value: Any = None
    rename: str | None = None
    remove: bool = False


class Drop(NamedTuple):
    """Remove the whole record (its line in a line format)."""

    whole: bool = True  # one field, or every drop were equal to an empty tuple, and false


class ReplaceBytes(NamedTuple):
    """Replace `length` bytes at the absolute byte `offset` of the (decompressed) file."""

    offset: int
    length: int
    replacement: bytes


class Rewrite(NamedTuple):
    """Rewrite the file as a whole, where a fault is told once for all of it.

    utf-8         decode it from `encoding` (utf-16 or utf-32)
    newlines      end each line with LF
    blank-lines   take out lines of white space
    separators    escape U+2028 and U+2029
    array         put each element of the array that the file is on a line of its own
    """

    form: Literal["utf-8", "newlines", "blank-lines", "separators", "array"]
    encoding: str = ""


Edit = SetValue | Drop | ReplaceBytes | Rewrite


class Fix(NamedTuple):
    """Edits that mend a finding. `safe` keeps the meaning of every record; else a person decides."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True

    @property
    def safety(self) -> str:
        return "safe" if self.safe else "unsafe"

"""Where each key of a TOML text stands; `tomllib`, which keeps no positions, has parsed it already."""

import re
import tomllib

Keys = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def positions(text: str) -> dict[Keys, int]:
    """Line (from 1) of every key, table and array item; arrays are indexed: `("dataset", 0, "train")`."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Keys, int] = {}
        self.arrays: dict[Keys, int] = {}

    def scan(self) -> dict[Keys, int]:
        table: Keys = ()
        self.skip()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text.startswith("[", self.at):
                table = self.header(1)
            else:
                self.pair(table)
            self.skip()
        return self.found

    def skip(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def header(self, brackets: int) -> Keys:
        line = self.line()
        self.at += brackets
        parts = self.key()
        self.at += brackets
        path: Keys = ()
        for index, part in enumerate(parts):
            path = (*path, part)
            if brackets == 2 and index == len(parts) - 1:
                self.arrays[path] = self.arrays.get(path, -1) + 1
                self.found.setdefault(path, line)
            if path in self.arrays:
                path = (*path, self.arrays[path])
            self.found.setdefault(path, line)
        return path

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip()
            match = _PART.match(self.text, self.at)
            if match is None:
                raise AssertionError("the text is not valid TOML")
            raw = match.group()
            parts.append(tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw)
            self.at = match.end()
            self.skip()
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def pair(self, table: Keys) -> None:
        line = self.line()
        path = table
        for part in self.key():
            path = (*path, part)
            self.found.setdefault(path, line)
        self.at += 1
        self.skip()
        self.value(path)

    def value(self, path: Keys) -> None:
        if self.text.startswith("[", self.at):
            self.items(path)
        elif self.text.startswith("{", self.at):
            self.inline(path)
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            self.at = match.end() if match else self.at

    def items(self, path: Keys) -> None:
        self.at += 1
        index = 0
        self.skip()
        while not self.text.startswith("]", self.at):
            self.found[(*path, index)] = self.line()
            self.value((*path, index))
            index += 1
            self.separator()
        self.at += 1

    def inline(self, path: Keys) -> None:
        self.at += 1
        self.skip()
        while not self.text.startswith("}", self.at):
            self.pair(path)
            self.separator()
        self.at += 1

    def separator(self) -> None:
        self.skip()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip()

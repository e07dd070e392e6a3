import re
from collections.abc import Iterable
from functools import lru_cache

MARKS = frozenset("*?[{")


def is_glob(text: str) -> bool:
    return not MARKS.isdisjoint(text)


@lru_cache(maxsize=512)
def translate(glob: str) -> re.Pattern[str]:
    """A path glob as a pattern for `fullmatch`: `*` and `?` stop at `/`, `**` does not, `{a,b}` chooses."""
    out: list[str] = []
    at, depth = 0, 0
    while at < len(glob):
        char = glob[at]
        at += 1
        if char == "*":
            stars = at
            while glob.startswith("*", at):
                at += 1
            if at == stars:
                out.append("[^/]*")
            elif glob.startswith("/", at):
                at += 1
                out.append("(?:.*/)?")
            else:
                out.append(".*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[" and glob.find("]", at + 1) > 0:
            end = glob.find("]", at + 1)
            inside = glob[at:end].replace("\\", "\\\\")
            at = end + 1
            out.append(f"[^{inside[1:]}/]" if inside[0] in "!^" else f"[{inside}]")
        elif char == "{" and "}" in glob[at:]:
            depth += 1
            out.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            out.append(")")
        elif char == "," and depth:
            out.append("|")
        else:
            out.append(re.escape(char))
    return re.compile("".join(out), re.DOTALL)


class Globs:
    """Globs asked whether a path (relative, forward slashes) or a folder above it is named.

    One without a slash is asked of every name on the path: `venv` and `*.bak` match anywhere.
    """

    def __init__(self, globs: Iterable[str]) -> None:
        plain = [glob.rstrip("/").removeprefix("./") for glob in globs]
        self.words = frozenset(glob for glob in plain if "/" not in glob and not is_glob(glob))
        self.names = [translate(glob) for glob in plain if "/" not in glob and is_glob(glob)]
        self.paths = [translate(glob) for glob in plain if "/" in glob]

    def __bool__(self) -> bool:
        return bool(self.words or self.names or self.paths)

    def name(self, name: str) -> bool:
        """Whether a single name, of a file or folder, is named by a glob without a slash."""
        return name in self.words or any(pattern.fullmatch(name) for pattern in self.names)

    def match(self, path: str) -> bool:
        parts = path.split("/")
        if not self.words.isdisjoint(parts):
            return True
        if self.names and any(pattern.fullmatch(part) for part in parts for pattern in self.names):
            return True
        if not self.paths:
            return False
        above = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        return any(pattern.fullmatch(folder) for folder in above for pattern in self.paths)

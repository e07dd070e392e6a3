"""`ftlint.lock` as a file: read with the line of what is wrong, written so that a person can read a diff."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from ftlint.fix.output import replacing
from ftlint.gate.lock import NAME, Lock
from ftlint.model import FtlintError
from ftlint.model.config_tree import Node

WIDE = 108
MOST_BYTES = 256 << 20
VERSION: Literal[1] = 1
MERGE_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")


def file_of(root: str) -> str:
    return os.path.join(root, NAME)


def shown(root: str) -> str:
    """The lock as people are told of it: relative where it lies at or near the working folder."""
    relative = os.path.relpath(file_of(root))
    return file_of(root) if relative.startswith("../../..") else relative


def read(root: str) -> Lock:
    """See `gate.lock.read_lock`."""
    path = shown(root)
    try:
        with open(file_of(root), "rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Lock(ftlint_lock=VERSION, approvals=[])
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", path) from None
    if len(raw) > MOST_BYTES:
        raise FtlintError("is larger than any lock", path)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FtlintError(f"is no lock: not UTF-8; {AGAIN}", path, line) from None
    return _lock(text, path)


AGAIN = "restore it from git, or remove it and approve again"


def _lock(text: str, path: str) -> Lock:
    try:
        plain = json.loads(text, object_pairs_hook=_once)
    except _TwiceError as error:
        line = _second(text, error.key)
        raise FtlintError(f"is no lock: the key {error.key!r} stands twice; {AGAIN}", path, line) from None
    except json.JSONDecodeError as error:
        told = text.split("\n")[error.lineno - 1] if error.lineno <= text.count("\n") + 1 else ""
        if told.startswith(MERGE_MARKS):
            message = "holds two sides of a merge: keep one of them, then ftlint approve the config again"
            raise FtlintError(message, path, error.lineno) from None
        raise FtlintError(f"is no lock: not valid JSON: {error.msg}; {AGAIN}", path, error.lineno) from None
    except RecursionError:
        raise FtlintError(f"is no lock: nested too deep; {AGAIN}", path) from None
    except ValueError:  # Python reads no number of more than 4,300 digits
        raise FtlintError(f"is no lock: it holds a number of thousands of digits; {AGAIN}", path) from None
    if not isinstance(plain, dict) or "ftlint_lock" not in plain:
        raise FtlintError(
            f'is no lock: {{"ftlint_lock": 1, "approvals": [...]}} is expected; {AGAIN}', path, 1
        )
    if plain["ftlint_lock"] != VERSION or isinstance(plain["ftlint_lock"], bool):
        version = plain["ftlint_lock"]
        message = f"ftlint_lock: {version!r} is no version that this ftlint reads ({VERSION}): update ftlint"
        raise FtlintError(message, path, _line(text, ("ftlint_lock",)))
    try:
        lock = Lock.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        keys = tuple(first["loc"])
        told = f"{dotted(keys)}: {first['msg'][0].lower()}{first['msg'][1:]}"
        raise FtlintError(f"is no lock: {told}; {AGAIN}", path, _line(text, keys)) from None
    known: set[tuple[str, int | None]] = set()
    for index, approval in enumerate(lock.approvals):
        config = approval.config.path, approval.config.line
        if config in known:
            line = _line(text, ("approvals", index))
            raise FtlintError(f"is no lock: {config[0]} is approved twice; {AGAIN}", path, line)
        known.add(config)
    return lock


class _TwiceError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. JSON with a key twice says one thing to a reader and another to a program."""
    made = dict(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return made


def dotted(keys: Sequence[int | str]) -> str:
    """A place in a lock: `approvals[0].data.train[1].sha256`."""
    told = ""
    for key in keys:
        told += f"[{key}]" if isinstance(key, int) else f".{key}" if told else str(key)
    return told


def _second(text: str, key: str) -> int | None:
    """The line of a key that stands twice in one object."""
    from ftlint.read.config_text import parse

    written = parse(text.encode(), "lock.json")
    places = written.duplicates if written else ()
    return next((each.again.line for each in places if each.path.rpartition(".")[2] == key), None)


def _line(text: str, keys: Sequence[int | str]) -> int | None:
    """The line of a value, or of the nearest one around it."""
    from ftlint.read.config_text import parse

    written = parse(text.encode(), "lock.json")
    node: Node | None = written.tree if written else None
    line = 1 if node else None
    for key in keys:
        if node is None:
            break
        if isinstance(key, int):
            node = node.items[key] if key < len(node.items) else None
            line = node.range.line if node else line
        else:
            entry = node.entries.get(key)
            line = entry.key.range.line if entry else line
            node = entry.value if entry else None
    return line


def write(root: str, lock: Lock) -> None:
    """See `gate.lock.write_lock`."""
    ordered = sorted(lock.approvals, key=lambda each: (each.config.path, each.config.line or 0))
    plain = lock.model_copy(update={"approvals": ordered}).model_dump(mode="json")
    text = laid_out(plain) + "\n"
    if os.path.isfile(file_of(root)):
        with contextlib.suppress(OSError), open(file_of(root), "rb") as known:
            if known.read() == text.encode():
                return
    with replacing(file_of(root), "", force=True) as out:
        out.write(text.encode())


def laid_out(value: Any, before: str = "") -> str:
    """JSON, a file or a waiver a line: what is short and holds nothing nested stays on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return flat
    inner = value.values() if isinstance(value, dict) else value
    if len(flat) + len(before) <= WIDE and not any(isinstance(each, dict | list) and each for each in inner):
        return flat
    deeper = f"{before}  "
    if isinstance(value, dict):
        if _is_file(value):
            return flat
        rows = [
            f"{json.dumps(key, ensure_ascii=False)}: {laid_out(each, deeper)}" for key, each in value.items()
        ]
        opening, closing = "{", "}"
    else:
        rows = [laid_out(each, deeper) for each in value]
        opening, closing = "[", "]"
    return f"{opening}\n" + ",\n".join(f"{deeper}{row}" for row in rows) + f"\n{before}{closing}"


def _is_file(value: dict[str, Any]) -> bool:
    """Whether it is one file: however long its path, it stands on one line."""
    return set(value) == {"path", "sha256", "size"}


@contextlib.contextmanager
def held(root: str) -> Iterator[None]:
    """Nobody else on this machine changes the lock meanwhile: two approvals at once both stay."""
    import fcntl

    try:
        handle = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", root) from None
    try:
        with contextlib.suppress(OSError):  # some network file systems know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def change(root: str, changed: Callable[[Lock], Lock]) -> Lock:
    """Read the lock, change it, and write it, while nobody else does."""
    with held(root):
        lock = changed(read(root))
        write(root, lock)
    return lock

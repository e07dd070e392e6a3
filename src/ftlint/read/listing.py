"""The files below a folder: as git lists them, else by walking."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ftlint.model import FtlintError

_STAGED = re.compile(rb"(\d{6}) [0-9a-f]{40,64} \d\t", re.DOTALL)
_SUBMODULE = b"160000"

Skip = Callable[[str, str], bool]
"""Whether a folder (path, name) is not looked into."""


def git_top(folder: str) -> str:
    """The top of the git repository that a folder lies in, "" for none."""
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent


def listed(
    folder: str, respect_gitignore: bool, skip: Skip, root: str = "", tracked: bool = False
) -> Iterator[str]:
    """Files below an absolute folder, in no order. One that git ignores as a whole is taken whole.

    `tracked` leaves out what git does not track, and raises `FtlintError` where git cannot say.
    """
    top = git_top(folder) if respect_gitignore or tracked else ""
    ignored = not tracked and top and folder != top
    if ignored and _git(top, *_IGNORED, f"{_below(top, folder)}/") is not None:
        respect_gitignore, top = False, ""
    if tracked:
        names: bytes | None = _tracked(folder, top, *_LIST, "--", _below(top, folder) if top else "")
    else:
        names = _git(top, *_LIST, *_NEW, "--", _below(top, folder)) if top else None
    if names is None:
        yield from walked(folder, respect_gitignore, skip, root)
        return
    for entry in names.split(b"\0"):
        staged = _STAGED.match(entry)
        file = os.path.join(top, os.fsdecode(entry[staged.end() :] if staged else entry))
        nested = staged.group(1) == _SUBMODULE if staged else entry.endswith(b"/")
        if nested and file.rstrip("/") != folder:
            if not skip(file.rstrip("/"), os.path.basename(file.rstrip("/"))) and os.path.isdir(file):
                yield from listed(file.rstrip("/"), respect_gitignore, skip, tracked=tracked)
        elif entry:
            yield file


_IGNORED = ("check-ignore", "--no-index", "-q")
_LIST = ("--literal-pathspecs", "ls-files", "-z", "--stage", "--cached")
_NEW = ("--others", "--exclude-standard")


@dataclass(frozen=True, slots=True)
class Untracked:
    """Files and whole folders, absolute, that git neither tracks nor ignores."""

    files: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()

    def __contains__(self, file: str) -> bool:
        return file in self.files or file.startswith(self.folders)


def untracked(folder: str) -> Untracked:
    """What is new to git in the repository of a folder. Raises `FtlintError` where git cannot say."""
    top = git_top(folder)
    names = _tracked(folder, top, "ls-files", "-z", "--directory", *_NEW).split(b"\0")
    files = [os.path.join(top, os.fsdecode(name)) for name in names if name]
    return Untracked(frozenset(files), tuple(file for file in files if file.endswith("/")))


def _tracked(folder: str, top: str, *arguments: str) -> bytes:
    if not top:
        raise FtlintError(f"--tracked: {folder} is in no git repository")
    names = _git(top, *arguments)
    if names is None:
        raise FtlintError(f"--tracked: git cannot list {top}: see git -C {top} ls-files")
    return names


def _below(top: str, folder: str) -> str:
    return os.path.relpath(folder, top)


def _git(top: str, *arguments: str) -> bytes | None:
    """What git prints, None where it fails, is missing or does not trust the repository's owner."""
    import subprocess

    environment = {**_environment(top), "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", top, *arguments], capture_output=True, env=environment, check=False
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout


_OF_ONE_REPOSITORY = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"),
)


def _environment(top: str) -> dict[str, str]:
    """What git is asked with. The repository and the index that a hook is told say nothing of another's."""
    told = [name for name in _OF_ONE_REPOSITORY if name in os.environ]
    if not told or os.path.realpath(top) == os.path.realpath(git_top(os.getcwd())):
        return dict(os.environ)
    return {name: value for name, value in os.environ.items() if name not in told}


def walked(folder: str, respect_gitignore: bool, skip: Skip, root: str = "") -> Iterator[str]:
    """Files below a folder; links to folders are not followed. `.gitignore` counts from `root` down."""
    ignores = _Ignores(folder, root) if respect_gitignore else None
    if ignores and ignores.match(f"{folder}/"):
        ignores = None
    todo = [folder]
    while todo:
        current = todo.pop()
        try:
            with os.scandir(current) as scan:
                entries = list(scan)
        except OSError as error:
            raise FtlintError(f"cannot look into {current}: {error.strerror}") from None
        if ignores and any(entry.name == ".gitignore" for entry in entries):
            ignores.add(current)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not skip(entry.path, entry.name) and not (ignores and ignores.match(f"{entry.path}/")):
                    todo.append(entry.path)
            elif not _is_linked_folder(entry) and not (ignores and ignores.match(entry.path)):
                yield entry.path


def _is_linked_folder(entry: os.DirEntry[str]) -> bool:
    # entry.is_dir() raises for a link that leads to itself
    return entry.is_symlink() and os.path.isdir(entry.path)


class _Ignores:
    """The `.gitignore` files from the top of the repository down, where git itself cannot be asked."""

    def __init__(self, folder: str, root: str) -> None:
        self.specs: list[tuple[str, object]] = []
        top = git_top(folder) or (root if folder.startswith(f"{root}/") else folder)
        above = folder
        while len(above) > len(top):
            above = os.path.dirname(above)
            self.add(above)

    def add(self, folder: str) -> None:
        import pathspec

        file = os.path.join(folder, ".gitignore")
        if os.path.isfile(file):
            with open(file, encoding="utf-8", errors="replace") as stream:
                self.specs.append((f"{folder.rstrip('/')}/", pathspec.GitIgnoreSpec.from_lines(stream)))
            self.specs.sort(key=lambda each: -len(each[0]))

    def match(self, path: str) -> bool:
        for folder, spec in self.specs:
            if path.startswith(folder):
                verdict = spec.check_file(path[len(folder) :]).include  # type: ignore[attr-defined]  # the base is untyped
                if verdict is not None:
                    return bool(verdict)
        return False

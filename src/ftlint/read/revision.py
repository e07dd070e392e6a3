"""Files as they stand in a git revision: `main:data/train.jsonl`, taken out to a folder of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ftlint.model import FtlintError
from ftlint.read.git import LINK, Held, Repository, commit_of, in_index, in_tree, merge_base, repository
from ftlint.read.git_objects import Versions
from ftlint.read.globs import is_glob, translate
from ftlint.read.urls import is_remote

_FILES = frozenset({"100644", "100755"})

Wanted = Callable[[str], bool]
"""Whether a file, by its path from the top of the repository, is taken where nobody named it."""


class Revision(NamedTuple):
    """A revision: its name as typed ("" for what is staged), the digits of its commit ("" for none), and what
    it holds by path from the top of the repository.
    """

    known: Repository
    name: str
    commit: str
    held: Mapping[str, Held]

    @property
    def shown(self) -> str:
        if not self.name:
            return "the index"
        return f"{self.name} ({self.commit})" if self.commit and self.commit != self.name else self.name


def parsed(operand: str) -> tuple[str, str] | None:
    """Revision and path of `REV:PATH`; None for anything else, and for a file that bears such a name."""
    if is_remote(operand) or ":" not in operand or os.path.lexists(operand):
        return None
    name, _, path = operand.partition(":")
    return name, path


def revision(name: str, folder: str) -> Revision:
    """The revision of the repository that a folder lies in. Raises `FtlintError` where there is none."""
    known = repository(folder)
    if not name:
        return Revision(known, "", "", in_index(known))
    done = known.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{tree}}")
    if done.returncode:
        raise FtlintError(
            f"no file and no revision {name!r}: a revision is fetched first (in a workflow: fetch-depth: 0)"
        )
    tree = done.stdout.decode().strip()
    return Revision(known, name, _short(known, name), in_tree(known, tree))


def since(name: str, folder: str) -> Revision:
    """The newest commit that a revision and what is checked out have in common."""
    known = repository(folder)
    base = merge_base(known, name)
    return Revision(known, name, _short(known, base), in_tree(known, base))


def _short(known: Repository, name: str) -> str:
    commit = commit_of(known, name)
    return known.told("rev-parse", "--short", commit).decode().strip() if commit else ""


def path_in(of: Revision, path: str, folder: str, *, from_here: bool = False) -> str:
    """A path from the top of the repository, "" for all of it. As git has it, `./` and `../` count from the
    folder and anything else from the top; `from_here` counts everything from the folder.
    """
    if not from_here and path.split("/", 1)[0] not in (".", ".."):
        return os.path.normpath(path).lstrip("/") if path else ""
    found = os.path.relpath(os.path.normpath(os.path.join(os.path.realpath(folder), path)), of.known.top)
    if found.split("/")[0] == "..":
        raise FtlintError(f"lies outside the repository at {of.known.top}", path)
    return "" if found == "." else found


def entries(of: Revision, path: str, wanted: Wanted) -> list[str]:
    """The files that a path stands for: itself, those wanted below it, or those that a glob matches."""
    held = of.held.get(path)
    if held is not None:
        if held.mode not in _FILES:
            kind = "a link" if held.mode == LINK else "a submodule"
            raise FtlintError(f"is {kind} in {of.shown}: name the files themselves", path)
        return [path]
    files = [each for each, held in of.held.items() if held.mode in _FILES and _is_inside(each)]
    if is_glob(path):
        pattern = translate(path)
        return [each for each in files if pattern.fullmatch(each)]
    lead = f"{path}/" if path else ""
    return [each for each in files if each.startswith(lead) and wanted(each)]


def _is_inside(path: str) -> bool:
    """Git does not let such paths in, but a tree can be made by hand."""
    return not path.startswith("/") and ".." not in path.split("/")


def taken_out(of: Revision, paths: Sequence[str], folder: str) -> None:
    """Write files below a folder, each at its path, as a checkout would have them."""
    with Versions(of.known) as versions:
        for path in paths:
            file = os.path.join(folder, path)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            try:
                version = versions.version(of.held[path].id, path)
                if version.file.startswith(f"{versions.folder}/"):
                    os.replace(version.file, file)
                else:  # kept by LFS
                    shutil.copyfile(version.file, file)
            except OSError as error:
                raise FtlintError(
                    f"cannot take it out of {of.shown}: {error.strerror or error}; "
                    "TMPDIR can name a folder with more room",
                    path,
                ) from None

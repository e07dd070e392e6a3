"""What git knows of the files below a folder: which differ between two states, and what a state holds."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ftlint.model import FtlintError
from ftlint.read.listing import git_top

LINK, SUBMODULE = "120000", "160000"

_LOCATING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX")
_STEERING = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS")
_RAW = re.compile(rb":(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*")


class Change(NamedTuple):
    """A file that differs between two states. Paths are relative to the top of the repository.

    `old_path` and `old_id` are "" where the older state has no such file; `new_id` is "" where there is no
    file now or git has not hashed it.
    """

    path: str
    old_path: str
    old_id: str
    old_mode: str
    new_id: str
    new_mode: str
    status: str


class Held(NamedTuple):
    """A file as a tree or the index holds it."""

    mode: str
    id: str


@dataclass(frozen=True)
class Repository:
    """A git repository with a work tree. `top` is a real path."""

    top: str
    folder: str
    """Of this work tree's git data."""
    common: str
    """Of the git data that all its work trees share."""
    environment: Mapping[str, str] = field(repr=False)

    def run(
        self, *arguments: str, given: bytes | None = None, top: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        return _run(["-C", top or self.top, *arguments], self.environment, given)

    def told(self, *arguments: str, given: bytes | None = None) -> bytes:
        """What git prints. Raises `FtlintError` with git's own words where it fails."""
        done = self.run(*arguments, given=given)
        if done.returncode:
            raise FtlintError(f"git {arguments[0]}: {_words(done)}")
        return done.stdout


def repository(folder: str) -> Repository:
    """The repository whose work tree a folder lies in. Raises `FtlintError` where there is none."""
    folder = os.path.realpath(folder)
    environment = {key: value for key, value in os.environ.items() if key not in _STEERING}
    environment |= {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    top = git_top(folder)
    if top:  # a hook's variables may be relative to another folder
        environment = {key: value for key, value in environment.items() if key not in _LOCATING}
    index = environment.get("GIT_INDEX_FILE", "")
    if top and index and not os.path.isabs(index):
        environment["GIT_INDEX_FILE"] = os.path.join(top, index)
    asked = (
        "rev-parse",
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--absolute-git-dir",
        "--git-common-dir",
    )
    done = _run(["-C", top or folder, *asked], environment)
    if done.returncode:
        raise FtlintError(_why_none(folder, _words(done)))
    bare, inside, own, common = os.fsdecode(done.stdout).splitlines()
    if inside != "true":
        what = "a bare repository" if bare == "true" else "the data of git itself"
        raise FtlintError(f"{folder} is {what}, without files to check: run ftlint in a checkout of it")
    shown = _run(["-C", top or folder, "rev-parse", "--show-toplevel"], environment)
    real = os.path.realpath(os.fsdecode(shown.stdout).removesuffix("\n"))
    return Repository(real, own, os.path.realpath(os.path.join(top or folder, common)), environment)


def _why_none(folder: str, words: str) -> str:
    if "dubious ownership" in words or "safe.directory" in words:
        return (
            f"git does not trust the owner of {folder}: "
            f"git config --global --add safe.directory {git_top(folder) or folder}"
        )
    if "not a git repository" in words:
        return f"{folder} is in no git repository, so nothing says which rows changed: check all of them"
    return f"git: {words}"


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            env=environment,
            check=False,
        )
    except OSError as error:
        raise FtlintError(
            f"git cannot be run ({error.strerror}): install it, or check without --since and --staged"
        ) from None


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    said = os.fsdecode(done.stderr).strip().splitlines()
    return said[0].removeprefix("fatal: ").removeprefix("error: ") if said else f"exit code {done.returncode}"


def commit_of(known: Repository, ref: str) -> str:
    """The full id of a commit, "" for none."""
    done = known.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return done.stdout.decode().strip() if not done.returncode else ""


def merge_base(known: Repository, ref: str) -> str:
    """The newest commit that `ref` and HEAD have in common. Raises `FtlintError` with how to get there."""
    commit, head = commit_of(known, ref), commit_of(known, "HEAD")
    if not head:
        raise FtlintError(
            "there is no commit yet, so none to compare with: --staged checks what will be the first"
        )
    if not commit:
        raise FtlintError(f"--since: git knows no commit {ref!r}{_nearest(known, ref)}")
    done = known.run("merge-base", commit, head)
    found = done.stdout.decode().split()
    if not found:
        more = _DEEPER if _is_shallow(known) else ""
        raise FtlintError(f"--since: {ref} and HEAD have no commit in common{more}")
    return found[0]


_DEEPER = (
    ": the clone is shallow. In a workflow, actions/checkout with fetch-depth: 0; else git fetch --unshallow"
)


def _nearest(known: Repository, ref: str) -> str:
    if ".." in ref:
        return ": name one commit, it is compared with its merge base with HEAD anyway"
    listed = known.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    names = os.fsdecode(listed.stdout).split()
    ending = [name for name in names if name.endswith(f"/{ref}")]
    if ending:
        return f": did you mean {ending[0]}?"
    if _is_shallow(known):
        return _DEEPER
    from difflib import get_close_matches

    close = get_close_matches(ref, names, 1)
    return f": did you mean {close[0]}?" if close else ": is it fetched? git fetch origin"


def _is_shallow(known: Repository) -> bool:
    return known.run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def empty_tree(known: Repository) -> str:
    """The id of the tree without files: what the first commit is compared with."""
    return known.told("hash-object", "-t", "tree", "--stdin", given=b"").decode().strip()


def changes(known: Repository, base: str, *, staged: bool = False) -> list[Change]:
    """Files that differ from a commit or tree: those of the work tree, or with `staged` of the index.

    A renamed file is one change. Files that git does not track are not among them.
    """
    return _changes(known, *(("--cached",) if staged else ()), base)


def unstaged(known: Repository) -> list[Change]:
    """Files of the work tree that differ from the index."""
    return _changes(known)


def _changes(known: Repository, *arguments: str) -> list[Change]:
    said = known.told(
        *("diff", "--raw", "-z", "--no-abbrev", "--find-renames", "--no-color"),
        *("--no-ext-diff", "--no-textconv", "--ignore-submodules=all", *arguments, "--"),
    )
    fields = iter(said.split(b"\0"))
    found = []
    for head in fields:
        raw = _RAW.fullmatch(head)
        if raw is None:
            continue
        old_mode, new_mode, old, new, status = (part.decode() for part in raw.groups())
        path = os.fsdecode(next(fields))
        new_path = os.fsdecode(next(fields)) if status in "RC" else path
        old_id, new_id = ("" if not each.strip("0") else each for each in (old, new))
        found.append(Change(new_path, path if old_id else "", old_id, old_mode, new_id, new_mode, status))
    return found


def untracked(known: Repository) -> list[str]:
    """Files that git neither tracks nor ignores."""
    return _names(known.told("ls-files", "-z", "--others", "--exclude-standard"))


def ignored(known: Repository, *, whole_folders: bool = True) -> list[str]:
    """Files that git ignores; a folder that it ignores as a whole stands for what is in it, with a `/`."""
    folders = ("--directory",) if whole_folders else ()
    return _names(known.told("ls-files", "-z", "--others", "--ignored", "--exclude-standard", *folders))


def in_index(known: Repository) -> dict[str, Held]:
    """What the index holds, by path."""
    found = {}
    for entry in known.told("ls-files", "-z", "--stage").split(b"\0"):
        head, tab, path = entry.partition(b"\t")
        if tab:
            mode, id_, _ = head.decode().split(" ")
            found[os.fsdecode(path)] = Held(mode, id_)
    return found


def in_tree(known: Repository, tree: str) -> dict[str, Held]:
    """What a commit or tree holds, by path."""
    found = {}
    for entry in known.told("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
        head, tab, path = entry.partition(b"\t")
        if tab:
            mode, _, id_ = head.decode().split(" ")
            found[os.fsdecode(path)] = Held(mode, id_)
    return found


def _names(said: bytes) -> list[str]:
    return [os.fsdecode(name) for name in said.split(b"\0") if name]


def added_lines(known: Repository, old: str, new: str) -> Iterator[range]:
    """The lines of a file, from 1, that another version of it does not have in that place."""
    done = known.run(
        *("diff", "--no-index", "--unified=0", "--text", "--no-color", "--no-ext-diff", "--no-textconv"),
        *("--", old, new),
    )
    if done.returncode not in (0, 1):
        raise FtlintError(f"git diff: {_words(done)}")
    for line in done.stdout.splitlines():
        hunk = _HUNK.match(line)
        if hunk is not None:
            first, count = int(hunk.group(1)), int(hunk.group(2) or 1)
            yield range(first, first + count)


_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")

"""A folder that holds the files of a tree or of the index: links to what lies on disk, copies of the rest.

It mirrors absolute paths (`/data/x` stands at `<folder>/data/x`), so that a relative path means in it what it
means outside. It is a git repository with an index of its own, so that git lists in it what it tracks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ftlint.model import FtlintError
from ftlint.read.git import LINK, Held, Repository

COPIED = (".gitignore", ".gitattributes", ".jinja", ".jinja2", ".j2", ".tmpl", ".template")
"""Endings of small files that a link cannot stand for: git follows none to its own files, and chat templates
count only where they really lie below the root."""

MOST_LINKS = 40
SHA1 = 40
"""Digits of an object's id; a repository of the newer kind has more."""

_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX")


class Snapshot:
    """The state of a repository's files, below `folder`."""

    def __init__(self, known: Repository, folder: str) -> None:
        self.known = known
        self.folder = folder
        self.top = folder + known.top

    def inside(self, path: str) -> str:
        """Where an absolute path lies in the snapshot."""
        return self.folder + path

    def outside(self, text: str) -> str:
        """A text with paths of the snapshot, absolute or as seen from here, as they are outside of it."""
        seen = os.path.relpath(self.known.top)
        near = "" if seen == os.curdir else f"{seen}/"
        return text.replace(f"{os.path.relpath(self.top)}/", near).replace(self.folder, "")

    def relative(self, file: str) -> str:
        """The path that git has for a file of the snapshot, "" for one that is not of its repository."""
        for _ in range(MOST_LINKS):
            if not os.path.islink(file):
                break
            target = os.path.join(os.path.dirname(file), os.readlink(file))
            if not target.startswith(f"{self.top}/"):
                break  # the snapshot's own link to where the content lies
            file = os.path.normpath(target)
        return os.path.relpath(file, self.top) if file.startswith(f"{self.top}/") else ""


@contextmanager
def snapshot(
    known: Repository,
    held: Mapping[str, Held],
    written: Mapping[str, str],
    beside: Sequence[str],
    commit: str = "",
) -> Iterator[Snapshot]:
    """The files of `held`: the content of those in `written` is in that file, of the others in the work tree.

    `beside` are files and folders that git does not hold and that are there all the same. `commit` is what
    HEAD is ("" for none).
    """
    folder = os.path.realpath(tempfile.mkdtemp(prefix="ftlint-git-"))
    try:
        made = Snapshot(known, folder)
        os.makedirs(made.top)
        _fill(made, held, written, beside)
        _as_repository(made, held, commit)
        with _own_git():
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(
    made: Snapshot, held: Mapping[str, Held], written: Mapping[str, str], beside: Sequence[str]
) -> None:
    folders: set[str] = set()

    def place(path: str) -> str:
        file = os.path.join(made.top, path)
        above = os.path.dirname(file)
        if above not in folders:
            os.makedirs(above, exist_ok=True)
            folders.add(above)
        return file

    for path, (mode, id_) in held.items():
        if mode == LINK:
            os.symlink(os.fsdecode(made.known.told("cat-file", "blob", id_)), place(path))
        else:
            _linked(written.get(path) or os.path.join(made.known.top, path), place(path))
    for path in beside:
        name = path.rstrip("/")
        if not os.path.lexists(os.path.join(made.top, name)):
            _linked(os.path.join(made.known.top, name), place(name))


def _linked(target: str, file: str) -> None:
    if file.endswith(COPIED) and os.path.isfile(target):
        shutil.copyfile(target, file)
    elif os.path.lexists(target):
        os.symlink(target, file)


def _as_repository(made: Snapshot, held: Mapping[str, Held], commit: str) -> None:
    """What makes git list the snapshot's files: an index, a HEAD, and the repository's own objects."""
    known, git = made.known, os.path.join(made.top, ".git")
    for name in ("objects/info", "refs", "info"):
        os.makedirs(os.path.join(git, name))
    wide = any(len(entry.id) > SHA1 for entry in held.values())
    sha256 = "\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n"
    config = "[core]\n\tbare = false\n" + (sha256 if wide else "\trepositoryformatversion = 0\n")
    _write(git, "config", config.encode())
    _write(git, "HEAD", f"{commit or 'ref: refs/heads/none'}\n".encode())
    objects = os.fsdecode(known.told("rev-parse", "--git-path", "objects")).removesuffix("\n")
    _write(git, "objects/info/alternates", os.fsencode(os.path.join(known.top, objects)) + b"\n")
    for name in ("info/exclude", "shallow"):
        kept = os.path.join(known.common, name)
        if os.path.isfile(kept):
            shutil.copyfile(kept, os.path.join(git, name))
    listing = b"".join(
        f"{mode} {id_} 0\t".encode() + os.fsencode(path) + b"\0" for path, (mode, id_) in held.items()
    )
    environment = {key: value for key, value in known.environment.items() if key not in _VARIABLES}
    done = subprocess.run(
        ["git", "-C", made.top, "update-index", "-z", "--index-info"],
        input=listing,
        capture_output=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise FtlintError(f"git update-index: {os.fsdecode(done.stderr).strip()}")


def _write(git: str, name: str, content: bytes) -> None:
    with open(os.path.join(git, name), "wb") as out:
        out.write(content)


@contextmanager
def _own_git() -> Iterator[None]:
    """Within the snapshot git finds the snapshot, not what a hook's variables say."""
    kept = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)

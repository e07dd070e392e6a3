"""Contents that git holds, written to files: blobs as a checkout would have them, and what LFS keeps."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from typing import NamedTuple

from ftlint.model import FtlintError
from ftlint.read.git import Repository

LARGEST_POINTER = 1024
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\r?\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\b"
)


class Version(NamedTuple):
    """A file with the content of a blob. `whole` is false where it is only a pointer to content that LFS
    does not have here."""

    file: str
    whole: bool


class Versions:
    """Blobs in a temporary folder, each written once."""

    def __init__(self, known: Repository) -> None:
        self.known = known
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="ftlint-versions-"))
        self.written: dict[tuple[str, str], Version] = {}
        self.storage = ""

    def __enter__(self) -> Versions:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def version(self, id_: str, path: str) -> Version:
        """The blob as a checkout would have it at `path`; what LFS keeps is not copied."""
        known = self.written.get((id_, path))
        if known is None:
            file = os.path.join(self.folder, f"{len(self.written)}-{os.path.basename(path)}"[-200:])
            self._write(id_, path, file)
            known = self.written[id_, path] = self._pulled(file)
        return known

    def _pulled(self, file: str) -> Version:
        kept = pointed(file)
        if not kept:
            return Version(file, whole=True)
        content = os.path.join(self._storage(), "objects", kept[:2], kept[2:4], kept)
        there = os.path.isfile(content)
        return Version(content if there else file, whole=there)

    def _write(self, id_: str, path: str, file: str) -> None:
        # not --batch: with --filters git says there what a blob measures before its newlines are converted
        with open(file, "wb") as out:
            done = subprocess.run(
                ["git", "-C", self.known.top, "cat-file", "--filters", f"--path={path}", id_],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                env=self.known.environment,
                check=False,
            )
        if done.returncode:
            raise FtlintError(
                "git cannot hand over what it holds of this file: git fsck tells what is missing "
                "(in a partial clone: git fetch --refetch)",
                path,
            )

    def _storage(self) -> str:
        """Where LFS keeps contents: in the folder `lfs.storage`, else in `lfs` beside git's own objects."""
        if not self.storage:
            told = self.known.run("config", "--type=path", "lfs.storage").stdout
            self.storage = os.path.join(self.known.common, os.fsdecode(told).removesuffix("\n") or "lfs")
        return self.storage


def pointed(file: str) -> str:
    """The hash of the content that an LFS pointer stands for, "" for a file that is no pointer."""
    if os.stat(file).st_size > LARGEST_POINTER:
        return ""
    with open(file, "rb") as stream:
        found = _POINTER.match(stream.read())
    return found.group(1).decode() if found else ""

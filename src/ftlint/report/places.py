"""Where a file stands for those who see the repository and not this machine: a path or URI from its top."""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import quote

from ftlint.model.report import Report
from ftlint.read.listing import git_top
from ftlint.read.urls import is_remote

SETTINGS = ("ftlint.toml", ".ftlint.toml", "pyproject.toml")


class Places:
    """The places of one report's files. A link is followed: what lies behind it is what git holds."""

    def __init__(self, report: Report) -> None:
        self.root = os.path.realpath(report.root or ".")
        self.top = git_top(self.root) or self.root
        self.whole = _standing_for_all(report, self.root)
        self.path = lru_cache(maxsize=4096)(self._path)

    def _path(self, path: str) -> str:
        """`path`, which is relative to the settings, relative to the top of the repository.

        A finding that belongs to the project as a whole, whose path is "", stands in the settings file. What
        lies outside the repository, or in a store, keeps its path.
        """
        path = path or self.whole
        if is_remote(path):
            return path
        relative = os.path.relpath(os.path.realpath(os.path.join(self.root, path)), self.top)
        return path if relative.startswith("..") else relative.replace(os.sep, "/")

    def file(self, path: str) -> str:
        """The file itself, to be opened."""
        return os.path.join(self.root, path or self.whole)


def _standing_for_all(report: Report, root: str) -> str:
    for name in SETTINGS:
        if os.path.isfile(os.path.join(root, name)):
            return name
    return report.files[0].path if report.files else SETTINGS[0]


def uri(path: str) -> str:
    """A path as a relative URI. Bytes that are no UTF-8 are encoded as they are.

    The address of a store is encoded as a path, too: GitHub refuses a file whole that has URIs of several
    schemes.
    """
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")

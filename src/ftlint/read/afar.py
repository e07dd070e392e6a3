"""Which files of object stores and web servers a run checks: names and globs as on disk, without git."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.model import FtlintError
from ftlint.read import remote
from ftlint.read.candidates import is_data_file, is_data_name
from ftlint.read.globs import Globs, is_glob, translate
from ftlint.read.urls import WEB, address, folder_of, is_remote, masked


class Afar:
    """What `exclude` leaves out: names, paths below the folder that was asked for, and URLs."""

    def __init__(self, exclude: Sequence[str]) -> None:
        self.paths = Globs([glob for glob in exclude if not is_remote(glob)])
        self.urls = Globs([masked(glob) for glob in exclude if is_remote(glob)])

    def is_folder(self, url: str) -> bool:
        return remote.is_folder(url)

    def is_glob(self, url: str) -> bool:
        return is_url_glob(url)

    def expect(self, urls: Sequence[str]) -> None:
        remote.expect(urls)

    def below(self, folder: str) -> list[str]:
        """The data files below a folder that is named."""
        base = f"{folder.rstrip('/')}/"
        return [
            url
            for url in remote.files(folder)
            if self._takes(url, url[len(base) :]) and is_data_file(url, url.rpartition("/")[2])
        ]

    def takes(self, url: str) -> bool:
        """Whether a file that is named is data by its name and not excluded."""
        path = masked(url).partition("://")[2].partition("/")[2]
        return is_data_name(path.rpartition("/")[2]) and not self.excludes(url, path)

    def matching(self, glob: str) -> list[str]:
        """The files that a glob of URLs matches, less those that are excluded."""
        return [url for url in matching(glob) if not self.excludes(url, _below(glob, url))]

    def declared(self, folder: str, globs: Iterable[str]) -> list[str]:
        """What globs of URLs match inside a folder that is named."""
        base = f"{masked(folder).rstrip('/')}/"
        near = [glob for glob in globs if _meet(base, f"{masked(_start(glob))}/")]
        return [url for glob in near for url in self.matching(glob) if masked(url).startswith(base)]

    def excludes(self, url: str, relative: str) -> bool:
        return self.paths.match(relative) or self.urls.match(masked(url))

    def _takes(self, url: str, relative: str) -> bool:
        name = relative.rpartition("/")[2]
        return is_data_name(name) and not _is_hidden(relative) and not self.excludes(url, relative)


def beside(url: str) -> list[str]:
    """The data files in the folder of a file; none on the web, or where only the file may be read."""
    if address(url).scheme in WEB:
        return []
    try:
        found = remote.files(folder_of(url), 1)
    except FtlintError:
        return []
    return [each for each in found if is_data_name(each.rpartition("/")[2])]


def forget() -> None:
    """Forget what stores told an earlier run."""
    remote.forget()


def is_url_glob(url: str) -> bool:
    """Whether a URL is a glob: on the web only a star makes one, a ? begins a query there."""
    return "*" in url if address(url).scheme in WEB else is_glob(url.partition("://")[2])


def matching(glob: str) -> list[str]:
    """The URLs that a glob of URLs matches; one without marks stands for itself."""
    if not is_url_glob(glob):
        return [glob]
    start = _start(glob)
    if not start.partition("://")[2]:
        raise FtlintError("a glob cannot stand for the name of a bucket", masked(glob))
    rest = glob[len(start) + 1 :]
    pattern = translate(rest)
    found = remote.files(start, None if "**" in rest else rest.count("/") + 1)
    below = {url: url[len(start) + 1 :] for url in found}
    return [
        url
        for url, path in below.items()
        if url == glob or (pattern.fullmatch(path) and (not _is_hidden(path) or "/." in f"/{rest}"))
    ]


def _start(glob: str) -> str:
    """The folder below which a glob matches."""
    scheme, _, rest = glob.partition("://")
    parts = rest.split("/")
    marks = "*" if scheme in WEB else "*?[{"
    fixed = next((index for index, part in enumerate(parts) if set(part) & set(marks)), len(parts) - 1)
    return f"{scheme}://{'/'.join(parts[:fixed])}"


def _is_hidden(path: str) -> bool:
    """Whether a folder on a relative path has a name that starts with a dot."""
    return "/." in f"/{path}".rpartition("/")[0]


def _below(glob: str, url: str) -> str:
    return url[len(_start(glob)) + 1 :]


def _meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)

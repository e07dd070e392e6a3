"""Which files a run checks."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ftlint.model import FtlintError
from ftlint.read.candidates import is_data_file, is_data_name, is_pointer_name, is_prediction, is_unpulled
from ftlint.read.documents import Documents, is_config_name, is_document_name
from ftlint.read.globs import Globs, is_glob, translate
from ftlint.read.listing import Skip, Untracked, listed, untracked, walked
from ftlint.read.logs import is_log, is_log_name, log_files, may_be_log_name
from ftlint.read.urls import address, is_remote, local, masked

Fail = Callable[[str], FtlintError]
Looked = Callable[[str, str], bool]
"""Whether a file (path, name) that is called as data is called holds data."""

if TYPE_CHECKING:
    from typing import Protocol

    from ftlint.read.afar import Afar

    class _Declared(Protocol):
        @property
        def globs(self) -> Mapping[str, Sequence[str]]: ...

    class _Named(Protocol):
        @property
        def columns(self) -> Mapping[str, str]: ...

    class _Logged(Protocol):
        @property
        def log(self) -> str: ...

    class _Audited(Protocol):
        @property
        def log(self) -> str: ...

    class Choices(Protocol):
        """What of the settings decides which files are checked."""

        @property
        def root(self) -> str: ...
        @property
        def exclude(self) -> Sequence[str]: ...
        @property
        def extend_exclude(self) -> Sequence[str]: ...
        @property
        def respect_gitignore(self) -> bool: ...
        @property
        def force_exclude(self) -> bool: ...
        @property
        def tracked(self) -> bool: ...
        @property
        def dataset(self) -> Sequence[_Declared]: ...
        @property
        def training(self) -> Sequence[_Logged]: ...
        @property
        def audit(self) -> _Audited: ...
        @property
        def logs(self) -> _Named: ...


class Found(NamedTuple):
    """A file to check: its path as shown (relative to the root, forward slashes), where it lies, and
    whether a person named it, not just a folder above it. A `document` is no data: a config, a log, code."""

    path: str
    file: str
    explicit: bool = False
    document: bool = False


def discover(
    paths: Sequence[str],
    settings: Choices,
    root: str = "",
    file_list: str = "",
    documents: Documents = "",
    is_data: Looked = is_data_file,
) -> list[Found]:
    """The data files that `paths` (files, folders, globs; nothing for the working folder) stand for, sorted.

    A file that is named is taken even if it is ignored; in a folder, data files are taken that neither git
    nor `exclude` leaves out, and those that a `[[dataset]]` declares. With `tracked`, what is new to git is
    left out of both; a declared file that git ignores is not, for something else keeps it. `file_list` names
    a file (`-` for standard input) of further paths, one a line. `documents` says which files beside the
    data are taken, too; `is_data` looks into files whose name does not tell. `-` among the paths is left to
    the caller. Raises `FtlintError` for a path that does not exist, and for a store that cannot be read.
    """
    search = _Search(settings, os.path.abspath(root or settings.root), documents)
    search.is_data = is_data
    named = [path for path in paths if path != "-"]
    if not paths and not file_list:
        named = [os.curdir]
    for path in named:
        search.take(path, FtlintError)
    if file_list:
        _take_list(search, file_list)
    found = search.sorted()
    if search.afar is not None:
        search.afar.expect([each.file for each in found if is_remote(each.file)])
    return found


def shown(file: str, root: str, typed: str = "") -> str:
    """How a file is called: relative to the root; one that lies elsewhere as it was typed."""
    relative = os.path.relpath(file, root)
    if relative.startswith("../") and os.path.isabs(typed or file):
        relative = file
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def paths_in(file_list: str) -> Iterator[tuple[int, str]]:
    """The paths that a list holds (`-` for standard input), each with its line."""
    name = "standard input" if file_list == "-" else file_list
    try:
        if file_list == "-":
            raw = sys.stdin.buffer.read()
        else:
            with open(file_list, "rb") as stream:
                raw = stream.read()
    except OSError as error:
        raise FtlintError(f"cannot read the file list {name}: {error.strerror}") from None
    paths = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    yield from ((line, os.fsdecode(path)) for line, path in enumerate(paths, 1) if path)


def _take_list(search: _Search, file_list: str) -> None:
    name = "standard input" if file_list == "-" else file_list
    for line, path in paths_in(file_list):

        def fail(message: str, line: int = line) -> FtlintError:
            return FtlintError(message, name, line)

        search.take(path, fail)


class _Search:
    def __init__(self, settings: Choices, root: str, documents: Documents = "") -> None:
        self.settings = settings
        self.documents = documents
        self._declared: frozenset[str] | None = None
        self.root = root
        self.excluded = Globs([*settings.exclude, *settings.extend_exclude])
        self.audit = os.path.normpath(settings.audit.log) if settings.audit.log else ""
        self.columns = settings.logs.columns
        self.asked = ""
        self.found: dict[str, Found] = {}
        self.afar: Afar | None = None
        self.is_data: Looked = is_data_file

    def sorted(self) -> list[Found]:
        """Sorted by path; of several links to one file the first that is no link stays."""
        real: dict[str, Found] = {}
        for found in sorted(self.found.values(), key=lambda each: (os.path.islink(each.file), each.path)):
            real.setdefault(os.path.realpath(found.file) if os.path.islink(found.file) else found.file, found)
        return sorted(real.values(), key=lambda each: each.path)

    def take(self, path: str, fail: Fail) -> None:
        path = local(path)
        if is_remote(path):
            self.remote(path, fail)
            return
        file = os.path.abspath(path)
        if os.path.isdir(file):
            self.folder(file)
        elif os.path.exists(file):
            self.named(file, path)
        elif os.path.islink(file):
            raise fail(f"{path} is a link to {os.readlink(file)}, which does not exist: is the data pulled?")
        else:
            import glob

            matches = sorted(glob.glob(path, recursive=True)) if is_glob(path) else []
            if not matches:
                raise fail(f"no file matches {path}" if is_glob(path) else f"no such file or folder: {path}")
            for match in matches:
                self.take(match, fail)

    def named(self, file: str, typed: str) -> None:
        path = shown(file, self.root, typed)
        forced = self.settings.force_exclude
        if forced and (self.excluded.match(path) or not self.is_known(os.path.basename(file))):
            return
        name = os.path.basename(file)
        beside = self.is_document(name) and not _holds_data(file, name, self.is_data)
        beside = beside or self.is_log(file, name)
        self.found[file] = Found(
            path, file, explicit=True, document=beside and file not in self.declared_files()
        )

    def declared_files(self) -> frozenset[str]:
        """The files on disk that a dataset declares, whatever they are called."""
        if self._declared is None:
            globs = [
                glob for dataset in self.settings.dataset for some in dataset.globs.values() for glob in some
            ]
            self._declared = frozenset(
                file for glob in globs if not is_remote(glob) for file in matching(glob, self.root, self.skip)
            )
        return self._declared

    def folder(self, folder: str) -> None:
        path = shown(folder, self.root)
        if self.excluded.match(path) and self.settings.force_exclude:
            return
        self.asked = f"{path}/" if self.excluded.match(path) else ""
        settings = self.settings
        for file in listed(folder, settings.respect_gitignore, self.skip, self.root, settings.tracked):
            name = os.path.basename(file)
            if file not in self.found and (self.is_known(name) or is_pointer_name(name)):
                self.add(file, name, folder)
        for training in settings.training if self.documents else ():
            if training.log:
                self.log(os.path.normpath(os.path.join(self.root, training.log)), folder)
        for dataset in settings.dataset:
            for glob in (glob for globs in dataset.globs.values() for glob in globs):
                if is_remote(glob):
                    if _inside(self.root, folder):
                        self.add_remote(self.stores().matching(glob))
                    continue
                for file in matching(glob, self.root, self.skip):
                    self.declared(file, folder)

    def log(self, place: str, folder: str) -> None:
        """Take the log of a `[[training]]`, ignored by git or not: few people track one."""
        if _inside(self.root, folder) or _inside(place, folder):
            for file in log_files(place, self.columns):
                path = shown(file, self.root, os.path.relpath(file, self.root))
                if file not in self.found and not self.excludes(path):
                    self.found[file] = Found(path, file, document=True)

    def stores(self) -> Afar:
        if self.afar is None:
            from ftlint.read.afar import Afar, forget

            forget()
            self.afar = Afar([*self.settings.exclude, *self.settings.extend_exclude])
        return self.afar

    def remote(self, url: str, fail: Fail) -> None:
        """Take what a URL stands for: a file, a folder of a store, or what a glob of URLs matches."""
        stores = self.stores()
        if stores.is_glob(url):
            matches = stores.matching(url)
            if not matches:
                raise fail(f"no file matches {masked(url)}")
            self.add_remote(matches, explicit=True)
        elif stores.is_folder(url):
            self.add_remote(stores.below(url))
            for dataset in self.settings.dataset:
                for globs in dataset.globs.values():
                    self.add_remote(stores.declared(url, [glob for glob in globs if is_remote(glob)]))
        elif not self.settings.force_exclude or stores.takes(url):
            self.add_remote([url], explicit=True)

    def add_remote(self, urls: Iterable[str], explicit: bool = False) -> None:
        for url in urls:
            path = masked(url)
            known = self.found.get(path)
            if known is not None and known.file != url and address(known.file).rest != address(url).rest:
                raise FtlintError("two addresses differ only in what is not shown: check one by one", path)
            if known is None or explicit > known.explicit:
                self.found[path] = Found(path, url, explicit)

    def declared(self, file: str, folder: str) -> None:
        """Take a declared file where it lies below the folder, or anywhere when that holds the root."""
        path = shown(file, self.root, os.path.relpath(file, self.root))
        below = _inside(self.root, folder) or _inside(file, folder)
        if below and not self.excludes(path) and file not in self.untracked:
            known = self.found.get(file)
            if known is None or known.document:
                self.found[file] = Found(path, file)

    @cached_property
    def untracked(self) -> Untracked:
        return untracked(self.root) if self.settings.tracked else Untracked()

    def is_known(self, name: str) -> bool:
        """Whether a file of this name is looked into where nobody named it."""
        return is_data_name(name) or self.is_document(name) or bool(self.documents and may_be_log_name(name))

    def is_document(self, name: str) -> bool:
        """Whether a file of this name is one of those beside the data that are taken."""
        if not self.documents:
            return False
        if self.documents == "configs" and is_config_name(name):
            return True
        return (self.documents == "all" and is_document_name(name)) or is_log_name(name)

    def add(self, file: str, name: str, folder: str) -> None:
        path = shown(file, self.root)
        if self.excludes(path):
            return
        try:
            mode = os.lstat(file).st_mode
        except OSError:
            return
        sound = stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and os.path.isfile(file))
        if not sound or is_prediction(file, name):
            return
        if self.columns and may_be_log_name(name) and self.is_log(file, name):
            self.found[file] = Found(path, file, document=True)
        elif is_data_name(name) and not self.hidden(file, folder) and self.is_data(file, name):
            self.found[file] = Found(path, file)
        elif self.is_document(name) or (may_be_log_name(name) and self.is_log(file, name)):
            self.found[file] = Found(path, file, document=True)
        elif is_pointer_name(name) and is_unpulled(file):
            self.found[file] = Found(path, file)

    def is_log(self, file: str, name: str) -> bool:
        """Whether a file holds a training log, where files beside the data are asked for."""
        return bool(self.documents) and is_log(file, name, self.columns)

    def skip(self, folder: str, name: str) -> bool:
        hidden = name.startswith(".") and not (self.documents and name in (".github", ".gitlab", ".circleci"))
        return hidden or self.excludes(shown(folder, self.root))

    def excludes(self, path: str) -> bool:
        """Whether a path is excluded, or the audit log.

        Below a folder that was asked for though excluded, only names count.
        """
        ours = self.audit and path in (self.audit, f"{self.audit}.head")
        return bool(ours) or self.excluded.match(path.removeprefix(self.asked))

    def hidden(self, file: str, folder: str) -> bool:
        """Whether a folder between the one asked for and the file has a name that starts with a dot."""
        return "/." in os.path.dirname(file)[len(folder.rstrip("/")) :]


def _holds_data(file: str, name: str, is_data: Looked) -> bool:
    """Whether a file that a person names is data: by its name; a `.json` also by its keys."""
    if not is_data_name(name):
        return False
    if not name.lower().endswith(".json") or is_data(file, name):
        return True
    from ftlint.read.config_signs import is_config_file

    return not is_config_file(file)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def matching(glob: str, root: str, skip: Skip = lambda _folder, _name: False) -> Iterator[str]:
    """Files that one glob, relative to the root, matches, absolute; the URLs that a glob of URLs matches."""
    if is_remote(glob):
        from ftlint.read.afar import matching as matching_urls

        yield from matching_urls(glob)
        return
    if not is_glob(glob):
        file = os.path.normpath(os.path.join(root, glob))
        if os.path.isfile(file):
            yield file
        return
    parts = glob.split("/")
    fixed = next(index for index, part in enumerate(parts) if is_glob(part))
    start = os.path.normpath(os.path.join(root, "/".join([*parts[:fixed], ""])))
    if os.path.isdir(start):
        pattern = translate("/".join(parts[fixed:]))
        for file in walked(start, respect_gitignore=False, skip=skip):
            if pattern.fullmatch(os.path.relpath(file, start)):
                yield file

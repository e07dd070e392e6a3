"""What a check of changed rows is held against, and the state of the files that it checks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ftlint.engine.bind import Binding, is_declared
from ftlint.engine.changed_settings import moved
from ftlint.model import FtlintError
from ftlint.read import git
from ftlint.read.git import LINK, SUBMODULE, Change, Held, Repository
from ftlint.read.git_objects import Versions
from ftlint.read.git_snapshot import Snapshot, snapshot
from ftlint.read.globs import is_glob
from ftlint.read.listing import git_top
from ftlint.read.urls import is_remote, masked
from ftlint.settings import Settings


class Standing(NamedTuple):
    """How a file stands to the older state: changed (`change`), or known to be the same, or neither."""

    known: bool
    change: Change | None = None


@dataclass
class Against:
    """The older state and the newer one. Paths that git has are relative to the top of the repository.

    `paths` and `settings` are those to check with: those of the snapshot where the newer state is the index
    and the work tree is not the same.
    """

    known: Repository
    ref: str
    commit: str
    tree: str
    staged: bool
    real: Settings
    changes: Mapping[str, Change]
    gone: Sequence[Change]
    new: frozenset[str]
    held: Mapping[str, Held]
    versions: Versions
    typed: Sequence[str] = ()
    paths: Sequence[str] = ()
    settings: Settings = field(default_factory=Settings)
    snapshot: Snapshot | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    """Files whose content is not what lies at their path in the work tree, and where it is."""

    @property
    def real_root(self) -> str:
        return os.path.realpath(self.real.root)

    def work(self, path: str) -> str:
        """The file of the work tree at a path that git has."""
        return os.path.join(self.known.top, path)

    def relative(self, file: str) -> str:
        """The path that git has for a file, "" for one outside of the repository."""
        if self.snapshot is not None:
            return self.snapshot.relative(file)
        if is_remote(file):
            return ""
        real = os.path.realpath(file)
        return os.path.relpath(real, self.known.top) if real.startswith(f"{self.known.top}/") else ""

    def lying(self, binding: Binding) -> Binding:
        """The binding with the file where it lies: in the work tree, or a copy of what the index holds."""
        if self.snapshot is None or binding.stand_in:
            return binding
        path = self.snapshot.relative(binding.file)
        if path and path not in self.content and os.path.isfile(self.work(path)):
            return binding._replace(file=self.work(path))
        return binding._replace(stand_in=os.path.realpath(binding.file))

    def standing(self, file: str) -> Standing:
        path = self.relative(file)
        if path in self.changes:
            return Standing(True, self.changes[path])
        if path in self.new or f"{path}.dvc" in self.changes:
            return Standing(True, _added(path))
        return Standing(path in self.held)

    @property
    def removed(self) -> bool:
        """Whether a file that may be data is no longer where it was."""
        from ftlint.read.candidates import is_data_name

        return any(is_data_name(os.path.basename(each.old_path)) for each in self.gone)

    def abbreviated(self) -> str:
        if not self.commit:
            return ""
        return self.known.told("rev-parse", "--short", self.commit).decode().strip()

    @contextmanager
    def older(self, wanted: Mapping[str, Change]) -> Iterator[Snapshot]:
        """A snapshot of the older state. `wanted` are the changes of which the older content is needed, by
        the path it had."""
        held = git.in_tree(self.known, self.tree)
        written = dict(self.content)
        for path, change in wanted.items():
            written[path] = self.versions.version(change.old_id, path).file
        rest = {each.old_path for each in (*self.changes.values(), *self.gone)} - wanted.keys()
        held = {path: entry for path, entry in held.items() if path not in rest}
        beside = git.ignored(self.known, whole_folders=self.real.respect_gitignore)
        with snapshot(self.known, held, written, beside, self.commit) as made:
            yield made


def _added(path: str) -> Change:
    return Change(path, "", "", "", "", "", "A")


@contextmanager
def against(
    paths: Sequence[str], settings: Settings, *, since: str = "", staged: bool = False
) -> Iterator[Against]:
    """Compare the work tree with where it and `since` part, or with `staged` the index with HEAD.

    Raises `FtlintError` where git cannot say.
    """
    known = _repository_of(paths, settings)
    if staged:
        commit = git.commit_of(known, "HEAD")
        tree = commit or git.empty_tree(known)
    else:
        commit = tree = git.merge_base(known, since)
    differing = git.changes(known, tree, staged=staged)
    conflicts = [each.path for each in differing if staged and each.status == "U"]
    if conflicts:
        raise FtlintError(
            "is in conflict, so nothing of it is staged: resolve it and git add it", conflicts[0]
        )
    with ExitStack() as stack:
        made = Against(
            known,
            "HEAD" if staged else since,
            commit,
            tree,
            staged,
            settings,
            {each.path: each for each in differing if each.status != "D"},
            [each for each in differing if each.status in "DRT"],
            frozenset() if staged else frozenset(git.untracked(known)),
            git.in_index(known),
            stack.enter_context(Versions(known)),
            paths,
            paths,
            replace(settings, tracked=True) if staged else settings,
        )
        if staged:
            _from_index(made, stack)
        try:
            yield made
        except FtlintError as error:
            if made.snapshot is None:
                raise
            told = made.snapshot.outside
            raise FtlintError(told(error.message), told(error.path), error.line) from None


def _from_index(made: Against, stack: ExitStack) -> None:
    """Where the work tree is not what the index holds, check a snapshot of the index."""
    differing = git.unstaged(made.known)
    if not differing:
        for path in made.typed:
            file = os.path.realpath(path)
            if os.path.isfile(file) and made.relative(file) not in made.held:
                raise _not_staged(path)
        return
    only_intended = {each.path for each in differing if not each.old_id}
    held = {path: entry for path, entry in made.held.items() if path not in only_intended}
    written: dict[str, str] = {}
    for change in differing:
        for path in {change.path, change.old_path} & held.keys():
            mode, id_ = held[path]
            if mode not in (LINK, SUBMODULE) and _matters(path, made.real, made.known):
                written[path] = made.versions.version(id_, path).file
    beside = git.ignored(made.known, whole_folders=made.real.respect_gitignore)
    state = stack.enter_context(snapshot(made.known, held, written, beside, made.commit))
    made.held, made.content, made.snapshot = held, written, state
    made.settings = moved(made.real, state)
    for typed, path in zip(made.typed or [os.curdir], real_paths(made.typed), strict=True):
        if not is_glob(path) and not os.path.lexists(state.inside(path)):
            raise _not_staged(typed)
    made.paths = [state.inside(path) for path in real_paths(made.typed)]


def real_paths(typed: Sequence[str]) -> list[str]:
    """The paths that a person gave, or the working folder: absolute, with no link above the last part."""
    split = [os.path.split(os.path.abspath(path)) for path in typed or [os.curdir]]
    return [os.path.join(os.path.realpath(folder), name) for folder, name in split]


def _not_staged(path: str) -> FtlintError:
    return FtlintError(
        f"--staged: {path} is not in the index: git add it first, or check it without --staged"
    )


def _matters(path: str, settings: Settings, known: Repository) -> bool:
    """Whether a check may open a file of this path: what it does not open need not be written."""
    from ftlint.read.candidates import is_data_name
    from ftlint.read.documents import is_document_name

    name = os.path.basename(path)
    known_name = is_data_name(name) or is_document_name(name)
    return known_name or name.endswith(BESIDE) or is_declared(os.path.join(known.top, path), settings)


BESIDE = (".json", ".toml", ".yaml", ".yml", ".lock", ".txt", ".jinja", ".jinja2", ".j2", ".gitignore")


def matters(made: Against, path: str) -> bool:
    return _matters(path, made.real, made.known)


def _repository_of(paths: Sequence[str], settings: Settings) -> Repository:
    """The one repository that all paths lie in. Raises `FtlintError` where there is none."""
    local = []
    for path in paths:
        if is_remote(path):
            raise FtlintError(
                f"{masked(path)} lies in a store, where git knows no rows: "
                "check it without --since and --staged"
            )
        folder = os.path.abspath(path)
        while not os.path.isdir(folder) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        local.append((path, os.path.realpath(folder)))
    known = git.repository(local[0][1] if local else os.getcwd())
    for path, folder in local:
        top = os.path.realpath(git_top(folder)) if git_top(folder) else ""
        if top != known.top:
            where = f"the repository {top}" if top else "no repository"
            raise FtlintError(f"{path} lies in {where}, other paths in {known.top}: check it by itself")
    return known

"""What the operands of a comparison stand for, and which file of one side is which of the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ftlint.engine.bind import Binding, bind, unclear
from ftlint.engine.diff.version import Side
from ftlint.model import FtlintError
from ftlint.read import revision
from ftlint.read.candidates import ENDINGS, is_data_name
from ftlint.read.discover import discover
from ftlint.read.globs import is_glob, translate
from ftlint.read.urls import is_remote, masked
from ftlint.settings import Settings


class Given(NamedTuple):
    """The files of one side, each with its path relative to what was named, and notes for a person."""

    name: str
    commit: str
    bindings: Sequence[Binding]
    relative: Mapping[str, str]
    notes: Sequence[str] = ()

    def renamed(self, rename: Callable[[Sequence[Binding]], Sequence[Binding]]) -> Given:
        """The side with streams called what the person calls them."""
        bindings = rename(self.bindings)
        paths = {old.path: new.path for old, new in zip(self.bindings, bindings, strict=True)}
        if all(old == new for old, new in paths.items()):
            return self
        relative = {paths[path]: below for path, below in self.relative.items()}
        return self._replace(name=bindings[0].path, bindings=bindings, relative=relative)


def operand(text: str, settings: Settings, stack: ExitStack) -> Given:
    """A file, folder, glob, URL or `REV:PATH`. Raises `FtlintError` where there is no data."""
    found = revision.parsed(text)
    if found is None:
        given = on_disk([text], settings)
        name = masked(text) if is_remote(text) else text
    else:
        given, name = _of_revision(*found, settings, stack), text
    if not given.bindings:
        raise FtlintError("no data files found there: name them", name)
    return given._replace(name=name)


def since(
    name: str, paths: Sequence[str], settings: Settings, stack: ExitStack, folder: str = ""
) -> tuple[Given, Given]:
    """Paths as they were where the work began that a revision does not have, and as they are now."""
    folder = folder or os.getcwd()
    base = revision.since(name, folder)
    asked = list(paths) or [os.curdir]
    inside = [revision.path_in(base, path, folder, from_here=True) for path in asked]
    old = _taken_out(base, inside, settings, stack)
    there = [path for path in asked if os.path.lexists(path) or is_glob(path)]
    new = on_disk(there, settings) if there else Given("", "", (), {})
    known = {each.path for each in old.bindings}
    for path, below in zip(asked, inside, strict=True):
        if path not in there and not any(
            each == below or each.startswith(f"{below}/") for each in old.relative.values()
        ):
            raise FtlintError(f"no such file or folder, neither here nor in {base.shown}", path)
    if not known and not new.bindings:
        raise FtlintError(f"no data files in {', '.join(asked)}, neither here nor in {base.shown}")
    top = base.known.top
    relative = {each.path: os.path.relpath(os.path.realpath(each.file), top) for each in new.bindings}
    here = " ".join(paths) or "the working tree"
    return old._replace(name=f"{name}:{' '.join(paths)}".rstrip(":")), new._replace(
        name=here, relative=relative
    )


def on_disk(paths: Sequence[str], settings: Settings) -> Given:
    found = discover(paths, settings)
    bindings = bind(found, settings)
    bases = [_base(path) for path in paths]
    relative = {each.path: _relative(each.file, bases) for each in bindings}
    return Given(" ".join(paths), "", bindings, relative, unclear(found, settings))


def _base(path: str) -> str:
    """The folder that files are told relative to."""
    if is_glob(path):
        parts = path.split("/")
        path = (
            "/".join(parts[: next(index for index, part in enumerate(parts) if is_glob(part))]) or os.curdir
        )
        return path if is_remote(path) else os.path.abspath(path)
    if is_remote(path):
        return path
    path = os.path.abspath(path)
    return path if os.path.isdir(path) else os.path.dirname(path)


def _relative(file: str, bases: Sequence[str]) -> str:
    for base in bases:
        lead = f"{base.rstrip('/')}/"
        if file.startswith(lead):
            return file[len(lead) :]
    return os.path.basename(file)


def _of_revision(name: str, path: str, settings: Settings, stack: ExitStack) -> Given:
    folder = os.getcwd()
    of = revision.revision(name, folder)
    inside = revision.path_in(of, path, folder)
    given = _taken_out(of, [inside], settings, stack)
    if not given.bindings:
        hint = (
            ""
            if path.startswith((".", "/"))
            else "; a path counts from the top of the repository, ./ from here"
        )
        raise FtlintError(f"no data files at {inside or 'the top'} in {of.shown}{hint}")
    base = (
        inside
        if any(each.startswith(f"{inside}/") for each in given.relative.values())
        else os.path.dirname(inside)
    )
    if is_glob(inside):
        base = os.path.relpath(_base(inside))
    lead = f"{base}/" if base not in ("", ".") else ""
    return given._replace(relative={path: each.removeprefix(lead) for path, each in given.relative.items()})


def _taken_out(of: revision.Revision, paths: Sequence[str], settings: Settings, stack: ExitStack) -> Given:
    """Files of a revision in a folder of their own, bound as if they stood in the repository.

    Their paths relative to what was named are those from the top.
    """
    folder = os.path.realpath(stack.enter_context(TemporaryDirectory(prefix="ftlint-")))
    root = os.path.normpath(
        os.path.join(folder, os.path.relpath(os.path.realpath(settings.root), of.known.top))
    )
    if os.path.relpath(root, folder).split("/")[0] == "..":
        root = folder
    moved = replace(
        settings,
        root=root,
        tracked=False,
        target_facts=settings.target_facts and os.path.join(settings.root, settings.target_facts),
        dataset=tuple(
            replace(each, schema=each.schema and os.path.join(settings.root, each.schema))
            for each in settings.dataset
        ),
    )
    declared = _declared(settings, os.path.relpath(root, folder))
    taken = {
        found: None
        for path in paths
        for found in revision.entries(of, path, lambda name: _is_wanted(name) or declared(name))
    }
    revision.taken_out(of, list(taken), folder)
    bindings = _bound(list(taken), paths, folder, moved)
    relative = {each.path: os.path.relpath(each.file, folder) for each in bindings}
    return Given("", of.commit, bindings, relative)


def _bound(taken: Sequence[str], paths: Sequence[str], folder: str, settings: Settings) -> list[Binding]:
    """What the files taken out are to training. Those that are named are taken whatever they are."""
    matched = any(map(is_glob, paths))
    named = [os.path.join(folder, path) for path in taken if matched or path in paths]
    below = [file for path in paths if os.path.isdir(file := os.path.join(folder, path))]
    if not named and not below:
        return []
    found = discover([*named, *below], settings)
    return [each for each in bind(found, settings) if not each.document]


def _is_wanted(path: str) -> bool:
    name = os.path.basename(path)
    return is_data_name(name) or name == "dataset_info.json"


def _declared(settings: Settings, below: str) -> Callable[[str], bool]:
    """Whether a path from the top of the repository is a file that a dataset declares."""
    globs = [glob for each in settings.dataset for some in each.globs.values() for glob in some]
    lead = "" if below == "." else f"{below}/"
    patterns = [translate(glob.removeprefix("./")) for glob in globs if not is_remote(glob)]

    def declared(path: str) -> bool:
        return path.startswith(lead) and any(each.fullmatch(path[len(lead) :]) for each in patterns)

    return declared


def aligned(old: Given, new: Given) -> tuple[Side, Side]:
    """Both sides, each old file with the path of its counterpart: the file at the same place, or the only one
    of the same name but for its ending, else the only one left. One file and one other are that in any case.
    """
    single = len(old.bindings) == len(new.bindings) == 1
    paths = {old.bindings[0].path: new.bindings[0].path} if single else _pairs(old, new)
    taken = {each.path for each in new.bindings}
    for each in old.bindings:
        if each.path not in paths and each.path in taken:
            paths[each.path] = f"{each.path} (old)"
    here = {each.path: each.partial for each in new.bindings}
    bindings = [
        each._replace(partial=here.get(paths.get(each.path, ""), each.partial)) for each in old.bindings
    ]
    if single:  # what is compared alone is to training what the other file is
        other = new.bindings[0]
        bindings = [bindings[0]._replace(dataset=other.dataset, split=other.split, evidence=other.evidence)]
    return Side(old.name, old.commit, bindings, paths), Side(new.name, new.commit, list(new.bindings), {})


def _pairs(old: Given, new: Given) -> dict[str, str]:
    """The path of each old file to that of its new one."""
    here = {new.relative[each.path]: each for each in new.bindings}
    pairs: dict[str, str] = {}
    left = []
    for each in old.bindings:
        twin = here.pop(old.relative[each.path], None)
        if twin is None:
            left.append(each)
        else:
            pairs[each.path] = twin.path
    stems = _by_stem(old.relative, left), _by_stem(new.relative, list(here.values()))
    for stem, one in stems[0].items():
        other = stems[1].get(stem, ())
        if len(one) == len(other) == 1:
            pairs[one[0].path] = other[0].path
    rest = [each for each in left if each.path not in pairs]
    others = [each for each in here.values() if each.path not in pairs.values()]
    if len(rest) == len(others) == 1 and rest[0].split == others[0].split:
        pairs[rest[0].path] = others[0].path
    return pairs


def _by_stem(relative: Mapping[str, str], some: Sequence[Binding]) -> dict[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for each in some:
        path = relative[each.path]
        ending = max((end for end in ENDINGS if path.lower().endswith(end)), key=len, default="")
        found.setdefault(path[: len(path) - len(ending)], []).append(each)
    return found

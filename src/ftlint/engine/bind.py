"""Which dataset and split each file belongs to: as declared, else as its name says."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from ftlint.engine.infer import infer
from ftlint.engine.registered import registered_formats
from ftlint.model import Format, FtlintError
from ftlint.model.dataset import SPLITS
from ftlint.read.candidates import is_data_name
from ftlint.read.discover import Found, matching
from ftlint.read.globs import Globs, is_glob, translate
from ftlint.read.listing import Untracked, untracked
from ftlint.read.urls import is_remote, masked
from ftlint.settings import DatasetSettings, Settings

Evidence = Literal["declared", "named", "lone"]


class Binding(NamedTuple):
    """A file and what it is to training. `schema` is the path of a JSON Schema, to be opened as it is.

    `partial` says that more files of its dataset lie on disk than were asked for: what follows from a
    missing split or a count over the whole dataset is not known then.
    """

    file: str
    path: str
    dataset: str
    split: str
    evidence: Evidence
    format: str = ""
    target: str = ""
    max_length: int | None = None
    schema: str = ""
    columns: Mapping[str, str] = MappingProxyType({})
    ignore_field: str = ""
    group: tuple[str, ...] = ()
    benchmark: tuple[str, ...] = ()
    partial: bool = False
    document: bool = False
    """Whether it is no data but a config, a log, a notebook or code."""
    known: Format | None = None
    """The format with its columns, where a LLaMA-Factory `dataset_info.json` beside the file says it."""
    stand_in: str = ""
    """The file whose bytes are read in place of `file`'s: a mended copy, or another version of it."""


def bind(found: Sequence[Found], settings: Settings) -> list[Binding]:
    """A binding for every file, in the order dataset, split, path; declared datasets first."""
    _check(settings)
    documents = [
        Binding(each.file, each.path, "", "", "lone", document=True) for each in found if each.document
    ]
    found = [each for each in found if not each.document]
    registered = registered_formats([each.file for each in found if not is_remote(each.file)], settings.root)
    bindings, rest = _declared(found, settings, registered)
    rest = _without_benchmarks(rest, settings)
    unseen = _without_benchmarks(_neighbours(rest, {each.file for each in found}), settings)
    said = infer([each.path for each in (*rest, *unseen)])
    missing = {said[each.path][0] for each in unseen}
    names = {dataset.name for dataset in settings.dataset}
    for each in rest:
        dataset, split, evidence = said[each.path]
        bindings.append(
            Binding(
                file=each.file,
                path=each.path,
                dataset=f"{dataset} (inferred)" if dataset in names else dataset,
                split=split,
                evidence="lone" if evidence == "lone" else "named",
                format=settings.format,
                target=_target(settings.target, settings),
                max_length=settings.max_length,
                ignore_field=settings.ignore_field,
                group=settings.group,
                benchmark=settings.benchmark,
                partial=dataset in missing,
                known=None if settings.format else registered.get(each.file),
            )
        )
    order = {name: index for index, name in enumerate(dataset.name for dataset in settings.dataset)}
    splits = {split: index for index, split in enumerate(SPLITS)}
    bindings.sort(
        key=lambda each: (order.get(each.dataset, len(order)), each.dataset, splits[each.split], each.path)
    )
    return [*bindings, *documents]


def describe(bindings: Sequence[Binding]) -> str:
    """What `--show-files` prints: datasets, what is known of them, and their files by split."""
    lines: list[str] = []
    wide = max((len(each.split) for each in bindings), default=0)
    documents = [each for each in bindings if each.document]
    bindings = [each for each in bindings if not each.document]
    for index, each in enumerate(bindings):
        if index == 0 or each.dataset != bindings[index - 1].dataset:
            facts = [_EVIDENCE[each.evidence]]
            facts += [f"format {each.format}"] if each.format else []
            facts += [f"target {each.target}"] if each.target else []
            facts += [f"max-length {each.max_length}"] if each.max_length else []
            facts += [f"schema {os.path.relpath(each.schema)}"] if each.schema else []
            lines.append(f"{each.dataset} · {' · '.join(facts)}")
        lines.append(f"  {each.split:<{wide}}  {each.path}")
    if documents:
        lines.append(f"files beside the data · {len(documents):,}, read for secrets and training configs")
        lines += [f"  {each.path}" for each in documents]
    return "".join(f"{line}\n" for line in lines)


_EVIDENCE = {
    "declared": "declared in settings",
    "named": "inferred from names",
    "lone": "on its own: its name says no split",
}


def unclear(found: Sequence[Found], settings: Settings) -> list[str]:
    """What a person should know of the declared datasets: globs without a file, files claimed twice."""
    notes = []
    for dataset in settings.dataset:
        for split, globs in dataset.globs.items():
            for glob in globs:
                if is_remote(glob) and not any(is_remote(each.file) for each in found):
                    continue  # a check of local files asks no store
                if next(iter(matching(glob, settings.root)), None) is None:
                    file, line = settings.where(("dataset", dataset.name, split))
                    shown = masked(glob) if is_remote(glob) else glob
                    notes.append(f"{file}:{line}: no file matches {split} = {shown!r} of {dataset.name}")
    for each in found:
        claims = _claims(each.file, settings)
        names = list(dict.fromkeys(dataset.name for _, dataset, _ in claims))
        if len(names) > 1:
            notes.append(f"{each.path} is declared in {', '.join(names)}: checked as part of {names[0]}")
    return notes


def _declared(
    found: Sequence[Found], settings: Settings, registered: Mapping[str, Format]
) -> tuple[list[Binding], list[Found]]:
    bindings, rest = [], []
    whole: dict[str, bool] = {}
    paths = {_unlinked(each.file) for each in found}
    new = untracked(settings.root) if settings.tracked else Untracked()
    for each in found:
        claims = _claims(each.file, settings)
        if not claims:
            rest.append(each)
            continue
        _, dataset, split = claims[0]
        if dataset.name not in whole:
            lying = _on_disk(dataset, settings, new) if _is_local(dataset, paths) else None
            whole[dataset.name] = lying is not None and paths.issuperset(lying)
        bindings.append(
            Binding(
                file=each.file,
                path=each.path,
                dataset=dataset.name,
                split=split,
                evidence="declared",
                format=_nearer("format", dataset, settings),
                target=_target(_nearer("target", dataset, settings), settings),
                max_length=_nearer("max_length", dataset, settings),
                schema=os.path.join(settings.root, dataset.schema) if dataset.schema else "",
                columns=dataset.columns,
                ignore_field=_nearer("ignore_field", dataset, settings),
                group=_nearer("group", dataset, settings),
                benchmark=_nearer("benchmark", dataset, settings),
                partial=not whole[dataset.name],
                known=None
                if _nearer("format", dataset, settings) or dataset.columns
                else registered.get(each.file),
            )
        )
    return bindings, rest


def is_declared(file: str, settings: Settings) -> bool:
    """Whether a dataset's globs match a file, there or not."""
    return bool(_claims(file, settings))


def _claims(file: str, settings: Settings) -> list[tuple[tuple[int, int], DatasetSettings, str]]:
    """The datasets and splits whose globs match a file, the most exact glob first."""
    claims = []
    relative = "" if is_remote(file) or not settings.dataset else os.path.relpath(file, settings.root)
    for dataset in settings.dataset:
        for split, globs in dataset.globs.items():
            matched = _matched(file, relative, globs)
            claims += [((is_glob(glob), -len(glob)), dataset, split) for glob in matched]
    return sorted(claims, key=lambda claim: claim[0])


def _matched(file: str, relative: str, globs: Sequence[str]) -> list[str]:
    """Those of the globs that match a file, which lies at `relative` to the root ("" for a URL)."""
    remote = is_remote(file)
    found = []
    for glob in (each.removeprefix("./") for each in globs):
        if remote != is_remote(glob):
            continue
        path = file if os.path.isabs(glob) else relative
        path = masked(file) if remote else path
        shown = masked(glob) if remote else glob
        if path == shown or (is_glob(shown) and translate(shown).fullmatch(path)):
            found.append(glob)
    return found


def _without_benchmarks(found: Sequence[Found], settings: Settings) -> list[Found]:
    """The files less those that are declared as benchmarks: they are compared with, not checked.

    One that a person names is checked all the same.
    """
    globs = [*settings.benchmark, *(glob for dataset in settings.dataset for glob in dataset.benchmark)]
    if not globs:
        return list(found)
    kept = []
    for each in found:
        relative = "" if is_remote(each.file) else os.path.relpath(each.file, settings.root)
        if (each.explicit and not settings.force_exclude) or not _matched(each.file, relative, globs):
            kept.append(each)
    return kept


def _is_local(dataset: DatasetSettings, found: Collection[str]) -> bool:
    """False for a dataset with files in a store where none was asked for: the store is not asked, either."""
    asked = any(is_remote(file) for file in found)
    return asked or not any(is_remote(glob) for globs in dataset.globs.values() for glob in globs)


def _on_disk(dataset: DatasetSettings, settings: Settings, new: Untracked) -> set[str]:
    """Every file that a dataset declares and that no one excludes; a link stands for its file.

    What is `new` to git does not count.
    """
    exclude = [*settings.exclude, *settings.extend_exclude]
    excluded = Globs(exclude)
    globs = [glob for globs in dataset.globs.values() for glob in globs]
    files = {
        _unlinked(file)
        for glob in globs
        if not is_remote(glob)
        for file in matching(glob, settings.root)
        if not excluded.match(os.path.relpath(file, settings.root)) and file not in new
    }
    for glob in (glob for glob in globs if is_remote(glob)):
        from ftlint.read.afar import Afar

        files.update(Afar(exclude).matching(glob))
    return files


def _unlinked(file: str) -> str:
    return os.path.realpath(file) if not is_remote(file) and os.path.islink(file) else file


def _nearer(name: str, dataset: DatasetSettings, settings: Settings) -> Any:
    """A setting of a dataset: the command line over its table over the whole file."""
    if name in settings.overridden:
        return getattr(settings, name)
    return getattr(dataset, name) or getattr(settings, name)


def _neighbours(named: Sequence[Found], seen: set[str]) -> list[Found]:
    """Data files beside those that were named one by one, so that a split is known for what it is."""
    folders = {os.path.dirname(each.file): each for each in named if each.explicit}
    unseen = []
    for folder, each in folders.items():
        if is_remote(each.file):
            from ftlint.read.afar import beside

            unseen += [Found(masked(url), url) for url in beside(each.file) if url not in seen]
            continue
        shown = each.path.rpartition("/")[0]
        if not os.access(folder, os.R_OK):
            continue
        with os.scandir(folder) as scan:
            unseen += [
                Found(f"{shown}/{entry.name}" if shown else entry.name, entry.path)
                for entry in scan
                if entry.path not in seen and is_data_name(entry.name) and os.path.isfile(entry.path)
            ]
    return unseen


def _target(name: str, settings: Settings) -> str:
    """A target as its profile is asked for: with the path of the user's own facts where there are any."""
    file, _, plain = name.rpartition("#")
    file = file or settings.target_facts
    return f"{os.path.join(settings.root, file)}#{plain}" if name and file else name


def _check(settings: Settings) -> None:
    """Raise `FtlintError`, at the place where it was set, for a format, target or schema there is none of."""
    tables = [(("dataset", dataset.name), dataset) for dataset in settings.dataset]
    both: list[tuple[tuple[str, ...], Settings | DatasetSettings]] = [((), settings), *tables]
    for keys, table in both:
        if table.format:
            from ftlint.formats import by_name

            _known(by_name, table.format, (*keys, "format"), settings)
        if table.target:
            from ftlint.facts.targets import profile

            _known(profile, _target(table.target, settings), (*keys, "target"), settings)
    for keys, dataset in tables:
        if dataset.schema and not os.path.isfile(os.path.join(settings.root, dataset.schema)):
            raise FtlintError(f"no such file: {dataset.schema}", *settings.where((*keys, "schema")))


def _known(ask: Callable[[str], object], name: str, keys: tuple[str, ...], settings: Settings) -> None:
    try:
        ask(name)
    except FtlintError as error:
        if error.path:
            raise
        typed = len(keys) == 1 and keys[0] in settings.overridden
        place = (f"--{keys[0]}", None) if typed else settings.where(keys)
        raise FtlintError(error.message, *place) from None

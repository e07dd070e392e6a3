"""Which files log one run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftlint.runlogs.detect import HEAD, POINTER, kind_of
from ftlint.runlogs.peek import Peek, Points, agree, begins_anew, of_events, same_losses


class Part(NamedTuple):
    """Files that one recorder takes, in order. `role` is "eval" where their folder says that they log an eval
    set."""

    kind: str
    files: tuple[str, ...]
    role: str = ""


class RunFiles(NamedTuple):
    """The files of one run. The first part is the primary one, `folder` where the run keeps its output, and
    `checkpoints` the steps of those that lie there."""

    primary: str
    kind: str
    parts: tuple[Part, ...]
    folder: str = ""
    checkpoints: tuple[int, ...] = ()


_CHECKPOINT = re.compile(r"(?:.*[-_])?checkpoint(?:[-_](\d+).*)?|checkpoint-(\d+)-.*", re.IGNORECASE)
_SAVED = re.compile(r"checkpoint-(\d+)")
_ROLE = re.compile(r"(?:(.+)_)?(train|training|validation|valid|val|eval|test)", re.IGNORECASE)
"""Folders of Keras (`train`, `validation`) and of `SummaryWriter.add_scalars` (`loss_train`, `loss_val`)."""

_TEXT_BESIDE = frozenset({"debug.log", "running_log.txt"})
"""Text logs that axolotl and LLaMA-Factory write into the folder of a run."""


def run_files(paths: Iterable[str], columns: Mapping[str, str] = {}) -> list[RunFiles]:
    """The runs that log files make up, in the order of their primary files. What is no log is left out."""
    kinds = {path: kind_of(path, os.path.basename(path), columns) for path in sorted(set(paths))}
    for copy in _copies(kinds):
        kinds[copy] = ""
    homes: dict[str, dict[str, list[str]]] = {}
    alone: list[RunFiles] = []
    for path, kind in kinds.items():
        if not kind:
            continue
        home = _home(path, kind)
        if home is None:
            alone.append(_run([Part(kind, (path,))], os.path.dirname(path)))
        else:
            homes.setdefault(home, {}).setdefault(kind, []).append(path)
    runs = alone + [run for home, files in homes.items() for run in _runs_of(home, files)]
    return sorted(_adopted(runs), key=lambda run: run.primary)


def _copies(kinds: Mapping[str, str]) -> list[str]:
    """Logs in the folder of a run of `ftlint train` that say what its `log.jsonl` says: that of TensorBoard
    and the states in checkpoints, which may be older."""
    own = {
        os.path.dirname(path)
        for path, kind in kinds.items()
        if kind == "jsonl" and os.path.basename(path) == OWN_LOG and _is_own(os.path.dirname(path))
    }
    copied = ("trainer-state", "tensorboard")
    return [
        path
        for path, kind in kinds.items()
        if kind in copied and os.path.dirname(os.path.dirname(path)) in own
    ]


OWN_LOG, OWN_MANIFEST = "log.jsonl", "run.json"


def _is_own(folder: str) -> bool:
    try:
        with open(os.path.join(folder, OWN_MANIFEST), "rb") as stream:
            return b'"ftlint_run"' in stream.read(64)
    except OSError:
        return False


def _run(parts: Sequence[Part], folder: str) -> RunFiles:
    return RunFiles(parts[0].files[0], parts[0].kind, tuple(parts), folder, tuple(_saved(folder)))


_HOSTS = ("trainer-state", "llamafactory")
_GUESTS = ("text", "log-history", "wandb-offline", "wandb-json")
_FEWEST_ALIKE = 5
_LONGEST = 64 << 20


def _adopted(runs: Sequence[RunFiles]) -> list[RunFiles]:
    """The runs, less those that say what the log of a Trainer says as well: its output, what a tracker kept.

    They are parts of that run, wherever they lie: they share at least 5 values with it.
    """
    hosts = [run for run in runs if run.kind in _HOSTS]
    guests = [run for run in runs if run.kind in _GUESTS and os.path.getsize(run.primary) < _LONGEST]
    if not hosts or not guests:
        return list(runs)
    known = {host.primary: _points(host.parts[0]) for host in hosts}
    parts = {host.primary: list(host.parts) for host in hosts}
    taken: set[str] = set()
    for guest in guests:
        said = _points(guest.parts[0])
        met = next((each for each, points in known.items() if _is_copy(said, points)), None)
        if met is not None:
            parts[met] += guest.parts
            taken.add(guest.primary)
    left = (run for run in runs if run.primary not in taken)
    return [run._replace(parts=tuple(parts.get(run.primary, run.parts))) for run in left]


def _is_copy(said: Points, known: Points) -> bool:
    return bool(agree(said, known, _FEWEST_ALIKE)) or same_losses(said, known, _FEWEST_ALIKE)


def _saved(folder: str) -> Iterator[int]:
    try:
        names = os.listdir(folder or os.curdir)
    except OSError:
        return
    yield from sorted(int(met[1]) for name in names if (met := _SAVED.fullmatch(name)))


def _home(path: str, kind: str) -> str | None:
    """The folder of the run that a file belongs to; None for a file that is a run of its own."""
    folder, name = os.path.split(path)
    lower = name.lower()
    above, last = os.path.split(folder)
    if kind in ("trainer-state", POINTER) and lower == "trainer_state.json":
        return above if _CHECKPOINT.fullmatch(last) else folder
    if kind in ("llamafactory", POINTER) and lower == "trainer_log.jsonl":
        return folder
    if kind == "all-results" or (kind == "text" and lower in _TEXT_BESIDE):
        return folder
    if kind in ("tensorboard", POINTER) and "tfevents" in lower:
        if _ROLE.fullmatch(last):
            folder, above, last = above, *os.path.split(above)
        return os.path.dirname(above) if os.path.basename(above) == "runs" else folder
    if kind == "lightning-csv" and lower == "metrics.csv":
        return folder
    if kind == "wandb-offline":
        return folder
    if kind == "text" and lower == "output.log" and last == "files":
        return above
    if kind == "mlflow":
        return path[: path.rindex(f"{os.sep}metrics{os.sep}")]
    return None


def _runs_of(home: str, files: Mapping[str, list[str]]) -> Iterator[RunFiles]:
    """The runs among the files of one folder."""
    parts: list[Part] = []
    if files.get("trainer-state"):
        parts.append(Part("trainer-state", (max(files["trainer-state"], key=_progress),)))
    for kind in ("llamafactory", "lightning-csv", "wandb-offline"):
        parts += [Part(kind, (path,)) for path in files.get(kind, ())]
    if files.get("mlflow"):
        parts.append(Part("mlflow", tuple(sorted(files["mlflow"], key=_loss_first))))
    events = _event_runs(files.get("tensorboard", ()))
    if parts:
        known = _points(parts[0]) if events else {}
        joined, others = _matched(events, known)
        for run in joined:
            parts += run
    else:
        others = events
    beside = [Part(kind, tuple(files[kind])) for kind in ("text", "all-results") if files.get(kind)]
    if parts:
        yield _run([*parts, *beside], home)
    elif len(others) == 1:
        yield _run([*others.pop(), *beside], home)
    elif beside:
        yield _run(beside, home)
    for run in others:
        yield _run(run, home)
    pointers = [path for path in files.get(POINTER, ()) if not parts or "tfevents" not in path]
    if pointers and not files.get("trainer-state"):
        yield _run([Part(POINTER, (min(pointers, key=len),))], home)


def _progress(file: str) -> tuple[float, int]:
    """How far a trainer state came, and of two alike the one nearer to the folder of the run."""
    from ftlint.runlogs.rows import number

    with open(file, "rb") as stream:
        head = stream.read(HEAD)
    met = re.search(rb'"global_step"\s*:\s*(\d+)', head)
    if met is None:
        named = _SAVED.fullmatch(os.path.basename(os.path.dirname(file)))
        return float(named[1]) if named else 0.0, -file.count(os.sep)
    return number(met[1].decode()) or 0.0, -file.count(os.sep)


def _loss_first(file: str) -> tuple[bool, bool, str]:
    name = os.path.basename(file)
    return "loss" not in name, "val" in name, file


_WRITTEN = re.compile(r"tfevents\.(\d+)")


def _written(file: str) -> tuple[int, str]:
    """When an event file was begun: its name says it."""
    met = _WRITTEN.search(os.path.basename(file))
    return int(met[1]) if met else 0, file


def _event_runs(files: Iterable[str]) -> list[list[Part]]:
    """Event files by run: those of one folder go on from each other unless one starts over.

    `train` and `validation` beside each other are one run if they log the same metrics.
    """
    holding = {os.path.dirname(file) for file in files}
    folders: dict[str, dict[tuple[bool, str], list[str]]] = {}
    for file in sorted(files, key=_written):
        folder, name = os.path.split(file)
        above, last = os.path.split(folder)
        place, key = folder, (False, name.partition("events.out")[0])
        if (met := _ROLE.fullmatch(last)) is not None:
            place = above if not met[1] or above in holding else os.path.join(above, met[1])
            key = (not met[2].lower().startswith("train"), last)
        folders.setdefault(place, {}).setdefault(key, []).append(file)
    return [run for by_role in folders.values() for run in _paired(by_role)]


def _paired(by_role: Mapping[tuple[bool, str], Sequence[str]]) -> Iterator[list[Part]]:
    """The runs among event files that lie beside each other, by whether they are of an eval set."""
    mains = [files for (held_out, _), some in by_role.items() if not held_out for files in _split(some)]
    evals = [files for (held_out, _), some in by_role.items() if held_out for files in _split(some)]
    if len(mains) > 1 and not _shared(mains):
        mine = [Part("tensorboard", tuple(files)) for files in mains]
        joint = [files for files in evals if _shared([files, *mains])]
        yield [*mine, *(Part("tensorboard", tuple(files), "eval") for files in joint)]
        evals = [files for files in evals if files not in joint]
        mains = []
    elif len(mains) == len(evals) and all(map(_shared, zip(mains, evals, strict=True))):
        for main, held in zip(mains, evals, strict=True):
            yield [Part("tensorboard", tuple(main)), Part("tensorboard", tuple(held), "eval")]
        return
    for files in (*mains, *evals):
        yield [Part("tensorboard", tuple(files))]


def _shared(runs: Iterable[Sequence[str]]) -> set[str]:
    """The metrics that more than one of several runs logs."""
    names = [name for files in runs for name in {name for name, _ in of_events(files[0]).points}]
    return {name for name in names if names.count(name) > 1}


def _split(files: Sequence[str]) -> list[list[str]]:
    """The event files of one folder, cut where one starts its metrics over."""
    if len(files) < 2:
        return [list(files)]
    runs: list[tuple[list[str], list[Peek]]] = []
    for file in files:
        peek = of_events(file)
        if not runs or begins_anew(runs[-1][1], peek):
            runs.append(([], []))
        runs[-1][0].append(file)
        runs[-1][1].append(peek)
    return [files for files, _ in runs]


def _points(part: Part) -> Points:
    """All that a small log says, to know its event files by."""
    from ftlint.runlogs.peek import of_recorder
    from ftlint.runlogs.recorder import Recorder
    from ftlint.runlogs.runs import reader_of

    into = Recorder(part.files[0], part.kind)
    reader_of(part.kind, part.files[0], {}).more(into)
    return of_recorder(into)


def _matched(runs: list[list[Part]], known: Points) -> tuple[list[list[Part]], list[list[Part]]]:
    """The event runs that log what is known, and those that log other runs of the same folder."""
    joined: list[list[Part]] = []
    unsure: list[list[Part]] = []
    others: list[list[Part]] = []
    for run in runs:
        said = agree(of_events(run[0].files[0]).points, known)
        (unsure if said is None else joined if said else others).append(run)
    if len(runs) == 1:
        joined += unsure
    else:
        others += unsure
    return joined, others

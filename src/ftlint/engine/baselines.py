"""Baseline results of a project: which files hold one, and which training each belongs to.

A training's baseline is the file its `[[training]]` table names. Without one it is `baseline.json` in the
config's `output_dir`, where `ftlint train` writes it, else the nearest one from the config's folder up to the
root; one that serves several configs is taken for those of its base model. Else it is the newest result of
lm-evaluation-harness in the project that measured the same base model without an adapter.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice

from ftlint.detect.model_names import owner_and_name, same_model
from ftlint.engine.configs import guarded
from ftlint.model import FtlintError, Training
from ftlint.model.baseline import Baseline, HeldOut, Problem
from ftlint.model.report import Failure
from ftlint.read.files import opened
from ftlint.read.globs import Globs
from ftlint.read.listing import git_top, listed
from ftlint.read.urls import is_remote, masked
from ftlint.settings import Settings

NAME = "baseline.json"
MOST_FILES = 100_000
"""Files of a project whose names are looked at for results of lm-evaluation-harness."""
MOST_RESULTS = 500
"""Of these at most so many are opened."""
MOST_BYTES = 16 << 20
"""No result without samples is larger."""

_RESULTS = re.compile(r"results_.*\.json|.*_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?\.json")


def with_baselines(
    found: Sequence[Training],
    settings: Settings,
    failures: list[Failure] | None = None,
    *,
    before: bool = False,
) -> list[Training]:
    """The trainings, each with its baseline result and the held-out files it can be compared by.

    A result that its reader breaks on is added to `failures`. With `before`, what their own runs measured is
    left out.
    """
    if not found:
        return []
    search = _Search(settings, [] if failures is None else failures)
    bound = _named(found, search, before)
    missing = [training for training in bound if training.baseline is None and not training.baseline_path]
    results = search.results(filter(None, map(_model, missing))) if any(map(_model, missing)) else []
    whole = []
    for each in bound:
        lacks = each.baseline is None and not each.baseline_path and bool(results)
        training = each._replace(baseline=_newest(results, _model(each))) if lacks else each
        whole.append(search.compared(training) if training.baseline else training)
    return whole


def _model(training: Training) -> str:
    return str((training.config.get("base_model") if training.config else "") or "")


def _named(found: Sequence[Training], search: _Search, before: bool) -> list[Training]:
    """The trainings with what their table names, or with the nearest `baseline.json`."""
    nearest = {
        training.name: ("" if before else search.of_run(training))
        or search.nearest(training.config_path or training.path)
        for training in found
        if not training.baseline_path and (training.config_path or training.path)
    }
    sharing = [path for path in nearest.values() if path]
    bound = []
    for training in found:
        path = nearest.get(training.name, "")
        if training.baseline_path:
            record = search.read(training.baseline_path, declared=True)
            bound.append(training._replace(baseline=record))
        elif path and (record := search.read(path)) is not None:
            alone = sharing.count(path) == 1
            fits = alone or bool(record.problems) or same_model(record.model, _model(training)) is not False
            bound.append(training._replace(baseline=record if fits else None, baseline_path=path))
        else:
            bound.append(training)
    return bound


def _newest(results: Sequence[Baseline], model: str) -> Baseline | None:
    """The newest result of this very model; one on files of the project goes before one on public tasks."""
    fitting = [result for result in results if model and same_model(result.model, model)]
    return max(fitting, key=lambda result: (bool(result.files), result.date, result.path), default=None)


class _Search:
    """The baseline files of one project, each read once."""

    def __init__(self, settings: Settings, failures: list[Failure]) -> None:
        self.settings = settings
        self.failures = failures
        self.root = os.path.abspath(settings.root)
        self.known: dict[tuple[str, bool], Baseline | None] = {}
        self.near: dict[str, str] = {}
        self.hashes: dict[tuple[str, ...], str] = {}
        self.days: dict[tuple[str, ...], str] = {}

    def of_run(self, training: Training) -> str:
        """The `baseline.json` in the folder that the training's config writes to, "" for none."""
        output = training.config.get("output_dir") if training.config else None
        if not isinstance(output, str) or not output:
            return ""
        file = os.path.normpath(os.path.join(output, NAME))
        inside = not os.path.isabs(file) and not file.startswith("..")
        return file if inside and os.path.isfile(os.path.join(self.root, file)) else ""

    def nearest(self, path: str) -> str:
        """The `baseline.json` in the folder of a path or the nearest one above, "" for none."""
        folder = os.path.dirname(path)
        if os.path.isabs(folder) or folder.startswith(".."):
            return ""
        if folder not in self.near:
            file = os.path.join(folder, NAME)
            above = self.nearest(folder) if folder else ""
            self.near[folder] = file if os.path.isfile(os.path.join(self.root, file)) else above
        return self.near[folder]

    def read(self, path: str, declared: bool = False) -> Baseline | None:
        """A baseline result; None where the file is not there or holds something else."""
        key = path, declared
        if key not in self.known:
            self.known[key] = self._read(path, declared)
        return self.known[key]

    def _read(self, path: str, declared: bool, models: Sequence[bytes] = ()) -> Baseline | None:
        far = is_remote(path)
        file = path if far else os.path.join(self.root, path)
        shown = masked(path) if far else os.path.relpath(file, self.root)
        if not far and not os.path.lexists(file):
            return None
        if not far and os.path.exists(file) and not os.path.isfile(file):
            return _unread(shown, "it is no file") if declared else None
        try:
            with opened(file) as stream:
                data = stream.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                return _unread(shown, "it is larger than any result") if declared else None
        except OSError as error:
            return _unread(shown, f"it cannot be read: {error.strerror}") if declared else None
        if models and not any(model in data.lower() for model in models):
            return None
        from ftlint.read.baseline import read_baseline

        record = None
        with guarded(shown, self.failures):
            record = read_baseline(data, shown, declared)
        return record and record._replace(
            recorded=self.committed((shown,)) if not record.dataset_hash else ""
        )

    def results(self, models: Iterable[str]) -> list[Baseline]:
        """Sound results of lm-evaluation-harness in the project that name one of these models."""
        excluded = Globs([*self.settings.exclude, *self.settings.extend_exclude])

        def skip(folder: str, name: str) -> bool:
            return name.startswith(".") or excluded.match(os.path.relpath(folder, self.root))

        files = islice(listed(self.root, self.settings.respect_gitignore, skip, self.root), MOST_FILES)
        named: list[str] = []
        with suppress(FtlintError):  # a folder that may not be read ends this search, not the run
            named += (file for file in files if _RESULTS.fullmatch(os.path.basename(file)))
        named.sort()
        wanted = sorted({owner_and_name(model)[1].encode() for model in models} - {b""})
        records = (
            self._read(os.path.relpath(file, self.root), declared=False, models=wanted)
            for file in named[-MOST_RESULTS:]
            if not excluded.match(os.path.relpath(file, self.root))
        )
        return [record for record in records if record and record.origin == "lm-eval" and not record.problems]

    def compared(self, training: Training) -> Training:
        """The training with the files that its baseline can be compared by."""
        record = training.baseline
        if record is None or record.problems:
            return training
        wanted: dict[str, tuple[str, ...]] = {}
        dataset = training.dataset
        if dataset is not None and not dataset.partial:
            for name in ("validation", "test"):
                split = dataset.splits.get(name)
                if split is not None and not any(is_remote(part.source.home) for part in split.parts):
                    wanted[name] = tuple(sorted(part.path for part in split.parts))
        if record.files and all(map(self.holds, record.files)):
            wanted[""] = tuple(sorted(record.files))
        held_out = tuple(
            HeldOut(
                split,
                paths,
                self.hashed(paths) if record.dataset_hash else "",
                self.committed(paths) if not record.dataset_hash else "",
            )
            for split, paths in wanted.items()
        )
        return training._replace(held_out=held_out)

    def holds(self, path: str) -> bool:
        """Whether a file that a result names is one of the project."""
        file = os.path.normpath(os.path.join(self.root, path))
        return file.startswith(f"{self.root.rstrip('/')}/") and os.path.isfile(file)

    def hashed(self, paths: tuple[str, ...]) -> str:
        """The hash of files' bytes; "" where one cannot be read."""
        if paths not in self.hashes:
            from ftlint.read.baseline import dataset_hash

            try:
                self.hashes[paths] = dataset_hash([os.path.join(self.root, path) for path in paths])
            except OSError:
                self.hashes[paths] = ""
        return self.hashes[paths]

    def committed(self, paths: tuple[str, ...]) -> str:
        """The day of the last commit that touches one of the files, "" where git does not know them."""
        if paths not in self.days:
            self.days[paths] = _committed(self.root, paths)
        return self.days[paths]


def _committed(root: str, paths: Sequence[str]) -> str:
    import subprocess

    if not git_top(root):
        return ""
    command = ["git", "--literal-pathspecs", "-C", root, "log", "-1", "--format=%cI", "--", *paths]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            check=False,
            text=True,
        )
    except OSError:
        return ""
    return done.stdout.strip()[:10] if not done.returncode else ""


def _unread(path: str, message: str) -> Baseline:
    return Baseline(path, "", problems=(Problem(message),))

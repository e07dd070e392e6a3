"""The runs that a person names on the command line, read and judged."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError, TrainingConfig

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.model.run_log import RunLog
    from ftlint.report.run_view import RunView
    from ftlint.rule import Rule
    from ftlint.runlogs.runs import RunFiles
    from ftlint.settings import Settings

_WRITTEN = ("adapter_config.json", "args.json", "training_args.json")
"""What trainers write of a run's config beside it, in JSON."""

_BESIDE = 24
"""Files of a run's folder that are looked at for its config."""


def add_common(parser: Any) -> None:
    """The flags of all commands that read logs."""
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.add_argument("--stdin-filename", default="", metavar="PATH", help="the name of what - stands for")


def opened(paths: Sequence[str], arguments: Namespace, *, judge: bool = True) -> list[RunView]:
    """Every run at the paths, in the order of the paths; with findings and verdicts where it is to be judged.

    Raises `FtlintError` where a path holds no run, or one that cannot be read.
    """
    from ftlint.cli.given import Given, is_stream
    from ftlint.settings import load

    on_disk = [path for path in paths if not is_stream(path)]
    settings = load(on_disk, config=arguments.config, isolated=arguments.isolated)
    rules = run_rules(settings) if judge else []
    views: dict[str, RunView] = {}
    with Given(paths, arguments.stdin_filename) as given:
        for path, asked in zip(given.paths, paths, strict=True):
            found = list(_runs(path, asked, settings))
            if not found:
                raise FtlintError(_nothing(path), asked)
            for files, log in found:
                name = given.shown.get(os.path.realpath(files.primary), log.path)
                if files.primary not in views:
                    views[files.primary] = judged(log._replace(path=name), rules, files.folder, judge=judge)
    return list(views.values())


def run_rules(settings: Settings) -> list[Rule[Any]]:
    """The rules of training runs that are on."""
    from ftlint.model.run_log import RunLog
    from ftlint.registry import selected

    return [rule for rule in selected(settings) if rule.subject is RunLog]


def judged(log: RunLog, rules: Sequence[Rule[Any]], folder: str = "", *, judge: bool = True) -> RunView:
    """A run with what rules and detectors say of it; `folder` is where it keeps its output and its config."""
    from ftlint.engine.runs import about_run, judged_run
    from ftlint.report.run_view import RunView

    beside = list(_configs_in(folder)) if folder else []
    trains = [config for config in beside if config.purpose == "train"]
    if log.config is None and len(trains) == 1:
        log = log._replace(config=trains[0])
    parts = tuple(config for config in beside if config.purpose == "component")
    view = RunView(log, rules=len(rules), reached=about_run(log), parts=parts)
    if not judge:
        return view
    from ftlint.detect.curves.verdicts import judgements

    return view._replace(findings=judged_run(log, rules), judgements=judgements(log))


def _runs(path: str, asked: str, settings: Settings) -> Iterator[tuple[RunFiles, RunLog]]:
    """The runs at a path, each with its files."""
    from ftlint.engine.configs import configs_of
    from ftlint.engine.runs import bound, renamed
    from ftlint.engine.versions import versions
    from ftlint.read.logs import log_files
    from ftlint.runlogs.runs import Run, run_files

    place = os.path.abspath(path)
    if not os.path.exists(place):
        raise FtlintError("no such file or folder", asked)
    configs = []
    for table in settings.training:
        file = os.path.join(settings.root, table.config) if table.config else ""
        if os.path.isfile(file):
            configs += configs_of(file, table.config, versions(settings))
    for files in run_files(log_files(place), settings.logs.columns):
        shown = {file: _shown(file, place, asked) for part in files.parts for file in part.files}
        name = _shown(files.primary, place, asked)
        try:
            log = Run(files, settings.logs.columns).read()
        except OSError as error:
            raise FtlintError(f"cannot read: {error.strerror or error}", name) from None
        yield files, bound([renamed(log, shown, name)], configs, settings)[0]


def _shown(file: str, place: str, asked: str) -> str:
    """A file as the person who named its folder calls it."""
    if file == place:
        return asked
    return os.path.join(asked, os.path.relpath(file, place)) if file.startswith(place + os.sep) else file


def _nothing(path: str) -> str:
    if os.path.isdir(path):
        return "holds no training log: name the file, or see docs/logs.md for what is read"
    return (
        "is no training log of a known kind; for a table or JSONL of your own: [logs] columns in ftlint.toml"
    )


def _configs_in(folder: str) -> Iterator[TrainingConfig]:
    """The configs in the folder of a run: what the trainer wrote there, and its adapter."""
    from ftlint.engine.configs import configs_of

    names = [
        name for name in sorted(os.listdir(folder)) if name.endswith((".yaml", ".yml")) or name in _WRITTEN
    ]
    for name in names[:_BESIDE]:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            try:
                yield from configs_of(path, name)
            except FtlintError:
                continue  # it lies beside what was asked for: without it less is told, and nothing wrongly

"""Training runs among the files beside the data: read, bound to their configs, judged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from ftlint.engine.entries import Entries
from ftlint.engine.judge import Found, judge
from ftlint.engine.scan import raised_at
from ftlint.model import Finding, FtlintError, RunLog, Severity, TrainingConfig
from ftlint.model.report import Failure, NotRun
from ftlint.read.logs import among
from ftlint.rule import Rule
from ftlint.runlogs.places import line_of
from ftlint.runlogs.runs import Run, run_files
from ftlint.settings import Settings

PROGRESS = frozenset({"elapsed_seconds", "num_tokens", "tokens_per_second", "samples_per_second"})
"""What a log may hold without saying anything of the model."""


def read_runs(
    documents: Iterable[tuple[str, str]],
    configs: Sequence[TrainingConfig],
    settings: Settings,
    failures: list[Failure],
) -> tuple[list[RunLog], list[NotRun]]:
    """The runs that files (each with its path as shown) log, by path, and what could not be read, and why.

    A log that its reader breaks on is added to `failures`. Raises `FtlintError` for one that cannot be read.
    """
    columns = settings.logs.columns
    paths = dict(documents)
    shown = {file: paths[file] for file in among(paths, columns)}
    found: list[RunLog] = []
    lost: list[NotRun] = []
    empty: list[str] = []
    for files in run_files(list(shown), columns):
        path = shown.get(files.primary, files.primary)
        try:
            log = Run(files, columns).read()
        except OSError as error:
            raise FtlintError(f"cannot read: {error.strerror or error}", path) from None
        except FtlintError as error:
            lost.append(NotRun("", f"{path}: {error.message}"))
            continue
        except Exception as error:  # whatever is wrong with one log must not end the run
            what = f"could not be read as a training log: {type(error).__name__}{raised_at(error)}"
            failures.append(Failure("", path, None, what))
            continue
        if log.series.keys() - PROGRESS or log.damaged:
            found.append(renamed(log, shown, path))
        else:
            empty.append(path)
    if empty:
        more = f" and {len(empty) - 1:,} more" if len(empty) > 1 else ""
        lost.append(NotRun("", f"{empty[0]}{more}: a training log without metrics"))
    return bound(sorted(found, key=lambda log: log.path), configs, settings), lost


def renamed(log: RunLog, shown: Mapping[str, str], path: str) -> RunLog:
    """The run with the paths that a person is shown."""
    return log._replace(
        path=path,
        files=tuple(shown.get(file, file) for file in log.files),
        damaged=tuple(each._replace(path=shown.get(each.path, each.path)) for each in log.damaged),
    )


def bound(logs: Sequence[RunLog], configs: Sequence[TrainingConfig], settings: Settings) -> list[RunLog]:
    """The runs with the config of each, where that is known: a `[[training]]` says it, else the only config
    that writes into a folder above the log."""
    by_path = {_absolute(config.path, settings.root): config for config in configs}
    tables = {
        _absolute(table.log, settings.root): by_path.get(_absolute(table.config, settings.root))
        for table in settings.training
        if table.log and table.config
    }
    outputs: dict[str, list[TrainingConfig]] = {}
    for config in configs:
        folder = config.get("output_dir")
        if config.purpose == "train" and isinstance(folder, str) and folder.strip("./"):
            for base in {settings.root, os.path.dirname(_absolute(config.path, settings.root))}:
                outputs.setdefault(_absolute(folder, base), []).append(config)
    return [
        log._replace(config=_config_of(_absolute(log.path, settings.root), tables, outputs)) for log in logs
    ]


def _config_of(
    file: str,
    tables: Mapping[str, TrainingConfig | None],
    outputs: Mapping[str, Sequence[TrainingConfig]],
) -> TrainingConfig | None:
    place = file
    while True:
        if place in tables:
            return tables[place]
        writing = {config.path: config for config in outputs.get(place, ())}
        if writing:
            return next(iter(writing.values())) if len(writing) == 1 else None
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above


def _absolute(path: str, base: str) -> str:
    return os.path.normpath(os.path.join(os.path.abspath(base), path))


def judged_run(log: RunLog, rules: Iterable[Rule[RunLog]]) -> list[Finding]:
    """What the rules find in one run, the worst first, then by step. Raises `FtlintError` for a rule that
    breaks."""
    found: list[Found] = []
    failures: list[Failure] = []
    findings: list[Finding] = []
    for rule in rules:
        judge(rule, log, log.path, found, failures, [])
        for _, code, entries in found:
            findings += [
                each._replace(
                    code=code,
                    name=rule.name,
                    path=each.path or log.path,
                    severity=each.severity or rule.severity,
                    help=each.help or rule.help,
                )
                for each in (entries if isinstance(entries, Entries) else ())
            ]
        found.clear()
    if failures:
        raise FtlintError(f"{failures[0].code} broke: {failures[0].message}", log.path)
    return sorted(findings, key=lambda each: (-(each.severity or Severity.INFO), each.step or 0.0, each.code))


def placed(found: Sequence[Found], logs: Sequence[RunLog], settings: Settings) -> list[Found]:
    """The findings with what the run counts in, and the line of their step where the log has lines."""
    runs = {log.path: log for log in logs}
    column = settings.logs.columns.get("step", "")

    def at_line(finding: Finding, path: str) -> Finding:
        log = runs[path]
        unit = "" if log.unit == "step" else log.unit
        if finding.line is not None or finding.step is None:
            return finding._replace(unit=unit)
        file = os.path.join(settings.root, path)
        return finding._replace(unit=unit, line=line_of(file, log.kind, finding.step, column))

    return [
        (path, code, Entries(at_line(each, path) for each in some))
        if isinstance(some, Entries) and path in runs
        else (path, code, some)
        for path, code, some in found
    ]


def about_run(log: RunLog) -> str:
    """How far a run came and what of it was written down: `1,200 steps, 3 epochs, 24 evals`."""
    last = log.last_step
    parts = []
    if log.unit != "row":
        first = min((series.steps[0] for series in log.series.values() if len(series)), default=1.0)
        counted_from_0 = log.unit == "epoch" and first == 0
        parts.append(_count(last + counted_from_0, log.unit))
    epoch = log.epoch_at(last) if log.unit == "step" else None
    if epoch:
        parts.append(_count(epoch, "epoch"))
    evals = max(map(len, log.eval_losses.values()), default=0)
    parts.append(_count(evals, "eval") if evals else "no evals")
    return ", ".join(parts)


def _count(value: float, noun: str) -> str:
    text = f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"

"""Every finding of a training, whoever silenced it: a check that listens to no suppression."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

from ftlint.engine.bind import Binding
from ftlint.engine.lint import SHARD_BYTES, Advance, configured, cut, gone_through, settled
from ftlint.engine.plan import RuleSet
from ftlint.engine.sensitive import looking
from ftlint.engine.suppress import inline
from ftlint.engine.training_files import TrainingFiles
from ftlint.engine.verdict import judged
from ftlint.gate.ruleset import all_rules
from ftlint.model import Severity, TrainingConfig
from ftlint.model.report import Failure, Report
from ftlint.read.discover import shown
from ftlint.settings import Settings

NO_FILE = os.path.join(os.devnull, "none")
"""A path at which nothing can be."""


class Everything(NamedTuple):
    """A report of all findings, and what of them a comment or a record's own field would have silenced.

    `comments` are the rules that a comment names, by path and line; `records` by path and row.
    """

    report: Report
    comments: Mapping[tuple[str, int], frozenset[str]]
    records: Mapping[str, Mapping[int, tuple[str, ...]]]


def bare(settings: Settings, files: TrainingFiles) -> Settings:
    """The settings without what silences findings or changes their level, and without other trainings."""
    return replace(
        settings,
        select=None,
        ignore=(),
        extend_ignore=(),
        per_path_ignores={},
        reasons=(),
        rule_severity={},
        suppressions=NO_FILE,
        fail_on=Severity.WARNING,
        training=() if files.table is None else (files.table,),
    )


def everything(
    files: TrainingFiles, settings: Settings, *, advance: Advance | None = None, today: str = ""
) -> Everything:
    """Check a training's files by every rule. `advance(bytes, rows)` is told of every finished shard."""
    began = perf_counter()
    alone = bare(settings, files)
    rules = looking(RuleSet(all_rules(settings)), alone)
    bindings = [*files.bindings, *_documents(files, settings)]
    failures: list[Failure] = []
    configs, pairs = configured(bindings, alone, rules, failures)
    configs = [each for each in configs if _belongs(each, files.config)]
    comments = dict(_comments(bindings))
    if pairs is not None:
        own = [each for each in pairs.pairs if each.config is None or _belongs(each.config, files.config)]
        heard = tuple(each._replace(config=each.config and each.config._replace(ignored={})) for each in own)
        pairs = pairs._replace(pairs=heard, before=True)
    configs = [each._replace(ignored={}) for each in configs]
    plans, faults = settled(bindings, alone, rules, pairs.counters if pairs else {})
    plans = [plan._replace(deaf=plan.document) for plan in plans]
    scanned, executor = gone_through(plans, cut(plans, faults, SHARD_BYTES), alone, rules, None, advance)
    records = {path: dict(partial.ignored) for path, partial in scanned.items() if partial.ignored}
    for partial in scanned.values():
        partial.ignored = {}
    report = judged(plans, scanned, alone, rules, executor, today, configs, pairs, failures)
    report.seconds = perf_counter() - began
    return Everything(report, comments, records)


def _belongs(config: TrainingConfig, mine: TrainingConfig) -> bool:
    """Whether it is the config at hand, or no training: of a script's other launches nothing is told."""
    if config.purpose != "train":
        return True
    return config.path == mine.path and config.tree.range.line == mine.tree.range.line


def _comments(bindings: Sequence[Binding]) -> Iterator[tuple[tuple[str, int], frozenset[str]]]:
    """The rules that comments in the files beside the data name, by path and line."""
    for each in bindings:
        if each.document:
            with open(each.file, encoding="utf-8", errors="replace") as stream:
                for number, line in enumerate(stream, 1):
                    named = inline(line) if "ftlint" in line else None
                    if named is not None:
                        yield (each.path, number), frozenset(named)


def _documents(files: TrainingFiles, settings: Settings) -> Sequence[Binding]:
    """The config, what it draws on, and what serves the tuned model: files beside the data."""
    served = [files.table.serve if files.table else "", settings.serve.file]
    places = [os.path.join(settings.root, path) for path in served if path]
    known = {
        files.config.path: os.path.join(settings.root, files.config.path),
        **{each.path: each.file for each in files.parts},
        **{shown(file, settings.root): file for file in places if os.path.isfile(file)},
    }
    return [Binding(file, path, "", "", "lone", document=True) for path, file in known.items()]

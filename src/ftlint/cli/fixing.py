"""`ftlint check --fix` and `--diff`: fix in copies, show or put them in place, report what is left."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlint.fix.work_folder import WorkFolder, put_in_place
from ftlint.model.report import Failure, Report

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.cli.given import Given
    from ftlint.engine.bind import Binding
    from ftlint.engine.mending import MendedFile, Mending
    from ftlint.model import Finding
    from ftlint.model.report import NotFixed
    from ftlint.settings import Settings

Check = Callable[[Sequence["Binding"]], Report]
Show = Callable[[Report, "Settings"], None]


def fix(
    bindings: Sequence[Binding],
    settings: Settings,
    arguments: Namespace,
    given: Given,
    check: Check,
    show: Show,
) -> int:
    """Fix and report; the exit code, as ruff's: with --fix that of what is left, with --fix-only 0, with
    --diff 1 where something would change; 2 where something could not be checked or written."""
    from dataclasses import replace

    from ftlint.engine.executors import ending
    from ftlint.engine.mending import mended
    from ftlint.report import parse_spec

    anywhere = arguments.diff or bool(given.shown)
    with ending(), WorkFolder(settings.root, anywhere=anywhere) as work:
        mending = mended(bindings, check, work, _wanted(settings, unsafe=arguments.unsafe_fixes))
        if arguments.diff:
            return _differs(mending, arguments)
        report = mending.report
        done = _put_in_place(mending, work, given)
        report.fixed = [each for each in mending.fixed if each.path in done]
        report.not_fixed = mending.not_fixed
        streams = [mending.files[path] for path in done if _is_stream(mending.files[path], given)]
        if arguments.fix_only or given.shown:
            logged = len(done) > len(streams)
            _say(report, arguments, logged=logged)
            files = tuple(each for each in settings.output_format if parse_spec(each).path is not None)
            if files:
                show(report, replace(settings, output_format=files))
        else:
            show(report, settings)
        for binding in bindings:
            if binding.file in given.shown:
                _to_stdout(next((file.stand_in for file in streams if file.binding == binding), binding.file))
        return _exit_code(report, arguments)


def _exit_code(report: Report, arguments: Namespace) -> int:
    if report.failures:
        return 2
    if arguments.exit_non_zero_on_fix and report.fixed:
        return 1
    return 0 if arguments.fix_only or arguments.exit_zero else report.exit_code


def _wanted(settings: Settings, *, unsafe: bool) -> Callable[[Finding], bool]:
    from ftlint.registry import rules
    from ftlint.settings.selection import fixable

    codes = None
    if settings.fixable is not None or settings.unfixable:
        codes = fixable(settings, rules())

    def wanted(finding: Finding) -> bool:
        if finding.fix is None or not (unsafe or finding.fix.safe):
            return False
        return codes is None or finding.code in codes

    return wanted


def _put_in_place(mending: Mending, work: WorkFolder, given: Given) -> set[str]:
    """Writes the fixed files; the paths of those that were. What fails becomes a failure of the run."""
    from ftlint import __version__
    from ftlint.model import FtlintError

    done = set()
    rows = {file.path: file.rows for file in mending.report.files}
    for path, file in sorted(mending.files.items()):
        if _is_stream(file, given):
            done.add(path)
            continue
        header = {
            "path": path,
            "ftlint": __version__,
            "fixes": sum(file.counts.values()),
            "rows": [file.rows_before, rows.get(path, file.rows)],
        }
        try:
            if gone := mending.changed_meanwhile(path):
                told = f"not fixed: {gone}, where rows stay for which some go here, was changed meanwhile"
                raise FtlintError(f"{told}: run again")
            put_in_place(file.stand_in, file.binding.file, file.state, work.home, header, file.changes)
        except FtlintError as error:
            failures = mending.report.failures
            mending.report.failures = [*failures, Failure("", path, None, error.message)]
            continue
        done.add(path)
    return done


def _is_stream(file: MendedFile, given: Given) -> bool:
    return os.path.realpath(file.binding.file) in given.shown


def _to_stdout(file: str) -> None:
    import shutil

    with open(file, "rb") as stream:
        shutil.copyfileobj(stream, sys.stdout.buffer)
    sys.stdout.flush()


def _say(report: Report, arguments: Namespace, *, logged: bool = False) -> None:
    """What was done, for who asked for no report."""
    from ftlint.report.fixed import lines
    from ftlint.report.wording import failures

    for place, what in failures(report):
        print(f"ftlint: {place}: {what}", file=sys.stderr)
    if not arguments.quiet:
        for line in lines(report, every=arguments.show_fixes, logged=logged):
            print(line, file=sys.stderr if "-" in arguments.paths else sys.stdout)
        _say_left(report.not_fixed)


def _say_left(files: Sequence[NotFixed]) -> None:
    from ftlint.report.fixed import left

    for line in left(files):
        print(f"not fixed: {line}", file=sys.stderr)


def _differs(mending: Mending, arguments: Namespace) -> int:
    """Shows what fixing would change; the exit code."""
    from ftlint.detect.mask import visible
    from ftlint.fix.versions import version
    from ftlint.report.fixed import would
    from ftlint.report.patch import write_changes

    for path, file in sorted(mending.files.items()):
        old, new = version(file.binding.file, path), version(file.stand_in, path)
        if old is None or new is None:
            rows = f"{file.rows_before:,} rows before, {file.rows:,} after"
            print(f"--- {visible(path)}\n+++ {visible(path)}\n(as a whole: {rows})")
        else:
            write_changes(path, old, new, sys.stdout)
    _say_left(mending.not_fixed)
    if not arguments.quiet:
        for line in would(mending.fixed):
            print(line, file=sys.stderr)
    if mending.report.failures:
        _say(mending.report, arguments)
        return 2
    return int(bool(mending.files)) if not arguments.exit_zero else 0

"""`ftlint check`: parse, call, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from ftlint.cli.changed import compared, refuse
from ftlint.cli.flags import add_flags, is_fixing, overridden
from ftlint.cli.given import Given, is_stream, named_in, total_size

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.engine.bind import Binding
    from ftlint.engine.cache import Cache
    from ftlint.engine.changed_against import Against
    from ftlint.engine.plan import RuleSet
    from ftlint.model.report import Report
    from ftlint.model.stats import Stats
    from ftlint.read.discover import Found
    from ftlint.settings import Settings


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "check",
        help="find what would spoil a fine-tune",
        usage="ftlint check [PATH ...] [flags]",
        description="Find what would spoil a fine-tune, by file, line and rule.",
        epilog=(
            "exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not check\n\n"
            "examples:\n"
            "  ftlint check data/ --fail-on warning\n"
            "  ftlint check train.jsonl --target bedrock-nova --output-format json=report.json\n"
            "  ftlint check --select DUP,LEAK --statistics\n"
        ),
        formatter_class=partial(RawDescriptionHelpFormatter, max_help_position=27),
    )
    add_flags(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.engine.bind import bind, describe, unclear
    from ftlint.settings import load

    if arguments.show_values:
        _refuse_elsewhere()
    refuse(arguments)
    if arguments.watch:
        from ftlint.cli.watch import watch

        return watch(arguments)
    paths = list(arguments.paths)
    on_disk = [path for path in paths if not is_stream(path)]
    if "-" in paths and arguments.stdin_filename:
        on_disk.append(arguments.stdin_filename)
    settings = overridden(load(on_disk, config=arguments.config, isolated=arguments.isolated), arguments)
    with (
        Given(paths, named_in(arguments.stdin_filename, settings.root)) as given,
        compared(arguments, given.paths, settings) as against,
    ):
        state = settings if against is None else against.settings
        rules, found = _chosen(given.paths if against is None else against.paths, state, arguments)
        bindings = given.renamed(bind(found, state))
        if arguments.show_files:
            print(describe(bindings))
            return 0
        return _check(bindings, settings, rules, arguments, unclear(found, state), given, against)


def _chosen(
    paths: Sequence[str], settings: Settings, arguments: Namespace
) -> tuple[RuleSet, Sequence[Found]]:
    """The rules that run and the files they run on.

    Rules of configs are not loaded before there is a file beside the data, a `[[training]]` or a `[policy]`,
    those of training logs not before there is a log.
    """
    from ftlint.engine.plan import RuleSet
    from ftlint.read.candidates import is_data_file
    from ftlint.read.discover import discover
    from ftlint.read.logs import among
    from ftlint.registry import NO_DOCUMENTS, NO_LOGS, selected, selected_lacking
    from ftlint.settings.training import PolicySettings

    needed = bool(settings.training) or settings.policy != PolicySettings()
    lacking = NO_LOGS if needed else NO_DOCUMENTS
    few = None if settings.select is not None else selected_lacking(settings, lacking)
    rules = RuleSet(selected(settings) if few is None else few)
    documents = rules.reads_documents or ("" if few is None else "configs")
    is_data = is_data_file if arguments.no_cache else _opened(settings).is_data
    found = discover(paths, settings, file_list=arguments.file_list, documents=documents, is_data=is_data)
    beside = [each.file for each in found if each.document]
    if few is not None and beside:
        logged = any(among(beside, settings.logs.columns))
        rules = RuleSet((None if logged else selected_lacking(settings, NO_LOGS)) or selected(settings))
    return rules, found


def _refuse_elsewhere() -> None:
    """Private data goes to a person's eyes, never to a file, a pipe or the log of a CI run."""
    from ftlint.model import FtlintError
    from ftlint.report.style import is_terminal

    if not is_terminal(sys.stdout) or os.environ.get("CI"):
        raise FtlintError("--show-values works at a terminal only: what is private must not end in a log")


def _check(
    bindings: Sequence[Binding],
    settings: Settings,
    rules: RuleSet,
    arguments: Namespace,
    notes: Sequence[str],
    given: Given,
    against: Against | None = None,
) -> int:
    if settings.audit.log:
        from ftlint.gate.audit_events import Checking

        with Checking(settings, bindings) as checking:
            return _reported(bindings, settings, rules, arguments, notes, given, against, checking.seen)
    return _reported(bindings, settings, rules, arguments, notes, given, against)


def _reported(
    bindings: Sequence[Binding],
    settings: Settings,
    rules: RuleSet,
    arguments: Namespace,
    notes: Sequence[str],
    given: Given,
    against: Against | None = None,
    seen: Callable[[Report], Report] | None = None,
) -> int:
    def checked(bindings: Sequence[Binding]) -> Report:
        report = _checked(bindings, settings, rules, arguments, against)
        return report if seen is None else seen(report)

    if is_fixing(arguments):
        from ftlint.cli.fixing import fix

        def show(report: Report, settings: Settings) -> None:
            report.hints = [*report.hints, *notes, *_hints(report, settings, arguments)]
            _print(report, settings, arguments)

        return fix(bindings, settings, arguments, given, checked, show)
    report = checked(bindings)
    if arguments.write_suppressions or arguments.prune_suppressions:
        return _suppress(report, settings, arguments)
    report.hints = [*report.hints, *notes, *_hints(report, settings, arguments)]
    _print(report, settings, arguments)
    return 0 if arguments.exit_zero and report.exit_code == 1 else report.exit_code


def _checked(
    bindings: Sequence[Binding],
    settings: Settings,
    rules: RuleSet,
    arguments: Namespace,
    against: Against | None = None,
) -> Report:
    from ftlint.report.progress import Progress

    if against is None:
        from ftlint.engine.lint import check
    else:
        from ftlint.engine.changed import checking

        check = checking(against)

    total = total_size(bindings)
    progress = Progress(total, sys.stderr)
    try:
        report = check(
            bindings,
            settings,
            rules,
            advance=progress.advance,
            cache=_cache(settings, arguments, total),
            today=arguments.today,
        )
    finally:
        progress.close()
    report.profile = partial(_profile, bindings, settings, rules)
    return report


def _profile(bindings: Sequence[Binding], settings: Settings, rules: RuleSet) -> Stats:
    from ftlint.engine.profile import profile

    return profile(bindings, settings, rules)


LONGEST_COMMAND = 80

CACHE_FROM = 4 << 20
"""Bytes of input under which reading a cache costs as much as checking."""


def _cache(settings: Settings, arguments: Namespace, size: int) -> Any:
    if arguments.no_cache or size < CACHE_FROM:
        return None
    cache = _opened(settings)
    sarif = any(each.partition("=")[0] == "sarif" for each in settings.output_format)
    cache.edits = sarif or is_fixing(arguments)
    return cache


def _opened(settings: Settings) -> Cache:
    return _cache_in(os.path.join(settings.root, settings.cache_dir))


@lru_cache(maxsize=1)
def _cache_in(folder: str) -> Cache:
    """The cache of a project, for finding its files and for what they hold; read when first asked."""
    from ftlint.engine.cache import Cache

    return Cache(folder)


def _print(report: Report, settings: Settings, arguments: Namespace) -> None:
    from ftlint.report import Spec, emit, parse_specs, style_for

    specs = parse_specs(settings.output_format)
    if arguments.statistics:
        specs = [Spec("statistics", spec.path) if spec.format == "full" else spec for spec in specs]
    style = style_for(
        sys.stdout,
        max_per_rule=settings.max_per_rule,
        quiet=arguments.quiet,
        command=_command(arguments),
        values=arguments.show_values,
    )
    emit(report, specs, style._replace(fixes=arguments.show_fixes, suppressed=arguments.show_suppressed))


def _command(arguments: Namespace) -> str:
    """What to type to check the same files again."""
    from shlex import join

    from ftlint.read.urls import is_remote, masked

    paths = [masked(path) if is_remote(path) else path for path in arguments.paths]
    since = ["--since", arguments.since] if arguments.since else []
    given = join([*paths, *since, *(["--staged"] if arguments.staged else [])])
    return f"ftlint check {given}" if given and len(given) <= LONGEST_COMMAND else "ftlint check"


def _hints(report: Report, settings: Settings, arguments: Namespace) -> list[str]:
    hints = []
    if not report.files and not (report.since and report.since.total):
        hints.append("no data files found: name them, or see ftlint check --help")
    elif not settings.file and not arguments.isolated:
        hints.append("no settings file: ftlint init writes one from what it finds")
    if settings.redact.key_file and not _has_key(settings):
        hints.append(f"no key at key-file = {settings.redact.key_file!r}: findings carry no value_id")
    if report.stale:
        entries = "1 entry" if len(report.stale) == 1 else f"{len(report.stale):,} entries"
        hints.append(
            f"{entries} of {settings.suppressions} without a finding now: ftlint check --prune-suppressions"
        )
    return hints


def _has_key(settings: Settings) -> bool:
    from ftlint.engine.sensitive import key

    return key(settings) is not None


def _suppress(report: Report, settings: Settings, arguments: Namespace) -> int:
    from ftlint.engine.suppress import prune, write

    file = os.path.join(settings.root, settings.suppressions)
    if arguments.write_suppressions:
        count = write(file, report, reason=arguments.reason)
        print(f"{settings.suppressions}: findings accepted: {count:,}")
    if arguments.prune_suppressions:
        count = prune(file, report.stale, settings.root)  # type: ignore[arg-type]  # entries, unknown to the model
        print(f"{settings.suppressions}: stale entries removed: {count:,}")
    return 0

"""The flags of `ftlint check`, named as ruff names them where ruff has them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ftlint.settings import Settings


def add_flags(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders, globs; - for standard input"
    )
    _add_rules(parser)
    _add_fixing(parser)
    _add_files(parser)
    _add_output(parser)
    _add_run(parser)
    _keep_to_a_screen(parser)


RARE = (
    *("--extend-ignore", "--today", "--show-fixes", "--exit-non-zero-on-fix", "--fixable", "--unfixable"),
    *("--extend-exclude", "--no-respect-gitignore", "--tracked", "--stdin-filename", "--show-suppressed"),
    *("--executor", "--memory", "--ray-address", "--cache-dir", "--prune-suppressions", "--reason"),
)
"""Flags that `--help` leaves to `--help-all`: the others fit a screen."""


def _keep_to_a_screen(parser: ArgumentParser) -> None:
    from argparse import SUPPRESS, Action

    rare = [
        (action, action.help) for flag in RARE for action in parser._actions if flag in action.option_strings
    ]
    for action, _ in rare:
        action.help = SUPPRESS

    class HelpAll(Action):
        def __call__(self, *_: Any) -> None:
            for action, line in rare:
                action.help = line
            parser.print_help()
            parser.exit()

    parser.add_argument("--help-all", action=HelpAll, nargs=0, help="show every flag and exit")


def _add_rules(parser: ArgumentParser) -> None:
    rules = parser.add_argument_group("rules")
    for flag, line in (
        ("--select", "run these alone: codes, prefixes, names or ALL"),
        ("--extend-select", "run these too"),
        ("--ignore", "do not run these"),
        ("--extend-ignore", "do not run these either"),
    ):
        rules.add_argument(flag, action="append", metavar="RULE", help=line)
    rules.add_argument("--fail-on", metavar="LEVEL", help="exit 1 from error (default), warning or info")
    rules.add_argument("--today", default="", metavar="DATE", help="the date retirements are judged by")


def _add_fixing(parser: ArgumentParser) -> None:
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="apply safe fixes, then report what is left")
    fixing.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: the others too")
    fixing.add_argument("--fix-only", action="store_true", help="apply fixes, report nothing; exit 0")
    fixing.add_argument("--diff", action="store_true", help="write nothing, show what fixes would change")
    fixing.add_argument("--show-fixes", action="store_true", help="list what was fixed, file by file")
    fixing.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit 1 where anything was fixed")
    for flag, line in (("--fixable", "fix findings of these alone"), ("--unfixable", "fix none of these")):
        fixing.add_argument(flag, action="append", metavar="RULE", help=line)


def is_fixing(arguments: Namespace) -> bool:
    """Whether files are to be fixed, or what that would change is to be shown."""
    return bool(arguments.fix or arguments.fix_only or arguments.diff)


def _add_files(parser: ArgumentParser) -> None:
    files = add_found(parser)
    files.add_argument("--since", default="", metavar="REF", help="tell of rows changed since REF")
    files.add_argument("--staged", action="store_true", help="check what is staged, tell of its changed rows")
    files.add_argument("--show-files", action="store_true", help="print what would be checked, as what")
    files.add_argument("--target", metavar="NAME", help="the provider or model the data is for")
    files.add_argument("--max-length", type=int, metavar="TOKENS", help="the longest example training keeps")
    files.add_argument("--tokenizer", metavar="FILE", help="count tokens with this tokenizer.json, or bytes")


def add_found(parser: ArgumentParser) -> Any:
    """The flags that say which files are meant and how they are read; the group they stand in."""
    files = parser.add_argument_group("files")
    files.add_argument("--file-list", default="", metavar="FILE", help="take the paths listed in FILE (or -)")
    files.add_argument("--exclude", action="append", metavar="GLOB", help="leave these out, nothing else")
    files.add_argument("--extend-exclude", action="append", metavar="GLOB", help="leave these out too")
    files.add_argument("--force-exclude", action="store_true", default=None, help="even where they are named")
    files.add_argument("--no-respect-gitignore", action="store_true", help="take what git ignores, too")
    files.add_argument("--tracked", action="store_true", default=None, help="leave out what is new to git")
    files.add_argument("--stdin-filename", default="", metavar="PATH", help="the name to show for -")
    files.add_argument("--format", metavar="NAME", help="the record format, where it cannot be told")
    return files


def _add_output(parser: ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        metavar="NAME[=FILE]",
        help="full, concise, json, jsonl, html, markdown, github, gitlab, junit or sarif; several at once",
    )
    output.add_argument(
        "--max-per-rule", type=int, metavar="N", help="findings shown per rule and file; 0: all"
    )
    output.add_argument("--show-values", action="store_true", help="show private values, at a terminal only")
    output.add_argument("--show-suppressed", action="store_true", help="sarif: accepted findings, marked so")
    output.add_argument("--statistics", action="store_true", help="count findings by rule")
    output.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    output.add_argument("-e", "--exit-zero", action="store_true", help="exit 0 whatever is found")


def add_running(parser: ArgumentParser) -> Any:
    """The flags that say where the work is done and by which settings; the group they stand in."""
    run = parser.add_argument_group("running")
    run.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes; 1: none, 0: one per core")
    run.add_argument(
        "--executor", metavar="NAME", help="serial, processes or ray; else what suits the input's size"
    )
    run.add_argument(
        "--memory", metavar="SIZE", help="held in memory to compare rows, such as 800MB; else 1GB"
    )
    run.add_argument("--ray-address", metavar="ADDR", help="the Ray cluster: auto or HOST:PORT")
    run.add_argument("--config", default="", metavar="FILE", help="the settings file")
    run.add_argument("--isolated", action="store_true", help="read no settings file")
    return run


def _add_run(parser: ArgumentParser) -> None:
    run = add_running(parser)
    run.add_argument("-w", "--watch", action="store_true", help="check again when a file changes")
    run.add_argument("-n", "--no-cache", action="store_true", help="neither read nor write the cache")
    run.add_argument("--cache-dir", metavar="DIR", help="where the cache is")
    run.add_argument("--write-suppressions", action="store_true", help="accept every finding there is now")
    run.add_argument("--prune-suppressions", action="store_true", help="remove entries that match nothing")
    run.add_argument("--reason", default="", metavar="TEXT", help="why, for --write-suppressions")


SINGLE = (
    *("max_per_rule", "jobs", "executor", "ray_address", "memory", "cache_dir", "force_exclude", "fail_on"),
    *("tracked", "format", "target", "max_length", "tokenizer"),
)


def _from_here(written: str, settings: Settings) -> str:
    """A tokenizer as seen from the working folder, not from the root. Raises `FtlintError` where none is."""
    from ftlint.settings.tokenizer import tokenizer_at

    typed = os.path.abspath(os.path.expanduser(written))
    if os.path.exists(typed):
        tokenizer_at(typed, settings)
        return typed
    tokenizer_at(written, settings)
    return written


def overridden(settings: Settings, arguments: Namespace) -> Settings:
    """The settings with what the command line says instead. Raises `FtlintError` for what makes no sense.

    Of the flags of `check` another command may have a part.
    """
    from ftlint.settings import override

    _check(arguments)
    changes: dict[str, Any] = {}
    for name in ("select", "extend_select", "ignore", "extend_ignore", "fixable", "unfixable"):
        given = getattr(arguments, name, None)
        if given is not None:
            changes[name] = tuple(word for text in given for word in text.replace(",", " ").split())
    for name in ("exclude", "extend_exclude", "output_format"):
        given = getattr(arguments, name, None)
        if given is not None:
            changes[name] = tuple(given)
    for name in SINGLE:
        given = getattr(arguments, name, None)
        if given is not None:
            changes[name] = given
    if arguments.no_respect_gitignore:
        changes["respect_gitignore"] = False
    settings = override(settings, **changes) if changes else settings
    if "tokenizer" in changes:
        settings = override(settings, tokenizer=_from_here(changes["tokenizer"], settings))
    if arguments.ray_address and settings.executor != "ray":
        from ftlint.model import FtlintError

        raise FtlintError("--ray-address goes with --executor ray")
    return settings


def _check_fix_only(arguments: Namespace) -> None:
    from ftlint.model import FtlintError
    from ftlint.report import parse_specs

    for spec in parse_specs(arguments.output_format or ()):
        if spec.path is None and spec.format not in ("full", "concise"):
            told = f"--fix does, or give a file: --output-format {spec.format}=FILE"
            raise FtlintError(f"--fix-only prints no report: {told}")


def _check(arguments: Namespace) -> None:
    from ftlint.model import FtlintError

    if getattr(arguments, "reason", "") and not arguments.write_suppressions:
        raise FtlintError("--reason goes with --write-suppressions")
    for flag in ("unsafe_fixes", "show_fixes", "exit_non_zero_on_fix"):
        if getattr(arguments, flag, False) and not is_fixing(arguments):
            raise FtlintError(f"--{flag.replace('_', '-')} goes with --fix or --diff")
    if getattr(arguments, "fix_only", False):
        _check_fix_only(arguments)
    if getattr(arguments, "write_suppressions", False) and is_fixing(arguments):
        raise FtlintError("--write-suppressions accepts what there is: fix first, then accept what is left")
    if getattr(arguments, "today", ""):
        from datetime import date

        try:
            sound = date.fromisoformat(arguments.today).isoformat() == arguments.today
        except ValueError:
            sound = False
        if not sound:
            raise FtlintError(f"--today: a date is written YYYY-MM-DD, not {arguments.today!r}")

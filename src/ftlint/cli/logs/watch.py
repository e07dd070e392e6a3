"""`ftlint logs watch`: parse, call, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ftlint.live.monitor import Monitor
    from ftlint.live.verdicts import Verdict
    from ftlint.live.watching import Teller
    from ftlint.model import RunLog, Severity
    from ftlint.settings import Settings

FORMATS = ("full", "jsonl")


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "watch",
        help="tell of a run while it runs, and stop it when a verdict is sure",
        usage="ftlint logs watch RUN [flags]",
        description=(
            "Follow a training run, tell each verdict once, and end with the first that is sure enough to "
            "stop it."
        ),
        epilog=(
            "exit codes: 0 the run ended clean, 1 a verdict stopped the watch or stands at the end,\n"
            "2 no log, no end, or the stop command failed\n\n"
            "examples:\n"
            "  ftlint logs watch out/\n"
            '  ftlint logs watch out/ --stop-command "kill 4711"\n'
            '  ftlint logs watch out/ --stop-command "scancel $SLURM_JOB_ID"\n'
            "  ftlint logs watch out/ --once --fail-on warning\n"
        ),
        formatter_class=partial(RawDescriptionHelpFormatter, max_help_position=27),
    )
    parser.add_argument("run_path", metavar="RUN", help="a log or the folder of a run; it need not exist yet")
    _add_stopping(parser)
    waiting = parser.add_argument_group("waiting")
    waiting.add_argument("--once", action="store_true", help="judge what is there now, then end")
    waiting.add_argument(
        "--timeout",
        type=_amount,
        default=0.0,
        metavar="SECONDS",
        help="end when nothing was written for so long; else wait",
    )
    waiting.add_argument(
        "--interval", type=_amount, default=2.0, metavar="SECONDS", help="look this often (2)"
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", default="full", choices=FORMATS, metavar="NAME", help="full or jsonl"
    )
    output.add_argument("-q", "--quiet", action="store_true", help="print verdicts only")
    rules = parser.add_argument_group("rules")
    for flag, line in (("--select", "run these alone"), ("--ignore", "do not run these")):
        rules.add_argument(flag, action="append", metavar="RULE", help=line)
    rules.add_argument("--config", default="", metavar="FILE", help="the settings file")
    rules.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.set_defaults(run=run)


def _add_stopping(parser: ArgumentParser) -> None:
    from ftlint.live.stopping import CONFIDENCE, PATIENCE, STOPS

    stopping = parser.add_argument_group("stopping")
    stopping.add_argument(
        "--stop-on", action="append", metavar="RULE", help=f"verdicts that end the watch ({', '.join(STOPS)})"
    )
    stopping.add_argument(
        "--fail-on", metavar="LEVEL", help="let any at this severity or above end it, too: warning, error"
    )
    stopping.add_argument(
        "--patience",
        type=_count,
        default=PATIENCE,
        metavar="N",
        help=f"evals in a row a verdict must hold for ({PATIENCE})",
    )
    stopping.add_argument(
        "--confidence",
        type=_share,
        default=CONFIDENCE,
        metavar="SHARE",
        help=f"how sure it must be, 0 to 1 ({CONFIDENCE})",
    )
    stopping.add_argument(
        "--stop-command",
        metavar="CMD",
        help="run this once then, with the verdict in FTLINT_VERDICT_*",
    )
    stopping.add_argument("--shell", action="store_true", help="give the command to /bin/sh")


def _amount(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e9:
        raise ArgumentTypeError(f"a number of seconds above 0, not {text!r}")
    return value


def _count(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ArgumentTypeError(f"a number from 1 on, not {text!r}")
    return int(text)


def _share(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"a share from 0 to 1, not {text!r}")
    return value


def run(arguments: Namespace) -> int:
    from ftlint.live import command
    from ftlint.live.follow import Followed
    from ftlint.live.watching import Options, watch
    from ftlint.model import FtlintError

    asked = arguments.stop_command is not None
    if arguments.shell and not asked:
        raise FtlintError("--shell goes with --stop-command")
    if arguments.once and (arguments.timeout or asked):
        flag = "--timeout" if arguments.timeout else "--stop-command"
        raise FtlintError(f"--once judges what is there and waits for nothing: leave {flag} out")
    words = command.parsed(arguments.stop_command, shell=arguments.shell) if asked else None
    settings = _settings(arguments)
    level = _level(arguments.fail_on)
    stop: Callable[[Verdict, RunLog], None] | None = None
    if words is not None:
        stop = partial(command.run, words)
    return watch(
        Followed(arguments.run_path, settings.logs.columns, _binding(settings)),
        _monitor(settings, arguments, level),
        Options(arguments.interval, arguments.timeout, level or settings.fail_on, arguments.once),
        _teller(arguments),
        stop,
    )


def _settings(arguments: Namespace) -> Settings:
    from ftlint.model import FtlintError
    from ftlint.read.urls import is_remote
    from ftlint.settings import load, override

    if is_remote(arguments.run_path):
        raise FtlintError("logs watch follows files of this machine, not of stores: mount or sync them")
    settings = load([arguments.run_path], config=arguments.config, isolated=arguments.isolated)
    changes = {}
    for name in ("select", "ignore"):
        given = getattr(arguments, name)
        if given is not None:
            changes[name] = tuple(word for text in given for word in text.replace(",", " ").split())
    return override(settings, **changes) if changes else settings


def _binding(settings: Settings) -> Callable[[RunLog], RunLog]:
    """Puts the config to a run that a `[[training]]` says."""
    from ftlint.engine.configs import configs_of
    from ftlint.engine.runs import bound
    from ftlint.engine.versions import versions

    configs = []
    for table in settings.training:
        file = os.path.join(settings.root, table.config) if table.config and table.log else ""
        if os.path.isfile(file):
            configs += configs_of(file, table.config, versions(settings))
    return lambda log: bound([log], configs, settings)[0]


def _level(text: str | None) -> Severity | None:
    from ftlint.model import FtlintError, Severity

    if text is None:
        return None
    try:
        return Severity.parse(text)
    except ValueError as error:
        raise FtlintError(f"--fail-on: {error}") from None


def _monitor(settings: Settings, arguments: Namespace, level: Severity | None) -> Monitor:
    from ftlint.live.monitor import Monitor
    from ftlint.live.rules import run_rules, severity_by
    from ftlint.live.stopping import STOPS, Stopping, named
    from ftlint.model import FtlintError

    rules = run_rules(settings)
    if not rules:
        raise FtlintError("no rule of training runs is selected: --select RUN runs them all")
    stops = STOPS if arguments.stop_on is None else named(arguments.stop_on, rules)
    stopping = Stopping(stops, arguments.confidence, arguments.patience, level)
    return Monitor(rules, stopping, severity_by(settings, rules))


def _teller(arguments: Namespace) -> Teller:
    from ftlint.live.telling import Lines, Rows
    from ftlint.report import style_for

    if arguments.output_format == "jsonl":
        return Rows(sys.stdout)
    return Lines(sys.stdout, style_for(sys.stdout), quiet=arguments.quiet)

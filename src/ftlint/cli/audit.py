"""`ftlint audit`: parse, call, print."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.gate.audit_verify import Verified

EVENTS = ("check", "redact", "approve", "train", "eval", "export")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "audit",
        help="verify and report the log of who did what",
        description="Verify and report the audit log, which [audit] log in the settings names.",
    )
    verbs = parser.add_subparsers(metavar="command", title="commands")
    _add_verify(verbs)
    _add_report(verbs)
    parser.set_defaults(run=partial(_help, parser))


def _add_verify(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "verify",
        help="whether the log is what was recorded",
        usage="ftlint audit verify [LOG] [flags]",
        description=(
            "Hold the log against itself (each entry has the hash of the one before it), its head file, the\n"
            "key where there is one, and the marks in ftlint.lock and in the run.json of runs."
        ),
        epilog=(
            "exit codes: 0 intact, 1 changed, 2 could not verify\n\n"
            "examples:\n"
            "  ftlint audit verify\n"
            "  ftlint audit verify /mnt/audit/ftlint.jsonl --run outputs/lora\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    _add_common(parser)
    parser.set_defaults(run=verify)


def _add_report(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "report",
        help="what was recorded, and whether it stands as it was",
        usage="ftlint audit report [LOG] [flags]",
        description="Print what was recorded: when, by whom, what, with which verdict; verified first.",
        epilog=(
            "exit codes: 0 intact, 1 changed, 2 could not read\n\n"
            "examples:\n"
            "  ftlint audit report --last 20\n"
            "  ftlint audit report --event train --event eval\n"
            "  ftlint audit report --output-format markdown -o audit.md\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--event", action="append", default=[], choices=EVENTS, metavar="EVENT", help=", ".join(EVENTS)
    )
    parser.add_argument("--last", type=int, default=0, metavar="N", help="the last N of them")
    _add_common(parser)
    parser.set_defaults(run=report)


def _add_common(parser: Any) -> None:
    parser.add_argument("log", nargs="?", default="", metavar="LOG", help="the log; that of the settings")
    parser.add_argument(
        "--run",
        action="append",
        default=[],
        dest="runs",
        metavar="RUN",
        help="runs whose marks are looked up",
    )
    parser.add_argument(
        "--output-format",
        dest="shape",
        choices=("text", "json", "markdown"),
        default="text",
        help="text, json or markdown",
    )
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write to FILE")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")


def _help(parser: Any, _: Namespace) -> int:
    """What is shown where no command is named."""
    parser.print_help()
    return 2


def verify(arguments: Namespace) -> int:
    from ftlint.gate import audit_report

    found = _verified(arguments)
    if arguments.shape == "json":
        write = partial(audit_report.as_json, found, None)
    elif arguments.shape == "markdown":
        write = partial(audit_report.markdown, found, ())
    else:
        write = partial(audit_report.verdict_text, found, style=_style(arguments))
    _deliver(write, arguments)
    return int(bool(found.faults))


def report(arguments: Namespace) -> int:
    from ftlint.gate import audit_report

    found = _verified(arguments)
    entries = [entry for entry in found.entries if not arguments.event or entry["event"] in arguments.event]
    entries = entries[-arguments.last :] if arguments.last > 0 else entries
    if arguments.shape == "json":
        write = partial(audit_report.as_json, found, entries)
    elif arguments.shape == "markdown":
        write = partial(audit_report.markdown, found, entries)
    else:
        write = partial(audit_report.text, found, entries, style=_style(arguments))
    _deliver(write, arguments)
    return int(bool(found.faults))


def _verified(arguments: Namespace) -> Verified:
    from ftlint.gate.audit_entry import audit_key, log_path
    from ftlint.gate.audit_marks import marks_of
    from ftlint.gate.audit_verify import verify
    from ftlint.model import FtlintError
    from ftlint.settings import load

    settings = load([], config=arguments.config)
    path = os.path.abspath(arguments.log) if arguments.log else log_path(settings)
    if not path:
        raise FtlintError("no log: name it, or set [audit] log in the settings", settings.file)
    marks = marks_of(settings, arguments.runs)
    if marks and not os.path.lexists(path):
        last = max(marks, key=lambda mark: mark.seq)
        raise FtlintError(
            f"there is no audit log here, and {last.place} was written at entry {last.seq} of one: it was "
            "deleted, or is on another machine",
            path,
        )
    found = verify(path, audit_key(settings, needed=False), marks)
    shown = arguments.log or os.path.relpath(path)
    return found._replace(path=path if shown.startswith("..") else shown)


def _style(arguments: Namespace) -> Any:
    from ftlint.report import style_for
    from ftlint.report.style import plain

    style = style_for(sys.stdout)
    return plain(style) if arguments.output else style


def _deliver(write: Any, arguments: Namespace) -> None:
    from ftlint.report.deliver import to_file, to_stdout

    if arguments.output:
        to_file(arguments.output, write)
    else:
        to_stdout(write)

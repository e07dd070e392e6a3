"""`ftlint data redact`: parse, call, print."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from ftlint.model.privacy import PiiChoices, SecretChoices
    from ftlint.model.redaction import Redaction
    from ftlint.prepare.choices import Chosen
    from ftlint.prepare.disguise import Disguise
    from ftlint.prepare.redact import Task, Work
    from ftlint.prepare.targets import Refused
    from ftlint.settings import Settings


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "redact",
        help="a copy without personal data and secrets",
        usage="ftlint data redact PATH ... -o OUT [flags]",
        description="Write a copy of datasets in which personal data and secrets are disguised.",
        epilog=(
            "exit codes: 0 redacted, 2 could not redact everything\n\n"
            "examples:\n"
            "  ftlint data redact train.jsonl -o clean.jsonl\n"
            "  ftlint data redact data/ -o clean/ --mode pseudonym --mode card=mask\n"
            "  ftlint data redact train.jsonl --dry-run --kinds email,phone,secrets\n"
            "  zcat train.jsonl.gz | ftlint data redact - > clean.jsonl\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders, globs; - for JSON lines on standard input"
    )
    _add_what(parser)
    _add_where(parser)
    run = parser.add_argument_group("running")
    run.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes; 1: none, 0: one per core")
    run.add_argument("--report", default="", metavar="FILE", help="write what was changed to FILE, as JSON")
    run.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    run.add_argument("--config", default="", metavar="FILE", help="the settings file")
    run.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.set_defaults(run=run_command)


def _add_what(parser: Any) -> None:
    what = parser.add_argument_group("what and how")
    what.add_argument(
        "--mode",
        action="append",
        default=[],
        metavar="[KIND=]MODE",
        help="replace (default), mask, hash or pseudonym; for all kinds or for one",
    )
    what.add_argument(
        "--kinds",
        action="append",
        default=[],
        metavar="KIND",
        help="these alone: email, phone, ..., secrets; default stands for the usual ones",
    )
    what.add_argument("--secrets-only", action="store_true", help="leave personal data as it is")
    what.add_argument(
        "--samples", action="store_true", help="also values that stand for nobody (example.com)"
    )
    what.add_argument("--number", action="store_true", help="number placeholders by value: <PERSON_2>")
    what.add_argument("--new-key", action="store_true", help="make the project's key, for hash and pseudonym")


def _add_where(parser: Any) -> None:
    where = parser.add_argument_group("where to")
    where.add_argument("-o", "--output", default="", metavar="OUT", help="a file, or a folder for several")
    where.add_argument("--force", action="store_true", help="write over what stands at OUT")
    where.add_argument("--in-place", action="store_true", help="replace the files themselves")
    where.add_argument("--backup", action="store_true", help="with --in-place: keep the original as FILE.bak")
    where.add_argument("--dry-run", action="store_true", help="count, and write nothing")


def run_command(arguments: Namespace) -> int:
    from ftlint.model import FtlintError
    from ftlint.settings import load

    paths = [path for path in arguments.paths if path != "-"]
    settings = load(paths, config=arguments.config, isolated=arguments.isolated)
    if arguments.new_key:
        _make_key(settings, sys.stderr if arguments.paths else sys.stdout)
        if not arguments.paths:
            return 0
    if not arguments.paths:
        raise FtlintError("name what to redact, see ftlint data redact --help")
    work, not_covered = _work(arguments, settings)
    tasks, refused = _tasks(arguments, settings)
    audited = None
    if settings.audit.log:
        from ftlint.gate.audit_events import Redacting

        audited = Redacting(settings, {task.source.path: task.source.file for task in tasks})
    done = _redacted(tasks, refused, work, not_covered)
    if audited is not None:
        audited.record(done)
    _print(done, arguments, to_stdout=any(task.out is not None for task in tasks))
    return 2 if any(file.failed for file in done.files) else 0


@contextmanager
def _placed(settings: Settings, *keys: str) -> Iterator[None]:
    """Tells where in the settings a mistake is that was made there."""
    from ftlint.model import FtlintError, MissingExtraError

    try:
        yield
    except MissingExtraError:
        raise
    except FtlintError as error:
        if error.path:
            raise
        raise FtlintError(error.message, *settings.where(("redact", *keys))) from None


def _make_key(settings: Settings, told: TextIO) -> None:
    from ftlint.detect.keyed import key_path, new_key

    with _placed(settings, "key-name"):
        path = key_path(settings.root, file=settings.redact.key_file, name=settings.redact.key_name)
    new_key(path)
    print(f"made a key: {path}", file=told)


def _work(arguments: Namespace, settings: Settings) -> tuple[Work, Sequence[str]]:
    from ftlint.detect.pii.kinds import MODEL_KINDS
    from ftlint.detect.sensitive import Finder, Wanted
    from ftlint.engine.executors import available_cores
    from ftlint.engine.sensitive import check_choices, choices
    from ftlint.prepare.choices import not_covered
    from ftlint.prepare.redact import Work

    pii, secret = choices(settings), settings.secrets.choices()
    chosen = _chosen(arguments, settings, pii, secret)
    wanted = Wanted(chosen.pii, chosen.secrets != frozenset(), pii, secret)
    # what is a secret is no personal data, so that secrets are looked for in any case
    check_choices(Finder(wanted._replace(secrets=True)), settings)
    jobs = settings.jobs if arguments.jobs is None else arguments.jobs
    work = Work(
        Finder(wanted),
        _disguise(arguments, settings, secret),
        chosen.wanted,
        number=arguments.number or settings.redact.number,
        samples=arguments.samples,
        jobs=jobs or available_cores(),
        has_model=bool(chosen.pii & MODEL_KINDS),
    )
    return work, not_covered(chosen)


def _chosen(arguments: Namespace, settings: Settings, pii: PiiChoices, secret: SecretChoices) -> Chosen:
    from ftlint.prepare.choices import check_can_run, chosen_kinds

    named = [word for text in arguments.kinds for word in text.replace(",", " ").split()]
    if named or arguments.secrets_only:
        chosen = chosen_kinds(named, secret, secrets_only=arguments.secrets_only)
        check_can_run(chosen, pii)
        return chosen
    with _placed(settings, "kinds"):
        chosen = chosen_kinds(settings.redact.kinds, secret, secrets_only=False)
        check_can_run(chosen, pii)
    return chosen


def _disguise(arguments: Namespace, settings: Settings, secret: SecretChoices) -> Disguise:
    from ftlint.prepare.choices import chosen_modes, known_kind, known_mode, needs_key
    from ftlint.prepare.disguise import Disguise, Mode

    single: dict[str, Mode] = {}
    for kind, each in settings.redact.modes:
        with _placed(settings, "modes", kind):
            single[known_kind(kind, secret)] = known_mode(each)
    mode, modes = chosen_modes(arguments.mode, known_mode(settings.redact.mode), single, secret)
    return Disguise(mode, modes, _key(settings) if needs_key(mode, modes) else None)


def _key(settings: Settings) -> bytes:
    from ftlint.detect.keyed import VARIABLE, key_path, project_key
    from ftlint.model import FtlintError

    file, name = settings.redact.key_file, settings.redact.key_name
    with _placed(settings, "key-file" if file else "key-name"):
        key = project_key(settings.root, file=file, name=name)
        if key is None and (file or name):
            place = key_path(settings.root, file=file, name=name)
            raise FtlintError(f"there is no key at {place}: --new-key makes one, or set {VARIABLE}")
    if key is None:
        raise FtlintError(
            f"hash and pseudonym need the project's key: --new-key makes one, or set {VARIABLE}"
        )
    return key


def _tasks(arguments: Namespace, settings: Settings) -> tuple[list[Task], list[Refused]]:
    from ftlint.cli.given import is_stream
    from ftlint.model import FtlintError
    from ftlint.prepare.targets import Wish, tasks
    from ftlint.read.discover import discover

    if "-" in arguments.paths:
        if len(arguments.paths) > 1 or arguments.in_place:
            raise FtlintError("- stands for standard input: it goes alone, and not with --in-place")
        return [_from_stdin(arguments)], []
    for path in filter(is_stream, arguments.paths):
        raise FtlintError("is a pipe: give it on standard input, as -", path)
    to_stdout = arguments.output == "-"
    wish = Wish(
        arguments.paths,
        os.devnull if to_stdout else arguments.output,
        arguments.in_place,
        arguments.dry_run,
        arguments.force,
        arguments.backup,
    )
    made, refused = tasks(discover(arguments.paths, settings), wish)
    if to_stdout:
        if len(made) + len(refused) > 1:
            raise FtlintError("-o - takes one file: several cannot be told apart")
        made = [task._replace(target="", out=_standard_output(), compression="") for task in made]
    return made, refused


def _from_stdin(arguments: Namespace) -> Task:
    """JSON lines as they come: nothing of them is kept anywhere."""
    from ftlint.model import FtlintError, Source
    from ftlint.prepare.redact import Task
    from ftlint.prepare.targets import check_place
    from ftlint.read.classify import named

    if sys.stdin is None:
        raise FtlintError("- stands for standard input, which is closed")
    source = Source("<stdin>", "", 0, "jsonl")
    stream = _Stream(sys.stdin.buffer)
    if arguments.dry_run:
        return Task(source, stream=stream)
    if arguments.output in ("", "-"):
        return Task(source, stream=stream, out=_standard_output())
    check_place(arguments.output)
    if os.path.isfile(arguments.output) and not arguments.force:
        raise FtlintError("stands there already: --force writes over it", arguments.output)
    return Task(source, arguments.output, named(arguments.output)[1], arguments.force, stream=stream)


class _Stream:
    """Standard input, as readers take it; what is no text is refused, as it would pass unseen."""

    fault = None

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._begun = False

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read(size)
        if not self._begun:
            self._begun = True
            _refuse_packed(data)
        return data

    def close(self) -> None:
        """It is not ours to close."""


def _refuse_packed(head: bytes) -> None:
    from ftlint.model import FtlintError
    from ftlint.read import magic

    packed = magic.compression(head) or ((magic.is_parquet(head) or magic.is_arrow(head)) and "a table")
    what = packed or magic.binary(head) or magic.encoding(head)[0].replace("utf-8", "")
    if what:
        raise FtlintError(f"standard input is {what}, not JSON lines: unpack it first, or name the file")


def _standard_output() -> Any:
    from ftlint.model import FtlintError

    if sys.stdout is None:
        raise FtlintError("standard output is closed")
    return sys.stdout.buffer


def _redacted(
    tasks: Sequence[Task], refused: Sequence[Refused], work: Work, not_covered: Sequence[str]
) -> Redaction:
    from ftlint.prepare.run import run
    from ftlint.report.progress import Progress

    progress = Progress(sum(task.source.size for task in tasks), sys.stderr)
    try:
        return run(tasks, refused, work, not_covered, progress.advance)
    finally:
        progress.close()


def _print(done: Redaction, arguments: Namespace, *, to_stdout: bool) -> None:
    from ftlint.report import style_for
    from ftlint.report.deliver import to_file
    from ftlint.report.deliver import to_stdout as printed
    from ftlint.report.redaction import as_json, write

    if arguments.report:
        to_file(arguments.report, partial(as_json, done))
    if arguments.quiet:
        for file in done.files:
            if file.failed:
                print(f"ftlint: {file.path}: {file.failed}", file=sys.stderr)
    elif to_stdout:
        write(done, sys.stderr, style_for(sys.stderr))
    else:
        printed(partial(write, done, style=style_for(sys.stdout)))

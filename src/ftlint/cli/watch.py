"""`ftlint check --watch`: check, wait for a change, check again.

Files are looked at, not listened to: their times and sizes are asked for, which works on every file system,
on those of a network and of containers too, and needs no package. Looking takes a twentieth of the time at
most. Each check is a forked child, so that nothing is remembered of files that have changed since.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ftlint.cli.flags import overridden
from ftlint.cli.given import is_stream
from ftlint.model import FtlintError
from ftlint.report.amounts import plural

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.read.discover import Found
    from ftlint.settings import Settings

INTERVAL = 0.3
SHARE = 20
"""Seconds between two looks, and at least so many times what a look takes."""

QUIET = 0.1
PATIENCE = 30
"""A change is checked once files have been at rest for so many seconds, or after so many such spells."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
FORMATS = ("full", "concise")
NAMED = 3

State = Mapping[str, tuple[int, int, int]]


class Watched(NamedTuple):
    """What is checked now: the settings, and which files beside the data count."""

    settings: Settings
    documents: str


def watch(arguments: Namespace) -> int:
    """Check again and again until Ctrl-C, which is how it ends: exit code 0."""
    _refuse(arguments)
    looker = _Looker(arguments)
    screen = sys.stdout.isatty()
    try:
        state, changed = looker.look(), None
        while True:
            if screen:
                sys.stdout.write(CLEAR)
            elif changed is not None:
                sys.stdout.write("\n")
            print(_banner(state, changed), flush=True)
            _check_apart(arguments)
            state, changed = looker.wait(state)
    except KeyboardInterrupt:
        if screen:
            print()
        return 0


def _banner(state: State, changed: Sequence[str] | None) -> str:
    now = time.strftime("%H:%M:%S")
    if changed is None:
        return f"[{now}] watching {plural(len(state), 'file')}; Ctrl-C ends"
    from ftlint.detect.mask import visible

    shown = ", ".join(visible(os.path.relpath(each)) for each in changed[:NAMED])
    more = f" and {len(changed) - NAMED:,} more" if len(changed) > NAMED else ""
    return f"[{now}] changed: {shown}{more}"


def _check_apart(arguments: Namespace) -> None:
    """One check in a child; whatever becomes of it, the watch goes on."""
    from ftlint.cli.main import answered

    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        try:
            os.waitpid(pid, 0)
        except KeyboardInterrupt:
            with suppress(ProcessLookupError, ChildProcessError):  # it may have ended just now
                os.kill(pid, signal.SIGINT)
                os.waitpid(pid, 0)
            raise
        return
    code = 2
    try:
        arguments.watch = False
        code = answered(arguments)
        sys.stdout.flush()
    except Exception as error:  # the reason is told as for any check, and the next one is another
        import traceback

        traceback.print_exception(error)
    finally:
        sys.stderr.flush()
        os._exit(code)


class _Looker:
    """Looks at every file that a check would read."""

    def __init__(self, arguments: Namespace) -> None:
        self.arguments = arguments
        self.known: Watched | None = None
        self.found: list[str] = list(arguments.paths)
        self.cost = 0.0

    def wait(self, before: State) -> tuple[State, list[str]]:
        """The state after the next change, once it is at rest, and the files that changed."""
        now = before
        while now == before:
            time.sleep(max(INTERVAL, SHARE * self.cost))
            now = self.look()
        for _ in range(PATIENCE):
            time.sleep(QUIET)
            last, now = now, self.look()
            if last == now:
                break
        return now, sorted(file for file in {*before, *now} if before.get(file) != now.get(file))

    def look(self) -> State:
        began = time.perf_counter()
        state = dict(_states(self._files()))
        self.cost = time.perf_counter() - began
        return state

    def _files(self) -> Iterator[str]:
        yield from _settings_files(self.arguments)
        with suppress(FtlintError):  # the check says what is wrong; until it is mended what was there counts
            self.found = [each.file for each in _found(self.arguments, self._watched())]
        yield from self.found
        if self.known is not None:
            yield from _beside(self.known.settings)

    def _watched(self) -> Watched:
        settings = _loaded(self.arguments)
        if self.known is None or settings != self.known.settings:
            from ftlint.engine.plan import RuleSet
            from ftlint.registry import selected

            self.known = Watched(settings, RuleSet(selected(settings)).reads_documents)
        return self.known


def _loaded(arguments: Namespace) -> Settings:
    from ftlint.settings import load

    return overridden(load(arguments.paths, config=arguments.config, isolated=arguments.isolated), arguments)


def _found(arguments: Namespace, watched: Watched) -> Sequence[Found]:
    from ftlint.read.discover import discover

    return discover(
        arguments.paths,
        watched.settings,
        file_list=arguments.file_list,
        documents=watched.documents,  # type: ignore[arg-type]  # as the rules say it
    )


def _settings_files(arguments: Namespace) -> Iterator[str]:
    """Every place where a settings file may stand, whether there is one or not."""
    from ftlint.settings.load import NAMES

    if arguments.config:
        yield os.path.abspath(arguments.config)
    real = [os.path.abspath(path) for path in arguments.paths] or [os.getcwd()]
    folder = os.path.commonpath(real)
    while not arguments.isolated:
        yield from (os.path.join(folder, name) for name in NAMES)
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = parent


def _beside(settings: Settings) -> Iterator[str]:
    """Files that the settings name and that are no data: what they extend, suppressions, schemas ..."""
    from ftlint.read.discover import matching
    from ftlint.read.urls import is_remote

    yield from (layer.file for layer in settings.layers)
    named = [settings.suppressions, settings.tokenizer, settings.target_facts, settings.serve.file]
    named += [dataset.schema for dataset in settings.dataset]
    for training in settings.training:
        named += [training.config, training.log, training.baseline, training.serve, training.tokenizer]
    yield from (os.path.join(settings.root, name) for name in named if name and not is_remote(name))
    for globs in (settings.benchmark, *(dataset.benchmark for dataset in settings.dataset)):
        for glob in globs:
            if not is_remote(glob):
                yield from matching(glob, settings.root)


def _states(files: Iterable[str]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for file in dict.fromkeys(map(os.path.abspath, files)):
        try:
            told = os.stat(file)
        except OSError:
            continue
        yield file, (told.st_mtime_ns, told.st_size, told.st_ino)


def _refuse(arguments: Namespace) -> None:
    """Raise `FtlintError` for what cannot be watched, and for flags that make no sense again and again."""
    from ftlint.read.urls import is_remote

    if any(is_stream(path) for path in arguments.paths) or arguments.file_list == "-":
        raise FtlintError("--watch needs files: standard input and pipes can be read only once")
    for path in arguments.paths:
        if is_remote(path):
            raise FtlintError("--watch looks at files of this machine, not at stores: leave the address out")
    for flag in ("write_suppressions", "prune_suppressions", "show_files", "diff"):
        if getattr(arguments, flag, False):
            raise FtlintError(
                f"--watch does not go with --{flag.replace('_', '-')}: run that once, by itself"
            )
    try:
        settings = _loaded(arguments)
    except FtlintError:
        return  # the first check says what is wrong, and the watch waits for it to be mended
    for spec in settings.output_format:
        if spec not in FORMATS:
            raise FtlintError(
                f"--watch shows full or concise, not {spec}: a report that is written again and again is of "
                "no use to a program"
            )

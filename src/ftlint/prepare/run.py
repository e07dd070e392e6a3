"""A run over several files: one after another, each whole or not at all, and what became of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ftlint.detect.pseudonyms import SMALL
from ftlint.model import FtlintError
from ftlint.model.redaction import FileRedacted, KindChanged, Redaction
from ftlint.prepare.disguise import Disguise
from ftlint.prepare.redact import Task, Work, redact
from ftlint.prepare.tally import Tally
from ftlint.prepare.targets import Refused


def run(
    tasks: Sequence[Task],
    refused: Sequence[Refused],
    work: Work,
    not_covered: Sequence[str],
    advance: Callable[[int, int], None],
) -> Redaction:
    """Redacts every file that can be; one that cannot is told and stops no other."""
    begun = time.monotonic()
    total = Tally()
    files = [FileRedacted(each.path, "", failed=each.reason) for each in refused]
    unseen: Counter[str] = Counter()
    for task in tasks:
        try:
            done = redact(task, work, advance)
        except FtlintError as error:
            place = f"{error.path}: " if error.path and error.path != task.source.path else ""
            files.append(FileRedacted(task.source.path, "", failed=f"{place}{error.message}"))
            continue
        total.add(done.tally)
        unseen.update(done.unseen)
        files.append(_file(task, done.tally, work.disguise))
    return Redaction(
        sorted(files, key=lambda file: file.path),
        tuple(_kinds(total, work.disguise)),
        (*not_covered, *sorted(unseen)),
        total.left.total(),
        bool(tasks) and all(not task.target and task.out is None for task in tasks),
        time.monotonic() - begun,
    )


def _file(task: Task, tally: Tally, disguise: Disguise) -> FileRedacted:
    return FileRedacted(
        task.source.path,
        task.target,
        tally.rows_read,
        tally.rows_changed,
        tally.broken,
        tally.elsewhere,
        tuple(_kinds(tally, disguise)),
    )


def _kinds(tally: Tally, disguise: Disguise) -> Iterator[KindChanged]:
    """Most frequent first."""
    shared = Counter(kind for kind, _ in tally.clashes)
    for (family, kind), spans in sorted(tally.spans.items(), key=lambda item: (-item[1], item[0])):
        mode = disguise.mode_of(kind, family)
        counted = tally.drawn is not None or not (mode == "pseudonym" and kind in SMALL)
        yield KindChanged(
            kind, family, mode, spans, tally.rows[family, kind], shared[kind] if counted else None
        )

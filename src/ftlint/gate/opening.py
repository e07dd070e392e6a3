"""The test split is opened once, at the end, and the lock records it before a row is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlint.gate.lock import (
    FEWEST_SIGNS,
    NAME,
    Approval,
    Approver,
    Lock,
    Opening,
    read_lock,
    sealed,
    unsealed,
)
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.settings import Settings


def earlier(approval: Approval, lock: Lock) -> list[tuple[str, Opening]]:
    """When the test split of an approval was opened: by its own config at any time, whatever the files were
    then, and by other configs where a file is the same. Each with the config's path, in order of time.
    """
    now = {each.sha256 for each in approval.data.get("test", [])}
    found: list[tuple[str, Opening]] = []
    for each in lock.approvals:
        mine = _key(each) == _key(approval)
        found += [(each.config.path, one) for one in each.openings if mine or now & set(one.files)]
    return sorted(found, key=lambda item: item[1].at)


def open_test(
    settings: Settings, approval: Approval, *, run: str, who: Approver, at: str, reason: str = ""
) -> Approval:
    """Record in the lock that the test split is opened, and give the approval with that.

    Call it before a row of the split is read. `run` is the SHA-256 of the run's manifest, "" without one.
    Raises `FtlintError` where there is no test split, where its files are not those of the lock, and where
    it was opened before and `reason` does not say why it is again.
    """
    test = approval.data.get("test", [])
    path = approval.config.path
    if not test:
        told = "no test split is locked: name its files as `test` of the [[dataset]] that is trained on"
        raise FtlintError(f"{told}, and approve again", path)
    _refuse_changed(approval, settings.root)
    words = " ".join(reason.split())

    def opened(lock: Lock, mine: Approval) -> list[Opening]:
        before = earlier(approval, lock)
        _refuse_again(before, words, path)
        files = [each.sha256 for each in test]
        why = words if before else ""
        return [*mine.openings, Opening(at=at, by=who, run=run, result="", reason=why, files=files)]

    return _changed(settings.root, approval, opened)


def may_open(settings: Settings, approval: Approval, reason: str = "") -> None:
    """Raises `FtlintError` as `open_test` does where the split was opened before, and writes nothing."""
    before = earlier(approval, read_lock(settings.root))
    _refuse_again(before, " ".join(reason.split()), approval.config.path)


def _refuse_again(before: Sequence[tuple[str, Opening]], words: str, path: str) -> None:
    if before and not words:
        raise FtlintError(_again(before, path), path)
    if before and sum(sign.isalnum() for sign in words) < FEWEST_SIGNS:
        raise FtlintError(f'--reopen {words}: write why it is opened again: --reopen "WHY"', path)


def record_result(settings: Settings, approval: Approval, result: str) -> Approval:
    """Write the SHA-256 of the result file to the opening that `open_test` recorded, the last of `approval`,
    and give the approval with that. Raises `FtlintError` where the lock holds no such opening.
    """

    def with_result(_: Lock, mine: Approval) -> list[Opening]:
        wanted = approval.openings[-1] if approval.openings else None
        if wanted is None or wanted.result or wanted not in mine.openings:
            told = "the lock holds no opening of the test split that waits for this result"
            raise FtlintError(told, approval.config.path)
        place = len(mine.openings) - 1 - mine.openings[::-1].index(wanted)
        done = wanted.model_copy(update={"result": result})
        return [*mine.openings[:place], done, *mine.openings[place + 1 :]]

    return _changed(settings.root, approval, with_result)


def _again(before: Sequence[tuple[str, Opening]], path: str) -> str:
    other, last = before[-1]
    times = "once" if not before[1:] else f"{len(before)} times"
    of_other = f" for {other}" if other != path else ""
    unfinished = ", and no result of that is recorded" if not last.result else ""
    who = f"{last.at[:10]} by {last.by.name}{of_other}{unfinished}"
    return (
        f"the test split was opened {times} before, last on {who}: choose on the validation split, "
        'or say why it is opened again: --reopen "WHY"'
    )


def _changed(root: str, approval: Approval, openings: Callable[[Lock, Approval], list[Opening]]) -> Approval:
    """Write new openings of one approval to the lock, while nobody else changes it."""
    from ftlint.gate.lock_file import change

    done: list[Approval] = []

    def changed(lock: Lock) -> Lock:
        mine = next((each for each in lock.approvals if _key(each) == _key(approval)), None)
        if mine is None:
            raise FtlintError("is no longer approved: approve it again", approval.config.path)
        if edited := unsealed(mine):  # what somebody edited is not sealed anew
            raise FtlintError(f"{edited[0]}: was edited in the lock itself: git restore {NAME}", NAME)
        done.append(sealed(mine.model_copy(update={"openings": openings(lock, mine)})))
        rest = [each for each in lock.approvals if each is not mine]
        return Lock(ftlint_lock=1, approvals=[*rest, *done])

    change(root, changed)
    return done[0]


def _key(approval: Approval) -> tuple[str, int | None]:
    return approval.config.path, approval.config.line


def _refuse_changed(approval: Approval, root: str) -> None:
    from ftlint.gate.locked import locked_file

    for index, each in enumerate(approval.data["test"]):
        if locked_file(each.path, os.path.join(root, each.path)) != each:
            told = "changed since it was approved: put it back as it was, or approve again"
            raise FtlintError(f"data.test[{index}]: {told}", each.path)

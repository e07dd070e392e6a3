"""Where epochs end, of logs that write the number of the epoch beside each step."""

from __future__ import annotations

from collections.abc import Iterator


class EpochCount:
    """Makes progress of epoch numbers.

    Some logs write how far a run has come (2.5: half of the third epoch is done), others the number of the
    epoch that runs, from 0 or from 1. A fraction says progress, and so do whole numbers of which each stands
    at one step only. Of a number that stays over several steps only its change says something: between two
    rows an epoch ended.
    """

    def __init__(self, *, running: bool = False) -> None:
        """`running`: numbers are known to be those of running epochs, and steps and they count from 0."""
        self._from_0 = 1.0 if running else 0.0
        self._base: float | None = 0.0 if running else None
        """The number of the first epoch, where numbers are those of running ones."""

        self._progress = False
        self._last: tuple[float, float, bool] | None = None
        self._held: list[tuple[float, float]] = []

    def seen(self, step: float, epoch: float, ends: bool = False) -> Iterator[tuple[float, float]]:
        """Takes a step and its epoch; steps, and the epochs done there, as far as it is known by now.

        `ends` says that the row sums up the epoch, or is an eval of the kind that ends one.
        """
        last, self._last = self._last, (step, epoch, ends)
        if last is not None and last[:2] == (step, epoch):
            self._last = step, epoch, ends or last[2]
            return
        if not self._progress and self._base is None:
            self._decide(step, epoch, last)
            if not self._progress:
                self._held.append((step, epoch))
        if self._progress:
            yield from self._held
            self._held.clear()
            yield step, epoch
        elif self._base is not None and last is not None and epoch > last[1]:
            between = last[0] + self._from_0 if last[2] else (last[0] + step + 1) // 2
            yield min(between, step), epoch - self._base

    def _decide(self, step: float, epoch: float, last: tuple[float, float, bool] | None) -> None:
        if epoch != int(epoch):
            self._progress = True
        elif (last is not None and last[1] == epoch) or (epoch == 0 and step > 0):
            self._base = min(self._held[0][1], 1.0) if self._held else 0.0
        elif last is not None and last[1] > 0 and epoch > last[1]:
            self._progress = True

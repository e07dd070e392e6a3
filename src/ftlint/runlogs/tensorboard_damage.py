"""What of an event file could not be read, one entry for each kind of damage."""

from __future__ import annotations

from ftlint.model.run_log import Damage as Kind
from ftlint.model.run_log import Damaged


class Damage:
    """Counts the damaged records of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rest: Damaged | None = None
        """What stands at the end of the file and is no whole record: it may yet become one."""

        self._told: tuple[Damaged, ...] = ()
        self.clear()

    def clear(self) -> None:
        """Forget what is known: the file is read anew."""
        self._bad: list[int] = []
        self._foreign: list[int] = []
        self._long: list[int] = []
        self._gaps: list[tuple[int, int]] = []
        self._longest = 0
        self.rest = None

    def checksum(self, *at: int) -> None:
        """Records that fail their checksum."""
        self._bad += at

    def no_event(self, at: int) -> None:
        """A record whose checksum is good and which is no event."""
        self._foreign.append(at)

    def too_long(self, at: int, length: int) -> None:
        """A record too long to be looked into."""
        self._long.append(at)
        self._longest = max(self._longest, length)

    def gap(self, at: int, end: int) -> None:
        """Bytes without a record, between the last good one and the next."""
        self._gaps.append((at, end))

    def tail(self, at: int, end: int, needed: int | None) -> None:
        """A record that is cut off by the end of the file."""
        wanted = f" of {needed:,}" if needed is not None else ""
        self.rest = Damaged(
            "truncated",
            self.path,
            f"ends within a record: {end - at:,}{wanted} bytes of it are there",
            offset=at,
            lost=1,
        )

    def lost_tail(self, at: int, end: int, *, zeros: bool) -> None:
        """Bytes up to the end of the file that hold no record."""
        if zeros:
            message = f"the last {end - at:,} bytes are zero: they were never written out"
            self.rest = Damaged("truncated", self.path, message, offset=at)
        else:
            message = f"no record can be found in the last {end - at:,} bytes"
            self.rest = Damaged("corrupt", self.path, message, offset=at)

    def entries(self) -> list[Damaged]:
        """All that is known by now."""
        found = [
            self._entry("corrupt", self._bad, "fails its checksum", "fail their checksum"),
            self._entry("unreadable-rows", self._foreign, "is no event", "are no events"),
        ]
        if self._gaps:
            lost = sum(end - at for at, end in self._gaps)
            several = "" if len(self._gaps) == 1 else f" at {len(self._gaps):,} places"
            message = f"the length of a record fails its checksum{several}: {lost:,} bytes passed over"
            found.append(Damaged("corrupt", self.path, message, None, self._gaps[0][0], len(self._gaps)))
        if self._long:
            ending = f"too long to be looked into, up to {self._longest:,} bytes"
            found.append(self._entry("unreadable-rows", self._long, f"is {ending}", f"are {ending}"))
        return [each for each in [*found, self.rest] if each is not None]

    def _entry(self, kind: Kind, at: list[int], one: str, many: str) -> Damaged | None:
        if not at:
            return None
        message = (
            f"1 record {one}"
            if len(at) == 1
            else f"{len(at):,} records {many}, the first at byte {min(at):,}"
        )
        return Damaged(kind, self.path, message, None, min(at), len(at))

    def tell(self, damaged: list[Damaged]) -> bool:
        """Put what is known now in place of what was told before; whether that is something else."""
        told = tuple(self.entries())
        if told == self._told:
            return False
        damaged[:] = [each for each in damaged if each not in self._told] + [*told]
        self._told = told
        return True

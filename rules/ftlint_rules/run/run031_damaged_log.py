from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, RunLog
from ftlint.model.run_log import Damaged
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.run.wording import counted

ROW = '{"current_steps": %d, "total_steps": 40, "loss": 1.5, "lr": 1e-4, "epoch": 0.5, "percentage": 10.0}\n'
WHOLE = "".join(ROW % step for step in range(1, 21))
LATER = "".join(ROW % step for step in range(21, 41))


class DamagedLog(Rule[RunLog]):
    """A part of the log cannot be read.

    ## Why it matters
    Every verdict on the run rests on what is left: a curve with a hole, or without its end, may look healthy.

    ## What to do
    Copy the file again from where it was written. A last line or record that is cut is usual where a run was
    killed, or is being written to.

    ## References
    Records of TensorBoard's event files carry a checksum (CRC-32C) of their length and of their bytes; what
    does not agree is left out. A cut end, and rows of another kind between those of the log, are information.
    What is wrong in the same way is told once for a file, at its first place.
    """

    code = "RUN031"
    name = "damaged-log"
    severity = Severity.WARNING
    help = "copy the file again from where it was written"
    bad = (
        Example(files={"out/trainer_log.jsonl": WHOLE + "\x07garbage}{\n" + LATER}),
        Example(files={"out/trainer_log.jsonl": WHOLE + ROW[:40]}, note="information: the last row is cut"),
    )
    good = (Example(files={"out/trainer_log.jsonl": WHOLE}),)

    def check(self, log: RunLog) -> Iterator[Finding]:
        alike: dict[tuple[str, str], list[Damaged]] = {}
        for each in log.damaged:
            alike.setdefault((each.path, each.kind), []).append(each)
        for several in alike.values():
            yield self._finding(log, several)

    def _finding(self, log: RunLog, several: list[Damaged]) -> Finding:
        first = several[0]
        lost = sum(each.lost for each in several)
        at = f", first at byte {first.offset:,}" if first.offset is not None and first.line is None else ""
        parts = [
            each for each in (f"{counted(lost)} lost" if lost > 1 else "", at.removeprefix(", ")) if each
        ]
        mild = first.kind in ("truncated", "foreign-rows")
        more = f" ({'; '.join(parts)})" if parts else ""
        return Finding(
            f"{_subject(first)}{first.message}{more}",
            path=first.path,
            line=first.line,
            offset=first.offset,
            severity=Severity.INFO if mild else None,
            step=log.last_step,
            confidence=1.0,
        )


def _subject(damaged: Damaged) -> str:
    """Who is meant, where a message begins with what it does: `is no JSON`, `breaks off within its JSON`."""
    if not damaged.message.startswith(("is ", "are ", "has ", "breaks ", "ends ", "holds ")):
        return ""
    return "the log " if damaged.line is None else "a row of the log "

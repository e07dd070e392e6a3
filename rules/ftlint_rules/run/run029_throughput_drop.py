from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.throughput import slowed, stalled
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, seconds, where

LOSSES = [2.0 - 0.02 * n for n in range(60)]


class ThroughputDrop(Rule[RunLog]):
    """The run became slower, or stood still for a while.

    ## Why it matters
    It costs what the hours cost: a device that throttles, a neighbour on the machine, a data loader that
    falls behind, memory that is nearly full, or a store that did not answer.

    ## What to do
    Look at the device's clock and temperature and at the time that the data loader takes from that step on.

    ## References
    Seconds of a step from the log's own figures (`tokens_per_second`, `samples_per_second`, `step_time`),
    else from the times of its rows; rows between which the run was evaluated or resumed don't count. `slower`
    1.5 times for the last quarter and `still` 20 times the usual pause and ten minutes more are this
    project's own. Information: it does not harm the model.
    """

    code = "RUN029"
    name = "throughput-drop"
    severity = Severity.INFO
    help = "look at the clock of the device and at the data loader from that step on"
    bad = (
        Example(log=history(LOSSES, step_time=[1.0] * 40 + [2.1] * 20)),
        Example(log=history(LOSSES, tokens_per_second=[9000.0] * 40 + [4000.0] * 20)),
    )
    good = (
        Example(log=history(LOSSES, step_time=[1.0, 1.3] * 30)),
        Example(log=history(LOSSES, step_time=[1.0] * 30 + [2.1] * 5 + [1.0] * 25), note="it came back"),
    )

    slower: Annotated[float, Between(1, 1000), "times the usual seconds of a step, over the last quarter"] = (
        1.5
    )
    still: Annotated[float, Between(1, 1e6), "times the usual pause between two rows"] = 20
    least_seconds: Annotated[float, Between(0, 1e7), "seconds that a pause is longer than usual at least"] = (
        600
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        slow = slowed(log, self.slower)
        if slow.found and slow.step is not None:
            numbers = slow.numbers
            yield Finding(
                f"slower since {where(log, slow.step)}: {percent(1 - 1 / numbers['factor'])} less throughput "
                f"({figure(numbers['factor'])} times as long for a step)",
                step=slow.step,
                confidence=slow.confidence,
            )
        stood = stalled(log, self.still, self.least_seconds)
        if stood.found and stood.step is not None:
            numbers = stood.numbers
            others = numbers["count"] - 1
            more = f"; {plural(others, 'more pause')}, {seconds(numbers['lost'])} in all" if others else ""
            yield Finding(
                f"stood still for {seconds(numbers['seconds'])} after {where(log, stood.step)} "
                f"(usually {seconds(numbers['usual'])} from row to row){more}",
                step=stood.step,
                confidence=stood.confidence,
                help="look at the store, the data loader and the machine at that time",
            )

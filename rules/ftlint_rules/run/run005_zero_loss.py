from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, plural, where

LOSS = [2.0, 1.6, 1.4, 1.3, 1.2]


class ZeroLoss(Rule[RunLog]):
    """The training loss falls to exactly zero at once and stays there.

    ## Why it matters
    No model of text gets there by learning. The loss overflowed and was left out of the log, all tokens are
    masked, or there is but one row, which is known by heart. The run goes on, costs as before, and learns
    nothing.

    ## What to do
    See whether the gradient's norm is 0 or NaN at the same steps. With fp16 take bf16. Check the mask: at
    least some tokens of each row must count. Count the rows that are left after filtering.

    ## References
    transformers leaves NaN and infinite losses out of the logged mean (`logging_nan_inf_filter`), so that a
    loss that overflows at each step reads 0. It writes four decimals: a loss that came down to 0.0020 or less
    before may have been rounded, one whose eval loss is as small has been learnt; neither is told.
    """

    code = "RUN005"
    name = "zero-loss"
    severity = Severity.ERROR
    help = "look for an overflow (fp16), for rows whose tokens are all masked, and for data of one row"
    confirmed_by = "at once"
    bad = (
        Example(log=history([*LOSS, *[0.0] * 10])),
        Example(log=history([0.0] * 8, grad_norm=[float("nan")] * 8), note="from the start"),
    )
    good = (
        Example(log=history([*LOSS, 0.1, 0.01, 0.0011, 0.0003, 0.0001, *[0.0] * 10]), note="rounded to zero"),
        Example(log=history([*LOSS, 0.0162, *[0.0] * 4, 0.0084, *[0.0] * 5], [0.01, 1.1e-05], eval_every=80)),
        Example(log=history([0.0] * 8, reward=LOSS), note="the loss of a policy"),
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name)
        if not found.found or found.step is None:
            return
        before = found.numbers["before"]
        came = f"falls from {figure(before)} to exactly 0" if before != float("inf") else "is exactly 0"
        yield Finding(
            f"training loss {came} at {where(log, found.step)} and stays there "
            f"({plural(found.numbers['to_end'], 'value')} to the end)",
            step=found.step,
            confidence=round(found.confidence, 2),
        )

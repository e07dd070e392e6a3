"""Whether a run went on after a resume where it had left off."""

from __future__ import annotations

from math import sqrt

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, jitter, median, usual_gap
from ftlint.model.run_log import Restart, RunLog

AROUND = 5
"""Points on each side of a resume that are compared."""


def resumed(log: RunLog, restart: Restart, share: float, deviations: float) -> Judgement:
    """Whether the loss or the learning rate jumped at a resume.

    The mean loss of the first points after it, of one up to five, is compared with that just before the step
    it went back to: upwards by `share` of it and by `deviations` standard errors of the noise. `again` of the
    numbers is how many steps were run twice, `rate` the learning rate after over that before, where it rose
    by more than a tenth.
    """
    loss = finite(log.loss) if log.loss is not None else None
    # its first row tells of the steps since the row before
    again = restart.reached - restart.step + (usual_gap(loss) if loss is not None else 0)
    numbers: dict[str, float] = {"again": again}
    rates = log.series.get("learning_rate")
    found = False
    if rates is not None:
        before = [rate for step, rate in rates.points() if step < restart.step][-2:]
        after = [rate for step, rate in rates.points() if step >= restart.step][:2]
        # a warmup that is still going on rises, too
        rising = len(before) == 2 and before[1] > before[0]
        if before and after and before[-1] > 0 and after[0] > 1.1 * before[-1] and not rising:
            numbers["rate"] = after[0] / before[-1]
            found = True
    if loss is None or len(loss) < 2 * AROUND:
        return Judgement("yes" if found else "unknown", restart.step, confidence=0.8, numbers=numbers)
    earlier = [value for step, value in loss.points() if step < restart.step][-AROUND:]
    later = [value for step, value in loss.points() if step >= restart.step][:AROUND]
    if len(earlier) < 3 or not later:
        return Judgement("yes" if found else "unknown", restart.step, confidence=0.8, numbers=numbers)
    was, noise = median(earlier), jitter(loss.values)
    numbers |= {"before": was, "after": later[0], "share": 0.0}
    for count in range(1, len(later) + 1):
        now = sum(later[:count]) / count
        error = noise * sqrt(1 / count + 1 / len(earlier))
        if was > 0 and now - was > max(share * was, deviations * error):
            numbers |= {"after": now, "share": now / was - 1, "jumped": 1.0}
            found = True
            break
    return Judgement("yes" if found else "no", restart.step, confidence=0.85, numbers=numbers)

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.rewards import longer_for_reward
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import counted, figure, percent

WAVE = [0.0, 3.0, -2.0, 4.0, -3.0]
LONGER = [60.0 + 5 * n + WAVE[n % 5] for n in range(50)]


class RewardByLength(Rule[RunLog]):
    """The reward rises because the answers grow.

    ## Why it matters
    A reward that likes length is easier to please by writing more than by writing better: the answers fill
    the limit, repeat themselves, and cost more to serve. In reasoning, longer answers may be what is wanted.

    ## What to do
    Read some answers of late steps. Take length out of the reward (a penalty, or a reward model whose score
    does not hang on it), cap the length, and measure quality on held-out prompts.

    ## References
    Told where the mean length grew to `growth` times, the reward rose, and both go together (`correlation`
    of their changes from row to row, or of their courses). It is a warning where something speaks against
    the longer answers: a third and more are cut at the limit, or the evaluated reward or accuracy did not
    rise; else information. axolotl's guide has a length that rises to the maximum as a sign of reward hacking
    and under 30% cut as normal (not tested here). Singhal et al. 2023, "A Long Way to Go" (arXiv 2310.03716):
    much of what RLHF gains is length.
    """

    code = "RUN052"
    name = "reward-by-length"
    severity = Severity.WARNING
    help = "read late answers; take length out of the reward, or cap it"
    bad = (
        Example(
            log=history(
                reward=[0.01 * each for each in LONGER],
                **series(
                    {
                        "completions/mean_length": LONGER,
                        "completions/clipped_ratio": [0.0] * 25 + [0.4] * 25,
                    }
                ),
            )
        ),
        Example(
            log=history(
                reward=[0.01 * each for each in LONGER], **series({"completions/mean_length": LONGER})
            ),
            note="nothing speaks against it: information",
        ),
    )
    good = (
        Example(
            log=history(
                reward=[0.6 + 0.02 * n for n in range(50)],
                **series({"completions/mean_length": [90.0 + each for each in WAVE * 10]}),
            ),
            note="no longer than before",
        ),
        Example(
            log=history(
                reward=[1.0 + 0.05 * WAVE[(3 * n + 1) % 5] for n in range(50)],
                **series({"completions/mean_length": LONGER}),
            ),
            note="longer, but not for more reward",
        ),
    )

    growth: Annotated[float, Between(1, 1000), "times the mean length at the start"] = 1.3
    correlation: Annotated[float, Between(0, 1), "of the changes of length and reward"] = 0.3
    cut: Annotated[float, Between(0, 1), "share of answers cut at the limit that speaks against them"] = 0.3

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective != "reinforcement":
            return
        longer = longer_for_reward(log, self.growth, self.correlation)
        if not longer.found or longer.step is None:
            return
        numbers = longer.numbers
        against = []
        if numbers["clipped"] >= self.cut:
            against.append(f"{percent(numbers['clipped'])} of them are cut at the limit")
        if "held_out" in numbers and numbers["held_out"] < 1:
            against.append("the evaluated one did not rise")
        more = f"; {' and '.join(against)}" if against else ""
        yield Finding(
            f"answers grew from {counted(round(numbers['before']))} to {counted(round(numbers['now']))} "
            f"tokens while the reward rose from {figure(numbers['reward_before'])} "
            f"to {figure(numbers['reward'])}{more}",
            severity=None if against else Severity.INFO,
            step=longer.step,
            confidence=round(longer.confidence if against else 0.5, 2),
        )

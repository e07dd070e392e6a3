from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import all_rows, held_out_rows, trained
from ftlint_rules.fit.said import rows, setting

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
CHATS = [chat("Where is it?", "At the door.")] * 200


class TinyEvalSplit(Rule[Training]):
    """The share that the config holds out is too few rows to measure anything.

    ## Why it matters
    5% of 200 rows are 10: one answer more or less is 10 points, and the evaluation loss of single rows goes
    up and down by chance. Checkpoints and early stopping are then decided by it.

    ## What to do
    Hold out more: 100 rows give a proportion to within 10 points. With few rows in all, evaluate on a file of
    its own.

    ## References
    As `tiny-held-out`, which judges files: `least_rows` 30 is where the normal approximation behind the
    half-width of a proportion, 1.96 * sqrt(0.25 / n), begins to hold.
    """

    code = "FIT018"
    name = "tiny-eval-split"
    severity = Severity.WARNING
    worse = "fewer"
    help = "hold out more rows, or evaluate on a file of their own"
    bad = (
        Example(config={**LORA, "eval_split": 0.05}, data=CHATS),
        Example(config={**LORA, "eval_split": 20}, data=CHATS, note="a number of rows"),
    )
    good = (
        Example(config={**LORA, "eval_split": 0.2}, data=CHATS),
        Example(config={**LORA, "eval_split": 0.05}, note="the data is not known"),
        Example(
            config={**LORA, "eval_split": 0.05}, data=CHATS[:20], note="too few rows for any split: SPLIT001"
        ),
        Example(config={**LORA, "eval_split": 0.0}, data=CHATS),
    )

    least_rows: Annotated[int, Between(1, 1_000_000), "rows under which a split measures nothing"] = 30

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not config.get("eval_split"):
            return
        whole, held_out = all_rows(training), held_out_rows(training)
        if whole is None or held_out is None or held_out >= self.least_rows or whole < 2 * self.least_rows:
            return
        width = min(50.0, 98 / held_out**0.5) if held_out else 50.0
        holds = f"{setting(config, 'eval_split')} of {rows(whole)} holds out {held_out:,}"
        yield Finding(
            f"{holds}: a share measured on them is good to +-{width:.0f} points",
            **config.place("eval_split"),
        )

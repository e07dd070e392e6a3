from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Example, Rule, Severity, history
from ftlint_rules.run.wording import plural, shown, where

NAN = float("nan")
LOSS = [2.0, 1.8, 1.7, 1.6, 1.5, 1.45, 1.4, 1.38]


class NanLoss(Rule[RunLog]):
    """A loss is not a number, or infinite.

    ## Why it matters
    A training loss that stays NaN means weights of NaN: everything after it is lost. An eval loss of NaN
    beside a sound training loss means that the run cannot be judged: an overflow in the precision of
    evaluation, or eval rows without a single token that counts.

    ## What to do
    Training: go back to a checkpoint before it; bf16 instead of fp16, a lower learning rate, clipped
    gradients; look for rows with no trainable token, and for zeros under a logarithm or a division in an own
    loss. Eval: evaluate in the precision of training, and check that no eval row is all padding or prompt
    (labels of -100 only: their mean is 0 / 0).

    ## References
    IEEE 754: NaN in any sum makes the sum NaN. transformers hides it: `logging_nan_inf_filter` (on by
    default) leaves such steps out of the logged loss, which then reads 0 (see RUN005). A NaN that was gone at
    the next values is a warning. NaN is told of runs of reinforcement learning, too.
    """

    code = "RUN003"
    name = "nan-loss"
    severity = Severity.ERROR
    help = "bf16 instead of fp16, a lower learning rate, clipped gradients; rows without trainable tokens out"
    confirmed_by = "at once"
    bad = (
        Example(log=history([*LOSS, NAN, NAN, NAN])),
        Example(log=history(LOSS, [NAN, NAN], eval_every=40), note="of the eval set only"),
        Example(log=history([*LOSS[:4], float("inf"), *LOSS[4:]]), note="gone at the next: a warning"),
    )
    good = (
        Example(log=history(LOSS)),
        Example(log=history(LOSS, grad_norm=[NAN, NAN, *LOSS[2:]]), note="fp16 looks for its scale"),
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name)
        if not found.found or found.step is None:
            return
        numbers, name = found.numbers, found.why
        what = "training loss" if name == "loss" else f"eval loss ({shown(name)})"
        count, of = numbers["count"], numbers["of"]
        stays = numbers["to_end"] > 0
        how = f"all {plural(of, 'value')}" if count == of else f"{count:,.0f} of {plural(of, 'value')}"
        course = "to the end" if stays else "not any more at the end"
        beside = " while the training loss is sound" if numbers["eval"] else ""
        yield Finding(
            f"{what} is NaN or infinite from {where(log, found.step)} on ({how}, {course}){beside}"
            if stays
            else f"{what} is NaN or infinite at {where(log, found.step)} ({how}, {course}){beside}",
            severity=None if stays else Severity.WARNING,
            step=found.step,
            confidence=found.confidence,
        )

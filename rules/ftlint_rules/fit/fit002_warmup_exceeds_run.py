from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import rows, setting, share, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 2, "epochs": 1}
CHATS = [chat("Where is it?", "At the door.")] * 120


class WarmupExceedsRun(Rule[Training]):
    """A warmup that takes up much of the run, or outlasts it.

    ## Why it matters
    Steps follow from the data. 500 steps of warmup, copied from a recipe for a large dataset, are the whole
    run over 1,000 rows: the learning rate climbs until the last step, never gets where the config says, and
    the schedule after it never runs.

    ## What to do
    Warm up over 3 to 10% of the steps, as a ratio where the framework takes one. The fix sets 5%.

    ## References
    Steps are rows times epochs over the batch, as transformers' Trainer counts them; on more devices than are
    known there are fewer, so that the finding only gets worse. Bedrock's page on Nova's parameters tells to
    keep the warmup below the steps. `most` 0.2 is twice what common recipes take (0.03 to 0.1). A run of
    `smoke` steps or fewer is taken for a test, and its warmup told as information. What the config alone says
    (`max_steps`) is judged by `warmup-exceeds-steps`.
    """

    code = "FIT002"
    name = "warmup-exceeds-run"
    severity = Severity.ERROR
    worse = "either"
    fixable = "unsafe"
    help = "warm up over 3 to 10% of the steps"
    needs = (AnswerLengths,)
    bad = (
        Example(config={**LORA, "warmup_steps": 100}, data=CHATS, note="60 steps in all"),
        Example(config={**LORA, "warmup_steps": 20}, data=CHATS, note="a third of them: a warning"),
        Example(config={**LORA, "warmup_steps": 100}, data=CHATS[:10], note="a test: information"),
    )
    good = (
        Example(config={**LORA, "warmup_steps": 6}, data=CHATS),
        Example(config={**LORA, "warmup_steps": 100}, note="the data is not known"),
        Example(config={**LORA, "warmup_steps": 100, "max_steps": 50}, data=CHATS, note="CFG009 tells it"),
        Example(config={**LORA, "warmup_steps": 100, "lr_scheduler": "constant"}, data=CHATS, note="unused"),
        Example(config={**LORA, "warmup_steps": 20, "epochs": 3}, data=CHATS),
    )

    most: Annotated[float, Between(0, 1), "share of the steps above which warmup gets a warning"] = 0.2
    smoke: Annotated[int, Between(0, 1_000_000), "steps up to which a run is taken for a test"] = 20

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        warmup, schedule = config.get("warmup_steps"), config.get("lr_scheduler")
        if not warmup or warmup < 1 or (isinstance(schedule, str) and schedule.strip().lower() == "constant"):
            return
        size = run_size(training)
        if size.stopped or not size.steps or size.rows is None or warmup / size.steps <= self.most:
            return
        severity = Severity.ERROR if warmup >= size.steps else Severity.WARNING
        if size.steps <= self.smoke:
            severity = Severity.INFO
        takes = "the whole run" if warmup >= size.steps else share(int(warmup), size.steps)
        run = f"{steps(size.steps)} ({rows(size.rows)}, batch {size.batch:,}{size.on})"
        fewer = max(1, size.steps // 20)
        yield Finding(
            f"{setting(config, 'warmup_steps')} of {run}: warmup takes {takes}",
            severity=severity,
            fix=fix(f"set {fewer}, 5%", replace_value(config, "warmup_steps", fewer), safe=False),
            **config.place("warmup_steps"),
        )

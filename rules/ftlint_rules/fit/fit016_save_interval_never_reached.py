from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import setting, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 2, "epochs": 1}
SAVED = {**LORA, "save_strategy": "steps"}
CHATS = [chat("Where is it?", "At the door.")] * 120


class SaveIntervalNeverReached(Rule[Training]):
    """The run is over before its first checkpoint.

    ## Why it matters
    What is written at the end is the only checkpoint: a crash in the last hour loses all of it, and there is
    no earlier one to go back to when the last has overfitted. Where the best checkpoint is to be loaded, or
    training is to stop early, there is none to choose from.

    ## What to do
    Save each time the model is evaluated.

    ## References
    transformers' Trainer saves where the step is a multiple of `save_steps` and once more at the end
    (`trainer_callback.py`); so it is information, and a warning where the best checkpoint is asked for. Steps
    are counted from the data as `warmup-exceeds-run` says, or are the config's `max_steps`.
    """

    code = "FIT016"
    name = "save-interval-never-reached"
    severity = Severity.INFO
    worse = "either"
    help = "save each time the model is evaluated"
    covers = ("CFG062",)
    needs = (AnswerLengths,)
    bad = (
        Example(config={**SAVED, "save_steps": 500}, data=CHATS),
        Example(config={**SAVED, "save_steps": 500, "load_best_model": True}, data=CHATS, note="a warning"),
        Example(config={**SAVED, "save_steps": 500, "max_steps": 100}, note="the config says it alone"),
    )
    good = (
        Example(config={**SAVED, "save_steps": 20}, data=CHATS),
        Example(config={**SAVED, "save_steps": 500}, note="the data is not known"),
        Example(config={**SAVED, "save_steps": 500, "save_strategy": "epoch"}, data=CHATS),
        Example(config={**SAVED, "save_steps": 500, "save_strategy": "no"}, data=CHATS),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not config.written("save_steps"):
            return
        every, strategy = config.get("save_steps"), config.get("save_strategy")
        if not every or every < 1 or strategy in ("no", "epoch", "best"):
            return
        size = run_size(training)
        if not size.steps or every <= size.steps:
            return
        wanted = bool(config.get("load_best_model") or config.get("early_stopping"))
        run = f"{steps(size.steps)}{'' if size.stopped else size.on}"
        yield Finding(
            f"{setting(config, 'save_steps')} in a run of {run}: "
            + ("there is no best checkpoint to choose" if wanted else "nothing is saved before the end"),
            severity=Severity.WARNING if wanted else self.severity,
            **config.place("save_steps"),
        )

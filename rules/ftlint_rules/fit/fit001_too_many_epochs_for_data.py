from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import passes, plain, rows, setting

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 4}
CHATS = [chat("Where is it?", "At the door.")] * 120
UNJUDGED = frozenset({"pretrain", "classification", "distillation"})


class TooManyEpochsForData(Rule[Training]):
    """More passes than so few rows bear.

    ## Why it matters
    Under a thousand rows, each pass shows the model the same few sentences again. From the fourth on it
    recites them: training loss goes to zero, answers to anything else suffer, and what is private in the rows
    comes out word for word.

    ## What to do
    Train 1 to 3 epochs, evaluate after each and keep the best checkpoint. More rows do more than more epochs.
    The fix sets 3.

    The passes are those that really happen: where `max_steps` says how long the run is, they are its steps
    times the batch over the rows. Reinforcement learning, which draws new answers in each pass, pretraining
    and classification are not judged.

    ## References
    Unsloth's guide on hyperparameters: 1 to 3 epochs. 50 epochs over 100 rows left a model that could not be
    understood (LLaMA-Factory, issue 5517). OpenAI's guide starts at 50 to 100 examples and lets the service
    choose the epochs. `few_rows` 1,000 is a proposal: no study of where it turns was found.
    """

    code = "FIT001"
    name = "too-many-epochs-for-data"
    severity = Severity.WARNING
    worse = "either"
    fixable = "unsafe"
    help = "train 1 to 3 epochs, or collect more rows"
    covers = ("CFG007",)
    needs = (AnswerLengths,)
    bad = (
        Example(config={**LORA, "epochs": 5}, data=CHATS),
        Example(
            config={**LORA, "max_steps": 600}, data=CHATS, note="600 steps of 4 are 20 passes over 120 rows"
        ),
    )
    good = (
        Example(config={**LORA, "epochs": 3}, data=CHATS),
        Example(config={**LORA, "epochs": 5, "max_steps": 60}, data=CHATS, note="60 steps are 2 passes"),
        Example(config={**LORA, "epochs": 5}, data=CHATS, options={"few_rows": 100}),
        Example(config={**LORA, "epochs": 5}, note="the data is not known"),
        Example(config={**LORA, "method": "grpo", "epochs": 5, "num_generations": 8}, data=CHATS),
    )

    few_rows: Annotated[int, Between(0, 1_000_000), "rows under which passes are counted"] = 1000
    most: Annotated[float, Between(0, 1000), "passes that so few rows bear"] = 3

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.reinforcement:
            return
        if config.get("method") in UNJUDGED:
            return
        size = run_size(training)
        if size.rows is None or not 0 < size.rows < self.few_rows:
            return
        if size.epochs is None or size.epochs <= self.most:
            return
        field = "max_steps" if size.stopped else "epochs"
        told = passes(size.epochs)
        if size.stopped:
            told = f"{setting(config, 'max_steps')}, batch {size.batch:,}{size.on}: {told}"
        elif not config.written("epochs"):
            told += " (default)"
        most = plain(self.most)
        edit = replace_value(config, "epochs", _whole(self.most)) if not size.stopped else None
        yield Finding(
            f"{told} over {rows(size.rows)}; under {self.few_rows:,} rows {most} at most are common",
            fix=fix(f"set {most}", edit, safe=False),
            **config.place(field),
        )


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value

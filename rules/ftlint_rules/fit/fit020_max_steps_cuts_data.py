from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import setting, share

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 2}
CHATS = [chat("Where is it?", "At the door.")] * 2000
UNJUDGED = frozenset({"pretrain", "distillation"})


class MaxStepsCutsData(Rule[Training]):
    """The run stops before it has seen half of its data.

    ## Why it matters
    `max_steps` goes before the epochs. 60 steps, as notebooks and smoke tests have them, are 480 rows at a
    batch of 8: of 20,000 rows 2% are trained on, whatever the epochs say.

    ## What to do
    Take `max_steps` out and let the epochs decide, or raise it.

    ## References
    Unsloth's notebooks set `max_steps = 60` to be quick, and say so. transformers: a positive `max_steps`
    overrides `num_train_epochs`. Where nobody says how many devices train, `devices` is taken, so that a run
    on one node is not told falsely. Pretraining, streamed data and reinforcement learning are not judged.
    """

    code = "FIT020"
    name = "max-steps-cuts-data"
    severity = Severity.WARNING
    worse = "fewer"
    help = "let the epochs decide, or raise max_steps"
    covers = ("CFG024",)
    needs = (AnswerLengths,)
    bad = (
        Example(
            config={**LORA, "max_steps": 60, "epochs": 3}, data=CHATS, note="480 of 2,000 rows at 8 devices"
        ),
        Example(config={**LORA, "max_steps": 60, "world_size": 1}, data=CHATS),
    )
    good = (
        Example(config={**LORA, "max_steps": 600, "world_size": 1}, data=CHATS),
        Example(config={**LORA, "max_steps": 200}, data=CHATS, note="3,200 rows at 8 devices"),
        Example(config={**LORA, "epochs": 3}, data=CHATS),
        Example(config={**LORA, "max_steps": 60, "streaming": True}, data=CHATS),
        Example(config={**LORA, "max_steps": 60}, note="the data is not known"),
    )

    least_seen: Annotated[float, Between(0, 1), "share of the data that a run should see"] = 0.5
    devices: Annotated[int, Between(1, 100_000), "devices to reckon with where nobody says how many"] = 8

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.get("streaming") or config.reinforcement:
            return
        if config.get("method") in UNJUDGED:
            return
        size = run_size(training)
        if not size.stopped or size.steps is None or not size.batch or not size.examples:
            return
        whole = config.has("global_batch_size") or not size.assumed
        seen = size.steps * size.batch * (1 if whole else self.devices)
        if seen >= self.least_seen * size.examples:
            return
        rows = size.steps * size.batch
        yield Finding(
            f"{setting(config, 'max_steps')}, batch {size.batch:,}{'' if whole else size.on}: the run sees "
            f"{share(rows, size.examples)} of the data ({rows:,} of {size.examples:,})",
            **config.place("max_steps"),
        )

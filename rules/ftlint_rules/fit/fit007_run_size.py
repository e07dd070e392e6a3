from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, train_parts, train_tokens, trained
from ftlint_rules.fit.said import counted, passes, rounded, rows, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 4, "epochs": 3}
CHATS = [chat("Where is it?", "At the door.")] * 40


class RunSizeTold(Rule[Training]):
    """How long the run is: rows, steps and tokens.

    ## Why it matters
    It is no fault. Steps and tokens tell before the job starts whether batch, epochs and cadence of
    evaluation were meant, and what a provider will bill.

    ## What to do
    Nothing. The rule is off unless selected: `ftlint check --select run-size`.

    Hours are told where you say how fast it goes: `tokens-per-second`, as the log of an earlier run has it.
    No figure is built in: throughput depends on the device, the kernels, packing and the lengths of rows, by
    a factor of ten and more, and no source was found that tells it for a config.

    ## References
    Steps as transformers' Trainer counts them: rows over the batch, rounded up, times the epochs; `max_steps`
    goes before the epochs where the framework has it so. torchtune and mlx-lm round down. Tokens are counted
    or estimated as `truncated-target` says.
    """

    code = "FIT007"
    name = "run-size"
    severity = Severity.INFO
    default = False
    needs = (AnswerLengths,)
    bad = (
        Example(config=LORA, data=CHATS),
        Example(
            config={**LORA, "packing": True, "sequence_length": 512},
            data=CHATS,
            note="40 rows in 2 sequences",
        ),
        Example(config=LORA, data=CHATS, options={"tokens_per_second": 2000}, note="with the time it takes"),
    )
    good = (
        Example(config=LORA, note="the data is not known"),
        Example(
            config={"method": "sft", "tuning": "full", "epochs": 1}, data=CHATS, note="the batch is not known"
        ),
    )

    tokens_per_second: Annotated[
        float, Between(0, 1e9), "tokens a second over all devices, as an earlier run had them; 0 for unknown"
    ] = 0

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        size = run_size(training)
        if size.rows is None or size.steps is None or not size.batch or size.examples is None:
            return
        parts = [rows(size.rows)]
        if size.examples != size.rows:
            packed = "packed into {:,} sequences" if size.examples < size.rows else "{:,} completions"
            parts.append(packed.format(size.examples))
        parts.append(f"batch {size.batch:,}{size.on}: {steps(size.steps)}")
        if size.epochs is not None:
            parts.append(passes(size.epochs))
        tokens, records = train_tokens(training), sum(part.records for part in train_parts(training))
        if tokens is not None and records and size.epochs is not None and not config.reinforcement:
            whole = round(tokens * size.rows / records * size.epochs)
            parts.append(f"about {rounded(whole)} tokens ({counted(training)})")
            if self.tokens_per_second:
                parts.append(
                    f"{_time(whole / self.tokens_per_second)} at {self.tokens_per_second:,g} tokens/s"
                )
        yield Finding(", ".join(parts), **config.place("epochs", "max_steps"))


def _time(seconds: float) -> str:
    """`40 s`, `12 min`, `3.4 hours`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} hours"

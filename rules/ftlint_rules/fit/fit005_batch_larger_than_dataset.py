from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import FLOORED, run_size, trained
from ftlint_rules.fit.said import rows

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
CHATS = [chat("Where is it?", "At the door.")] * 20


class BatchLargerThanDataset(Rule[Training]):
    """One optimizer step asks for more rows than there are.

    ## Why it matters
    An epoch is then a single step, on fewer rows than the batch was set for: the learning rate, tuned for a
    full batch, is too high for it, and warmup and schedule have nothing to run over. Trainers that drop an
    incomplete batch train nothing at all.

    ## What to do
    Accumulate less, or make the batch smaller: effective batches of 16 and fewer are common for LoRA.

    ## References
    The batch is what one device holds, times what is accumulated, times the devices; where nobody says how
    many there are, one. torchtune drops the last batch (`recipes/`: `drop_last=True`, steps are rounded
    down): no step is left. mlx-lm refuses to start (`tuner/trainer.py`). Both are an error.
    """

    code = "FIT005"
    name = "batch-larger-than-dataset"
    severity = Severity.WARNING
    worse = "either"
    help = "accumulate less, or make the batch smaller"
    needs = (AnswerLengths,)
    bad = (
        Example(config={**LORA, "micro_batch_size": 4, "gradient_accumulation": 8}, data=CHATS),
        Example(
            config={**LORA, "micro_batch_size": 4, "gradient_accumulation": 2, "world_size": 4}, data=CHATS
        ),
        Example(
            config={**LORA, "micro_batch_size": 16, "eval_split": 0.5}, data=CHATS, note="half is held out"
        ),
    )
    good = (
        Example(config={**LORA, "micro_batch_size": 4, "gradient_accumulation": 5}, data=CHATS),
        Example(
            config={**LORA, "micro_batch_size": 4, "gradient_accumulation": 8}, note="the data is not known"
        ),
        Example(
            config={"method": "grpo", "micro_batch_size": 32, "num_generations": 8},
            data=CHATS,
            note="32 completions are of 4 prompts",
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.get("packing"):
            return
        size = run_size(training)
        if size.examples is None or not size.batch or not 0 < size.examples < size.batch:
            return
        nothing = config.dialect in FLOORED
        unit = rows(size.examples) if size.examples == size.rows else f"{size.examples:,} completions"
        yield Finding(
            f"a batch of {size.batch:,}{size.on} for {unit}: "
            + ("no step is left" if nothing else "an epoch is one step"),
            severity=Severity.ERROR if nothing else self.severity,
            **config.place("gradient_accumulation", "global_batch_size", "micro_batch_size"),
        )

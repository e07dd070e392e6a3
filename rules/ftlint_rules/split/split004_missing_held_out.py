from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class MissingHeldOut(Rule[Dataset]):
    """No rows are held out: no validation and no test split.

    ## Why it matters
    Without rows the model has not seen, the training loss is all there is, and it falls whether the model
    learns the task or the rows. Overfitting cannot be seen, nor two runs compared.

    ## What to do
    Hold out a tenth of the rows before any training, by conversation or customer where rows belong
    together. Where the trainer splits by itself (axolotl's `val_set_size`, LLaMA-Factory's `val_size`),
    the rows change with the seed: fixed files are better. Data that a config of the project trains on and
    holds a share of is not told.

    ## References
    A lone file whose name does not say that it is a training split may be one of several: for it this is an
    observation.
    On 56 public files: 36 hits, 36 looked at, 33 true.
    """

    code = "SPLIT004"
    name = "missing-held-out"
    severity = Severity.WARNING
    help = "hold out a tenth of the rows"
    documents = True
    bad = (
        Example(splits={"train": [chat("Hi", "Hello")] * 3}),
        Example([chat("Hi", "Hello")] * 3, note="a lone file: an observation"),
        Example(splits={"train": [chat("Hi", "Hello")] * 3, "general": [chat("Yo", "Hey")]}),
    )
    good = (
        Example(splits={"train": [chat("Hi", "Hello")] * 3, "validation": [chat("Yo", "Hey")]}),
        Example(splits={"train": [chat("Hi", "Hello")] * 3, "test": [chat("Yo", "Hey")]}),
        Example(splits={"test": [chat("Hi", "Hello")] * 3}, note="nothing is trained on"),
        Example(
            config={"method": "sft", "learning_rate": 2e-5, "eval_split": 0.05},
            splits={"train": [chat("Hi", "Hello")] * 3},
            note="the trainer holds rows out",
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        splits = dataset.splits
        if dataset.evaluated or dataset.partial or "train" not in splits:
            return
        if "validation" in splits or "test" in splits:
            return
        lone = dataset.evidence == "lone"
        known = any(part.format is not None for part in splits["train"].parts)
        if splits["train"].records and (known or not lone):
            yield Finding(
                "no validation or test split stands beside it" if lone else "no validation or test split",
                path=splits["train"].path,
                severity=Severity.INFO if lone else Severity.WARNING,
            )

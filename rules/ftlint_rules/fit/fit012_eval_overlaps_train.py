from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.model import Finding, Related, Training
from ftlint.rule import Between, Example, Rule, Severity
from ftlint_rules.fit.overlap import evaluated, made, rows_in_training
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import at, share

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}


class EvalOverlapsTrain(Rule[Training]):
    """Rows that the config evaluates on are among those it trains on.

    ## Why it matters
    An answer that was trained on is recalled, not worked out: the evaluation is better than the model, and
    the checkpoint that remembers most is kept.

    ## What to do
    Drop the shared rows from one side, and split after duplicates are removed.

    ## References
    A row is shared where prompt and answer are the same to the character. Told are files that are no train
    and held-out split of one dataset, as only the config puts them side by side; within a dataset
    `split-leakage` tells each row. An error from `error_share` on; fewer shared rows move a score by less
    than that.
    """

    code = "FIT012"
    name = "eval-overlaps-train"
    severity = Severity.ERROR
    help = "drop the shared rows from one side"
    needs = (RowHashes,)
    bad = (
        Example(
            config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)},
            files={"a.jsonl": made(0, 40), "b.jsonl": made(30, 60)},
        ),
        Example(
            config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)},
            files={"a.jsonl": made(0, 40), "b.jsonl": made(39, 160)},
            note="1 row of 121: a warning",
        ),
        Example(
            config={**LORA, "train_data": ("train.jsonl", "more.jsonl"), "eval_data": ("val.jsonl",)},
            files={"train.jsonl": made(0, 40), "more.jsonl": made(40, 80), "val.jsonl": made(70, 100)},
        ),
    )
    good = (
        Example(
            config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)},
            files={"a.jsonl": made(0, 40), "b.jsonl": made(40, 60)},
        ),
        Example(
            config={**LORA, "train_data": ("train.jsonl",), "eval_data": ("val.jsonl",)},
            files={"train.jsonl": made(0, 40), "val.jsonl": made(30, 60)},
            note="split-leakage tells it",
        ),
        Example(
            config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)},
            files={"a.jsonl": made(0, 40), "b.jsonl": made(0, 40)},
            note="eval-file-is-train tells it",
        ),
    )

    error_share: Annotated[float, Between(0, 1), "share of the evaluated rows from which it is an error"] = (
        0.01
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not training.regrouped:
            return
        for each in evaluated(training):
            found = rows_in_training(training, each.part) if each.twin is None else None
            if found is None:
                continue
            whole = each.part.records
            some = f"{share(found.rows, whole)} of {each.part.path} ({found.rows:,} of {whole:,} rows)"
            yield Finding(
                f"{some} are trained on, too; the first is row {found.row + 1}",
                severity=self.severity if found.rows >= self.error_share * whole else Severity.WARNING,
                related=Related(found.path, found.twin),
                **at(training, each.ref.range, "eval_data"),
            )

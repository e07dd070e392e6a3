from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.overlap import evaluated, made
from ftlint_rules.fit.run_size import trained
from ftlint_rules.fit.said import at

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
FILES = {"a.jsonl": made(0, 40), "b.jsonl": made(0, 40), "c.jsonl": made(40, 60)}


class EvalFileIsTrain(Rule[Training]):
    """The model is evaluated on the rows it is trained on.

    ## Why it matters
    Such an evaluation tells how well the rows were learnt by heart. Its loss falls until the last step, early
    stopping never stops, the best checkpoint is the most overfitted one, and no number in the report means
    what it says.

    ## What to do
    Hold rows out before training: another file, or a share of this one (`val_set_size`, `val_size`,
    `split_dataset_ratio`), after duplicates are removed.

    ## References
    Found where both sides name the same file without a slice of it, or two files with the same rows in the
    same order. Files that share some rows are told by `eval-overlaps-train`.
    """

    code = "FIT011"
    name = "eval-file-is-train"
    severity = Severity.ERROR
    help = "evaluate on rows that are held out"
    covers = ("CFG056",)
    needs = (RowHashes,)
    bad = (
        Example(config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("a.jsonl",)}, files=FILES),
        Example(
            config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)}, files=FILES, note="a copy"
        ),
        Example(
            config={**LORA, "train_data": ("a.jsonl", "c.jsonl"), "eval_data": ("c.jsonl",)}, files=FILES
        ),
    )
    good = (
        Example(config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("c.jsonl",)}, files=FILES),
        Example(config={**LORA, "train_data": ("a.jsonl",), "eval_split": 0.1}, files=FILES),
        Example(config={**LORA, "train_data": ("a.jsonl",), "eval_data": ("missing.jsonl",)}, files=FILES),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        for each in evaluated(training):
            if each.twin is None:
                continue
            path, twin = each.part.path, each.twin.path
            same = "trained on, too" if twin == path else f"{twin} again, row by row"
            yield Finding(f"{path}, evaluated on, is {same}", **at(training, each.ref.range, "eval_data"))

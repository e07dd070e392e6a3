from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.heldout import evaluates

LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nval_size: 0.1\neval_strategy: steps\neval_steps: 50\n"
    "per_device_train_batch_size: {size}\n"
)


class EvalBatchUnset(Rule[TrainingConfig]):
    """An evaluation that takes the default batch, many times that of training.

    ## Why it matters
    transformers evaluates 8 examples at once where nothing is written, however small the training batch was
    made to fit the memory. The logits of 8 long sequences over a vocabulary of 150,000 take tens of
    gigabytes, and the run dies at its first evaluation, hours in.

    ## What to do
    Write the evaluation batch, as large as the training batch. The fix does that.

    ## References
    transformers 5.23, `training_args.py`: per_device_eval_batch_size defaults to 8. transformers issues
    12878 and 25313, unsloth pull request 5168. Told of from `least_ratio` (4) times the training batch.
    """

    code = "CFG060"
    name = "eval-batch-unset"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write the evaluation batch"
    bad = (Example(config=LLAMAFACTORY.format(size=1)),)
    good = (
        Example(config=LLAMAFACTORY.format(size=4)),
        Example(config=LLAMAFACTORY.format(size=1) + "per_device_eval_batch_size: 1\n"),
        Example(config=LLAMAFACTORY.format(size=1).replace("steps\neval", "'no'\neval")),
    )

    least_ratio: Annotated[float, Between(1, 1000), "times the training batch from which it is told of"] = 4

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        each, size = config.field("eval_batch_size"), config.get("micro_batch_size")
        if config.purpose != "train" or each.written or each.unknown or not each.value or not size:
            return
        if not config.written("micro_batch_size") or not evaluates(config):
            return
        if each.value >= self.least_ratio * size:
            key = config.spelled("eval_batch_size").rpartition(".")[2]
            mend = insert_beside(config, config.field("micro_batch_size").key, key, size)
            yield Finding(
                f"{key} is not written: evaluation takes {each.value} at once (its default), training {size}",
                fix=fix(f"write {key}: {size}", mend, safe=False),
                **config.place("micro_batch_size"),
            )

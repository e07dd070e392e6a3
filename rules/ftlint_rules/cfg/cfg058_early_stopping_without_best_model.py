from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, replace_value
from ftlint.rule import Example, Rule

STOP = {"learning_rate": 2e-4, "early_stopping": 3, "eval_strategy": "steps", "eval_split": 0.1}


class EarlyStoppingWithoutBestModel(Rule[TrainingConfig]):
    """Early stopping that keeps the last checkpoint, not the best.

    ## Why it matters
    Early stopping ends a run some evaluations after its best one. Without `load_best_model_at_end` the model
    that is saved is the one at the end: the worst of the last few.

    ## What to do
    Write `load_best_model_at_end: true`, with equal strategies for saving and evaluating. axolotl does so
    by itself.

    ## References
    transformers 5.23, `trainer_callback.py`: EarlyStoppingCallback warns that the best model is not loaded.
    """

    code = "CFG058"
    name = "early-stopping-without-best-model"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "load the best model at the end"
    bad = (
        Example(config={**STOP, "load_best_model": False}),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
            "dataset: identity\nlearning_rate: 1.0e-4\nval_size: 0.1\neval_strategy: steps\nsave_steps: 100\n"
            "eval_steps: 100\nearly_stopping_steps: 3\n"
        ),
    )
    good = (
        Example(config={**STOP, "load_best_model": True}),
        Example(config=STOP, note="says nothing of it"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect == "axolotl" or not config.written("early_stopping"):
            return
        best = config.field("load_best_model")
        if not config.get("early_stopping") or best.unknown or best.value is not False:
            return
        yield Finding(
            f"{config.spelled('early_stopping')} without {config.spelled('load_best_model')}: the last model "
            "is kept, not the best",
            fix=fix("load the best model", _loaded(config), safe=False),
            **config.place("load_best_model", "early_stopping"),
        )


def _loaded(config: TrainingConfig) -> Edit | None:
    if config.written("load_best_model"):
        return replace_value(config, "load_best_model", True)
    return insert_beside(
        config, config.field("early_stopping").key, config.spelled("load_best_model").rpartition(".")[2], True
    )

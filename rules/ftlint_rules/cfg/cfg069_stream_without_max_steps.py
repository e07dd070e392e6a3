from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

REFUSE = frozenset({"axolotl", "llamafactory", "ms-swift", "trl", "hf", "hf-arguments", "alignment-handbook"})
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\nsequence_len: 2048\n"
    "learning_rate: 2.0e-5\npretraining_dataset:\n  - path: allenai/c4\n    type: pretrain\n"
)


class StreamWithoutMaxSteps(Rule[TrainingConfig]):
    """Streamed data without a number of steps.

    ## Why it matters
    A stream has no length. Without `max_steps` the trainer knows neither when to stop nor how to spread the
    learning rate, and refuses to start.

    ## What to do
    Write `max_steps`: tokens wanted, divided by the tokens of one step.

    ## References
    transformers 5.23, `trainer.py`; axolotl 0.18, `schemas/validation.py` (`streaming` and
    `pretraining_dataset`); LLaMA-Factory 0.9.5, `hparams/parser.py`.
    """

    code = "CFG069"
    name = "stream-without-max-steps"
    severity = Severity.ERROR
    help = "write max_steps"
    bad = (
        Example(config=AXOLOTL),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nstage: pt\nfinetuning_type: full\ntemplate: qwen\n"
            "dataset: c4_demo\nstreaming: true\nlearning_rate: 1.0e-5\n"
        ),
    )
    good = (
        Example(config=AXOLOTL + "max_steps: 1000\n"),
        Example(config=AXOLOTL + "max_steps: ${STEPS}\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.launched:
            return
        steps = config.field("max_steps")
        if steps.unknown or (steps.value or 0) > 0:
            return
        key = config.spelled("streaming") if config.get("streaming") is True else ""
        if config.dialect == "axolotl" and not key and truth(config, "pretraining_dataset"):
            key = "pretraining_dataset"
        entry = config.entry(key) if key else None
        if entry is not None:
            yield Finding(
                f"{key} without {config.spelling.get('max_steps', 'max_steps')}: a stream has no length",
                severity=None if config.dialect in REFUSE else Severity.WARNING,
                **placed(config.path, entry.key.range),
            )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import text, truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "val_set_size: 0.05\ndatasets:\n  - path: data.jsonl\n    type: chat_template\n"
)


class ExclusiveSchedules(Rule[TrainingConfig]):
    """Two schedules for saving or evaluating in one axolotl config.

    ## Why it matters
    axolotl takes one way of saying when to save and one of when to evaluate, and refuses a file with two.

    ## What to do
    Keep `save_steps` or `saves_per_epoch`, and `eval_steps` or `evals_per_epoch`; with a strategy other than
    `steps`, none of them.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_saves and check_evals.
    """

    code = "CFG061"
    name = "exclusive-schedules"
    severity = Severity.ERROR
    help = "keep one of the two"
    bad = (
        Example(config=AXOLOTL + "saves_per_epoch: 1\nsave_steps: 100\n"),
        Example(config=AXOLOTL + "eval_strategy: epoch\neval_steps: 100\n"),
        Example(config=AXOLOTL + "evals_per_epoch: 2\neval_steps: 100\n"),
        Example(config=AXOLOTL + "evals_per_epoch: 2\neval_strategy: epoch\n"),
    )
    good = (
        Example(config=AXOLOTL + "saves_per_epoch: 1\nsave_steps:\nevals_per_epoch: 1\neval_steps:\n"),
        Example(
            config=AXOLOTL + "save_strategy: steps\nsave_steps: 100\neval_strategy: steps\neval_steps: 9\n"
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "axolotl":
            return
        for kind in ("save", "eval"):
            keys = (f"{kind}_strategy", f"{kind}s_per_epoch", f"{kind}_steps")
            strategy, per_epoch, steps = keys
            # save_strategy counts only beside save_steps
            other = truth(config, strategy) and text(config, strategy) != "steps"
            pairs = (
                (per_epoch, steps, truth(config, per_epoch) and truth(config, steps)),
                (strategy, steps, other and truth(config, steps)),
                (strategy, per_epoch, kind == "eval" and other and truth(config, per_epoch)),
            )
            for first, second, both in pairs:
                entry = config.entry(second)
                if both and entry is not None:
                    said = f"{first} {text(config, first)}" if first == strategy else first
                    yield Finding(
                        f"{said} and {second} exclude each other", **placed(config.path, entry.key.range)
                    )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import number, present
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.heldout import no_eval_data

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "val_set_size: 0.05\ndatasets:\n  - path: data.jsonl\n    type: chat_template\n"
    "early_stopping_patience: 3\n"
)


class EarlyStoppingWithoutEval(Rule[TrainingConfig]):
    """Early stopping without the evaluations it goes by.

    ## Why it matters
    Early stopping counts evaluations without a gain. Where none runs, transformers stops with an assertion;
    axolotl asks for `eval_steps` and `save_steps`, the one a divisor of the other, and refuses a file
    without them, `evals_per_epoch` or not.

    ## What to do
    Evaluate every so many steps on held-out data and save at the same steps, or drop early stopping.

    ## References
    transformers 5.23, `trainer_callback.py`: EarlyStoppingCallback needs an evaluation strategy. axolotl
    0.18, `schemas/validation.py`; axolotl issues 28, 73 and 1286.
    """

    code = "CFG057"
    name = "early-stopping-without-eval"
    severity = Severity.ERROR
    help = "evaluate and save every so many steps"
    bad = (
        Example(config={"learning_rate": 2e-4, "early_stopping": 3, "eval_strategy": "no"}),
        Example(config=AXOLOTL + "evals_per_epoch: 4\nsaves_per_epoch: 1\n"),
        Example(config=AXOLOTL + "eval_steps: 50\nsave_steps: 120\n"),
    )
    good = (
        Example(
            config={"learning_rate": 2e-4, "early_stopping": 3, "eval_strategy": "steps", "eval_split": 0.1}
        ),
        Example(config=AXOLOTL + "eval_steps: 50\nsave_steps: 100\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if (
            config.purpose != "train"
            or not config.get("early_stopping")
            or not config.written("early_stopping")
        ):
            return
        key = config.spelled("early_stopping")
        why = _axolotl(config) if config.dialect == "axolotl" else _evaluation(config)
        if why:
            yield Finding(f"{key} is set, but {why}", **config.place("early_stopping"))


def _axolotl(config: TrainingConfig) -> str:
    missing = [key for key in ("eval_steps", "save_steps") if not present(config, key)]
    if missing:
        return f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} not"
    each, save = number(config, "eval_steps"), number(config, "save_steps")
    from fractions import Fraction

    if each and save and Fraction(str(save)) % Fraction(str(each)):
        return f"save_steps {save:g} is no multiple of eval_steps {each:g}"
    return ""


def _evaluation(config: TrainingConfig) -> str:
    if config.get("eval_strategy") == "no":
        return f"{config.spelled('eval_strategy')} is no"
    if config.get("eval_strategy") in ("steps", "epoch") and no_eval_data(config) and not config.launched:
        return "there is nothing to evaluate on"
    return ""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

BEST = {"learning_rate": 2e-4, "load_best_model": True, "eval_split": 0.1}
STEPS = {**BEST, "eval_strategy": "steps", "save_strategy": "steps"}
OTHERWISE = frozenset({"axolotl", "ms-swift"})


class BestModelWithoutMatchingSave(Rule[TrainingConfig]):
    """The best model is to be loaded, but is not saved where it is evaluated.

    ## Why it matters
    The best checkpoint can only be loaded where one was saved. transformers therefore asks for equal
    strategies of saving and evaluating and, by steps, for `save_steps` that are a multiple of `eval_steps`.
    It refuses anything else before training.

    ## What to do
    Write the same strategy and the same number of steps for both.

    ## References
    transformers 5.23, `training_args.py`. `save_strategy: best` is free of it. axolotl and ms-swift settle
    it in their own way and are left out.
    """

    code = "CFG059"
    name = "best-model-without-matching-save"
    severity = Severity.ERROR
    help = "save where you evaluate"
    bad = (
        Example(config={**BEST, "eval_strategy": "epoch", "save_strategy": "steps"}),
        Example(config={**BEST, "eval_strategy": "no", "save_strategy": "steps"}),
        Example(config={**STEPS, "eval_steps": 100, "save_steps": 250}),
        Example(config={**STEPS, "eval_steps": 0.1, "save_steps": 250}, note="a share and a number"),
    )
    good = (
        Example(config={**STEPS, "eval_steps": 100, "save_steps": 200}),
        Example(config={**STEPS, "eval_steps": 0.1, "save_steps": 0.3}),
        Example(config={**BEST, "eval_strategy": "steps", "save_strategy": "best"}),
        Example(config={**STEPS, "eval_steps": 100, "save_steps": 250, "load_best_model": False}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if (
            config.purpose != "train"
            or config.dialect in OTHERWISE
            or config.get("load_best_model") is not True
        ):
            return
        save, each = config.get("save_strategy"), config.get("eval_strategy")
        if save is None or each is None or save == "best" or not config.written("load_best_model"):
            return
        if save != each:
            yield Finding(
                f"{config.spelled('load_best_model')} needs equal strategies; "
                f"{config.spelled('save_strategy')} is {save}, {config.spelled('eval_strategy')} is {each}",
                **config.place("save_strategy", "eval_strategy", "load_best_model"),
            )
        elif save == "steps" and (why := _apart(config.get("save_steps"), config.get("eval_steps"))):
            yield Finding(
                f"{config.spelled('load_best_model')} needs a checkpoint at evaluations; {why}",
                **config.place("save_steps", "eval_steps", "load_best_model"),
            )


def _apart(save: float | None, each: float | None) -> str:
    """Why a checkpoint need not fall on an evaluation."""
    if not save or not each:
        return ""
    if (save < 1) != (each < 1):
        return f"save_steps {save:g} and eval_steps {each:g} are a share and a number"
    from fractions import Fraction

    apart = Fraction(str(save)) % Fraction(str(each))
    return f"save_steps {save:g} is no multiple of eval_steps {each:g}" if apart else ""

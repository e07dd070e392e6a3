from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import setting, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 2, "epochs": 1}
EVAL = {**LORA, "eval_strategy": "steps", "eval_split": 0.1}
CHATS = [chat("Where is it?", "At the door.")] * 120


AT_THE_END = frozenset({"llamafactory", "alignment-handbook", "litgpt", "mlx-lm", "mistral-finetune"})
"""Dialects whose training evaluates once more when it is done."""


class EvalIntervalNeverReached(Rule[Training]):
    """The run is over before its first evaluation.

    ## Why it matters
    Rows are held out and not looked at while it trains: no curve of the evaluation loss, no best checkpoint,
    no early stopping. The config looks as if all that were there.

    ## What to do
    Evaluate every tenth to fifth of the run: fewer steps between evaluations, a share (`eval_steps: 0.1`,
    which transformers takes), or once an epoch.

    ## References
    transformers' Trainer evaluates where the step is a multiple of `eval_steps`, and not at the end
    (`trainer_callback.py`). LLaMA-Factory, alignment-handbook, litgpt, mlx-lm and mistral-finetune evaluate
    once more when training is done: there it is information, unless the best checkpoint is asked for. Steps
    are counted from the data as `warmup-exceeds-run` says, or are the config's `max_steps`; on more devices
    than are known there are fewer.
    """

    code = "FIT015"
    name = "eval-interval-never-reached"
    severity = Severity.WARNING
    worse = "either"
    help = "evaluate more often, or once an epoch"
    needs = (AnswerLengths,)
    bad = (
        Example(config={**EVAL, "eval_steps": 500}, data=CHATS),
        Example(config={**EVAL, "eval_steps": 100, "max_steps": 60}, data=CHATS),
        Example(config={**EVAL, "eval_steps": 100, "max_steps": 60}, note="the config says it alone"),
    )
    good = (
        Example(config={**EVAL, "eval_steps": 20}, data=CHATS),
        Example(config={**EVAL, "eval_steps": 0.1}, data=CHATS, note="a share of the steps"),
        Example(config={**EVAL, "eval_steps": 500}, note="the data is not known"),
        Example(config={**EVAL, "eval_steps": 500, "eval_strategy": "epoch"}, data=CHATS),
        Example(config={**LORA, "eval_steps": 500}, data=CHATS, note="nothing is evaluated on"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not _evaluates(config):
            return
        every = config.get("eval_steps")
        size = run_size(training)
        if not size.steps or not every or every < 1 or every <= size.steps:
            return
        wanted = bool(config.get("load_best_model") or config.get("early_stopping"))
        run = f"{steps(size.steps)}{'' if size.stopped else size.on}"
        yield Finding(
            f"{setting(config, 'eval_steps')} in a run of {run}: it is not evaluated while it trains",
            severity=Severity.INFO if config.dialect in AT_THE_END and not wanted else self.severity,
            **config.place("eval_steps"),
        )


def _evaluates(config: TrainingConfig) -> bool:
    """Whether the config asks for evaluations by steps, on something, itself."""
    if not config.written("eval_steps") or config.get("eval_strategy") in ("no", "epoch"):
        return False
    return bool(config.get("eval_data") or config.get("eval_split"))

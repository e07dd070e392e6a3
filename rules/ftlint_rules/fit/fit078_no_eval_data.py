from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from ftlint.model import Finding, Fix, Project, Severity, Training, TrainingConfig
from ftlint.model.config_edit import fix, insert_among, number, replace_value
from ftlint.rule import Between, Example, Rule, chat
from ftlint_rules.fit.evidence import graded, named, names_data, place, told, training_runs

CONFIG = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16}
ROWS = [chat("Hi", "Hello")] * 3
SCRIPTED = frozenset({"trl", "alignment-handbook"})
"""Dialects of scripts: told to evaluate, they know which split themselves."""

"""Fields beside whose key a new one may stand."""


class NoEvalData(Rule[Project]):
    """A training evaluates on nothing: no evaluation data, and no share of the training data held out.

    ## Why it matters
    The training loss falls whether the model learns the task or its rows. Without held-out rows nobody sees
    when it begins to recite, no checkpoint is better than another, and early stopping has nothing to stop by.

    ## What to do
    Name a held-out file, or let the trainer hold out 5% (`val_set_size` in axolotl, `val_size` in
    LLaMA-Factory). A fixed file is better: rows of one conversation stay together, and every run is measured
    on the same. The fix writes that share, and where the trainer would not evaluate by itself, the switch.

    ## References
    Measured on public configs: no evaluation in 133 of 264 official axolotl recipes, in all 54 of
    LLaMA-Factory, 109 of 178 of torchtune, 134 of 143 of oumi, 98 of 98 of open-instruct, and in 59 of some
    133 configs of others. So it is a warning only where a real training is known: a `[[training]]` table, or
    a config whose data lies in the project. For configs on their own, where another config of the project
    evaluates, and for reinforcement learning, whose reward is measured on new answers, it is information.
    """

    code = "FIT078"
    name = "no-eval-data"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "name held-out data, or hold out a share of the training data"
    documents = True
    bad = (
        Example(config={**CONFIG, "train_data": ("me/rows",)}, note="a config on its own: information"),
        Example(config={**CONFIG, "learning_rate": 2e-4}, splits={"train": ROWS}),
        Example(config={**CONFIG, "eval_split": 0.0}, splits={"train": ROWS}),
        Example(
            config={**CONFIG, "epochs": 3, "eval_strategy": "no"},
            splits={"train": ROWS},
            note="the fix holds out 5% and evaluates each epoch",
        ),
    )
    good = (
        Example(config={**CONFIG, "eval_split": 0.05}, splits={"train": ROWS}),
        Example(config={**CONFIG, "eval_data": ("me/held-out",)}),
        Example(config=CONFIG, splits={"train": ROWS, "test": ROWS[:1]}, note="evaluated after the training"),
        Example(config={**CONFIG, "train_data": ("me/rows",), "eval_split": "${EVAL}"}, note="nobody knows"),
        Example(config=CONFIG, note="all data is given elsewhere"),
    )

    share: Annotated[float, Between(0, 1), "share of the training data that the fix holds out"] = 0.05

    def check(self, project: Project) -> Iterator[Finding]:
        blind = [training for training in training_runs(project) if _is_blind(training)]

        def many(trainings: Sequence[Training]) -> Finding:
            return Finding(
                f"no evaluation data in {named(trainings)}", severity=self._graded(trainings), help=self.help
            )

        yield from told(blind, self._one, many)

    def _one(self, training: Training) -> Finding:
        config = training.config
        off = config is not None and config.written("eval_split")
        told_of = "0 of the training data is held out" if off else "no evaluation data"
        return Finding(
            f"{told_of}: nobody sees when it begins to recite its rows",
            severity=self._graded([training]),
            fix=self._fix(config) if config is not None else None,
            **place(training, "eval_split", "train_data"),
        )

    def _graded(self, trainings: Sequence[Training]) -> Severity:
        judged = [
            training
            for training in trainings
            if not training.evaluated and not (training.config and training.config.reinforcement)
        ]
        return graded(judged, self.severity)

    def _fix(self, config: TrainingConfig) -> Fix | None:
        """Hold a share out, and evaluate each epoch where the trainer would not."""
        key = config.spelling.get("eval_split")
        if not key:
            return None
        share = replace_value(config, "eval_split", self.share) or insert_among(config, key, self.share)
        edits = [share]
        strategy = config.spelling.get("eval_strategy")
        if strategy and config.get("eval_strategy") == "no":
            edits.append(
                replace_value(config, "eval_strategy", "epoch") or insert_among(config, strategy, "epoch")
            )
        return fix(f"hold out {number(self.share)} of the training data", *edits, safe=False)


def _is_blind(training: Training) -> bool:
    """Whether nothing is held out that anybody knows of."""
    config, dataset = training.config, training.dataset
    if config is None or config.launched or not names_data(training):
        return False
    if config.dialect in SCRIPTED and (
        config.get("do_eval") or config.get("eval_strategy") not in (None, "no")
    ):
        return False
    if dataset is not None and {"validation", "test"} & dataset.splits.keys():
        return False
    if training.declared and dataset is not None and dataset.partial:
        return False
    if config.field("eval_data").unknown or config.field("eval_split").unknown:
        return False
    return not config.get("eval_data") and not config.get("eval_split")

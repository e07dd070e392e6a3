from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import DataRef, Finding, Severity, TrainingConfig
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

_PLACEHOLDER = re.compile(r"placeholder|dummy|your[-_ ]|to-?do|xxx|<.*>|path/to", re.IGNORECASE)


class EvalEqualsTrain(Rule[TrainingConfig]):
    """The same data named for training and for evaluation.

    ## Why it matters
    The evaluation loss is then the training loss once more. It falls however much is learnt by heart, and
    early stopping or the best checkpoint by it keep the most overfitted model.

    ## What to do
    Name another file or split for evaluation, or hold a share out.

    It is an error where all that is evaluated on is trained on, a warning where a part is.

    ## References
    Two names are the same when file or repository and split are: `train[:95%]` and `train[95%:]` are not.
    Names that stand for another (`placeholder`, `your_dataset`, `path/to`) are left out.
    """

    code = "CFG056"
    name = "eval-equals-train"
    severity = Severity.ERROR
    help = "evaluate on data that is not trained on"
    bad = (
        Example(
            config={"learning_rate": 2e-4, "train_data": ("a.jsonl",), "eval_data": ("a.jsonl",)},
        ),
        Example(
            config={"learning_rate": 2e-4, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl", "a.jsonl")},
            note="a warning: a part",
        ),
    )
    good = (Example(config={"learning_rate": 2e-4, "train_data": ("a.jsonl",), "eval_data": ("b.jsonl",)}),)

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train":
            return
        named = [ref for ref in config.get("train_data") or () if ref.kind != "unknown"]
        trained = {_identity(ref) for ref in named if not _PLACEHOLDER.search(ref.name)}
        evaluated: tuple[DataRef, ...] = config.get("eval_data") or ()
        same = [ref for ref in evaluated if _identity(ref) in trained]
        for ref in same:
            whole = len(same) == len(evaluated)
            split = f" ({ref.split})" if ref.split else ""
            place = placed(config.path, ref.range) if ref.range else config.place("eval_data")
            yield Finding(
                f"{ref.name}{split} is trained on and evaluated on",
                severity=None if whole else Severity.WARNING,
                **place,
            )


def _identity(ref: DataRef) -> tuple[str, str]:
    name = ref.name.removeprefix("file://")
    return name.removeprefix("./") if ref.kind == "file" else name, ref.split

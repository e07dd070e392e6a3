from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

SURE = frozenset({"axolotl", "llamafactory", "ms-swift", "ftlint"})
FULL = {"tuning": "full", "learning_rate": 1e-5}


class QuantisedFullTuning(Rule[TrainingConfig]):
    """Full fine-tuning of a model that is loaded in 4 or 8 bit.

    ## Why it matters
    Weights in 4 or 8 bit have no gradients. transformers, axolotl and LLaMA-Factory refuse to train them:
    there must be an adapter on top.

    ## What to do
    Train an adapter, or load the model in bfloat16.

    It is an error where the file says how it tunes or the framework takes a file without an adapter for
    full tuning, a warning where a script may add one.

    ## References
    transformers 5.23, `trainer.py` (no fine-tuning on purely quantised models); axolotl 0.18,
    `schemas/peft.py`; LLaMA-Factory 0.9.5, `hparams/parser.py`.
    """

    code = "CFG050"
    name = "quantised-full-tuning"
    severity = Severity.ERROR
    help = "train an adapter, or load the model in bfloat16"
    bad = (
        Example(config={**FULL, "load_in_4bit": True}),
        Example(config={**FULL, "load_in_8bit": True}),
    )
    good = (
        Example(config={**FULL, "load_in_4bit": False}),
        Example(config={"tuning": "qlora", "lora_rank": 8, "load_in_4bit": True, "learning_rate": 2e-4}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("tuning") != "full":
            return
        field = next((name for name in ("load_in_4bit", "load_in_8bit") if config.get(name) is True), "")
        if not field or not config.written(field):
            return
        sure = config.written("tuning") or config.dialect in SURE
        bits = "4" if field == "load_in_4bit" else "8"
        yield Finding(
            f"full fine-tuning of weights in {bits} bit, which have no gradients",
            severity=None if sure else Severity.WARNING,
            **config.place(field),
        )

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class HighDropout(Rule[TrainingConfig]):
    """An adapter with a dropout that takes away much of its input.

    ## Why it matters
    Dropout in front of a low-rank adapter hides whole features of every layer from it at each step. At a
    third and more the adapter learns slowly and little; against overfitting fewer epochs do better.

    ## What to do
    0 to 0.1. The fix sets 0.05.

    ## References
    QLoRA: 0.1 for 7B and 13B models, 0.05 for 33B and 65B. Defaults: 0.05 in TRL, litgpt and ms-swift, 0 in
    PEFT, axolotl, LLaMA-Factory and oumi; Unsloth's guide: 0, 0.1 where it overfits. Measured on 326 public
    configs that write it: 312 are at 0 or 0.05, 13 at 0.1, one at 0.2, none above.
    """

    code = "CFG021"
    name = "high-dropout"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set lora_dropout to 0.05"
    bad = (
        Example(config={**LORA, "lora_dropout": 0.5}),
        Example(config={**LORA, "lora_dropout": 0.3}, note="an info"),
    )
    good = (
        Example(config={**LORA, "lora_dropout": 0.2}),
        Example(config={**LORA, "lora_dropout": 5}, note="impossible: CFG028"),
    )

    info_above: Annotated[float, Between(0, 1), "dropout above which it is an info"] = 0.2
    warn_from: Annotated[float, Between(0, 1), "dropout from which it is a warning"] = 0.5
    start: Annotated[float, Between(0, 1), "dropout that the fix sets"] = 0.05

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        dropout = config.get("lora_dropout")
        if dropout is None or config.purpose != "train" or not config.written("lora_dropout"):
            return
        if config.get("tuning") not in ("lora", "qlora") or not self.info_above < dropout < 1:
            return
        yield Finding(
            f"lora_dropout {short(dropout)}; 0 to 0.1 is common",
            severity=None if dropout >= self.warn_from else Severity.INFO,
            fix=number_fix(config, "lora_dropout", self.start),
            **config.place("lora_dropout"),
        )

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class TooManyEpochs(Rule[TrainingConfig]):
    """So many passes over the data that it is learnt by heart.

    ## Why it matters
    From the second or third pass on, a language model starts to recite its training rows: the training loss
    falls towards zero, answers to anything else get worse, and personal data in the rows comes out again.
    Each pass costs as much as the first.

    ## What to do
    1 to 3 epochs, with an evaluation after each and the best checkpoint kept. More data does more than more
    epochs. The fix sets 3.

    ## References
    Unsloth's guide: 1 to 3 epochs. Providers default to 1 to 3 (Together 1, Nova 2) and let at most 5 (Nova)
    or 10 (Claude 3 Haiku, Titan). Stanford's Alpaca trained its
    7B model for 3. 50 epochs over 100 rows left a model
    that could not be understood (LLaMA-Factory, issue 5517). Measured on public configs: 110 of 781 official
    recipes take more than 3 (77 of them 4, axolotl's examples), 11 more than 5, 5 more than 10; of 115
    others 21 and 9, and none more than 10. No study of where it turns was found: hence an info above 3, a
    warning above 5. LIMO trained a 32B model for 15 epochs on 817 rows and did well by it, and some
    published recipes take 13: an error only above 20.

    A config that does not say its method gets a warning at most. Not judged: steps that decide instead
    (`max_steps`), pretraining, classification, reinforcement learning (which draws new answers in each
    pass), and models that do not write text.
    """

    code = "CFG007"
    name = "too-many-epochs"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "train 1 to 3 epochs and keep the best checkpoint"
    bad = (
        Example(config={**SFT, "epochs": 4}, note="an info"),
        Example(config={**SFT, "epochs": 6}),
        Example(config={**SFT, "epochs": 50}, note="an error"),
    )
    good = (
        Example(config={**SFT, "epochs": 3}),
        Example(config={**SFT, "epochs": 50, "max_steps": 200}, note="the steps decide"),
        Example(config={**SFT, "epochs": 15, "method": "grpo"}),
        Example(config={**SFT, "epochs": 20, "base_model": "openai/whisper-small"}),
    )

    info_above: Annotated[float, Between(0, 1000), "epochs above which it is an info"] = 3
    warn_above: Annotated[float, Between(0, 1000), "epochs above which it is a warning"] = 5
    error_above: Annotated[float, Between(0, 1000), "epochs above which it is an error"] = 20

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        epochs, kind = config.get("epochs"), regime(config)
        if not epochs or kind is None or not config.written("epochs") or epochs <= self.info_above:
            return
        if kind.kind in ("reinforcement", "pretrain") or (config.get("max_steps") or 0) > 0:
            return
        severity = Severity.INFO
        if epochs > self.error_above and kind.sure:
            severity = Severity.ERROR
        elif epochs > self.warn_above:
            severity = Severity.WARNING
        most = short(self.info_above)
        yield Finding(
            f"{short(epochs)} epochs; 1 to {most} are common, and rows are learnt by heart above",
            severity=severity,
            fix=number_fix(config, "epochs", _whole(self.info_above)),
            **config.place("epochs"),
        )


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value

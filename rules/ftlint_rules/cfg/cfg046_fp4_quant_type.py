from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule

QLORA = {"tuning": "qlora", "lora_rank": 16, "learning_rate": 2e-4, "load_in_4bit": True}


class Fp4QuantType(Rule[TrainingConfig]):
    """A 4-bit base of type fp4, where nf4 loses less.

    ## Why it matters
    nf4 puts its sixteen values where normally distributed weights are, fp4 does not. At the same size the
    fp4 base is the worse one, and the adapter learns on top of it.

    ## What to do
    Write nf4 as the type. oumi and plain bitsandbytes default to fp4.

    ## References
    QLoRA (arXiv 2305.14314), table 2: mean perplexity 27.41 with NF4 and double quantisation, 29.48 to
    31.07 with FP4. oumi 0.9, `params/peft_params.py`: bnb_4bit_quant_type defaults to fp4.
    """

    code = "CFG046"
    name = "fp4-quant-type"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "take nf4"
    bad = (Example(config={**QLORA, "quant_type": "fp4"}),)
    good = (
        Example(config={**QLORA, "quant_type": "nf4"}),
        Example(config={**QLORA, "quant_type": "fp4", "load_in_4bit": False, "tuning": "lora"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("load_in_4bit") is not True:
            return
        if config.get("quant_type") == "fp4":
            default = "" if config.written("quant_type") else " (the default)"
            yield Finding(
                f"the 4-bit base is of type fp4{default}; nf4 loses less at the same size",
                fix=fix("write nf4", replace_value(config, "quant_type", "nf4"), safe=False),
                **config.place("quant_type", "load_in_4bit"),
            )

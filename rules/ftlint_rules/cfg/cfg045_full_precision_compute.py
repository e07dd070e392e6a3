from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

QLORA = {"tuning": "qlora", "lora_rank": 16, "learning_rate": 2e-4, "load_in_4bit": True}


class FullPrecisionCompute(Rule[TrainingConfig]):
    """A 4-bit base that computes in float32.

    ## Why it matters
    Weights in 4 bit are unpacked into the compute type for every product. bitsandbytes, and oumi with it,
    has float32 as its default: everything is multiplied in float32, several times slower than in bfloat16,
    without a better result.

    ## What to do
    Write the compute type: `bnb_4bit_compute_dtype: bfloat16`.

    It is a warning where the rest trains in half precision and the file writes float32, an info where it
    is the default.

    ## References
    QLoRA (arXiv 2305.14314): computes in bfloat16. oumi 0.9, `params/peft_params.py`:
    bnb_4bit_compute_dtype defaults to float32. The bitsandbytes guide of transformers names bfloat16 for
    speed.
    """

    code = "CFG045"
    name = "full-precision-compute"
    severity = Severity.WARNING
    help = "compute in bfloat16"
    bad = (Example(config={**QLORA, "quant_compute_dtype": "fp32", "bf16": True}),)
    good = (
        Example(config={**QLORA, "quant_compute_dtype": "bf16", "bf16": True}),
        Example(config={**QLORA, "quant_compute_dtype": "fp32", "load_in_4bit": False, "tuning": "lora"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("load_in_4bit") is not True:
            return
        if config.get("quant_compute_dtype") != "fp32":
            return
        half = config.get("bf16") is True or config.get("fp16") is True
        half = (
            half
            or config.get("precision") in ("bf16", "fp16")
            or config.get("model_dtype") in ("bf16", "fp16")
        )
        written = config.written("quant_compute_dtype")
        how = "float32" if written else "its default, float32"
        yield Finding(
            f"the 4-bit base computes in {how}; bfloat16 is several times faster",
            severity=None if written and half else Severity.INFO,
            **config.place("quant_compute_dtype", "load_in_4bit", "tuning"),
        )

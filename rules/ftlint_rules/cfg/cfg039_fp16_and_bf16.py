from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule


class Fp16AndBf16(Rule[TrainingConfig]):
    """float16 and bfloat16 mixed precision, both switched on.

    ## Why it matters
    A run computes in one of the two. transformers refuses the pair, and DeepSpeed refuses a config with
    both sections enabled.

    ## What to do
    Keep bf16 on Ampere and later GPUs, fp16 on older ones. The fix switches fp16 off.

    ## References
    transformers 5.23, `training_args.py`: "At most one of fp16 and bf16 can be True". DeepSpeed's page on its
    config: the bf16 mode cannot be combined with the fp16 mode.
    """

    code = "CFG039"
    name = "fp16-and-bf16"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "keep one of them"
    bad = (Example(config={"learning_rate": 2e-4, "fp16": True, "bf16": True}),)
    good = (
        Example(config={"learning_rate": 2e-4, "fp16": False, "bf16": True}),
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nfp16: true\nbf16: ${BF16}\n", note="unknown"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.get("fp16") is True and config.get("bf16") is True:
            if not (config.written("fp16") and config.written("bf16")):
                return
            yield Finding(
                f"{config.spelled('fp16')} and {config.spelled('bf16')} are both true",
                fix=fix("set fp16 to false", replace_value(config, "fp16", False), safe=False),
                **config.place("fp16"),
            )

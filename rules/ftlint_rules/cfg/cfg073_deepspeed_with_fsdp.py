from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule


class DeepspeedWithFsdp(Rule[TrainingConfig]):
    """DeepSpeed and FSDP in one config.

    ## Why it matters
    Both shard the model over the GPUs, and a run takes one of them. axolotl, oumi, ms-swift and transformers
    refuse the pair.

    ## What to do
    Keep one.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_fsdp_deepspeed; oumi 0.9, `core/configs/training_config.py`;
    ms-swift 4.6, `arguments/sft_args.py`.
    """

    code = "CFG073"
    name = "deepspeed-with-fsdp"
    severity = Severity.ERROR
    help = "keep one of the two"
    bad = (Example(config={"learning_rate": 2e-4, "deepspeed": "ds_z3.json", "fsdp": True}),)
    good = (
        Example(config={"learning_rate": 2e-4, "deepspeed": "ds_z3.json", "fsdp": False}),
        Example(config={"learning_rate": 2e-4, "fsdp": True}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        both = config.get("deepspeed") and config.get("fsdp") is True
        if both and config.written("deepspeed") and config.written("fsdp"):
            yield Finding(
                f"{config.spelled('deepspeed')} and {config.spelled('fsdp')} are both set",
                **config.place("fsdp"),
            )

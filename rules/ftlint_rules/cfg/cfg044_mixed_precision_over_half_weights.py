from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import text
from ftlint.rule import Example, Rule

OUMI = (
    "model:\n  model_name: Qwen/Qwen3-8B\n  torch_dtype_str: {dtype}\n"
    "data:\n  train:\n    datasets:\n      - dataset_name: yahma/alpaca-cleaned\n"
    "training:\n  trainer_type: TRL_SFT\n  learning_rate: 2.0e-5\n  mixed_precision_dtype: BF16\n"
)


class MixedPrecisionOverHalfWeights(Rule[TrainingConfig]):
    """oumi's mixed precision over weights that are loaded in half precision.

    ## Why it matters
    Mixed precision keeps float32 weights and computes in half precision. oumi refuses it over weights that
    are no longer float32: "Model must be loaded in fp32 to enable mixed precision training".

    ## What to do
    Leave `mixed_precision_dtype` out and train in the weights' own type, or load the model with
    `torch_dtype_str: float32`, for twice the memory.

    ## References
    oumi 0.9, `core/configs/training_config.py`.
    """

    code = "CFG044"
    name = "mixed-precision-over-half-weights"
    severity = Severity.ERROR
    help = "leave mixed_precision_dtype out, or load the model in float32"
    bad = (Example(config=OUMI.format(dtype="bfloat16")),)
    good = (
        Example(config=OUMI.format(dtype="float32")),
        Example(config=OUMI.format(dtype="bfloat16").replace("BF16", "NONE")),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "oumi" or config.purpose != "train":
            return
        mixed = text(config, "training.mixed_precision_dtype").upper()
        dtype = config.get("model_dtype")
        if mixed in ("BF16", "FP16") and config.written("model_dtype") and dtype in ("bf16", "fp16"):
            yield Finding(
                f"mixed_precision_dtype {mixed} over weights in {dtype}; oumi asks for float32 weights",
                **config.place("model_dtype"),
            )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

FULL = {"tuning": "full", "fp16": True, "model_dtype": "fp16", "learning_rate": 1e-5}
LORA = {**FULL, "tuning": "lora", "lora_rank": 16}
CASTS = frozenset({"llamafactory"})
TORCHTUNE = (
    "model:\n  _component_: torchtune.models.llama3_1.lora_llama3_1_8b\n  lora_rank: 8\n  lora_alpha: 16\n"
    "optimizer:\n  _component_: torch.optim.AdamW\n  lr: 2e-4\nepochs: 1\nbatch_size: 2\n"
)


class Fp16TrainableWeights(Rule[TrainingConfig]):
    """Weights that are loaded in float16 and trained under float16 mixed precision.

    ## Why it matters
    Mixed precision scales the loss and takes the scale out of the gradients. It cannot take it out of
    float16 gradients, which is what float16 weights have: the first step ends in "Attempting to unscale
    FP16 gradients".

    ## What to do
    Load the weights in float32 and leave `fp16: true`, or train in bf16. An adapter over float16 weights is
    fine, PEFT keeps its own in float32; modules that are trained in full beside it are not.

    ## References
    transformers issue 30559, axolotl issue 1031; the PEFT troubleshooting page. DeepSpeed and FSDP scale by
    themselves and are left out, and so is LLaMA-Factory, which casts what it trains. torchtune's recipes
    scale no loss and raise on `dtype: fp16` (0.6, `__init__` of each).
    """

    code = "CFG041"
    name = "fp16-trainable-weights"
    severity = Severity.ERROR
    help = "load the weights in float32, or train in bf16"
    bad = (
        Example(config=FULL),
        Example(config={**LORA, "modules_to_save": ("embed_tokens", "lm_head")}),
        Example(config=f"{TORCHTUNE}dtype: fp16\n"),
    )
    good = (
        Example(config=LORA, note="PEFT keeps the adapter in float32"),
        Example(config={**FULL, "model_dtype": "fp32"}),
        Example(config={**FULL, "deepspeed": "ds_z2.json"}),
        Example(config=f"{TORCHTUNE}dtype: bf16\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect in CASTS:
            return
        if config.dialect == "torchtune" and config.get("precision") == "fp16":
            yield Finding(
                "dtype fp16: torchtune scales no loss and refuses it; its recipes take bf16 and fp32",
                **config.place("precision"),
            )
        if config.get("fp16") is not True:
            return
        if config.get("model_dtype") != "fp16" or not config.written("model_dtype"):
            return
        if any(config.field(name).unknown or config.get(name) for name in ("deepspeed", "fsdp")):
            return
        if config.get("tuning") == "full":
            what = "full fine-tuning"
        elif config.adapter and config.get("modules_to_save"):
            what = config.spelled("modules_to_save")
        else:
            return
        yield Finding(
            f"{what} trains float16 weights under fp16: their gradients cannot be unscaled",
            **config.place("model_dtype"),
        )

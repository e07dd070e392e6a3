from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

_TRAINED_IN_BF16 = re.compile(
    r"(?:^|[/_-])(?:(?:shield|code|pali)?gemma\d?|qwen[-_]?2\.5|qwen[-_]?3|(?:m|flan-|long-?)?t5)(?=$|[-_./])",
    re.IGNORECASE,
)
TRAIN = {"tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class Fp16OnBf16Model(Rule[TrainingConfig]):
    """float16 training of a model whose activations do not fit into float16.

    ## Why it matters
    float16 ends at 65,504. Gemma, Qwen2.5, Qwen3 and T5 were trained in bfloat16, which reaches as far as
    float32, and have activations beyond that: under fp16 the loss becomes NaN or 0, now and then and often
    only after a while.

    ## What to do
    Train them in bf16. On a GPU without it (V100, T4) train in float32 or take another base model.

    ## References
    transformers issue 5651 (T5: an activation of 66,246, then NaN), axolotl issue 2326 (loss 0 now and
    then), the Gemma model cards (trained in bfloat16).
    """

    code = "CFG042"
    name = "fp16-on-bf16-model"
    severity = Severity.WARNING
    help = "train in bf16"
    bad = (
        Example(config={**TRAIN, "base_model": "google/gemma-2-9b", "fp16": True}),
        Example(config={**TRAIN, "base_model": "Qwen/Qwen2.5-7B-Instruct", "precision": "fp16"}),
    )
    good = (
        Example(config={**TRAIN, "base_model": "google/gemma-2-9b", "bf16": True}),
        Example(config={**TRAIN, "base_model": "meta-llama/Llama-2-7b-hf", "fp16": True}),
        Example(config={**TRAIN, "base_model": "./runs/t50/model", "fp16": True}, note="no T5"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        model = config.get("base_model")
        if config.purpose != "train" or not isinstance(model, str) or config.get("bf16") is True:
            return
        place = next((name for name in ("fp16", "precision") if config.written(name)), "")
        if not place or not (config.get("fp16") is True or config.get("precision") == "fp16"):
            return
        if _TRAINED_IN_BF16.search(model):
            yield Finding(
                f"{model} was trained in bfloat16; under float16 its activations can overflow",
                **config.place(place),
            )

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule, Severity

AXOLOTL = "base_model: %s\nadapter: lora\nlora_r: 16\nsequence_len: 2048\nmicro_batch_size: 2\n"


class UnservedModel(Rule[TrainingConfig]):
    """A base model that we do not serve.

    ## Why it matters
    Acme serves models of one family. Another one would be trained for nothing.

    ## What to do
    Take the model of our family.

    ## References
    Acme serving guide, page 1.
    """

    code = "ACME002"
    name = "unserved-model"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "take the model of our family"
    bad = (
        Example(config={"base_model": "google/gemma-3-4b-it", "learning_rate": 2e-4}),
        Example(config=AXOLOTL % "google/gemma-3-4b-it", config_name="axolotl.yaml"),
        Example(config={"base_model": "a/b", "learning_rate": 2e-4}, options={"model": "Qwen/Qwen3-0.6B"}),
    )
    good = (
        Example(config={"base_model": "Qwen/Qwen3-8B", "learning_rate": 2e-4}),
        Example(config=AXOLOTL % "Qwen/Qwen3-8B", config_name="axolotl.yaml"),
        Example(config={"base_model": "${MODEL}", "learning_rate": 2e-4}, note="unknown is no fault"),
    )

    model: Annotated[str, "the model that is served"] = "Qwen/Qwen3-8B"

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        model = config.get("base_model")
        if isinstance(model, str) and model != self.model:
            yield Finding(
                f"{model} is not served",
                fix=fix(f"write {self.model}", replace_value(config, "base_model", self.model), safe=False),
                **config.place("base_model"),
            )

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.model_size import size
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import of_adams_scale
from ftlint_rules.cfg.regime import regime

QLORA = {"base_model": "meta-llama/Llama-3.3-70B-Instruct", "method": "sft", "tuning": "qlora"}


class LargeModelHighRate(Rule[TrainingConfig]):
    """A large model's adapter is trained at a rate that was found on small models.

    ## Why it matters
    Larger models are a little more touchy: what trains a 7B model well may make a 70B model's loss jump,
    after hours on many GPUs.

    ## What to do
    Start at 1e-4 (the fix sets it), or keep the rate where a short run shows a steady loss.

    ## References
    QLoRA's scripts train 7B and 13B models at 2e-4 and 33B and 65B models at 1e-4. It is an info, as practice
    does not follow it: measured on public configs, the median of SFT adapters is 2e-4 in every size of model,
    those above 40B among them. Of mixtures of experts the active parameters count, where they are known.
    Sizes are read from the model's name.
    """

    code = "CFG004"
    name = "large-model-high-rate"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "start at 1e-4 for 33B and more"
    covers = ("CFG001",)
    bad = (
        Example(config={**QLORA, "learning_rate": 2e-4}),
        Example(config={**QLORA, "base_model": "huggyllama/llama-33b", "learning_rate": 1.5e-4}),
    )
    good = (
        Example(config={**QLORA, "learning_rate": 1e-4}),
        Example(config={**QLORA, "base_model": "Qwen/Qwen3-14B", "learning_rate": 2e-4}),
        Example(config={**QLORA, "base_model": "Qwen/Qwen3-Next-80B-A3B-Instruct", "learning_rate": 2e-4}),
        Example(config={**QLORA, "base_model": "out/merged", "learning_rate": 2e-4}, note="size unknown"),
    )

    billions: Annotated[float, Between(1, 2000), "billions of parameters from which a model is large"] = 32.0
    above: Annotated[float, Between(0, 1), "rate above which a large model's adapter is found"] = 1e-4

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate, kind, name = config.get("learning_rate"), regime(config), config.get("base_model")
        if not rate or kind is None or not config.written("learning_rate") or rate <= self.above:
            return
        if not kind.adapter or kind.kind != "sft" or not isinstance(name, str) or not of_adams_scale(config):
            return
        found = size(name)
        if found is None or config.dialect == "mlx-lm":
            return
        large = found.active or found.total
        if large < self.billions:
            return
        yield Finding(
            f"learning_rate {short(rate)} for {kind.title} of a model of {short(large)}B; "
            f"QLoRA halved its rate to {short(self.above)} from 33B on",
            fix=number_fix(config, "learning_rate", self.above),
            **config.place("learning_rate"),
        )

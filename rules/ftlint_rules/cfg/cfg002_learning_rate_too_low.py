from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import of_adams_scale
from ftlint_rules.cfg.regime import regime

LORA = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16}


class LearningRateTooLow(Rule[TrainingConfig]):
    """An adapter is trained at a rate meant for full fine-tuning.

    ## Why it matters
    A LoRA adapter starts at zero and has few weights: at 1e-5 or 2e-5, rates of full fine-tuning, it has
    hardly moved when the run ends. The loss falls a little, and the model answers much as before.

    ## What to do
    Start at 2e-4. The fix sets it. A low rate on purpose (an adapter that is trained on, many epochs) can be
    left with `# ftlint: ignore[learning-rate-too-low]`.

    ## References
    "LoRA Without Regret" (Thinking Machines, 2025): the best rate of LoRA is about ten times that of full
    fine-tuning. Unsloth and QLoRA start at 2e-4. Measured on public configs: the median of SFT adapters is
    2e-4; 58 of 397 official recipes and 25 of 87 others are below 5e-5, many at 1e-5 and 2e-5 sharp. It is
    an info, as none of them says that it went wrong. Left alone: an adapter that is loaded and trained on,
    pretraining, preference and reinforcement learning, a provider's jobs (whose adapters are scaled as the
    provider sees fit), mlx-lm (its default scale of 20 makes 1e-5 count for more), optimizers of another
    scale than Adam's.
    """

    code = "CFG002"
    name = "learning-rate-too-low"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "start an adapter at 2e-4"
    bad = (
        Example(config={**LORA, "learning_rate": 2e-5}),
        Example(config={**LORA, "tuning": "qlora", "learning_rate": 1e-6}),
    )
    good = (
        Example(config={**LORA, "learning_rate": 5e-5}),
        Example(config={**LORA, "tuning": "full", "learning_rate": 1e-5}),
        Example(config={**LORA, "method": "dpo", "learning_rate": 5e-6}),
        Example(config={**LORA, "adapter_path": "out/first", "learning_rate": 1e-5}),
        Example(config={**LORA, "optimizer": "lion_8bit", "learning_rate": 2e-5}),
    )

    below: Annotated[float, Between(0, 1), "rate below which an SFT adapter is found"] = 5e-5
    start: Annotated[float, Between(0, 1), "rate that the fix sets"] = 2e-4

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate, kind = config.get("learning_rate"), regime(config)
        if not rate or kind is None or not config.written("learning_rate") or rate >= self.below:
            return
        if not kind.adapter or not kind.sure or config.get("method") != "sft":
            return
        if config.dialect == "mlx-lm" or config.get("provider") or config.has("adapter_path"):
            return
        if not of_adams_scale(config):
            return
        yield Finding(
            f"learning_rate {short(rate)} for {kind.title}; common start {short(self.start)}, "
            f"below {short(self.below)} is a rate for full fine-tuning",
            fix=number_fix(config, "learning_rate", self.start),
            **config.place("learning_rate"),
        )

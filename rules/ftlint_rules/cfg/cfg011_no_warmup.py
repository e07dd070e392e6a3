from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.optimizers import of_adams_scale
from ftlint_rules.cfg.regime import regime

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class NoWarmup(Rule[TrainingConfig]):
    """Training starts at the full learning rate.

    ## Why it matters
    Adam knows nothing of the gradients at its first steps and takes them in full size. With full fine-tuning
    at a high rate that can throw the model off before anything is learnt; an adapter, which starts at zero,
    mostly bears it.

    ## What to do
    Warm up over 3 to 10% of the steps.

    ## References
    QLoRA's scripts take 3%, alignment-handbook 10%; axolotl takes 3% of the steps, at most 100, where
    nothing is written. Written as 0, or left to a default of 0 (transformers, and what is built on it).
    It is an info: no comparison for LoRA was found. Reinforcement learning, at rates a hundred times lower,
    is left alone.
    """

    code = "CFG011"
    name = "no-warmup"
    severity = Severity.INFO
    help = "warm up over 3 to 10% of the steps"
    bad = (
        Example(config={**SFT, "warmup_ratio": 0.0}),
        Example(config={**SFT, "tuning": "full", "learning_rate": 2e-5, "warmup_steps": 0}),
    )
    good = (
        Example(config={**SFT, "warmup_ratio": 0.03}),
        Example(config={**SFT, "warmup_steps": 0, "warmup_ratio": 0.03}),
        Example(config=SFT, note="nothing said, and no default known"),
        Example(config={**SFT, "warmup_steps": "auto"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        kind = regime(config)
        if kind is None or kind.kind == "reinforcement" or not of_adams_scale(config):
            return
        if config.get("provider"):
            return
        fields = [config.field(name) for name in ("warmup_steps", "warmup_ratio")]
        if any(known.unknown or known.value for known in fields):
            return
        if all(known.value is None for known in fields) or not config.written("learning_rate"):
            return
        written = any(known.written for known in fields)
        if not written and not kind.sure:
            return
        default = "" if written else f" (default of {config.title})"
        yield Finding(
            f"no warmup{default}; 3 to 10% of the steps is common",
            **config.place("warmup_steps", "warmup_ratio", "learning_rate"),
        )

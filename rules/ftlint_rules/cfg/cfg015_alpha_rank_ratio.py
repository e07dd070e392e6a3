from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short

LORA = {"method": "sft", "tuning": "lora", "learning_rate": 2e-4}


MLX = (
    "model: mlx-community/Qwen3-8B-4bit\ntrain: true\ndata: data\nfine_tune_type: lora\nnum_layers: 16\n"
    "batch_size: 4\niters: 1000\nlearning_rate: 0.00001\nlora_parameters:\n  rank: 8\n  scale: 20.0\n"
)


class AlphaRankRatio(Rule[TrainingConfig]):
    """The adapter's update is scaled far up or down.

    ## Why it matters
    LoRA adds its update times alpha / r. A ratio of 8 acts like a learning rate several times as high; one
    of 0.1 hardly lets the adapter do anything. Mostly the rank was changed and alpha forgotten.

    ## What to do
    alpha = r or 2 r. The fix sets alpha to 2 r.

    ## References
    Unsloth's guide: alpha equal to the rank or twice it. PEFT and oumi default to r 8 and alpha 8, LLaMA-
    Factory to twice the rank, TRL to 16 and 32, ms-swift to 8 and 32; QLoRA trained with r 64 and alpha 16
    (0.25, the lower bound here); "LoRA Learns Less and Forgets Less" with r 256 and alpha 512 for maths.
    Measured on public configs: above 2 are 18 of 517 official recipes and 9 of 84 others, below 0.5 are 16
    and 1, above 4 none. rsLoRA scales by alpha / sqrt(r): it is judged by that, at the higher bounds alone.
    mlx-lm writes the scale itself (20 by default, at a rate of 1e-5): not judged.
    """

    code = "CFG015"
    name = "alpha-rank-ratio"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "set lora_alpha to the rank or twice the rank"
    bad = (
        Example(config={**LORA, "lora_rank": 16, "lora_alpha": 128}),
        Example(config={**LORA, "lora_rank": 128, "lora_alpha": 16}),
        Example(config={**LORA, "lora_rank": 16, "lora_alpha": 64}, note="an info"),
        Example(config={**LORA, "lora_rank": 256, "lora_alpha": 512, "use_rslora": True}),
    )
    good = (
        Example(config={**LORA, "lora_rank": 16, "lora_alpha": 32}),
        Example(config={**LORA, "lora_rank": 64, "lora_alpha": 16}, note="QLoRA's own"),
        Example(config={**LORA, "lora_rank": 64, "lora_alpha": 16, "use_rslora": True}),
        Example(config={**LORA, "lora_rank": 128, "lora_alpha": 16, "use_rslora": True}),
        Example(config={**LORA, "lora_rank": 16, "lora_alpha": "${ALPHA}"}),
        Example(config=MLX, config_name="lora.yaml", note="mlx-lm's own scale"),
    )

    info_above: Annotated[float, Between(0, 1000), "alpha / r above which it is an info"] = 2.0
    warn_above: Annotated[float, Between(0, 1000), "alpha / r above which it is a warning"] = 4.0
    warn_below: Annotated[float, Between(0, 1), "alpha / r below which it is a warning"] = 0.25
    rslora_info_above: Annotated[float, Between(0, 1000), "alpha / sqrt(r) above which rsLoRA is an info"] = (
        8.0
    )
    rslora_warn_above: Annotated[
        float, Between(0, 1000), "alpha / sqrt(r) above which rsLoRA is a warning"
    ] = 16.0

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rank, alpha = config.get("lora_rank"), config.get("lora_alpha")
        if not rank or alpha is None or rank <= 0 or config.get("tuning") not in ("lora", "qlora"):
            return
        if config.purpose != "train" or config.dialect == "mlx-lm" or config.field("use_rslora").unknown:
            return
        if not (config.written("lora_rank") or config.written("lora_alpha")):
            return
        stable = bool(config.get("use_rslora"))
        scale = alpha / (sqrt(rank) if stable else rank)
        severity = self._severity(scale, stable)
        if severity is None:
            return
        said = "alpha / sqrt(r)" if stable else "alpha / r"
        yield Finding(
            f"lora_alpha {short(alpha)}{_default(config, 'lora_alpha')} at rank {rank}"
            f"{_default(config, 'lora_rank')}: {said} is {short(round(scale, 3))}; "
            f"{'8 and less' if stable else '1 to 2'} is common",
            severity=severity,
            fix=number_fix(config, "lora_alpha", 2 * rank) if not stable else None,
            **config.place("lora_alpha", "lora_rank"),
        )

    def _severity(self, scale: float, stable: bool) -> Severity | None:
        warn, info = self.warn_above, self.info_above
        if stable:
            warn, info = self.rslora_warn_above, self.rslora_info_above
        if scale > warn or (scale < self.warn_below and not stable):
            return Severity.WARNING
        return Severity.INFO if scale > info else None


def _default(config: TrainingConfig, field: str) -> str:
    return "" if config.written(field) else " (default)"

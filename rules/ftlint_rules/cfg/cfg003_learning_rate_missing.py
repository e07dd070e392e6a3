from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, number
from ftlint.model.fix import Fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import learning_free
from ftlint_rules.cfg.regime import Regime, regime

REFUSES = frozenset({"axolotl"})
"""Dialects that do not start without a learning rate."""


class LearningRateMissing(Rule[TrainingConfig]):
    """No learning rate is written, and the default decides.

    ## Why it matters
    The learning rate matters more than any other setting, and its defaults differ by a factor of fifty
    between frameworks, and from version to version: 5e-5 in transformers, 2e-5 for SFT and 1e-6 for DPO in
    TRL, 1e-5 or 1e-4 in ms-swift. The same file trains something else after an update.

    ## What to do
    Write the rate. The fix writes the one that is common for this kind of training.

    ## References
    The defaults come from the dated tables of each dialect (`ftlint config explain` prints them with their
    source): those of the version the project declares, else of the newest known. axolotl requires
    `learning_rate` and does not start without (its schema of 0.18): an error there. A default that suits the
    regime is an info; one outside of what is common there is a warning. What is common: the table of
    `learning-rate-too-high`. Not judged: a provider's job, which picks its own rate; command lines that name
    a file, whose rate stands in it; optimizers that find their own rate; pretraining, but in axolotl;
    adapters of mlx-lm, whose default of 1e-5 goes with a scale of 20.
    """

    code = "CFG003"
    name = "learning-rate-missing"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write the learning rate"
    bad = (
        Example(config={"method": "sft", "tuning": "lora", "lora_rank": 16, "epochs": 3}),
        Example(
            config="base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\n"
            "datasets:\n  - path: data.jsonl\n    type: alpaca\nsequence_len: 2048\nmicro_batch_size: 2\n"
            "gradient_accumulation_steps: 4\nnum_epochs: 2\nval_set_size: 0.05\n",
            config_name="axolotl.yaml",
        ),
        Example(
            config="base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nsequence_len: 2048\n"
            "datasets:\n  - path: data.jsonl\n    type: completion\nmicro_batch_size: 2\n"
            "gradient_accumulation_steps: 4\nval_set_size: 0.05\n",
            config_name="axolotl.yaml",
            note="axolotl asks for it whatever is trained",
        ),
    )
    good = (
        Example(
            config="model: Qwen/Qwen3-0.6B\ntrain: true\ndata: data\niters: 600\nnum_layers: 8\n"
            "steps_per_eval: 100\nsave_every: 200\n",
            config_name="lora.yaml",
            note="mlx-lm's rate goes with its scale",
        ),
        Example(config={"method": "sft", "tuning": "lora", "learning_rate": "${LR}"}),
        Example(config={"method": "sft", "tuning": "full", "learning_rate_multiplier": 2}),
        Example(config={"method": "sft", "tuning": "full", "optimizer": "prodigy"}),
    )

    sft_adapter: Annotated[float, Between(0, 1), "rate that the fix writes for an SFT adapter"] = 2e-4
    sft_full: Annotated[float, Between(0, 1), "rate that the fix writes for full SFT"] = 2e-5
    preference_adapter: Annotated[
        float,
        Between(0, 1),
        "rate that the fix writes for preference or reinforcement learning with an adapter",
    ] = 5e-6
    preference_full: Annotated[
        float, Between(0, 1), "rate that the fix writes for preference or reinforcement learning in full"
    ] = 1e-6
    apart: Annotated[
        float, Between(1, 1000), "factor between default and common rate from which it is a warning"
    ] = 4.0

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        known, kind = config.field("learning_rate"), regime(config)
        if known.written or kind is None or config.get("provider"):
            return
        if kind.kind == "pretrain" and config.dialect not in REFUSES:
            return
        if config.dialect == "mlx-lm" and kind.adapter:
            return
        if config.written("learning_rate_multiplier") or learning_free(config):
            return
        if config.launched and config.parts:
            return
        start = self._start(kind)
        title = config.title or config.dialect
        if known.value is None:
            refused = config.dialect in REFUSES
            left = known.source if known.unknown and known.source else f"it is left to {title}"
            why = f"{title} does not start without" if refused else left
            severity = Severity.ERROR if refused else Severity.WARNING
        else:
            version = f" {config.version}" if config.version else ""
            why = f"{title}{version} takes {short(known.value)}"
            far = not start / self.apart <= known.value <= start * self.apart
            severity = Severity.WARNING if far and kind.sure else Severity.INFO
        yield Finding(
            f"no learning rate; {why}; common start for {kind.title} {short(start)}",
            severity=severity,
            fix=_written(config, start),
            **config.top,
        )

    def _start(self, kind: Regime) -> float:
        if kind.kind in ("preference", "reinforcement"):
            return self.preference_adapter if kind.adapter else self.preference_full
        return self.sft_adapter if kind.adapter else self.sft_full


def _written(config: TrainingConfig, rate: float) -> Fix | None:
    """A fix that writes the rate beside the first setting of the same map, in the dialect's spelling."""
    spelling = config.spelling.get("learning_rate", "")
    parent, _, key = spelling.rpartition(".")
    node = config.tree.at(parent) if parent else config.tree
    if not key or node is None or node.kind != "map":
        return None
    for name, entry in node.entries.items():
        if entry.value.kind == "scalar":
            path = f"{parent}.{name}" if parent else name
            return fix(f"set {number(rate)}", insert_beside(config, path, key, rate), safe=False)
    return None

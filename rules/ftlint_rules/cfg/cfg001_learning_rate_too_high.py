from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import of_adams_scale
from ftlint_rules.cfg.regime import Regime, adapter_meant, model_billions, regime

LORA = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16}
FULL = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "full"}
DPO = {"base_model": "Qwen/Qwen3-8B", "method": "dpo", "tuning": "lora", "lora_rank": 16}
GRPO = {"base_model": "Qwen/Qwen3-8B", "method": "grpo"}
INERT = (
    "model_name_or_path: Qwen/Qwen3-8B\ndataset_name: trl-lib/Capybara\nlearning_rate: 0.0002\nlora_r: 16\n"
    "num_train_epochs: 1\nper_device_train_batch_size: 2\noutput_dir: out\nmax_length: 1024\n"
)


class Scale(NamedTuple):
    """Where a rate starts, and above which it is high, troublesome and ruinous (None: never said)."""

    start: float
    high: float
    trouble: float
    ruin: float | None


class LearningRateTooHigh(Rule[TrainingConfig]):
    """A learning rate above what this kind of training bears.

    ## Why it matters
    Too high a rate makes the loss jump or diverge; short of that, the model forgets what the base model knew
    and learns the training answers by heart. How much it bears depends on the regime: an adapter about ten
    times as much as full fine-tuning, preference and reinforcement learning a small part of what SFT does.
    Most such rates were copied from a config of another regime.

    ## What to do
    Start at the rate the message names, and raise it only with an evaluation beside it. The fix sets it.

    ## References
    | regime | start | high (info) | trouble (warning) | ruin (error) |
    |---|---|---|---|---|
    | SFT, adapter | 2e-4 | > 2e-4 | > 3e-4 | >= 1e-3 |
    | SFT, full | 2e-5 | | > 5e-5 | > 2e-4 |
    | preference, adapter | 5e-6 | > 5e-6 | > 5e-5 | > 5e-4 |
    | preference, full | 5e-7 | | > 5e-6 | > 5e-5 |
    | reinforcement, adapter | 5e-6 | > 5e-6 | > 5e-5 | |
    | reinforcement, full | 1e-6 | > 5e-6 | > 1e-5 | |

    Starts: QLoRA trained 7B and 13B models at 2e-4 (its scripts); Unsloth's guide starts LoRA at 2e-4 and
    DPO and GRPO at 5e-6; TRL's defaults are 2e-5 for SFT and 1e-6 for DPO, KTO, ORPO and GRPO; its page on
    "LoRA Without Regret" (Thinking Machines, 2025) repeats GRPO at 1e-5 with LoRA and 1e-6 in full. The same
    work puts the best rate of LoRA near ten times that of full fine-tuning, whatever the rank.

    Measured on public configs: the median of SFT is 2e-4 with adapters in every size of model (43 to 166
    configs each) and 2e-5 in full. Of SFT adapters, 96 of 397 official recipes are above 2e-4, 8 above 3e-4,
    and none of 87 others; in full, 30 of 320 official ones and 8 of 46 others are above 5e-5, most of them
    with the rate of a LoRA recipe left in. In full preference training 6 of 43 are above 5e-6; in
    reinforcement learning 2 of 19 are above 1e-5. torchtune's own LoRA DPO recipes take 5e-4: hence an
    error only above that.

    Models up to 2B bear more: in full it is an info there, with an adapter a warning at most (torchtune's
    recipes for Qwen2 0.5B and 1.5B take 2e-3). A config that does not say its method, or leaves
    the adapter to a script, is judged as SFT and gets a warning at most. Left alone: pretraining in full;
    optimizers of another scale (Adafactor, SGD, Muon, Lion, GaLore, APOLLO, Prodigy, schedule-free);
    IA3, prompt tuning and other adapters; classification; encoders, T5 and models of speech or images;
    mlx-lm with a scale below 1 (mlx-lm's default scale of 20 makes the same rate count for more, not less);
    an adapter's rate where its keys are written and nothing turns it on (`inert-lora-keys` tells it).
    """

    code = "CFG001"
    name = "learning-rate-too-high"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "start at the rate that is common for this kind of training"
    bad = (
        Example(config={**LORA, "learning_rate": 2e-3}),
        Example(config={**LORA, "learning_rate": 3e-4}, note="an info"),
        Example(config={**LORA, "learning_rate": 5e-4}),
        Example(config={**FULL, "learning_rate": 2e-4}),
        Example(config={**DPO, "learning_rate": 2e-4}),
        Example(config={**DPO, "tuning": "full", "learning_rate": 2e-5}),
        Example(config={**GRPO, "tuning": "full", "learning_rate": 2e-5}),
        Example(config={**GRPO, "tuning": "lora", "learning_rate": 1e-4}),
        Example(config={"tuning": "lora", "lora_rank": 8, "learning_rate": 0.01}, note="method unknown"),
        Example(
            config={**FULL, "base_model": "HuggingFaceTB/SmolLM2-135M", "learning_rate": 1e-3},
            note="a small model: an info",
        ),
        Example(config="# keep\nftlint: 1\nmethod: sft\ntuning: lora\nlearning_rate:  2e-3 # high\n"),
    )
    good = (
        Example(config={**LORA, "learning_rate": 2e-4}),
        Example(config={**FULL, "learning_rate": 5e-5}),
        Example(config={**DPO, "learning_rate": 5e-6}),
        Example(config={**GRPO, "tuning": "lora", "learning_rate": 5e-6}),
        Example(config={**FULL, "method": "pretrain", "learning_rate": 6e-4}),
        Example(config={**LORA, "method": "reward", "learning_rate": 1e-4}),
        Example(config={**LORA, "learning_rate": 1.0, "optimizer": "prodigy"}),
        Example(config={**LORA, "learning_rate": 0.02, "optimizer": "muon"}),
        Example(config={**LORA, "method": "classification", "learning_rate": 1e-3}),
        Example(config={**LORA, "base_model": "openai/whisper-large-v3", "learning_rate": 1e-3}),
        Example(config={**FULL, "base_model": "google/flan-t5-base", "learning_rate": 3e-4}),
        Example(config={**LORA, "learning_rate": "${LR}"}, note="unknown is not high"),
        Example(config={**LORA, "learning_rate": 3e-4}, options={"sft_adapter_high": 3e-4}),
        Example(config=INERT, note="its adapter is not turned on: that is the fault"),
    )

    sft_adapter_start: Annotated[float, Between(0, 1), "rate that the fix sets for SFT with an adapter"] = (
        2e-4
    )
    sft_adapter_high: Annotated[float, Between(0, 1), "above it SFT with an adapter gets an info"] = 2e-4
    sft_adapter_trouble: Annotated[float, Between(0, 1), "above it SFT with an adapter gets a warning"] = 3e-4
    sft_adapter_ruin: Annotated[float, Between(0, 1), "from it SFT with an adapter gets an error"] = 1e-3
    sft_full_start: Annotated[float, Between(0, 1), "rate that the fix sets for full SFT"] = 2e-5
    sft_full_trouble: Annotated[float, Between(0, 1), "above it full SFT gets a warning"] = 5e-5
    sft_full_ruin: Annotated[float, Between(0, 1), "above it full SFT gets an error"] = 2e-4
    small_model: Annotated[
        float, Between(0, 1000), "billions of parameters up to which a model bears more"
    ] = 2.0
    preference_adapter_start: Annotated[
        float, Between(0, 1), "rate that the fix sets for preference training with an adapter"
    ] = 5e-6
    preference_adapter_high: Annotated[
        float, Between(0, 1), "above it preference training with an adapter gets an info"
    ] = 5e-6
    preference_adapter_trouble: Annotated[
        float, Between(0, 1), "above it preference training with an adapter gets a warning"
    ] = 5e-5
    preference_adapter_ruin: Annotated[
        float, Between(0, 1), "above it preference training with an adapter gets an error"
    ] = 5e-4
    preference_full_start: Annotated[
        float, Between(0, 1), "rate that the fix sets for full preference training"
    ] = 5e-7
    preference_full_trouble: Annotated[
        float, Between(0, 1), "above it full preference training gets a warning"
    ] = 5e-6
    preference_full_ruin: Annotated[
        float, Between(0, 1), "above it full preference training gets an error"
    ] = 5e-5
    rl_adapter_start: Annotated[
        float, Between(0, 1), "rate that the fix sets for reinforcement learning with an adapter"
    ] = 5e-6
    rl_adapter_high: Annotated[
        float, Between(0, 1), "above it reinforcement learning with an adapter gets an info"
    ] = 5e-6
    rl_adapter_trouble: Annotated[
        float, Between(0, 1), "above it reinforcement learning with an adapter gets a warning"
    ] = 5e-5
    rl_full_start: Annotated[
        float, Between(0, 1), "rate that the fix sets for full reinforcement learning"
    ] = 1e-6
    rl_full_high: Annotated[float, Between(0, 1), "above it full reinforcement learning gets an info"] = 5e-6
    rl_full_trouble: Annotated[
        float, Between(0, 1), "above it full reinforcement learning gets a warning"
    ] = 1e-5

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        rate, kind = config.get("learning_rate"), regime(config)
        if not rate or kind is None or not config.written("learning_rate"):
            return
        if (
            (kind.kind == "pretrain" and not kind.adapter)
            or not of_adams_scale(config)
            or _scaled_down(config)
        ):
            return
        if adapter_meant(config) and rate <= self.scale(kind._replace(adapter=True)).trouble:
            return
        scale = self.scale(kind)
        severity = self._severity(rate, scale, kind, model_billions(config))
        if severity is None:
            return
        yield Finding(
            f"learning_rate {short(rate)} for {kind.title}; common start {short(scale.start)}, "
            f"trouble above {short(scale.trouble)}",
            severity=severity,
            fix=number_fix(config, "learning_rate", scale.start),
            **config.place("learning_rate"),
        )

    def scale(self, kind: Regime) -> Scale:
        """The thresholds of a regime."""
        match kind.kind, kind.adapter:
            case "preference", True:
                return Scale(
                    self.preference_adapter_start,
                    self.preference_adapter_high,
                    self.preference_adapter_trouble,
                    self.preference_adapter_ruin,
                )
            case "preference", False:
                trouble = self.preference_full_trouble
                return Scale(self.preference_full_start, trouble, trouble, self.preference_full_ruin)
            case "reinforcement", True:
                return Scale(self.rl_adapter_start, self.rl_adapter_high, self.rl_adapter_trouble, None)
            case "reinforcement", False:
                return Scale(self.rl_full_start, self.rl_full_high, self.rl_full_trouble, None)
            case _, False:
                trouble = self.sft_full_trouble
                return Scale(self.sft_full_start, trouble, trouble, self.sft_full_ruin)
            case _:
                return Scale(
                    self.sft_adapter_start,
                    self.sft_adapter_high,
                    self.sft_adapter_trouble,
                    self.sft_adapter_ruin,
                )

    def _severity(self, rate: float, scale: Scale, kind: Regime, billions: float | None) -> Severity | None:
        reached = kind.adapter and kind.kind in ("sft", "pretrain")
        ruined = scale.ruin is not None and (rate >= scale.ruin if reached else rate > scale.ruin)
        if rate <= scale.high and not ruined:
            return None
        small = billions is not None and billions <= self.small_model
        if (small and kind.kind == "sft" and not kind.adapter) or (rate <= scale.trouble and not ruined):
            return Severity.INFO
        return Severity.ERROR if ruined and kind.sure and not small else Severity.WARNING


def _scaled_down(config: TrainingConfig) -> bool:
    """Whether mlx-lm scales the adapter's update down, so that a high rate may be meant."""
    scale = config.tree.at("lora_parameters.scale") if config.dialect == "mlx-lm" else None
    if scale is None or scale.kind != "scalar":
        return False
    try:
        return float(scale.text) < 1
    except ValueError:
        return False

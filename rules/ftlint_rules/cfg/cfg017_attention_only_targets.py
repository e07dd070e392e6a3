from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}

ATTENTION = frozenset(
    {
        *("q_proj", "k_proj", "v_proj", "o_proj", "output_proj", "out_proj", "qkv_proj", "qkv", "Wqkv"),
        *("query", "key", "value", "q", "k", "v", "o", "c_attn", "query_key_value", "attn", "attention"),
        *("wq", "wk", "wv", "wo", "W_pack", "wqkv", "self_attn", "q_a_proj", "q_b_proj", "kv_b_proj"),
    }
)


class AttentionOnlyTargets(Rule[TrainingConfig]):
    """The adapter sits on the attention layers alone.

    ## Why it matters
    Two thirds of a language model's weights are in its MLP layers. Adapters on attention alone learn less,
    and a higher rank does not make up for it.

    ## What to do
    Target every linear layer: `lora_target_linear: true` (axolotl), `lora_target: all` (LLaMA-Factory),
    `lora_target_modules: all-linear` (PEFT, TRL), `apply_lora_to_mlp: True` (torchtune),
    `lora_mlp: true` (litgpt). It costs memory for about three times as many adapter weights.

    ## References
    QLoRA: adapters on all linear layers are needed to match full fine-tuning. "LoRA Learns Less and Forgets
    Less" (2405.09673): all layers do better than MLP alone, and MLP better than attention. "LoRA Without
    Regret" (Thinking Machines, 2025): attention alone is worse at the same number of weights. The original
    LoRA paper and PEFT's default for many models take queries and values only. It is an info: for a style or
    a small dataset attention may be enough. A default that nothing in the file overrides is named as such.
    """

    code = "CFG017"
    name = "attention-only-targets"
    severity = Severity.INFO
    help = "target every linear layer"
    bad = (
        Example(config={**LORA, "lora_targets": ("q_proj", "v_proj")}),
        Example(config={**LORA, "lora_targets": ("model.layers.0.self_attn.q_proj", "v_proj", "o_proj")}),
    )
    good = (
        Example(config={**LORA, "lora_targets": ("q_proj", "v_proj", "gate_proj", "up_proj", "down_proj")}),
        Example(config={**LORA, "lora_targets": ("all-linear",)}),
        Example(config={**LORA, "lora_targets": (r".*language_model.*\.q_proj",)}, note="a pattern"),
        Example(config=LORA),
        Example(config={**LORA, "method": "classification", "lora_targets": ("query", "value")}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        targets = config.get("lora_targets")
        if not targets or config.purpose != "train" or config.get("tuning") not in ("lora", "qlora"):
            return
        if config.get("method") == "classification" or not isinstance(targets, tuple):
            return
        if not all(_is_plain(target) and target.rpartition(".")[2] in ATTENTION for target in targets):
            return
        default = "" if config.written("lora_targets") else f" (default of {config.title})"
        names = ", ".join(sorted({target.rpartition(".")[2] for target in targets}))
        yield Finding(
            f"adapters on attention alone{default}: {names}; the MLP layers hold most of the weights",
            **config.place("lora_targets", "lora_rank"),
        )


def _is_plain(target: str) -> bool:
    """Whether a target is a module's name and no pattern."""
    return not set(target) & set("*|()[]^$+?\\")

"""Pairs of settings that LLaMA-Factory refuses, from `hparams/` of 0.9.5."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import TrainingConfig
from ftlint.model.config_keys import number, present, text, truth


def llamafactory_refuses(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    """The key to point at and what is wrong with it."""

    def on(key: str) -> bool:
        return truth(config, key) is True

    stage = text(config, "stage").lower() or "sft"
    tuning = text(config, "finetuning_type").lower() or "lora"
    if config.field("method").unknown or config.field("tuning").unknown:
        return
    quantised = on("quantization_bit")
    for key in ("neat_packing", "train_on_prompt", "mask_history", "predict_with_generate"):
        if stage != "sft" and on(key):
            yield key, f"{key} is for stage: sft"
    for key in ("use_dora", "use_rslora", "pissa_init", "loraplus_lr_ratio"):
        if tuning != "lora" and on(key):
            yield key, f"{key} is for finetuning_type: lora"
    cases = (
        (on("mask_history") and on("train_on_prompt"), "mask_history",
         "mask_history and train_on_prompt exclude each other"),
        (stage == "ppo" and not present(config, "reward_model"), "stage", "PPO asks for a reward_model"),
        (stage in ("rm", "ppo") and on("load_best_model_at_end"), "load_best_model_at_end",
         f"stage {stage} does not load the best model"),
        (quantised and on("resize_vocab"), "resize_vocab", "the vocabulary of a quantised model cannot grow"),
        (quantised and on("pissa_init"), "pissa_init", "PiSSA cannot start from a quantised model"),
        (quantised and on("fp8"), "fp8", "fp8 training does not work with a quantised model"),
        (quantised and on("adapter_name_or_path") and on("create_new_adapter"),
         "create_new_adapter", "a quantised model takes no second adapter"),
        (tuning != "lora" and on("adapter_name_or_path"), "adapter_name_or_path",
         "an adapter is for finetuning_type: lora"),
        (on("interleave_probs") and text(config, "mix_strategy") in ("", "concat"),
         "interleave_probs", "interleave_probs asks for a mix_strategy that interleaves"),
        (on("streaming") and on("max_samples"), "max_samples", "max_samples is not for streams"),
        (stage == "dpo" and text(config, "pref_loss") not in ("", "sigmoid")
         and bool(number(config, "dpo_label_smoothing")), "dpo_label_smoothing",
         "dpo_label_smoothing is for pref_loss: sigmoid"),
        (tuning == "full" and on("use_llama_pro"), "use_llama_pro", "use_llama_pro is for freeze or LoRA"),
        (stage == "sft" and on("do_predict") and not on("predict_with_generate"), "do_predict",
         "do_predict asks for predict_with_generate"),
        (on("predict_with_generate") and on("compute_accuracy"), "compute_accuracy",
         "compute_accuracy and predict_with_generate exclude each other"),
        (on("deepspeed") and (on("use_galore") or on("use_apollo")), "deepspeed",
         "GaLore and APOLLO do not work with DeepSpeed"),
    )  # fmt: skip
    for holds, key, message in cases:
        if holds:
            yield key, message

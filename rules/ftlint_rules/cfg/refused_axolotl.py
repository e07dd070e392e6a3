"""Pairs of settings that axolotl refuses, from `schemas/validation.py`, `config.py` and `peft.py` of 0.18."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import TrainingConfig
from ftlint.model.config_keys import flag, number, text, truth

ENTROPY = (
    "cut_cross_entropy",
    "chunked_cross_entropy",
    "liger_cross_entropy",
    "liger_fused_linear_cross_entropy",
)
BNB_8BIT = frozenset({"paged_adamw_8bit", "adamw_8bit", "adamw_bnb_8bit"})
LEGACY_ATTENTION = (
    "flash_attention",
    "sdp_attention",
    "xformers_attention",
    "flex_attention",
    "eager_attention",
)


def axolotl_refuses(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    """The key to point at and what is wrong with it."""

    def on(key: str) -> bool:
        return truth(config, key) is True

    def off(key: str) -> bool:
        return truth(config, key) is False

    def unless(key: str, value: bool) -> bool:
        """Whether the key is not `value`, where it is no template."""
        return truth(config, key) is not None and flag(config, key) is not value

    rl, adapter = text(config, "rl").lower(), text(config, "adapter").lower()
    optimizer = text(config, "optimizer").lower()
    reentrant = flag(config, "gradient_checkpointing_kwargs.use_reentrant") is True
    streams = on("streaming") or on("pretraining_dataset")
    cases = (
        (rl == "kto" and unless("remove_unused_columns", False), "rl",
         "KTO asks for remove_unused_columns: false"),
        (rl == "simpo" and on("warmup_ratio"), "warmup_ratio", "SimPO takes warmup_steps, no warmup_ratio"),
        (text(config, "chat_template") == "jinja" and off("chat_template_jinja"), "chat_template",
         "chat_template jinja asks for the template in chat_template_jinja"),
        (bool(adapter) and on("peft_layers_to_transform") and on("unfrozen_parameters"),
         "unfrozen_parameters", "unfrozen_parameters and peft_layers_to_transform exclude each other"),
        (on("peft_layers_pattern") and off("peft_layers_to_transform"), "peft_layers_pattern",
         "peft_layers_pattern asks for peft_layers_to_transform"),
        (on("unfrozen_parameters") and reentrant, "gradient_checkpointing_kwargs.use_reentrant",
         "unfrozen_parameters asks for use_reentrant: false"),
        (on("relora") and off("jagged_restart_steps"), "relora", "ReLoRA asks for jagged_restart_steps"),
        (on("relora") and (on("fsdp") or on("fsdp_config") or on("deepspeed")), "relora",
         "ReLoRA does not work with FSDP or DeepSpeed"),
        ((number(config, "context_parallel_size") or 1) > 1 and on("sample_packing")
         and (number(config, "micro_batch_size") or 1) > 1, "micro_batch_size",
         "context parallelism with packing takes a micro_batch_size of 1"),
        ((number(config, "tensor_parallel_size") or 1) > 1 and optimizer in BNB_8BIT, "optimizer",
         "tensor parallelism does not work with 8-bit optimizers of bitsandbytes"),
        (on("tokenizer_use_mistral_common") and any(map(on, ("special_tokens", "tokens", "chat_template"))),
         "tokenizer_use_mistral_common",
         "a mistral-common tokenizer takes no special_tokens, tokens or chat_template"),
        (on("qat") and any(map(on, ("load_in_8bit", "load_in_4bit", "peft"))), "qat",
         "QAT goes with neither a quantised base nor PEFT"),
        (rl != "dpo" and not config.field("method").unknown
         and (on("dpo_loss_type") or on("dpo_loss_weights")), "dpo_loss_type",
         "dpo_loss_type is for rl: dpo"),
        (on("lr_groups") and on("loraplus_lr_ratio"), "lr_groups",
         "lr_groups and loraplus_lr_ratio exclude each other"),
        (on("max_memory") and on("gpu_memory_limit"), "gpu_memory_limit",
         "max_memory and gpu_memory_limit exclude each other"),
        (on("push_dataset_to_hub") and unless("hf_use_auth_token", True), "push_dataset_to_hub",
         "push_dataset_to_hub asks for hf_use_auth_token: true"),
        (text(config, "save_strategy") == "best" and off("metric_for_best_model"), "save_strategy",
         "save_strategy best asks for metric_for_best_model"),
        (on("dataset_exact_deduplication") and (on("skip_prepare_dataset") or streams),
         "dataset_exact_deduplication", "duplicates are taken out when data is prepared; that is skipped"),
        (on("attn_implementation") and any(map(on, LEGACY_ATTENTION)), "attn_implementation",
         "attn_implementation goes with none of the older attention switches"),
        (on("lora_target_parameters") and bool(number(config, "lora_dropout")), "lora_dropout",
         "lora_target_parameters takes no lora_dropout"),
        (on("sample_packing") and on("eval_table_size") and unless("eval_sample_packing", False),
         "eval_table_size", "eval_table_size with packing asks for eval_sample_packing: false"),
        (optimizer == "muon" and on("deepspeed"), "optimizer", "muon does not work with DeepSpeed"),
        (sum(map(on, ENTROPY)) > 1, next(filter(on, ENTROPY), ""), "one cross entropy can be switched on"),
        (on("gptq") and on("model_revision"), "gptq", "a GPTQ model takes no revision"),
    )  # fmt: skip
    for holds, key, message in cases:
        if holds:
            yield key, message

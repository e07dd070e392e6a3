"""The keys of TRL's `ModelConfig` and trainer configs, and what follows from them.

TRL's scripts, the alignment handbook and open-r1 share them.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Key
from ftlint.dialects.draft import Draft, precision, words
from ftlint.dialects.hf_arguments import CHECKPOINTING, TRAINER_KEYS, attention, mixed_precision
from ftlint.dialects.quantized_base import settle_quantized_base
from ftlint.facts.dialects import within


def one_or_more(loaded: Any) -> Any:
    """A variant, or the variants that are summed, in the order written."""
    names = words(loaded)
    return ",".join(names) if isinstance(names, tuple) and names else UNKNOWN


def put_token(draft: Draft, field: str, key: str) -> None:
    """A special token, as `<|im_end|>`."""
    value = draft.value(key)
    if isinstance(value, str) and value:
        draft.put(field, UNKNOWN if value.startswith(("${", "{{")) else value, key)


def template(loaded: Any) -> Any:
    """A chat template is full of braces, which here are no placeholder."""
    return loaded if isinstance(loaded, str) and loaded else None


TRL_KEYS: tuple[Key, ...] = (
    Key("base_model", ("model_name_or_path",)),
    Key("model_revision", ("model_revision",)),
    Key("trust_remote_code", ("trust_remote_code",)),
    Key("attention", ("attn_implementation",), attention),
    Key("model_dtype", ("dtype", "torch_dtype"), precision),
    Key("lora_rank", ("lora_r",)),
    Key("lora_alpha", ("lora_alpha",)),
    Key("lora_dropout", ("lora_dropout",)),
    Key("lora_targets", ("lora_target_modules",)),
    Key("use_rslora", ("use_rslora",)),
    Key("use_dora", ("use_dora",)),
    Key("modules_to_save", ("lora_modules_to_save",)),
    Key("load_in_4bit", ("load_in_4bit",)),
    Key("load_in_8bit", ("load_in_8bit",)),
    Key("quant_type", ("bnb_4bit_quant_type",)),
    Key("beta", ("beta", "kl_coef", "init_kl_coef")),
    Key("loss_type", ("loss_type",), one_or_more),
    Key("num_generations", ("num_generations", "rloo_k")),
    Key("teacher_model", ("teacher_model_name_or_path",)),
    Key("sequence_length", ("max_length", "max_seq_length")),
    Key("max_prompt_length", ("max_prompt_length",)),
    Key("max_completion_length", ("max_completion_length", "max_new_tokens", "response_length")),
    Key("packing", ("packing",)),
    Key("eval_packing", ("eval_packing",)),
    CHECKPOINTING,
    *TRAINER_KEYS,
)


def settle_model(draft: Draft) -> None:
    """Quantisation, attention and whether an adapter is trained.

    TRL trains one only where `use_peft` says so: `lora_*` keys alone change nothing, but stay readable.
    """
    flash = draft.flag("use_flash_attention_2")
    if flash is not None and not draft.knows("attention"):
        name = "flash_attention_2" if flash else None
        draft.derive("attention", name, "use_flash_attention_2")
    for key in ("load_in_4bit", "load_in_8bit"):
        if draft.get(key):
            draft.derive("quantization", "bnb", key)
    stored = settle_quantized_base(draft)
    peft = draft.flag("use_peft")
    if peft is None and draft.has("use_peft"):
        draft.derive("tuning", UNKNOWN, "use_peft")
    elif peft:
        four = draft.fields.get("load_in_4bit")
        sure = not (four and four.unknown)
        draft.derive(
            "tuning",
            ("qlora" if stored or draft.get("load_in_4bit") else "lora") if sure else UNKNOWN,
            "use_peft",
        )
    elif peft is False:
        draft.derive("tuning", "full", "use_peft")
    else:
        draft.default(
            "tuning", "full", "use_peft is off: trl/trainer/model_config.py, 0.7 to 1.16", "use_peft"
        )


def settle_chat(draft: Draft) -> None:
    """The template and special tokens, whose braces and angle brackets are no placeholders."""
    found = draft.entry("chat_template_path", "chat_template")
    if found is not None:
        draft.put("chat_template", template(draft.value(found[0])), found[0])
    for key in ("eos_token", "pad_token"):
        put_token(draft, key, key)


FLASH = ("flash_attention", "flash-attn", "flash_attn")


def settle_packing(draft: Draft) -> None:
    """Packed examples are kept apart by bfd and ffd (from 0.19): on flash attention, or from 1.16 on any.

    `wrapped`, and what was before, joins the texts of examples and cuts them anywhere.
    """
    if not draft.get("packing"):
        return
    strategy, key = draft.text("packing_strategy"), "packing_strategy"
    older = not within(draft.version, "0.19", "") or (draft.has("max_seq_length") and not strategy)
    if strategy == "wrapped" or older:
        draft.derive("packing_isolated", False, key, "packing")
        return
    flash = draft.get("attention")
    if within(draft.version, "1.16", "") or (isinstance(flash, str) and any(name in flash for name in FLASH)):
        draft.derive("packing_isolated", True, key, "packing")
    else:
        unsure = draft.knows("attention") and flash is None
        draft.derive("packing_isolated", UNKNOWN if unsure else False, key, "attn_implementation", "packing")


def finish_precision(draft: Draft) -> None:
    """Mixed precision by the switches; with both off, weights compute in the type they are loaded in."""
    if not mixed_precision(draft):
        known = draft.fields.get("model_dtype")
        if known is not None:
            draft.follow("precision", UNKNOWN if known.unknown else known.value, "model_dtype")
    if draft.get("load_in_4bit") and draft.get("model_dtype"):
        draft.default(
            "quant_compute_dtype", draft.get("model_dtype"), "TRL computes in the type of the model"
        )

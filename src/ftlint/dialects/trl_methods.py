"""The method of a config for TRL's trainers: the script's, but keys that only one trainer has tell it."""

from __future__ import annotations

from collections.abc import Mapping

from ftlint.dialects.draft import Draft, words
from ftlint.dialects.method_names import SOURCE, method_of_name

LOSSES: Mapping[str, str] = {
    **dict.fromkeys(("nll", "dft", "chunked_nll"), "sft"),
    **dict.fromkeys(("grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo"), "grpo"),
    **dict.fromkeys(
        ("exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "discopop", "sigmoid_norm"), "dpo"
    ),
    **dict.fromkeys(("aot", "aot_pair", "aot_unpaired", "kto_pair"), "dpo"),
    **dict.fromkeys(("apo_zero", "apo_down"), "apo"),
    **dict.fromkeys(("kto", "apo_zero_unpaired"), "kto"),
    "ipo": "ipo",
    "simpo": "simpo",
    "alphapo": "cpo",
}
"""Values of `loss_type` that tell the method; `sigmoid` and `hinge` are of several trainers."""

OWN_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("rloo", ("rloo_k", "normalize_advantages")),
    ("ppo", ("num_ppo_epochs", "ppo_epochs", "cliprange", "vf_coef", "init_kl_coef", "sft_model_path")),
    ("distillation", ("teacher_model_name_or_path", "lmbda", "seq_kd")),
    ("online-dpo", ("reward_model_path", "judge", "mixture_coef")),
    (
        "grpo",
        (
            *("reward_funcs", "reward_weights", "num_generations", "epsilon_high", "scale_rewards"),
            *("num_iterations", "vllm_mode", "importance_sampling_level", "mask_truncated_completions"),
        ),
    ),
    ("kto", ("desirable_weight", "undesirable_weight")),
    ("simpo", ("gamma_beta_ratio", "simpo_gamma")),
    ("cpo", ("cpo_alpha",)),
    ("reward", ("center_rewards_coefficient",)),
)
"""Keys that only one kind of trainer has; the first that fits counts."""

SFT_KEYS = (
    *(
        "packing",
        "packing_strategy",
        "eval_packing",
        "dataset_text_field",
        "max_seq_length",
        "dataset_kwargs",
    ),
    *("completion_only_loss", "assistant_only_loss", "num_of_sequences", "chars_per_token"),
)
DPO_KEYS = (
    *(
        "rpo_alpha",
        "f_divergence_type",
        "reference_free",
        "ref_model_init_kwargs",
        "use_weighting",
        "ld_alpha",
    ),
    *("force_use_ref_model", "loss_weights", "generate_during_eval", "precompute_ref_log_probs"),
)
PREFERENCE_KEYS = ("beta", "loss_type", "label_smoothing")
PREFERENCE = ("dpo", "orpo", "kto", "cpo", "simpo", "ipo")


def settle_method(draft: Draft, usual: str = "", named: bool = True) -> None:
    """Set the method where the keys tell it, or leave few that the file's name chooses among.

    `usual` is what a preference config without other signs is. `named` says whether a name may speak where
    the keys are silent.
    """
    method, key = _told(draft)
    if method:
        draft.derive("method", method, key)
        return
    name = method_of_name(draft.path)
    if draft.has(*DPO_KEYS):
        draft.derive("method", "kto" if name == "kto" else "dpo", *DPO_KEYS)
    elif draft.has(*PREFERENCE_KEYS):
        if name in PREFERENCE:
            draft.default("method", name, SOURCE)
        elif usual:
            draft.derive("method", usual, *PREFERENCE_KEYS)
    elif draft.has(*SFT_KEYS) and name != "pretrain":
        draft.derive("method", "sft", *SFT_KEYS)
    elif name and (named or draft.has(*SFT_KEYS)):
        draft.default("method", name, SOURCE)


def _told(draft: Draft) -> tuple[str, str]:
    """The method that a loss or a key of one trainer tells, and that key; texts are "" where none does."""
    losses = words(draft.value("loss_type"))
    for loss in losses if isinstance(losses, tuple) else ():
        if loss.lower() in LOSSES:
            return LOSSES[loss.lower()], "loss_type"
    for method, keys in OWN_KEYS:
        found = draft.entry(*keys)
        if found is not None:
            return method, found[0]
    if draft.text("lora_task_type") == "seq_cls":
        return "reward", "lora_task_type"
    return "", ""

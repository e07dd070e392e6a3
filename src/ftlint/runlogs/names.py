"""The names that writers give to metrics, as canonical names (`ftlint.model.run_log.NAMES`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ftlint.model.run_log import Objective

# What trainers call the same thing; keys are without the prefix of the split.
_METRICS: Mapping[str, str] = {
    **dict.fromkeys(("loss", "loss_step", "train_loss", "training_loss", "cross_entropy", "ce_loss"), "loss"),
    **dict.fromkeys(("lm loss", "lm_loss", "lm-loss", "nll_loss", "nll", "cross_entropy_loss"), "loss"),
    **dict.fromkeys(("lr", "learning_rate", "learning-rate", "learning rate", "lr-adamw"), "learning_rate"),
    **dict.fromkeys(("grad_norm", "grad-norm", "grad norm", "gradient_norm", "gnorm"), "grad_norm"),
    **dict.fromkeys(("num_tokens", "total_tokens", "tokens_seen", "num_input_tokens_seen"), "num_tokens"),
    **dict.fromkeys(("tokens_per_second", "tokens_per_sec", "throughput"), "tokens_per_second"),
    **dict.fromkeys(("tokens_per_second_per_gpu", "tokens/s", "tok/s", "tgs"), "tokens_per_second"),
    **dict.fromkeys(("samples_per_second", "samples/sec", "samples_per_sec"), "samples_per_second"),
    **dict.fromkeys(("step_time", "sec_per_step", "time_per_step", "step_time_s", "iter_time"), "step_time"),
    **dict.fromkeys(("mean_token_accuracy", "token_accuracy", "token_acc"), "mean_token_accuracy"),
    **dict.fromkeys(("epoch", "epochs"), "epoch"),
    "kl": "kl",
    "entropy": "entropy",
    "reward": "reward",
    "reward_std": "reward_std",
    "frac_reward_zero_std": "frac_reward_zero_std",
    "zero_std_ratio": "frac_reward_zero_std",
    "clip_ratio": "clip_ratio",
    "clip_ratio/region_mean": "clip_ratio",
    "completion_length": "completions/mean_length",
    "completions/mean_length": "completions/mean_length",
    "completions/max_length": "completions/max_length",
    "completions/clipped_ratio": "completions/clipped_ratio",
    "response_length": "completions/mean_length",
}

# By whole name: what a prefix would mislead about (`val/` of PPO is the value head) or what has none.
_WHOLE: Mapping[str, str] = {
    # verl
    "actor/entropy": "entropy",
    "actor/entropy_loss": "entropy",
    "actor/grad_norm": "grad_norm",
    "actor/lr": "learning_rate",
    "actor/kl_loss": "kl",
    "actor/pg_clipfrac": "clip_ratio",
    "critic/score/mean": "reward",
    "response_length/mean": "completions/mean_length",
    "response_length/max": "completions/max_length",
    "response_length/clip_ratio": "completions/clipped_ratio",
    "perf/throughput": "tokens_per_second",
    "timing_s/step": "step_time",
    # TRL's PPO and RLOO; their objective/kl is a sum over the tokens of an answer and stays as it is
    "objective/entropy": "objective/entropy",
    "objective/scores": "reward",
    "policy/clipfrac_avg": "clip_ratio",
    "val/ratio": "val/ratio",
    "val/ratio_var": "val/ratio_var",
    "val/num_eos_tokens": "val/num_eos_tokens",
    "val/clipfrac_avg": "val/clipfrac_avg",
    "loss/policy_avg": "loss/policy_avg",
    "loss/value_avg": "loss/value_avg",
    # Megatron
    "lm-loss-training/lm loss": "loss",
    "lm loss validation": "eval_loss",
    "learning-rate/learning-rate": "learning_rate",
    "grad-norm/grad-norm": "grad_norm",
    # nanoGPT, litgpt
    "iter_time": "step_time",
}

# A Trainer ends with one row that sums a run up; its train_loss is the mean over all of it.
_SUMMARY = frozenset(
    {"train_loss", "train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos"}
)
_HF = frozenset({"trainer-state", "log-history", "llamafactory", "all-results"})
_TRACKERS = frozenset({"tensorboard", "wandb-offline", "wandb-json", "wandb-csv"})
_ALWAYS_SUMMARY = _SUMMARY - {"train_loss"}

_TRAIN = re.compile(r"(?:train|training|trn)[/_. -]+(.+)", re.IGNORECASE)
_EVAL = re.compile(r"(?:eval|evaluation|valid|validation|val|dev)[/_. -]+(.+)", re.IGNORECASE)
_TEST = re.compile(r"test[/_. -]+(.+)", re.IGNORECASE)
_SPLITS = "train|training|eval|evaluation|valid|validation|val|dev|test"
_SUFFIXED = re.compile(
    rf"((?:.*[/_. -])?(?:loss|acc|accuracy|perplexity|ppl|error|f1|auc))[/_. -]+({_SPLITS})", re.IGNORECASE
)
_LOADER = re.compile(r"(.+)/dataloader_idx_(\d+)")
"""What Lightning adds to the name of a metric where there are several eval sets."""

_FULL_VALID = re.compile(r"full_valid(?:ation)?_(.+)")


def canonical(raw: str, kind: str) -> str:
    """The canonical name of what a writer of this kind calls a metric; the name itself where it is none."""
    name = raw.strip()
    lower = name.lower()
    if lower in _WHOLE:
        return _WHOLE[lower]
    if lower in _ALWAYS_SUMMARY or (lower in _SUMMARY and kind in _HF):
        return lower
    if met := _LOADER.fullmatch(name):
        ours = canonical(met[1], kind)
        return ours if met[2] == "0" else ours.replace("eval_", f"eval_loader_{met[2]}_", 1)
    if lower in _METRICS:
        return _METRICS[lower]
    if met := _FULL_VALID.fullmatch(lower):
        return f"eval_full_{_bare(met[1])}"
    if met := _EVAL.fullmatch(name):
        return f"eval_{_bare(met[1])}"
    if met := _TRAIN.fullmatch(name):
        return _of_training(met[1], kind)
    if met := _TEST.fullmatch(name):
        return f"eval_test_{_bare(met[1])}"
    if met := _SUFFIXED.fullmatch(name):
        return _of_split(_METRICS.get(met[1].lower(), met[1]), met[2].lower())
    if lower in ("loss_epoch", "epoch_loss"):
        return "loss_epoch"
    return name


def _of_training(rest: str, kind: str) -> str:
    """`train/loss`, `train_loss_epoch`, `train/rewards/chosen`, `train_accuracy`."""
    lower = rest.lower()
    if lower in _SUMMARY and kind in _TRACKERS:
        return lower
    if lower == "loss_epoch":
        return lower
    return _METRICS.get(lower, rest)


def _of_split(measure: str, split: str) -> str:
    if split.startswith("tr"):
        return measure
    return f"eval_test_{measure}" if split == "test" else f"eval_{measure}"


def _bare(rest: str) -> str:
    """What follows the prefix of an eval set: `loss`, `loss_epoch`, `general_loss`, `accuracy`."""
    lower = rest.lower()
    if lower in ("loss_epoch", "epoch_loss"):
        return "loss"
    if lower == "loss_step":
        return lower
    if lower.endswith(("/loss", ".loss", " loss")):
        return f"{rest[:-5]}_loss"
    return _METRICS.get(lower, rest)


_PREFERENCE = frozenset({"rewards/margins", "rewards/accuracies", "rewards/chosen"})
_REINFORCEMENT = frozenset(
    {
        *("reward", "reward_std", "frac_reward_zero_std", "clip_ratio"),
        *("completions/mean_length", "completions/clipped_ratio"),
        *("objective/kl", "policy/approxkl_avg", "actor/pg_loss", "ppo/loss/policy", "policy_loss"),
    }
)


def objective_of(names: Iterable[str]) -> Objective:
    """What the names of its metrics say a run is after."""
    known = set(names)
    if _PREFERENCE & {name.removeprefix("eval_") for name in known}:
        return "preference"
    return "reinforcement" if _REINFORCEMENT & known else "loss"

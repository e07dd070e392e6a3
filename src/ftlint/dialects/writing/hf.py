"""What every dialect on top of the Hugging Face trainer writes alike."""

from __future__ import annotations

from ftlint.dialects.writing.outline import Outline, Put

TRAINER: tuple[Put, ...] = (
    Put("learning_rate", "learning_rate"),
    Put("lr_scheduler", "lr_scheduler_type"),
    Put("warmup_steps", "warmup_steps"),
    Put("epochs", "num_train_epochs"),
    Put("max_steps", "max_steps"),
    Put("micro_batch_size", "per_device_train_batch_size"),
    Put("gradient_accumulation", "gradient_accumulation_steps"),
    Put("eval_batch_size", "per_device_eval_batch_size"),
    Put("optimizer", "optim"),
    Put("weight_decay", "weight_decay"),
    Put("max_grad_norm", "max_grad_norm"),
    Put("neftune_alpha", "neftune_noise_alpha"),
    Put("seed", "seed"),
    Put("eval_strategy", "eval_strategy"),
    Put("eval_steps", "eval_steps"),
    Put("save_strategy", "save_strategy"),
    Put("save_steps", "save_steps"),
    Put("load_best_model", "load_best_model_at_end"),
    Put("best_metric", "metric_for_best_model"),
    Put("deepspeed", "deepspeed"),
    Put("output_dir", "output_dir"),
    Put("loggers", "report_to"),
    Put("push_to_hub", "push_to_hub"),
    Put("hub_model_id", "hub_model_id"),
    Put("hub_private", "hub_private_repo"),
)


def precision(out: Outline) -> None:
    """Mixed precision as the trainer's two switches, written out: their defaults differ by version."""
    known = out.get("precision")
    if known in ("bf16", "fp16", "fp32"):
        out.set("bf16", known == "bf16", "precision")
        out.set("fp16", known == "fp16")
        out.skip("bf16", "fp16")
    else:
        for name in ("bf16", "fp16"):
            if out.has(name):
                out.set(name, out.get(name), name)


def warmup(out: Outline) -> None:
    """transformers 5 has no `warmup_ratio`: below 1, `warmup_steps` is a share of all steps."""
    steps, ratio = out.get("warmup_steps"), out.get("warmup_ratio")
    if steps and steps < 1:
        out.set("warmup_steps", steps)
    elif not steps and ratio:
        out.set("warmup_steps", ratio)
    else:
        return out.skip("warmup_ratio")
    out.skip("warmup_steps", "warmup_ratio")
    return None


def evaluation(out: Outline) -> None:
    """Intervals count only where the strategy is steps."""
    if out.has("eval_strategy") and out.get("eval_strategy") != "steps":
        out.skip("eval_steps")
    if out.has("save_strategy") and out.get("save_strategy") != "steps":
        out.skip("save_steps")
    out.skip("do_eval")

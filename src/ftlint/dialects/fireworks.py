"""Fireworks: recipes of its cookbook (Hydra YAML, run on one's own devices), and fine-tuning jobs of the
service, in camel case as the REST interface has them or in snake case as the client has them.
"""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, precision
from ftlint.dialects.jobs import stored
from ftlint.dialects.signs import is_list, is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown

# --- recipes of the cookbook


def _recipe(tree: Node, path: str) -> float:
    if written(tree, ("micro_batch_size", "epochs", "learning_rate", "cutoff_len")) < 4:
        return 0.0
    if written(tree, ("num_epochs", "sequence_len", "stage", "finetuning_type", "model_name_or_path")):
        return 0.0
    return (
        0.95
        if is_list(tree, "defaults") and written(tree, ("lora_r", "flash_attention", "torch_dtype"))
        else 0.7
    )


def _settle_recipe(draft: Draft) -> None:
    draft.default("method", "sft", "recipes of instruct_lora are supervised")
    four = draft.get("load_in_4bit") is True
    tuning = "qlora" if four else "lora"
    if draft.knows("lora_rank"):
        draft.derive("tuning", tuning, "load_in_4bit" if four else "lora_r")
    if draft.flag("flash_attention"):
        draft.derive("attention", "flash_attention_2", "flash_attention")
    for name, switch in (("bf16", "bf16"), ("fp16", "fp16")):
        if draft.get(switch) is True:
            draft.derive("precision", name, switch)


RECIPE = Dialect(
    name="fireworks",
    title="Fireworks cookbook",
    certainty=_recipe,
    keys=(
        Key("base_model", ("huggingface_model_name", "model.huggingface_model_name")),
        Key("micro_batch_size", ("micro_batch_size",)),
        Key("global_batch_size", ("batch_size",)),
        Key("epochs", ("epochs",)),
        Key("learning_rate", ("learning_rate",)),
        Key("lr_scheduler", ("lr_scheduler_type",)),
        Key("warmup_steps", ("warmup_steps",)),
        Key("sequence_length", ("cutoff_len",)),
        Key("lora_rank", ("lora_r",)),
        Key("lora_alpha", ("lora_alpha",)),
        Key("lora_dropout", ("lora_dropout",)),
        Key("lora_targets", ("lora_target_modules",)),
        Key("gradient_checkpointing", ("gradient_checkpointing",)),
        Key("load_in_4bit", ("load_in_4bit",)),
        Key("load_in_8bit", ("load_in_8bit",)),
        Key("quant_type", ("quantization_config.bnb_4bit_quant_type",)),
        Key("quant_compute_dtype", ("quantization_config.bnb_4bit_compute_dtype",), precision),
        Key("model_dtype", ("torch_dtype",), precision),
        Key("bf16", ("bf16",)),
        Key("fp16", ("fp16",)),
        Key("train_on_inputs", ("train_on_inputs",)),
        Key("eval_split", ("val_set_size",)),
        Key("seed", ("seed",)),
    ),
    settle=_settle_recipe,
    loader="omegaconf",
)

# --- jobs of the service

_OWN = (
    *("outputModel", "evaluationDataset", "learningRate", "loraRank", "maxContextLength", "earlyStop"),
    *("warmStartFrom", "evalAutoCarveout", "jinjaTemplate", "isTurbo", "batchSizeSamples", "trainingConfig"),
    *("output_model", "evaluation_dataset", "max_context_length", "early_stop", "warm_start_from"),
    *(
        "eval_auto_carveout",
        "jinja_template",
        "is_turbo",
        "batch_size_samples",
        "lora_rank",
        "training_config",
    ),
)


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _spelled(*names: str) -> tuple[str, ...]:
    """In either case, at the top or in `trainingConfig`."""
    return tuple(
        each
        for name in names
        for each in (name, _snake(name), f"trainingConfig.{name}", f"training_config.{_snake(name)}")
    )


def _job(tree: Node, path: str) -> float:
    base = next((text for key in _spelled("baseModel", "warmStartFrom") if (text := scalar(tree, key))), "")
    if not base or not scalar(tree, "dataset"):
        return 0.0
    if "accounts/" in base or "accounts/" in scalar(tree, "dataset"):
        return 1.0
    return 0.85 if written(tree, _OWN) >= 2 else 0.0


def _settle_job(draft: Draft) -> None:
    draft.default("provider", "fireworks")
    stored(draft, "train_data", "dataset")
    stored(draft, "eval_data", "evaluationDataset", "evaluation_dataset")
    loss = draft.text("lossConfig.method", "loss_config.method")
    if loss:
        method = UNKNOWN if is_unknown(loss) else {"dpo": "dpo", "orpo": "orpo", "grpo": "grpo"}.get(loss)
        draft.put("method", method, "lossConfig.method", "loss_config.method")
    elif draft.has("evaluator", "rewardWeights", "reward_weights"):
        draft.derive("method", "rft", "evaluator", "rewardWeights", "reward_weights")
    elif is_map(draft.tree, "trainingConfig") or is_map(draft.tree, "training_config"):
        draft.default("method", "dpo", "a job of preferences trains with DPO where no loss is named")
    draft.default("method", "sft", "supervised fine-tuning job")
    if draft.flag("earlyStop", "early_stop"):
        draft.derive("early_stopping", UNKNOWN, "earlyStop", "early_stop")
    if is_map(draft.tree, "wandbConfig") or is_map(draft.tree, "wandb_config"):
        draft.derive("loggers", ("wandb",), "wandbConfig", "wandb_config")
    if draft.knows("lora_rank"):
        draft.derive("tuning", "lora", draft.fields["lora_rank"].key)


JOB = Dialect(
    name="fireworks-job",
    title="Fireworks job",
    certainty=_job,
    keys=(
        Key("base_model", _spelled("baseModel")),
        Key("adapter_path", _spelled("warmStartFrom")),
        Key("epochs", _spelled("epochs")),
        Key("learning_rate", _spelled("learningRate")),
        Key("warmup_steps", _spelled("learningRateWarmupSteps")),
        Key("lora_rank", _spelled("loraRank")),
        Key("lora_alpha", _spelled("loraAlpha")),
        Key("lora_dropout", _spelled("loraDropout")),
        Key("lora_targets", _spelled("loraTargetModules")),
        Key("sequence_length", _spelled("maxContextLength")),
        Key("global_batch_size", _spelled("batchSizeSamples")),
        Key("gradient_accumulation", _spelled("gradientAccumulationSteps")),
        Key("weight_decay", _spelled("optimizerWeightDecay")),
        Key("chat_template", _spelled("jinjaTemplate")),
        Key("beta", ("lossConfig.klBeta", "loss_config.kl_beta")),
    ),
    settle=_settle_job,
    casts=True,
    extra={"train_data": "dataset", "eval_data": "evaluationDataset"},
)

DIALECTS = (RECIPE, JOB)

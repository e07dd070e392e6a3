"""The canonical fields of a training config: name, kind, unit and meaning of each.

This table is the contract of `ftlint config explain` and what every dialect maps to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Kind = Literal["text", "number", "count", "flag", "words", "share-or-count", "data"]


class FieldSpec(NamedTuple):
    """`kind`: text, number (float), count (whole), flag, words (tuple of texts), share-or-count (below 1 a
    share of the rows, else rows) or data (tuple of `DataRef`). `doc` says unit and meaning."""

    kind: Kind
    doc: str
    choices: tuple[str, ...] = ()


METHODS = (
    *("pretrain", "sft", "dpo", "ipo", "kto", "orpo", "simpo", "cpo", "apo", "reward", "ppo", "grpo"),
    *("gspo", "gdpo", "rloo", "online-dpo", "rft", "distillation", "classification"),
)
TUNINGS = ("full", "lora", "qlora", "freeze", "other")
PRECISIONS = ("bf16", "fp16", "fp32", "fp8")

FIELDS: Mapping[str, FieldSpec] = {
    # model
    "base_model": FieldSpec("text", "the model that is tuned: a hub id, a path or a provider's name"),
    "model_revision": FieldSpec("text", "the commit or branch of the base model"),
    "trust_remote_code": FieldSpec("flag", "whether code that comes with the model is run"),
    "attention": FieldSpec(
        "text", "the attention implementation: flash_attention_2, sdpa, eager, flex_attention"
    ),
    "adapter_path": FieldSpec("text", "an adapter that is loaded, to go on with or to merge"),
    # what is done
    "method": FieldSpec("text", "the objective", METHODS),
    "tuning": FieldSpec("text", "which weights are trained; qlora is LoRA over a base in 4 bit", TUNINGS),
    "reference_model": FieldSpec("text", "the reference model of a preference or RL method"),
    "teacher_model": FieldSpec("text", "the teacher of a distillation"),
    "beta": FieldSpec("number", "strength of the preference loss or of the KL penalty"),
    "loss_type": FieldSpec("text", "the variant of the preference or RL loss"),
    "num_generations": FieldSpec("count", "completions sampled for each prompt"),
    # adapter
    "lora_rank": FieldSpec("count", "rank r of the adapter"),
    "lora_alpha": FieldSpec(
        "number", "alpha; the update is scaled by alpha / r (alpha / sqrt(r) with rsLoRA)"
    ),
    "lora_dropout": FieldSpec("number", "dropout of the adapter's input, 0 to 1"),
    "lora_targets": FieldSpec("words", "modules that get an adapter; `all-linear` for every linear layer"),
    "use_rslora": FieldSpec("flag", "rank-stabilised scaling"),
    "use_dora": FieldSpec("flag", "weight-decomposed LoRA"),
    "modules_to_save": FieldSpec("words", "modules trained in full beside the adapter"),
    # optimisation
    "learning_rate": FieldSpec("number", "peak learning rate"),
    "learning_rate_multiplier": FieldSpec("number", "factor of a provider's own learning rate"),
    "min_learning_rate": FieldSpec("number", "learning rate that the schedule ends at"),
    "lr_scheduler": FieldSpec(
        "text", "the schedule: cosine, linear, constant, constant_with_warmup, wsd ..."
    ),
    "warmup_steps": FieldSpec("number", "optimizer steps of warmup"),
    "warmup_ratio": FieldSpec("number", "warmup as a share of all steps, 0 to 1"),
    "epochs": FieldSpec("number", "passes over the training data"),
    "max_steps": FieldSpec("count", "optimizer steps at most; left out where the epochs decide"),
    "micro_batch_size": FieldSpec("count", "examples of one device and one forward pass"),
    "gradient_accumulation": FieldSpec("count", "forward passes to one optimizer step"),
    "global_batch_size": FieldSpec("count", "examples of one optimizer step over all devices"),
    "world_size": FieldSpec("count", "devices that train"),
    "optimizer": FieldSpec("text", "the optimizer"),
    "weight_decay": FieldSpec("number", "decoupled weight decay"),
    "max_grad_norm": FieldSpec("number", "norm that gradients are clipped to"),
    "gradient_checkpointing": FieldSpec(
        "flag", "whether activations are computed again in the backward pass"
    ),
    "neftune_alpha": FieldSpec("number", "noise on the embeddings"),
    "seed": FieldSpec("count", "seed of the run"),
    # length
    "sequence_length": FieldSpec("count", "tokens of an example at most; what is more is cut or dropped"),
    "max_prompt_length": FieldSpec("count", "tokens of the prompt at most"),
    "max_completion_length": FieldSpec("count", "tokens of a completion at most"),
    "packing": FieldSpec("flag", "whether several examples share one sequence"),
    "packing_isolated": FieldSpec("flag", "whether packed examples cannot attend to each other"),
    "eval_packing": FieldSpec("flag", "whether evaluation packs, too"),
    # precision
    "precision": FieldSpec("text", "what is computed in", PRECISIONS),
    "bf16": FieldSpec("flag", "the switch for bfloat16 mixed precision"),
    "fp16": FieldSpec("flag", "the switch for float16 mixed precision"),
    "model_dtype": FieldSpec("text", "the type the weights are loaded in", PRECISIONS),
    "load_in_4bit": FieldSpec("flag", "whether the base is quantised to 4 bit"),
    "load_in_8bit": FieldSpec("flag", "whether the base is quantised to 8 bit"),
    "quantization": FieldSpec("text", "how the base is quantised: bnb, gptq, awq, hqq, aqlm, torchao, mxfp4"),
    "quant_type": FieldSpec("text", "the 4-bit type: nf4 or fp4"),
    "quant_compute_dtype": FieldSpec("text", "what quantised layers compute in", PRECISIONS),
    # data
    "train_data": FieldSpec("data", "what is trained on"),
    "eval_data": FieldSpec("data", "what is evaluated on"),
    "general_data": FieldSpec("data", "general data that is mixed in against forgetting"),
    "general_share": FieldSpec("number", "share of all trained tokens that general data makes up"),
    "eval_split": FieldSpec("share-or-count", "what is held out of the training data for evaluation"),
    "max_samples": FieldSpec("count", "rows taken of each dataset at most"),
    "streaming": FieldSpec("flag", "whether data is streamed"),
    "chat_template": FieldSpec("text", "the chat template: a name, a path or the template itself"),
    "train_on_inputs": FieldSpec("flag", "whether the loss counts the prompt, too"),
    "data_format": FieldSpec("text", "the record format the config says its data has"),
    "columns": FieldSpec("words", "columns of the data that the config names"),
    "new_tokens": FieldSpec("words", "tokens added to the vocabulary"),
    "pad_token": FieldSpec("text", "the padding token"),
    "eos_token": FieldSpec("text", "the end token"),
    # evaluation and saving
    "eval_strategy": FieldSpec("text", "when evaluation runs: no, steps or epoch"),
    "eval_steps": FieldSpec("share-or-count", "steps between evaluations; below 1 a share of all steps"),
    "eval_batch_size": FieldSpec("count", "examples of one device and one evaluation pass"),
    "do_eval": FieldSpec("flag", "whether evaluation was asked for"),
    "save_strategy": FieldSpec("text", "when checkpoints are written: no, steps, epoch or best"),
    "save_steps": FieldSpec("share-or-count", "steps between checkpoints"),
    "load_best_model": FieldSpec("flag", "whether the best checkpoint is loaded at the end"),
    "best_metric": FieldSpec("text", "the metric that says which checkpoint is best"),
    "early_stopping": FieldSpec("count", "evaluations without a gain before the run stops"),
    # machines
    "deepspeed": FieldSpec("text", "the DeepSpeed config: a path, or `inline`"),
    "zero_stage": FieldSpec("count", "the ZeRO stage, 0 to 3"),
    "fsdp": FieldSpec("flag", "whether weights are sharded by FSDP"),
    "cpu_offload": FieldSpec("flag", "whether optimizer states or weights are kept in host memory"),
    # output
    "output_dir": FieldSpec("text", "where checkpoints go"),
    "loggers": FieldSpec("words", "where metrics are sent: wandb, tensorboard, mlflow, comet, none ..."),
    "push_to_hub": FieldSpec("flag", "whether the model is uploaded to a hub"),
    "hub_model_id": FieldSpec("text", "the name it gets there"),
    "hub_private": FieldSpec("flag", "whether that repository is private"),
    "export_dir": FieldSpec("text", "where a merged model is written"),
    "export_quantization_bits": FieldSpec("count", "bits that the exported model is quantised to"),
    "merge_adapter": FieldSpec("flag", "whether the adapter is merged into the base"),
    "provider": FieldSpec(
        "text", "the service that trains: openai, azure, bedrock, vertex, together, fireworks"
    ),
}

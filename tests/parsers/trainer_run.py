"""Trains a tiny model with transformers' `Trainer`, which logs in several ways. The folder is given."""

import os
import sys

FOLDER = sys.argv[1]
os.environ.update(
    HF_HUB_OFFLINE="1",
    CUDA_VISIBLE_DEVICES="",
    WANDB_MODE="offline",
    WANDB_DIR=FOLDER,
    WANDB_CONSOLE="off",
    MLFLOW_TRACKING_URI=f"file://{FOLDER}/mlruns",
    MLFLOW_ALLOW_FILE_STORE="true",
    MLFLOW_EXPERIMENT_NAME="tiny",
)

# what is imported reads the environment
import torch  # noqa: E402
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(0)
config = LlamaConfig(
    vocab_size=32,
    hidden_size=16,
    intermediate_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    num_key_value_heads=2,
)
rows = [{"input_ids": ids, "labels": ids} for ids in torch.randint(0, 32, (72, 8))]
Trainer(
    LlamaForCausalLM(config),
    TrainingArguments(
        os.path.join(FOLDER, "out"),
        per_device_train_batch_size=4,
        num_train_epochs=3,
        logging_steps=5,
        logging_first_step=True,
        eval_strategy="steps",
        eval_steps=10,
        save_steps=20,
        learning_rate=1e-2,
        report_to=["wandb", "mlflow", "tensorboard"],
        use_cpu=True,
    ),
    train_dataset=rows[:64],
    eval_dataset={"main": rows[:20], "general": rows[64:]},
).train()

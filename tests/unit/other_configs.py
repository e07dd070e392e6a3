"""One training config of each dialect besides axolotl, LLaMA-Factory and TRL."""

TORCHTUNE = """\
output_dir: /tmp/out
model:
  _component_: torchtune.models.llama3_1.lora_llama3_1_8b
  lora_attn_modules: ['q_proj', 'v_proj', 'output_proj']
  lora_rank: 16
  lora_alpha: 32
checkpointer:
  _component_: torchtune.training.FullModelHFCheckpointer
  checkpoint_dir: /models/Llama-3.1-8B
tokenizer:
  _component_: torchtune.models.llama3.llama3_tokenizer
  max_seq_len: 4096
dataset:
  _component_: torchtune.datasets.alpaca_cleaned_dataset
  packed: true
seed: null
batch_size: 2
epochs: 3
max_steps_per_epoch: 100
optimizer:
  _component_: bitsandbytes.optim.PagedAdamW8bit
  lr: 3e-4
lr_scheduler:
  _component_: torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup
  num_warmup_steps: 10
loss:
  _component_: torchtune.modules.loss.CEWithChunkedOutputLoss
gradient_accumulation_steps: 8
dtype: bf16
metric_logger:
  _component_: torchtune.training.metric_logging.WandBLogger
"""
LITGPT = """\
checkpoint_dir: checkpoints/google/gemma-2b
out_dir: out/finetune/lora
precision: bf16-true
quantize: bnb.nf4
devices: 2
lora_r: 16
lora_mlp: true
data:
  class_path: litgpt.data.JSON
  init_args:
    json_path: data/train.json
    mask_prompt: true
train:
  global_batch_size: 16
  micro_batch_size: 2
  epochs: 4
  min_lr: 6.0e-05
optimizer:
  class_path: torch.optim.AdamW
  init_args:
    lr: 2e-4
logger_name: wandb
"""
SWIFT = """\
model: Qwen/Qwen2.5-7B-Instruct
tuner_type: lora
quant_bits: 4
dataset:
  - 'AI-ModelScope/alpaca-gpt4-data-en#500'
  - 'hf::tatsu-lab/alpaca:main'
split_dataset_ratio: 0.05
torch_dtype: bfloat16
num_train_epochs: 1
per_device_train_batch_size: 1
learning_rate: 1e-4
deepspeed: zero3_offload
packing: true
"""
MEGATRON = """\
rlhf_type: grpo
advantage_estimator: rloo
model: Qwen/Qwen3.5-2B
dataset: data/train.jsonl#2000
split_dataset_ratio: 0
micro_batch_size: 2
global_batch_size: 16
train_iters: 100
lr: 5e-5
max_length: 4096
bf16: true
train:
  gpus: 4
  tuner_type: lora
  lora_rank: 8
"""
OUMI = """\
model:
  model_name: meta-llama/Llama-3.1-8B
  model_max_length: 2048
  torch_dtype_str: bfloat16
data:
  train:
    datasets:
      - dataset_name: yahma/alpaca-cleaned
        mixture_proportion: 0.75
      - dataset_name: text_sft_jsonl
        dataset_path: data/train.jsonl
    pack: true
training:
  trainer_type: TRL_SFT
  use_peft: true
  learning_rate: 3.0e-04
  per_device_train_batch_size: 2
  enable_wandb: true
  save_epoch: true
  save_steps: 0
peft:
  q_lora: true
  lora_r: 64
deepspeed:
  enable_deepspeed: true
  zero_stage: ZERO_3
"""
UNSLOTH = """\
model: unsloth/Qwen3-8B
data:
  local_dataset: [data/train.jsonl]
  format_type: sharegpt
training:
  load_in_4bit: false
  num_epochs: 2
  learning_rate: 2e-4
  train_on_completions: true
  max_steps: 0
lora:
  lora_r: 32
  lora_alpha: 32
  use_loftq: false
logging:
  enable_wandb: true
"""
AUTOTRAIN = """\
task: llm-dpo
base_model: meta-llama/Llama-3.2-1B
project_name: out
log: wandb
backend: local
data:
  path: data/
  train_split: train
  valid_split: dev
  column_mapping:
    text_column: chosen
params:
  peft: true
  lr: 2e-5
  mixed_precision: bf16
hub:
  push_to_hub: true
"""
MLX = """\
model: mlx-community/Qwen2.5-3B-Instruct-4bit
train: true
data: data
iters: 1000
batch_size: 4
grad_accumulation_steps: 4
learning_rate: 1e-5
steps_per_eval: 200
lora_parameters:
  keys: [self_attn.q_proj]
  rank: 8
  alpha: 16
  scale: 10.0
  dropout: 0.0
lr_schedule:
  name: cosine_decay
  warmup: 50
  arguments: [3e-5, 1000, 1e-7]
"""
MISTRAL = """\
data:
  instruct_data: "/data/a:2.0,/data/b.jsonl:1"
  eval_instruct_data: ""
model_id_or_path: /models/mistral-7B-v0.3
lora:
  rank: 64
seq_len: 32768
batch_size: 1
max_steps: 300
optim:
  lr: 6.e-5
no_eval: True
ckpt_freq: 100
run_dir: out
wandb:
  project: tune
"""
LUDWIG = """\
model_type: llm
base_model: meta-llama/Llama-2-7b-hf
quantization:
  bits: 4
adapter:
  type: lora
  r: 16
input_features:
  - {name: instruction, type: text}
output_features:
  - {name: output, type: text}
preprocessing:
  split:
    type: random
    probabilities: [0.8, 0.15, 0.05]
trainer:
  type: finetune
  learning_rate: 0.0003
  effective_batch_size: auto
"""
OPEN_INSTRUCT = """\
model_name_or_path: allenai/OLMo-7B
use_flash_attn: true
tokenizer_name: allenai/OLMo-7B
dataset_mixer:
  allenai/tulu-3-prefs: 1.0
  allenai/extra: 2000
preprocessing_num_workers: 16
learning_rate: 5.0e-07
num_epochs: 3
beta: 0.1
with_tracking: false
checkpointing_steps: epoch
"""

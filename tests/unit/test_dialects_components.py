"""Parts of a training: adapters, DeepSpeed and accelerate files in canonical fields."""

from __future__ import annotations

from canonical import UNKNOWN, config, says


def test_adapters() -> None:
    lora = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": "meta-llama/Llama-3.1-8B",
        "r": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.05,
        "target_modules": ["q_proj", "v_proj"],
        "modules_to_save": None,
        "use_rslora": False,
        "revision": None,
    }
    found = config(lora, "adapter_config.json")
    assert (found.dialect, found.purpose) == ("peft-adapter", "component")
    says(
        found, tuning="lora", lora_rank=16, lora_alpha=32, lora_dropout=0.05, use_rslora=False,
        lora_targets=("q_proj", "v_proj"), base_model="meta-llama/Llama-3.1-8B", modules_to_save=None,
        model_revision=None,
    )  # fmt: skip
    pattern = r".*\.(q|v)_proj,x"
    says(config(lora | {"target_modules": pattern}), lora_targets=(pattern,))
    says(config(lora | {"peft_type": "IA3"}), tuning="other", lora_rank=None)
    without = {key: lora[key] for key in lora if key != "peft_type"}
    says(config(without), tuning="lora", lora_rank=16)


def test_deepspeed() -> None:
    found = config(
        {
            "bf16": {"enabled": "auto"},
            "fp16": {"enabled": False},
            "zero_optimization": {
                "stage": 3,
                "offload_optimizer": {"device": "cpu"},
                "offload_param": {"device": "none"},
            },
            "optimizer": {"type": "AdamW", "params": {"lr": "auto"}},
            "train_micro_batch_size_per_gpu": 4,
            "train_batch_size": "auto",
            "gradient_clipping": 1.0,
        }
    )
    assert (found.dialect, found.purpose) == ("deepspeed", "component")
    says(
        found, zero_stage=3, cpu_offload=True, precision=UNKNOWN, bf16=UNKNOWN, fp16=False,
        learning_rate=UNKNOWN, micro_batch_size=4, global_batch_size=UNKNOWN, max_grad_norm=1.0,
        optimizer="AdamW",
    )  # fmt: skip
    base = {"train_batch_size": 8, "zero_optimization": {"stage": 2, "cpu_offload": False}}
    says(config(base | {"fp16": {"enabled": True}}), precision="fp16", cpu_offload=False, zero_stage=2)
    says(config(base | {"bf16": {"enabled": False}}), precision="fp32")
    says(config(base), precision=None)
    text = "bf16:\n  enabled: true\nzero_optimization:\n  stage: 2\noptimizer:\n  params:\n    lr: 1.0e-5\n"
    says(config(text), precision="bf16", learning_rate=1e-5)


def test_accelerate() -> None:
    text = """
compute_environment: LOCAL_MACHINE
distributed_type: %s
mixed_precision: %s
num_machines: 1
num_processes: 8
machine_rank: 0
"""
    found = config(text % ("FSDP", "bf16") + "fsdp_config:\n  fsdp_offload_params: true\n")
    assert (found.dialect, found.purpose) == ("accelerate", "component")
    says(found, world_size=8, precision="bf16", fsdp=True, cpu_offload=True)
    for no in ("no", "'no'"):
        says(config(text % ("MULTI_GPU", no)), precision=None, fsdp=False)
    inline = "deepspeed_config:\n  zero_stage: 3\n  offload_optimizer_device: none\n"
    found = config(text % ("DEEPSPEED", "fp16") + inline)
    says(found, zero_stage=3, cpu_offload=False, deepspeed="inline")
    found = config(
        text % ("DEEPSPEED", "${P}") + "deepspeed_config:\n  deepspeed_config_file: conf/ds.json\n"
    )
    says(found, precision=UNKNOWN, deepspeed="conf/ds.json")
    assert found.parts == ("conf/ds.json",)

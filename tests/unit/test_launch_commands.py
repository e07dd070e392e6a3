"""Command lines that train, by framework: what they say, and what is no training."""

from __future__ import annotations

from pathlib import Path

import pytest
from canonical import UNKNOWN, says
from launch_lines import HF, cut, line, lines

from ftlint.engine.configs import configs_of


@pytest.mark.parametrize(
    "command",
    [
        "accelerate launch train.py",
        "accelerate launch --config_file fsdp.yaml --num_processes 2 sft.py",
        "accelerate launch --config_file=fsdp.yaml -m pkg.train",
        "torchrun --nproc_per_node=8 --master_port 29500 scripts/train.py",
        "deepspeed --include localhost:0,1 train.py --deepspeed ds.json",
        "python -m torch.distributed.run --nproc_per_node 2 train.py",
        "python3 -m torch.distributed.launch --nproc_per_node=2 --use_env train.py",
        "python train.py",
        "python -u -W ignore src/train.py",
        "/opt/conda/bin/python3.11 train.py",
        "CUDA_VISIBLE_DEVICES=0,1 WANDB_MODE=offline nohup python train.py",
        "srun --nodes 2 --gres=gpu:8 python train.py",
        "sudo docker run --gpus all -v $PWD:/w image:tag python train.py",
        "uv run --with trl train.py",
        "poetry run python train.py",
        "./train.py",
        "if true; then python train.py",
        "time python train.py",
    ],
)
def test_scripts_with_arguments_of_transformers(command: str) -> None:
    text = f"{command} {HF} --learning_rate 2e-3\n"
    config = line(text)
    assert config.dialect == "trl"
    says(config, learning_rate=2e-3, epochs=3, micro_batch_size=2, base_model="a/b")
    assert cut(text, config, "learning_rate") == ("2e-3", 1, len(text) - 4)


def test_trl() -> None:
    text = "trl dpo --model_name_or_path a/b --learning_rate=5e-6 --beta 0.1 --use_peft --lora_r 8\n"
    config = line(text)
    says(config, method="dpo", learning_rate=5e-6, beta=0.1, tuning="lora", lora_rank=8)
    assert config.written("method")
    assert cut(text, config, "method") == ("dpo", 1, 5)
    for command, method in (("sft", "sft"), ("kto", "kto"), ("grpo", "grpo"), ("reward", "reward")):
        says(line(f"trl {command} --model_name_or_path a/b --learning_rate 1e-6"), method=method)
    says(line(f"python examples/scripts/dpo.py {HF} --learning_rate 1e-6"), method="dpo")


def test_llamafactory() -> None:
    says(
        line("llamafactory-cli train stage=dpo finetuning_type=lora lora_rank=8 learning_rate=1e-3"),
        method="dpo", tuning="lora", lora_rank=8, learning_rate=1e-3,
    )  # fmt: skip
    flags = (
        "--stage sft --do_train --finetuning_type full --template qwen --learning_rate 1e-5 --cutoff_len 2048"
    )
    for command in ("llamafactory-cli train", "torchrun src/train.py", "deepspeed src/train_bash.py"):
        config = line(f"{command} --model_name_or_path a/b --dataset x {flags}")
        assert config.dialect == "llamafactory"
        says(config, method="sft", tuning="full", learning_rate=1e-5, sequence_length=2048)
    # Its arguments of old, under the name of its script.
    old = "--stage sft --do_train --finetuning_type lora --dataset x --max_source_length 512 --lora_rank 8"
    config = line(f"torchrun src/train_bash.py {HF} --template qwen {old}\n")
    assert config.dialect == "llamafactory"
    says(config, method="sft", lora_rank=8)
    # Another script that borrowed one of its words.
    borrowed = f"deepspeed train.py {HF} --finetuning_type lora --lora_r 8 --learning_rate 1e-4\n"
    assert [each.dialect for each in lines(borrowed) if each.dialect == "llamafactory"] == []


def test_axolotl() -> None:
    config = line("axolotl train cfg.yml --learning-rate 1e-3 --no-sample-packing --adapter lora")
    assert config.dialect == "axolotl"
    says(config, learning_rate=1e-3, packing=False, tuning="lora")
    assert config.parts == ("cfg.yml",)
    says(line("accelerate launch -m axolotl.cli.train cfg.yml --learning_rate=1e-3"), learning_rate=1e-3)


def test_torchtune() -> None:
    recipe = "lora_finetune_distributed --config llama3/8B_lora"
    text = f"tune run --nproc_per_node 4 {recipe} batch_size=4 optimizer.lr=1e-3"
    config = line(text)
    assert config.dialect == "torchtune"
    says(
        config,
        method="sft",
        tuning="lora",
        learning_rate=1e-3,
        micro_batch_size=4,
        world_size=4,
        epochs=UNKNOWN,
    )
    assert cut(text, config, "learning_rate")[0] == "1e-3"
    says(line("tune run lora_dpo_single_device --config x optimizer.lr=1e-3"), method="dpo", tuning="lora")
    says(
        line("tune run full_finetune_single_device --config llama3/8B_full epochs=9"), tuning="full", epochs=9
    )


def test_ms_swift() -> None:
    text = (
        "NPROC_PER_NODE=8 swift sft --model a/b --train_type lora --dataset x/y#500 'z' --learning_rate 1e-3"
    )
    config = line(text)
    assert config.dialect == "ms-swift"
    says(config, method="sft", tuning="lora", learning_rate=1e-3, world_size=8)
    assert [ref.name for ref in config.get("train_data")] == ["x/y", "z"]
    says(
        line("swift pt --model a/b --learning_rate 1e-5 --train_type full"), method="pretrain", tuning="full"
    )
    says(line("swift rlhf --rlhf_type kto --model a/b --learning_rate 1e-5"), method="kto")
    megatron = line("megatron sft --load m --lr 1e-5 --micro_batch_size 2 --max_epochs 3 --train_type full")
    says(megatron, learning_rate=1e-5, micro_batch_size=2, epochs=3)


def test_other_frameworks() -> None:
    oumi = line("oumi train -c conf/sft.yaml --training.learning_rate 1e-3 --training.num_train_epochs=2")
    assert (oumi.dialect, oumi.parts) == ("oumi", ("conf/sft.yaml",))
    says(oumi, learning_rate=1e-3, epochs=2, tuning=UNKNOWN)
    says(line("oumi distributed torchrun -m oumi train -c x.yaml --training.max_steps 20"), max_steps=20)

    litgpt = line("litgpt finetune_lora a/b --data JSON --data.json_path d.json --train.epochs 4 --lora_r 16")
    assert litgpt.dialect == "litgpt"
    says(litgpt, method="sft", tuning="lora", epochs=4, lora_rank=16, base_model="a/b")
    assert [ref.name for ref in litgpt.get("train_data")] == ["d.json"]
    says(line("litgpt finetune full a/b --train.epochs 4"), tuning="full")
    says(
        line("litgpt pretrain pythia-160m --train.max_tokens 100 --train.micro_batch_size 4"),
        method="pretrain",
    )

    mlx = "--model a/b --train --data d --iters 300 --learning-rate 1e-4 --num-layers 8 --batch-size 2"
    for command in ("mlx_lm.lora", "mlx_lm lora", "python -m mlx_lm.lora", "python -m mlx_lm lora"):
        config = line(f"{command} {mlx}")
        assert config.dialect == "mlx-lm"
        says(config, learning_rate=1e-4, max_steps=300, base_model="a/b")

    auto = line("autotrain llm --train --model a/b --lr 2e-3 --epochs 3 --batch-size 4 --trainer dpo --peft")
    assert auto.dialect == "autotrain"
    says(auto, method="dpo", learning_rate=2e-3, epochs=3, micro_batch_size=4, base_model="a/b")


# --- what is taken, and what is not


@pytest.mark.parametrize(
    "text",
    [
        f'echo "python train.py {HF} --learning_rate 1"',
        f"echo python train.py {HF} --learning_rate 1",
        f"printf 'trl sft {HF} --learning_rate 1\\n'",
        f"# python train.py {HF} --learning_rate 1",
        f"ls  # trl sft {HF} --learning_rate 1",
        f"cat <<EOF > run.sh\ntrl sft {HF} --learning_rate 1\nEOF\n",
        f"cat <<-'END'\n\ttrl sft {HF} --learning_rate 1\n\tEND\n",
        f"usage() {{ echo 'trl sft {HF}'; }}",
        "pip install accelerate trl deepspeed --upgrade",
        f"git commit -m 'python train.py {HF}'",
        f"grep 'trl sft {HF}' log",
        "trl sft --config sft.yaml",
        "accelerate launch --num_processes 8 train.py --config x.yaml",
        "llamafactory-cli train x.yaml",
        "axolotl train x.yaml",
        "tune run lora_finetune_single_device --config llama3/8B_lora",
        "oumi train -c x.yaml --training.output_dir out",
        "axolotl preprocess x.yaml --learning_rate 1",
        "swift infer --model a/b --max_length 10",
        "python train_cnn.py --learning_rate 0.1 --weight_decay 1e-4 --batch-size 128",
        "accelerate launch train_dreambooth.py --pretrained_model_name_or_path sd --learning_rate 1e-4"
        " --max_train_steps 4 --lr_scheduler_type constant --resolution 512 --gradient_accumulation_steps 2",
        "python run_glue.py --model_name_or_path bert --task_name mrpc --learning_rate 2e-5",
        "python scripts/expand.py --model_name_or_path a/b --output_dir c --lora_rank 8",
        "python -c 'import trl' --learning_rate 1 --num_train_epochs 3 --model_name_or_path x",
        "python eval.py --model_name_or_path a/b --output_dir x --bf16",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert lines(text + "\n") == []


def test_an_unread_config_file_leaves_the_rest_unknown() -> None:
    """The file may say LoRA or full: nothing of the dialect's defaults is taken."""
    config = line("trl sft --config nowhere.yaml --learning_rate 2e-4")
    says(config, method="sft", learning_rate=2e-4, tuning=UNKNOWN, epochs=UNKNOWN, eval_data=UNKNOWN)
    assert config.parts == ("nowhere.yaml",)


def test_a_config_file_lies_under_the_arguments(tmp_path: Path) -> None:
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "sft.yaml").write_text(
        "model_name_or_path: a/b\nlearning_rate: 2.0e-5\nuse_peft: true\nlora_r: 8\nnum_train_epochs: 2\n"
        "per_device_train_batch_size: 4\nbf16: null\n"
    )
    script = tmp_path / "jobs" / "run.sh"
    script.parent.mkdir()
    script.write_text("trl sft --config conf/sft.yaml --learning_rate 1e-3\n")
    (config,) = configs_of(str(script), "jobs/run.sh")
    says(config, learning_rate=1e-3, tuning="lora", lora_rank=8, epochs=2, base_model="a/b")
    assert config.written("learning_rate")
    assert not config.written("lora_rank")
    assert config.field("lora_rank").source == "conf/sft.yaml, line 4"
    assert config.field("lora_rank").range is None
    assert config.parts == ("conf/sft.yaml",)
    assert list(config.tree.entries) == ["learning_rate"]


def test_nested_arguments_lie_over_nested_files(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "model:\n  model_name: a/b\ndata:\n  train:\n    datasets:\n    - dataset_name: x\n"
        "training:\n  trainer_type: TRL_SFT\n  learning_rate: 1.0e-5\n  use_peft: true\n"
        "  num_train_epochs: 2\n"
    )
    script = tmp_path / "run.sh"
    script.write_text("oumi train -c c.yaml --training.learning_rate 1e-2\n")
    (config,) = configs_of(str(script), "run.sh")
    says(config, learning_rate=1e-2, tuning="lora", epochs=2, method="sft")


def test_no_file_outside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "out.yaml").write_text("use_peft: true\nlora_r: 8\n")
    script = tmp_path / "project" / "run.sh"
    script.parent.mkdir()
    for name in ("../out.yaml", str(tmp_path / "out.yaml")):
        script.write_text(f"trl sft --config {name} --learning_rate 1e-3\n")
        (config,) = configs_of(str(script), "run.sh")
        says(config, tuning=UNKNOWN, lora_rank=UNKNOWN)

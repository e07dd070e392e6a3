"""Launch lines as shells and build files write them: variables, line breaks, nested commands."""

from __future__ import annotations

import pytest
from canonical import UNKNOWN, says
from launch_lines import HF, cut, line, lines

from ftlint.model.config_edit import rename_key, replace_value
from ftlint.model.fix import ReplaceBytes


def test_places_over_several_lines() -> None:
    text = (
        "#!/bin/bash\n"
        "accelerate launch \\\n"
        "    --num_processes 4 \\\n"
        "    train.py --model_name_or_path 'größe/b' \\\r\n"
        '    --learning_rate "2e-4" --num_train_epochs=3 --bf16 True \\\n'
        "    --lora_target_modules q_proj v_proj --no_gradient_checkpointing \\\n"
        "    --warmup_steps -1 2>&1 | tee log.txt\n"
    )
    config = line(text)
    assert cut(text, config, "base_model") == ("größe/b", 4, 36)
    assert cut(text, config, "learning_rate") == ("2e-4", 5, 22)
    assert cut(text, config, "epochs") == ("3", 5, 47)
    assert cut(text, config, "lora_targets") == ("q_proj v_proj", 6, 27)
    assert cut(text, config, "world_size") == ("4", 3, 21)
    says(config, bf16=True, gradient_checkpointing=False, warmup_steps=-1, lora_targets=("q_proj", "v_proj"))
    key = config.field("epochs").key_range
    assert key is not None
    assert text.encode()[key.start : key.end] == b"num_train_epochs"


def test_variables_that_are_set_once() -> None:
    text = (
        'LR=2e-4\nexport MODEL="a/b"\nEPOCHS=${EPOCHS:-3}\n'
        'ARGS=(--learning_rate $LR --num_train_epochs "$EPOCHS")\n'
        "MORE='--per_device_train_batch_size 2 --bf16'\n"
        'python train.py --model_name_or_path $MODEL "${ARGS[@]}" $MORE --lora_r ${R:-16} --seed $SEED "$@"\n'
    )
    config = line(text)
    says(
        config, learning_rate=2e-4, base_model="a/b", epochs=3, micro_batch_size=2, lora_rank=16, seed=UNKNOWN
    )
    assert cut(text, config, "learning_rate") == ("2e-4", 1, 4)
    assert cut(text, config, "base_model") == ("a/b", 2, 15)
    assert cut(text, config, "epochs") == ("3", 3, 18)
    assert cut(text, config, "micro_batch_size") == ("2", 5, 37)


def test_lists_that_are_added_to() -> None:
    text = (
        "CMD=(swift sft --model a/b --train_type lora --lora_rank 8 --learning_rate 2e-4)\n"
        'if [ -n "$A" ]; then\n  CMD+=(--lora_alpha "$A" --learning_rate 1e-3 --packing)\nfi\n'
        '[ "$N" -gt 1 ] && CMD+=(--deepspeed=zero3)\n"${CMD[@]}"\n'
    )
    config = line(text)
    says(config, tuning="lora", lora_rank=8, base_model="a/b")
    says(config, lora_alpha=UNKNOWN, learning_rate=UNKNOWN, packing=UNKNOWN)


def test_idioms_of_the_wild() -> None:
    text = r"""GPUS=2
lr=${LR:-2e-3}
model=
LAUNCHER="WANDB_MODE=offline accelerate launch \
    --num_processes $GPUS \
    --machine_rank \$SLURM_PROCID \
"
export CMD=" \
    src/train.py \
    --model_name_or_path a/b --num_train_epochs 5 \
    --learning_rate ${lr} \
"
echo "$CMD"
clear; srun --wait=60 bash -c "$LAUNCHER $CMD" 2>&1 | tee -a log.txt
"""
    config = line(text)
    says(config, learning_rate=2e-3, epochs=5, world_size=2)
    assert cut(text, config, "learning_rate") == ("2e-3", 2, 10)
    assert cut(text, config, "epochs") == ("5", 10, 49)
    more = "--output_dir out ${m:+--model $m} --max_steps ${S:-70} --bf16 $EXTRA --seed 7 $MORE"
    config = line(f"python train.py {HF} {more}\n")
    says(config, output_dir="out", max_steps=70, bf16=UNKNOWN, seed=7)
    retrieval = "--train_group_size 2 --query_max_len 512 --pooling_method mean"
    assert lines(f"torchrun -m FlagEmbedding.finetune {HF} {retrieval}\n") == []


@pytest.mark.parametrize(
    "before",
    [
        "",
        "LR=$1\n",
        "LR=1e-4\nLR=2e-4\n",
        "if x; then LR=1e-4; else LR=2e-4; fi\n",
        "LR=1e-4\nif x; then LR=2e-4; fi\n",
        "for LR in 1e-4 2e-4; do\n",
        "LR=1e-4\nread LR\n",
        "LR=$(cat lr.txt)\n",
        "LR=`cat lr.txt`\n",
        "LR=1e-4\nLR+=0\n",
        "LR=1e-4 true\n",
        "LR=$LR\n",
        "A=$LR; LR=$A\n",
    ],
)
def test_variables_that_only_a_run_tells(before: str) -> None:
    config = line(f"{before}python train.py {HF} --learning_rate $LR\n")
    says(config, learning_rate=UNKNOWN, epochs=3)


@pytest.mark.parametrize(
    "command",
    [
        'srun bash -c "{}"',
        "bash -lc '{}'",
        'sbatch --gres=gpu:1 --wrap="{}"',
        'CMD="{}"; eval "$CMD"',
        'CMD="{}"; srun $CMD',
        'export CMD="{}"\nsrun --jobid 1 bash -c "$CMD"',
        "(cd src && {})",
        "{{ {}; }} > log 2>&1 &",
        "while true; do {}; done",
        "cat <<X\ntext\nX\n{}",
        "echo 'a' && {}",
        "A=$(date) B='x y' {}",
        '{} <<< "it\'s" >out 2>err',
    ],
)
def test_commands_in_commands(command: str) -> None:
    text = command.format(f"python train.py {HF} --learning_rate 2e-3") + "\n"
    config = line(text)
    says(config, learning_rate=2e-3, epochs=3)
    assert cut(text, config, "learning_rate")[0] == "2e-3"


def test_several_lines_are_several_configs() -> None:
    text = (
        f"python a.py {HF} --learning_rate 1e-3\npython b.py {HF} --learning_rate 1e-4 &\n"
        f"trl sft {HF} --learning_rate 1e-5"
    )
    assert [config.get("learning_rate") for config in lines(text)] == [1e-3, 1e-4, 1e-5]
    run = f"python a.py {HF} --learning_rate 1e-3"
    once = f'run() {{ {run}; }}\nCMD="{run}"\n$CMD\n$CMD\n'
    assert len(lines(once)) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "Makefile",
            "LR ?= 2e-3\ntrain: data\n\t@echo $(LR)\n\tpython train.py {hf} \\\n\t  --learning_rate $(LR)\n",
        ),
        ("rules.mk", "x:\n\tEPOCHS=1; python train.py {hf} --learning_rate 2e-3 --seed $$SEED\n"),
        (
            "Dockerfile",
            "FROM x\nENV LR=2e-3\nRUN pip install trl\nCMD python train.py {hf} \\\n  --learning_rate $LR\n",
        ),
        ("job.slurm", "#SBATCH -N 1\nsrun python train.py {hf} --learning_rate 2e-3\n"),
        ("train.service", "[Service]\nExecStart=/usr/bin/python /srv/train.py {hf} --learning_rate 2e-3\n"),
        ("run.ps1", "python train.py {hf} `\n  --learning_rate 2e-3\n"),
    ],
)
def test_other_kinds_of_scripts(name: str, text: str) -> None:
    whole = text.replace("{hf}", HF)
    config = line(whole, name)
    says(config, learning_rate=2e-3, epochs=3)
    assert cut(whole, config, "learning_rate")[0] == "2e-3"


def test_a_listed_command_of_a_dockerfile() -> None:
    text = 'CMD ["trl", "sft", "--model_name_or_path", "a/b", "--learning_rate", "2e-3"]\n'
    assert cut(text, line(text, "Dockerfile"), "learning_rate") == ("2e-3", 1, 71)


def test_a_makefile_tells_its_own_variables_only() -> None:
    text = (
        f"LR = 1e-3\nLR = 2e-3\nx:\n\tpython t.py {HF} --learning_rate $(LR)\ny:\n\techo python t.py {HF}\n"
    )
    says(line(text, "Makefile"), learning_rate=UNKNOWN)


def test_a_byte_order_mark_and_what_is_not_utf8() -> None:
    text = f"\ufeffpython train.py {HF} --learning_rate 2e-3\n"
    assert cut(text, line(text), "learning_rate")[0] == "2e-3"
    assert lines(b"\xff\xfe python train.py --learning_rate 1\n") == []


def test_edits_change_the_words_alone() -> None:
    text = f'LR=2e-3\npython train.py --evaluation_strategy no --learning_rate="2e-3" {HF} --seed $LR\n'
    config = line(text)
    data = text.encode()
    for edit, after in (
        (replace_value(config, "learning_rate", 2e-4), text.replace('"2e-3"', '"2.0e-4"')),
        (rename_key(config, "evaluation_strategy", "eval_strategy"), text.replace("evaluation_s", "eval_s")),
        (replace_value(config, "epochs", 2), text.replace("epochs 3", "epochs 2")),
    ):
        assert isinstance(edit, ReplaceBytes)
        made = data[: edit.offset] + edit.replacement + data[edit.offset + edit.length :]
        assert made.decode() == after
    assert replace_value(config, "seed", 1) is None, "others may use the variable, too"
    assert replace_value(line(f"python t.py {HF} --bf16"), "bf16", False) is None

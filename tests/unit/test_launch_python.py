"""Calls that train, in Python and notebooks."""

from __future__ import annotations

from typing import Any

import pytest
from canonical import UNKNOWN, says
from launch_lines import cut, line, lines, notebook


def test_calls_with_literals() -> None:
    text = """
from trl import SFTConfig, SFTTrainer
LR = 2e-3
é = "é"; peft = LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", 'v_proj'], task_type="CAUSAL_LM")
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-8B", torch_dtype=torch.bfloat16)
args = SFTConfig(
    output_dir="out",
    learning_rate=LR,
    num_train_epochs=3,
    bf16=True,
    max_length=length(),
    max_steps=-1,
    weight_decay=None,
)
data = load_dataset("json", data_files="d/train.jsonl")
SFTTrainer(model, args=args, train_dataset=data, eval_dataset=None, peft_config=peft)
"""
    config = line(text, "train.py")
    assert config.dialect == "trl"
    says(
        config, method="sft", tuning="lora", lora_rank=16, lora_alpha=32, lora_targets=("q_proj", "v_proj"),
        learning_rate=2e-3, epochs=3, bf16=True, sequence_length=UNKNOWN, base_model="Qwen/Qwen3-8B",
        model_dtype="bf16", eval_data=None,
    )  # fmt: skip
    assert cut(text, config, "learning_rate") == ("2e-3", 3, 6)
    assert cut(text, config, "lora_rank") == ("16", 4, 30)
    assert cut(text, config, "base_model") == ("Qwen/Qwen3-8B", 5, 47)
    assert [(ref.name, ref.kind) for ref in config.get("train_data")] == [("d/train.jsonl", "file")]


def test_methods_of_calls() -> None:
    def method(text: str) -> Any:
        found = lines(text, "a.py")
        return found[0].get("method") if found else "none"

    arguments = "learning_rate=1e-5, num_train_epochs=1"
    assert method(f"DPOConfig({arguments}, beta=0.1)") == "dpo"
    assert method(f"trl.GRPOConfig({arguments}, num_generations=8)") == "grpo"
    assert method(f"a = TrainingArguments({arguments})\nSFTTrainer(m, args=a)") == "sft"
    assert method(f"a = TrainingArguments({arguments})\nORPOTrainer(m, args=a)") == "orpo"
    assert (
        method(f"m = AutoModelForCausalLM.from_pretrained('x')\na = TrainingArguments({arguments})") is None
    )
    assert (
        method(
            f"m = AutoModelForSequenceClassification.from_pretrained('x')\na = TrainingArguments({arguments})"
        )
        == "none"
    )
    assert method(f"a = TrainingArguments({arguments})") == "none"
    assert method("a = SFTConfig(**options)\nb = SFTConfig()") == "none"
    assert method(f"class SFTConfig(TrainingArguments):\n  x = 1\n{'#' * 5}") == "none"


def test_what_calls_leave_open() -> None:
    two = "a = LoraConfig(r=8)\nb = LoraConfig(r=16)\nSFTConfig(learning_rate=1e-3, num_train_epochs=1)\n"
    says(line(two, "a.py"), tuning=UNKNOWN, lora_rank=None)
    other = "from x import get_peft\nSFTConfig(learning_rate=lr, num_train_epochs=n + 1, bf16=not x)\n"
    assert lines(other, "a.py")[0].field("learning_rate").unknown
    says(line(other, "a.py"), tuning=UNKNOWN, epochs=UNKNOWN, bf16=UNKNOWN)
    plain = "SFTConfig(learning_rate=1e-3, num_train_epochs=1)\n"
    says(line(plain, "a.py"), tuning=UNKNOWN, eval_data=UNKNOWN)
    trained = plain + "SFTTrainer(args=a, train_dataset=data)"
    says(line(trained, "a.py"), tuning="full")
    given = "def f(lr):\n    lr = 1e-3\n    SFTConfig(learning_rate=lr, num_train_epochs=1)\n"
    says(line(given, "a.py"), learning_rate=UNKNOWN)
    evaluated = plain + "SFTTrainer(args=a, eval_dataset=data['test'])"
    says(line(evaluated, "a.py"), eval_data=UNKNOWN)


def test_unsloth() -> None:
    text = """
max_seq_length = 2048
model, tok = FastLanguageModel.from_pretrained(
    model_name="unsloth/x-bnb-4bit", max_seq_length=max_seq_length, load_in_4bit=True
)
model = FastLanguageModel.get_peft_model(model, r=16, target_modules=["q_proj"], lora_alpha=16)
args = TrainingArguments(learning_rate=2e-4, max_steps=60, fp16=not ok())
trainer = SFTTrainer(model=model, packing=False, args=args)
"""
    says(
        line(text, "a.py"), method="sft", tuning="qlora", lora_rank=16, learning_rate=2e-4, max_steps=60,
        base_model="unsloth/x-bnb-4bit", sequence_length=2048, fp16=UNKNOWN, packing=False,
    )  # fmt: skip


def test_commands_in_python() -> None:
    text = '''
"""Run with: trl sft --model_name_or_path a/b --learning_rate 9 --num_train_epochs 9"""
LR = 2e-3
usage = "trl sft --model_name_or_path a/b --learning_rate 9 --num_train_epochs 9"
print("trl sft --model_name_or_path a/b --learning_rate 9 --num_train_epochs 9")
parser.add_argument("--x", help="trl sft --model_name_or_path a/b --learning_rate 9")
subprocess.run(["accelerate", "launch", "sft.py", "--learning_rate", str(LR), "--num_train_epochs", "3",
                "--model_name_or_path", f"{base}/é", *more], check=True)
os.system(f"trl dpo --learning_rate {lr} --model_name_or_path 'a/b' "
          "--num_train_epochs 2")
command = r"""
torchrun --nproc_per_node 2 train.py \\
  --model_name_or_path a/b --learning_rate 1e-3 --num_train_epochs 4
"""
shown = ["echo", "trl", "sft", "--learning_rate", "9", "--model_name_or_path", "b"]
'''
    found = lines(text, "a.py")
    assert [config.get("epochs") for config in found] == [3, 2, 4]
    says(found[0], learning_rate=2e-3, base_model=UNKNOWN)
    assert cut(text, found[0], "learning_rate") == ("2e-3", 3, 6)
    says(found[1], learning_rate=UNKNOWN, method="dpo", base_model="a/b")
    assert cut(text, found[1], "epochs") == ("2", 10, 31)
    says(found[2], learning_rate=1e-3, world_size=2)


def test_line_ends_and_warnings_of_python(recwarn: pytest.WarningsRecorder) -> None:
    text = "x = '\\d'; y = 1or 2\rz = 'é'; SFTConfig(\r\n  max_steps=5,\n  learning_rate=1e-3)\n"
    config = line(text, "a.py")
    assert cut(text, config, "learning_rate")[0] == "1e-3"
    assert cut(text, config, "max_steps")[0] == "5"
    assert not recwarn.list


def test_python_that_cannot_be_parsed() -> None:
    for text in (
        "SFTConfig(learning_rate=1e-3\n",
        "print 'SFTConfig(learning_rate=1)'\n",
        "SFTConfig(learning_rate=1)\x00",
    ):
        assert lines(text, "a.py") == []


# --- notebooks


@pytest.mark.parametrize("ascii_only", [True, False])
def test_notebooks(ascii_only: bool) -> None:
    text = notebook(
        [
            "%pip install trl\n",
            "!pip install peft\n",
            'x = "é😀\\n"\n',
            "config = LoraConfig(r=8, lora_alpha=16)\n",
        ],
        'model = AutoModelForCausalLM.from_pretrained(\n    "a/b", load_in_4bit=True)\n%matplotlib inline',
        ["args = SFTConfig(\n", "    learning_rate=2e-3,\n", "    num_train_epochs=3)\n"],
        "this is ( not Python",
        [
            "!accelerate launch train.py --model_name_or_path a/b \\\n",
            "   --learning_rate 1e-3 --num_train_epochs 2",
        ],
        '%%bash\ntrl sft --model_name_or_path "c/d" --learning_rate 1e-4\n',
        "%%writefile x.sh\ntrl sft --model_name_or_path a/b --learning_rate 9\n",
        ascii_only=ascii_only,
    )
    found = lines(text, "a.ipynb")
    assert sorted(config.get("learning_rate") for config in found) == [1e-4, 1e-3, 2e-3]
    by_rate = {config.get("learning_rate"): config for config in found}
    says(by_rate[2e-3], tuning="qlora", lora_rank=8, base_model="a/b", epochs=3, method="sft")
    for rate, raw in ((2e-3, "2e-3"), (1e-3, "1e-3"), (1e-4, "1e-4")):
        piece, row, column = cut(text, by_rate[rate], "learning_rate")
        assert piece == raw
        assert text.split("\n")[row - 1][column - 1 :].startswith(raw)
    assert cut(text, by_rate[1e-4], "base_model")[0] == "c/d"


def test_what_is_no_notebook() -> None:
    for text in (
        "",
        "{}",
        "[]",
        '{"cells": 5}',
        '{"cells": [{"cell_type": "code"}]}',
        "{",
        '{"cells": [5, null]}',
    ):
        assert lines(text, "a.ipynb") == []

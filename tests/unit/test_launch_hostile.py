"""Scripts that are made to hurt are read in time that grows with their length."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from launch_lines import notebook

from ftlint.dialects.launch import launched
from ftlint.engine.configs import configs_of


@pytest.mark.parametrize(
    "text",
    [
        "$(" * 60_000,
        "${" * 60_000,
        '"' * 60_001,
        "'" * 60_001,
        "`" * 60_001,
        "\\\n" * 60_000,
        "<<E\n" * 50_000,
        "a=(" * 30_000,
        "(" * 60_000,
        'A="$A$A"\n' * 20_000 + "python $A",
        "".join(f'A{n}="$A{n + 1}$A{n + 1}$A{n + 1}"\n' for n in range(300))
        + "python t.py --learning_rate $A0\n",
        "".join(f'A{n}=("${{A{n + 1}[@]}}" "${{A{n + 1}[@]}}")\n' for n in range(60))
        + 'python t.py "${A0[@]}"\n',
        "python t.py " + "--learning_rate 1 " * 50_000,
        "trl sft --learning_rate 1 --model_name_or_path x\n" * 5_000,
        "python t.py --" + "a." * 30_000 + "b 1 --learning_rate 1 --num_train_epochs 1",
        'a"b" ' * 30_000,
        "bash -c '" * 2000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_no_script_hangs(text: str) -> None:
    start = time.process_time()
    for name in ("a.sh", "Makefile", "Dockerfile", "a.ps1"):
        launched(text.encode(), name)
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "text",
    [
        "SFTConfig(" * 500 + ")" * 500,
        "x = " + "[" * 150 + "]" * 150 + "\nSFTConfig(learning_rate=1)",
        "x = " + "(" * 5000,
        "SFTConfig(learning_rate=1, max_steps=2)\n" * 3000,
        "x = f'" + "{" * 3000,
        "a = '--' 'b' \\\n" * 1000,
        "x = '''" + "\\" * 99_999,
        "subprocess.run(['trl', 'sft', " + "'--learning_rate', '1', " * 5000 + "])",
    ],
    ids=lambda text: repr(text[:14]),
)
def test_no_code_hangs(text: str) -> None:
    start = time.process_time()
    launched(text.encode(), "a.py")
    launched(notebook(text).encode(), "a.ipynb")
    assert time.process_time() - start < 30


def test_nothing_is_read_where_nothing_trains(write: Callable[[str, Any], Path]) -> None:
    file = write("a.py", "import os\nprint('hello')\n")
    assert configs_of(str(file), "a.py") == []

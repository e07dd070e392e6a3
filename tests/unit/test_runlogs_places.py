"""The line of a step, as each kind of log writes steps."""

from pathlib import Path

import pytest

from ftlint.runlogs.places import line_of

LOGS = {
    "the column that the reader takes": (
        "csv",
        "m.csv",
        "step,global_step,loss\n1,10,2\n2,20,1\n",
        20,
        "",
        3,
    ),
    "a column of iterations": ("csv", "m.csv", "iterations,loss\n10,2\n20,1\n", 20, "", 3),
    "semicolons": ("csv", "m.csv", "step;loss\n10;2\n20;1\n", 20, "", 3),
    "a column that the settings name": ("csv", "m.csv", "it,loss\n10,2\n20,1\n", 20, "it", 3),
    "epochs": ("keras-csv", "m.csv", "epoch,loss\n0,2\n1,1\n", 1, "", 3),
    "rows of JSON": ("jsonl", "m.jsonl", '{"train_step": 10}\n{"train_step": 20}\n', 20, "", 2),
    "a step that begins another": ("jsonl", "m.jsonl", '{"step": 200}\n{"step": 20}\n', 20, "", 2),
    "LLaMA-Factory": ("llamafactory", "m.jsonl", '{"current_steps": 5}\n{"current_steps": 10}\n', 10, "", 2),
    "a name that the settings give": ("jsonl", "m.jsonl", '{"n.upd": 10}\n{"n.upd": 20}\n', 20, "n.upd", 2),
    "no such step": ("jsonl", "m.jsonl", '{"step": 10}\n', 20, "", None),
    "an empty file": ("csv", "m.csv", "", 20, "", None),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_step_has_its_line(name: str, tmp_path: Path) -> None:
    kind, file, text, step, column, line = LOGS[name]
    (tmp_path / file).write_text(text)
    assert line_of(str(tmp_path / file), kind, step, column) == line

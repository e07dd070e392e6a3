"""Edits of a config: only the bytes they name change, and the file's own loader reads what is meant."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.engine.configs import configs_of
from ftlint.fix.apply import Placed, apply
from ftlint.model import Edit, TrainingConfig
from ftlint.model.config_edit import (
    comment_out,
    fix,
    float_literal,
    insert_beside,
    literal,
    number,
    number_fix,
    rename_key,
    replace_text,
    replace_value,
)
from ftlint.model.config_keys import flag, present, truth
from ftlint.model.config_keys import number as number_at
from ftlint.model.config_keys import text as text_at


def read(
    folder: Path, text: str | bytes, name: str = "config.yaml", dialect: str = "ftlint"
) -> TrainingConfig:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    [config] = configs_of(str(file), name, dialect=dialect)
    return config


def edited(text: str | bytes, *edits: Edit | None) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    assert all(edit is not None for edit in edits)
    done, left = apply(data, [Placed(edit) for edit in edits if edit is not None])
    assert not left
    return done.decode()


NUMBERS = (2e-4, 1.5e-5, 0.05, 1.0, 1e6, 123456.5, 0.001, 3e-4, -2e-5, 0.0, 1 / 3, 1e-7 / 3, 5e-6, 1e22)


@pytest.mark.parametrize(
    ("written", "value", "after"),
    [("0.002", 2e-4, "2.0e-4"), ('"0.002"', 2e-4, '"2.0e-4"'), ("3", 2, "2"), ('"3"', 2, '"2"')],
)
def test_a_number_that_json_has_as_a_text_stays_a_text(
    tmp_path: Path, written: str, value: float, after: str
) -> None:
    field = "epochs" if isinstance(value, int) else "learning_rate"
    config = read(tmp_path, f'{{"ftlint": 1, "{field}": {written}}}', "config.json")
    made = number_fix(config, field, value)
    assert made is not None
    assert not made.safe
    assert edited((tmp_path / "config.json").read_bytes(), *made.edits) == (
        f'{{"ftlint": 1, "{field}": {after}}}'
    )


@pytest.mark.parametrize("value", NUMBERS)
def test_a_number_reads_back_in_every_loader(value: float) -> None:
    from omegaconf import OmegaConf

    text = number(value)
    assert yaml.safe_load(f"x: {text}") == {"x": value}
    assert json.loads(text) == value
    assert OmegaConf.to_container(OmegaConf.create(f"x: {text}")) == {"x": value}
    assert "." in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2e-4", "2.0e-4"),
        ("2E-4", "2.0E-4"),
        ("+2e-4", "+2.0e-4"),
        ("1e5", "1.0e+5"),
        ("1.0e5", "1.0e+5"),
        ("2.e-4", "2.0e-4"),
        (".5e-3", "0.5e-3"),
        ("5e-06", "5.0e-06"),
        ("-1_000e2", "-1_000.0e+2"),
        ("10", "10"),
        (".5", "0.5"),
        ("x", None),
        (".", None),
        ("", None),
        ("1e", None),
    ],
)
def test_a_literal_keeps_its_digits(text: str, written: str | None) -> None:
    assert float_literal(text) == written
    if written is not None:
        assert yaml.safe_load(written) == pytest.approx(float(text))


TEXTS = (
    "no",
    "On",
    "null",
    "~",
    "yes",
    "1e-4",
    "0.5",
    ".5",
    ".inf",
    "true",
    "a: b",
    "a #b",
    "",
    " x",
    "x ",
    "-x",
)
PATHS = (
    "./runs/a",
    "../a",
    "/data/x",
    "cosine",
    "two words",
    "größe",
    '"',
    "a\nb",
    "NaN",
    "2024-01-01",
    "1:30",
)


@pytest.mark.parametrize("value", [*TEXTS, *PATHS])
def test_a_text_reads_back_as_that_text(tmp_path: Path, value: str) -> None:
    config = read(tmp_path, "ftlint: 1\nseed: 1\n")
    assert yaml.safe_load(f"x: {literal(value, config)}") == {"x": value}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("ftlint: 1\nlearning_rate: 2e-3  # too high\nseed: 1\n", "learning_rate: 2.0e-4  # too high\n"),
        ('ftlint: 1\n"learning_rate": "2e-3"\n', '"learning_rate": 2.0e-4\n'),
        ("ftlint: 1\nlearning_rate:   2e-3  \n", "learning_rate:   2.0e-4  \n"),
        ("{ftlint: 1, learning_rate: 2e-3, seed: 1}\n", "{ftlint: 1, learning_rate: 2.0e-4, seed: 1}\n"),
        ("ftlint: 1\nlearning_rate: &lr 2e-3\n", "learning_rate: &lr 2.0e-4\n"),
        ("ftlint: 1\nlearning_rate: !!float 2e-3\n", "learning_rate: !!float 2.0e-4\n"),
        ("ftlint: 1\r\nlearning_rate: 2e-3\r\nseed: 1\r\n", "learning_rate: 2.0e-4\r\nseed: 1\r\n"),
        ("ftlint: 1\noutput_dir: größe/模型\nlearning_rate: 2e-3 # ü\n", "模型\nlearning_rate: 2.0e-4 # ü\n"),
        ("\ufeffftlint: 1\nlearning_rate: 2e-3\n", "\ufeffftlint: 1\nlearning_rate: 2.0e-4\n"),
    ],
)
def test_a_value_is_replaced_and_nothing_else(tmp_path: Path, text: str, after: str) -> None:
    config = read(tmp_path, text)
    done = edited(text, replace_value(config, "learning_rate", 2e-4))
    assert after in done
    assert done.replace("2.0e-4", "") == text.replace('"2e-3"', "").replace("2e-3", "")
    assert read(tmp_path, done).get("learning_rate") == 2e-4


def test_a_value_behind_an_alias_or_of_several_lines_is_left(tmp_path: Path) -> None:
    shared = read(tmp_path, "ftlint: 1\nmin_learning_rate: &lr 2e-3\nlearning_rate: *lr\n")
    assert replace_value(shared, "learning_rate", 2e-4) is None
    listed = read(tmp_path, "ftlint: 1\nlora_targets:\n  - q_proj\nlearning_rate: 1.0\n")
    assert replace_value(listed, "lora_targets", "all-linear") is None
    assert replace_value(listed, "seed", 1) is None


def test_json_keeps_its_form(tmp_path: Path) -> None:
    text = '{\n\t"ftlint": "1",\n  "learning_rate" : 2e-3 ,\n  "output_dir": "größe"}\n'
    config = read(tmp_path, text, "config.json")
    done = edited(text, replace_value(config, "learning_rate", 2e-4))
    assert done == text.replace("2e-3", "2.0e-4")
    assert json.loads(done)["learning_rate"] == 2e-4
    named = edited(text, replace_value(config, "output_dir", 'a "b"\\c'))
    assert json.loads(named)["output_dir"] == 'a "b"\\c'


def test_a_flag_of_a_command_line(tmp_path: Path) -> None:
    head = "accelerate launch t.py --model_name_or_path 'a/b' \\\n"
    text = f"{head}  --learning_rate=2e-3 --evaluation_strategy no\n"
    file = tmp_path / "run.sh"
    file.write_text(text)
    [config] = configs_of(str(file), "run.sh")
    assert edited(text, replace_value(config, "learning_rate", 2e-4)) == text.replace("2e-3", "2.0e-4")
    renamed = edited(text, rename_key(config, "evaluation_strategy", "eval_strategy"))
    assert renamed == text.replace("--evaluation_strategy", "--eval_strategy")
    assert insert_beside(config, "learning_rate", "seed", 1) is None
    assert literal("two words", config) == "'two words'"


@pytest.mark.parametrize(
    ("text", "path", "name", "after"),
    [
        ("ftlint: 1\nseed: 1 # s\n", "seed", "data_seed", "ftlint: 1\ndata_seed: 1 # s\n"),
        ("ftlint: 1\n'seed' : 1\n", "seed", "other", "ftlint: 1\n'other' : 1\n"),
        ("ftlint: 1\na:\n  b: 1\n  c: 2\n", "a.b", "d", "ftlint: 1\na:\n  d: 1\n  c: 2\n"),
        ("ftlint: 1\na.b: 1\n", "a.b", "c", "ftlint: 1\nc: 1\n"),
        ("ftlint: 1\nx: {b: 1}\n", "x.b", "c", "ftlint: 1\nx: {c: 1}\n"),
        ("ftlint: 1\ngröße: 1\n", "größe", "c", "ftlint: 1\nc: 1\n"),
    ],
)
def test_a_key_is_renamed(tmp_path: Path, text: str, path: str, name: str, after: str) -> None:
    assert edited(text, rename_key(read(tmp_path, text), path, name)) == after


def test_a_key_is_not_renamed_onto_another(tmp_path: Path) -> None:
    config = read(tmp_path, "ftlint: 1\na:\n  b: 1\n  c: 2\n")
    assert rename_key(config, "a.b", "c") is None
    assert rename_key(config, "a.x", "c") is None
    escaped = read(tmp_path, '{"ftlint": "1", "se\\u0065d": 1}', "config.json")
    assert rename_key(escaped, "seed", "other") is None, "its text is longer than its name"


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("ftlint: 1\nseed: 1 # s\n", "seed", "ftlint: 1\nnew: 0.05\nseed: 1 # s\n"),
        ("a:\n    b: 1\n    c: 2\nftlint: 1\n", "a.c", "a:\n    b: 1\n    new: 0.05\n    c: 2\nftlint: 1\n"),
        ("ftlint: 1\nd:\n- b: 1\n  c: 2\n", "d", "ftlint: 1\nnew: 0.05\nd:\n- b: 1\n  c: 2\n"),
        ("ftlint: 1\r\nseed: 1\r\n", "seed", "ftlint: 1\r\nnew: 0.05\r\nseed: 1\r\n"),
        ("\ufeffftlint: 1\nseed: 1\n", "ftlint", "\ufeffnew: 0.05\nftlint: 1\nseed: 1\n"),
    ],
)
def test_a_key_is_inserted_on_a_line_of_its_own(tmp_path: Path, text: str, path: str, after: str) -> None:
    done = edited(text, insert_beside(read(tmp_path, text), path, "new", 0.05))
    assert done == after
    assert yaml.safe_load(done) is not None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{ftlint: 1, seed: 1}\n", "seed"),
        ("ftlint: 1\nx: {b: 1}\n", "x.b"),
        ("ftlint: 1\nx: {\n  b: 1,\n  c: 2\n}\n", "x.c"),
        ("ftlint: 1\nd: [\n  {b: 1}]\n", "d.0.b"),
        ("ftlint: 1\nnew: 1\n", "ftlint"),
    ],
)
def test_nothing_is_inserted_into_a_flow_map_or_twice(tmp_path: Path, text: str, path: str) -> None:
    assert insert_beside(read(tmp_path, text), path, "new", 0.05) is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('{"ftlint": "1", "seed": 1}', '{"ftlint": "1", "seed": 1, "new": true}'),
        ('{\n  "ftlint": "1",\n  "seed": 1\n}', '{\n  "ftlint": "1",\n  "seed": 1,\n  "new": true\n}'),
        (
            '{\r\n  "seed": 1,\r\n  "ftlint": "1"\r\n}',
            '{\r\n  "seed": 1,\r\n  "new": true,\r\n  "ftlint": "1"\r\n}',
        ),
    ],
)
def test_a_key_is_inserted_into_json(tmp_path: Path, text: str, after: str) -> None:
    done = edited(text, insert_beside(read(tmp_path, text, "config.json"), "seed", "new", True))
    assert done == after
    assert json.loads(done)["new"] is True


def test_the_earlier_of_two_keys_becomes_a_comment(tmp_path: Path) -> None:
    text = "ftlint: 1\nseed: 1  # mine\nlearning_rate: 2.0e-4\nseed: 2\n"
    config = read(tmp_path, text)
    [twice] = config.duplicates
    done = edited(text, comment_out(config, twice))
    assert done == text.replace("seed: 1", "# seed: 1")
    assert not read(tmp_path, done).duplicates


@pytest.mark.parametrize(
    "text",
    [
        "ftlint: 1\nlora_targets:\n  - a\nseed: 1\nlora_targets: [b]\n",
        "ftlint: 1\nx: {a: 1, a: 2}\n",
        "ftlint: 1\nx: {\n  a: 1,\n  a: 2}\n",
        "ftlint: 1\nseed: >\n  1\nseed: 2\n",
    ],
)
def test_a_longer_or_shared_line_is_no_comment(tmp_path: Path, text: str) -> None:
    config = read(tmp_path, text)
    assert comment_out(config, config.duplicates[0]) is None


def test_a_fix_needs_each_of_its_edits(tmp_path: Path) -> None:
    config = read(tmp_path, "ftlint: 1\nseed: 1\n")
    here = config.field("seed").range
    assert here is not None
    edit = replace_text(here, "2")
    assert fix("both", edit, None, safe=True) is None
    assert fix("none", safe=True) is None
    made = fix("one", edit, safe=False)
    assert made is not None
    assert made.safety == "unsafe"


KEYS = """ftlint: 1
on: true
off: no
nothing:
none: ~
zero: 0
small: 2e-4
text: "no"
template: ${X}
other: "{{ x }}"
list: [a]
empty: []
map: {a: 1}
"""


@pytest.mark.parametrize(
    ("key", "here", "true", "switch", "amount"),
    [
        ("on", True, True, True, None),
        ("off", True, False, False, None),
        ("nothing", False, False, None, None),
        ("none", False, False, None, None),
        ("absent", False, False, None, None),
        ("zero", True, False, None, 0.0),
        ("small", True, True, None, 2e-4),
        ("text", True, True, False, None),
        ("template", True, None, None, None),
        ("other", True, None, None, None),
        ("list", True, True, None, None),
        ("empty", False, False, None, None),
        ("map.a", True, True, None, 1.0),
    ],
)
def test_what_a_key_says(tmp_path: Path, key: str, here: bool, true: Any, switch: Any, amount: Any) -> None:
    config = read(tmp_path, KEYS)
    assert present(config, key) is here
    assert truth(config, key) is true
    assert flag(config, key) is switch
    assert number_at(config, key) == amount
    assert text_at(config, "list") == ""

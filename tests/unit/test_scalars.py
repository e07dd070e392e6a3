"""What each loader makes of a scalar, and what counts as a number, a flag or an unknown."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml

from ftlint.model.config_tree import NOWHERE, Node
from ftlint.model.scalars import as_flag, as_number, is_unknown
from ftlint.read.config_text import parse
from ftlint.read.scalars import resolve

TEXTS = (
    *(
        "2e-4",
        "2E-4",
        "2e-04",
        "5e-06",
        "+2e-4",
        "-2e-4",
        "1e5",
        "1.0e5",
        "1.0e+5",
        "2.0e-4",
        "2.e-4",
        ".0002",
    ),
    *(
        "1.",
        ".5",
        "-.5",
        "+.5e-3",
        ".5e3",
        "0",
        "-0",
        "00",
        "010",
        "08",
        "0o10",
        "0x1F",
        "0b11",
        "1_000",
        "1_0.5",
    ),
    *("1:30", "1:30:00", "1:30.5", "yes", "no", "on", "off", "Yes", "NO", "y", "n", "true", "False", "TRUE"),
    *(
        "null",
        "~",
        "Null",
        "None",
        "NaN",
        ".nan",
        ".NaN",
        ".inf",
        "-.inf",
        "+.Inf",
        "inf",
        "auto",
        "1e",
        "e5",
    ),
    *(
        "2024-01-01",
        "1.2.3",
        "bf16",
        "0.9e",
        "12e03",
        "1-2",
        "0.0",
        "1e400",
        "0_1",
        "_1",
        "1__0",
        "7e-1_0",
    ),
)


def scalar(text: str) -> Node:
    written = parse(f"a: {text}\n".encode(), "a.yaml")
    assert written is not None
    assert written.tree is not None
    return written.tree.entries["a"].value


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, float) and math.isnan(theirs):
        return isinstance(ours, float) and math.isnan(ours)
    return type(ours) is type(theirs) and ours == theirs


@pytest.mark.parametrize("text", TEXTS)
def test_pyyaml(text: str) -> None:
    theirs = yaml.safe_load(f"a: {text}")["a"]
    ours = resolve(scalar(text), "yaml-1.1")
    assert ours == text if text == "2024-01-01" else alike(ours, theirs)


@pytest.mark.parametrize("text", TEXTS)
def test_omegaconf(text: str) -> None:
    omegaconf = pytest.importorskip("omegaconf", reason="omegaconf is not installed")
    theirs = omegaconf.OmegaConf.to_container(omegaconf.OmegaConf.create(f"a: {text}"))["a"]
    assert alike(resolve(scalar(text), "omegaconf"), theirs)


@pytest.mark.parametrize("text", TEXTS)
def test_ruamel(text: str) -> None:
    ruamel = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml is not installed")
    try:
        theirs = ruamel.YAML(typ="safe", pure=True).load(f"a: {text}")["a"]
    except ValueError:
        assert resolve(scalar(text), "yaml-1.2") == text
        return
    ours = resolve(scalar(text), "yaml-1.2")
    assert ours == text if text == "2024-01-01" else alike(ours, theirs)


@pytest.mark.parametrize("loader", ["yaml-1.1", "omegaconf", "yaml-1.2"])
def test_quotes_make_a_text(loader: str) -> None:
    for text in ("'2e-4'", '"1"', "'yes'", '"null"', "''", "!!str 15", "|-\n  1"):
        assert isinstance(resolve(scalar(text), loader), str), text
    assert resolve(scalar("!!float '2e-4'"), "yaml-1.1") == 0.0002


def test_flags_are_texts() -> None:
    def flag(text: str, tag: str = "str", quoted: bool = False) -> Any:
        return resolve(Node("scalar", NOWHERE, text, tag, quoted), "flags")

    assert flag("2e-4") == "2e-4"
    assert flag("true") == "true"
    assert flag("", "true") is True
    assert flag("", "false") is False
    assert flag("null", "null") is None
    assert flag("2e-4", "float") == "2e-4"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1),
        (2.5, 2.5),
        ("2e-4", 2e-4),
        (" 2.0e-4 ", 2e-4),
        ("1_000", 1000),
        ("-5", -5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        (True, None),
        (None, None),
        ("", None),
        ("auto", None),
        ("1e", None),
        ("0x10", None),
        ("1,5", None),
        ("1e999", None),
        (math.inf, None),
        (math.nan, None),
        ("nan", None),
        ("inf", None),
        (10**400, None),
        ("9" * 400, None),
        ("9" * 5000, None),
        ([1], None),
        ({"a": 1}, None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_numbers(value: Any, number: float | None) -> None:
    assert as_number(value) == number
    assert type(as_number(value)) is type(number)


def test_flags() -> None:
    for value in (True, "true", "True", " yes ", "on", "1", 1, "T", "y"):
        assert as_flag(value) is True, value
    for value in (False, "false", "No", "off", "0", 0, "f", "n"):
        assert as_flag(value) is False, value
    for value in (None, "", "maybe", 2, 1.0, [True], "auto"):
        assert as_flag(value) is None, value


@pytest.mark.parametrize(
    "text",
    [
        *(
            "${LR}",
            "runs/${name}",
            "{{ lr }}",
            "{% if x %}",
            "$(date)",
            "$LR",
            "$DATA/train.jsonl",
            "<your-model>",
        ),
        *("<path/to/data>", "{lr}", "{}", "__LR__", "auto", "AUTO", "???", "%s", "<MODEL_NAME>", " ${x} "),
    ],
)
def test_what_the_file_does_not_say(text: str) -> None:
    assert is_unknown(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2e-4",
            "",
            "automatic",
            "a<b>c",
            "x{lr}",
            "$5",
            "5%",
            "<pad>",
            "<|im_end|>",
            "<|endoftext|>",
            "</s>",
            "<s>",
        ),
        *(
            "<eos>",
            "<unk>",
            "<start_of_turn>",
            "<end_of_turn>",
            "<｜end▁of▁sentence｜>",
            "<think>",
            "</think>",
        ),
        *("<extra_id_0>", "<unused12>", "<reserved_7>", "<image>", "meta-llama/Llama-3", "q_proj|v_proj"),
    ],
)
def test_what_it_says(text: str) -> None:
    assert not is_unknown(text)


def test_an_anchor_is_resolved_once() -> None:
    written = parse(b"a: &x {b: [1]}\nc: *x\n", "a.yaml")
    assert written is not None
    assert written.tree is not None
    loaded = resolve(written.tree, "yaml-1.1")
    assert loaded["a"] is loaded["c"]

"""Data made from templates: rows are not alike by what many of them share, and copies in it are found."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_alike import bare, findings, told
from test_passages import ENGLISH, english

from ftlint.engine import prior

Made = Callable[[random.Random, int], dict[str, Any]]


def unique(draw: random.Random, count: int) -> str:
    """Words of which hardly any stands in another row."""
    return " ".join(f"{draw.choice(ENGLISH)}{draw.randrange(100_000)}" for _ in range(count))


def chat(*turns: tuple[str, str]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


SHOTS = english(random.Random(1), 400)
SYSTEMS = [english(random.Random(seed), 300) for seed in range(20, 32)]
TOOLS = json.dumps(
    [
        {
            "name": f"tool_{number}",
            "description": english(random.Random(number), 30),
            "parameters": {"q": "string"},
        }
        for number in range(6)
    ]
)
LETTERS = [english(random.Random(seed), 400) for seed in range(10, 15)]


def shots(draw: random.Random, at: int) -> dict[str, Any]:
    return chat(
        ("user", f"{SHOTS} Question: {unique(draw, 30)}"), ("assistant", f"It is {unique(draw, 20)}.")
    )


def system(draw: random.Random, at: int) -> dict[str, Any]:
    return chat(("system", SYSTEMS[0]), ("user", unique(draw, 15)), ("assistant", unique(draw, 10)))


def two_systems(draw: random.Random, at: int) -> dict[str, Any]:
    said = unique(draw, 15), unique(draw, 10)
    return chat(("system", SYSTEMS[at % 2]), ("user", said[0]), ("assistant", said[1]))


def twelve_systems(draw: random.Random, at: int) -> dict[str, Any]:
    said = unique(draw, 15), unique(draw, 10)
    return chat(("system", SYSTEMS[at % 12]), ("user", said[0]), ("assistant", said[1]))


def tools(draw: random.Random, at: int) -> dict[str, Any]:
    asked = f"You may call these tools: {TOOLS}\nUser: {unique(draw, 25)}"
    return {"prompt": asked, "completion": json.dumps({"name": "tool_1", "q": unique(draw, 3)})}


def five_templates(draw: random.Random, at: int) -> dict[str, Any]:
    return {"prompt": f"{LETTERS[at % 5]} {unique(draw, 25)}", "completion": unique(draw, 12)}


def answers(draw: random.Random, at: int) -> dict[str, Any]:
    closing = english(random.Random(77), 60)
    return {"prompt": unique(draw, 25), "completion": f"{unique(draw, 12)} {closing}"}


KINDS: list[Made] = [shots, system, two_systems, twelve_systems, tools, five_templates, answers]


def put(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def twin(row: dict[str, Any]) -> dict[str, Any]:
    """The row with one word more at the end of its answer."""
    copy: dict[str, Any] = json.loads(json.dumps(row))
    if "messages" in copy:
        copy["messages"][-1]["content"] += " Indeed"
    else:
        copy["completion"] += " Indeed"
    return copy


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "large":
        monkeypatch.setattr(prior, "SMALL", 0)
    return str(request.param)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [40, 400])
def test_rows_of_a_template_are_not_alike(kind: Made, rows: int, size: str, tmp_path: Path) -> None:
    draw = random.Random(5)
    put(tmp_path / "train.jsonl", [kind(draw, at) for at in range(rows)])
    put(tmp_path / "validation.jsonl", [kind(draw, at) for at in range(rows // 4)])
    assert findings(tmp_path) == []


@pytest.mark.parametrize("kind", KINDS)
def test_copies_within_a_template_are_found(kind: Made, size: str, tmp_path: Path) -> None:
    draw = random.Random(6)
    rows = [kind(draw, at) for at in range(300)]
    rows[200:] = [twin(row) if at % 10 == 0 else row for at, row in enumerate(rows[100:200])]
    rows[200:] = [row if at % 10 == 0 else kind(draw, at) for at, row in enumerate(rows[200:])]
    put(tmp_path / "train.jsonl", rows)
    found = bare(told(findings(tmp_path)))
    assert [(row, other) for row, other, _ in found] == [(200 + at, 100 + at) for at in range(0, 100, 10)]
    assert all(similarity >= 0.8 for *_, similarity in found)


def test_a_long_system_prompt_that_few_rows_have_is_compared(size: str, tmp_path: Path) -> None:
    """Two rows that differ in a short question under their own long system prompt are alike."""
    draw = random.Random(7)
    rows = [
        chat(("system", unique(draw, 20)), ("user", unique(draw, 20)), ("assistant", "Yes."))
        for _ in range(30)
    ]
    own = unique(draw, 200)
    rows += [
        chat(("system", own), ("user", f"And {unique(draw, 4)}?"), ("assistant", "No.")) for _ in range(2)
    ]
    put(tmp_path / "train.jsonl", rows)
    assert [(row, other) for row, other, _ in bare(told(findings(tmp_path)))] == [(31, 30)]


MIXED = [english(random.Random(seed), 300) for seed in range(40, 65)]


def mixed(draw: random.Random, at: int) -> dict[str, Any]:
    """One of 25 tasks, each with a long instruction of its own that few of all prompts have."""
    return {"prompt": f"{MIXED[at % 25]} {unique(draw, 15)}", "completion": unique(draw, 8)}


def test_a_mix_of_many_templates_is_not_alike(size: str, tmp_path: Path) -> None:
    """Nor are its held-out rows; but copies in it are."""
    draw = random.Random(9)
    rows = [mixed(draw, at) for at in range(750)]
    put(tmp_path / "train.jsonl", [*rows, twin(rows[3])])
    put(tmp_path / "test.jsonl", [mixed(draw, at) for at in range(100)])
    assert [(row, other) for row, other, _ in bare(told(findings(tmp_path)))] == [(750, 3)]
    assert told(findings(tmp_path), "LEAK002") == {}


def test_a_crowd_of_copies_is_alike(size: str, tmp_path: Path) -> None:
    """Thirty rows with one word changed in each leave too little to be told from a template, and are told."""
    draw = random.Random(10)
    words = english(draw, 150).split(" ")
    rows = []
    for at in range(30):
        said = [*words]
        said[4 * at + 2] = f"other{at}"
        rows.append({"prompt": unique(draw, 2), "completion": " ".join(said)})
    put(tmp_path / "train.jsonl", [*[mixed(draw, at) for at in range(400)], *rows])
    assert len(told(findings(tmp_path))) == 29


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_copies_among_rare_templates_are_found(
    share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in a twentieth of the rows and so not left out: rows share many keys, and pairs are found."""
    monkeypatch.setattr(prior, "SMALL", 0)
    draw = random.Random(8)
    count = 100
    templates = [unique(draw, int(count * share)) for _ in range(20)]
    rows = [
        {"prompt": f"{templates[at % 20]} {unique(draw, int(count * (1 - share)))}", "completion": "Yes."}
        for at in range(1_500)
    ]
    places = draw.sample(range(1_500), 150)
    copies = [twin(rows[at]) for at in places]
    put(tmp_path / "train.jsonl", rows + copies)
    found = {(row, other) for row, other, _ in bare(told(findings(tmp_path)))}
    expected = {(1_500 + number, at) for number, at in enumerate(places)}
    assert expected <= found
    assert found == expected

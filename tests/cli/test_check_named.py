"""Names of persons end to end: a spaCy pipeline trained here, named in the settings, asked from the shell."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.rule import chat

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, Any], Path]

FIRST = ("Mira", "Jo", "Tamsin", "Oswin", "Perla", "Quent", "Runa", "Silvan")
LAST = ("Harrow", "Quellbrunn", "Tamwick", "Ostrander", "Pellow", "Wyrmouth")
FRAMES = (
    "The contract was signed by {} on Monday.",
    "{} called at noon and left a message.",
    "Please ask {} about the order.",
    "I met {} at the harbour yesterday.",
    "The parcel is for {}, who lives upstairs.",
)
PLAIN = ("The contract was signed by the buyer on Monday.", "Please ask the shop about the order.")
SELECT = ("--select", "pii-person", "--fail-on", "info")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a small English pipeline that knows persons, and nothing else."""
    spacy = pytest.importorskip("spacy")
    from spacy.training import Example

    spacy.util.fix_random_seed(7)
    draw = random.Random(7)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label("PERSON")
    examples = [Example.from_dict(nlp.make_doc(text), {"entities": []}) for text in PLAIN]
    for frame in FRAMES:
        for first in FIRST:
            name = f"{first} {draw.choice(LAST)}"
            start = frame.index("{}")
            entities = [(start, start + len(name), "PERSON")]
            examples.append(Example.from_dict(nlp.make_doc(frame.format(name)), {"entities": entities}))
    nlp.initialize(lambda: examples)
    for _ in range(12):
        draw.shuffle(examples)
        for at in range(0, len(examples), 8):
            nlp.update(examples[at : at + 8])
    folder = tmp_path_factory.mktemp("model") / "persons"
    nlp.to_disk(folder)
    return folder


NAME = "Runa" + " " + "Pellow"
ROWS = [
    chat("Who signed?", f"The contract was signed by {NAME} on Monday."),
    chat("Who signed?", "The contract was signed by the buyer on Monday."),
    {
        **chat("Whom to ask?", "Please ask the shop about the order."),
        "note": f"I met {NAME} at the harbour yesterday.",
    },
]


def test_names_are_found_with_a_model(ftlint: Run, write: Write, pipeline: Path) -> None:
    write("train.jsonl", ROWS)
    write("ftlint.toml", f"[pii]\nmodel = {json.dumps(str(pipeline))}\n")
    done = ftlint("check", *SELECT, "--output-format", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    found = report["findings"]
    assert [(each["row"], each["pointer"]) for each in found] == [(0, "/messages/1/content"), (2, "/note")]
    assert {each["code"] for each in found} == {"PII023"}
    assert {(each["sensitive"]["kind"], each["sensitive"]["length"]) for each in found} == {
        ("person", len(NAME))
    }
    assert found[0]["message"] == (
        f"a person's name of {len(NAME)} characters at messages[1].content (value hidden)"
    )
    assert report["not_run"] == []
    for word in NAME.split():
        assert word not in done.stdout, "a value is shown"
    shown = ftlint("check", *SELECT)
    assert not [word for word in NAME.split() if word in shown.stdout + shown.stderr], "a value is shown"


def test_without_a_model_the_rule_says_what_it_needs(ftlint: Run, write: Write) -> None:
    write("train.jsonl", ROWS)
    done = ftlint("check", *SELECT, "--output-format", "json")
    assert done.returncode == 0
    (missing,) = json.loads(done.stdout)["not_run"]
    assert missing["code"] == "PII023"
    assert "needs a model" in missing["reason"]
    assert "not run: PII023" in ftlint("check", *SELECT).stdout


def test_a_folder_without_a_pipeline_is_told(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write("train.jsonl", ROWS)
    (tmp_path / "empty").mkdir()
    write("ftlint.toml", f"[pii]\nmodel = {json.dumps(str(tmp_path / 'empty'))}\n")
    done = ftlint("check", *SELECT, "--output-format", "json")
    (missing,) = json.loads(done.stdout)["not_run"]
    assert "meta.json" in missing["reason"]


def test_the_report_says_that_a_model_covers_names(ftlint: Run, write: Write, pipeline: Path) -> None:
    write("train.jsonl", ROWS)
    write("ftlint.toml", f"[pii]\nmodel = {json.dumps(str(pipeline))}\n")
    done = ftlint("report", "pii", "--extend-select", "pii-person", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (person,) = [each for each in report["total"]["found"] if each["kind"] == "person"]
    assert (person["count"], person["rows"]) == (2, 2)
    names = report["coverage"][0]["identifiers"][0]
    assert (names["identifier"], names["state"]) == ("names", "model")
    assert report["versions"]["spacy"]
    assert NAME not in done.stdout

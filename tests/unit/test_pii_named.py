"""Names found by a model: a spaCy pipeline trained here, and a tiny transformers model made here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("spacy")

import spacy

from ftlint.detect.pii import named
from ftlint.detect.pii.named import Entity, NamedEntities, cannot_run, pieces
from ftlint.model import FtlintError
from ftlint.model.privacy import FieldChoice, PiiChoices

ALL = frozenset({"person", "location", "organization"})

PEOPLE = ("Ann Lee", "Bob Stone", "Carla Diaz", "Dmitri Petrov")
PLACES = ("Paris", "Oslo", "Nairobi", "Lima")
FIRMS = ("Acme Corp", "Globex Inc", "Initech Ltd")


def sentences() -> list[tuple[str, list[tuple[int, int, str]]]]:
    made = []
    for number, person in enumerate(PEOPLE):
        place, firm = PLACES[number % len(PLACES)], FIRMS[number % len(FIRMS)]
        for pattern in ("{p} lives in {l} .", "In {l} we met {p} of {o} .", "{o} hired {p} yesterday ."):
            text, spans = pattern, []
            for mark, value in (("{p}", person), ("{l}", place), ("{o}", firm)):
                text = text.replace(mark, value)
            for value, label in ((person, "PERSON"), (place, "GPE"), (firm, "ORG")):
                if value in text:
                    spans.append((text.index(value), text.index(value) + len(value), label))
            made.append((text, spans))
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline that learned a handful of sentences by heart, saved as spaCy saves one."""
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(7)
    pipeline = spacy.blank("en")
    pipeline.add_pipe("ner")
    examples = [
        Example.from_dict(pipeline.make_doc(text), {"entities": spans}) for text, spans in sentences()
    ]
    optimizer = pipeline.initialize(lambda: examples)
    for _ in range(30):
        for batch in minibatch(examples, 4):
            pipeline.update(batch, sgd=optimizer, drop=0.0)
    target = tmp_path_factory.mktemp("models") / "names"
    pipeline.to_disk(target)
    return str(target)


def found(model: str, text: str, kinds: frozenset[str] = ALL) -> list[tuple[str, str]]:
    return [
        (span.kind, text[span.start : span.end])
        for span in NamedEntities(PiiChoices(model=model), kinds).spans(text)
    ]


def test_names_by_a_pipeline_in_a_folder(folder: str) -> None:
    text = "In Oslo we met Ann Lee of Globex Inc ."
    assert found(folder, text) == [
        ("location", "Oslo"),
        ("person", "Ann Lee"),
        ("organization", "Globex Inc"),
    ]
    (place, person, _) = NamedEntities(PiiChoices(model=folder), ALL).spans(text)
    assert (place.label, person.label) == ("a place", "a person's name")
    assert (person.score, person.family, person.placeholder) == (named.SCORE, "pii", False)


def test_only_the_kinds_asked_for(folder: str) -> None:
    text = "In Oslo we met Ann Lee of Globex Inc ."
    assert found(folder, text, frozenset({"person"})) == [("person", "Ann Lee")]
    assert found(folder, text, frozenset({"email"})) == []
    assert found(folder, "  \n") == []


def test_long_texts_are_cut_without_losing_names(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named._SpacyModel, "piece", 1000)
    text = " ".join(text for text, _ in sentences() * 12)
    assert len(text) > 4000
    whole = NamedEntities(PiiChoices(model=folder), ALL)
    monkeypatch.setattr(whole._model, "piece", 10**6, raising=False)
    expected = [(one.kind, one.start, one.end) for one in whole.spans(text)]
    cut = [(one.kind, one.start, one.end) for one in NamedEntities(PiiChoices(model=folder), ALL).spans(text)]
    assert len(expected) > 200
    assert len(set(cut) ^ set(expected)) <= len(expected) // 50


@pytest.mark.parametrize("size", [900, 1500, 4001])
@pytest.mark.parametrize("text", ["ab cd " * 3000, "x" * 9000, "short", "", "word " + "y" * 5000 + " word"])
def test_pieces_cover_the_text_and_overlap(text: str, size: int) -> None:
    cut = list(pieces(text, size))
    assert cut[0][0] == 0
    assert cut[-1][0] + len(cut[-1][1]) == len(text)
    for (start, piece), (following, _) in pairwise(cut):
        assert text[start : start + len(piece)] == piece
        assert len(piece) <= size
        assert start < following <= start + len(piece) - named.OVERLAP // 2


class Fixed:
    """A model that knows one name: what is done with a model's answers is tested by it, not a model."""

    piece = 1000

    def entities(self, text: str) -> Iterator[Entity]:
        at = text.find("Ann Lee")
        while at >= 0:
            yield Entity("person", at, at + 7, 0.9)
            yield Entity("person", at, at + 3, 0.95)
            at = text.find("Ann Lee", at + 1)


def test_a_name_at_every_place_of_a_long_text_is_found_once() -> None:
    for shift in range(0, 1400, 13):
        text = "lorem ip " * 155
        text = text[:shift] + " Ann Lee " + text[shift:]
        entities = NamedEntities(PiiChoices(model="x"), ALL)
        entities.__dict__["_model"] = Fixed()
        assert [(span.start, span.end) for span in entities.spans(text)] == [
            (text.index("Ann"), text.index("Ann") + 7)
        ]


def test_choices_hold_for_names() -> None:
    def names(**options: Any) -> list[str]:
        entities = NamedEntities(PiiChoices(model="x", **options), ALL)
        entities.__dict__["_model"] = Fixed()
        return [span.kind for span in entities.spans("Ask Ann Lee.", "/metadata/by")]

    assert names() == ["person"]
    assert names(allow=("ann lee",)) == []
    assert names(threshold=0.95) == []
    assert names(threshold=0.95, thresholds=(("person", 0.5),)) == ["person"]
    assert names(thresholds=(("PERSON", 0.95), ("person", 0.5))) == []
    assert names(fields=(FieldChoice("/metadata/**", ignore=("person",)),)) == []
    assert names(fields=(FieldChoice("/metadata/**", only=("PERSON",)),)) == ["person"]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("", 'model = "en_core_web_sm" in [pii]'),
        ("no_such_model_package", "python -m spacy download no_such_model_package"),
        ("./no/such/folder", "there is no folder"),
        ("transformers:./no/such/folder", "none is fetched"),
    ],
)
def test_what_cannot_run_says_how_to_get_it(model: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "installed_models", list)
    reasons = cannot_run(PiiChoices(model=model), ALL | {"email"})
    assert set(reasons) == ALL
    assert all(told in reason for reason in reasons.values())
    if model:
        with pytest.raises(FtlintError, match=r"\[pii\] model"):
            NamedEntities(PiiChoices(model=model), ALL).spans("Ann Lee")


def test_an_installed_package_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "installed_models", lambda: ["xx_ent_wiki_sm"])
    assert 'model = "xx_ent_wiki_sm"' in cannot_run(PiiChoices(), ALL)["person"]
    assert "installed: xx_ent_wiki_sm" in cannot_run(PiiChoices(model="de_none"), ALL)["person"]


def test_a_package_on_the_path_is_a_model(folder: str, tmp_path: Path) -> None:
    """As `spacy download` installs one: a package whose `load` loads the folder, with an entry point."""
    package = tmp_path / "xx_made_model"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"import spacy\ndef load(**options):\n    return spacy.load({folder!r}, **options)\n"
    )
    info = tmp_path / "xx_made_model-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: xx-made-model\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[spacy_models]\nxx_made_model = xx_made_model\n")
    program = (
        "from ftlint.detect.pii.named import *\n"
        "print(installed_models(), cannot_run(PiiChoices(model='xx_made_model'), frozenset({'person'})))\n"
        "import sys; print('spacy' in sys.modules)\n"
        "text = 'Ann Lee lives in Paris .'\n"
        "spans = NamedEntities(PiiChoices(model='xx_made_model'), frozenset({'person'})).spans(text)\n"
        "print([text[one.start:one.end] for one in spans])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["['xx_made_model'] {}", "False", "['Ann Lee']"], done.stderr


def test_folders_that_are_no_models(tmp_path: Path) -> None:
    assert "meta.json" in cannot_run(PiiChoices(model=str(tmp_path)), ALL)["person"]
    assert "config.json" in cannot_run(PiiChoices(model=f"transformers:{tmp_path}"), ALL)["person"]
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(FtlintError, match="no named-entity recognizer"):
        found(str(tmp_path / "blank"), "Ann Lee")
    (tmp_path / "meta.json").write_text(
        json.dumps({"lang": "en", "name": "x", "version": "1", "pipeline": ["ner"]})
    )
    with pytest.raises(FtlintError, match="spaCy cannot load"):
        found(str(tmp_path), "Ann Lee")


@pytest.fixture(scope="module")
def transformers_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of one layer that learned by heart which words are names, saved with its tokenizer."""
    torch: Any = pytest.importorskip("torch")
    transformers: Any = pytest.importorskip("transformers")
    tokenizers: Any = pytest.importorskip("tokenizers")
    torch.manual_seed(7)
    tags = {"Ann": 1, "Lee": 2, "Bob": 1, "Stone": 2, "Oslo": 3, "Lima": 3, "Globex": 5, "Inc": 6}
    words = [
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[PAD]",
        "[MASK]",
        *tags,
        "we",
        "met",
        "in",
        "of",
        ".",
        "and",
        "lo",
        "##rem",
    ]
    vocabulary = {word: number for number, word in enumerate(words)}
    raw = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    raw.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    raw.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]",
        mask_token="[MASK]", model_max_length=32,
    )  # fmt: skip
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=32, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(labels)), label2id={label: number for number, label in enumerate(labels)},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    rows = torch.randint(5, len(words), (64, 16), generator=torch.Generator().manual_seed(1))
    wanted = torch.tensor([[tags.get(words[token], 0) for token in row] for row in rows.tolist()])
    for _ in range(80):
        optimizer.zero_grad()
        model(input_ids=rows, labels=wanted).loss.backward()
        optimizer.step()
    target = tmp_path_factory.mktemp("models") / "tiny"
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    return str(target)


def test_names_by_a_transformers_model(transformers_folder: str) -> None:
    model = f"transformers:{transformers_folder}"
    assert cannot_run(PiiChoices(model=model), ALL) == {}
    text = "we met Ann Lee in Oslo and Bob Stone of Globex Inc."
    assert found(model, text) == [
        ("person", "Ann Lee"), ("location", "Oslo"), ("person", "Bob Stone"), ("organization", "Globex Inc"),
    ]  # fmt: skip
    # Two that begin are two.
    assert found(model, "Oslo Lima") == [("location", "Oslo"), ("location", "Lima")]


def test_windows_of_a_transformers_model_lose_no_name(transformers_folder: str) -> None:
    """The model takes 32 tokens; the text has hundreds, and the names stand at any distance from an edge."""
    for shift in range(0, 40, 3):
        text = "we met " * shift + "Ann Lee in Oslo " + "lorem of " * 60 + "and Bob Stone."
        assert found(f"transformers:{transformers_folder}", text) == [
            ("person", "Ann Lee"), ("location", "Oslo"), ("person", "Bob Stone"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "kind", "begins"),
    [
        ("B-PER", "person", True), ("I-PER", "person", False), ("PER", "person", False),
        ("E-LOC", "location", False),
        ("S-ORG", "organization", True), ("B-GPE", "location", True), ("O", "", False), ("B-MISC", "", True),
        ("I-FIRST_NAME", "person", False), ("B-PERSON", "person", True), ("LABEL_1", "", False),
    ],
)  # fmt: skip
def test_tags(tag: str, kind: str, begins: bool) -> None:
    from ftlint.detect.pii.named_transformers import _kind_of

    assert _kind_of(tag) == (kind, begins)

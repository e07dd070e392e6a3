"""Recognizers of a project's own, from settings and from Presidio's YAML."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import checksums, custom, custom_yaml
from ftlint.detect.pii.loosened import gate, loosened
from ftlint.model import FtlintError
from ftlint.model.privacy import CustomRecognizer, PiiChoices


def made(**options: Any) -> tuple[Any, str, str]:
    values: dict[str, Any] = {"name": "EMPLOYEE_ID", "patterns": ((r"\bEMP-\d{6}\b", 0.5),), **options}
    (one,) = custom.recognizers(PiiChoices(recognizers=(CustomRecognizer(**values),)))
    return one


def found(recognizer: Any, text: str) -> list[tuple[str, float]]:
    return [(text[one.start : one.end], one.score) for one in recognizer.analyze(text, [], None)]


def test_a_recognizer_of_the_settings() -> None:
    recognizer, entity, opened = made(context=("badge", "staff"))
    assert entity == "EMPLOYEE_ID"
    assert recognizer.context == ["badge", "staff"]
    assert found(recognizer, "EMP-123456 and emp-654321, not EMP-1234567") == [
        ("EMP-123456", 0.5),
        ("emp-654321", 0.5),
    ]
    assert opened


def test_names_and_labels() -> None:
    choices = PiiChoices(
        recognizers=(
            CustomRecognizer("employee-id", (("EMP", 0.5),), label="an employee number"),
            CustomRecognizer("Case No", (("CASE", 0.5),)),
        )
    )
    assert [entity for _, entity, _ in custom.recognizers(choices)] == ["EMPLOYEE_ID", "CASE_NO"]
    assert custom.labels(choices) == {"EMPLOYEE_ID": "an employee number", "CASE_NO": "a value of 'Case No'"}


@pytest.mark.parametrize("name", ["email", "Phone", "PHONE_NUMBER", "us ssn", "de-tax-id", "person"])
def test_a_name_that_is_built_in_is_refused(name: str) -> None:
    with pytest.raises(FtlintError, match=f"{name!r} is built in already: give it a name of its own"):
        made(name=name)


def test_a_file_cannot_take_a_built_in_name_either(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "recognizers:\n- name: ours\n  supported_entity: US_SSN\n  deny_list: [x]\n", encoding="utf-8"
    )
    with pytest.raises(FtlintError, match="'US_SSN' is built in already") as raised:
        custom_yaml.declared(str(path))
    assert raised.value.line == 3


def last_digit(checksum: str, head: str) -> str:
    return next(
        head + last
        for last in "0123456789X"
        if (last != "X" or checksum == "mod11") and custom.passes(checksum, head + last)
    )


@pytest.mark.parametrize("checksum", ["luhn", "mod11", "verhoeff"])
@pytest.mark.parametrize("head", ["7992739", "23412341234", "10000000", "98765432109"])
def test_one_check_digit_of_ten_is_right(checksum: str, head: str) -> None:
    value = last_digit(checksum, head)
    digits = [head + last for last in "0123456789"]
    assert sum(custom.passes(checksum, one) for one in digits) <= 1
    recognizer, _, _ = made(patterns=((r"\d+[\dX]", 0.3),), checksum=checksum)
    assert found(recognizer, f"no. {value}") == [(value, 1.0)]
    wrong = value[:-1] + ("1" if value[-1] != "1" else "2")
    assert found(recognizer, f"no. {wrong}") == []
    # A swap of two neighbours is what check digits are for.
    at = next(at for at in range(len(head) - 1) if abs(int(head[at]) - int(head[at + 1])) not in {0, 9})
    assert not custom.passes(checksum, value[:at] + value[at + 1] + value[at] + value[at + 2 :])


@pytest.mark.parametrize(
    ("checksum", "value", "right"),
    [
        ("luhn", "7992-7398-713", True),
        ("luhn", "AB 79927398713", True),
        ("luhn", "79927398710", False),
        ("verhoeff", "2363", True),
        ("verhoeff", "2364", False),
        ("mod97", "GB82 WEST 1234 5698 7654 32", True),
        ("mod97", "GB82 WEST 1234 5698 7654 33", False),
        ("mod97", "GB82 TEST 1234 5698 7654 32", False),
        ("mod97", "1234567890123456789012345676", False),
        ("mod11", "0000000019", True),
        ("luhn", "", False),
        ("luhn", "x", False),
        ("mod11", "-", False),
    ],
)
def test_checksums(checksum: str, value: str, right: bool) -> None:
    assert custom.passes(checksum, value) is right


def test_ean13() -> None:
    assert checksums.ean13("4006381333931")
    assert not checksums.ean13("4006381333932")
    assert not checksums.ean13("400638133393")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"patterns": ((r"EMP-(\d", 0.5),)}, "no regular expression"),
        ({"patterns": ((r"\d*", 0.5),)}, "matches the empty text"),
        ({"patterns": ((r"\d+", 0.0),)}, "score = 0"),
        ({"patterns": ((r"\d+", 1.2),)}, "score = 1.2"),
        ({"patterns": ()}, "has no patterns"),
        ({"checksum": "crc32"}, "luhn, mod97, mod11, verhoeff"),
        ({"name": "9lives"}, "a name is"),
        ({"name": ""}, "a name is"),
    ],
)
def test_mistakes(options: dict[str, Any], told: str) -> None:
    with pytest.raises(FtlintError, match=re.escape(told)) as caught:
        made(**options)
    assert "[[pii.recognizer]]" in str(caught.value)


def test_two_of_one_name() -> None:
    twice = (CustomRecognizer("a-b", (("x", 0.5),)), CustomRecognizer("A_B", (("y", 0.5),)))
    with pytest.raises(FtlintError, match="two of this name"):
        custom.recognizers(PiiChoices(recognizers=twice))


YAML = """
recognizers:
  - name: "Zip code Recognizer"
    supported_language: "de"
    patterns:
      - {name: "zip code (weak)", regex: "(\\\\b\\\\d{5}(?:\\\\-\\\\d{4})?\\\\b)", score: 0.01}
    context: [zip, code]
    supported_entity: "ZIP"
  - name: Badges
    type: custom
    supported_languages:
      - language: en
        context: [badge]
      - language: de
        context: [ausweis]
    supported_entity: BADGE
    patterns:
      - name: badge
        regex: 'B-\\d{4}'
        score: 0.6
  - name: Titles
    supported_language: en
    supported_entity: TITLE
    deny_list: [Mr., Mrs., Dr.]
  - name: Disabled
    enabled: false
    supported_entity: GONE
    deny_list: [gone]
"""


def test_presidios_yaml(tmp_path: Path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text(YAML)
    english = {
        entity: (recognizer, opened) for recognizer, entity, opened in custom_yaml.recognizers(str(path))
    }
    assert list(english) == ["BADGE", "TITLE"]
    assert found(english["BADGE"][0], "a B-1234") == [("B-1234", 0.6)]
    assert found(english["TITLE"][0], "To Dr. Lee") == [("Dr.", 1.0)]
    assert english["BADGE"][0].context == ["badge"]
    assert all(opened for _, opened in english.values())
    assert [entity for entity, _, _ in custom_yaml.declared(str(path))] == list(english)
    assert all(opened == english[entity][1] for entity, opened, _ in custom_yaml.declared(str(path)))
    german = {entity: recognizer for recognizer, entity, _ in custom_yaml.recognizers(str(path), "de")}
    assert list(german) == ["ZIP", "BADGE"]
    assert german["BADGE"].context == ["ausweis"]
    assert found(german["ZIP"], "in 10115 Berlin") == [("10115", 0.01)]
    assert custom_yaml.labels(str(path)) == {"BADGE": "a value of 'Badges'", "TITLE": "a value of 'Titles'"}


def test_what_presidio_reads_from_it(tmp_path: Path) -> None:
    """The same file in Presidio's own registry finds the same."""
    from presidio_analyzer import RecognizerRegistry

    path = tmp_path / "recognizers.yaml"
    without_languages = re.sub(
        r"supported_languages:.*?ausweis\]", "supported_language: en", YAML, flags=re.DOTALL
    )
    enabled, _, _ = without_languages.partition("  - name: Disabled")
    path.write_text(enabled.replace("    type: custom\n", ""))
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en", "de"])
    registry.add_recognizers_from_yaml(str(path))
    text = "Dr. Lee of 10115 has B-1234 and b-9876, mr. Bo"
    of_presidio = {one.supported_entities[0]: found(one, text) for one in registry.recognizers}
    for language in ("en", "de"):
        for recognizer, entity, _ in custom_yaml.recognizers(str(path), language):
            assert found(recognizer, text) == of_presidio[entity]


A = "recognizers:\n  - name: A\n    supported_entity: A\n"


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("recognizers: [", 1, "is no YAML"),
        ("- a\n- b\n", 1, "no mapping"),
        ("", 1, "no mapping"),
        ("x: 1\n", 1, "no list `recognizers`"),
        ("\nrecognizers: 7\n", 2, "is no list"),
        ("recognizers:\n  - EmailRecognizer\n", 2, "switched on by"),
        ("recognizers:\n  - name: EmailRecognizer\n    type: predefined\n", 2, "only `type: custom`"),
        (A + "    pattern: x\n", 4, "unknown key `pattern`"),
        ("recognizers:\n  - supported_entity: A\n    deny_list: [x]\n", 2, "has no `name`"),
        ("recognizers:\n  - name: A\n    deny_list: [x]\n", 2, "has no `supported_entity`"),
        (A + "", 2, "neither `patterns` nor `deny_list`"),
        (A + "    deny_list: x\n", 4, "`deny_list` is no list"),
        (A + "    patterns:\n      - {regex: '(', score: 1}\n", 5, "no regular"),
        (A + "    patterns:\n      - {regex: 'a', score: high}\n", 5, "`score`"),
        (A + "    patterns:\n      - {regex: 'a', score: 7}\n", 5, "score = 7"),
        (A + "    patterns: [a]\n", 4, "a pattern has"),
    ],
)  # fmt: skip
def test_mistakes_in_yaml_have_a_line(tmp_path: Path, content: str, line: int, told: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(content)
    with pytest.raises(FtlintError, match=re.escape(told)) as caught:
        custom_yaml.recognizers(str(path))
    assert (caught.value.path, caught.value.line) == (str(path), line)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match="cannot be read"):
        custom_yaml.recognizers(str(tmp_path / "none.yaml"))
    (tmp_path / "latin.yaml").write_bytes(b"recognizers: \xff")
    with pytest.raises(FtlintError, match="UTF-8"):
        custom_yaml.recognizers(str(tmp_path / "latin.yaml"))
    (tmp_path / "object.yaml").write_text("recognizers:\n  - !!python/object/apply:os.getcwd []\n")
    with pytest.raises(FtlintError):
        custom_yaml.recognizers(str(tmp_path / "object.yaml"))


EXPRESSIONS = [
    r"EMP-\d{6}", r"\bEMP[-_ ]?(\d{4})\b(?!x)", r"(?<!\w)[A-Z]{2}\d+\s?(?P<x>[a-f0-9]+)\1",
    r"a++b?x", r"[^\d\s]x{2,3}?",
    r"foo|bar", r"^abc$", r"(?:^|(?<=\W))(Mr\.|Dr)(?:(?=\W)|$)", r"\w{3}-\W\S",
    r"i{2}K", r"[i-k]S", r"[\w.]+@x", r".\n.",
    r"(?=a)(?:ab){1,2}", r"[]a]b", r"\x41\t", r"(?<n>a)b(?P=n)", r"[^]i]z", r"\$\d+(?:\.\d\d)?",
]  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.sampled_from(EXPRESSIONS),
    st.text(st.sampled_from("aAbBxX zEeMmPpIıİiſSsKKk0159٣𐵀-_.@é中\n\t$]"), max_size=14),
    st.booleans(),
)
def test_a_gate_is_open_wherever_the_expression_matches(
    expression: str, text: str, ignore_case: bool
) -> None:
    import re2
    import regex

    flags = regex.MULTILINE | regex.DOTALL | (regex.IGNORECASE if ignore_case else 0)
    opened = loosened(expression, ignore_case=ignore_case)
    if opened and regex.search(expression, text, flags):
        assert re2.search(opened, text.encode())


def test_gates_meet_matches_often_enough_to_tell() -> None:
    import re2
    import regex

    chosen = random.Random(3)
    hits = 0
    for _ in range(30000):
        expression = chosen.choice(EXPRESSIONS)
        text = "".join(chosen.choice("abxiIEMPijSKſK0159٣-.@ \nEMP-") for _ in range(12))
        text += chosen.choice(
            ["", "EMP-123456", "AB12 ab1ab1", "aaabx", "Mr. ", "ab\n", "ıiK", "foo", "$5.00", "abab", "A\t"]
        )
        opened = loosened(expression)
        if opened and regex.search(expression, text, regex.IGNORECASE | regex.MULTILINE | regex.DOTALL):
            hits += 1
            assert re2.search(opened, text.encode()), (expression, text)
    assert hits > 2000


@pytest.mark.parametrize(
    "expression",
    [r"\p{L}x", r"(?i)abc", r"[[:alpha:]]", r"[a--b]x", r"a*", r"(?>a)b", r"(a)?(?(1)b|c)", r"\ux"],
)
def test_what_has_no_sure_counterpart_has_no_gate(expression: str) -> None:
    assert loosened(expression) == ""
    assert gate([expression, "abc"]) == ""


def test_gates_of_plain_expressions_are_narrow() -> None:
    import re2

    opened = loosened(r"\bEMP[-_ ]?\d{4}\b")
    assert not re2.search(opened, b"EMPLOYEE 1234")
    assert re2.search(opened, b"xemp-12345")

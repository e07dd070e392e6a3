"""`[pii]`, `[secrets]` and `[redact]`: what can be set, and what is said to a mistake."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ftlint.model import FtlintError
from ftlint.model.privacy import CustomRecognizer, CustomSecret, FieldChoice, PiiChoices, SecretChoices
from ftlint.registry import rules
from ftlint.settings import load
from ftlint.settings.schema import settings_schema
from ftlint.settings.show import show

Write = Callable[[str, Any], Path]

WHOLE = """
[pii]
countries = ["US", "de"]
threshold = 0.5
allow = "Lovelace"
allow-patterns = ["ACME-[0-9]+"]
allow-domains = ["acme.example"]
recognizers-file = "pii/recognizers.yaml"
model = "en_core_web_sm"
language = "de"
presidio-only = true

[pii.thresholds]
phone = 0.6
US_SSN = 1

[[pii.field]]
path = "/metadata/**"
ignore = ["ip", "email"]

[[pii.field]]
path = "/messages/*/content"
only = ["card"]

[[pii.recognizer]]
name = "EMPLOYEE_ID"
patterns = ['EMP-\\d{7}', 'E\\d{9}']
score = 0.7
context = ["employee", "staff"]
checksum = "luhn"
label = "an employee number"

[secrets]
allow = ["abc"]
allow-patterns = ["test_[a-z]+"]
ignore-kinds = ["json-web-token"]

[[secrets.custom]]
name = "acme-token"
pattern = "acme_[a-z0-9]{32}"
entropy = 3.5

[redact]
mode = "pseudonym"
kinds = ["email", "card"]
key-name = "acme"

[redact.modes]
card = "mask"
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_everything_that_can_be_set(write: Write) -> None:
    write("ftlint.toml", WHOLE)
    settings = load()
    assert settings.pii.choices() == PiiChoices(
        countries=("us", "de"),
        threshold=0.5,
        thresholds=(("US_SSN", 1.0), ("phone", 0.6)),
        allow=("Lovelace",),
        allow_patterns=("ACME-[0-9]+",),
        allow_domains=("acme.example",),
        fields=(
            FieldChoice("/metadata/**", ("ip", "email")),
            FieldChoice("/messages/*/content", (), ("card",)),
        ),
        recognizers=(
            CustomRecognizer(
                "EMPLOYEE_ID",
                ((r"EMP-\d{7}", 0.7), (r"E\d{9}", 0.7)),
                ("employee", "staff"),
                "luhn",
                "an employee number",
            ),
        ),
        recognizers_file="pii/recognizers.yaml",
        model="en_core_web_sm",
        language="de",
        presidio_only=True,
    )
    custom = CustomSecret("acme-token", "acme_[a-z0-9]{32}", 3.5, "")
    assert settings.secrets.choices() == SecretChoices(
        ("abc",), ("test_[a-z]+",), ("json-web-token",), (custom,)
    )
    assert (settings.redact.mode, settings.redact.modes) == ("pseudonym", (("card", "mask"),))
    assert (settings.redact.kinds, settings.redact.key_name) == (("email", "card"), "acme")


def test_nothing_set_is_the_default(write: Write) -> None:
    write("ftlint.toml", "[pii]\n[secrets]\n[redact]\n")
    assert load().pii.choices() == PiiChoices()
    assert load().secrets.choices() == SecretChoices()


def test_the_nearer_file_adds_and_replaces_by_key(write: Write) -> None:
    write("team.toml", '[pii]\ncountries = ["us"]\nthreshold = 0.6\n[secrets]\nallow = ["a"]\n')
    write("ftlint.toml", 'extend = "team.toml"\n[pii]\nthreshold = 0.5\n')
    settings = load()
    assert (settings.pii.countries, settings.pii.threshold) == (("us",), 0.5)
    assert settings.secrets.allow == ("a",)


def test_what_is_shown_can_be_read_again(write: Write, tmp_path: Path) -> None:
    write("ftlint.toml", WHOLE)
    settings = load()
    shown = show(settings)
    assert "# ftlint.toml:4" in shown
    (tmp_path / "ftlint.toml").write_text(shown)
    again = load()
    assert (again.pii, again.secrets, again.redact) == (settings.pii, settings.secrets, settings.redact)


def test_allowed_values_are_masked_where_they_are_shown(write: Write) -> None:
    address, key = "@".join(("olga.roe", "mailbox-sample.de")), "glpat-" + "x7KqW2mVbN9sTzPd1RfG"
    write("ftlint.toml", f"[pii]\nallow = ['{address}', 'Ada']\n[secrets]\nallow = ['{key}']\n")
    shown = show(load())
    assert 'allow = ["‹…›", "Ada"]' in shown
    assert address not in shown
    assert key not in shown


def test_the_schema_takes_it_and_refuses_what_the_tool_refuses() -> None:
    schema = settings_schema(list(rules().values()))
    jsonschema.validate(tomllib.loads(WHOLE), schema)
    for text, _, _ in MISTAKES:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(text), schema)


MISTAKES = [
    ("[pii]\nthreshold = 2", 2, "threshold must be from 0 to 1, not 2"),
    ("[pii]\nthreshold = true", 2, "threshold must be a number, not a boolean"),
    ("[pii]\n\ncountrys = []", 3, "unknown key 'countrys' in pii: did you mean 'countries'?"),
    ("[[pii.field]]\nignore = ['ip']", 1, "this field has no path"),
    ("[[pii.recognizer]]\nname = 'A'\nchecksum = 'lun'", 3, "checksum cannot be 'lun': did you mean 'luhn'?"),
    ("[pii]\nfield = 3", 2, "write each field as a table of its own, in double brackets"),
    ("pii = 3", 1, "pii must be a table, not a number"),
    ("[pii.thresholds]\nphone = 'x'", 2, "thresholds.phone must be a number, not a text"),
    ("[redact]\nmode = 'hsh'", 2, "mode cannot be 'hsh': did you mean 'hash'?"),
    ("[[secrets.custom]]\nname = 'a'\nentropy = -1", 3, "entropy must be 0 or more, not -1"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_a_mistake_has_file_and_line(write: Write, text: str, line: int, message: str) -> None:
    write("ftlint.toml", text)
    with pytest.raises(FtlintError) as raised:
        load()
    assert (raised.value.path, raised.value.line, raised.value.message) == ("ftlint.toml", line, message)


CHOSEN_WRONGLY = [
    ('[pii]\ncountries = ["uss"]', "did you mean 'us'?"),
    ("[pii.thresholds]\nfone = 0.3", "thresholds: there is no kind 'fone': did you mean 'phone'?"),
    ('[[pii.field]]\npath = "/a"\nignore = ["emial"]', "there is no kind 'emial': did you mean 'email'?"),
    ('[pii]\nallow-patterns = ["(?=a)"]', "allow-patterns: '(?=a)' is no RE2 pattern"),
    ('[[pii.recognizer]]\nname = "A"\npatterns = ["(a"]', "'(a' is no regular expression"),
    ('[pii]\nrecognizers-file = "none.yaml"', "none.yaml: cannot be read"),
    ('[secrets]\nignore-kinds = ["hugging-token"]', "did you mean 'hugging-face-token'?"),
    ('[[secrets.custom]]\nname = "x"\npattern = "(?=a)b"', "'(?=a)b' is not an RE2 pattern"),
]


@pytest.mark.parametrize(("text", "message"), CHOSEN_WRONGLY)
def test_what_only_detectors_know_is_told_before_anything_is_read(
    write: Write, ftlint: Callable[..., Any], text: str, message: str
) -> None:
    write("ftlint.toml", text)
    write("train.jsonl", [{"prompt": "x", "completion": "y"}])
    done = ftlint("check", "--select", "PII,SEC")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert re.search(r"ftlint.toml:[12]: ", done.stderr) or "none.yaml" in text

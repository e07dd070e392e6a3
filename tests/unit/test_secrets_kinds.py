"""Every kind of secret: a made value is found as that kind and no other; what is near to one is not found."""

import importlib
import pkgutil
import re
from pathlib import Path
from random import Random

import pytest

import ftlint_rules.sec
from ftlint.detect.secrets import SecretDetector, detector, known_kinds
from ftlint.detect.secrets.kinds import KINDS
from ftlint.model import Span
from ftlint.model.privacy import SecretChoices
from ftlint.rule import Rule
from secret_examples import made
from secret_values import BY_NAME, OPEN_ENDED, OWN_FORM, by_place

ROOT = Path(__file__).parents[2]
PLACES = sorted(by_place(Random(0)))


@pytest.fixture(scope="module")
def secrets() -> SecretDetector:
    return detector(SecretChoices())


def found(secrets: SecretDetector, text: str) -> list[tuple[str, int, int]]:
    return [(span.kind, span.start, span.end) for span in secrets.spans(text)]


def test_every_kind_has_an_example() -> None:
    assert {*OWN_FORM, *BY_NAME, *PLACES} == set(known_kinds())
    assert len(known_kinds()) >= 150


AROUND = (
    "{}",
    "the key is {}.",
    'KEY="{}"',
    "x = '{}'; y = 1",
    '{{"k": "{}"}}',
    '{{\\"k\\": \\"{}\\"}}',
    "first line\\n{}\\nlast line",
    "- name: K\n  value: {}\n",
    "<k>{}</k>",
    "`{}`",
    "Schlüssel für den Töpfer: {} 😀",
    "('{}', 'other')",
    "export K={} && run",
)


@pytest.mark.parametrize("kind", sorted(OWN_FORM))
def test_a_form_of_its_own_is_found_wherever_it_stands(kind: str, secrets: SecretDetector) -> None:
    random = Random(kind)
    for around in AROUND:
        value = made(OWN_FORM[kind], random)
        text = around.format(value)
        spans = secrets.spans(text)
        assert [span.kind for span in spans] == [kind], around
        # A kind may name the token alone, without the words of its form (the name of a cookie).
        assert text[spans[0].start : spans[0].end] in value
        assert spans[0].length >= 16
        assert spans[0].family == "secret"
        assert 0.5 <= spans[0].score <= 1


@pytest.mark.parametrize("kind", sorted(OWN_FORM))
def test_half_a_value_and_filler_are_not_found(kind: str, secrets: SecretDetector) -> None:
    value = made(OWN_FORM[kind], Random(kind))
    head = value[:8]
    half = [] if kind in OPEN_ENDED else [value[: len(value) // 2]]
    near = (
        *half,
        head + "x" * (len(value) - 8),
        head + "*" * (len(value) - 8),
        head + "...",
        f"{head}<your-key>",
        f"{head}${{KEY}}",
        head + "example" * 8,
        f"{value[:-4]}...",
    )
    for miss in near:
        text = f"It looks like {miss} in the settings."
        assert found(secrets, text) == [], near.index(miss)


NAMED = (
    '{}="{}"',
    "{} = {}\n",
    "{}: {}\n",
    "{}: '{}'",
    '{{"{}": "{}"}}',
    '{{\\"{}\\": \\"{}\\"}}',
    'os.environ["{}"] = "{}"',
    "export {}={}",
    "a\\n{}={}\\nb",
    "Client({}='{}')",
    "<{}>{}</a>",
)


@pytest.mark.parametrize("kind", sorted(BY_NAME))
def test_a_name_tells_what_follows(kind: str, secrets: SecretDetector) -> None:
    random = Random(kind)
    name, pattern = BY_NAME[kind]
    for form in NAMED:
        value = made(pattern, random)
        text = form.format(name, value)
        assert found(secrets, text) == [(kind, text.index(value), text.index(value) + len(value))], form


@pytest.mark.parametrize("kind", sorted(BY_NAME))
def test_without_its_name_a_value_is_nothing(kind: str, secrets: SecretDetector) -> None:
    name, pattern = BY_NAME[kind]
    value = made(pattern, Random(kind))
    vendor = name.split("_")[0]
    for text in (
        f"commit {value} by jo",
        f"image: {vendor}/agent@{value}",
        f'{name} = "{"x" * len(value)}"',
        f"{name} = get_{name}()",
        f'{name} = os.environ["{name.upper()}"]',
        f"{name}: <your key>",
        f"{name}: ${{{name}}}",
        f"{name}: str = None",
        f"{name} is what {vendor} calls it",
    ):
        assert found(secrets, text) == [], text.replace(value, "VALUE")


@pytest.mark.parametrize("kind", PLACES)
def test_what_stands_around_tells(kind: str, secrets: SecretDetector) -> None:
    form, value = by_place(Random(kind))[kind]
    text = form.format(value)
    spans = secrets.spans(text)
    assert [span.kind for span in spans] == [kind]
    assert text[spans[0].start : spans[0].end] in value
    assert spans[0].length >= 8


MISSES = (
    "-----BEGIN PRIVATE" + " KEY-----\n...\n-----END PRIVATE" + " KEY-----",
    "-----BEGIN PUBLIC KEY-----\n" + "q7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5Ao" * 8 + "\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\n" + "q7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5Ao" * 8 + "\n-----END CERTIFICATE-----",
    "The frame says BEGIN RSA PRIVATE" + " KEY and then the body.",
    "aws_secret_access_key = path/to/the/secret/of/my/account/in/vault",
    "AccountKey=<account key>;",
    "https://a.net/b?sv=2022&sig=<signature>",
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    "[pypi]\nusername = __token__\npassword = <your token>\n",
    "postgresql://user:password@localhost/db",
    "postgresql://postgres:postgres@localhost:5432/postgres",
    "mongodb+srv://<user>:<password>@cluster0.tamwick.net",
    "mysql://root:${DB_PASSWORD}@db/shop",
    "redis://:{password}@{host}:6379",
    "redis://default:default@redis:6379/0",
    "https://tamwick.net:8080/a@b",
    "http://localhost:8000/users/@me",
    "see https://tamwick.net/a:b@c",
    "ssh://git@github.com:22/tamwick/pots",
    "http://user:pass@proxy:3128",
    "https://jo:jo@git.tamwick.net",
    "amqp://guest:guest@rabbit:5672//",
    "curl -u user:pass https://api.tamwick.net",
    "curl -u $USER:$PASSWORD https://api.tamwick.net",
    "curl -u jo https://api.tamwick.net",
    'curl -H "X-Api-Key: $API_KEY" https://api.tamwick.net',
    'curl -H "Authorization: Bearer YOUR_TOKEN" https://api.tamwick.net',
    "machine api.tamwick.net login jo password secret",
    "eyJhbGciOi.eyJzdWIiOi.signature",
    "eyebrows.eyelashes.eyelidsandeverythingelse",
    "Authorization: Bearer <token>",
    "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
    "bearer of bad news arrived12345",
    "Authorization: Basic dXNlcjpwYXNz",
    "basic understanding of 12345678901 things",
    "kind: Secret\ndata:\n  db: {{ .Values.db }}\n",
    "kind: ConfigMap\ndata:\n  db: ZGF0YS12YWx1ZTE=\n",
    "kind: Secret\n---\nkind: ConfigMap\ndata:\n  db: ZGF0YS12YWx1ZTE=\n",
)


@pytest.mark.parametrize("index", range(len(MISSES)))
def test_what_stands_around_does_not_tell(index: int, secrets: SecretDetector) -> None:
    assert found(secrets, MISSES[index]) == []


def test_rules_and_kinds_name_each_other() -> None:
    """Each kind belongs to the rule of its group, each rule names exactly the kinds of its group."""
    rules = {}
    for module in pkgutil.iter_modules(ftlint_rules.sec.__path__):
        for value in vars(importlib.import_module(f"ftlint_rules.sec.{module.name}")).values():
            if (
                isinstance(value, type)
                and issubclass(value, Rule)
                and getattr(value, "subject", None) is Span
            ):
                rules[value.name] = set(value.kinds)
    groups: dict[str, set[str]] = {}
    for kind in KINDS:
        groups.setdefault(kind.group, set()).add(kind.name)
    groups["service-token"].add("custom-secret")
    assert rules == groups


def test_labels_read_as_the_start_of_a_sentence() -> None:
    for kind in KINDS:
        assert kind.label.split()[0] in ("a", "an", "the", "credentials"), kind.name
        assert len({other.name for other in KINDS if other.name == kind.name}) == 1
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_the_guide_names_every_kind() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \|", (ROOT / "docs" / "secrets.md").read_text(), re.MULTILINE)
    assert dict(rows) == {kind.name: kind.label for kind in KINDS}
    assert f"{len(KINDS)} kinds are known" in (ROOT / "docs" / "secrets.md").read_text()

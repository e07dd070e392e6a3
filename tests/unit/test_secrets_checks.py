"""What the form of a secret proves, and values that only stand for one."""

import base64
import json
import zlib
from random import Random

import pytest

from ftlint.detect.secrets import detector
from ftlint.detect.secrets.checks import base62, checksum_holds
from ftlint.detect.secrets.entropy import classes, entropy
from ftlint.detect.secrets.stop import names_itself, placeholder, published, wordlike
from ftlint.model.privacy import SecretChoices
from secret_examples import made

secrets = detector(SecretChoices())


def score(text: str) -> dict[str, float]:
    return {span.kind: span.score for span in secrets.spans(text)}


def issued(prefix: str, body: str) -> str:
    return prefix + body + base62(zlib.crc32(body.encode()), 6)


def encoded(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    ("number", "width", "written"), [(0, 6, "000000"), (61, 1, "z"), (62, 2, "10"), (2**32 - 1, 6, "4gfFC3")]
)
def test_numbers_to_base_62(number: int, width: int, written: str) -> None:
    assert base62(number, width) == written


def test_a_published_dummy_token_has_a_checksum_that_holds() -> None:
    """The dummy in secretlint's issue 200, made by npm's own rule."""
    assert checksum_holds("npm_" + "qkJaB6MffYVzZXWqmcoF49yrUxP3wf" + "0LsakP")
    assert not checksum_holds("npm_" + "qkJaB6MffYVzZXWqmcoF49yrUxP3wf" + "0LsakQ")


@pytest.mark.parametrize("prefix", ["gh" + letter + "_" for letter in "pousr"] + ["npm_"])
def test_a_checksum_makes_a_token_sure(prefix: str) -> None:
    body = made("[0-9A-Za-z]{30}", Random(prefix))
    kind = "npm-token" if prefix == "npm_" else "github-token"
    good = issued(prefix, body)
    assert score(good) == {kind: 1.0}
    assert score(good[:-1] + ("0" if good[-1] != "0" else "1")) == {kind: 0.5}


SIGNATURE = made("[A-Za-z0-9_-]{43}", Random(1))
JWTS = [
    ("signed", [{"alg": "HS256", "typ": "JWT"}, {"sub": "jo"}], SIGNATURE, 1.0),
    ("no type", [{"alg": "RS256"}, {"iat": 1}], SIGNATURE, 1.0),
    ("unsigned", [{"alg": "none"}, {"sub": "jo"}], "", 1.0),
    ("payload is none", [{"alg": "HS256"}, b"not json, only bytes"], SIGNATURE, 0.5),
    ("header names nothing", [{"colour": "green", "size": 3}, {"sub": "jo"}], SIGNATURE, 0.0),
    ("header is no object", [b'["alg", "HS256", "typ"]', {"sub": "jo"}], SIGNATURE, 0.0),
]


@pytest.mark.parametrize(("name", "parts", "signature", "expected"), JWTS, ids=[case[0] for case in JWTS])
def test_a_web_token_is_what_it_decodes_to(
    name: str, parts: list[object], signature: str, expected: float
) -> None:
    token = ".".join([*map(encoded, parts), signature])
    assert score(f"see {token} there").get("jwt", 0.0) == expected


def test_the_sample_of_jwt_io_is_a_placeholder() -> None:
    head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    body = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    spans = secrets.spans(f"{head}.{body}." + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")
    assert [(span.kind, span.placeholder) for span in spans] == [("jwt", True)]


def test_an_id_and_its_secret_stand_together() -> None:
    key, value = (
        "AKIA" + made("[A-Z2-7]{14}[2-7]{2}", Random(2)),
        made("[A-Za-z0-9+/]{38}[0-9][a-z]", Random(3)),
    )
    assert score(f"{key}\n{value}\n") == {"aws-access-key-id": 0.9, "aws-secret-key": 1.0}
    assert score(f"aws_secret_access_key: {value}") == {"aws-secret-key": 0.9}
    assert score(f"a value {value} alone") == {}
    digest = made("[0-9a-f]{40}", Random(4))
    assert score(f"{key}\n{digest}\n") == {"aws-access-key-id": 0.9}


@pytest.mark.parametrize(
    ("marker", "expected"), [("", 1.0), ("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C\n\n", 0.8)]
)
def test_an_encrypted_key_is_less_sure(marker: str, expected: float) -> None:
    body = "\n".join(made("[A-Za-z0-9+/]{64}", Random(row)) for row in range(8))
    frame = "-----{} RSA PRIVATE" + " KEY-----"
    assert score(f"{frame.format('BEGIN')}\n{marker}{body}\n{frame.format('END')}") == {
        "private-key": expected
    }


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("jo:vK7-mQ2xTz9w", {"basic-auth": 0.9}),
        ("user:password", {}),
        ("admin:admin", {}),
        ("no colon here at all", {}),
        ("jo:${PASSWORD}", {}),
    ],
)
def test_basic_is_judged_by_what_it_decodes_to(login: str, expected: dict[str, float]) -> None:
    assert score("Authorization: Basic " + base64.b64encode(login.encode()).decode()) == expected


@pytest.mark.parametrize(
    "login",
    [
        "jo:{}",
        "'jo:{}'",
        '"jo:{}"',
        "jo:'{}'",
        "'jo':'{}'",
        '":{}"',
        '"{}:"',
        '\\"jo:{}\\"',
    ],
)
def test_the_password_alone_is_taken_out_of_a_command(login: str) -> None:
    word = "vK7-" + "mQ2xTz9w"
    text = f"curl -u {login.format(word)} https://api.tamwick.net"
    assert [(span.kind, text[span.start : span.end]) for span in secrets.spans(text)] == [("curl-user", word)]


def test_entropy_is_that_of_the_characters() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abab") == 1
    assert entropy("0123456789abcdef") == 4
    assert classes("abc") == 1
    assert classes("aB1-") == 4


PLACEHOLDERS = (
    "${TOKEN}", "$(cat token)", "{{ token }}", "<your-token>", "<TOKEN>", "%TOKEN%", "@token@", "{token}",
    "[TOKEN]", "$TOKEN", "os.environ", "process.env.TOKEN", "settings.TOKEN", "secrets.TOKEN", "xxxxxxxx",
    "XXXX-XXXX", "****", "abc...def", "________", "CHANGEME", "change-me-now", "your_token_here",
    "my-secret-value", "example-token", "EXAMPLEKEY", "dummy-value-1", "fake_key_1", "REDACTED",
    "insert-key", "replace_me", "0000000000", "1234567890", "abcdefgh", "qwertyuiop", "deadbeefdeadbeef",
    "foobar123", "aaaaaaaaaa", "sample-key", "todo", "supersecret1",
)  # fmt: skip


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholders(value: str) -> None:
    assert placeholder(value)


def test_random_values_are_no_placeholders() -> None:
    random = Random(5)
    patterns = ("[A-Za-z0-9]{40}", "[a-f0-9]{32}", "[A-Z2-7]{16}", "[A-Za-z0-9_-]{60}", "[0-9]{12}", UUID)
    values = [made(pattern, random) for pattern in patterns for _ in range(500)]
    assert sum(map(placeholder, values)) <= 3


UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

WORDS = (
    "llama-3-8b-instruct", "camelCaseIdentifier", "snake_case_name", "path/to/file", "HelloWorld",
    "release-2024-10-01", "my.package.module", "UPPER_CASE_NAME", "word", "v1-2-3",
    "meta-llama/Llama-3.1-8B", "Befaehigung_P2",
)  # fmt: skip


@pytest.mark.parametrize("value", WORDS)
def test_words_are_wordlike(value: str) -> None:
    assert wordlike(value)


def test_random_values_are_not_wordlike() -> None:
    random = Random(6)
    values = [
        made(pattern, random)
        for pattern in ("[A-Za-z0-9]{24}", "[a-z0-9]{32}", "[a-f0-9]{40}")
        for _ in range(300)
    ]
    assert sum(map(wordlike, values)) <= 5


def test_a_value_that_names_itself() -> None:
    assert names_itself("the_password_1")
    assert names_itself("ACCESS_TOKEN")
    assert not names_itself("vK7-mQ2xTz9w")


def test_what_makers_publish_is_no_secret() -> None:
    assert published("AKIA" + "IOSFODNN7EXAMPLE")
    assert published("sk_" + "test_" + "4eC39HqLyjWDarjtT1zdp7dc")
    assert not published("sk_" + "test_" + "4eC39HqLyjWDarjtT1zdp7dd")
    assert score('stripe.api_key = "sk_' + "test_" + '4eC39HqLyjWDarjtT1zdp7dc"') == {}

from __future__ import annotations

import base64
import json
import random
import string
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.detect.mask import MASK, mask, sensitive, visible, window

SECRETS = [
    "bob.smith@example.com",
    "o'brien+news@mail.example.co.uk",
    "müller@bücher.example",
    "bob@localhost",
    "bob＠example.com",
    "bob (at) example (dot) com",
    "bob [at] example.com",
    "bob at example dot com",
    "bob @ example.com",
    "bob\\u0040example.com",
    "bob%40example.com",
    "+49 (0) 30 / 123 456",
    "(555) 123-4567",
    "555.123.4567",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111\u200b1111\u200b1111\u200b1111",
    "4111\\n1111\\n1111\\n1111",
    "٤١١١ ١١١١ ١١١١ ١١١١",
    "\\u0664\\u0661\\u0661\\u0661\\u0661\\u0661\\u0661",
    "１２３４５６７８",
    "123-45-6789",
    "1990-01-15",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "AB123456C",
    "192.168.10.24",
    "8.8.8.8",
    "192[.]168[.]10[.]24",
    "fe80::1ff:fe23:4567:890a",
    "00:1a:2b:3c:4d:5e",
    "sk-abcdefghijklmnop",
    "sk-proj-abcdef_ghij-klmn",
    "ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
    "github_pat_abcdefghijklmnop",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "AKIAIOSFODNNEXAMPLE",
    "AIzaSyabcdefghijklmnop",
    "xoxb-abcdefghijkl-mnop",
    "glpat-abcdefghijklmnop",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "wJalrXUtnFEMI\\/K7MDENG\\/bPxRfiCYEXAMPLEKEY",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.dBjftJeZ4CVP-mB92K27uhbU",
    "0123456789abcdef0123456789abcdef",
    "123e4567-e89b-12d3-a456-426614174000",
    "0x71C7656EC7ab88b098defB751B7401B5f6d8976F",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "see {} now", "\\n{}\\n", '{{"a":"{}"}}', "联系{}。", "({})", "x:{},"]
)
def test_a_secret_is_hidden_whole(secret: str, around: str) -> None:
    text = around.format(secret)
    hidden = mask(text)
    assert MASK in hidden
    # Half a word may stay where text runs into the secret; nothing that tells it.
    assert not any(piece in hidden for piece in pieces(secret, 5)), hidden


def pieces(secret: str, size: int) -> set[str]:
    return {secret[at : at + size] for at in range(len(secret) - size + 1)} or {secret}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://bob:hunter2@example.com/x", "hunter2"),
        ("https:\\/\\/bob:hunter2@example.com", "hunter2"),
        ("postgres://bob:p@ss@host/db", "p@ss"),
        ("https://example.com/x?session=hunter2&page=2", "hunter2"),
        ("https://example.com/#access_token=hunter2", "hunter2"),
        ('{"password": "hunter2 and more"}', "more"),
        ('{"password": "hun\\"ter2"}', "ter2"),
        ('{"arguments": "{\\"api_key\\": \\"hunter2\\"}"}', "hunter2"),
        ('{"passwords": ["one", "hunter2"]}', "hunter2"),
        ('{"credentials": {"user": "x", "pw": "hunter2"}}', "hunter2"),
        ("PASSWORD=hunter2", "hunter2"),
        ("my password is hunter2", "hunter2"),
        ("Passwort: hunter2", "hunter2"),
        ("The PIN is 4711", "4711"),
        ("CVV: 123", "123"),
        ("Authorization: Basic dXNlcjpw", "dXNlcjpw"),
        ("Authorization: Bearer abcdef", "abcdef"),
        ("curl -H 'bearer abcdefgh'", "abcdefgh"),
        ("tool --api-key hunter2", "hunter2"),
        ("Cookie: a=b; id=hunter2", "hunter2"),
        ("recovery phrase: apple river stone", "stone"),
        ("İ password=hunter2", "hunter2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----", "abc="),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=", "abc="),
        ("MIIE\nabc=\n-----END RSA PRIVATE KEY-----", "abc="),
    ],
)
def test_what_stands_behind_a_name_is_hidden(text: str, secret: str) -> None:
    assert secret not in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How do I reset my router?",
        "In 2024 we sold 12,500 items at 3.50.",
        "std::vector<int>::add",
        "meta-llama/Meta-Llama-3-8B-Instruct and distilbert-base-uncased-finetuned-sst-2-english",
        "src/ftlint/report/full.py, getElementsByClassName, SOME_LONG_CONSTANT_NAME",
        "risk-adjusted task-management-system",
        "https://example.com/2024/blog-post-title",
        "بله، می‌توانم کمک کنم",
        "\\u043f\\u0440\\u0438\\u0432\\u0435\\u0442 \\u043c\\u0438\\u0440",
        '{"messages":[{"role":"user","content":"internationalization"}]}',
        "-" * 80,
        "Meet me at noon. Dot your i's.",
        '"model": "gpt-4.1-mini-2025-04-14", "max_tokens": 512',
        "anthropic.claude-3-haiku-20240307-v1:0:200k and amazon.nova-micro-v1:0:128k",
        "tokenizer = AutoTokenizer.from_pretrained(model_name)",
        "mlx-community/Llama-3.2-3B-Instruct-4bit",
    ],
)
def test_plain_text_stays_readable(text: str) -> None:
    assert mask(text) == text


WORDS = (
    "the",
    "user",
    "asks",
    "how",
    "to",
    "mend",
    "a",
    "router",
    "and",
    "waits",
    "né",
    "質問",
    "{",
    '":"',
    "\n",
    "\\n",
    "👍",
)


def made(kind: str, rng: random.Random) -> str:
    """A secret of a kind, made at random."""

    def some(letters: str, low: int, high: int) -> str:
        return "".join(rng.choice(letters) for _ in range(rng.randint(low, high)))

    mixed = string.ascii_letters + string.digits
    if kind == "mail":
        low = string.ascii_lowercase
        return f"{some(mixed + '._+-', 6, 30)}x@{some(low, 5, 12)}.{some(low, 2, 6)}"
    if kind == "card":
        digits = some(string.digits, 13, 19)
        gap = rng.choice(["", " ", "-", ".", " - "])
        return gap.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    if kind == "phone":
        return rng.choice(["+", "00", ""]) + rng.choice([" ", "-", "/"]).join(
            some(string.digits, 3, 4) for _ in range(4)
        )
    if kind == "key":
        prefix = rng.choice(["sk-", "ghp_", "hf_", "AKIA", "xoxb-", "AIza", "glpat-", "sk_live_", "npm_"])
        return prefix + some(mixed, 16, 60)
    if kind == "token":
        return some(mixed, 10, 40) + some(string.digits, 1, 2) + some(mixed, 10, 40)
    if kind == "hex":
        return rng.randbytes(rng.randint(16, 32)).hex()
    if kind == "jwt":
        parts = (
            base64.urlsafe_b64encode(rng.randbytes(rng.randint(20, 60))).decode().rstrip("=")
            for _ in range(2)
        )
        return "eyJhbGciOiJIUzI1NiJ9." + ".".join(parts)
    if kind == "iban":
        return (
            rng.choice(["DE", "GB", "FR", "NL"])
            + some(string.digits, 2, 2)
            + some(string.digits + "ABCDEF", 14, 22)
        )
    return "\n".join(
        ["-----BEGIN PRIVATE KEY-----"]
        + [base64.b64encode(rng.randbytes(48)).decode() for _ in range(rng.randint(1, 50))]
        + [some(mixed, 5, 12) + "=", "-----END PRIVATE KEY-----"]
    )


KINDS = ("mail", "card", "phone", "key", "token", "hex", "jwt", "iban", "block")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 2**32), st.booleans(), st.booleans(), st.data())
def test_no_window_shows_a_secret(
    kind: str, seed: int, glued: bool, as_json: bool, data: st.DataObject
) -> None:
    rng = random.Random(seed)
    secret = made(kind, rng)
    before = " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 60))) + ("" if glued else " ")
    after = ("" if glued else " ") + " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 60)))
    text = before + secret + after
    place = len(before)
    if as_json:
        place = len(json.dumps(before)) - 1 + len('{"content": ')
        text = json.dumps({"content": text})
        secret = json.dumps(secret)[1:-1]
    # Most windows are set where they cut into the secret.
    low, high = max(0, place - 120), min(len(text), place + len(secret) + 120)
    start = data.draw(st.integers(low, high))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    shown, first, last = window(text, start, end)
    size = 4 if kind in {"card", "phone", "iban"} else 6
    for given_text in (shown, mask(text)):
        leaked = [piece for piece in pieces(secret, size) if piece in given_text and "-----" not in piece]
        assert not leaked, (kind, leaked)
    assert 0 <= first < last <= len(shown)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(-5, 210), st.integers(-5, 210))
def test_a_window_is_one_printable_line(text: str, start: int, end: int) -> None:
    shown, first, last = window(text, start, end)
    assert shown.encode()
    assert 0 <= first < last <= len(shown)
    assert not set("\n\r\t\x1b\x00\u202e\u2028\u200b\ufeff") & set(shown)
    assert all(char.isprintable() or char.isspace() for char in shown)


@pytest.mark.parametrize(
    ("text", "span", "shown", "marked"),
    [
        ("abc def ghi", (4, 7), "abc def ghi", "def"),
        ("a\tb def", (4, 7), "a\\tb def", "def"),
        ("a\u202eb def", (4, 7), "a\\u202eb def", "def"),
        ("to bob@example.com now", (3, 18), "to ‹…› now", "‹…›"),
        ("to bob@example.com now", (5, 8), "to ‹…› now", "‹…›"),
        ("to bob@example.com now", (0, 6), "to ‹…› now", "to ‹…›"),
        ("to bob@example.com now", (10, 22), "to ‹…› now", "‹…› now"),
        ("bob@example.com def", (16, 19), "‹…› def", "def"),
        ("ab\n", (2, 3), "ab\\n", "\\n"),
        ("abc", (3, 3), "abc", "c"),
        ("abc", (1, 1), "abc", "b"),
        ("", (0, 0), " ", " "),
        ("##[error]x", (9, 10), "##\\x5berror]x", "x"),
        ("❤\ufe0f x", (3, 4), "❤ x", "x"),
    ],
)
def test_the_caret_follows(text: str, span: tuple[int, int], shown: str, marked: str) -> None:
    got, first, last = window(text, *span)
    assert (got, got[first:last]) == (shown, marked)


def test_a_window_is_cut_on_both_sides() -> None:
    words = "word " * 100
    text = words + "FAULT" + " word" * 100
    shown, first, last = window(text, 500, 505)
    assert shown[first:last] == "FAULT"
    assert (shown[0], shown[-1], len(shown)) == ("…", "…", 92)


def test_visible() -> None:
    assert visible("plain é 日本 ‹…›") == "plain é 日本 ‹…›"
    assert visible("a\nb\x1b[31m\u200d\ud800\U000e0041") == "a\\nb\\x1b[31m\\u200d\\ud800\\U000e0041"
    assert visible("a\u00a0b\u3000c") == "a\u00a0b\u3000c"


def test_spans_are_sorted_and_apart() -> None:
    text = "token=abc bob@example.com, 4111 1111 1111 1111 password: x https://a:b@c/?d"
    spans = sensitive(text)
    assert spans == sorted(spans)
    assert all(left[1] < right[0] for left, right in pairwise(spans))


NASTY = [
    *(
        "a",
        "-",
        "@",
        "1 ",
        "://",
        "password ",
        "[{(",
        '"',
        "\\u0430",
        "A1 ",
        "-----BEGIN",
        " ",
        "a.",
        "a -- ",
    ),
    *(":", "[at ", "passphrase is ", 'token="', "a@", "A-", "?", "=", "\\", "/", "key -", "x at ", "cookie:"),
    *("a%40", "é", "İ", "'", "a: ", "x dot "),
]


@pytest.mark.parametrize("piece", NASTY)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        times = []
        for _ in range(3):
            begun = time.process_time()
            mask(text)
            times.append(time.process_time() - begun)
        return min(times)

    # Work that grows with the square would take sixty-four times as long; the rest is for a busy machine.
    assert seconds(40_000) < 24 * max(seconds(5_000), 0.001)

"""Values that only stand for a secret: templates, variables, words, filler, samples from documentation."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

# A value that holds one of these was written by a person, to be replaced.
_WORDS = (
    "example", "placeholder", "changeme", "change_me", "change-me", "changeit", "your_", "your-", "yourapi",
    "yourkey", "yoursecret", "yourtoken", "yourpass", "your api", "yourown", "dummy", "fake", "sample",
    "redacted", "censored", "insert", "replace", "_here", "-here", "foobar", "foo_bar", "lorem", "todo",
    "fixme", "notreal", "not_real", "not-real", "not-a-real", "not_a_", "enter_", "enter-", "put_",
    "put-your", "removed", "masked", "hidden", "truncated", "invalid", "mysecret", "my_secret", "my-secret",
    "mypass", "my_pass", "my-pass", "mytoken", "my_token", "my-token", "my_api", "my-api", "myapi",
    "somepass", "some_", "passw0rd", "pa55w", "qwerty", "letmein", "deadbeef", "cafebabe", "testtest",
    "undefined", "helloworld", "hello_world", "supersecret", "super_secret", "super-secret", "topsecret",
    "verysecret",
)  # fmt: skip
# The names of values, which stand in their place, too; some tokens hold them by their form.
_NAMES = (
    "secret_key", "secret-key", "secretkey", "access_token", "accesstoken", "api_key", "apikey", "api-key",
    "password", "default", "token_", "_token", "passwd", "credential",
)  # fmt: skip

# Code that fetches a value, and the brackets of templates.
_CODE = re.compile(
    r"\$\{|\$\(|\{\{|\}\}|<[%\w][^>]*>|%[({]|^%\w+%$|^@[\w.]+@$|^\$[\w]+|^\{[\w. ]*\}$|^\[[^\]]*\]$|\.\.\.|…"
    r"|\[(?:A-Z|a-z|0-9|\^)|\*{3}|\?{3}|_{4}|-{6}|#{3}|•{2}"
    r"|\b(?:os\.|process\.env|getenv|environ|import\.meta|secrets?\.|vars?\.|config\.|settings\.|env\.|self\."
    r"|this\.|args\.|params\.|data\.|request\.|req\.|System\.|Environment\.)"
)
_FILLER = re.compile(
    r"([xX])\1{3}|([0zZ])\2{6}|(?:ab){4}|(?:abc){3}|(?:123){3}|(?:1234){2}|(?:foo|bar|baz){2}"
)
_RUN = re.compile(r"([^A=])\1{5}")
_LADDERS = (
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "01234567890123456789",
    "98765432109876543210",
    "qwertyuiop",
    "asdfghjkl",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0",
    "0123456789abcdef",
    "fedcba9876543210",
)
_LADDER = 7

# By the first 16 digits of their SHA-256.
# Published by their makers for everybody: keys of documentation, of emulators, of public search boxes.
_PUBLISHED = frozenset(
    (
        "f56e323494a6ffc2", "2037abcaffb2b777", "3f370c9dd8225c63", "e4a5542bb7fd7b67", "a19f89ab3555eac1",
        "0b476bdf9acf2123", "eb540d2b6ee2a0a4", "37f8f09bdf12c2f2", "8731261cb72d8626", "49f777db995e8260",
        "27a9a42931dff7eb", "dc0fcf046c61640c", "4c98242dcadc8b29", "ea9bb1082cf95663", "3a8b61d0f636b007",
        "a6c814bc555ae62c", "2f21fd9c81678e39", "1a5d44a2dca19669", "c6ea27c534f993d3", "78314b11be2e5815",
        "e21b597ba6b9cafa", "0011cc25eb432071", "fd6c6237e96ac7bf", "2cafc0970149a84f", "f2d6ca16515033e5",
    )
)  # fmt: skip
# The token that jwt.io shows; a text that holds it may hold others.
_SAMPLES = frozenset(("7f75367e78812551",))


def placeholder(value: str, strict: bool = True) -> bool:
    """Whether a value cannot be a secret. `strict` also counts words and filler inside it."""
    if _CODE.search(value):
        return True
    if not strict:
        return False
    return worded(value) or bool(_FILLER.search(value) or _RUN.search(value)) or _climbs(value.lower())


def worded(value: str) -> bool:
    """Whether a value holds a word that says it is none."""
    lower = value.lower()
    return any(word in lower for word in _WORDS)


def names_itself(value: str) -> bool:
    """Whether a value holds the name of what it should be, as `my-password-1` does."""
    lower = value.lower()
    return any(name in lower for name in _NAMES)


def published(value: str) -> bool:
    """Whether everybody has the value from its maker."""
    return _digest(value) in _PUBLISHED


def sample(value: str) -> bool:
    """Whether a value is a well-formed sample that stands for no secret."""
    return _digest(value) in _SAMPLES


def _digest(value: str) -> str:
    return sha256(value.encode("utf-8", "replace")).hexdigest()[:16]


def _climbs(lower: str) -> bool:
    return any(rung in lower for rung in _rungs())


@cache
def _rungs() -> tuple[str, ...]:
    return tuple(
        sorted({ladder[at : at + _LADDER] for ladder in _LADDERS for at in range(len(ladder) - _LADDER + 1)})
    )


_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d{1,5}")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_VOWEL = re.compile(r"[aeiouy]")


def wordlike(value: str) -> bool:
    """Whether a value is made of words and small numbers, like a path, an identifier or a model's name."""
    letters = 0
    pieces = [piece for piece in _SEPARATORS.split(value) if piece]
    for piece in pieces:
        parts = _WORD.findall(piece)
        if "".join(parts) != piece:
            return False
        changes = len(parts) - 1
        if changes > 1 + len(piece) // 6:
            return False
        for part in parts:
            if part.isalpha():
                letters += len(part)
                lower = part.lower()
                if (
                    len(part) > 4
                    and not part.isupper()
                    and (_CONSONANTS.search(lower) or not _VOWEL.search(lower))
                ):
                    return False
    return letters > 0 or all(len(piece) < 6 for piece in pieces)

"""What the form of a secret can prove: checksums, structure, what it decodes to.

Each check says how sure a candidate is: 1 where a checksum or a structure holds, 0 where it cannot be one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from ftlint.detect.secrets.entropy import classes, entropy
from ftlint.detect.secrets.kind import Candidate
from ftlint.detect.secrets.stop import names_itself, placeholder, worded, wordlike

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DOUBTFUL = 0.5


def base62(number: int, width: int) -> str:
    """`number` to base 62, digits before capitals before small letters, filled up with zeros."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits.rjust(width, "0")


def checksum_holds(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of what stands between prefix and them.

    GitHub's tokens since April 2021 and npm's since September 2021 (github.blog, "Behind GitHub's new
    authentication token formats").
    """
    body = token.partition("_")[2]
    return base62(zlib.crc32(body[:-6].encode()), 6) == body[-6:]


def crc(candidate: Candidate) -> float:
    """Sure where the checksum holds; else likely made up, or of a form that we do not know."""
    return 1.0 if checksum_holds(candidate.value) else DOUBTFUL


def mixed(candidate: Candidate) -> float:
    """Letters and digits both: names and words have no digits inside."""
    value = candidate.value
    return 0.9 if any(map(str.isdigit, value)) and any(map(str.isalpha, value)) else 0.0


def slack(candidate: Candidate) -> float:
    """Letters and digits, no words: the numbers of teams and users in it may well run in order."""
    return 0.0 if worded(candidate.value) else mixed(candidate)


def _decoded(piece: str) -> bytes:
    piece = piece.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(piece + "=" * (-len(piece) % 4))
    except (binascii.Error, ValueError):
        return b""


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def jwt(candidate: Candidate) -> float:
    """The header names an algorithm or a type, the payload is an object or encrypted."""
    header, payload, *_ = candidate.value.split(".")
    decoded = _decoded(header)
    read = _object(decoded)
    if read is None:
        return DOUBTFUL if decoded.startswith((b'{"alg"', b'{"typ"')) else 0.0
    if not {"alg", "typ", "enc", "kid"} & read.keys():
        return 0.0
    return 1.0 if "enc" in read or _object(_decoded(payload)) is not None else DOUBTFUL


def json_inside(candidate: Candidate) -> float:
    """A token that is a JSON object in base64, behind a prefix that ends in `_`."""
    body = candidate.value
    if not body.startswith("ey"):
        body = body.partition("_")[2]
    return 1.0 if _decoded(body).startswith(b'{"') else 0.0


_ENCRYPTED = ("ENCRYPTED", "Proc-Type: 4")
_BODY = re.compile(r"[A-Za-z0-9+/=]{16,}")


def private_key(candidate: Candidate) -> float:
    """The body of a key block is base64 of the right beginning and size; 0.8 where it is encrypted."""
    value = candidate.value
    inner = value.split("-----", 2)[-1]
    pieces = _BODY.findall(inner.replace("\\n", "\n").replace("\\r", ""))
    body = "".join(pieces)
    if len(body) < 64 or entropy(body[:2000]) < 3.5 or placeholder(body[:400]):
        return 0.0
    return 0.8 if any(mark in value for mark in _ENCRYPTED) else 1.0


def service_account(candidate: Candidate) -> float:
    return private_key(candidate) if "service_account" in candidate.near(3000, 3000) else 0.0


_AWS_ID = re.compile(r"A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}")


def aws_id(candidate: Candidate) -> float:
    """Sure where the forty characters of its secret stand near it; an id of words is none."""
    value = candidate.value
    if value.endswith("EXAMPLE"):
        return 0.0
    return 0.9 if any(map(str.isdigit, value)) else DOUBTFUL


def aws_secret(candidate: Candidate) -> float:
    """Forty signs of base64, of which a hash in hexadecimal has far fewer different ones."""
    value = candidate.value
    if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+|[A-Za-z/]+", value) or value.count("/") > 6 or wordlike(value):
        return 0.0
    return 1.0 if _AWS_ID.search(candidate.near(400, 400)) else 0.9


def basic(candidate: Candidate) -> float:
    """What follows `Basic` decodes to a name, a colon and a password that is no placeholder."""
    user, colon, password = _decoded(candidate.value).decode("latin-1").partition(":")
    both = user + password
    ascii_part = "".join(filter(str.isascii, both))
    if not colon or len(both) < 6 or not ascii_part.isprintable() or len(ascii_part) < 0.9 * len(both):
        return 0.0
    known = password or user
    return 0.0 if placeholder(known) or weak(known) else 0.9


_WEAK = frozenset(
    (
        "pass", "passwd", "password", "pwd", "secret", "token", "test", "testing", "user", "username",
        "admin", "root", "guest", "login", "hunter2", "changeit", "changeme", "foo", "bar", "baz", "abc",
        "123", "1234", "12345", "123456", "postgres", "mysql", "redis", "mongo", "mongodb", "rabbitmq",
        "default", "example", "key", "apikey", "api_key", "auth", "xxx", "yyy", "zzz", "p", "pw", "host",
        "port", "dbpass", "dbpassword", "db_password", "db_pass", "mypassword", "my_password", "userpass",
        "user_password", "somepassword", "p4ssw0rd", "passw0rd", "p@ssw0rd", "pa$$word", "s3cret",
        "secret123", "password123", "pass123", "test123", "admin123", "root123", "user123", "qwerty",
        "null", "none", "nil", "true", "false",
    )
)  # fmt: skip


def weak(password: str) -> bool:
    """Words that documentation writes where a password belongs."""
    words = [word for word in re.split(r"%[0-9a-f]{2}|[^a-z0-9@$]+", password.lower()) if len(word) > 2]
    return (bool(words) and all(word in _WEAK for word in words)) or names_itself(password)


_COMMON = _WEAK | frozenset(
    ("welcome", "demo", "hello", "sample", "temp", "temporary", "initial", "strong", "new", "my")
)
_LEET = str.maketrans("@$01345", "asoieas")
_LETTERS = re.compile(r"[a-z]+")


def common(password: str) -> bool:
    """Whether all words of a password are those of documentation, as in `Admin@123` and `P@ssw0rd!1`."""
    lower = password.lower()
    read = lower.rstrip("0123456789!?#$%*").translate(_LEET)
    spelled = (_LETTERS.findall(lower), _LETTERS.findall(read))
    return "password" in read or any(words and _COMMON.issuperset(words) for words in spelled)


def url_password(candidate: Candidate) -> float:
    """A password in an address: no template, no word of documentation, no name of a variable."""
    value = candidate.value
    if placeholder(value) or weak(value) or len(value) < 4 or re.fullmatch(r"[A-Z][A-Z_]+|\$.*|:.*", value):
        return 0.0
    near = candidate.near(80, 60)
    if re.search(r"\$\{?\w*$|[{<]\w*$", near.partition("\n")[0][-3:]):
        return 0.0
    before = near.split("\n")[0].rpartition("://")[2].rstrip(":")
    host = near.rpartition("\n")[2]
    if host.startswith(("@example.", "@host", "@hostname", "@server", "@<", "@{", "@$", "@...")):
        return DOUBTFUL if classes(value) >= 3 else 0.0
    if value.lower() in (before.lower(), before.lower() + "123"):
        return 0.0
    if wordlike(value) and entropy(value) < 3.0 and classes(value) < 3:
        return 0.0
    return 0.9


def bearer(candidate: Candidate) -> float:
    """A token behind `Bearer` or `Token`: letters and digits, no words, no placeholder."""
    value = candidate.value
    if not mixed(candidate) or wordlike(value) or placeholder(value) or entropy(value) < 3.0:
        return 0.0
    return 0.8


def header_key(candidate: Candidate) -> float:
    """Base64 of a JSON Web Token's header."""
    return 1.0 if _decoded(candidate.value).startswith(b"eyJ") else 0.0


def curl_header(candidate: Candidate) -> float:
    value = candidate.value
    if not any(map(str.isdigit, value)) or placeholder(value) or wordlike(value) or weak(value):
        return 0.0
    return 0.8


_LOGIN = re.compile(r"([\w.@$+-]+)[\"'\\]*:[\"'\\]*$")


def curl_password(candidate: Candidate) -> float:
    """A password behind `-u user:` that is none of documentation's words, and not the user's name again."""
    value = candidate.value
    login = _LOGIN.search(candidate.data[candidate.whole_start : candidate.start].decode("utf-8", "replace"))
    if (
        len(value) < 3
        or placeholder(value)
        or weak(value)
        or re.fullmatch(r"\$\w*|[A-Z_]+|\[.*\]|<.*", value)
    ):
        return 0.0
    if value.startswith(("$", "{{", "%")) or (login and login[1].lower() == value.lower()):
        return 0.0
    return 0.8 if classes(value) > 1 and (not wordlike(value) or classes(value) > 2) else 0.0


_QUOTES = b"\\\"'"


def password_of_login(candidate: Candidate) -> Iterator[tuple[int, int]]:
    """The password of `user:password`, less the quotes around either; the user where there is no password."""
    login = candidate.data[candidate.start : candidate.end]
    colon = login.find(b":")
    for low, high in ((colon + 1, len(login)), (0, colon)):
        bare = login[low:high].strip(_QUOTES)
        if bare:
            start = candidate.start + login.index(bare, low)
            yield start, start + len(bare)
            return

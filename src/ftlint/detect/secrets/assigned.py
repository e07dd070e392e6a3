"""What stands behind a name such as `password`: whether it is a secret, or code, a word, a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.detect.secrets.checks import DOUBTFUL, weak
from ftlint.detect.secrets.entropy import classes, entropy
from ftlint.detect.secrets.kind import Candidate
from ftlint.detect.secrets.stop import placeholder, wordlike

# Names that hold a word of the list and mean no secret.
_NOT_SECRET = re.compile(
    r"(?i)public|token(?:iz|s\b|_?(?:id|type|count|limit|name|url|uri|endpoint|len|ids)\b)|tokens[_ ]"
    r"|key[_ .-]?(?:id|name|path|file|board"
    r"|word|code|point|frame|type|size|len|alias|pair|ring|stone|store|vault|press|down|up|usage)"
    r"|secrets?[_ .-]?(?:name|id\b|ref|manager|version|arn|path)"
    r"|password[_ .-]?(?:hash|field|input|reset|policy|file|length|strength|confirm)|author|oauth"
    r"|authent|authoriz|author|csrf|nonce|foreign"
    r"|primary|special|next[_ ]?token|page[_ ]?token|pad|eos|bos|unk|mask|sep_token|cls|stop"
    r"|chat[_ ]?template|credentials?[_ .-]?id|access[_ .-]?id"
    r"|[_ .-](?:ur[il]|endpoint|host|port|file|path|dir|name)\b|hash|checksum|sha\d|md5|digest"
    r"|fingerprint|integrity|\bcommit|revision|etag|uuid|guid"
)
# Tokens that only mark a request or a place in a list.
_MARKER = re.compile(
    r"(?i)(?:request|change|update|purchase|verification|verify|continuation|sync|resume|upload|cursor|lock"
    r"|idempotency|pagination|page|next)[_ .-]?token"
)
_OPENS = re.compile(r"(?i)api|auth|access|secret|private|bearer|cred")
_HASH = re.compile(r"\$(?:2[aby]|1|5|6|argon2\w*|pbkdf2[\w-]*|scrypt)\$|pbkdf2_sha|^sha\d|^\{SSHA")
_REFERENCE = re.compile(
    r"^\d{4}-\d\d-\d\dT|^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+$|^[a-z_]+$|^[A-Z_]+$|^https?:|^[./~]|^[\w-]+\."
    r"(?:com|org|net|io|py|js|ts|json"
    r"|ya?ml|txt|pem|key|html|env|sh)$|^arn:|^projects/|^s3:|^gs:|^[+-]?[\d.,:/-]+$|^0x[0-9a-f]{1,16}$"
    r"|^\d[\d.-]*[a-z]{0,3}$"
)
_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DIGEST = re.compile(r"(?i)(?:0x)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{128})")
_PASSWORD = re.compile(r"(?i)passw|passphrase|pwd|\bpass\b|_pass")


def secret_value(candidate: Candidate) -> float:
    """How likely a value is a secret. Passwords may be short; keys must look random."""
    value = candidate.value
    name = candidate.data[candidate.whole_start : candidate.start].decode("utf-8", "replace")
    before = candidate.data[max(0, candidate.whole_start - 24) : candidate.whole_start].decode(
        "utf-8", "replace"
    )
    word = before.split()[-1] if before.split() and before[-1:].strip() else ""
    if (
        _NOT_SECRET.search(word + name)
        or _MARKER.search(word + name)
        or placeholder(value)
        or weak(value)
        or _REFERENCE.search(value)
    ):
        return 0.0
    if _HASH.search(value) or wordlike(value) or _elsewhere(name):
        return 0.0
    if _PASSWORD.search(name):
        # A password as its hash, which databases and exercises hold.
        if _DIGEST.fullmatch(value):
            return 0.0
        return _password(candidate, value)
    if _UUID.fullmatch(value):
        return DOUBTFUL if _OPENS.search(word + name) else 0.0
    return _key(value)


def _elsewhere(name: str) -> bool:
    """Whether the value is bare behind a bracket (a class, a call), or in the line after a comma (a list)."""
    between = name[len(name.rstrip("\"'`\\(, \t\n")) :]
    return ("(" in between and between[-1] not in "\"'`") or ("," in between and "\n" in between)


def _password(candidate: Candidate, value: str) -> float:
    """A password of three classes of characters and a digit or sign; one of two must look like a key."""
    if classes(value) < 2 or entropy(value) < 2.8 or not re.search(r"\d|[^\w\s]", value):
        return 0.0
    if classes(value) >= 3 and len(value) >= 8:
        return 0.7
    return _key(value)


def _key(value: str) -> float:
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return 0.0
    if len(value) < 16 or value.startswith("0x") or entropy(value) < 3.5:
        return 0.0
    return 0.7


def trimmed(candidate: Candidate) -> Iterator[tuple[int, int]]:
    """The value without the signs that end a sentence."""
    value = candidate.data[candidate.start : candidate.end]
    yield candidate.start, candidate.start + len(value.rstrip(b".:!?"))


_DATA = re.compile(
    rb"(?m)^([ \t]*)(?:data|stringData):[ \t]*(?:#[^\n]*)?\n((?:(?:\1[ \t]+[^\n]*|[ \t]*(?:#[^\n]*)?)"
    rb"(?:\n|\Z))*)"
)
_SECRET = re.compile(rb"(?i)\bkind\\*[\"']?:\s*\\*[\"']?secret\b")
_DOCUMENT = 20_000
"""How far from `kind: Secret` its data is looked for, in bytes."""
_ENTRY = re.compile(
    rb"(?m)^[ \t]+[\w.-]+:[ \t]*(?:(?:\||>)[+-]?[ \t]*\n[ \t]+)?[\"']?([A-Za-z0-9+/]{10,}={0,3})[\"']?[ \t]*$"
)


def kubernetes_values(candidate: Candidate) -> Iterator[tuple[int, int]]:
    """The base64 values under `data:` of the YAML document that the match says is a Secret."""
    data = candidate.data
    low = max(data.rfind(b"\n---", 0, candidate.start) + 1, candidate.start - _DOCUMENT)
    if _SECRET.search(data, low, candidate.whole_start):
        return  # the first one in the document has told them
    high = data.find(b"\n---", candidate.end, candidate.end + _DOCUMENT)
    high = min(candidate.end + _DOCUMENT, len(data)) if high < 0 else high
    for block in _DATA.finditer(data, low, high):
        for entry in _ENTRY.finditer(data, block.start(2), block.end(2)):
            yield entry.span(1)

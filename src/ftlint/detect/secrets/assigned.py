"""What stands behind a name such as `password`: whether it is a secret, or code, a word, a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.detect.secrets.checks import DOUBTFUL, common, weak
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
    r"|authent|csrf|nonce|foreign"
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
_PASSWORD = re.compile(
    r"(?i)passw|passphrase|passcode|pwd|\bpw\b|\bpass\b|_pass|kennwort|contrase[ñn]a|senha|mot[ _]de[ _]passe"
    r"|\bmdp\b|парол|has[łl]o|wachtwoord|lösenord|密[码碼]|口令|パスワード|비밀번호"
)
_TAG = re.compile(r"<[^<>]*>")
# Signs that people end a password with, and that no path, word or name of a model holds.
_STRONG = re.compile(r"[!?#$%*^~+]|@(?!\w+\.)")


def secret_value(candidate: Candidate) -> float:
    """How likely a value is a secret. Passwords may be short; keys must look random."""
    value = candidate.value
    name = _TAG.sub("", candidate.data[candidate.whole_start : candidate.start].decode("utf-8", "replace"))
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
    if _HASH.search(value) or _elsewhere(name):
        return 0.0
    password = bool(_PASSWORD.search(name))
    if password and common(value):
        return 0.0
    if wordlike(value):
        return 0.7 if password and _thought_up(value) else 0.0
    if password:
        # A password as its hash, which databases and exercises hold.
        return 0.0 if _DIGEST.fullmatch(value) else _password(value)
    if _UUID.fullmatch(value):
        return DOUBTFUL if _OPENS.search(word + name) else 0.0
    return _key(value)


def _elsewhere(name: str) -> bool:
    """Whether the value is bare behind a bracket (a class, a call), or in the line after a comma (a list)."""
    between = name[len(name.rstrip("\"'`\\(, \t\n")) :]
    return ("(" in between and between[-1] not in "\"'`") or ("," in between and "\n" in between)


def _thought_up(value: str) -> bool:
    """Whether a value of words and numbers is a password all the same: all four classes of characters."""
    return bool(classes(value) == 4 and entropy(value) >= 2.8 and _STRONG.search(value))


def _password(value: str) -> float:
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


_PAIRED = (b'"', b"'", b"`")


def trimmed(candidate: Candidate) -> Iterator[tuple[int, int]]:
    """The value as it is in quotes; else without the signs that end a sentence and Markdown's around it.

    A `!` or `?` stays: more passwords end in one than sentences end in a password.
    """
    data, start, end = candidate.data, candidate.start, candidate.end
    opened = start
    while opened and data[opened - 1] == ord("*"):
        opened -= 1
    stars = start - opened
    closed = len(data[start:end]) - len(data[start:end].rstrip(b"*"))
    if stars and closed:
        end -= min(stars, closed)
    elif stars == 1 and data[end : end + 1] != b"*":
        start = opened  # a `*` that nothing closes is the password's own
    quote = data[start - 1 : start]
    if not (quote in _PAIRED and data[end : end + 2].lstrip(b"\\")[:1] == quote):
        end = start + len(data[start:end].rstrip(b".:"))
    yield start, end


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

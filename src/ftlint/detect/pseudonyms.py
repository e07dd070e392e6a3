"""Pseudonyms: values of the same kind that belong to nobody, always the same for one value and one key.

Each kind draws from a set that can be told by its look alone, so that a pseudonym is never taken for a value.
"""

from __future__ import annotations

import ipaddress
import re
import string
from base64 import b32encode
from collections.abc import Callable, Iterator
from itertools import product

from ftlint.detect.keyed import digest, normal_form
from ftlint.detect.pii.checksums import luhn, mod97

SMALL = frozenset({"phone", "ip", "mac", "ssn", "person"})
"""Kinds with so few pseudonyms that two values among some thousands may share one."""

_FIRST = (
    "Alex", "Andy", "Ash", "Blair", "Bo", "Casey", "Charlie", "Chris", "Dana", "Drew", "Eden", "Ellis",
    "Frankie", "Gray", "Jamie", "Jo", "Jordan", "Kim", "Lee", "Lou", "Max", "Morgan", "Nat", "Nico",
    "Pat", "Quinn", "Robin", "Sam", "Sasha", "Taylor", "Toni", "Val",
)  # fmt: skip
_ONSET = ("Ba", "Ce", "Do", "Fa", "Go", "Hu", "Ju", "Ke", "La", "Mi", "No", "Pe", "Ru", "So", "Ta", "Vi")
_MIDDLE = (
    "bro", "cla", "dre", "fli", "gru", "kra", "lom", "mur", "nes", "pli", "qua", "ros", "sko", "tri", "vel",
    "zan",
)  # fmt: skip
_LATE = ("ba", "de", "fo", "gi", "ka", "le", "mo", "nu", "pa", "re", "si", "to", "va", "wi", "xe", "zo")
_ENDING = "wyle"
_SURNAME = rf"(?:{'|'.join(_ONSET)})(?:{'|'.join(_MIDDLE)})(?:{'|'.join(_LATE)}){_ENDING}"

_CARD_START = "9999"
_REST = 41
"""What a made-up card leaves when divided by 97: of other numbers one in a hundred does."""

_CHECK = "57"
"""Digits with which the check of a made-up account would be right: of other accounts one in a hundred's."""

_LETTER = "0-9A-Za-z"
_LATIN = _LETTER + "_\u00c0-\u024f"
"""What a value does not touch; letters of scripts without spaces may well touch one: `电话`."""


def _not_behind(signs: str) -> str:
    """What stands before is none of these, or the end of an escape: `\\n` in JSON inside a text."""
    return rf"(?:(?<![{signs}])|(?<=\\[nrtbf]))"


_KNOWN = (
    (
        "@example.com",
        re.compile(_not_behind(f"{_LETTER}.+-") + rf"user-[a-z2-7]{{12}}@example\.com(?!-?[{_LETTER}])"),
    ),
    ("555-01", re.compile(r"(?<!\d)(?:\+1 )?(?:\([2-9]\d\d\) |[2-9]\d\d-)555-01\d\d")),
    (
        "2001:db8:",
        re.compile(_not_behind("A-Za-z") + rf"2001:db8(?::[0-9a-f]{{1,4}}){{6}}(?![{_LETTER}])"),
    ),
    (
        "5E",
        re.compile(
            _not_behind(_LETTER)
            + r"(?<!\b[0-9A-Fa-f]{2}[:-])"  # a further octet; the `ac:` of `mac:` is none
            + rf"02([:-])00\1[5]E(?:\1[0-9A-F]{{2}}){{3}}(?![{_LETTER}]|[:-][0-9A-Fa-f]{{2}}\b)"
        ),
    ),
    (_ENDING, re.compile(rf"{_not_behind(_LATIN)}(?:(?:{'|'.join(_FIRST)}) )?{_SURNAME}(?![{_LATIN}])")),
    (".", re.compile(r"(?<!\d)(?<!\d\.)2[4-5]\d(?:\.\d{1,3}){3}(?!\.?\d)")),
    ("-", re.compile(r"(?<!\d)(?<!\d-)9\d\d-[0-4]\d-\d{4}(?!-?\d)")),
)
"""What a text cannot hold the form without, and the form."""

_CARDS = re.compile(rf"(?<!\d){'[ .-]?'.join(_CARD_START)}(?:[ .-]?\d){{8,15}}(?!\d)")
_IBANS = re.compile(_not_behind("A-Za-z0-9") + r"[A-Z]{2}[ -]?0[ -]?0(?:[ -]?[A-Z0-9]){10,30}")
_SHORTEST_IBAN = 14


def of(key: bytes, kind: str, value: str) -> str | None:
    """A value's pseudonym; None for a kind that has none."""
    make = _MAKERS.get(kind)
    return None if make is None else make(digest(key, "pseudonym", kind, value), value)


def found(text: str) -> Iterator[tuple[int, int]]:
    """Where pseudonyms stand, whatever the key."""
    for needed, form in _KNOWN:
        if needed in text:
            for match in form.finditer(text):
                yield match.span()
    if "999" in text or "9 9" in text or "9-9" in text or "9.9" in text:
        for match in _CARDS.finditer(text):
            if int(_digits(match.group())) % 97 == _REST:
                yield match.span()
    if "0" in text and any(map(str.isupper, text)):
        for match in _IBANS.finditer(text):
            if end := _iban_end(text, *match.span()):
                yield match.start(), end


def covers(text: str, start: int, end: int) -> bool:
    """Whether [start, end) lies within a pseudonym: then it is nobody's."""
    low, high = max(0, start - 64), end + 64
    return any(first <= start - low and end - low <= last for first, last in found(text[low:high]))


def _number(made: bytes) -> int:
    return int.from_bytes(made, "big")


def _email(made: bytes, _: str) -> str:
    return f"user-{b32encode(made)[:12].decode().lower()}@example.com"


def _phone(made: bytes, value: str) -> str:
    """A North American number kept for fiction: 555-0100 to 555-0199 in any of 712 area codes."""
    rest, line = divmod(_number(made), 100)
    rest, last = divmod(rest, 10)
    area = f"{2 + rest % 8}{rest // 8 % 9}{last}"
    if area[1:] == "11":
        area = f"{area[0]}0{last}"
    start = value.lstrip()
    if start.startswith(("+", "00", "＋")):
        return f"+1 {area}-555-01{line:02}"
    return f"({area}) 555-01{line:02}" if "(" in value else f"{area}-555-01{line:02}"


def _ip(made: bytes, value: str) -> str:
    """An address that no network has: of 240.0.0.0/4 (RFC 1112), or of 2001:db8::/32 (RFC 3849)."""
    if ":" in normal_form("ip", value):
        groups = (f"{int.from_bytes(made[2 * i : 2 * i + 2], 'big') | 0x1000:x}" for i in range(6))
        return f"2001:db8:{':'.join(groups)}"
    # the last address of the range is the broadcast address
    return str(ipaddress.IPv4Address((240 << 24) + _number(made) % ((1 << 28) - 1)))


def _mac(made: bytes, value: str) -> str:
    """A locally administered address: the one bit sets it off the range that RFC 7042 keeps for examples."""
    sign = "-" if "-" in value else ":"
    return sign.join(("02", "00", "5E", *(f"{byte:02X}" for byte in made[:3])))


def _ssn(made: bytes, _: str) -> str:
    """No area is 900 or above; taxpayer numbers, which begin so, have no group below 50."""
    number = _number(made)
    return f"9{number % 100:02}-{number // 100 % 50:02}-{number // 5000 % 10000:04}"


def _card(made: bytes, value: str) -> str:
    """The same length and separators, a first digit that no issuer has, and a Luhn digit that fails."""
    size = len(_digits(value))
    if not 12 <= size <= 19:
        size = 16
        value = "0" * size
    whole, room = _number(made), size - len(_CARD_START) - 2
    while True:
        body = _CARD_START + f"{whole % 10**room:0{room}}"
        last = (_REST - int(body) * 100) % 97
        digits = f"{body}{last:02}"
        if not luhn(digits):
            return _shaped(value, digits)
        whole += 1


def _iban(made: bytes, value: str) -> str:
    """The same country, length and grouping; check digits of 00, which no account has."""
    signs = [char for char in value if char.isalnum()]
    country = "".join(signs[:2]).upper()
    if not (country.isascii() and country.isalpha()) or len(signs) < _SHORTEST_IBAN:
        country, signs = "XX", list("XX00") + ["0"] * 18
        value = "".join(signs)
    seed = _number(made)
    while True:
        whole, body = seed, ""
        for char in signs[4:-2]:
            whole, place = divmod(whole or seed, 10 if char.isdecimal() else 26)
            body += str(place) if char.isdecimal() else chr(65 + place)
        # the last two signs make the remainder; of all that stands before them only its own counts
        before = int("".join(str(int(char, 36)) for char in body)) % 97
        choices = (string.digits if char.isdecimal() else string.ascii_uppercase for char in signs[-2:])
        for last in product(*choices):
            if mod97(f"{before:02}{''.join(last)}{country}{_CHECK}"):
                return _shaped(value, f"{country}00{body}{''.join(last)}")
        seed += 1


def _iban_end(text: str, start: int, stop: int) -> int:
    """Where a made-up account ends, 0 for none: what follows it may look like more of it."""
    signs = ""
    for at in range(start, stop):
        if not text[at].isalnum():
            continue
        signs += text[at]
        ends = re.match(rf"[{_LETTER}_]", text[at + 1 : at + 2]) is None
        if ends and len(signs) >= _SHORTEST_IBAN and mod97(f"{signs[:2]}{_CHECK}{signs[4:]}"):
            return at + 1
    return 0


def _person(made: bytes, value: str) -> str:
    """A first name that says nothing of its bearer and a surname that nobody has; one word for one word."""
    number = _number(made)
    surname = _ONSET[number % 16] + _MIDDLE[number // 16 % 16] + _LATE[number // 256 % 16] + _ENDING
    return f"{_FIRST[number // 4096 % 32]} {surname}" if len(value.split()) > 1 else surname


_MAKERS: dict[str, Callable[[bytes, str], str]] = {
    "email": _email, "phone": _phone, "ip": _ip, "mac": _mac, "ssn": _ssn, "card": _card, "iban": _iban,
    "person": _person,
}  # fmt: skip


def _shaped(value: str, signs: str) -> str:
    """`signs` with the separators of `value`."""
    following = iter(signs)
    return "".join(next(following, "") if char.isalnum() else char for char in value)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

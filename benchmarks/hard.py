"""Texts made to trip a scan for personal data: values of all kinds, bent, glued, near and far from words.

Checksums hold more often than by chance, digits and spaces are of many scripts, and no value is anyone's.
"""

import random
from collections.abc import Callable, Iterator

DIGITS = [chr(zero + n) for zero in (0x660, 0x6F0, 0x966, 0xE50, 0xFF10, 0x1D7CE) for n in range(10)]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2009", "\u202f", "\u3000", "\u200b", "\x1e", ""]
EDGES = [*"(),.;:!?\"'[]{}<>=/\\|-_+*&^%$#@~`", "", "", "", "\u20ac", "\u00b0", "\u4e2d", "\u00e9", "a", "X"]
EDGES += ["0", "'s", "..", "::"]
VOCABULARY = (
    "please call my phone number telephone mobile cell card credit visa amex account bank check iban"
    " transaction social security ssn passport travel document united states tax taxpayer itin"
    " individual ip ipv4 address mac ethernet wallet btc bitcoin email nhs medical certificate driver"
    " license permit date birthday uuid guid the a of is at to be it was in on ext ext. int x order"
    " total version chapter page room year duplicate script zip become important street invoice amount"
    " value caf\u00e9 \u7535\u8bdd \u043d\u043e\u043c\u0435\u0440 stra\u00dfe \u0130stanbul"
    " \u212aelvin \u017faid anexo \u0434\u043e\u0431"
)
WORDS = VOCABULARY.split()
SUFFIXES = [
    "com",
    "org",
    "co.uk",
    "de",
    "io",
    "museum",
    "local",
    "invalid",
    "xn--p1ai",
    "c",
    "\u0440\u0444",
    "com2",
]
HEX = "0123456789abcdefABCDEF"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

Draw = random.Random


def hard_texts(count: int, seed: int = 7) -> Iterator[str]:
    """The first `count` texts of a seed; more of them begin with the same ones."""
    draw = random.Random(seed)
    for _ in range(count):
        yield _text(draw)


def _text(draw: Draw) -> str:
    pieces: list[str] = []
    for _ in range(draw.choice((1, 1, 2, 2, 3, 5, 8))):
        pieces += _filler(draw)
        value = draw.choice(KINDS)(draw)
        for _ in range(draw.choice((0, 0, 0, 1, 1, 2))):
            value = _bent(draw, value)
        if draw.random() < 0.2:
            value += draw.choice(("", " ", "-", ".", "/", ", ", "\n")) + draw.choice(KINDS)(draw)
        pieces.append(
            draw.choice(EDGES) * (draw.random() < 0.4) + value + draw.choice(EDGES) * (draw.random() < 0.4)
        )
    pieces += _filler(draw)
    return "".join(piece + draw.choice(SPACES if draw.random() < 0.25 else [" "]) for piece in pieces)


def _filler(draw: Draw) -> list[str]:
    many = draw.choice((0, 0, 1, 2, 4, 6, 7, 12))
    words = [draw.choice(WORDS) for _ in range(many)]
    return [
        word.upper() if draw.random() < 0.1 else word + draw.choice(EDGES) * (draw.random() < 0.1)
        for word in words
    ]


def _bent(draw: Draw, value: str) -> str:
    """One small change."""
    if not value:
        return value
    at = draw.randrange(len(value))
    change = draw.randrange(9)
    if change == 0:
        return value[:at] + value[at + 1 :]
    if change == 1:
        return value[:at] + value[at] + value[at:]
    if change == 2:
        return value[:at] + draw.choice(SPACES) + value[at:]
    if change == 3:
        return value[:at] + draw.choice(EDGES) + value[at:]
    if change == 4:
        return "".join(_foreign(draw, one) if draw.random() < 0.3 else one for one in value)
    if change == 5:
        return value.swapcase() if draw.random() < 0.5 else value.upper()
    if change == 6:
        return value[:at] + draw.choice("0123456789") + value[at + 1 :]
    if change == 7:
        return value[:at] + "\n" + value[at:]
    return value.replace("-", draw.choice(["\u2010", "\u2013", " ", ".", ""])).replace(
        " ", draw.choice(SPACES)
    )


def _foreign(draw: Draw, one: str) -> str:
    if one in "kKsSiI":
        return {"k": "\u212a", "s": "\u017f", "i": draw.choice("\u0131\u0130")}[one.lower()]
    return draw.choice(DIGITS[int(one) :: 10]) if one in "0123456789" else one


def _digits(draw: Draw, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def _grouped(draw: Draw, digits: str, groups: tuple[int, ...], marks: str = "- ./") -> str:
    mark, cut, at = draw.choice(marks), [], 0
    for size in groups:
        cut.append(digits[at : at + size])
        at += size
    return (mark if draw.random() < 0.7 else "").join([*cut, *([digits[at:]] if digits[at:] else [])])


def _luhn(digits: str) -> str:
    total = sum(sum(divmod(int(one) * 2, 10)) for one in digits[-1::-2]) + sum(map(int, digits[-2::-2]))
    return digits + str(-total % 10)


def _card(draw: Draw) -> str:
    digits = draw.choice("134562") + _digits(
        draw, draw.choice((10, 11, 12, 13, 14, 14, 14, 15, 16, 17, 18)) - 0
    )
    digits = _luhn(digits) if draw.random() < 0.8 else digits
    return _grouped(draw, digits, draw.choice(((4, 4, 4), (4, 6), (4, 3, 3), (6,), ())), "- -\u2013")


def _email(draw: Draw) -> str:
    local = "".join(draw.choice("abcxyz019._%+-'\u00e9") for _ in range(draw.randrange(1, 12)))
    host = "".join(draw.choice("abcxyz019-_") for _ in range(draw.randrange(1, 9)))
    return f"{local}@{host}{draw.choice(('.', '.mail.', '..', '-.'))}{draw.choice(SUFFIXES)}"


IBAN_LENGTHS = {"DE": 22, "GB": 22, "FR": 27, "NL": 18, "NO": 15, "PL": 28, "CH": 21, "MT": 31, "XX": 20}


def _iban(draw: Draw) -> str:
    country = draw.choice(list(IBAN_LENGTHS))
    rest = _digits(draw, IBAN_LENGTHS[country] - 4)
    if country in {"GB", "NL", "MT"}:
        rest = "ABCD" + rest[4:]
    number = "".join(str(int(one, 36)) for one in rest + country + "00")
    iban = (
        f"{country}{98 - int(number) % 97:02d}{rest}"
        if draw.random() < 0.8
        else f"{country}{_digits(draw, 2)}{rest}"
    )
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)) if draw.random() < 0.5 else iban


def _ssn(draw: Draw) -> str:
    return _grouped(draw, _digits(draw, 9), draw.choice(((3, 2), (5,), (3,), (3, 2), (3, 2), ())), "-- .-")


def _ip(draw: Draw) -> str:
    four = ".".join(
        str(draw.randrange(draw.choice((256, 256, 300)))) for _ in range(draw.choice((3, 4, 4, 4, 4, 5)))
    )
    six = [f"{draw.randrange(65536):x}" for _ in range(draw.choice((8, 8, 7, 4, 2, 1)))]
    form = draw.randrange(7)
    if form < 3:
        return four + draw.choice(("", "", "/24", "/33", ":80"))
    if form == 3:
        return ":".join(six)
    if form == 4:
        cut = draw.randrange(len(six) + 1)
        return ":".join(six[:cut]) + "::" + ":".join(six[cut:-1]) + draw.choice(("", "/64", "%eth0"))
    return draw.choice(
        ("::", "::1", "a::", "::ffff:" + four, ":".join(six[:3]) + "::" + four, "std::vector", "dead::")
    )


def _mac(draw: Draw) -> str:
    octets = [draw.choice(HEX) + draw.choice(HEX) for _ in range(draw.choice((5, 6, 6, 6, 6, 7)))]
    if draw.random() < 0.2:
        return ".".join("".join(draw.choice(HEX) for _ in range(4)) for _ in range(3))
    return draw.choice(":-").join(octets) if draw.random() < 0.9 else octets[0] + ":" + "-".join(octets[1:])


def _crypto(draw: Draw) -> str:
    from hashlib import sha256

    body = bytes([draw.choice((0, 5))]) + draw.randbytes(20)
    number = int.from_bytes(body + sha256(sha256(body).digest()).digest()[:4], "big")
    text = ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return draw.choice(
        (
            "1" * (body[0] == 0) + text,
            text,
            "bc1" + "".join(draw.choice("qpzry9x8gf2tvdw0s3jn54khce6mua7l") for _ in range(39)),
        )
    )


# Each d becomes a digit.
PHONE_FORMS = (
    "+1 ddd ddd dddd", "(ddd) ddd-dddd", "ddd-ddd-dddd", "+49 ddd ddddddd", "+49(0)dd dddddd",
    "0dd dddd dddd", "0d dd dd dd dd", "dddddd", "dddd", "16dd", "164d", "ddddddd", "+d", "00dd ddd dddddd",
    "ddd int. dd", "ddd int dd", "dddddd int.ddd-dd", "d int. ddd", "ddd ddd dddd ext. ddd",
    "ddd.ddd.dddd x ddd", "ddd ddd dddd;ext=dd", "dd dd dd dd", "dd/dd/dddd", "dddd-dd-dd dd:dd",
    "ddd-ddd (dddd)", "dddddddddd/dddddddddd", "+98 ddddd", "011 44 dd dddd dddd", "0800 dddd",
    "1-800-ddd-dddd", "ddd (0) ddd dddd", "dddd dddd dddd dddd dddd dddd dddd dddd dddd dddd dddd dddd",
    "ddddd-dddd", "[ddd] dddd dddd", "1 (ddd) ddddddd#dd", "dxddd dddd", "ddd dddd, ext: ddd-dddd",
    "dd anexo dd dddd", "ddd\u0434\u043e\u0431.dddd ddd", "dddddd,\tint dddd",
    "dd \uff45\uff58\uff54\uff0edddd", "ddd ext: ddd - dddd", "ddd extensio\u0301n dddd",
    "ddd extensi\u00f3 dddddd", "dddd-dd-dd dd:dd:dd", "19dd/dd/dd dd:dd", "ddd  -  ddd#", "d,ddd,ddd",
    "ddd=dddd", "ddddd,,,x,ddd",
)  # fmt: skip


def _phone(draw: Draw) -> str:
    form = draw.choice(PHONE_FORMS)
    return "".join(draw.choice("0123456789") if one == "d" else one for one in form)


def _plain_number(draw: Draw) -> str:
    return _digits(draw, draw.choice((3, 4, 5, 6, 7, 8, 9, 9, 9, 10, 12, 13, 16, 18, 21, 45))) + draw.choice(
        ("", "", "", ".5", "%", "$")
    )


def _itin(draw: Draw) -> str:
    return _grouped(
        draw,
        "9" + _digits(draw, 2) + draw.choice("5678999") + _digits(draw, 5),
        draw.choice(((3, 2), (5,), (3,), ())),
        "- ",
    )


def _nhs(draw: Draw) -> str:
    digits = _digits(draw, 9)
    check = -sum(int(one) * weight for one, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return _grouped(draw, digits + str(check % 10), (3, 3), "- ")


def _coded(draw: Draw) -> str:
    letters = "".join(draw.choice("ABCDEFGHJKsxk\u212a") for _ in range(draw.choice((1, 1, 2, 3))))
    return letters + _digits(draw, draw.choice((4, 6, 7, 7, 8, 8, 9, 12))) + draw.choice(("", "", "A", "R"))


def _uuid(draw: Draw) -> str:
    return "-".join("".join(draw.choice(HEX) for _ in range(size)) for size in (8, 4, 4, 4, 12))


def _date(draw: Draw) -> str:
    mark = draw.choice("-/.")
    month = draw.choice((str(draw.randrange(1, 14)), "Sep", "JUN", "oct"))
    return draw.choice(
        (
            f"{draw.randrange(1, 33)}{mark}{month}{mark}{_digits(draw, draw.choice((2, 4)))}",
            f"20{_digits(draw, 2)}{mark}{month}{mark}07T12:00:00Z",
        )
    )


KINDS: tuple[Callable[[Draw], str], ...] = (
    _card, _email, _iban, _ssn, _ip, _mac, _crypto, _phone, _phone, _phone, _plain_number, _itin, _nhs,
    _coded, _uuid, _date,
)  # fmt: skip

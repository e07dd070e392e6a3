"""What is no telephone number, though phonenumbers takes it for one.

phonenumbers accepts whatever is a possible number in one of eight regions, German ones without their
leading 0 among them: `3000-1500`, a year, an ISBN. So a number must be written as one: behind a word
that says so, with + or a leading 0 or brackets, or grouped as in North America, India or Brazil, where
the 0 is not written.
"""

from __future__ import annotations

import re

from ftlint.detect.pii import surroundings

LEAST_DIGITS, MOST_DIGITS = 7, 15
"""Subscriber numbers have seven digits or more; ITU-T E.164 ends at 15."""

LEAST_GROUPS = 3
"""Of a number with an area code that cannot be two numbers with a mark between."""

LEAST_WITH_AREA = 9
"""A trunk 0 or an area in brackets, the area code and the subscriber's number."""

LEAST_BARE = 10
"""Of a bare run of digits behind a bare noun in Chinese or Japanese."""

_NOUN = (
    r"(?:(?:tele)?phone|\bph(?=[.:])|fono|\btel(?:efon\w*|éfono|e?fax|\b)|\bmobile|\bmobil|móvil|\bcelular"
    r"|\bcell(?:phone|ular)?|landline|hotline|\bfax|\bhandy|\bwhats\s?app|msisdn|\bsms|\bpager|\bdesk"
    r"|(?P<unspaced>电话|手机|전화|電話|手機|휴대폰|携帯)(?:号码|号|番号|번호)?)"
)
_VERB = r"\b(?:call|text|ring|dial|reach|contact|whatsapp|answer|message)(?:s|ed|ing)?"
_WHOM = r"(?:\s+(?:me|us|him|her|them|back|directly|toll[ -]free))?\s+(?:on|at)\s+"
_LINK = (
    r"(?:[_\s-]?(?:numbers?|num|no|nr|nos)\b\.?)?(?:\s(?:is|at|on|office|home|work)\b)?"
    r"[\s:;#=|>\-*_\"'.(：是为は\\]{0,12}"
)
LABEL = re.compile(rf"(?:{_NOUN}(?P<link>{_LINK})|{_VERB}{_WHOM})\Z", re.IGNORECASE)
LABEL_REACH = 40
LABEL_BEHIND = re.compile(
    r"[ \t]*-?[ \t]*(?:office|fax|mobile|cell|desk|landline|phone)\b[ \t]*(?:\Z|[\r\n,;\\|])"
    r"|[ \t]+is[ \t]+(?:my|his|her|our|their)[ \t]+(?:\w+[ \t]+)?(?:phone|cell|mobile|telephone|fax|number)\b"
    r"|[ \t]*(?:是|为|就是)[ \t]*(?:我|你|您|他|她)?们?的?(?:电话|手机|電話|手機)",
    re.IGNORECASE,
)

_DECIMAL = re.compile(r"[-(]*\d+[.,]\d+\)?|[-(]*\.\d+\)?")
_OPERATION = re.compile(r"\d\)?\s+[-–−/]\s+\(?\d|\d\s*[–−]\s*\d|\(\d*\.\d+\)|\d\s*/\s*\d")
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/._ ](?:0?[1-9]|1[0-2])[-/._ ](?:[0-2]?\d|3[01])"
    r"|(?:[0-2]?\d|3[01])[-/._ ](?:[0-2]?\d|3[01])[-/._ ]\d{4}|\d\d?([-/.])\d\d?\1(?:19|20)\d\d"
    r"|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s*[-–—/]\s*(?:19|20)\d\d)(?!\d)"
)
_FOUR_OCTETS = re.compile(r"\(?(?:\d{1,3}\.){3}\d{1,3}\)?")
_NORTH_AMERICA = re.compile(r"(?:1[-. ]?)?[2-9]\d{2}[-. ]?[2-9]\d{2}[-. ]?\d{4}|[2-9]\d{2}[-. ]\d{4}")
_WITH_AREA = re.compile(r"1?[-. ]?\(?[2-9]\d{2}\)?[-. ]*[2-9]\d{2}[-. ]\d{4}\s*(?:x|ext|#|$)")
_INDIA = re.compile(r"[6-9]\d{4}[- ]?\d{5}|[6-9]\d{2}[- ]\d{3}[- ]\d{4}")
_NO_AREA = re.compile(r"0(?!\d)|\((?:19|20)\d\d\)")
# Code points and other numbers in columns of four.
_CODES = re.compile(r"0\d{3}(?: \d{4}){2,}")
_SPOKEN_OF = re.compile(
    r"\b(?:call(?!\s+(?:the\s+|a\s+)?(?:function|method|api|stack|site|graph|id)\b|\()|number|phone|mobile|cell"
    r"|whatsapp|contact|reach|dial|text|sms|tel|fax)\b|电话|手机|전화|電話|手機",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\D{1,3}(?:19|20)\d\d)+")
_AMERICAN = re.compile(
    r"(?:1[-. ]{1,2})?\(?[2-9]\d{2}\)?[-. ]{1,2}[2-9]\d{2}[-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?"
)
_OPERAND = re.compile(r"[\w)\]]\Z|\d\s\Z")
_CALCULATED = re.compile(r"\A\)?[^\S\n]*(?:[-+*×÷=/–−^]|==)\s*[$€£]?\d")
_TYPOGRAPHIC = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-")}
    | {**dict.fromkeys("\xa0\u202f\u2007\u3000", " "), "（": "(", "）": ")", "＋": "+", "．": "."}
)
_BRAZIL = re.compile(r"[1-9]\d[- ]9?\d{4}-\d{4}")
_IDENTIFIER = (
    r"(?:\bISBN(?:-1[03])?|\bISSN|\bOCLC|\bPMID|\bDOI|\bASIN|\bUPC|\bEAN|\bIMEI|\border|\binvoice|\bticket|\bcase"
    r"|\brevision|\bversion|\bdocument|\bserial|\bsku|\bport|\baccount|\bacct|\bseed|\bhash|\btimestamp|\bepoch"
    r"|\brouting|\baba|\btracking|\bpassport|\bpolicy|\bclaim|(?<![A-Za-z0-9])id|\buid|#)[\W_]{0,3}(?:(?:no|number|id|is|of)\b\W{0,3}){0,2}\Z"
)

# The largest of signed and unsigned integers, and moduli of competitive programming: in every other
# piece of code.
_CONSTANTS = frozenset(
    {"2147483647", "2147483648", "4294967295", "4294967296", "1000000007", "1000000009", "9999999999"}
)


def labelled(text: str, start: int, end: int) -> bool:
    """A telephone word leads up to the number, or stands alone behind it."""
    lead = surroundings.before(text, start, LABEL_REACH)
    label = LABEL.search(lead)
    if label is None and lead.rstrip()[-1:] == ">":
        label = LABEL.search(surroundings.untagged(text, start, LABEL_REACH))
    value = text[start:end]
    if label is None:
        return bool(LABEL_BEHIND.match(surroundings.after(text, end, 24)))
    if label["link"] is None or label["link"].strip() or not value.isdecimal():
        return True
    # `mobile 1200000`: a bare number behind a bare noun is more likely a count. Without spaces between
    # words a long one is not.
    return bool(label["unspaced"]) and len(value) >= LEAST_BARE


def linked(text: str, start: int, end: int) -> bool:
    """In square brackets, as the text of a link is: to phonenumbers the one behind matches none."""
    value = text[start:end].translate(_TYPOGRAPHIC)
    return (
        text[start - 1 : start] == "["
        and text.startswith("]", end)
        and (_plain(value) or _international(text, start, value))
    )


def refused(text: str, start: int, end: int) -> bool:
    written = text[start:end]
    digits = surroundings.digits_of(written.partition("x")[0])
    if not LEAST_DIGITS <= len(digits) <= MOST_DIGITS or (len(set(digits)) <= 2 and "555" not in digits):
        return True
    value = written.translate(_TYPOGRAPHIC)
    plain, international = _plain(value), _international(text, start, value)
    apart = ",;/" if plain or international else ""
    if surroundings.part_of_longer(text, start, end, apart) or _in_timestamp(text, start, end):
        return True
    if (
        _FOUR_OCTETS.fullmatch(value)
        or _DECIMAL.fullmatch(value)
        or _table(written)
        or _YEARS.fullmatch(value)
    ):
        return True
    # A telephone word and a leading + outrank what stands beside the number.
    if labelled(text, start, end):
        return bool(_CALCULATED.match(surroundings.after(text, end, 12))) and not plain
    if international:
        return digits in _CONSTANTS or surroundings.in_address(text, start)
    if surroundings.word_before(_IDENTIFIER, text, start, 32):
        return True
    if not plain and surroundings.in_arithmetic(text, start, end):
        return True
    if surroundings.in_address(text, start) or digits in _CONSTANTS or _added(text, start):
        return True
    if value.isdecimal():
        # Seeds, hashes, sizes: a run of digits alone is a telephone number by what is said of it.
        return surroundings.among_numbers(text, start, end) or not _spoken_of(text, start)
    return _operation(written) or not _written_as_one(value)


def _plain(value: str) -> bool:
    """Written as hardly anything else is: its groups keep it apart from what stands beside it."""
    groups = re.findall(r"\d+", value)
    trunk = len(groups) >= LEAST_GROUPS and value[0] in "0(" and _written_as_one(value)
    return trunk or bool(_AMERICAN.fullmatch(value))


def _international(text: str, start: int, value: str) -> bool:
    """It begins with a + that adds nothing: `arange(6) +98172488` has an operand in front."""
    return bool(re.match(r"\+\(?\d", value)) and not _OPERAND.search(surroundings.before(text, start, 2))


def _in_timestamp(text: str, start: int, end: int) -> bool:
    """A date or a range of years overlaps the match."""
    offset = max(0, start - 11)
    stretch = text[offset : end + 11]
    return any(
        date.start() + offset < end and date.end() + offset > start for date in _DATE.finditer(stretch)
    )


def _table(value: str) -> bool:
    """Numbers in columns: wide gaps, or many groups of one digit."""
    groups = re.findall(r"\d+", value)
    return bool(
        re.search(r"\d\s{2,}\d|\t|\n", value)
        or len(groups) > 7
        or sum(len(group) == 1 for group in groups[1:]) > 1
    )


def _operation(value: str) -> bool:
    """A difference, a quotient or a range, unless the groups are those of a number."""
    groups = tuple(map(len, re.findall(r"\d+", value)))
    if len(groups) == 2 and groups[0] == groups[1] and re.search("[–—]", value):
        return True
    return value[0] not in "+0" and groups[-3:] != (3, 3, 4) and bool(_OPERATION.search(value))


def _added(text: str, start: int) -> bool:
    """`arange(6) + 98172488`: a plus and a blank behind an operand."""
    return bool(
        re.match(r"\+\s", text[start : start + 2])
        and re.search(r"[\w)\]]\s?\Z", text[max(0, start - 2) : start])
    )


def _spoken_of(text: str, start: int) -> bool:
    lead = surroundings.before(text, start, LABEL_REACH)
    return bool(_SPOKEN_OF.search(lead)) or surroundings.in_telephone_link(text, start)


def _written_as_one(value: str) -> bool:
    if value.startswith("+"):
        return True
    if value.startswith(("0", "(")):
        # No area is written as a lone 0 or as a year: `0.25 1.5`, `(1996) 329-359`.
        digits = surroundings.digits_of(value)
        return len(digits) >= LEAST_WITH_AREA and not _NO_AREA.match(value) and not _CODES.fullmatch(value)
    return any(
        pattern.match(value) is not None if pattern is _WITH_AREA else pattern.fullmatch(value) is not None
        for pattern in (_NORTH_AMERICA, _INDIA, _BRAZIL, _WITH_AREA)
    )

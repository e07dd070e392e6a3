"""Phone numbers: asked for by stretches of a text, and found as `phonenumbers` finds them in all of it."""

import re
from random import Random

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import phones
from ftlint.detect.pii.gates import GATES, PHONE_OF_SEVEN
from ftlint.detect.pii.presidio import predefined

ALPHABET = [
    *"0123456789" * 3, *" --..//()[]+~", *"\u2013\u2010\u00a0\u200b\uff0d\uff0b\uff08\u3000\u0665\uff11",
    *"abx:;,=#\n\t'$%_\u00e9\u20ac", " ext ", "ext.", "X", "int", " int. ", "INT", " anexo ",
    "\u0434\u043e\u0431", ";ext=", " #", "\uff45\uff58\uff54", "extensi\u00f3n ", "extensio\u0301n",
    "\u0131nt", "\u0130nt ", " x ", ", ", "  -  ", "      ", "16", "0800", "+49", "212", "1640", "00", "011",
]  # fmt: skip


def soup(draw: Random) -> str:
    """What candidates for phone numbers are made of, stirred."""
    return "".join(draw.choice(ALPHABET) for _ in range(draw.choice((5, 8, 12, 20, 30, 60))))


def test_stretches_hold_what_a_whole_text_holds() -> None:
    import phonenumbers
    import re2

    draw = Random(11)
    gate = re2.compile(GATES["PHONE_NUMBER"][0].pattern)
    met = 0
    for _ in range(2_500):
        text = soup(draw)
        matches = {
            (match.start, match.end)
            for region in phones.REGIONS
            for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phones.LENIENCY)
        }
        met += len(matches)
        assert phones.numbers(text) == matches, ascii(text)
        assert not matches or gate.search(text.encode())
    assert met > 150


def test_phones_are_asked_for_as_presidio_asks() -> None:
    recognizer = predefined("PhoneRecognizer", "PHONE_NUMBER")
    assert tuple(recognizer.supported_regions) == phones.REGIONS
    assert recognizer.leniency == phones.LENIENCY
    assert recognizer.SCORE == phones.SCORE


def test_shortest_numbers_are_as_short_as_the_gates_allow() -> None:
    """Of any region; and no rule about national prefixes makes a number longer than it is written."""
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

    assert min(shortest for _, shortest in phones._regions()) == phones.LEAST
    for region in SUPPORTED_REGIONS:
        lengths = PhoneMetadata.metadata_for_region(region).general_desc.possible_length
        assert min(length for length in lengths if length > 0) >= phones.LEAST
    for region in phones.REGIONS:
        transform = PhoneMetadata.metadata_for_region(region).national_prefix_transform_rule
        assert re.fullmatch(r"(?:\\\d|\$\d)?", transform or "")


def test_no_text_costs_more_tries_than_reckoned() -> None:
    from phonenumbers import PhoneNumberMatcher

    draw = Random(5)
    worst = 0.0
    for _ in range(400):
        text = soup(draw) + " " * draw.randrange(3) + soup(draw)
        matcher = PhoneNumberMatcher(text, "DE", leniency=phones.LENIENCY)
        list(matcher)
        tries = phones.TRIES - matcher._max_tries
        assert tries <= phones.most_tries(text)
        worst = max(worst, tries / max(phones.most_tries(text), 1))
    assert worst > 0.1


def test_a_text_that_exhausts_phonenumbers_is_seen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(phones, "_in", lambda text, digits=99: seen.append(len(text)) or ())
    soup_of_digits = "1 2 3 4 " * 8_000
    phones.numbers(soup_of_digits)
    assert seen == [len(soup_of_digits)]
    prose = "In 2012 there were 1640 of them, and 1999 more. " * 600
    seen.clear()
    phones.numbers(prose)
    assert all(length < 60 for length in seen)


def test_seven_digits_open_the_gate_of_phones() -> None:
    import re2

    for number in ("555-0199", "+1 (212) 5-5-5 0 1 2 3", "030/123456"):
        assert re2.search(PHONE_OF_SEVEN.pattern, number)
    for number in ("2012", "555-012", "1999, 2000 or 2001", "12:30:45"):
        assert not re2.search(PHONE_OF_SEVEN.pattern, number)

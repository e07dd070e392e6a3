"""Numbers of countries: each recognizer finds a valid value in an English text, and its gate is open."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import countries
from ftlint.detect.pii.countries import COUNTRIES, GATES, Numbered
from ftlint.detect.pii.kinds import KINDS
from ftlint.model import FtlintError
from ftlint.model.privacy import PiiChoices

ROWS = [row for rows in COUNTRIES.values() for row in rows]

# What a value looks like: 0 a digit, A a letter, * either; anything else itself. Each is a form that the
# country uses, and has its check digits found by asking Presidio.
SHAPES: dict[str, tuple[str, ...]] = {
    "AU_ABN": ("00 000 000 000", "00000000000"),
    "AU_ACN": ("000 000 000", "000000000"),
    "AU_MEDICARE": ("2000 00000 0", "3000000000"),
    "AU_TFN": ("000 000 000", "000000000"),
    "CA_POSTAL_CODE": ("K1A 0B1", "m5v3l9"),
    "CA_SIN": ("100-000-000", "700 000 000", "100000000"),
    "DE_BSNR": ("100000000", "720000000"),
    "DE_FUEHRERSCHEIN": ("AA00000000A", "BB000000000"),
    "DE_HANDELSREGISTER": ("HRB 00000", "HRA0"),
    "DE_HEALTH_INSURANCE": ("A000000000",),
    "DE_ID_CARD": ("L00000000", "T00000000", "CFGHJ0000"),
    "DE_KFZ": ("B-AA-0000", "MÜ AA 0000", "M-A 0E"),
    "DE_LANR": ("000000000",),
    "DE_PASSPORT": ("C00000000", "FGHJK0000"),
    "DE_PLZ": ("10115", "01067"),
    "DE_SOCIAL_SECURITY": ("65070649A000", "15010188A000"),
    "DE_TAX_ID": ("10000000000", "20000000000"),
    "DE_TAX_NUMBER": ("0100000000000", "000/000/00000", "00/0000/0000"),
    "DE_VAT_ID": ("DE000000000", "DE 000 000 000", "de000.000.000"),
    "ES_NIE": ("X0000000A", "Y0000000-A", "Z0000000A"),
    "ES_NIF": ("00000000A", "00000000-A"),
    "ES_PASSPORT": ("AAA000000",),
    "FI_PERSONAL_IDENTITY_CODE": ("131052-000*", "010199A000*"),
    "IN_AADHAAR": ("0000 0000 0000", "000000000000", "0000-0000-0000"),
    "IN_GSTIN": ("27AAAAA0000A0Z0", "07AAAAA0000A0Z*"),
    "IN_PAN": ("AAAPA0000A", "aaaaa0000a"),
    "IN_PASSPORT": ("A1000001", "Z10 00001"),
    "IN_VEHICLE_REGISTRATION": ("MH12AA0000", "KA05A0000", "22BH0000AA", "12CD345"),
    "IN_VOTER": ("AAA0000000",),
    "IT_DRIVER_LICENSE": ("AA0000000A", "U1B00000TA"),
    "IT_FISCAL_CODE": ("RSSMRA85T10A562A", "vrdlgi70a01f205a"),
    "IT_IDENTITY_CARD": ("AA0000000", "0000000AA", "AA00000AA"),
    "IT_PASSPORT": ("AA0000000",),
    "IT_VAT_CODE": ("00000000000", "0 0 0 0 0 0 0 0 0 0 0"),
    "KR_BRN": ("000-00-00000", "0000000000"),
    "KR_DRIVER_LICENSE": ("11-00-000000-00", "280000000000"),
    "KR_FRN": ("850101-5000000", "9012316000000"),
    "KR_PASSPORT": ("M000A0000", "S00000000"),
    "KR_RRN": ("850101-1000000", "9012312000000"),
    "MEDICAL_LICENSE": ("AA0000000", "F90000000"),
    "NG_NIN": ("00000000000",),
    "NG_VEHICLE_REGISTRATION": ("AAA-000AA", "AAA000AA"),
    "PH_PASSPORT": ("P0000000A", "AA0000000"),
    "PH_TIN": ("000-000-000", "000-000-000-000", "000000000"),
    "PH_UMID": ("0000-0000000-0", "000000000000"),
    "PL_PESEL": ("02070800000", "85121200000"),
    "SE_ORGANISATIONSNUMMER": ("550000-0000", "5500000000"),
    "SE_PERSONNUMMER": ("850101-0000", "198501010000", "850101+0000"),
    "SG_NRIC_FIN": ("S0000000A", "G0000000A"),
    "SG_UEN": ("00000000A", "200000000A", "T08LL0000A"),
    "TH_TNIN": ("1100000000000", "3100000000000"),
    "TR_LICENSE_PLATE": ("34 AA 000", "06-AAA-00", "35A0000"),
    "TR_NATIONAL_ID": ("10000000000", "50000000000"),
    "UK_DRIVING_LICENCE": ("MORGA657054SM9IJ", "SMITH901019AA9AA"),
    "UK_NHS": ("000 000 0000", "000-000-0000", "0000000000"),
    "UK_NINO": ("AB 00 00 00 C", "JG000000A"),
    "UK_PASSPORT": ("AA0000000",),
    "UK_POSTCODE": ("SW1A 1AA", "m11ae", "GIR 0aa", "B33 8TH"),
    "UK_VEHICLE_REGISTRATION": ("AB12 CDE", "A000 BCD", "ABC 000D"),
    "ABA_ROUTING_NUMBER": ("000000000", "1000-0000-0"),
    "US_BANK_NUMBER": ("000000000000",),
    "US_CLAIM_NUMBER": ("claim number: 00000000", "CLM-000000"),
    "US_DRIVER_LICENSE": ("A0000000",),
    "US_HEALTH_INSURANCE_MEMBER_ID": ("AAA-00000000", "W000000000"),
    "US_ITIN": ("900-70-0000", "900700000"),
    "US_MBI": ("1EG4-TE5-MK73", "1EG4TE5MK73"),
    "US_NPI": ("1000000000", "1000-000-000"),
    "US_PASSPORT": ("A00000000", "000000000"),
    "US_PRESCRIPTION_NUMBER": ("rx # 0000000", "RX0000000"),
    "US_PRIOR_AUTHORIZATION_NUMBER": ("prior auth: 0000000", "PA-0000000"),
    "US_PROVIDER_TAX_ID": ("12-0000000", "provider tin 36-0000000"),
    "US_REFERRAL_NUMBER": ("referral no. 0000000", "REF-0000000"),
    "US_SSN": ("200-00-0000", "200000000"),
    "ZA_COMPANY_REGISTRATION": ("2010/000000/07", "CK2000/000000"),
    "ZA_DRIVER_LICENSE": ("00000000AA", "000000000A0A"),
    "ZA_ID_NUMBER": ("8501015000080", "9012310000180"),
    "ZA_INCOME_TAX_NUMBER": ("0000000000", "9000000000"),
    "ZA_LICENSE_PLATE": ("AB 12 CD GP", "ABC 000 GP", "CA 000 EC"),
    "ZA_MOBILE_NUMBER": ("082 000 0000", "+27 72 000 0000"),
    "ZA_PASSPORT": ("A00000000",),
    "ZA_TELEPHONE_NUMBER": ("021 400 0000", "+27 11 500 0000"),
    "ZA_TRAFFIC_REGISTER_NUMBER": ("0000000000000",),
    "ZA_VAT_NUMBER": ("4000000000",),
}  # fmt: skip


@cache
def recognizer(entity: str) -> Any:
    return countries.recognizer(next(row for row in ROWS if row.entity == entity))


@cache
def gate(entity: str) -> Any:
    import re2

    return re2.compile(GATES[entity])


def finds(entity: str, text: str) -> bool:
    return bool(recognizer(entity).analyze(text=text, entities=[entity], nlp_artifacts=None))


def filled(shape: str, chosen: random.Random) -> str:
    """The shape with random digits in place of zeros and random letters in place of A; some zeros stay."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    return "".join(
        chosen.choice("0123456789") if character == "0" and chosen.random() < 0.9
        else chosen.choice(letters) if character == "A"
        else chosen.choice(letters + "0123456789") if character == "*"
        else character
        for character in shape
    )  # fmt: skip


def valid(entity: str, shape: str, seed: int) -> str:
    """A value of the shape that the recognizer finds; a check digit is found by trying."""
    chosen = random.Random(f"{entity}{seed}")
    for _ in range(4000):
        value = filled(shape, chosen)
        if finds(entity, f"It says {value} here."):
            return value
    raise AssertionError(f"no {entity} of shape {shape} among 4000")


def test_every_country_recognizer_of_presidio_is_in_the_table() -> None:
    import inspect

    from presidio_analyzer import predefined_recognizers as of_presidio

    classes = {
        name: one
        for name, one in inspect.getmembers(of_presidio, inspect.isclass)
        if getattr(one, "COUNTRY_CODE", None) and one.__module__.split(".")[-3] == "country_specific"
    }
    assert {row.recognizer for row in ROWS} == set(classes)
    for code, rows in COUNTRIES.items():
        for row in rows:
            one = classes[row.recognizer]
            assert code == one.COUNTRY_CODE
            assert one().supported_entities == [row.entity]


def test_the_table_is_whole() -> None:
    assert len({row.entity for row in ROWS}) == len(ROWS)
    assert set(GATES) == {row.entity for row in ROWS} == set(SHAPES)
    assert {row.kind for row in ROWS} <= set(KINDS)
    assert all(row.label.startswith(("a ", "an ")) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.entity)
def test_a_valid_value_is_found_on_an_english_text(row: Numbered) -> None:
    one = recognizer(row.entity)
    assert one.supported_language == "en"
    assert one.context
    for shape in SHAPES[row.entity]:
        value = valid(row.entity, shape, 1)
        assert gate(row.entity).search(value.encode()), shape
        # Without its characters nothing is left to be found: the gate is not open to every text.
        assert not gate(row.entity).search(b"It says nothing here.")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.entity)
def test_gates_know_every_character_at_every_place(row: Numbered) -> None:
    for shape in SHAPES[row.entity]:
        value = valid(row.entity, shape, 5)
        for at, character in enumerate(value):
            for other in DECIMALS if character.isdigit() else LETTERS if character.isalpha() else " -":
                text = value[:at] + other + value[at + 1 :]
                if matches(row.entity, text):
                    assert gate(row.entity).search(text.encode()), text


def matches(entity: str, text: str) -> bool:
    """Whether an expression of the recognizer matches; a check digit may be wrong."""
    import regex

    flags = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL
    patterns = getattr(recognizer(entity), "patterns", None)
    if patterns is None:
        return finds(entity, text)
    return any(regex.search(pattern.regex, text, flags) for pattern in patterns)


DECIMALS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789٣५９\U00010d43"
SIDES = ["", " ", "\n", ".", ", ", "", " ", "x", "-", "é", "中", "1", "_", "claim ", " rx: "]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.entity)
def test_gates_are_necessary(row: Numbered) -> None:
    """Near a shape, with other digits, letters that fold and other blanks."""
    chosen = random.Random(row.entity)
    hits = 0
    for number in range(150):
        shape = SHAPES[row.entity][number % len(SHAPES[row.entity])]
        value = list(valid(row.entity, shape, 2 + number % 3) if number % 2 else filled(shape, chosen))
        for _ in range(chosen.choice([0, 0, 1, 2])):
            at = chosen.randrange(len(value))
            if value[at].isdigit():
                value[at] = chosen.choice(DIGITS[:-1])
            elif value[at].isalpha():
                value[at] = chosen.choice([value[at].lower(), value[at].upper(), "ſ", "K", "ı", "s", "k"])
            elif value[at] == " ":
                value[at] = chosen.choice([" ", " ", " ", "\t", "\x0b", "", "-"])
        text = chosen.choice(SIDES) + "".join(value) + chosen.choice(SIDES)
        try:
            found = finds(row.entity, text)
        except (ValueError, KeyError):
            # Presidio's own checks break on digits of other scripts.
            continue
        if found:
            hits += 1
            assert gate(row.entity).search(text.encode()), ascii(text)
    assert hits >= 10


def expressions() -> list[Any]:
    """Of every recognizer, but those with a look-behind of varying width, which only `regex` reads."""
    made = []
    for row in ROWS:
        for number, pattern in enumerate(getattr(recognizer(row.entity), "patterns", ())):
            # Flags in the midst of an expression are what the recognizer's own flags say anyhow.
            expression = pattern.regex.replace("(?i)", "")
            try:
                compiled = re.compile(expression, re.IGNORECASE | re.MULTILINE | re.DOTALL)
            except re.error:
                continue
            made.append(pytest.param(row.entity, compiled, pattern.regex, id=f"{row.entity}-{number}"))
    return made


@pytest.mark.parametrize(("entity", "compiled", "expression"), expressions())
def test_gates_are_open_to_whatever_the_expressions_make(
    entity: str, compiled: re.Pattern[str], expression: str
) -> None:
    """Texts made from Presidio's own expressions, checksums or no."""
    import regex

    as_presidio = regex.compile(expression, regex.IGNORECASE | regex.MULTILINE | regex.DOTALL)

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.from_regex(compiled))
    def holds(text: str) -> None:
        if as_presidio.search(text):
            assert gate(entity).search(text.encode("utf-8", "replace")), ascii(text)

    holds()


def test_digits_letters_and_blanks_are_those_of_presidio() -> None:
    import re2
    import regex

    from ftlint.detect.pii.country_gates import FOREIGN_DIGIT, L, S
    from ftlint.detect.pii.gates import DIGITS

    everything = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for pattern, wide in ((r"\d", f"[{DIGITS}]"), ("[A-Z]", L), (r"\s", S)):
        expected, opened = regex.compile(pattern, regex.IGNORECASE), re2.compile(wide)
        assert [ascii(one) for one in everything if expected.match(one) and not opened.search(one)] == []
    foreign = re2.compile(FOREIGN_DIGIT)
    assert [one for one in everything if foreign.search(one) and not regex.match(r"\d", one)] == []
    assert not foreign.search("0123456789")


def test_all_gates_together_fit_into_the_memory_of_re2() -> None:
    import re2

    from ftlint.detect.pii import detector

    kinds = frozenset(KINDS) - {"person", "location", "organization"}
    of_all = detector(PiiChoices(countries=tuple(COUNTRIES)), kinds)
    assert re2.compile(of_all.gate).programsize < 12_000


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("dd", "'dd'"),
        ("germany", "did you mean 'de'"),
        ("deutschland", "did you mean 'de'"),
        ("united-kingdom", "did you mean 'uk'"),
        ("usa", "did you mean 'us'"),
        ("fr", "known are au, ca, de"),
        ("", "there are no recognizers for ''"),
    ],
)
def test_an_unknown_country_is_the_users_mistake(code: str, told: str) -> None:
    with pytest.raises(FtlintError, match=re.escape(told)):
        countries.check(["de", code])


def test_codes_are_read_as_people_write_them() -> None:
    assert countries.check(["DE", " us ", "gb", "uk"]) == ("de", "us", "uk")
    assert [row.entity for row in countries.numbered(["pl", "fi"])] == [
        "PL_PESEL",
        "FI_PERSONAL_IDENTITY_CODE",
    ]


def test_checks_that_break_down_find_nothing() -> None:
    """Presidio's own check of the Italian code knows no digits but ASCII's."""
    of_italy = recognizer("IT_FISCAL_CODE")
    good = valid("IT_FISCAL_CODE", "RSSMRA85T10A562A", 1)
    (one,) = of_italy.analyze(text=f"{good[:6]}٨٥{good[8:]}, {good}", entities=[], nlp_artifacts=None)
    assert one.start == 18

"""What Presidio misses: recognizers of ftlint's own, made as Presidio's are, so that its engine runs them.

| recognizer | adds |
|---|---|
| `OwnCards` | Mastercard's 2-series, Mir, JCB with 15 digits, grouped cards with 19 digits |
| `OwnLongCards` | cards with 12 and 19 digits in one run; they count beside a card word |
| `OwnIban` | IBANs in lower or mixed case, with the check digits and the country's layout |
| `OwnSpacedCards` | cards in groups with no-break spaces or typographic hyphens between them |
| `OwnPhones` | numbers behind a telephone word, in whatever grouping |
| `scripts` | values that touch Chinese, Japanese or Korean letters; addresses with `%40` |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ftlint.detect.pii.gates import CJK, ODD_MAIL

CARD_CONTEXT = [
    *("card", "credit", "debit", "visa", "mastercard", "maestro", "amex"),
    *("jcb", "discover", "diners", "unionpay"),
]
PHONE_SCORE = 0.6
"""Between Presidio's score of a number (0.4) and of one beside its own context words (0.75)."""

IBAN_COUNTRIES = (
    "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT "
    "HN HR HU IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MG MK MN MR MT MU NI NL NO OM PK PL "
    "PS PT QA RO RS RU SA SC SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE"
)
"""Of the SWIFT registry of IBAN formats."""

# Guards say what commas mean.
_ALONE, _END = rf"(?<![^\W{CJK}])(?<![.-])", rf"(?![^\W{CJK}]|[.-][0-9])"
SPACED = "\xa0\u202f\u2007\u2010-\u2015"
"""Spaces at which no line breaks, and hyphens of typesetters."""

_NUMBER = (
    r"(?<!\d[.,/-])(?<![\w+])(?:\+\s?)?\(?\d(?:[ ().\-]{0,2}\d|/\d){6,16}(?:\s?x\d{1,6})?(?!\w|[.,/-]\d)"
)


def _iban_gate() -> str:
    """Two letters of a country in any case, two digits, eleven characters or more."""
    seconds: dict[str, str] = {}
    for country in IBAN_COUNTRIES.split():
        seconds[country[0]] = seconds.get(country[0], "") + country[1]
    starts = "|".join(f"[{a}{a.lower()}][{b}{b.lower()}]" for a, b in seconds.items())
    return rf"(?:{starts})[0-9]{{2}}(?:[ -]?[A-Za-z0-9]{{4}}){{2}}"


_PHONE = r"[+(]?[0-9](?:[ ()./-]{0,2}[0-9]){6}"

GATES: dict[str, str] = {
    "CREDIT_CARD": r"(?:[1-9][0-9]{3}|060)[0-9]?[- ]?[0-9]{4}[- ]?[0-9]{4}"
    rf"|[1-9][0-9]{{3}}[{SPACED}][0-9]{{4,6}}[{SPACED}][0-9]{{4}}",
    "EMAIL_ADDRESS": ODD_MAIL,
    "IBAN_CODE": _iban_gate(),
    "PHONE_NUMBER": _PHONE,
}
"""A necessary condition for each entity, for a match in UTF-8 text; RE2 syntax."""


def recognizers() -> list[Any]:
    """New ones with every call: Presidio writes into them."""
    from ftlint.detect.pii import scripts

    return [_cards(), _long_cards(), _spaced_cards(), _iban(), _phones(), *scripts.recognizers()]


def _cards() -> Any:
    from presidio_analyzer import Pattern, PatternRecognizer

    class OwnCards(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            from ftlint.detect.pii import cards

            return cards.issued(_digits(pattern_text))

    patterns = [
        Pattern(
            "Mastercard 2-series, Mir",
            rf"{_ALONE}2[2-7][0-9][0-9]([- ]?)[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}{_END}",
            0.4,
        ),
        Pattern("JCB 2131", rf"{_ALONE}2131[0-9]{{11}}{_END}", 0.4),
        Pattern(
            "19 digits, grouped", rf"{_ALONE}[456][0-9]{{3}}([- ])(?:[0-9]{{4}}\1){{3}}[0-9]{{3}}{_END}", 0.4
        ),
    ]
    return OwnCards("CREDIT_CARD", patterns=patterns, context=CARD_CONTEXT)


def _long_cards() -> Any:
    from presidio_analyzer import Pattern, PatternRecognizer

    class OwnLongCards(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool | None:
            # None keeps the score: a number of this length with a right check digit is a card beside a
            # card word.
            from ftlint.detect.pii import cards

            return None if cards.issued(_digits(pattern_text)) else False

    patterns = [
        Pattern(
            "12 digits",
            rf"{_ALONE}(?:0604|5[06-8][0-9]{{2}}|6[37][0-9]{{2}})([- ]?)[0-9]{{4}}\1[0-9]{{4}}{_END}",
            0.3,
        ),
        Pattern("18 or 19 digits", rf"{_ALONE}[3-6][0-9]{{17,18}}{_END}", 0.3),
    ]
    return OwnLongCards("CREDIT_CARD", patterns=patterns, context=CARD_CONTEXT)


def _spaced_cards() -> Any:
    from presidio_analyzer import Pattern, PatternRecognizer

    class OwnSpacedCards(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            from ftlint.detect.pii import cards
            from ftlint.detect.pii.surroundings import digits_of

            return cards.issued(digits_of(pattern_text))

    mark = f"([{SPACED}])"
    patterns = [
        Pattern(
            "four by four", rf"{_ALONE}[2-6][0-9]{{3}}{mark}[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}{_END}", 0.4
        ),
        Pattern("4, 6, 5 or 4", rf"{_ALONE}3[0-9]{{3}}{mark}[0-9]{{6}}\1[0-9]{{4,5}}{_END}", 0.4),
    ]
    return OwnSpacedCards("CREDIT_CARD", patterns=patterns, context=CARD_CONTEXT)


def _iban() -> Any:
    from presidio_analyzer import Pattern
    from presidio_analyzer.predefined_recognizers import IbanRecognizer

    class OwnIban(IbanRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return bool(super().validate_result(pattern_text.upper()))

    pattern = Pattern(
        "IBAN in any case",
        r"(?<![A-Za-z0-9])([A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]{4}){2,6})"
        r"((?:[ -]?[A-Za-z0-9]{4})?)((?:[ -]?[A-Za-z0-9]{1,3})?)(?![A-Za-z0-9])",
        0.5,
    )
    patterns: Any = [pattern]
    return OwnIban(patterns=patterns, exact_match=True)


def _phones() -> Any:
    from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult

    class OwnPhones(LocalRecognizer):
        def load(self) -> None:
            return

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            why = AnalysisExplanation("OwnPhones", PHONE_SCORE)
            return [
                RecognizerResult("PHONE_NUMBER", start, end, PHONE_SCORE, why)
                for start, end in labelled_numbers(text)
            ]

    return OwnPhones(supported_entities=["PHONE_NUMBER"], supported_language="en")


def labelled_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where a run of 7 to 15 digits stands beside a telephone word, or in square brackets."""
    # Its expressions take 18 ms to compile, and the gates above are wanted for clean data too.
    from ftlint.detect.pii import telephones

    for number in re.finditer(_NUMBER, text, re.ASCII):
        digits = sum(map(str.isdigit, number[0].partition("x")[0]))
        if telephones.LEAST_DIGITS <= digits <= telephones.MOST_DIGITS and (
            telephones.labelled(text, *number.span()) or telephones.linked(text, *number.span())
        ):
            yield number.span()


def _digits(value: str) -> str:
    return value.replace("-", "").replace(" ", "")

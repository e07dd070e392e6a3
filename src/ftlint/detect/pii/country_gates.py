"""What a text cannot do without if one of a country's recognizers is to find something in it.

Each gate is a necessary condition of the recognizer's patterns, in RE2 syntax over UTF-8: look-arounds,
word boundaries and checksums are dropped, and letters and blanks are whatever Presidio's `regex` takes for
them without regard to case. It takes the digits of all scripts for digits. To write those out at every place
would make a pattern too large for RE2's memory, so a match with one of them passes by `FOREIGN_DIGIT`.
tests/unit/test_pii_countries.py holds each gate against its recognizer.
"""

from __future__ import annotations

from ftlint.detect.pii.gates import GATES as ALWAYS

D = "[0-9]"

_ZEROS = (
    "660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 "
    "1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 a900 a9d0 a9f0 aa50 abf0 ff10 104a0 10d30 10d40 11066 "
    "110f0 11136 111d0 112f0 11450 114d0 11650 116c0 116d0 116da 11730 118e0 11950 11bf0 11c50 11d50 "
    "11da0 11de0 11f50 16130 16a60 16ac0 16b50 16d70 1ccf0 1d7ce 1d7d8 1d7e2 1d7ec 1d7f6 1e140 1e2f0 "
    "1e4f0 1e5f1 1e950 1fbf0"
)
"""Code points of the digit 0 of all scripts but ASCII, up to Unicode 16; RE2's own classes end before."""

_FOREIGN = "".join(rf"\x{{{zero}}}-\x{{{int(zero, 16) + 9:x}}}" for zero in _ZEROS.split())

FOREIGN_DIGIT = f"[{_FOREIGN}]"

L = r"[A-Za-z\x{131}\x{17f}\x{212a}]"
"""A to Z, and what folds to one of them: dotless i, long s, the sign of kelvin."""

S = r"[\s\x{b}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
"""White space of Unicode."""

A = r"[A-Za-z0-9\x{131}\x{17f}\x{212a}]"
_UMLAUT = r"[A-Za-zÄÖÜäöü\x{131}\x{17f}\x{212a}]"

_PHONE = ALWAYS["PHONE_NUMBER"][0].pattern

ASCII_GATES: dict[str, str] = {
    "AU_ABN": rf"{D}{{11}}|{D}{{2}}{S}{D}{{3}}{S}{D}{{3}}{S}{D}{{3}}",
    "AU_ACN": rf"{D}{{9}}|{D}{{3}}{S}{D}{{3}}{S}{D}{{3}}",
    "AU_MEDICARE": rf"[2-6]{D}{{9}}|[2-6]{D}{{3}}{S}{D}{{5}}{S}{D}",
    "AU_TFN": rf"{D}{{9}}|{D}{{3}}{S}{D}{{3}}{S}{D}{{3}}",
    "CA_POSTAL_CODE": rf"{L}{D}{L} ?{D}{L}{D}",
    "CA_SIN": rf"[1-9]{D}{{2}}[- ]?{D}{{3}}[- ]?{D}{{3}}",
    "DE_BSNR": rf"{D}{{9}}",
    "DE_FUEHRERSCHEIN": rf"{L}{{2}}{D}{{8}}{A}",
    "DE_HANDELSREGISTER": rf"{L}{{3}}{S}*{D}",
    "DE_HEALTH_INSURANCE": rf"{L}{D}{{9}}",
    "DE_ID_CARD": rf"{L}{A}{{7}}[0-9]|{L}{D}{{8}}",
    "DE_KFZ": rf"{_UMLAUT}(?:-|{S}){L}{{1,2}}(?:-|{S}){D}",
    "DE_LANR": rf"{D}{{9}}",
    "DE_PASSPORT": rf"{L}{A}{{7}}[0-9]",
    "DE_PLZ": rf"[0-9]{D}{{4}}|[0-9]{{2}}{D}{{3}}",
    "DE_SOCIAL_SECURITY": rf"{D}{{8}}{L}{D}{{2}}(?:[0-9]|{D})",
    "DE_TAX_ID": rf"[1-9]{D}{{10}}",
    "DE_TAX_NUMBER": rf"[01][0-9]{D}{{11}}|{D}{{2,3}}/{D}{{3,4}}/{D}{{4}}",
    "DE_VAT_ID": rf"[Dd][Ee](?:[.\-]|{S})?{D}{{3}}(?:[.\-]|{S})?{D}{{3}}(?:[.\-]|{S})?{D}{{3}}",
    "ES_NIE": rf"[0-9]{{7}}-?{L}",
    "ES_NIF": rf"[0-9]{{7}}-?{L}",
    "ES_PASSPORT": rf"{L}{{3}}[0-9]{{6}}",
    "FI_PERSONAL_IDENTITY_CODE": rf"{D}{{6}}(?:[-+]|{L}){D}{{3}}{A}",
    "IN_AADHAAR": r"[0-9]{4}[- :]?[0-9]{4}[- :]?[0-9]{4}",
    "IN_GSTIN": rf"[0-9]{{2}}{A}{{11}}[Zz]{A}",
    "IN_PAN": r"[0-9]{4}",
    "IN_PASSPORT": rf"{L}[1-9]{D}{S}?{D}{{4}}[1-9]",
    "IN_VEHICLE_REGISTRATION": rf"{L}{D}{{4}}|{D}{L}{{2}}[1-9]{D}|{D}{L}{D}{{6}}{L}",
    "IN_VOTER": rf"{L}{{3}}[0-9]{{7}}",
    "IT_DRIVER_LICENSE": rf"{L}{{2}}{D}{{7}}{L}|[Uu]1{A}{{7}}{L}",
    "IT_FISCAL_CODE": rf"{L}{{6}}(?:{D}|{L}){{2}}{L}(?:{D}|{L}){{2}}{L}(?:{D}|{L}){{3}}{L}",
    "IT_IDENTITY_CARD": rf"{L}{{2}}{S}?{D}{{7}}|{D}{{7}}{L}{{2}}|{L}{{2}}{D}{{5}}{L}{{2}}",
    "IT_PASSPORT": rf"{L}{{2}}{D}{{7}}",
    "IT_VAT_CODE": r"(?:[0-9][ _]?){10}[0-9]",
    "KR_BRN": rf"{D}{{10}}|{D}{{3}}-{D}{{2}}-{D}{{5}}",
    "KR_DRIVER_LICENSE": rf"{D}{{2}}[- ]?{D}{{2}}[- ]?{D}{{6}}[- ]?{D}{{2}}",
    "KR_FRN": rf"{D}{{2}}[01][0-9][0-3]{D}-?[5-8]{D}{{6}}",
    "KR_PASSPORT": rf"{L}{D}{{3}}(?:{L}{D}|{D}{{2}}){D}{{3}}",
    "KR_RRN": rf"{D}{{2}}[01][0-9][0-3]{D}-?[1-4]{D}{{6}}",
    "NG_NIN": rf"{D}{{11}}",
    "NG_VEHICLE_REGISTRATION": rf"{L}{{3}}[- ]?{D}{{3}}{L}{{2}}",
    "PH_PASSPORT": rf"{L}{D}{{7}}",
    "PH_TIN": rf"{D}{{3}}-{D}{{3}}-{D}{{3}}|{D}{{9}}",
    "PH_UMID": rf"{D}{{4}}-{D}{{7}}-{D}|{D}{{12}}",
    "PL_PESEL": r"[0-9]{11}",
    "SE_ORGANISATIONSNUMMER": rf"{D}{{6}}-?{D}{{4}}",
    "SE_PERSONNUMMER": rf"{D}{{6}}[-+]?{D}{{4}}",
    "SG_NRIC_FIN": rf"{L}[0-9]{{7}}{L}",
    "SG_UEN": rf"{D}{{8}}{L}|{L}{D}{{2}}{L}{{2}}{D}{{4}}{L}",
    "TH_TNIN": rf"[1-9][0-9]{{2}}{D}{{10}}",
    "TR_LICENSE_PLATE": rf"[0-8][0-9](?:-|{S})?{L}{{1,3}}(?:-|{S})?{D}{{2}}",
    "TR_NATIONAL_ID": r"[1-9][0-9]{10}",
    "UK_DRIVING_LICENCE": rf"(?:9|{L}){{5}}[0-9]{{6}}(?:9|{L}){{2}}{A}{L}{{2}}",
    "UK_NHS": r"[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}",
    "UK_NINO": rf"{L}{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[A-Da-d]",
    "UK_PASSPORT": rf"{L}{{2}}{D}{{7}}",
    "UK_POSTCODE": rf"(?:[0-9]{L}?|{L}){S}?[0-9]{L}{{2}}",
    "UK_VEHICLE_REGISTRATION": (
        rf"{L}{{2}}[0-9]{{2}}[- ]?{L}{{3}}|{L}{D}{{1,3}}[- ]?{L}{{3}}|{L}{{3}}[- ]?{D}{{1,3}}[- ]?{L}"
    ),
    "ABA_ROUTING_NUMBER": rf"[0-36-8]{D}{{3}}-?{D}{{4}}-?{D}",
    "MEDICAL_LICENSE": rf"{D}{{7}}",
    "US_BANK_NUMBER": r"[0-9]{8}",
    "US_CLAIM_NUMBER": rf"{D}{{6}}",
    "US_DRIVER_LICENSE": r"[0-9]",
    "US_HEALTH_INSURANCE_MEMBER_ID": rf"(?:{L}|-){D}",
    "US_ITIN": rf"9{D}{{2}}[- ]?{D}{{2}}[- ]?{D}{{4}}",
    "US_MBI": rf"[0-9]{L}{A}[0-9]-?{L}{A}[0-9]-?{L}{{2}}[0-9]{{2}}",
    "US_NPI": rf"[12]{D}{{3}}[- ]?{D}{{3}}[- ]?{D}{{3}}",
    "US_PASSPORT": r"[0-9]{8}",
    "US_PRESCRIPTION_NUMBER": rf"{D}{{6}}",
    "US_PRIOR_AUTHORIZATION_NUMBER": rf"{D}{{6}}",
    "US_PROVIDER_TAX_ID": rf"[0-9]{{2}}-{D}{{7}}",
    "US_REFERRAL_NUMBER": rf"{D}{{6}}",
    "US_SSN": r"[0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4}",
    "ZA_COMPANY_REGISTRATION": rf"{D}{{2}}/{D}{{6}}",
    "ZA_DRIVER_LICENSE": rf"{D}{{6}}{A}{{2}}",
    "ZA_ID_NUMBER": rf"{D}{{10}}[0-2][89]{D}",
    "ZA_INCOME_TAX_NUMBER": rf"[01239]{D}{{9}}",
    "ZA_LICENSE_PLATE": rf"{L}{S}?{D}{{2}}|{D}{{2}}{S}?{L}{{2}}",
    "ZA_MOBILE_NUMBER": _PHONE,
    "ZA_PASSPORT": rf"{L}{D}{{8}}",
    "ZA_TELEPHONE_NUMBER": _PHONE,
    "ZA_TRAFFIC_REGISTER_NUMBER": rf"{D}{{13}}",
    "ZA_VAT_NUMBER": rf"4{D}{{9}}",
}


def gates(entity: str) -> tuple[str, ...]:
    """One of these matches wherever the recognizer of the entity finds something."""
    return ASCII_GATES[entity], FOREIGN_DIGIT


GATES: dict[str, str] = {entity: "|".join(gates(entity)) for entity in ASCII_GATES}

"""Numbers that a country gives out, and which of Presidio's recognizers looks for each.

Presidio ties most recognizers to the language of their country. Here they run on texts of any
language: a German tax number in an English sentence is one, and the recognizer's context words are its
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ftlint.detect.pii.country_gates import GATES, gates
from ftlint.model import FtlintError

__all__ = ["COUNTRIES", "GATES", "Numbered", "check", "gates", "numbered", "recognizer"]


class Numbered(NamedTuple):
    """A number on a document, under Presidio's name for it; `recognizer` is the name of Presidio's class."""

    entity: str
    recognizer: str
    kind: str
    label: str


def _rows(*rows: tuple[str, str, str, str]) -> tuple[Numbered, ...]:
    return tuple(Numbered(entity, f"{name}Recognizer", kind, label) for entity, name, kind, label in rows)


COUNTRIES: dict[str, tuple[Numbered, ...]] = {
    "au": _rows(
        ("AU_ABN", "AuAbn", "business-id", "an Australian business number"),
        ("AU_ACN", "AuAcn", "business-id", "an Australian company number"),
        ("AU_MEDICARE", "AuMedicare", "health-id", "an Australian Medicare number"),
        ("AU_TFN", "AuTfn", "tax-id", "an Australian tax file number"),
    ),
    "ca": _rows(
        ("CA_POSTAL_CODE", "CaPostalCode", "postcode", "a Canadian postal code"),
        ("CA_SIN", "CaSin", "national-id", "a Canadian social insurance number"),
    ),
    "de": _rows(
        ("DE_BSNR", "DeBsnr", "medical-license", "a German medical practice number"),
        ("DE_FUEHRERSCHEIN", "DeFuehrerschein", "driver-license", "a German driving licence number"),
        ("DE_HANDELSREGISTER", "DeHandelsregister", "business-id", "a German commercial register number"),
        ("DE_HEALTH_INSURANCE", "DeHealthInsurance", "health-id", "a German health insurance number"),
        ("DE_ID_CARD", "DeIdCard", "national-id", "a German identity card number"),
        ("DE_KFZ", "DeKfz", "vehicle", "a German vehicle registration"),
        ("DE_LANR", "DeLanr", "medical-license", "a German physician's number"),
        ("DE_PASSPORT", "DePassport", "passport", "a German passport number"),
        ("DE_PLZ", "DePlz", "postcode", "a German postal code"),
        ("DE_SOCIAL_SECURITY", "DeSocialSecurity", "national-id", "a German social insurance number"),
        ("DE_TAX_ID", "DeTaxId", "tax-id", "a German tax identification number"),
        ("DE_TAX_NUMBER", "DeTaxNumber", "tax-id", "a German tax number"),
        ("DE_VAT_ID", "DeVatId", "business-id", "a German VAT number"),
    ),
    "es": _rows(
        ("ES_NIE", "EsNie", "national-id", "a Spanish foreigner's number"),
        ("ES_NIF", "EsNif", "national-id", "a Spanish identity number"),
        ("ES_PASSPORT", "EsPassport", "passport", "a Spanish passport number"),
    ),
    "fi": _rows(
        ("FI_PERSONAL_IDENTITY_CODE", "FiPersonalIdentityCode", "national-id", "a Finnish identity code"),
    ),
    "in": _rows(
        ("IN_AADHAAR", "InAadhaar", "national-id", "an Aadhaar number"),
        ("IN_GSTIN", "InGstin", "business-id", "an Indian goods and services tax number"),
        ("IN_PAN", "InPan", "tax-id", "an Indian permanent account number"),
        ("IN_PASSPORT", "InPassport", "passport", "an Indian passport number"),
        ("IN_VEHICLE_REGISTRATION", "InVehicleRegistration", "vehicle", "an Indian vehicle registration"),
        ("IN_VOTER", "InVoter", "national-id", "an Indian voter number"),
    ),
    "it": _rows(
        ("IT_DRIVER_LICENSE", "ItDriverLicense", "driver-license", "an Italian driving licence number"),
        ("IT_FISCAL_CODE", "ItFiscalCode", "tax-id", "an Italian fiscal code"),
        ("IT_IDENTITY_CARD", "ItIdentityCard", "national-id", "an Italian identity card number"),
        ("IT_PASSPORT", "ItPassport", "passport", "an Italian passport number"),
        ("IT_VAT_CODE", "ItVatCode", "business-id", "an Italian VAT number"),
    ),
    "kr": _rows(
        ("KR_BRN", "KrBrn", "business-id", "a Korean business number"),
        ("KR_DRIVER_LICENSE", "KrDriverLicense", "driver-license", "a Korean driving licence number"),
        ("KR_FRN", "KrFrn", "national-id", "a Korean foreigner's number"),
        ("KR_PASSPORT", "KrPassport", "passport", "a Korean passport number"),
        ("KR_RRN", "KrRrn", "national-id", "a Korean resident number"),
    ),
    "ng": _rows(
        ("NG_NIN", "NgNin", "national-id", "a Nigerian identity number"),
        ("NG_VEHICLE_REGISTRATION", "NgVehicleRegistration", "vehicle", "a Nigerian vehicle registration"),
    ),
    "ph": _rows(
        ("PH_PASSPORT", "PhPassport", "passport", "a Philippine passport number"),
        ("PH_TIN", "PhTin", "tax-id", "a Philippine tax number"),
        ("PH_UMID", "PhUmid", "national-id", "a Philippine identity number"),
    ),
    "pl": _rows(
        ("PL_PESEL", "PlPesel", "national-id", "a Polish identity number (PESEL)"),
    ),
    "se": _rows(
        ("SE_ORGANISATIONSNUMMER", "SeOrganisationsnummer", "business-id", "a Swedish organization number"),
        ("SE_PERSONNUMMER", "SePersonnummer", "national-id", "a Swedish personal number"),
    ),
    "sg": _rows(
        ("SG_NRIC_FIN", "SgFin", "national-id", "a Singaporean identity number"),
        ("SG_UEN", "SgUen", "business-id", "a Singaporean entity number"),
    ),
    "th": _rows(
        ("TH_TNIN", "ThTnin", "national-id", "a Thai identity number"),
    ),
    "tr": _rows(
        ("TR_LICENSE_PLATE", "TrLicensePlate", "vehicle", "a Turkish vehicle registration"),
        ("TR_NATIONAL_ID", "TrNationalId", "national-id", "a Turkish identity number"),
    ),
    "uk": _rows(
        ("UK_DRIVING_LICENCE", "UkDrivingLicence", "driver-license", "a UK driving licence number"),
        ("UK_NHS", "Nhs", "health-id", "an NHS number"),
        ("UK_NINO", "UkNino", "national-id", "a UK national insurance number"),
        ("UK_PASSPORT", "UkPassport", "passport", "a UK passport number"),
        ("UK_POSTCODE", "UkPostcode", "postcode", "a UK postcode"),
        ("UK_VEHICLE_REGISTRATION", "UkVehicleRegistration", "vehicle", "a UK vehicle registration"),
    ),
    "us": _rows(
        ("ABA_ROUTING_NUMBER", "AbaRouting", "bank-account", "a US bank routing number"),
        ("MEDICAL_LICENSE", "MedicalLicense", "medical-license", "a US medical licence number (DEA)"),
        ("US_BANK_NUMBER", "UsBank", "bank-account", "a bank account number"),
        ("US_CLAIM_NUMBER", "UsClaimNumber", "health-id", "a US health insurance claim number"),
        ("US_DRIVER_LICENSE", "UsLicense", "driver-license", "a US driver's licence number"),
        ("US_HEALTH_INSURANCE_MEMBER_ID", "UsHealthInsuranceMemberId", "health-id", "a US insurance number"),
        ("US_ITIN", "UsItin", "itin", "a US taxpayer number (ITIN)"),
        ("US_MBI", "UsMbi", "health-id", "a US Medicare number"),
        ("US_NPI", "UsNpi", "medical-license", "a US provider number (NPI)"),
        ("US_PASSPORT", "UsPassport", "passport", "a US passport number"),
        ("US_PRESCRIPTION_NUMBER", "UsPrescriptionNumber", "health-id", "a US prescription number"),
        ("US_PRIOR_AUTHORIZATION_NUMBER", "UsPriorAuthorizationNumber", "health-id", "a US approval number"),
        ("US_PROVIDER_TAX_ID", "UsProviderTaxId", "tax-id", "a US provider's tax number"),
        ("US_REFERRAL_NUMBER", "UsReferralNumber", "health-id", "a US referral number"),
        ("US_SSN", "UsSsn", "ssn", "a US social security number"),
    ),
    "za": _rows(
        ("ZA_COMPANY_REGISTRATION", "ZaCompanyRegistration", "business-id", "a South African company number"),
        ("ZA_DRIVER_LICENSE", "ZaDriverLicense", "driver-license", "a South African driving licence number"),
        ("ZA_ID_NUMBER", "ZaIdNumber", "national-id", "a South African identity number"),
        ("ZA_INCOME_TAX_NUMBER", "ZaIncomeTaxNumber", "tax-id", "a South African tax number"),
        ("ZA_LICENSE_PLATE", "ZaLicensePlate", "vehicle", "a South African vehicle registration"),
        ("ZA_MOBILE_NUMBER", "ZaMobileNumber", "phone", "a South African mobile number"),
        ("ZA_PASSPORT", "ZaPassport", "passport", "a South African passport number"),
        ("ZA_TELEPHONE_NUMBER", "ZaTelephoneNumber", "phone", "a South African telephone number"),
        ("ZA_TRAFFIC_REGISTER_NUMBER", "ZaTrafficRegisterNumber", "national-id", "a ZA register number"),
        ("ZA_VAT_NUMBER", "ZaVatNumber", "business-id", "a South African VAT number"),
    ),
}  # fmt: skip

ALIASES = {"gb": "uk"}
_NAMES = {
    "australia": "au",
    "canada": "ca",
    "germany": "de",
    "spain": "es",
    "finland": "fi",
    "india": "in",
    "italy": "it",
    "korea": "kr",
    "nigeria": "ng",
    "philippines": "ph",
    "poland": "pl",
    "sweden": "se",
    "singapore": "sg",
    "thailand": "th",
    "turkey": "tr",
    "united kingdom": "uk",
    "united states": "us",
    "south africa": "za",
    "deutschland": "de",
    "sverige": "se",
    "england": "uk",
    "usa": "us",
}


def check(countries: Iterable[str]) -> tuple[str, ...]:
    """The codes as the table has them, each once. Raises `FtlintError` for one that is not in it."""
    known: dict[str, None] = {}
    for code in countries:
        lowered = code.strip().lower()
        lowered = ALIASES.get(lowered, lowered)
        if lowered not in COUNTRIES:
            raise FtlintError(
                f"[pii] countries: there are no recognizers for {code!r}{_nearest(lowered)}; known are "
                + ", ".join(COUNTRIES)
            )
        known[lowered] = None
    return tuple(known)


def _nearest(code: str) -> str:
    """By its own name as well: `germany`."""
    from difflib import get_close_matches

    names = {code: code for code in (*COUNTRIES, *ALIASES)} | _NAMES
    close = get_close_matches(code, names, n=1, cutoff=0.5)
    return f" (did you mean {names[close[0]]!r}?)" if close else ""


def numbered(countries: Iterable[str]) -> list[Numbered]:
    """What is looked for in these countries."""
    return [row for code in check(countries) for row in COUNTRIES[code]]


def recognizer(row: Numbered, language: str = "en") -> object:
    """Presidio's recognizer, made to run on texts of the language, with its own context words."""
    from ftlint.detect.pii.presidio import predefined

    return predefined(row.recognizer, row.entity, language)


def context(entity: str) -> tuple[str, ...]:
    """The context words of the recognizer of an entity."""
    row = next(row for rows in COUNTRIES.values() for row in rows if row.entity == entity)
    return tuple(getattr(recognizer(row), "context", None) or ())

"""The kinds of personal data: what Presidio calls them, what people call them, how sure is sure enough."""

from typing import NamedTuple


class Kind(NamedTuple):
    """`entities` maps Presidio's names to the recognizers that are always there; countries add more.

    `floor` is the least score that counts, whatever the settings say is enough for other kinds; only a
    threshold set for the kind itself goes below. `context` marks a kind whose values look like any other
    number: they count only beside a word that says what they are. Of spans that overlap with equal scores,
    the one of lower `rank` stays.
    """

    label: str
    entities: tuple[tuple[str, str], ...] = ()
    default: bool = True
    floor: float = 0.0
    context: bool = False
    rank: int = 50


KINDS: dict[str, Kind] = {
    "email": Kind("an e-mail address", (("EMAIL_ADDRESS", "EmailRecognizer"),), rank=10),
    "phone": Kind("a phone number", (("PHONE_NUMBER", "PhoneRecognizer"),), rank=90),
    "card": Kind("a payment card number", (("CREDIT_CARD", "CreditCardRecognizer"),), rank=12),
    "iban": Kind("an IBAN", (("IBAN_CODE", "IbanRecognizer"),), rank=11),
    "ssn": Kind("a US social security number", (("US_SSN", "UsSsnRecognizer"),), rank=20),
    "ip": Kind("an IP address", (("IP_ADDRESS", "IpRecognizer"),), rank=40),
    "mac": Kind("a MAC address", (("MAC_ADDRESS", "MacAddressRecognizer"),), rank=39),
    "crypto": Kind("a crypto wallet address", (("CRYPTO", "CryptoRecognizer"),), rank=13),
    "itin": Kind("a US taxpayer number (ITIN)", (("US_ITIN", "UsItinRecognizer"),), floor=0.5, rank=19),
    "bank-account": Kind(
        "a bank account number", (("US_BANK_NUMBER", "UsBankRecognizer"),), context=True, rank=30
    ),
    "passport": Kind("a passport number", (("US_PASSPORT", "UsPassportRecognizer"),), context=True, rank=28),
    "health-id": Kind("a health insurance number", (("UK_NHS", "NhsRecognizer"),), context=True, rank=25),
    "driver-license": Kind(
        "a driver's licence number", (("US_DRIVER_LICENSE", "UsLicenseRecognizer"),), default=False, rank=60
    ),
    "medical-license": Kind(
        "a medical licence number",
        (("MEDICAL_LICENSE", "MedicalLicenseRecognizer"),),
        default=False,
        rank=35,
    ),
    "national-id": Kind("a national identity number", rank=22),
    "tax-id": Kind("a tax number", rank=23),
    "business-id": Kind("a business register number", default=False, rank=55),
    "vehicle": Kind("a vehicle registration", default=False, rank=56),
    "postcode": Kind("a postal code", default=False, rank=80),
    "url": Kind("a URL", (("URL", "UrlRecognizer"),), default=False, rank=85),
    "uuid": Kind("a UUID", (("UUID", "UuidRecognizer"),), default=False, rank=57),
    "date": Kind("a date", (("DATE_TIME", "DateRecognizer"),), default=False, rank=82),
    "person": Kind("a person's name", default=False, rank=70),
    "location": Kind("a place", default=False, rank=71),
    "organization": Kind("an organization", default=False, rank=72),
    "custom": Kind("a value of a recognizer of your own", rank=5),
}

DEFAULT_KINDS = frozenset(name for name, kind in KINDS.items() if kind.default)

MODEL_KINDS = frozenset({"person", "location", "organization"})
"""Found by a model, not by patterns."""

"""Payment cards: which networks issue which numbers, and how people group the digits."""

from __future__ import annotations

from ftlint.detect.pii.checksums import luhn

# First and last prefix, lengths. From ISO/IEC 7812 and the networks' own pages on issuer identification
# numbers.
NETWORKS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16)),  # Diners Club
    ("309", "309", (14, 16)),
    ("36", "36", (14, 16)),
    ("38", "39", (14, 16)),
    ("35", "35", (16, 17, 18, 19)),  # JCB
    ("2131", "2131", (15,)),
    ("1800", "1800", (15,)),
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("6011", "6011", (16, 17, 18, 19)),  # Discover
    ("644", "659", (16, 17, 18, 19)),
    ("60", "60", (16,)),  # RuPay
    ("81", "82", (16,)),
    ("508", "508", (16,)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("0604", "0604", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("50", "50", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("56", "58", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("63", "63", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("67", "67", (12, 13, 14, 15, 16, 17, 18, 19)),
)

USUAL_LENGTHS = frozenset({14, 15, 16})
"""Visa has long ceased to issue 13 digits, which article numbers have; Maestro's other lengths are rare."""

LAYOUTS = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (4, 4, 4), (4, 5, 6), (8, 8), (4, 4, 5)}
)
"""How digits are grouped on cards and in forms."""


def issued(digits: str) -> bool:
    """Whether some network issues numbers of this prefix and this length, and the check digit is right."""
    return any(
        len(digits) in lengths and first <= digits[: len(first)] <= last for first, last, lengths in NETWORKS
    ) and luhn(digits)

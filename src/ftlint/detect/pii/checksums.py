"""Check digits of published numbering schemes. Each takes the bare characters, without separators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: payment cards, IMEI and others."""
    return luhn_of([int(digit) for digit in digits])


def luhn_of(digits: Sequence[int]) -> bool:
    return (sum(digits[-1::-2]) + sum(_DOUBLED[digit] for digit in digits[-2::-2])) % 10 == 0


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""Twice a digit, of which the two digits are summed."""


def mod97(characters: str) -> bool:
    """ISO 7064 MOD 97-10: the number modulo 97 is 1.

    What begins with two letters is read as an IBAN (ISO 13616): its first four characters go to the end.
    """
    if characters[:2].isalpha():
        characters = characters[4:] + characters[:4]
    return int("".join(str(int(character, 36)) for character in characters)) % 97 == 1


def mod11(digits: str) -> bool:
    """Weights 2 to 7 from the right, as in most schemes with modulus 11; an X at the end counts ten."""
    last = 10 if digits[-1] in "xX" else int(digits[-1])
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits[:-1])))
    return (total + last) % 11 == 0


# The dihedral group D5 and the powers of its permutation (J. Verhoeff, 1969).
_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def verhoeff(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _PERMUTATION[value]
        total = _dihedral(total, value)
    return total == 0


def ean13(digits: str) -> bool:
    """GS1: 13-digit article numbers, ISBN-13 among them."""
    return (
        len(digits) == 13
        and sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0
    )


CHECKSUMS: Mapping[str, Callable[[str], bool]] = {
    "luhn": luhn,
    "mod97": mod97,
    "mod11": mod11,
    "verhoeff": verhoeff,
}
"""What a recognizer of one's own may ask for, by name."""

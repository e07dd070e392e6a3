"""What a person may choose about personal data and secrets: plain values, for the detectors."""

from typing import NamedTuple


class FieldChoice(NamedTuple):
    """What holds for the fields that a glob over JSON pointers matches (`/metadata/**`,
    `/messages/*/content`).

    `ignore` names kinds that are not looked for there; `only` the kinds that are, () for all.
    """

    path: str
    ignore: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class CustomRecognizer(NamedTuple):
    """A recognizer of a project's own. `patterns` are (regular expression, score) pairs.

    `context` words within five words before or one behind lift the score as in Presidio. `checksum` names a
    check
    over the digits ("" for none): luhn, mod97, mod11, verhoeff.
    """

    name: str
    patterns: tuple[tuple[str, float], ...]
    context: tuple[str, ...] = ()
    checksum: str = ""
    label: str = ""


class PiiChoices(NamedTuple):
    """`[pii]`. `countries` are ISO 3166 codes in lower case; `thresholds` are (kind or entity, score) pairs.

    `model` names a spaCy package, a folder of a spaCy pipeline, or `transformers:FOLDER`; "" for none.
    `presidio_only` turns off everything that makes the result differ from Presidio's own.
    """

    countries: tuple[str, ...] = ()
    threshold: float = 0.4
    thresholds: tuple[tuple[str, float], ...] = ()
    allow: tuple[str, ...] = ()
    allow_patterns: tuple[str, ...] = ()
    allow_domains: tuple[str, ...] = ()
    fields: tuple[FieldChoice, ...] = ()
    recognizers: tuple[CustomRecognizer, ...] = ()
    recognizers_file: str = ""
    model: str = ""
    language: str = "en"
    presidio_only: bool = False


class CustomSecret(NamedTuple):
    """A secret kind of a project's own: an RE2 pattern, and the least entropy in bits a character."""

    name: str
    pattern: str
    entropy: float = 0.0
    label: str = ""


class SecretChoices(NamedTuple):
    """`[secrets]`: values and patterns that are none, kinds not to look for, kinds of a project's own."""

    allow: tuple[str, ...] = ()
    allow_patterns: tuple[str, ...] = ()
    ignore_kinds: tuple[str, ...] = ()
    custom: tuple[CustomSecret, ...] = ()

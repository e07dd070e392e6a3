"""What a person may set about personal data and secrets: `[pii]`, `[secrets]` and `[redact]`."""

from __future__ import annotations

from dataclasses import dataclass

from ftlint.model.privacy import CustomRecognizer, CustomSecret, FieldChoice, PiiChoices, SecretChoices
from ftlint.settings.keys import key


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """One `[[pii.field]]` table."""

    path: str = key("text", "", "The fields it holds for: a glob over JSON pointers, such as `/metadata/**`.")
    ignore: tuple[str, ...] = key("words", (), "Kinds not to look for there.")
    only: tuple[str, ...] = key("words", (), "The kinds to look for there; all where it is left out.")


@dataclass(frozen=True, slots=True)
class RecognizerSettings:
    """One `[[pii.recognizer]]` table."""

    name: str = key("text", "", "What it finds, in capitals: EMPLOYEE_ID.")
    patterns: tuple[str, ...] = key("words", (), "Regular expressions; one is enough to find it.")
    score: float = key("share", 0.5, "How sure a match is, 0 to 1.")
    context: tuple[str, ...] = key("words", (), "Words nearby that make a match surer.")
    checksum: str = key(
        "choice", "", "The check over its digits.", choices=("luhn", "mod97", "mod11", "verhoeff")
    )
    label: str = key("text", "", "What messages call it: `an employee number`.")


@dataclass(frozen=True, slots=True)
class PiiSettings:
    """The `[pii]` table."""

    countries: tuple[str, ...] = key("words", (), "Countries whose numbers are looked for, too: us, de, in.")
    threshold: float = key("share", 0.4, "The least score that is reported, 0 to 1.")
    thresholds: tuple[tuple[str, float], ...] = key("shares", (), "The least score by kind or entity.")
    allow: tuple[str, ...] = key("words", (), "Values that are no personal data.")
    allow_patterns: tuple[str, ...] = key("words", (), "RE2 patterns of values that are no personal data.")
    allow_domains: tuple[str, ...] = key("words", (), "Domains whose addresses are no personal data.")
    field: tuple[FieldSettings, ...] = key("tables", (), "What holds for some fields.", table=FieldSettings)
    recognizer: tuple[RecognizerSettings, ...] = key(
        "tables", (), "Recognizers of your own.", table=RecognizerSettings
    )
    recognizers_file: str = key("path", "", "A YAML file of recognizers as Presidio reads it.")
    model: str = key(
        "text", "", "The model that finds names: a spaCy package or folder, or transformers:FOLDER."
    )
    language: str = key("text", "en", "The language of the texts, as Presidio's recognizers name it.")
    presidio_only: bool = key("flag", False, "Report what Presidio reports, without what ftlint adds to it.")

    def choices(self) -> PiiChoices:
        return PiiChoices(
            countries=tuple(country.lower() for country in self.countries),
            threshold=self.threshold,
            thresholds=self.thresholds,
            allow=self.allow,
            allow_patterns=self.allow_patterns,
            allow_domains=self.allow_domains,
            fields=tuple(FieldChoice(each.path, each.ignore, each.only) for each in self.field),
            recognizers=tuple(
                CustomRecognizer(
                    each.name,
                    tuple((pattern, each.score) for pattern in each.patterns),
                    each.context,
                    each.checksum,
                    each.label,
                )
                for each in self.recognizer
            ),
            recognizers_file=self.recognizers_file,
            model=self.model,
            language=self.language,
            presidio_only=self.presidio_only,
        )


@dataclass(frozen=True, slots=True)
class CustomSecretSettings:
    """One `[[secrets.custom]]` table."""

    name: str = key("text", "", "The kind, as messages and `ignore-kinds` name it: acme-token.")
    pattern: str = key("text", "", "An RE2 pattern.")
    entropy: float = key("amount", 0.0, "The least entropy of a match, in bits a character.")
    label: str = key("text", "", "What messages call it: `an Acme token`.")


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """The `[secrets]` table."""

    allow: tuple[str, ...] = key("words", (), "Values that are no secrets.")
    allow_patterns: tuple[str, ...] = key("words", (), "RE2 patterns of values that are no secrets.")
    ignore_kinds: tuple[str, ...] = key("words", (), "Kinds of secrets not to look for.")
    custom: tuple[CustomSecretSettings, ...] = key(
        "tables", (), "Kinds of your own.", table=CustomSecretSettings
    )

    def choices(self) -> SecretChoices:
        return SecretChoices(
            self.allow,
            self.allow_patterns,
            self.ignore_kinds,
            tuple(CustomSecret(each.name, each.pattern, each.entropy, each.label) for each in self.custom),
        )


@dataclass(frozen=True, slots=True)
class RedactSettings:
    """The `[redact]` table: for `ftlint data redact`, and the key of fingerprints in findings."""

    mode: str = key(
        "choice",
        "replace",
        "What takes a value's place.",
        choices=("replace", "mask", "hash", "pseudonym"),
    )
    modes: tuple[tuple[str, str], ...] = key("pairs", (), 'The mode by kind: `card = "mask"`.')
    kinds: tuple[str, ...] = key("words", (), "Kinds to redact; those that a check looks for where left out.")
    number: bool = key("flag", False, "Number placeholders by value within a record: <EMAIL_ADDRESS_1>.")
    key_file: str = key("path", "", "The file of the project's key, outside the repository.")
    key_name: str = key("text", "", "The name of the key below the user's settings folder.")

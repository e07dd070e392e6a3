"""What a person chooses: allowed values, patterns and domains, and what is looked for in which field."""

from __future__ import annotations

import pytest

from ftlint.detect.pii.choices import check_patterns, keeps
from ftlint.model import FtlintError
from ftlint.model.privacy import FieldChoice, PiiChoices


@pytest.mark.parametrize(
    ("choices", "kind", "value", "kept"),
    [
        (PiiChoices(allow=("ann@wiley.com",)), "email", "Ann@Wiley.com", False),
        (PiiChoices(allow=("ann@wiley.com",)), "email", "joann@wiley.com", True),
        (PiiChoices(allow=("STRASSE@wiley.com",)), "email", "straße@wiley.com", False),
        (PiiChoices(allow_patterns=(r".*@wiley\.com",)), "email", "ann@wiley.com", False),
        (PiiChoices(allow_patterns=(r"wiley",)), "email", "ann@wiley.com", True),
        (PiiChoices(allow_patterns=(r"(?i)ANN@.*",)), "email", "ann@wiley.com", False),
        (PiiChoices(allow_patterns=(r"800-\d{3}-\d{4}",)), "phone", "800-123-4567", False),
        (PiiChoices(allow_patterns=(r"800-\d{3}-\d{4}",)), "phone", "1-800-123-4567", True),
        (PiiChoices(allow_domains=("wiley.com",)), "email", "ann@wiley.com", False),
        (PiiChoices(allow_domains=("wiley.com",)), "email", "ann@mail.Wiley.com", False),
        (PiiChoices(allow_domains=("@wiley.com",)), "email", "ann@wiley.com", False),
        (PiiChoices(allow_domains=("wiley.com",)), "email", "ann@notwiley.com", True),
        (PiiChoices(allow_domains=("wiley.com",)), "email", "wiley.com@other.org", True),
        (PiiChoices(allow_domains=("wiley.com",)), "url", "https://ann@www.wiley.com:8080/a?b", False),
        (PiiChoices(allow_domains=("wiley.com",)), "url", "www.wiley.com/a", False),
        (PiiChoices(allow_domains=("wiley.com",)), "url", "https://other.org/wiley.com", True),
        (PiiChoices(allow_domains=("wiley.com",)), "phone", "wiley.com", True),
        (PiiChoices(), "email", "ann@wiley.com", True),
    ],
)
def test_allowed(choices: PiiChoices, kind: str, value: str, kept: bool) -> None:
    assert keeps(choices, kind, "ENTITY", value, "") is kept


@pytest.mark.parametrize(
    ("path", "field", "matches"),
    [
        ("/messages/*/content", "/messages/0/content", True),
        ("/messages/*/content", "/messages/12/content", True),
        ("/messages/*/content", "/messages/0/tool_calls/0/content", False),
        ("/messages/**", "/messages/0/tool_calls/0/content", True),
        ("/messages/**", "/messages", True),
        ("/messages/**", "/messagesx", False),
        ("**/email", "/user/contact/email", True),
        ("**/email", "/email", True),
        ("/meta*/id", "/metadata/id", True),
        ("/meta?/id", "/meta1/id", True),
        ("/meta?/id", "/metadata/id", False),
        ("metadata/id", "/metadata/id", True),
        ("/a.c", "/abc", False),
        ("/a/b~1c", "/a/b~1c", True),
        ("/*", "", False),
        ("**", "", True),
        ("/a", "/a/b", False),
    ],
)
def test_globs_over_pointers(path: str, field: str, matches: bool) -> None:
    choices = PiiChoices(fields=(FieldChoice(path, ignore=("email",)),))
    assert keeps(choices, "email", "EMAIL_ADDRESS", "ann@wiley.com", field) is not matches


def test_fields_name_kinds_or_entities() -> None:
    def kept(field: FieldChoice, kind: str, entity: str) -> bool:
        return keeps(PiiChoices(fields=(field,)), kind, entity, "x", "/a/b")

    assert not kept(FieldChoice("/a/**", ignore=("US_SSN",)), "ssn", "US_SSN")
    assert not kept(FieldChoice("/a/**", ignore=("*",)), "ssn", "US_SSN")
    assert kept(FieldChoice("/a/**", ignore=("email",)), "ssn", "US_SSN")
    assert kept(FieldChoice("/a/**", only=("ssn",)), "ssn", "US_SSN")
    assert kept(FieldChoice("/a/**", only=("US_SSN",)), "ssn", "US_SSN")
    assert not kept(FieldChoice("/a/**", only=("email",)), "ssn", "US_SSN")
    assert kept(FieldChoice("/c", only=("email",)), "ssn", "US_SSN")


def test_every_field_choice_that_matches_counts() -> None:
    choices = PiiChoices(
        fields=(FieldChoice("/a/*", only=("email", "ssn")), FieldChoice("**/b", ignore=("ssn",)))
    )
    assert keeps(choices, "email", "", "x", "/a/b")
    assert not keeps(choices, "ssn", "", "x", "/a/b")
    assert keeps(choices, "ssn", "", "x", "/a/c")


def test_a_broken_pattern_is_the_users_mistake() -> None:
    with pytest.raises(FtlintError, match=r"allow-patterns.*'\(a'.*RE2"):
        check_patterns(("ok", "(a"))
    with pytest.raises(FtlintError, match="RE2"):
        keeps(PiiChoices(allow_patterns=(r"(?=a)b",)), "email", "", "x", "")

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import pytest

from ftlint.model import Fault, Finding, FtlintError
from ftlint.rule import Between, Rule, Severity
from ftlint.settings import Settings, override
from ftlint.settings.options import options_of, validate
from ftlint.settings.selection import check_rule_names, chosen


class Loud(Rule[Fault]):
    """Too loud."""

    code = "ACME001"
    name = "too-loud"
    severity = Severity.WARNING

    max_share: Annotated[float, Between(0, 1), "share of capitals"] = 0.5
    least: Annotated[int, Between(1, 100), "letters"] = 10
    strict: bool = False
    words: list[str] = ["LOUD"]
    pair: tuple[str, ...] = ("a",)
    mode: Literal["all", "first"] = "all"

    def check(self, subject: Fault) -> Iterable[Finding]:
        return ()


class Quiet(Rule[Fault]):
    """Too quiet."""

    code = "ACME002"
    name = "too-quiet"
    severity = Severity.ERROR
    default = False


class Other(Rule[Fault]):
    """Another family."""

    code = "BETA001"
    name = "other-fault"
    severity = Severity.ERROR


KNOWN: dict[str, type[Rule[Any]]] = {"ACME001": Loud, "ACME002": Quiet, "BETA001": Other}


def at(option: str) -> tuple[str, int | None]:
    return "ftlint.toml", len(option)


def test_options_of() -> None:
    options = {option.name: option for option in options_of(Loud)}
    assert list(options) == ["max-share", "least", "strict", "words", "pair", "mode"]
    assert options["max-share"].doc == "share of capitals"
    assert options["max-share"].expected == "a number from 0 to 1"
    assert options["mode"].choices == ("all", "first")
    assert options["mode"].type_name == "`'all'` or `'first'`"
    assert options["words"].type_name == "list of texts"
    assert options_of(Quiet) == []


def test_values() -> None:
    given = {"max-share": 1, "least": 3, "strict": True, "words": ["A"], "pair": ["x", "y"], "mode": "first"}
    assert validate(Loud, given, at) == {
        "max_share": 1.0,
        "least": 3,
        "strict": True,
        "words": ["A"],
        "pair": ("x", "y"),
        "mode": "first",
    }
    assert type(validate(Loud, {"max-share": 1}, at)["max_share"]) is float


MISTAKES = [
    ({"max-shar": 1}, "too-loud has no option 'max-shar': did you mean 'max-share'?"),
    ({"max_share": 1}, "too-loud has no option 'max_share': did you mean 'max-share'?"),
    ({"colour": 1}, "too-loud has no option 'colour': it has max-share, least"),
    ({"max-share": 1.5}, "too-loud: max-share must be a number from 0 to 1, not 1.5"),
    ({"least": 0}, "too-loud: least must be a whole number from 1 to 100, not 0"),
    ({"least": 2.5}, "too-loud: least must be a whole number from 1 to 100"),
    ({"least": True}, "too-loud: least must be a whole number"),
    ({"strict": 1}, "too-loud: strict must be true or false"),
    ({"words": "LOUD"}, "too-loud: words must be a list of texts"),
    ({"words": [1]}, "too-loud: words must be a list of texts"),
    ({"mode": "last"}, "too-loud: mode must be one of all, first"),
    ({"max-share": float("nan")}, "too-loud: max-share must be a number from 0 to 1, not nan"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_a_mistake_says_where(options: dict[str, Any], message: str) -> None:
    with pytest.raises(FtlintError) as raised:
        validate(Loud, options, at)
    assert message in raised.value.message
    assert (raised.value.path, raised.value.line) == ("ftlint.toml", len(next(iter(options))))


def test_a_rule_without_options_says_so() -> None:
    with pytest.raises(FtlintError, match="too-quiet has no option 'x': it has none"):
        validate(Quiet, {"x": 1}, at)


SELECTIONS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"ACME001", "BETA001"}),
    ({"select": ["ALL"]}, {"ACME001", "ACME002", "BETA001"}),
    ({"select": ["ACME"]}, {"ACME001"}),
    ({"select": ["acme"]}, {"ACME001"}),
    ({"select": ["ACME002"]}, {"ACME002"}),
    ({"select": ["too-quiet"]}, {"ACME002"}),
    ({"extend_select": ["too-quiet"]}, {"ACME001", "ACME002", "BETA001"}),
    ({"ignore": ["ACME"]}, {"BETA001"}),
    ({"ignore": ["ACME"], "extend_select": ["ACME001"]}, {"ACME001", "BETA001"}),
    ({"ignore": ["ALL"], "extend_select": ["BETA"]}, {"BETA001"}),
    ({"select": ["ALL"], "ignore": ["ACME"], "extend_ignore": ["other-fault"]}, set()),
    ({"select": ["ACME001"], "ignore": ["ACME001"]}, set()),
]


@pytest.mark.parametrize(("changes", "codes"), SELECTIONS, ids=[str(changes) for changes, _ in SELECTIONS])
def test_the_more_exact_selector_wins(changes: dict[str, Any], codes: set[str]) -> None:
    assert chosen(override(Settings(), **changes), KNOWN) == codes


def test_unknown_rules_are_named_with_the_nearest() -> None:
    with pytest.raises(FtlintError, match="--select: unknown rule 'ACME01': did you mean 'ACME001'"):
        chosen(override(Settings(), select=["ACME01"]), KNOWN)
    with pytest.raises(FtlintError, match="unknown rule 'to-loud': did you mean 'too-loud'"):
        check_rule_names(Settings(rule_options={"to-loud": {"least": 1}}), KNOWN)
    with pytest.raises(FtlintError, match="unknown rule 'ACMY': did you mean 'ACME'"):
        check_rule_names(Settings(per_path_ignores={"*.x": ("ACMY",)}), KNOWN)

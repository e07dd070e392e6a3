"""A rule's page as other programs show it: beside an alert, in a report."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftlint.rule import Rule

    RuleClass = type[Rule[Any]]

_HEADING = re.compile(r"^#+ *", re.MULTILINE)


def title(rule: RuleClass) -> str:
    """What is wrong, in one sentence."""
    return " ".join(_paragraphs(rule)[0].split()) or rule.name


def reason(rule: RuleClass) -> str:
    """Why it matters, in one paragraph; what is wrong where the page does not say."""
    lines = [
        line for text in _paragraphs(rule)[1:2] for line in text.splitlines() if not line.startswith("#")
    ]
    return " ".join(lines) or title(rule)


def as_markdown(rule: RuleClass) -> str:
    return "\n\n".join([f"**{title(rule)}**", *_paragraphs(rule)[1:], _settings(rule)])


def as_text(rule: RuleClass) -> str:
    body = [_HEADING.sub("", text) for text in _paragraphs(rule)[1:]]
    return "\n\n".join([title(rule), *body, _settings(rule).replace("`", "")])


def _paragraphs(rule: RuleClass) -> list[str]:
    return cleandoc(rule.__doc__ or "").split("\n\n")


def _settings(rule: RuleClass) -> str:
    """How it is set, and where more is told."""
    from ftlint.settings.options import options_of

    options = [option.name for option in options_of(rule)]
    more = f"`ftlint rule {rule.code}` shows examples"
    if not options:
        return f"{more}."
    return f"{more} and the options of `[rules.{rule.name}]`: {', '.join(f'`{each}`' for each in options)}."


def page_of(url: str, code: str) -> str:
    """The address of a rule's page by a pattern like `https://example.org/{code}.md`; "" without one."""
    return url.replace("{code}", code) if url else ""

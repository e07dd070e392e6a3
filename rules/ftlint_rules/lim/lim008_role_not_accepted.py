from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class RoleNotAccepted(Rule[Shape]):
    """A message with a role that the target does not know.

    ## Why it matters
    The Bedrock models take `user` and `assistant` alone: the system prompt stands in a `system` key beside
    the messages, tools in messages of the user. A record written for OpenAI is turned away for its first
    message.

    ## What to do
    Move the system message's text to the record's `system` key; rewrite tool messages as the target wants.

    ## References
    The roles stand in the dated table of targets, `roles`; each entry names its source.
    On 56 public files, target bedrock-claude-3-haiku: 1,339 hits of one kind, 1 looked at, true.
    """

    code = "LIM008"
    name = "role-not-accepted"
    severity = Severity.ERROR
    headline = "{count} messages with a role the target does not know"
    help = "a system prompt goes into the record's `system` key"
    bad = (Example([chat("Hi", "Hello", system="Be brief.")], target="bedrock-claude-3-haiku"),)
    good = (
        Example([{"system": "Be brief.", **chat("Hi", "Hello")}], target="bedrock-claude-3-haiku"),
        Example([chat("Hi", "Hello", system="Be brief.")], target="gpt-4o"),
        Example([chat("Hi", "Hello", system="Be brief.")], note="no target"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        if not shape.target:
            return
        target = profile(shape.target)
        if not target.roles or (target.formats and shape.home.name not in target.formats):
            return
        for turn in shape.turns:
            if turn.data and turn.role and turn.name not in target.roles:
                yield Finding(
                    f"role {turn.name!r}; {target.title} takes {', '.join(target.roles)}{target.dated}",
                    pointer=turn.pointer,
                )

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftlint.detect.messages import shown
from ftlint.facts.targets import profile
from ftlint.model import Finding, Fix, SetValue, Severity, Shape
from ftlint.rule import Example, Rule, chat

if TYPE_CHECKING:
    from ftlint.facts.profile import TargetProfile


class ExtraKey(Rule[Shape]):
    """A key the target does not allow in a record or message.

    ## Why it matters
    Claude on Bedrock takes `system` and `messages`, and in a message `role` and `content`; one `id` or
    `name` more and the file is turned away.

    ## What to do
    Remove the key in the copy that is uploaded, as the fix does. What it says (a source, a weight) is lost
    there: keep the original, or `unfixable = ["extra-key"]` where this file is the only one.

    ## References
    The closed sets stand in the dated table of targets, `record_keys` and `message_keys`. "No extraneous keys
    are allowed": platform.claude.com, cookbook on fine-tuning Claude 3 Haiku on Bedrock.
    """

    code = "LIM007"
    name = "extra-key"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} keys the target does not allow"
    help = "remove the key in the copy that is uploaded"
    bad = (
        Example([{"id": 1, **chat("Hi", "Hello")}], target="bedrock-claude-3-haiku"),
        Example(
            [
                {
                    "system": "Be brief.",
                    "messages": [
                        {"role": "user", "content": "Hi", "name": "Ann"},
                        {"role": "assistant", "content": "Hello", "weight": 1},
                    ],
                }
            ],
            target="bedrock-claude-3-haiku",
        ),
    )
    good = (
        Example([{"system": "Be brief.", **chat("Hi", "Hello")}], target="bedrock-claude-3-haiku"),
        Example([{"id": 1, **chat("Hi", "Hello")}], note="no target"),
        Example([{"id": 1, **chat("Hi", "Hello")}], target="fireworks", note="its keys are not closed"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        if not shape.target:
            return
        target = profile(shape.target)
        if target.formats and shape.home.name not in target.formats:
            return
        if target.record_keys:
            yield from self._extra(target, shape.data, "", target.record_keys, "a record")
        if target.message_keys:
            for turn in shape.turns:
                yield from self._extra(target, turn.data, turn.pointer, target.message_keys, "a message")

    def _extra(
        self, target: TargetProfile, data: object, pointer: str, allowed: tuple[str, ...], where: str
    ) -> Iterator[Finding]:
        for key in data if isinstance(data, dict) else ():
            if key in allowed or not isinstance(key, str):
                continue
            at = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield Finding(
                f"key {shown(key)} is not allowed in {where}; {target.title} takes "
                f"{' and '.join(allowed)}{target.dated}",
                pointer=at,
                fix=Fix(f"remove key {shown(key)}", (SetValue(at, remove=True),)),
            )

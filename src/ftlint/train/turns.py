"""How a chat template lays a conversation out, found by rendering: what stands before and after each content.

That is what a Modelfile's TEMPLATE can say. A template that does more (tools, content rewritten, turns that
depend on others) is told apart by rendering again what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Message = Mapping[str, str]
Render = Callable[[Sequence[Message], bool], str]
"""A conversation as text; told so, with what an answer begins with. ValueError for one that is refused."""

Pair = tuple[str, str]
SYSTEM, USER, ANSWER = "Sys7q", "Usr7q", "Ans7q"


@dataclass(frozen=True, slots=True)
class Turns:
    """`opening` stands first where there is no system message; the pairs are before and after a content.
    `system_in` is where the system message goes: a turn of its own, the first user turn or the last."""

    opening: str
    system: Pair | None
    user: Pair
    assistant: Pair
    prompt: str
    system_in: Literal["own", "first", "last"] = "own"

    def text(self, messages: Sequence[Message]) -> str:
        """The conversation as these turns say it."""
        system = next((each["content"] for each in messages if each["role"] == "system"), "")
        rest = [each for each in messages if each["role"] != "system"]
        users = [number for number, each in enumerate(rest) if each["role"] == "user"]
        folded = {"own": -1, "first": users[0], "last": users[-1]}[self.system_in] if system else -1
        said = f"{self.system[0]}{system}{self.system[1]}" if system and self.system else ""
        parts = [said if system and self.system_in == "own" else self.opening]
        for number, each in enumerate(rest):
            before, after = self.user if each["role"] == "user" else self.assistant
            inner = said if number == folded else ""
            parts.append(f"{before}{inner}{each['content']}{after}")
        return "".join(parts) + self.prompt


def turns_of(render: Render) -> Turns | None:
    """The turns of a template; None where turns do not say all that it does."""
    try:
        found = _found(render)
        return found if found and _holds(found, render) else None
    except ValueError:
        return None


def _found(render: Render) -> Turns | None:
    parts = _split(render([_user(1), _answer(1), _user(2)], True), f"{USER}1", f"{ANSWER}1", f"{USER}2")
    if not parts:
        return None
    first, to_answer, to_user, last = parts
    # without what an answer begins with, turns end where they end; a template that refuses that is cut
    # where both sides agree
    ends = _split(_quietly(render, [_user(1)]), f"{USER}1")
    after = ends[1] if ends else _common(to_answer, last)
    if not (to_answer.startswith(after) and last.startswith(after)):
        after = _common(to_answer, last)
    ended = _split(_quietly(render, [_user(1), _answer(1)]), f"{USER}1", f"{ANSWER}1")
    answered = ended[2] if ended else ""
    before = to_user.removeprefix(answered)
    if not (to_user.startswith(answered) and first.endswith(before)):
        before = _common(first[::-1], to_user[::-1])[::-1]
    turns = Turns(
        opening=first[: len(first) - len(before)],
        system=None,
        user=(before, after),
        assistant=(to_answer[len(after) :], to_user[: len(to_user) - len(before)]),
        prompt=last[len(after) :],
    )
    return _with_system(turns, render, before)


def _quietly(render: Render, messages: Sequence[Message]) -> str:
    try:
        return render(messages, False)
    except ValueError:
        return ""


def _with_system(turns: Turns, render: Render, before: str) -> Turns:
    """The turns with the system message in its place; without one where the template has none."""
    system = {"role": "system", "content": SYSTEM}
    try:
        parts = _split(render([system, _user(1)], True), SYSTEM, f"{USER}1")
        many = render([system, _user(1), _answer(1), _user(2)], True)
    except ValueError:
        return turns
    if not parts:
        return turns
    start, middle, _ = parts
    own = Turns(
        turns.opening,
        (start, middle.removesuffix(before)),
        turns.user,
        turns.assistant,
        turns.prompt,
    )
    conversation = [system, _user(1), _answer(1), _user(2)]
    if middle.endswith(before) and own.text(conversation) == many:
        return own
    lead = turns.opening + before
    place: Literal["first", "last"] = "first" if many.index(SYSTEM) < many.index(f"{ANSWER}1") else "last"
    return Turns(
        turns.opening,
        (start.removeprefix(lead), middle),
        turns.user,
        turns.assistant,
        turns.prompt,
        place,
    )


def _holds(turns: Turns, render: Render) -> bool:
    """Whether the turns say what the template says of conversations of several shapes."""
    plain = [_user(1), _answer(1), _user(2), _answer(2), _user(3)]
    conversations = [plain[:1], plain[:3], plain]
    if turns.system:
        system = {"role": "system", "content": f"{SYSTEM}\n two lines"}
        conversations += [[system, *each] for each in list(conversations)]
    return all(turns.text(each) == render(each, True) for each in conversations)


def _user(number: int) -> Message:
    return {"role": "user", "content": f"{USER}{number}"}


def _answer(number: int) -> Message:
    return {"role": "assistant", "content": f"{ANSWER}{number}"}


def _split(text: str, *marks: str) -> list[str]:
    """The text around the marks; empty where one does not stand there once, or not in this order."""
    parts = []
    for mark in marks:
        before, found, text = text.partition(mark)
        if not found or mark in text:
            return []
        parts.append(before)
    return [*parts, text]


def _common(one: str, other: str) -> str:
    """What both begin with."""
    for number, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:number]
    return min(one, other, key=len)

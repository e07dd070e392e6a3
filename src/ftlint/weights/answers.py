"""Where each answer stands in a conversation as its chat template writes it."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from ftlint.weights.conversation import Message, Unfit
from ftlint.weights.templates import TemplateFault
from ftlint.weights.tokenizer import Tokenizer

Span = tuple[int, int]


class Rendering:
    """A conversation as its template writes it whole, and where in it each answer stands."""

    def __init__(self, tokenizer: Tokenizer, messages: Sequence[Message], tools: Any) -> None:
        self.tokenizer = tokenizer
        self.messages, self.tools, self.text, self.marked = taken(tokenizer, messages, tools)
        self.pieces = tokenizer.pieces(self.text)

    def spans(self, trained: Sequence[bool]) -> list[Span] | None:
        """Where the trained answers stand in the text; None where that cannot be told of all of them."""
        answers = [at for at, message in enumerate(self.messages) if message["role"] == "assistant"]
        if self.tokenizer.marks_answers(self.tools) and len(self.marked) == len(answers):
            both = zip(answers, self.marked, strict=True)
            return [span for at, span in both if trained[at]]
        found: list[Span] = []
        for at in answers:
            if trained[at]:
                span = self.span(at, at + 1)
                if span is None:
                    return None
                found.append(span)
        return found

    def span(self, start: int, end: int) -> Span | None:
        """Where messages [start, end) stand, as answer to those before; None where the text is otherwise.

        The answer begins where the prompt ends that a model is asked with, and ends where the conversation
        would end with it.
        """
        try:
            whole = self.text if end == len(self.messages) else self._written(end)
            prompt = self._prompt(start)
        except TemplateFault:
            return None
        stop = len(whole) if self.text.startswith(whole) else self._common(whole)
        if stop < len(whole) and not self._only_ends(whole[stop:]):
            return None
        if self.text.startswith(prompt):
            return (len(prompt), stop) if len(prompt) < stop else None
        try:  # what the prompt ends with is no part of an answer: thinking that is switched off
            bare = self._written(start)
        except TemplateFault:
            return None
        bare_end = len(bare) if self.text.startswith(bare) else self._common(bare)
        begin = self._common(prompt)
        if bare_end < len(bare) and not self._only_ends(bare[bare_end:]):
            return None
        return (begin, stop) if bare_end <= begin < stop else None

    def asked_again(self, start: int) -> Span:
        """Where the answer from message `start` on stands, once the text is the prompt that the model is
        asked with and the answer behind it: for templates that leave out of the whole what they ask with.

        Raises `Unfit` where the answer cannot be told from what is before it.
        """
        prompt = self._prompt(start)
        low, high = 0, len(prompt)  # the longest end of the prompt that stands in the text
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if prompt[middle:] in self.text else (middle + 1, high)
        header = prompt[low:]
        answer = self.text[self.text.rindex(header) + len(header) :]
        said = str(self.messages[start]["content"]).strip()
        if not header.strip() or said not in answer:
            raise Unfit("the chat template leaves no place where its answers could be found")
        self.text = prompt + answer
        self.pieces = self.tokenizer.pieces(self.text)
        return len(prompt), len(self.text)

    def _prompt(self, start: int) -> str:
        """What the model is asked with. Many templates write nothing for a conversation without a turn."""
        try:
            return self._written(start, prompt=True)
        except TemplateFault:
            if start:
                raise
            said = str(self.messages[0]["content"]).strip()
            return self.text[: max(self.text.find(said), 0)]

    def _written(self, end: int, *, prompt: bool = False) -> str:
        return self.tokenizer.render(self.messages[:end], self.tools, add_generation_prompt=prompt)

    def _common(self, other: str) -> int:
        """Up to where the text is that of `other`, in whole tokens."""
        ids, offsets = self.tokenizer.pieces(other)
        end = 0
        for mine, place, its, beside in zip(*self.pieces, ids, offsets, strict=False):
            if mine != its or place != beside:
                break
            end = place[1]
        return end

    def _only_ends(self, rest: str) -> bool:
        """Whether a text is but white space and special tokens, as some templates end a conversation."""
        return all(
            each in self.tokenizer.special or not rest[start:end].strip()
            for each, (start, end) in zip(*self.tokenizer.pieces(rest), strict=True)
        )

    def tokens(self, span: Span) -> Span:
        """The tokens of an answer: from the first one in it to the one that ends it.

        What a template writes after that token (a newline) is no model's to write. Where the answer's block
        leaves the token out, it is taken in.
        """
        ids, offsets = self.pieces
        start = bisect_right(offsets, span[0], key=lambda place: place[1])
        stop = bisect_left(offsets, span[1], key=lambda place: place[0])
        special = self.tokenizer.special
        first = stop
        while first > start and (ids[first - 1] in special or not self._text_of(first - 1).strip()):
            first -= 1
        closing = [at for at in range(first, stop) if ids[at] in special]
        stopping = [at for at in closing if ids[at] in self.tokenizer.stops]
        if closing:
            return start, (stopping or closing)[0] + 1
        if stop < len(ids) and ids[stop] in self._may_end:
            return start, stop + 1
        return start, stop

    @property
    def _may_end(self) -> frozenset[int]:
        """Tokens that may end a turn: what generation stops at, and the last special one of this text."""
        last = next((each for each in reversed(self.pieces.ids) if each in self.tokenizer.special), None)
        return self.tokenizer.stops | ({last} if last is not None else frozenset())

    def _text_of(self, at: int) -> str:
        begin, end = self.pieces.offsets[at]
        return self.text[begin:end]


def taken(
    tokenizer: Tokenizer, messages: Sequence[Message], tools: Any
) -> tuple[list[Message], Any, str, list[Span]]:
    """The conversation as the template takes it: arguments of tool calls as objects, else as JSON texts.

    Raises `Unfit` where the template leaves tool calls out: what is left would teach to answer nothing.
    """
    given = list(messages)
    try:
        found = tokenizer.rendered(given, tools)
    except TemplateFault:
        if not any(message.get("tool_calls") for message in given):
            raise
        given = [_spelled(message) for message in given]
        found = tokenizer.rendered(given, tools)
    for name in (call["function"]["name"] for message in given for call in message.get("tool_calls") or ()):
        if isinstance(name, str) and name not in found.text:
            raise Unfit("makes tool calls, and the chat template does not write them")
    return given, tools, found.text, found.spans


def _spelled(message: Message) -> Message:
    calls = message.get("tool_calls")
    if not calls:
        return message
    return message | {
        "tool_calls": [
            call
            | {
                "function": call["function"]
                | {"arguments": json.dumps(call["function"]["arguments"], ensure_ascii=False)}
            }
            for call in calls
        ]
    }

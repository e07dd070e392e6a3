"""Rows as questions to a model: a prompt up to where it answers, and the reference that it is measured by.

The reference is the last answer of a row that training counts, as the chat template writes it; of a
preference the chosen one. Its loss counts the tokens that training counts, the one that ends the turn, too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.evaluate.forms import prediction_id
from ftlint.evaluate.grouping import groups

if TYPE_CHECKING:
    from ftlint.model import Record
    from ftlint.weights.tokenizer import Tokenizer

LONGEST = 1 << 24
"""Tokens of a row. Nothing is cut here: what is too long for the model is skipped and counted."""
SHORTEST_ANSWER, LONGEST_ANSWER = 32, 1024
COLUMNS = ("schema", "json_schema", "response_format", "label", "labels", "choices")
"""Columns of a row that metrics may ask for."""

_THOUGHT = re.compile(r"\s*<think>(.*?)</think>\s*", re.DOTALL)


class Question(NamedTuple):
    """One row. The model continues `ids`, the tokens of `text`; `context` and `target` are the row up to its
    reference and the reference, as training encodes them. Empty: `ids` where nothing is asked, `target` where
    nothing is expected. `prompt` are the turns before the reference.
    """

    row: int
    path: str
    id: str
    prompt: tuple[Mapping[str, Any], ...] | str
    text: str
    ids: tuple[int, ...]
    context: tuple[int, ...]
    target: tuple[int, ...]
    reference: str
    extra: Mapping[str, Any]
    group: str = ""


class Asked(NamedTuple):
    """The questions, and how many rows were skipped, by reason."""

    questions: tuple[Question, ...]
    skipped: Mapping[str, int]

    @property
    def lost(self) -> int:
        return sum(self.skipped.values())


def asked(records: Iterable[Record], tokenizer: Tokenizer, *, limit: int = 0) -> Asked:
    """The records as questions, near duplicates grouped. `limit` is the most tokens that the model takes (0:
    not known): rows that do not fit with their reference are skipped.
    """
    from ftlint.weights.conversation import Unfit

    found: list[Question] = []
    skipped: Counter[str] = Counter()
    for record in records:
        try:
            made = list(_questions(record, tokenizer, limit or LONGEST))
        except Unfit as fault:
            skipped[str(fault)] += 1
            continue
        fits = [each for each in made if not limit or len(each.context) + len(each.target) <= limit]
        if len(fits) < len(made):
            skipped[f"longer than the {limit:,} tokens of the model"] += 1
        found += fits
    named = groups([_compared(each) for each in found])
    return Asked(
        tuple(each._replace(group=group) for each, group in zip(found, named, strict=True)), dict(skipped)
    )


def without_thought(text: str) -> tuple[str, str]:
    """An answer without the `<think>` block it begins with, and that block: an answer is compared, not how
    it was come to. A block that was cut before its end stays.
    """
    found = _THOUGHT.match(text)
    return (text[found.end() :], found[1].strip()) if found else (text, "")


def longest_answer(questions: Sequence[Question]) -> int:
    """How many tokens a model may write: twice the longest reference, 32 to 1,024."""
    longest = max((len(each.target) for each in questions if each.ids), default=0)
    return min(LONGEST_ANSWER, max(SHORTEST_ANSWER, 2 * longest))


def ends_of(questions: Iterable[Question], special: Iterable[int]) -> frozenset[int]:
    """The special tokens that end references: a model that writes one has ended its turn."""
    known = frozenset(special)
    return frozenset(each.target[-1] for each in questions if each.target and each.target[-1] in known)


def _compared(question: Question) -> str:
    """The text by which near duplicates are told: the prompt without the system's words, which rows share."""
    if isinstance(question.prompt, str):
        return question.prompt or question.reference
    return "\n".join(str(turn.get("content")) for turn in question.prompt if turn.get("role") != "system")


def _questions(record: Record, tokenizer: Tokenizer, limit: int) -> Iterator[Question]:
    """Raises `Unfit` for a record that asks nothing."""
    from ftlint.weights.conversation import CONVERSATIONS
    from ftlint.weights.examples import encode_all

    if record.format.kind == "preference":
        yield _of_pair(record, tokenizer)
        return
    talks = record.format.kind in CONVERSATIONS
    examples = _sound(encode_all(record, tokenizer, length=LONGEST if talks else limit))
    if talks:
        yield _of_conversation(record, tokenizer, examples[-1])
        return
    for number, example in enumerate(examples):
        context, target = _parted(example)
        context, target = context or target[:1], target if context else target[1:]
        text = tokenizer.decode(context) if len(context) > 1 else ""
        reference = tokenizer.decode(_unended(target, tokenizer)) if text else ""
        asks = context if text else ()
        yield Question(
            record.row,
            record.path,
            _hash(number, context, target),
            text,
            text,
            asks,
            context,
            target,
            reference,
            {},
        )


def _sound(found: Any) -> Any:
    """What a row was encoded to. Raises `Unfit` where it was skipped."""
    from ftlint.weights.conversation import Unfit
    from ftlint.weights.examples import Skipped

    if isinstance(found, Skipped):
        raise Unfit(found.reason)
    return found


def _of_conversation(record: Record, tokenizer: Tokenizer, example: Any) -> Question:
    from ftlint.weights.conversation import conversation_of

    talk = conversation_of(record)
    at = max(index for index, learnt in enumerate(talk.trained) if learnt)
    context, target = _parted(example)
    called = talk.messages[at].get("tool_calls")
    extra = {"tools": talk.tools} if talk.tools else {}
    extra |= {"tool_calls": called} if called else {}
    return _asking(record, tokenizer, talk.messages[:at], talk.tools, context, target, extra)


def _of_pair(record: Record, tokenizer: Tokenizer) -> Question:
    from ftlint.weights.conversation import pair_of
    from ftlint.weights.examples import encode_pair

    pair = pair_of(record)
    encoded = _sound(encode_pair(record, tokenizer, length=LONGEST))
    context, target = tuple(encoded.prompt_ids), tuple(encoded.chosen_ids)
    return _asking(record, tokenizer, pair.prompt, pair.tools, context, target, {})


def _asking(
    record: Record,
    tokenizer: Tokenizer,
    prompt: Sequence[Mapping[str, Any]],
    tools: Any,
    context: tuple[int, ...],
    target: tuple[int, ...],
    extra: Mapping[str, Any],
) -> Question:
    from ftlint.weights.templates import TemplateFault

    text, ids = tokenizer.decode(context), context
    if tokenizer.template:
        try:
            text = tokenizer.render(prompt, tools, add_generation_prompt=True)
            ids = tuple(tokenizer.encode(text))
        except TemplateFault:  # it takes the arguments of tool calls as text: the row says what was asked
            pass
    reference, _ = without_thought(tokenizer.decode(_unended(target, tokenizer)))
    columns = {name: record.data[name] for name in COLUMNS if name in record.data}
    named = prediction_id([dict(turn) for turn in prompt], reference)
    return Question(
        record.row,
        record.path,
        named,
        tuple(prompt),
        text,
        ids,
        context,
        target,
        reference,
        {**columns, **extra},
    )


def _parted(example: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tokens before the last stretch that the loss counts, and that stretch."""
    from ftlint.weights.examples import IGNORED

    ids, labels = example.input_ids, example.labels
    end = len(labels)
    while end and labels[end - 1] == IGNORED:
        end -= 1
    start = end
    while start and labels[start - 1] != IGNORED:
        start -= 1
    return tuple(ids[:start]), tuple(ids[start:end])


def _unended(target: Sequence[int], tokenizer: Tokenizer) -> Sequence[int]:
    """A reference without the token that ends it."""
    return target[:-1] if target and target[-1] in tokenizer.special | tokenizer.stops else target


def _hash(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()

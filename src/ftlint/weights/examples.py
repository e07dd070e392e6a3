"""Records as token ids and labels: which tokens the loss counts.

The loss counts what an assistant writes: each of its turns up to and with the token that ends it, and
nothing else. See docs/training-data.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.model import Record
from ftlint.weights.answers import Rendering, Span
from ftlint.weights.conversation import (
    Conversation,
    Message,
    Pair,
    Unfit,
    conversation_of,
    messages_of,
    pair_of,
)
from ftlint.weights.templates import TemplateFault
from ftlint.weights.tokenizer import Tokenizer

IGNORED = -100
"""The label of a token that the loss does not count."""


class Encoded(NamedTuple):
    """Token ids and labels of one example, as long as each other. `turns` is how many answers it trains,
    `cut` how many tokens of the record are in no example."""

    input_ids: list[int]
    labels: list[int]
    path: str = ""
    row: int = 0
    turns: int = 0
    cut: int = 0


class Skipped(NamedTuple):
    """A record that gives no example: `length` where it is too long, else `unfit`, and why."""

    reason: str
    kind: str = "unfit"
    tokens: int = 0


class EncodedPair(NamedTuple):
    """A preference as token ids: the prompt, and each answer with the token that ends it."""

    prompt_ids: list[int]
    chosen_ids: list[int]
    rejected_ids: list[int]
    path: str = ""
    row: int = 0


def encode_record(
    record: Record, tokenizer: Tokenizer, *, length: int, train_on_inputs: bool = False
) -> Encoded | Skipped:
    """The record as one example: the whole conversation, or the last of `encode_all`'s examples."""
    found = encode_all(record, tokenizer, length=length, train_on_inputs=train_on_inputs)
    return found if isinstance(found, Skipped) else found[-1]


def encode_all(
    record: Record, tokenizer: Tokenizer, *, length: int, train_on_inputs: bool = False
) -> list[Encoded] | Skipped:
    """The record as examples of `length` tokens at most.

    Mostly one. A text that is longer is continued in further ones. Where the template writes earlier turns
    otherwise once later ones follow (as those that take reasoning out), each answer is an example of its own,
    after the prompt that the model is asked with. No answer is cut: of a conversation that is too long the
    turns that fit are kept, and a record whose first answer does not fit is skipped.
    """
    try:
        found = list(_examples(record, tokenizer, length, train_on_inputs))
    except Unfit as fault:
        return Skipped(str(fault))
    except TemplateFault as fault:
        return Skipped(f"the chat template does not take it: {fault}")
    lost = sum(each.cut for each in found)
    kept = [each for each in found if each.input_ids]
    if not kept:
        return Skipped(f"has no answer within {length} tokens", "length", lost)
    if train_on_inputs:
        kept = [each._replace(labels=list(each.input_ids)) for each in kept]
    kept[-1] = kept[-1]._replace(cut=lost)
    return [each._replace(path=record.path, row=record.row) for each in kept]


def encode_pair(record: Record, tokenizer: Tokenizer, *, length: int) -> EncodedPair | Skipped:
    """A preference as token ids; skipped where the prompt and an answer have more than `length` tokens."""
    try:
        pair = pair_of(record)
        prompt, chosen = _answered(pair, pair.chosen, tokenizer)
        other, rejected = _answered(pair, pair.rejected, tokenizer)
    except Unfit as fault:
        return Skipped(str(fault))
    except TemplateFault as fault:
        return Skipped(f"the chat template does not take it: {fault}")
    if prompt != other:  # tokens that join prompt and answer differ
        same = next(
            (at for at, (a, b) in enumerate(zip(prompt, other, strict=False)) if a != b),
            min(len(prompt), len(other)),
        )
        chosen, rejected = prompt[same:] + chosen, other[same:] + rejected
        prompt = prompt[:same]
    longest = len(prompt) + max(len(chosen), len(rejected))
    if longest > length:
        return Skipped(f"has {longest} tokens, more than {length}", "length", longest)
    if chosen == rejected:
        return Skipped("its two answers are the same tokens")
    return EncodedPair(prompt, chosen, rejected, record.path, record.row)


def _answered(pair: Pair, answer: list[Message], tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The token ids of a prompt and of one answer to it."""
    messages = [*pair.prompt, *answer]
    if not tokenizer.template:
        ids, labels = _joined_texts(messages, [False] * (len(messages) - 1) + [True], tokenizer)
        start = next(at for at, label in enumerate(labels) if label != IGNORED)
        return ids[:start], ids[start:]
    view = Rendering(tokenizer, messages, pair.tools)
    span = view.span(len(pair.prompt), len(messages)) or view.asked_again(len(pair.prompt))
    ids = view.pieces.ids
    start, end = view.tokens(span)
    if end == len(ids) and ids[-1] not in tokenizer.special and tokenizer.eos_id is not None:
        ids = [*ids, tokenizer.eos_id]
        end += 1
    return ids[:start], ids[start:end]


def _examples(record: Record, tokenizer: Tokenizer, length: int, whole: bool) -> Iterator[Encoded]:
    kind = record.format.kind
    if kind == "text":
        yield from _of_text(record.target_text, tokenizer, length)
    elif kind == "tokenised":
        yield _of_ids(record, length)
    else:
        talk = conversation_of(record)
        if not any(talk.trained) and not whole:
            raise Unfit("has no answer to learn")
        yield from _of_conversation(talk, tokenizer, length)


def _of_text(text: str, tokenizer: Tokenizer, length: int) -> Iterator[Encoded]:
    """A text, ended by the end token, in as many pieces as it takes."""
    if not text.strip():
        raise Unfit("holds no text")
    ids = tokenizer.encode(text, special=True)
    if tokenizer.eos_id is not None and ids[-1:] != [tokenizer.eos_id]:
        ids.append(tokenizer.eos_id)
    for start in range(0, len(ids), length):
        piece = ids[start : start + length]
        if len(piece) > 1:
            yield Encoded(piece, list(piece), turns=1)


def _of_ids(record: Record, length: int) -> Encoded:
    data: Mapping[str, Any] = record.data
    ids: Any = data.get("input_ids")
    labels: Any = ids if data.get("labels") is None else data["labels"]
    if not (_whole(ids) and _whole(labels)) or not ids or len(ids) != len(labels):
        raise Unfit("its input_ids and labels are no lists of whole numbers of one length")
    if len(ids) > length:
        return Encoded([], [], cut=len(ids))
    return Encoded(list(ids), list(labels), turns=1)


def _whole(value: Any) -> bool:
    return isinstance(value, list) and all(type(each) is int for each in value)


def _of_conversation(talk: Conversation, tokenizer: Tokenizer, length: int) -> Iterator[Encoded]:
    last = max((at for at, message in enumerate(talk.messages) if message["role"] == "assistant"), default=-1)
    messages, trained = talk.messages[: last + 1], talk.trained[: last + 1]
    if not messages:
        raise Unfit("has no answer to learn")
    if not tokenizer.template:
        yield _fitting(*_joined_texts(messages, trained, tokenizer), length)
        return
    view = Rendering(tokenizer, messages, talk.tools)
    spans = view.spans(trained)
    if spans is not None:
        yield _example(view, spans, length)
        return
    for at in (at for at, learnt in enumerate(trained) if learnt):
        part = Rendering(tokenizer, messages[: at + 1], talk.tools)
        span = part.span(at, at + 1) or part.asked_again(at)
        yield _example(part, [span], length)


def _example(view: Rendering, spans: Sequence[Span], length: int) -> Encoded:
    """The example whose loss counts these answers."""
    ids = list(view.pieces.ids)
    labels = [IGNORED] * len(ids)
    for span in spans:
        start, end = view.tokens(span)
        labels[start:end] = ids[start:end]
    eos = view.tokenizer.eos_id
    if eos is not None and labels[-1:] not in ([], [IGNORED]) and ids[-1] not in view.tokenizer.special:
        # a template that ends no turn would leave a model that never stops
        ids.append(eos)
        labels.append(eos)
    return _fitting(ids, labels, length)


def _joined_texts(
    messages: Sequence[Message], trained: Sequence[bool], tokenizer: Tokenizer
) -> tuple[list[int], list[int]]:
    """Prompt and answers as they are, for a model without a chat template: joined by newlines where the
    record does not join them itself, each answer ended by the end token."""
    if any(message.get("tool_calls") or message["role"] == "tool" for message in messages):
        raise Unfit("uses tools, and the model has no chat template to write them")
    ids = tokenizer.encode("", special=True)
    if tokenizer.eos_id is not None and ids[-1:] == [tokenizer.eos_id]:
        ids = ids[:-1]
    labels = [IGNORED] * len(ids)
    for message, learnt in zip(messages, trained, strict=True):
        text = message["content"]
        answers = message["role"] == "assistant"
        if not answers and not text[-1:].isspace():
            text += "\n"
        piece = tokenizer.encode(text)
        if answers and tokenizer.eos_id is not None:
            piece = [*piece, tokenizer.eos_id]
        ids = [*ids, *piece]
        labels += piece if learnt else [IGNORED] * len(piece)
    return ids, labels


def _fitting(ids: list[int], labels: list[int], length: int) -> Encoded:
    """The example, or as many of its turns as fit whole; empty where not even the first answer does."""
    ends = _ends(labels)
    if len(ids) <= length:
        return Encoded(ids, labels, turns=len(ends))
    kept = [end for end in ends if end <= length]
    end = kept[-1] if kept else 0
    return Encoded(ids[:end], labels[:end], turns=len(kept), cut=len(ids) - end)


def _ends(labels: Sequence[int]) -> list[int]:
    """Where each stretch of labels that the loss counts ends."""
    after = [*labels[1:], IGNORED]
    both = enumerate(zip(labels, after, strict=True), 1)
    return [at for at, (now, later) in both if now != IGNORED and later == IGNORED]


__all__ = [
    "IGNORED",
    "Encoded",
    "EncodedPair",
    "Skipped",
    "encode_all",
    "encode_pair",
    "encode_record",
    "messages_of",
    "pair_of",
]

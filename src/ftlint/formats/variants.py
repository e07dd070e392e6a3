"""Known formats under other column names, as they are met in the wild."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ftlint.formats.classification import labelled
from ftlint.formats.columns import remapped
from ftlint.formats.qa import pairs
from ftlint.model import Format

OPENAI_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "system_tag": "system",
}
SHAREGPT_TAGS = {
    "role_tag": "from",
    "content_tag": "value",
    "user_tag": "human",
    "assistant_tag": "gpt",
    "observation_tag": "observation",
    "function_tag": "function_call",
}

PROMPTS = ("instruction", "question", "query", "input", "problem", "problem_description", "problem_statement")

ALPACA = {"prompt": "instruction", "query": "input", "completion": "output"}

LISTS = (
    "conversations",
    "conversation",
    "dialogue",
    "dialog",
    "dialogs",
    "chat",
    "chats",
    "turns",
    "history",
    "chat_rounds",
    "utterances",
)

RENAMED: tuple[tuple[str, Mapping[str, str], Mapping[str, str] | None], ...] = (
    ("mistral", {"messages": "interactions"}, None),
    ("sharegpt", {"conversations": "messages"}, None),
    ("sharegpt", {"conversations": "conversation"}, None),
    ("kto", {"label": "kto_tag"}, None),
    ("kto", {"messages": "conversations", "label": "kto_tag"}, SHAREGPT_TAGS),
    ("kto", {"messages": "conversations"}, SHAREGPT_TAGS),
    ("trl-unpaired", {**ALPACA, "label": "kto_tag"}, None),
    ("sharegpt-dpo", {"conversations": "messages"}, OPENAI_TAGS),
    ("trl-preference", {"chosen": "chosen_messages", "rejected": "rejected_messages"}, None),
    ("rounds", {"conversation": "conversations"}, None),
    ("rounds", {"conversation": "dialog"}, None),
    ("text", {"text": "content"}, None),
    ("text", {"text": "raw_content"}, None),
    *(("dialogue", {"messages": key}, None) for key in LISTS),
    *(("dialogue", {"messages": key}, {"role_tag": "from", "content_tag": "value"}) for key in LISTS[2:]),
    *(("dialogue", {"messages": key}, {"content_tag": "text"}) for key in LISTS),
)


def variants(keys: frozenset[str]) -> Iterator[Format]:
    """The formats under other column names that a record of these keys could be of."""
    from ftlint.formats import FORMATS

    for name, columns, tags in RENAMED:
        if all(column in keys for key, column in columns.items() if key in FORMATS[name].required):
            yield remapped(name, columns, tags)
    if {"chosen", "rejected"} <= keys and "prompt" not in keys:
        yield from _preferences(keys)
    yield from pairs(keys, FORMATS["qa"])
    yield from labelled(keys, FORMATS["classification"])


def _preferences(keys: frozenset[str]) -> Iterator[Format]:
    prompt = next((key for key in PROMPTS if key in keys), None)
    if prompt is not None:
        query = "input" if prompt == "instruction" else None
        yield remapped("trl-preference", {"prompt": prompt, "input": query})

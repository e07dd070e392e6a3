"""Records into columns: texts, and a key for each record's structure; plain rows take a fast path.

The fast path reads a plain chat or flat row with a handful of operations that run in C, and builds its
structure key from what they meet. A row that is in any way unusual raises or fails a test there and goes
through its format's `turns` instead; both paths yield the same texts, which a test holds.
"""

from collections.abc import Callable
from typing import Any

from ftlint.engine.shapes import LONGEST_KEPT
from ftlint.model import Format, PlainChat, PlainFlat, Record
from ftlint.model.batch import BESIDES

Key = Any
SCALARS = frozenset({str, int, float, bool, type(None)})
UNIT = "\x1f"


Row = tuple[Key, str, str, str, str]
"""One record in columns: structure key, prompt, target, system prompt, and all its text joined by U+001F.

A plain tuple: a named one costs a third of the fast path.
"""

Reader = Callable[[dict[str, Any]], Row | None]


def learning_view(record: Record) -> tuple[str, str, str, str]:
    """Any record, through its format's views: prompt, target, system prompt and all its text.

    The prompt is everything before the answer that is trained last, the target that answer.
    """
    turns = record.turns
    system = turns[0].text if turns and turns[0].role == "system" else ""
    if not turns:
        prompt = [text.value for text in record.texts if text.where == "prompt"]
        target = [text.value for text in record.texts if text.where == "target"]
    elif any(turn.branch for turn in turns):
        prompt = [text.value for turn in turns if not turn.branch for text in turn.texts]
        target = [text.value for turn in turns if turn.branch for text in turn.texts]
    else:
        trained = [i for i, turn in enumerate(turns) if any(text.where == "target" for text in turn.texts)]
        last = trained[-1] if trained else len(turns)
        prompt = [text.value for turn in turns[:last] for text in turn.texts]
        target = [text.value for turn in turns[last : last + 1] for text in turn.texts]
    scanned = UNIT.join([text.value for text in record.texts if text.value])
    return UNIT.join(filter(None, prompt)), UNIT.join(filter(None, target)), system, scanned


def reader(format: Format) -> Reader | None:
    """The fast path for a format's plain rows; it answers None for a row that is not plain."""
    if isinstance(format.plain, PlainChat):
        return _chat_reader(format, format.plain)
    if isinstance(format.plain, PlainFlat):
        return _flat_reader(format, format.plain)
    return None


def _head(row: dict[str, Any], besides: str, unread: frozenset[str]) -> Key | None:
    """The part of a key that the columns beside the turns make; None where they are not plain.

    `unread` are columns whose text the fast path does not take up.
    """
    found: list[Any] = []
    for key, value in row.items():
        if key == besides:
            found.append(key)
            continue
        if key in unread and value:
            return None
        kind = value.__class__
        if kind not in SCALARS or (kind is str and value.isspace()):
            return None
        found.append((key, kind, value == "" if kind is str else value if kind is bool else None))
    return tuple(found)


def _chat_reader(format: Format, plain: PlainChat) -> Reader:
    turns_key, role_key, text_key = plain.turns, plain.role, plain.text
    roles = format.roles
    answers = frozenset(name for name, role in roles.items() if role == "assistant")
    systems = frozenset(name for name, role in roles.items() if role == "system")
    answer_last: dict[str, bool] = {}
    only = (turns_key,)
    unread = (format.keys | BESIDES) - {turns_key}

    def read(row: dict[str, Any]) -> Row | None:
        try:
            turns = row[turns_key]
            names = [turn[role_key] for turn in turns]
            texts = [turn[text_key] for turn in turns]
            spoken = UNIT.join(names)
            joined = UNIT.join(texts)
        except (KeyError, TypeError):
            return None
        count = len(turns)
        if not count or turns.__class__ is not list or sum(map(len, turns)) != 2 * count:
            return None
        if "" in texts or True in map(str.isspace, texts):
            return None
        head = only if len(row) == 1 else _head(row, turns_key, unread)
        if head is None:
            return None
        ends = answer_last.get(spoken)
        if ends is None:
            ends = names[-1] in answers and all(name in roles for name in names)
            if max(map(len, names)) > LONGEST_KEPT:
                return None
            answer_last[spoken] = ends
        if not ends:
            return None
        target = texts[-1]
        return (
            (head, spoken),
            joined[: -len(target) - 1] if count > 1 else "",
            target,
            texts[0] if names[0] in systems else "",
            joined,
        )

    return read


def _flat_reader(format: Format, plain: PlainFlat) -> Reader:
    prompts, target_key, system_key = plain.prompt, plain.target, plain.system
    unread = (format.keys | BESIDES).difference(prompts, [target_key or "", system_key or ""])

    def read(row: dict[str, Any]) -> Row | None:
        head = _head(row, "", unread)
        if head is None:
            return None
        try:
            pieces = [row[key] for key in prompts if key in row]
            target = row[target_key] if target_key is not None else ""
            system = row.get(system_key, "") if system_key is not None else ""
            UNIT.join([system, *pieces, target])  # raises where one is no text
            prompt = UNIT.join(filter(None, [system, *pieces]))
            return head, prompt, target, system, UNIT.join(filter(None, [prompt, target]))
        except (KeyError, TypeError):
            return None

    return read

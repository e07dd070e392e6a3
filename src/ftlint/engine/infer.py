"""Which files belong to one dataset, and to which split, by their names and folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ftlint.read.candidates import COMPRESSED, ENDINGS

_WORDS = {
    "train": ("train", "training", "trn"),
    "validation": ("val", "valid", "validation", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "holdout", "heldout"),
    "general": ("general", "replay"),
}
_SPLIT = {word: split for split, words in _WORDS.items() for word in words}
_TAILS = ("set", "data", "split")
_FILLER = frozenset({"data", "dataset", "datasets", "set", "split", "file", "sft"})
_SHARD = re.compile(
    r"[-_.](?:\d{2,}[-_]of[-_]\d{2,}(?:-[0-9a-f]{8,})?|(?:part|shard|chunk)[-_.]?\d+)$|^(?:part|shard|chunk)[-_.]?\d+$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK = re.compile(r"[-_. ()]+")
_PREFERRED = (".jsonl", ".ndjson", ".parquet", ".json", ".csv", ".tsv", ".arrow")


class Name(NamedTuple):
    """What a path says: folder and rest of the name without the split's word, the split ("" for none)."""

    path: str
    folder: str
    rest: tuple[str, ...]
    split: str
    ending: str
    stem: str


class Group:
    """Files that make up one dataset, by split; `lone` where no name says a split."""

    def __init__(self, folder: str, rest: tuple[str, ...], lone: bool = False, suffix: str = "") -> None:
        self.folder = folder
        self.rest = rest
        self.lone = lone
        self.suffix = suffix
        self.splits: dict[str, list[Name]] = {}

    @property
    def subject(self) -> tuple[str, ...]:
        return tuple(word for word in self.rest if word.lower() not in _FILLER)

    def add(self, name: Name, split: str) -> None:
        self.splits.setdefault(split, []).append(name)


def infer(paths: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """path -> (dataset, split, evidence) for paths relative to the root, with forward slashes."""
    groups = _joined(_grouped(_placed([parse(path) for path in sorted(paths)])))
    labels = _labels(groups)
    return {
        name.path: (label, split, "lone" if group.lone else "named")
        for group, label in zip(groups, labels, strict=True)
        for split, names in group.splits.items()
        for name in names
    }


def parse(path: str) -> Name:
    folder, _, file = path.rpartition("/")
    lower = file.lower()
    ending = max((end for end in (*ENDINGS, ".txt") if lower.endswith(end)), key=len, default="")
    stem = file[: len(file) - len(ending)] if ending else file
    words = [part for word in _BREAK.split(_SHARD.sub("", stem)) for part in _parts(word)]
    joined = [_split_of(word) for word in words]
    if "held" in words and "out" in words[words.index("held") :]:
        joined[words.index("held")] = "test"
        joined[words.index("out")] = "test"
    real = [index for index, split in enumerate(joined) if split and split != "general"]
    general = [index for index, split in enumerate(joined) if split == "general"]
    if not real and not (general and len(words) == 1):
        return Name(path, folder, tuple(words), "", ending, stem)
    split = joined[real[-1]] if real else "general"
    if split == "general":
        return Name(path, folder, (), split, ending, stem)
    first = last = real[-1]
    while first and joined[first - 1] == split:
        first -= 1
    return Name(path, folder, (*words[:first], *words[last + 1 :]), split, ending, stem)


def _parts(word: str) -> list[str]:
    """`trainData` and `supportTrain` in parts; `HumanEval` is a name and no split."""
    parts = _CAMEL.split(word)
    return parts if word[:1].islower() or _split_of(parts[0]) else [word] if word else []


def _split_of(word: str) -> str:
    word = word.lower().rstrip("0123456789")
    if word in _SPLIT:
        return _SPLIT[word]
    return next((_SPLIT.get(word.removesuffix(tail), "") for tail in _TAILS if word.endswith(tail)), "")


def _placed(names: list[Name]) -> list[Name]:
    """Names whose split is said by a folder: `train/a.jsonl` beside `val/a.jsonl`."""
    said = {f"{name.folder}/{name.split}" for name in names if name.split}
    for name in names:
        above, _, last = name.folder.rpartition("/")
        if name.folder and _SPLIT.get(last.lower()):
            said.add(f"{above}/{_SPLIT[last.lower()]}")
    placed = []
    for name in names:
        above, _, last = name.folder.rpartition("/")
        split = _SPLIT.get(last.lower(), "") if name.folder else ""
        if split and f"{above}/train" in said and name.split in ("", split):
            placed.append(name._replace(folder=above, rest=(), split=split))
        else:
            placed.append(name)
    return placed


def _grouped(names: list[Name]) -> list[Group]:
    groups: dict[tuple[str, ...], Group] = {}
    for name in names:
        lone = not name.split
        key = (name.folder, "lone" if lone else "", *name.rest, *([name.ending] if lone else []))
        group = groups.setdefault(key, Group(name.folder, name.rest, lone=lone))
        group.add(name, name.split or "train")
    return [part for group in groups.values() for part in _untwinned(group)]


def _untwinned(group: Group) -> list[Group]:
    """`train.json` beside `train.jsonl` is one dataset written twice: the second stands on its own."""
    endings = {name.ending for names in group.splits.values() for name in names}
    stems = [(split, name.stem.lower()) for split, names in group.splits.items() for name in names]
    if len(endings) < 2 or len(stems) == len(set(stems)):
        return [group]

    def worth(ending: str) -> tuple[int, int, int]:
        count = sum(name.ending == ending for names in group.splits.values() for name in names)
        packed = ending.endswith(COMPRESSED)
        plain = ending[: ending.rindex(".")] if packed else ending
        return -count, _PREFERRED.index(plain) if plain in _PREFERRED else len(_PREFERRED), int(packed)

    main = Group(group.folder, group.rest, lone=group.lone)
    others: dict[str, Group] = {}
    taken: set[tuple[str, str]] = set()
    for ending in sorted(endings, key=worth):
        for split, names in group.splits.items():
            for name in (name for name in names if name.ending == ending):
                twin = (split, name.stem.lower())
                into = main
                if twin in taken:
                    into = others.setdefault(ending, Group(group.folder, group.rest, suffix=ending))
                taken.add(twin)
                into.add(name, split)
    return [main, *others.values()]


def _joined(groups: list[Group]) -> list[Group]:
    """Give splits without a training file to the one group of their folder they can only belong to."""
    folders: dict[str, list[Group]] = {}
    for group in groups:
        folders.setdefault(group.folder, []).append(group)
    kept = []
    for group in groups:
        orphan = not group.lone and not group.suffix and "train" not in group.splits
        home = _home(group, [each for each in folders[group.folder] if each is not group]) if orphan else None
        if home is None:
            kept.append(group)
            continue
        home.lone = False
        for split, names in group.splits.items():
            for name in names:
                home.add(name, split)
    return kept


def _home(orphan: Group, others: list[Group]) -> Group | None:
    """The group that lacks these splits and is about the same, or about anything where only one is there."""
    fit = [
        each
        for each in others
        if "train" in each.splits and not each.suffix and not set(orphan.splits) & set(each.splits)
    ]
    same = [each for each in fit if each.subject == orphan.subject]
    named = [each for each in same if not each.lone] or same
    if len(named) == 1:
        return named[0]
    trains = [each for each in others if "train" in each.splits and not each.suffix and not each.lone]
    if len(trains) == 1 and trains[0] in fit and (not orphan.subject or not trains[0].subject):
        return trains[0]
    return None


def _labels(groups: list[Group]) -> list[str]:
    """A name for each group, unique: the common part of its file names, else its folder, else its path."""
    labels = [_label(group, 1) for group in groups]
    for depth in (2, 3, 99):
        counts = Counter(labels)
        for index, group in enumerate(groups):
            if counts[labels[index]] > 1:
                labels[index] = _label(group, depth)
    counts = Counter(labels)
    return [
        label if counts[label] == 1 else min(name.path for names in group.splits.values() for name in names)
        for label, group in zip(labels, groups, strict=True)
    ]


def _label(group: Group, depth: int) -> str:
    """The last `depth` parts of folder and common name."""
    names = [name for each in group.splits.values() for name in each]
    rest = names[0].stem if group.lone and len(names) == 1 else "_".join(group.rest if group.subject else ())
    parts = [part for part in (*group.folder.split("/"), rest) if part]
    return ("/".join(parts[-depth:]) or "dataset") + group.suffix

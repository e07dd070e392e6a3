"""A training config in the making: what a dialect reads from a tree and adds to it."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.model.config_fields import FIELDS
from ftlint.model.config_tree import Entry, Node
from ftlint.model.scalars import as_flag, as_number, is_unknown
from ftlint.model.training_config import DataRef, Field, Purpose
from ftlint.read.scalars import resolve

PRECISION_NAMES = {
    **dict.fromkeys(("bf16", "bfloat16", "torch.bfloat16", "bf16-true", "bf16-mixed"), "bf16"),
    **dict.fromkeys(("fp16", "float16", "half", "torch.float16", "16-true", "16-mixed"), "fp16"),
    **dict.fromkeys(("fp32", "float32", "float", "torch.float32", "32-true", "32"), "fp32"),
    **dict.fromkeys(("fp8", "float8", "fp8-mixed"), "fp8"),
}


class Draft:
    """Fields found so far. `tree` is the config itself, without a wrapper; `path` the file, for its name.

    `purpose`, `parts` and `casts` are the config's; `casts` starts as the dialect's, whose files not all one
    program may read.
    """

    def __init__(
        self, dialect: Dialect, tree: Node, path: str, syntax: str = "yaml", version: str = ""
    ) -> None:
        self.dialect = dialect
        self.tree = tree
        self.path = path
        self.loader = "json" if syntax == "json" else dialect.loader if syntax != "flags" else "flags"
        self.version = version
        self.purpose: Purpose = "train"
        self.fields: dict[str, Field] = {}
        self.parts: list[str] = []
        self.casts = dialect.casts

    # --- reading the file

    def entry(self, *spellings: str) -> tuple[str, Entry] | None:
        """The first of the dotted keys that the file writes, and its entry."""
        for spelling in spellings:
            entry = self.tree.entry(spelling)
            if entry is not None:
                return spelling, entry
        return None

    def value(self, *spellings: str) -> Any:
        """What the loader makes of the first of the dotted keys that is written; None where none is."""
        found = self.entry(*spellings)
        return self.resolved(found[1].value) if found else None

    def resolved(self, node: Node) -> Any:
        return resolve(node, self.loader)

    def text(self, *spellings: str) -> str:
        """A written text in lower case; "" where there is none."""
        value = self.value(*spellings)
        return value.strip().lower() if isinstance(value, str) else ""

    def flag(self, *spellings: str) -> bool | None:
        return as_flag(self.value(*spellings))

    def number(self, *spellings: str) -> float | None:
        return as_number(self.value(*spellings))

    def has(self, *spellings: str) -> bool:
        """Whether any of the dotted keys is written, even as null."""
        return self.entry(*spellings) is not None

    # --- fields

    def get(self, name: str) -> Any:
        """The value of a field so far; None where there is none or it is unknown."""
        known = self.fields.get(name)
        return known.value if known else None

    def knows(self, name: str) -> bool:
        """Whether the field is settled, be it as unknown."""
        return name in self.fields

    def read(self, key: Key) -> None:
        """Take what a key of the file says, unless it says null."""
        found = self.entry(*key.spellings)
        if found is None:
            return
        spelling, entry = found
        loaded = self.resolved(entry.value)
        if loaded is None:
            return
        self.put(key.field, self.converted(key, loaded), spelling, entry=entry)

    def converted(self, key: Key, loaded: Any) -> Any:
        if isinstance(loaded, str) and is_unknown(loaded):
            return UNKNOWN
        if key.convert is not None:
            return key.convert(loaded)
        return canonical(key.field, loaded)

    def put(self, name: str, value: Any, *spellings: str, entry: Entry | None = None) -> None:
        """Set a field from the first of these keys that is written, or from the entry given for the first.

        As a default where none is written. `UNKNOWN` is kept as unknown; None sets nothing.
        """
        if value is None:
            return
        found = self.entry(*spellings) if entry is None else (spellings[0], entry)
        if found is None:
            self.default(name, value)
            return
        spelling, entry = found
        unknown = value is UNKNOWN
        node = entry.value
        self.fields[name] = Field(
            None if unknown else value,
            written=True,
            unknown=unknown,
            key=spelling,
            raw=node.text if node.kind == "scalar" else "",
            loaded=self.resolved(node) if node.kind == "scalar" else None,
            range=node.range,
            key_range=entry.key.range,
        )

    def derive(self, name: str, value: Any, *spellings: str) -> None:
        """Set a field to what follows from the first of these keys that is written; else as a default.

        The text there is not the field's, so that no edit of the field may take its place.
        """
        self.put(name, value, *spellings)
        known = self.fields.get(name)
        if value is not None and known is not None and known.written:
            self.fields[name] = known._replace(raw="", loaded=None)

    def follow(self, name: str, value: Any, source: str) -> None:
        """Set a field to what follows from another one, with the place, or the default's source, of that."""
        unknown = value is UNKNOWN
        known = self.fields[source]
        self.fields[name] = known._replace(
            value=None if unknown else value, unknown=unknown, raw="", loaded=None
        )

    def default(self, name: str, value: Any, source: str = "", key: str = "") -> None:
        """Set a field that nothing has set yet to what holds where nothing is written."""
        if value is None or name in self.fields:
            return
        unknown = value is UNKNOWN
        spelling = key or self.dialect.spelling.get(name, "")
        self.fields[name] = Field(
            None if unknown else value, written=False, unknown=unknown, key=spelling, source=source
        )

    def drop(self, name: str) -> None:
        """Take a field back: the key is inert here."""
        self.fields.pop(name, None)

    def refs(self, node: Node | None, **more: Any) -> list[DataRef]:
        """A scalar or a list of scalars as data references."""
        if node is None:
            return []
        nodes = node.items if node.kind == "list" else (node,)
        found = []
        for each in nodes:
            value = self.resolved(each) if each.kind == "scalar" else None
            if isinstance(value, str) and value:
                found.append(data_ref(value, each, **more))
        return found


def data_ref(name: str, node: Node, kind: str = "", **more: Any) -> DataRef:
    """A reference to data by its name; `kind` where the dialect knows it."""
    return DataRef(name, kind or kind_of(name), range=node.range, **more)  # type: ignore[arg-type]


_ENDINGS = (".jsonl", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".txt", ".gz", ".zst", ".ndjson")


def kind_of(name: str) -> str:
    """What a name of data most likely is: a file, a repository of a hub, an address."""
    if is_unknown(name):
        return "unknown"
    if "://" in name:
        return "file" if name.startswith("file://") else "remote"
    lower = name.lower()
    if name.startswith(("/", "./", "../", "~")) or lower.endswith(_ENDINGS) or "*" in name:
        return "file"
    return "hub" if name.count("/") <= 1 else "file"


def canonical(name: str, loaded: Any) -> Any:
    """A loaded value as its field's kind asks; `UNKNOWN` for several values, None for what says nothing."""
    spec = FIELDS[name]
    match spec.kind:
        case "number" | "count" | "share-or-count":
            number = as_number(loaded)
            if number is None:
                return UNKNOWN if isinstance(loaded, list | dict | str) else None
            return int(number) if spec.kind == "count" and float(number).is_integer() else number
        case "flag":
            flag = as_flag(loaded)
            return UNKNOWN if flag is None and isinstance(loaded, str | list) else flag
        case "words":
            return words(loaded)
        case _:
            return str(loaded) if isinstance(loaded, str | int | float) else UNKNOWN


def words(loaded: Any) -> Any:
    """A list of texts, or a text with commas between."""
    if isinstance(loaded, str):
        return tuple(word for word in (part.strip() for part in loaded.split(",")) if word)
    if isinstance(loaded, list):
        return tuple(str(item) for item in loaded if isinstance(item, str | int | float))
    return UNKNOWN


def precision(loaded: Any) -> Any:
    """A type's name as `bf16`, `fp16`, `fp32` or `fp8`."""
    if not isinstance(loaded, str):
        return None
    return PRECISION_NAMES.get(loaded.strip().lower(), UNKNOWN)

from array import array
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ftlint.model.format import Format
from ftlint.model.prior import Prior

NOTHING_KNOWN = Prior()


class Batch:
    """A few thousand records of one file in columns: what measures add up.

    All columns have one entry per sound record, in file order:
    `rows` the record's index, relative to the shard; `data` the decoded record; `prompts` everything before
    the answer that is trained last, pieces joined by U+001F; `targets` that answer ("" where there is none);
    `systems` the system prompt ("" where there is none); `sizes` bytes of the record in the file.
    `odd` lists the positions of records that are not plain text turns: only these can hold tools, images or
    other parts beside their texts. `prior` is what was known of the dataset before; `shared` is for what
    several measures derive from one batch.
    """

    __slots__ = (
        "__dict__",
        "data",
        "format",
        "hasher",
        "odd",
        "prior",
        "prompts",
        "rows",
        "shared",
        "sizes",
        "systems",
        "targets",
    )

    def __init__(
        self,
        format: Format,
        rows: Sequence[int],
        data: Sequence[Any],
        prompts: list[str],
        targets: list[str],
        systems: list[str],
        sizes: Sequence[int],
        hasher: Callable[[list[str]], "array[int]"],
        odd: Sequence[int] = (),
        prior: Prior = NOTHING_KNOWN,
    ) -> None:
        self.format = format
        self.rows = rows
        self.data = data
        self.prompts = prompts
        self.targets = targets
        self.systems = systems
        self.sizes = sizes
        self.hasher = hasher
        self.odd = odd
        self.prior = prior
        self.shared: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.data)

    @cached_property
    def prompt_hashes(self) -> "array[int]":
        """64-bit content hashes of `prompts`; `EMPTY_HASH` for an empty one."""
        return self.hasher(self.prompts)

    @cached_property
    def target_hashes(self) -> "array[int]":
        """64-bit content hashes of `targets`; `EMPTY_HASH` for an empty one."""
        return self.hasher(self.targets)


BESIDES = frozenset(
    {"tools", "functions", "available_tools", "toolConfig", "image", "images", "video", "videos", "audio"}
    | {"audios", "docs"}
)
"""Columns that belong to what the model is asked and are no text: rows that differ in them are different."""

EMPTY_HASH = 0x2D06800538D394C2
"""The content hash of an empty text (XXH3-64 of nothing)."""

"""OpenAI's and Azure's results of a fine-tuning job, as CSV.

Source: the guides on fine-tuning: a row for each step, with `train_loss`, `train_accuracy` or
`train_mean_token_accuracy`, and now and then `valid_loss` (of a batch) and `full_valid_loss` (of the whole
file). The contents of such a file come from the API in base64, and are often saved so.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
from collections.abc import Mapping, Sequence

from ftlint.model.run_log import Damaged
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.table import Columns, TableReader, head_of, numeric

_LOSSES = frozenset({"train_loss", "training_loss"})
_OTHERS = frozenset(
    {
        *("train_accuracy", "train_mean_token_accuracy", "training_token_accuracy", "elapsed_tokens"),
        *("valid_loss", "full_valid_loss", "validation_loss", "valid_mean_token_accuracy"),
        *("full_valid_mean_token_accuracy", "validation_mean_token_accuracy", "elapsed_examples"),
        "training_sequence_accuracy",
    }
)
_NAMES = {
    "train_accuracy": "mean_token_accuracy",
    "training_token_accuracy": "mean_token_accuracy",
    "elapsed_tokens": "num_tokens",
}
_ENCODED = base64.b64encode(b"step,t")


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin such a table, as it is or in base64."""
    if head.startswith(_ENCODED):
        head = _decoded(head)
    table = head_of(head)
    if table is None or table.names[0] != "step" or not _LOSSES & {*table.names}:
        return False
    return len(_OTHERS & {*table.names}) >= 2 and numeric(table, 0)


def plan(names: Sequence[str], into: Recorder) -> Columns:
    """The columns of its header."""
    return Columns(
        step=0,
        names={
            index: _NAMES.get(name) or into.name(name)
            for index, name in enumerate(names)
            if index and name and name != "elapsed_examples"
        },
    )


class ResultReader(TableReader):
    """Reads the table; one in base64 whole, for it is written once."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        super().__init__(file, path, plan)
        self._encoded: tuple[int, int] | None = None

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        with open(self.file, "rb") as stream:
            if stream.read(len(_ENCODED)) != _ENCODED:
                return super().more(into)
            status = os.fstat(stream.fileno())
            known, self._encoded = self._encoded, (status.st_size, status.st_mtime_ns)
            if known == self._encoded:
                return False
            text = _ENCODED + stream.read()
        self.restart(into)
        try:
            whole = base64.b64decode(text, validate=False)
        except binascii.Error:
            whole = _decoded(text)
            into.damaged.append(
                Damaged("truncated", self.path, "breaks off within its base64", offset=len(text), lost=1)
            )
        self.take(io.StringIO(whole.decode("utf-8", "replace")).read().split("\n"), into, 1)
        return True


def _decoded(head: bytes) -> bytes:
    """What the whole groups of four characters stand for."""
    text = b"".join(head.split())
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except binascii.Error:
        return b""

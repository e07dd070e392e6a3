"""`all_results.json` and its like, written by the Trainer's `save_metrics`: what a run came to, in a map."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from ftlint.runlogs.document import Document
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows, finite, numbers

_EPOCH = frozenset({"epoch"})


class ResultsReader:
    """Reads the map. It counts epochs: no step is in it."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self._document = Document(file, path)

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if not self._document.changed(into):
            return False
        results = self._document.loaded
        if not isinstance(results, dict):
            return True
        epoch = finite(results.get("epoch"))
        values = numbers(results, _EPOCH)
        into.unit = "epoch"
        into.row(epoch if epoch is not None else 0.0, values)
        into.arguments.update({name: value for name, value in values.items() if not name.startswith("eval_")})
        rows = EvalRows()
        rows.add(results)
        into.eval_rows.update(rows.found())
        for name, value in values.items():
            if name.startswith("eval_") and name.endswith("samples") and isfinite(value):
                into.eval_rows[name[len("eval_") : -len("samples")].rstrip("_")] = int(value)
        if "train_runtime" in values:
            into.finished = True
        return True

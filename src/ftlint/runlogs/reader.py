from typing import Protocol

from ftlint.runlogs.recorder import Recorder


class Reader(Protocol):
    """Reads one file of a log, which may still be written to."""

    def more(self, into: Recorder) -> bool:
        """Take what the file holds beyond what was taken before; whether there was any.

        Only new bytes are read where the container allows it (lines, records); a row that is not yet whole
        waits for the next call. What cannot be read is added to `into.damaged`. Raises `OSError`.
        """
        ...

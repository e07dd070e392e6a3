"""Serve an editor over standard input and output."""

from __future__ import annotations

import logging
import os
import signal
import sys


def serve() -> None:
    """Answer the editor until it has gone. Standard output carries the protocol and nothing else."""
    from ftlint.server.handlers import made

    # pygls logs what it could not read of a message, which may be a text of somebody's data
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # an editor at a terminal shares its Ctrl-C; it says when to end
    protocol = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    made().start_io(sys.stdin.buffer, protocol)

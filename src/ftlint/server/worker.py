"""The worker: a process that has everything imported and forks a child for each job.

It reads jobs from standard input and writes answers to standard output, each a line of JSON that says its
size in bytes, then as many bytes. `{"id", "size", "kind", ...}` is a job, its bytes the content of a document
(`size` -1 for none); `{"cancel": id}` stops one. An answer is JSON, too. A child that is stopped or breaks
leaves nothing behind: what it holds goes with it.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

PIECE = 1 << 16
WARM = ("ftlint", "ftlint_rules", "yaml", "numpy", "presidio_analyzer", "phonenumbers", "tldextract")
"""Packages whose modules a child has loaded are loaded here as well, so that the next one need not."""


class Child(NamedTuple):
    id: int
    pid: int
    pieces: list[bytes]


class Worker:
    def __init__(self, source: int, sink: BinaryIO) -> None:
        self.source = source
        self.sink = sink
        self.pending = b""
        self.children: dict[int, Child] = {}
        self.selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Work until whoever gives the jobs has gone."""
        self.selector.register(self.source, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.fd != self.source:
                        self.hear(key.fd)
                    elif not self.take():
                        return
        finally:
            for child in self.children.values():
                stop(child.pid)

    def take(self) -> bool:
        """Read what has come; False where nothing more will."""
        data = os.read(self.source, PIECE)
        self.pending += data
        while (job := self.next()) is not None:
            said, content = job
            if "cancel" in said:
                self.cancel(said["cancel"])
            else:
                self.start(said, content)
        return bool(data)

    def next(self) -> tuple[dict[str, Any], bytes | None] | None:
        """The next job, if all of it is here."""
        end = self.pending.find(b"\n")
        if end < 0:
            return None
        said = json.loads(self.pending[:end])
        size = said.get("size", -1)
        if len(self.pending) < end + 1 + max(0, size):
            return None
        content = self.pending[end + 1 : end + 1 + size] if size >= 0 else None
        self.pending = self.pending[end + 1 + max(0, size) :]
        return said, content

    def start(self, job: dict[str, Any], content: bytes | None) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            self.work(job, content, writing)
        os.close(writing)
        self.children[reading] = Child(job["id"], pid, [])
        self.selector.register(reading, selectors.EVENT_READ)

    def work(self, job: dict[str, Any], content: bytes | None, writing: int) -> None:
        """The child: do the job, write the answer, end without the parent's clean-up."""
        status = 1
        try:
            os.setpgid(0, 0)  # its own workers are stopped with it
            from ftlint.server.jobs import run

            loaded = set(sys.modules)
            answer = run(job, content)
            answer["loaded"] = [name for name in sys.modules if name not in loaded]
            with open(writing, "wb") as stream:
                stream.write(json.dumps(answer).encode())
            status = 0
        except Exception as error:
            from ftlint.engine.scan import raised_at

            with open(writing, "wb", closefd=False) as stream:
                stream.write(json.dumps({"broken": f"{type(error).__name__}{raised_at(error)}"}).encode())
        finally:
            os._exit(status)

    def hear(self, reading: int) -> None:
        """Take what a child has written; at its end hand the answer on."""
        child = self.children[reading]
        data = os.read(reading, PIECE)
        if data:
            child.pieces.append(data)
            return
        self.end(reading)
        try:
            answer = json.loads(b"".join(child.pieces))
        except ValueError:
            answer = {"broken": "the check ended without a result"}
        loaded = answer.pop("loaded", [])
        self.answer(child.id, answer)
        warm(loaded)

    def cancel(self, id: int) -> None:
        for reading, child in list(self.children.items()):
            if child.id == id:
                stop(child.pid)
                self.end(reading)

    def end(self, reading: int) -> None:
        self.selector.unregister(reading)
        os.close(reading)
        child = self.children.pop(reading)
        os.waitpid(child.pid, 0)

    def answer(self, id: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.sink.write(json.dumps({"id": id, "size": len(body)}).encode() + b"\n" + body)
        self.sink.flush()


def stop(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the child may not have made its group yet
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def warm(names: list[str]) -> None:
    for name in names:
        if name.partition(".")[0] in WARM and name not in sys.modules:
            try:
                import_module(name)
            except Exception:  # noqa: S112 - the child that needs it will say what is wrong
                continue


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the server's to answer
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a rule prints is no answer
    from ftlint.registry import rules

    import_module("ftlint.server.jobs")
    with suppress(Exception):  # each job will say what is wrong
        rules()
    with suppress(BrokenPipeError):
        Worker(0, sink).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The server's end of the worker: jobs go out, answers come back, in whatever order."""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count
from typing import Any

AT_ONCE = 2
"""Jobs at a time; more of them wait."""


class BrokenWorkError(Exception):
    """A check broke or the worker ended: a fault of ours, or of a rule package."""


class Apart:
    """A worker process, started at the first job and again where it has ended."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.ids = count(1)
        self.places = asyncio.Semaphore(AT_ONCE)
        self.starting = asyncio.Lock()
        self.reader: asyncio.Task[None] | None = None

    async def run(self, job: dict[str, Any], content: bytes | None = None) -> dict[str, Any]:
        """The answer to a job. Where whoever waits is cancelled the job is stopped.

        Raises `BrokenWorkError` for a job that broke.
        """
        async with self.places:
            process = await self._started()
            number = next(self.ids)
            answer = asyncio.get_running_loop().create_future()
            self.waiting[number] = answer
            size = -1 if content is None else len(content)
            self._send(process, {**job, "id": number, "size": size}, content or b"")
            try:
                said = dict(await answer)
            except asyncio.CancelledError:
                self._send(process, {"cancel": number})
                raise
            finally:
                self.waiting.pop(number, None)
        if "broken" in said:
            raise BrokenWorkError(said["broken"])
        return said

    async def close(self) -> None:
        if self.process is not None and self.process.returncode is None:
            if self.process.stdin is not None:
                self.process.stdin.close()
            await self.process.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        async with self.starting:
            if self.process is None or self.process.returncode is not None:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "ftlint.server.worker"),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                self.reader = asyncio.create_task(self._read(self.process))
            return self.process

    def _send(self, process: asyncio.subprocess.Process, said: dict[str, Any], content: bytes = b"") -> None:
        if process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(json.dumps(said).encode() + b"\n" + content)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        assert stream is not None
        try:
            while line := await stream.readline():
                head = json.loads(line)
                body = await stream.readexactly(head["size"])
                answer = self.waiting.get(head["id"])
                if answer is not None and not answer.done():
                    answer.set_result(json.loads(body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        await process.wait()
        if self.process is process:
            for answer in self.waiting.values():
                if not answer.done():
                    answer.set_result({"broken": "the worker ended"})

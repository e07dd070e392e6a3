"""The part of GitHub's REST API that comments need, as a real server on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

LIMIT = 65_536
ROUTE = re.compile(r"/repos/octo/data/issues/(?:7/comments(?:\?per_page=(\d+)&page=(\d+))?|comments/(\d+))$")


class Api(ThreadingHTTPServer):
    """`refused` answers a method with another status; comments in `locked` cannot be changed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.comments: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.tokens: set[str | None] = set()
        self.refused: dict[str, int] = {}
        self.locked: set[int] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.comments]


@contextmanager
def serving() -> Iterator[Api]:
    api = Api()
    thread = Thread(target=api.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.shutdown()
        thread.join()
        api.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        match = self._begin()
        if match:
            size, page = int(match[1]), int(match[2])
            self._answer(200, self.server.comments[(page - 1) * size : page * size])

    def do_POST(self) -> None:
        if self._begin():
            comment = {"id": 1000 + len(self.server.comments), "body": self._body()}
            if self._fits(comment["body"]):
                self.server.comments.append(comment)
                self._answer(201, comment)

    def do_PATCH(self) -> None:
        match = self._begin()
        if not match:
            return
        wanted, body = int(match[3]), self._body()
        for comment in self.server.comments:
            if comment["id"] == wanted and wanted not in self.server.locked and self._fits(body):
                comment["body"] = body
                self._answer(200, comment)
                return
        self._answer(403, {"message": "Resource not accessible by integration"})

    def _begin(self) -> re.Match[str] | None:
        self.server.calls.append(f"{self.command} {self.path}")
        self.server.tokens.add(self.headers["Authorization"])
        match = ROUTE.fullmatch(self.path)
        status = self.server.refused.get(self.command, 0 if match else 404)
        if status:
            # A body that nobody read would break the connection before the answer is seen.
            self._body()
            self._answer(status, {"message": "no"}, {"Location": "http://127.0.0.1:9/elsewhere"})
            return None
        return match

    def _body(self) -> str:
        length = int(self.headers.get("Content-Length") or 0)
        return str(json.loads(self.rfile.read(length))["body"]) if length else ""

    def _fits(self, body: str) -> bool:
        if len(body) > LIMIT:
            self._answer(422, {"message": f"body is too long (maximum is {LIMIT} characters)"})
        return len(body) <= LIMIT

    def _answer(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass

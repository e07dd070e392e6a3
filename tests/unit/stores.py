"""Real servers on 127.0.0.1 for the tests of remote files: an S3, a hub, a web server."""

import hashlib
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import boto3
import requests
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

BUCKET = "corpus"


class S3:
    """An S3 with one bucket. `asked` holds the method and path of every request."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.asked: list[str] = []
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._noted, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._client = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", **KEYS)
        self._client.create_bucket(Bucket=BUCKET)

    def _noted(self, environ: Any, start: Any) -> Any:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self._app(environ, start)

    def put(self, key: str, data: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=key, Body=data)

    def mirror(self, folder: Path, prefix: str) -> None:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                self.put(f"{prefix}/{file.relative_to(folder)}", file.read_bytes())

    def reads(self, key: str) -> int:
        """How many times an object was read since the last call."""
        count = self.asked.count(f"GET /{BUCKET}/{key}")
        self.asked.clear()
        return count

    @contextmanager
    def only_known_keys(self) -> Iterator[None]:
        """Requests with keys of no user are refused: there is no user."""
        self._check_from(0)
        try:
            yield
        finally:
            self._check_from(10**9)

    def _check_from(self, count: int) -> None:
        address = f"{self.url}/moto-api/reset-auth"
        requests.post(address, str(count).encode(), headers={"Content-Type": "text/plain"}, timeout=10)

    def close(self) -> None:
        self._server.shutdown()


KEYS = {"aws_access_key_id": "AKIDOFTESTS", "aws_secret_access_key": "plain/secret+oftests"}


@contextmanager
def web(folder: Path, ranges: bool) -> Iterator[tuple[str, list[str]]]:
    """A web server of a folder: its URL and a list that fills with the path and range of every GET."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Range', '')}".strip())
            file = Path(self.translate_path(self.path))
            wanted = self.headers.get("Range", "")
            if not ranges or not wanted or not file.is_file():
                super().do_GET()
                return
            data = file.read_bytes()
            first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
            part = data[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

    with _served(Handler) as url:
        yield url, asked


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """A hub with one data set, `org/name`, whose files are those of a folder: as much as reading asks for."""

    def entry(path: Path) -> dict[str, Any]:
        name = str(path.relative_to(folder))
        if path.is_dir():
            return {"type": "directory", "path": name, "oid": "d" * 40}
        oid = hashlib.sha1(path.read_bytes()).hexdigest()
        return {"type": "file", "path": name, "size": path.stat().st_size, "oid": oid}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            paths = json.loads(body)["paths"] if body.startswith("{") else parse_qs(body)["paths"]
            there = [folder / path for path in paths if (folder / path).exists()]
            self.answer(200, json.dumps([entry(path) for path in there]).encode())

        def do_GET(self) -> None:
            path, _, query = unquote(self.path).partition("?")
            _, is_tree, below = path.partition("/api/datasets/org/name/tree/main")
            _, is_file, name = path.partition("/datasets/org/name/resolve/main/")
            if is_tree:
                place = folder / below.strip("/")
                found = place.rglob("*") if "recursive=true" in query.lower() else place.glob("*")
                self.answer(200, json.dumps([entry(each) for each in sorted(found)]).encode())
            elif is_file:
                data = (folder / name).read_bytes()
                first, last = (int(end) for end in self.headers["Range"].removeprefix("bytes=").split("-"))
                part = data[first : last + 1]
                self.answer(206, part, Content_Range=f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            elif path.startswith("/api/datasets/org/name"):
                self.answer(200, json.dumps({"id": "org/name", "sha": "a" * 40, "siblings": []}).encode())
            else:
                self.answer(401, b"{}", X_Error_Code="RepoNotFound")

    with _served(Handler) as url:
        yield url


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

"""`ftlint server` as a command: what it needs, what it writes, how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "src" / "ftlint"

WITHOUT = """
import sys
sys.modules["pygls"] = None
from ftlint.cli.main import main
sys.exit(main(["server"]))
"""


def test_without_the_extra_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "ftlint: ftlint server needs an extra: pip install 'ftlint[lsp]'\n"


def test_pygls_is_for_the_server_alone() -> None:
    """Importing it costs more than a small check; the worker, which checks, has no use for it either."""
    naming = {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if any(
            line.split()[:2] in (["import", word], ["from", word]) or line.startswith(f"from {word}.")
            for line in file.read_text().splitlines()
            for word in ("pygls", "lsprotocol")
        )
    }
    assert naming
    assert all(name.startswith("server/") for name in naming), naming
    loaded = "import sys; import ftlint.server.worker, ftlint.server.jobs; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"pygls", "lsprotocol", "asyncio"} & set(done.stdout.split())


def message(body: dict[str, object]) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def test_an_editor_that_goes_away_takes_the_server_and_its_worker_with_it() -> None:
    """Standard input ends without a word, as when an editor is killed: nothing stays behind."""
    pytest.importorskip("pygls", reason="ftlint[lsp] is not installed")
    process = subprocess.Popen(
        [sys.executable, "-m", "ftlint", "server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    params = {"processId": None, "rootUri": None, "capabilities": {}}
    process.stdin.write(message({"id": 1, "method": "initialize", "params": params}))
    process.stdin.write(message({"method": "initialized", "params": {}}))
    item = {"uri": "file:///nowhere/a.jsonl", "languageId": "jsonl", "version": 1, "text": '{"a": 1,}\n'}
    process.stdin.write(message({"method": "textDocument/didOpen", "params": {"textDocument": item}}))
    process.stdin.flush()
    told: list[dict[str, object]] = []
    while not any(each.get("method") == "textDocument/publishDiagnostics" for each in told):
        head = process.stdout.readline()
        assert head.startswith(b"Content-Length: "), head
        while process.stdout.readline() != b"\r\n":
            pass
        told.append(json.loads(process.stdout.read(int(head.split()[1]))))
    process.stdin.close()
    assert process.stdout.read() == b""
    # the worker has it, too: the end of this pipe is the end of both
    assert process.stderr.read() == b""
    assert process.wait(60) == 0

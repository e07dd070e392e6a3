"""A second `ftlint check`, in processes of their own: which files it opens."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOOK = """\
import os, sys
told = open(os.environ["FTLINT_TEST_OPENED"], "a")
def hook(event, arguments):
    if event in ("open", "os.open") and isinstance(arguments[0], (str, bytes)):
        told.write(os.path.basename(os.fsdecode(arguments[0])) + "\\n")
        told.flush()
sys.addaudithook(hook)
"""


def row(number: int) -> dict[str, Any]:
    def said(count: int) -> str:
        return " ".join(f"word{(number * 131 + at * at) % 9973}" for at in range(count))

    asked = {"role": "user", "content": f"Tell me of {said(30)}?"}
    return {"messages": [asked, {"role": "assistant", "content": f"It is {said(130)}."}]}


def test_only_what_changed_is_opened(
    ftlint: Callable[..., Any], write: Callable[[str, Any], Path], tmp_path: Path
) -> None:
    """From 4 MB of input on: one dataset in three splits, an array, a table, a file without rows, code."""
    write(
        "ftlint.toml",
        '[[dataset]]\nname = "chat"\ntrain = "train-*"\nvalidation = "val.jsonl"\ntest = "test.json"\n',
    )
    for part in range(3):
        write(f"train-{part}.jsonl", [row(n) for n in range(part * 1000, part * 1000 + 900)])
    write("val.jsonl", [row(n) for n in range(4000, 4100)])
    write("test.json", json.dumps([row(n) for n in range(5000, 5100)]))
    write("table.csv", "prompt,completion\n" + "".join(f"What is {n}?,It is {n * 7}.\n" for n in range(50)))
    write("away.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    write("look.py", "print('no secret')\n")
    data = {path.name for path in tmp_path.iterdir()} - {"ftlint.toml", "look.py"}
    site = write("site/sitecustomize.py", HOOK).parent
    (tmp_path / ".gitignore").write_text("site\n")

    def check(number: int, form: str = "json") -> tuple[set[str], dict[str, Any]]:
        told = site / f"opened-{number}"
        path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = ftlint(
            "check", ".", "--output-format", form, "--today", "2026-11-01", "--exclude", "site",
            env={"PYTHONPATH": path, "FTLINT_TEST_OPENED": str(told)},
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        report = json.loads(done.stdout) if form == "json" else {"summary": {}}
        report["summary"]["seconds"] = 0
        return set(told.read_text().split()) & data, report

    opened, cold = check(0)
    assert opened == data, "the hook sees what is opened"
    assert check(1)[1] == cold, "files this young are known by their content: it is hashed once more"
    for number in range(2, 20):  # until they are old enough for their times to be trusted
        opened = check(number, "concise")[0]
        if opened == {"away.jsonl"}:
            break
    assert opened == {"away.jsonl"}, "only what is told of is read, to show it"
    write("train-1.jsonl", [row(n) for n in range(1000, 1899)])
    os.utime(tmp_path / "train-1.jsonl", (1_600_000_000, 1_600_000_000))
    opened, warm = check(20)
    assert opened == {"train-1.jsonl", "away.jsonl"}
    bare = ftlint(
        "check", ".", "--output-format", "json", "--today", "2026-11-01", "--exclude", "site", "--no-cache"
    )
    fresh = json.loads(bare.stdout)
    fresh["summary"]["seconds"] = 0
    assert warm == fresh
    assert warm != cold

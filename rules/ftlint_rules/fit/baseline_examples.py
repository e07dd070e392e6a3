"""Baseline results for the examples of rules: a sound one, and how to change it."""

from __future__ import annotations

import json
from typing import Any

ROWS = '{"prompt": "2 + 2?", "completion": "4"}\n{"prompt": "3 + 3?", "completion": "6"}\n'
HASH = "sha256:78ee8d0279354f9fbdc4c0165eabfa0f7c19fa48e76cfa87c7048e0d0ce3ca31"
"""Of `ROWS`: `sha256sum val.jsonl`."""

SETTINGS = (
    '[[dataset]]\nname = "sums"\ntrain = "train.jsonl"\nvalidation = "val.jsonl"\n'
    '[[training]]\nname = "sums"\ndataset = "sums"\nconfig = "config.yaml"\n'
)
TRAIN = '{"prompt": "1 + 1?", "completion": "2"}\n'
FILES = {"ftlint.toml": SETTINGS, "train.jsonl": TRAIN, "val.jsonl": ROWS}
CONFIG = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16}


def record(**changed: Any) -> str:
    """A `baseline.json` on `ROWS`, with these keys changed; None takes one out."""
    whole = {
        "ftlint_baseline": 1,
        "model": "Qwen/Qwen3-8B",
        "dataset": {"hash": HASH, "split": "validation", "files": ["val.jsonl"]},
        "metrics": [{"name": "exact_match", "value": 0.6, "n": 500}],
        "date": "2026-10-20",
        "tool": {"name": "my-eval", "version": "1.4"},
        **changed,
    }
    return json.dumps({key: value for key, value in whole.items() if value is not None}, indent=1)


def harness(**changed: Any) -> str:
    """A result of lm-evaluation-harness, with these keys changed."""
    whole = {
        "results": {"gsm8k": {"alias": "gsm8k", "exact_match,strict-match": 0.6}},
        "configs": {"gsm8k": {"task": "gsm8k", "dataset_path": "gsm8k"}},
        "n-samples": {"gsm8k": {"original": 1319, "effective": 1319}},
        "config": {"model": "hf", "model_args": "pretrained=Qwen/Qwen3-8B,dtype=bfloat16"},
        "date": 1792000000.5,
        **changed,
    }
    return json.dumps(whole, indent=1)


def repository(path: str, content: str, seconds: int) -> dict[str, bytes]:
    """The files of a git repository whose one commit, at this time (since 1970), holds one file."""
    import hashlib
    import zlib

    files = {
        ".git/HEAD": b"ref: refs/heads/main\n",
        ".git/config": b"[core]\n\trepositoryformatversion = 0\n",
    }

    def stored(kind: str, body: bytes) -> bytes:
        whole = f"{kind} {len(body)}\0".encode() + body
        name = hashlib.sha1(whole, usedforsecurity=False).digest()
        files[f".git/objects/{name.hex()[:2]}/{name.hex()[2:]}"] = zlib.compress(whole)
        return name

    tree = stored("tree", f"100644 {path}\0".encode() + stored("blob", content.encode()))
    who = f"A <a@example.org> {seconds} +0000"
    commit = stored("commit", f"tree {tree.hex()}\nauthor {who}\ncommitter {who}\n\nData\n".encode())
    return {**files, ".git/refs/heads/main": f"{commit.hex()}\n".encode()}

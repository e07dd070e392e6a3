"""`ftlint data diff` of a bucket and a folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stores import BUCKET, KEYS, S3

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    store = S3()
    yield store
    store.close()


def test_a_bucket_against_a_folder(
    s3: S3, ftlint: Run, write: Callable[[str, Any], Path], tmp_path: Path
) -> None:
    rows = [{"prompt": f"What is number {n}?", "completion": f"It is the number {n}."} for n in range(10)]
    write("data/train.jsonl", rows)
    write("data/val.jsonl", rows[:1])
    s3.mirror(tmp_path / "data", "diffed")
    write("data/train.jsonl", [*rows[2:], {"prompt": "A new one?", "completion": "Yes."}])
    write("data/val.jsonl", [{**rows[0], "completion": "It is none."}, rows[1]])
    environment = {
        "AWS_ENDPOINT_URL": s3.url,
        "AWS_ACCESS_KEY_ID": KEYS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": KEYS["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    done = ftlint(
        "data",
        "diff",
        f"s3://{BUCKET}/diffed/",
        "data",
        "--no-check",
        "--output-format",
        "json",
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    counts = {name: count for name, count in found["rows"].items() if name != "unreadable" and count}
    assert counts == {"same": 9, "added": 1, "removed": 1, "changed": 1, "moved": 1}
    assert found["files"][0]["old"] == f"s3://{BUCKET}/diffed/train.jsonl"
    assert found["moved"][0]["examples"][0]["old"]["path"] == f"s3://{BUCKET}/diffed/train.jsonl"

import pytest

from ftlint.read.urls import address, is_remote, local, masked, scrubbed


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("s3://bucket/a.jsonl", True), ("https://host/a", True), ("memory://a", True),
        ("abfs+x.y-z://a", True), ("simplecache::s3://bucket/a", True), ("file:///tmp/a", False),
        ("data/a.jsonl", False), ("s3:/a", False), ("/tmp/a://b", False), ("-", False), ("C:\\a", False),
        ("a b://c", False),
    ],
)  # fmt: skip
def test_what_is_remote(path: str, remote: bool) -> None:
    assert is_remote(path) is remote


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://bucket/a/b.jsonl", "s3://bucket/a/b.jsonl"),
        ("s3://KEY:secret@bucket/a.jsonl", "s3://bucket/a.jsonl"),
        ("s3://KEY:se/cr+et@bucket/a@b.jsonl", "s3://bucket/a@b.jsonl"),
        ("s3://KEY:123/ret@bucket/a.jsonl", "s3://bucket/a.jsonl"),
        ("s3://KEY:se/cret/bucket/a.jsonl", "s3://***"),
        ("s3://bucket/user@home/a.jsonl", "s3://bucket/user@home/a.jsonl"),
        ("s3://bucket/train-?.jsonl", "s3://bucket/train-?.jsonl"),
        ("s3://arn:aws:s3:eu-west-1:1:accesspoint/x/a@b", "s3://arn:aws:s3:eu-west-1:1:accesspoint/x/a@b"),
        ("HTTPS://user:pw@host:8080/a.jsonl", "https://host:8080/a.jsonl"),
        ("https://token@host/a.jsonl", "https://host/a.jsonl"),
        ("http://host:8080/a@b.jsonl", "http://host:8080/a@b.jsonl"),
        ("https://host/a.jsonl.gz?X-Amz-Signature=abc&x=1", "https://host/a.jsonl.gz"),
        ("https://host/get?id=7&api_key=abc&sig=def", "https://host/get?id=7&api_key=***&sig=***"),
        ("abfs://box@account.dfs.core.windows.net/a", "abfs://box@account.dfs.core.windows.net/a"),
        ("hf://datasets/o/r@refs%2Fpr%2F1/a.jsonl", "hf://datasets/o/r@refs%2Fpr%2F1/a.jsonl"),
    ],
)
def test_credentials_are_not_shown(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert scrubbed(f"at {url}: no, '{url}', ({url}).") == f"at {shown}: no, '{shown}', ({shown})."


def test_an_address_in_parts() -> None:
    parts = address("s3://KEY:se/cr%2Bet@bucket/a@b.jsonl")
    assert (parts.scheme, parts.user, parts.rest) == ("s3", "KEY:se/cr%2Bet", "bucket/a@b.jsonl")
    assert parts.plain == "s3://bucket/a@b.jsonl"


def test_addresses_of_local_files() -> None:
    assert local("file:///tmp/a%20b.jsonl") == "/tmp/a b.jsonl"
    assert local("file://localhost/tmp/a") == "/tmp/a"
    assert local("tmp/a") == "tmp/a"

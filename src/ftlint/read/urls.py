"""Addresses of files that lie elsewhere: what they are, and how they are shown without credentials."""

from __future__ import annotations

import re

# Texts, which `re` compiles when the first address is met: few runs meet one.
_URL = r"(?:[A-Za-z][\w+.\-]*::)*[A-Za-z][\w+.\-]*://"
_IN_TEXT = r"[A-Za-z][\w+.\-]*://[^\s'\"<>]+"
_HIDDEN = r"(?i)(?<=[?&])([^=&\s]*(?:sig|token|secret|key|pass|auth|credential|session)[^=&\s]*=)[^&\s'\"]+"
_NAMED = r"(?i)\.(?:jsonl?|ndjson|csv|tsv|parquet|arrow|txt)(?:\.\w+)?$"
_LOCAL = ("file://", "local://")
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "oss", "r2", "oci", "tos"})
_AT_IS_NO_USER = frozenset({"github", "git", "abfs", "abfss", "wasb", "wasbs", "hf"})
"""Here what stands before an @ is a container, a repository or a revision's owner."""

WEB = frozenset({"http", "https"})


class Address:
    """A URL in parts: `s3`, `key:secret` ("" for none) and `bucket/data/train.jsonl`; and whole, as typed."""

    def __init__(self, scheme: str, user: str, rest: str, typed: str) -> None:
        self.scheme = scheme
        self.user = user
        self.rest = rest
        self.typed = typed

    @property
    def plain(self) -> str:
        return f"{self.scheme}://{self.rest}"

    @property
    def is_bucket(self) -> bool:
        return self.scheme in _BUCKETS

    @property
    def has_open_secret(self) -> bool:
        """Whether credentials stand there without the @ that should end them."""
        host = self.rest.partition("/")[0]
        return self.is_bucket and ":" in host and not host.startswith("arn:")


def is_remote(path: str) -> bool:
    """Whether a path is a URL of a file that does not lie on a local disk."""
    return "://" in path and re.match(_URL, path) is not None and not path.startswith(_LOCAL)


def local(path: str) -> str:
    """The path that a `file://` URL stands for; anything else as it is."""
    if not path.startswith(_LOCAL):
        return path
    from urllib.parse import unquote

    rest = path.partition("://")[2]
    return unquote(rest if rest.startswith("/") else rest.removeprefix("localhost"))


def address(url: str) -> Address:
    """A URL in parts. A secret may hold a slash, as those of S3 do."""
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    host = rest.partition("/")[0]
    user = ""
    if scheme not in _AT_IS_NO_USER:
        _, colon, port = host.partition(":")
        no_port = colon and not host.startswith("arn:") and (scheme in _BUCKETS or not port.isdigit())
        if "@" in host:
            user = host.rpartition("@")[0]
        elif no_port and "@" in rest:
            user = rest.partition("@")[0]
    return Address(scheme, user, rest[len(user) + 1 :] if user else rest, url)


def masked(url: str) -> str:
    """A URL as it is shown: without credentials, for a web address without its query where a name stands."""
    parts = address(url)
    rest = parts.rest
    if parts.scheme in WEB and "?" in rest:
        path, _, query = rest.partition("?")
        rest = path if re.search(_NAMED, path) else f"{path}?{query}"
    if parts.has_open_secret:
        rest = "***"
    return re.sub(_HIDDEN, r"\1***", f"{parts.scheme}://{rest}")


def scrubbed(text: str) -> str:
    """A text with every URL in it as `masked` shows it."""
    if "://" not in text:
        return text
    return re.sub(_IN_TEXT, lambda match: _in_sentence(match.group()), text)


def _in_sentence(url: str) -> str:
    bare = url.rstrip(":;,.)")
    return masked(bare) + url[len(bare) :]


def folder_of(url: str) -> str:
    """The URL of the folder that a file lies in, without a slash at its end."""
    return url.partition("?")[0].rpartition("/")[0] if address(url).scheme in WEB else url.rpartition("/")[0]

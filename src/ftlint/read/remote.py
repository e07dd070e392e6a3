"""Files in object stores and on web servers, through fsspec. No other module knows it.

A file system of fsspec holds a thread and open connections, so none is kept here: fsspec hands out its own
by process, and a forked worker asks anew. What is refused becomes one `FtlintError`, without credentials.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple
from urllib.parse import unquote

from ftlint.model import FtlintError, MissingExtraError
from ftlint.read.refusals import is_missing_bucket, is_passing, reason
from ftlint.read.urls import WEB, Address, address, masked

MOST = 16 << 20
"""Bytes asked for at once."""

GAP = 1 << 20
"""Rows closer than this are read with one request: a request costs about as long as so many bytes."""
AT_ONCE = 32
HELD = 32 << 20
"""Ranges under way together, and bytes from which no further one is added."""
HEAD = 1 << 20
"""Bytes by which a file is classified and its format told."""
THREADS = 8
_THREADED = WEB | {"hf"}
"""Stores without requests side by side of their own that count what they return, and stand threads."""
KEPT = 64 << 20
"""Bytes of files no longer than their head that are kept to be scanned; forked workers inherit them."""
ATTEMPTS = 3

SETTLED_SECONDS = 60
"""A time of change, which may count whole seconds, tells two contents apart only once it has passed."""

PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "hf": "huggingface_hub", "abfs": "adlfs",
    "abfss": "adlfs", "az": "adlfs", "http": "aiohttp", "https": "aiohttp", "sftp": "paramiko",
    "ssh": "paramiko", "oss": "ossfs", "oci": "ocifs",
}  # fmt: skip
_CONTENT = ("ETag", "etag", "e_tag", "generation", "md5Hash", "blob_id", "xet_hash", "Content-MD5")
_BY_PAGE = frozenset("?#")
"""Links to the same page in another order, or to a place on it."""
_TIMES = ("LastModified", "last_modified", "Last-Modified", "mtime", "updated", "modified")


class Stat(NamedTuple):
    """How many bytes a file has, and what changes with its content: "" where the store does not say."""

    size: int
    identity: str


_asked: dict[str, Stat] = {}
_copies: dict[str, IO[bytes]] = {}
_head: dict[str, bytes] = {}
_kept: dict[str, bytes] = {}
_room = [KEPT]
_coming: list[str] = []
_heads: dict[str, bytes] = {}
_listed: dict[tuple[str, int | None], list[str]] = {}
_stores: dict[tuple[str, str], str] = {}
"""What is known in this run: see `forget`."""


def stat(url: str) -> Stat:
    """Size and identity of a file as it is now, or as `size` has just been told. Raises `FtlintError`."""
    _head.clear()
    _room[0] += len(_kept.pop(url, b""))
    found = _asked.pop(url, None) or _stat(url)
    if url not in _heads and url in _coming:
        _look_ahead(url)
    if url in _heads:
        keep_head(url, _heads.pop(url), found.size)
    return found


def expect(urls: Sequence[str]) -> None:
    """The files that will be looked into, in about this order: their heads are read several at once."""
    _coming[:] = urls


def size(url: str) -> int:
    """The bytes of a file; the answer is kept for the `stat` that follows."""
    if url not in _asked:
        _asked[url] = _stat(url)
    return _asked[url].size


def is_unchanged(url: str, identity: str) -> bool:
    """Whether the content is still what `identity` was told of."""
    with _told(url):
        fs, path = _opened(url)
        fs.invalidate_cache()
        return bool(identity) and _identity(fs.info(path), address(url).scheme) == identity


def fetch(url: str, start: int, end: int) -> bytes:
    """The bytes [start, end) of a file. Raises `FtlintError`, also where the file has become shorter."""
    from time import sleep

    if end <= start:
        return b""
    with _told(url):
        for attempt in range(ATTEMPTS):
            try:
                data = _fetched(url, start, end)
                break
            except Exception as error:
                if attempt + 1 == ATTEMPTS or not is_passing(error):
                    raise
                sleep(0.2 * 2**attempt)
        if len(data) != end - start:
            raise FtlintError("ends too early: was it changed while it was read?", masked(url))
        return data


def fetch_all(url: str, size: int, wanted: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """The bytes of each (offset, size), sorted by offset: neighbours in one request, several at once."""
    runs: list[list[tuple[int, int]]] = []
    low = high = 0
    for offset, length in wanted:
        end = min(offset + length, size)
        if runs and offset <= high + GAP and end - low <= MOST:
            runs[-1].append((offset, end))
            high = max(high, end)
        else:
            runs.append([(offset, end)])
            low, high = offset, end
    first = 0
    while first < len(runs):
        spans: list[tuple[int, int]] = []
        for run in runs[first : first + AT_ONCE]:
            spans.append((run[0][0], max(end for _, end in run)))
            if sum(end - start for start, end in spans) >= HELD:
                break
        batch = runs[first : first + len(spans)]
        for run, (start, _), data in zip(batch, spans, _together(url, spans), strict=True):
            for offset, end in run:
                yield data[offset - start : max(offset, end) - start]
        first += len(spans)


def head(url: str) -> bytes:
    """The first bytes of the file that is being classified, where they are known: it is sampled next."""
    return _kept.get(url) or _head.get(url, b"")


def keep_head(url: str, data: bytes, size: int) -> None:
    """Keep the first bytes of a file until the next one is classified; a whole small one for its scan."""
    _head.clear()
    _head[url] = data[:HEAD]
    if size == len(_head[url]) <= _room[0] and url not in _kept:
        _kept[url] = _head[url]
        _room[0] -= size


def is_folder(url: str) -> bool:
    """Whether a URL is a folder; on the web, one that ends in a slash. Raises `FtlintError` for neither."""
    if address(url).scheme in WEB:
        return url.partition("?")[0].endswith("/")
    with _told(url):
        fs, path = _opened(url)
        return bool(fs.info(path)["type"] == "directory")


def files(folder: str, depth: int | None = None) -> list[str]:
    """The URLs of the files at most `depth` levels below a folder, sorted. [] where there is none."""
    if (folder, depth) not in _listed:
        _listed[folder, depth] = _files(folder, depth)
    return _listed[folder, depth]


def forget() -> None:
    """Forget what stores have told, as at the start of a run."""
    for known in (_asked, _copies, _head, _heads, _kept, _listed, _coming):
        known.clear()
    _room[0] = KEPT
    for url in _stores.values():
        _opened(url)[0].invalidate_cache()


def _files(folder: str, depth: int | None) -> list[str]:
    is_web = address(folder).scheme in WEB
    with _told(folder):
        fs, base = _opened(folder)
        base = base.rstrip("/")
        try:
            if depth is None and not is_web:
                names = fs.find(base) or (fs.info(base) and [])
            else:
                names = list(_walked(fs, base, depth, is_web))
        except FileNotFoundError as error:
            if is_missing_bucket(error):
                raise
            names = []
    return sorted(f"{folder.rstrip('/')}{name[len(base) :]}" for name in names if name.startswith(f"{base}/"))


def _walked(fs: Any, base: str, depth: int | None, is_web: bool) -> Iterator[str]:
    # fsspec's own walk passes over what it may not look into, and a web page may link to anything
    todo = [(base, 1)]
    while todo:
        folder, level = todo.pop()
        for entry in fs.ls(f"{folder}/", detail=True):
            name = entry["name"]
            if not name.startswith(f"{folder}/") or name == f"{folder}/" or (is_web and _BY_PAGE & set(name)):
                continue
            if entry["type"] != "directory":
                yield name
            elif depth is None or level < depth:
                todo.append((name.rstrip("/"), level + 1))


def _together(url: str, spans: Sequence[tuple[int, int]]) -> Sequence[bytes]:
    scheme = address(url).scheme
    if url in _kept:
        return [fetch(url, start, end) for start, end in spans]
    if len(spans) > 1 and scheme in _THREADED and url not in _copies:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda span: fetch(url, *span), spans))
    with _told(url):
        fs, path = _opened(url)
        if len(spans) == 1 or scheme in WEB or not fs.async_impl:
            return [fetch(url, start, end) for start, end in spans]
        starts, ends = zip(*spans, strict=True)
        paths = [path] * len(spans)
        found: Sequence[bytes] = fs.cat_ranges(paths, list(starts), list(ends), on_error="raise")
    for (start, end), data in zip(spans, found, strict=True):
        if len(data) != end - start:
            raise FtlintError("ends too early: was it changed while it was read?", masked(url))
    return found


def _look_ahead(url: str) -> None:
    """Read the heads of a file and of those that come next, where the store takes requests side by side."""
    parts = address(url)
    first = _coming.index(url)
    urls = [each for each in _coming[first : first + AT_ONCE] if _is_same_store(parts, address(each))]
    with _told(url):
        fs, _ = _opened(url)
        if parts.scheme in WEB or not fs.async_impl:
            _coming.clear()
            return
        ends = [min(HEAD, _size_or_none(each)) for each in urls]
        wanted = [(each, end) for each, end in zip(urls, ends, strict=True) if end]
        paths = [_opened(each)[1] for each, _ in wanted]
        found = fs.cat_ranges(paths, [0] * len(wanted), [end for _, end in wanted], on_error="return")
    for (each, end), data in zip(wanted, found, strict=True):
        if isinstance(data, bytes) and len(data) == end:
            _heads[each] = data
    del _coming[first : first + len(urls)]


def _size_or_none(url: str) -> int:
    try:
        return size(url)
    except FtlintError:
        return 0  # it is said when its turn comes


def _is_same_store(one: Address, other: Address) -> bool:
    return (one.scheme, one.user) == (other.scheme, other.user)


def _stat(url: str) -> Stat:
    _copies.pop(url, None)
    with _told(url):
        fs, path = _opened(url)
        info = fs.info(path)
        if info.get("type") == "directory":
            raise IsADirectoryError
        identity = _identity(info, address(url).scheme)
        if info.get("size") is None:
            return Stat(_copied(url).seek(0, os.SEEK_END), identity)
        if address(url).scheme in WEB and info["size"] > HEAD:
            _fetched(url, info["size"] - 1, info["size"])  # copies the file if the server gives no parts
        return Stat(int(info["size"]), identity)


def _identity(info: dict[str, Any], scheme: str) -> str:
    content = [f"{key}={info[key]}" for key in _CONTENT if info.get(key)]
    times = [info[key] for key in _TIMES if info.get(key)]
    is_certain = content and (scheme not in WEB or (not times and "=W/" not in content[0]))
    if not is_certain and not any(_seconds_ago(time) > SETTLED_SECONDS for time in times):
        return ""
    return " ".join([*content, *map(str, times), str(info.get("size"))])


def _seconds_ago(time: Any) -> float:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        if isinstance(time, int | float):
            time = datetime.fromtimestamp(time, UTC)
        elif isinstance(time, str):
            time = parsedate_to_datetime(time) if "," in time else datetime.fromisoformat(time)
        age: float = (datetime.now(UTC) - (time if time.tzinfo else time.replace(tzinfo=UTC))).total_seconds()
        return age
    except (ValueError, TypeError, OverflowError, AttributeError):
        return 0.0


def _fetched(url: str, start: int, end: int) -> bytes:
    if url in _kept:
        return _kept[url][start:end]
    if url in _copies:
        return os.pread(_copies[url].fileno(), end - start, start)
    fs, path = _opened(url)
    is_web = address(url).scheme in WEB
    if fs.async_impl and not is_web:
        return bytes(fs.cat_file(path, start=start, end=end))
    size = {"size": end} if is_web else {}
    try:
        with fs.open(path, "rb", block_size=HEAD, cache_type="none", **size) as file:
            file.seek(start)
            return bytes(file.read(end - start))
    except ValueError as error:
        if not is_web or "range requests" not in str(error):
            raise
    return os.pread(_copied(url).fileno(), end - start, start)


def _copied(url: str) -> IO[bytes]:
    """The whole file in a temporary one without a name, where a web server gives no parts of it."""
    fs, path = _opened(url)
    copy = tempfile.TemporaryFile(prefix="ftlint-")  # noqa: SIM115 - lives as long as the run
    with fs.open(path, "rb", block_size=0) as file:
        while data := file.read(1 << 20):
            copy.write(data)
    copy.flush()
    _copies[url] = copy
    return copy


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL in this process, and the path in it."""
    parts = address(url)
    try:
        import fsspec
    except ModuleNotFoundError:
        raise MissingExtraError("remote", masked(url)) from None
    if parts.has_open_secret:
        raise FtlintError("credentials in an address end with an @: key:secret@bucket", masked(url))
    if "::" in parts.scheme:
        raise FtlintError("chains of file systems are not read: give the address alone", masked(url))
    try:
        kind = fsspec.get_filesystem_class(parts.scheme)
    except ImportError:
        package = PACKAGES.get(parts.scheme)
        install = f"pip install {package}" if package else "see fsspec's list of file systems"
        raise FtlintError(f"{parts.scheme}:// needs a package of its own: {install}", masked(url)) from None
    except ValueError:
        told = f"fsspec knows no file system {parts.scheme}://; it knows s3, gs, hf, https and others"
        raise FtlintError(told, masked(url)) from None
    _stores[parts.scheme, parts.user] = url
    fs = fsspec.filesystem(parts.scheme, **_options(kind, parts, fsspec))
    return fs, kind._strip_protocol(parts.plain if parts.is_bucket else parts.typed)


def _options(kind: Any, parts: Address, fsspec: Any) -> dict[str, Any]:
    if parts.scheme in WEB:
        asked = dict(fsspec.config.conf.get(parts.scheme, {}).get("client_kwargs", {}))
        headers = {"Accept-Encoding": "identity", **asked.pop("headers", {})}
        return {"client_kwargs": {"trust_env": True, "auto_decompress": False, **asked, "headers": headers}}
    if parts.scheme in ("s3", "s3a") and parts.user:
        key, _, secret = parts.user.partition(":")
        return {"key": unquote(key), "secret": unquote(secret)}
    return dict(kind._get_kwargs_from_urls(parts.plain if parts.is_bucket else parts.typed))


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except FtlintError:
        raise
    except Exception as error:  # every store has errors of its own
        raise FtlintError(reason(error, address(url)), masked(url)) from None

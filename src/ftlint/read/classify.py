"""What a file is, by its bytes; its name only says what it pretends to be."""

import os
from collections.abc import Iterator
from typing import cast

from ftlint.model import Fault, Source
from ftlint.model.source import Compression, Container
from ftlint.read import magic, texts
from ftlint.read.files import opened
from ftlint.read.open import open_stream
from ftlint.read.urls import is_remote

HEAD = 1 << 20
SMALL = 1 << 20
"""Files up to this size get their mended bytes with the fault."""

_NAMED: dict[str, Container] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".jl": "jsonl", ".jsonlines": "jsonl", ".ldjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet", ".pq": "parquet",
    ".arrow": "arrow", ".feather": "arrow", ".txt": "text", ".text": "text", ".md": "text",
}  # fmt: skip
_PACKED: dict[str, Compression] = {
    ".gz": "gzip", ".gzip": "gzip", ".zst": "zstd", ".zstd": "zstd", ".xz": "xz", ".bz2": "bzip2",
}  # fmt: skip
_TITLES = {
    "jsonl": "JSON Lines", "json": "JSON", "csv": "CSV", "tsv": "tab-separated", "parquet": "Parquet",
    "arrow": "Arrow", "text": "plain text",
}  # fmt: skip


def named(path: str) -> tuple[Container | None, Compression]:
    """What a file's name says it holds: container (None where the name is silent) and compression."""
    suffixes = [f".{part}" for part in os.path.basename(path).lower().lstrip(".").split(".")[1:]]
    packed: Compression = ""
    if suffixes and suffixes[-1] in _PACKED:
        packed = _PACKED[suffixes.pop()]
    return (_NAMED.get(suffixes[-1]) if suffixes else None), packed


def classify(file: str, path: str) -> tuple[Source, list[Fault]]:
    """The file at `file`, shown as `path`, and what is wrong with it as a whole."""
    size, identity = _stat(file)
    source = Source(path, file, size, "none", identity=identity)
    if not size:
        return source, [Fault("empty-file", path, detail="0 bytes")]
    with opened(file, size) as handle:
        head = handle.read(HEAD)
    wanted, packed = named(path)
    compression = cast(Compression, magic.compression(head))
    found: list[Fault] = []
    if compression:
        source = source._replace(compression=compression)
        if compression == "zstd" and not _installed("zstandard"):
            return source, [Fault("missing-extra", path, detail="zst")]
        head, early = _unpacked_head(source)
        if not head:
            return source, [early or Fault("empty-file", path, detail="nothing inside the archive")]
    if compression != packed:
        says = f"{compression} data" if compression else "not compressed"
        found.append(Fault("wrong-extension", path, detail=says, recovered=True))
    return _inside(source, head, wanted, found)


def _stat(file: str) -> tuple[int, str]:
    if is_remote(file):
        from ftlint.read import remote

        return remote.stat(file)
    return os.stat(file).st_size, ""


def _unpacked_head(source: Source) -> tuple[bytes, Fault | None]:
    stream = open_stream(source)
    try:
        return stream.read(HEAD), stream.fault
    finally:
        stream.close()


def _inside(
    source: Source, head: bytes, wanted: Container | None, found: list[Fault]
) -> tuple[Source, list[Fault]]:
    """The decompressed file: binary containers, files that hold no rows, then text."""
    path = source.path
    if magic.is_parquet(head) or magic.is_arrow(head):
        return _columnar(source, head, wanted, found)
    encoding, mark = magic.encoding(head)
    if encoding != "utf-8":
        kind = encoding[:6]
        detail = f"{encoding.upper()}, {'with' if mark else 'without'} a byte order mark"
        found.append(_wide(source, kind, detail, mark))
        source = source._replace(encoding=encoding, header_offset=mark)
        width = 4 if kind == "utf-32" else 2
        head = head[mark : mark + (len(head) - mark) // width * width].decode(encoding, "replace").encode()
    elif head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
        source = source._replace(header_offset=3)
        detail = "UTF-8"
        found.append(
            Fault(
                "byte-order-mark",
                path,
                length=3,
                line=1,
                column=1,
                detail=detail,
                recovered=True,
                replacement=b"",
            )
        )
    whole = source.size <= HEAD if not source.compression else len(head) < HEAD
    if whole and not head.strip(b" \t\r\n\0"):
        what = "only NUL bytes and white space" if b"\0" in head else "only a byte order mark or white space"
        kept = [fault for fault in found if fault.kind == "wrong-extension"]
        return source, [*kept, Fault("empty-file", path, detail=what)]
    if (stop := _no_rows(path, head)) is not None:
        return source, [*found, stop]
    return _text(source, head, wanted, found, whole=whole)


def _no_rows(path: str, head: bytes) -> Fault | None:
    if (pointed := magic.pointer(head)) is not None:
        return Fault("not-pulled", path, line=1, column=1, detail=f"{pointed[0]}: {pointed[1]}")
    if page := magic.web_page(head):
        return Fault("html-page", path, line=1, column=1, detail=page)
    if what := magic.binary(head):
        return Fault("unsupported-file", path, detail=what)
    return None


def _columnar(
    source: Source, head: bytes, wanted: Container | None, found: list[Fault]
) -> tuple[Source, list[Fault]]:
    container: Container = "parquet" if magic.is_parquet(head) else "arrow"
    path = source.path
    if source.compression:
        detail = f"{_TITLES[container]} inside {source.compression}"
        return source, [*found, Fault("unsupported-file", path, detail=detail)]
    if wanted not in (container, None):
        found.append(Fault("wrong-extension", path, detail=_TITLES[container], recovered=True))
    if container == "parquet" and not _has_footer(source):
        return source, [
            *found,
            Fault("broken-parquet", path, detail="the footer at the end of the file is missing"),
        ]
    if not _installed("pyarrow"):
        return source, [*found, Fault("missing-extra", path, detail="parquet")]
    return source._replace(container=container), found


def _has_footer(source: Source) -> bool:
    with opened(source.file, source.size) as handle:
        handle.seek(max(0, source.size - 4))
        return source.size >= 12 and magic.is_parquet(handle.read(4))


def _wide(source: Source, kind: str, detail: str, mark: int) -> Fault:
    """UTF-16 or UTF-32; offsets of this fault are bytes of the file, those of its rows of its UTF-8 form."""
    replacement = None
    if source.size <= SMALL and not source.compression:
        with opened(source.file, source.size) as handle:
            data = handle.read()
        try:
            replacement = data[mark:].decode(detail.split(",", maxsplit=1)[0]).encode()
        except UnicodeDecodeError:
            replacement = None
    length = source.size if replacement is not None else mark
    return Fault(
        kind,
        source.path,
        length=length,
        line=1,
        column=1,
        detail=detail,
        recovered=True,
        replacement=replacement,
    )


def _text(
    source: Source, head: bytes, wanted: Container | None, found: list[Fault], *, whole: bool
) -> tuple[Source, list[Fault]]:
    path = source.path
    if b"\r" in head and b"\n" not in head and (wanted != "text" or head.strip()[:1] in (b"{", b"[")):
        source = source._replace(delimiter="\r")
        count = head.count(b"\r")
        if count:
            found.append(_old_newlines(source, count))
    lines = head.replace(b"\r", b"\n") if source.delimiter == "\r" else head
    shape = texts.shape(lines, wanted, whole=whole)
    if shape.container == "none":
        return source, [
            *found,
            Fault("unsupported-file", path, line=1, column=1, detail="text that holds no rows"),
        ]
    found += [_as_lines(source, fault) for fault in _misnamed(path, wanted, shape)]
    delimiter = source.delimiter
    if shape.container in ("csv", "tsv"):
        delimiter = shape.delimiter
    return source._replace(container=shape.container, delimiter=delimiter), found


def _old_newlines(source: Source, count: int) -> Fault:
    replacement = None
    if source.size <= SMALL and not source.compression and source.encoding == "utf-8":
        with opened(source.file, source.size) as handle:
            replacement = handle.read().replace(b"\r", b"\n")
    return Fault(
        "carriage-return-newlines",
        source.path,
        length=source.size if replacement is not None else 0,
        line=1,
        column=1,
        recovered=True,
        replacement=replacement,
        times=count,
    )


def _as_lines(source: Source, fault: Fault) -> Fault:
    """Gives a small array in a `.jsonl` its mended bytes."""
    if (
        fault.kind != "array-in-jsonl"
        or source.size > SMALL
        or source.compression
        or source.encoding != "utf-8"
    ):
        return fault
    with opened(source.file, source.size) as handle:
        handle.seek(source.header_offset)
        mended = texts.as_lines(handle.read())
    if mended is None:
        return fault
    length = source.size - source.header_offset
    return fault._replace(offset=source.header_offset, length=length, replacement=mended)


def _misnamed(path: str, wanted: Container | None, shape: texts.Shape) -> Iterator[Fault]:
    title = _TITLES[shape.container]
    if wanted == "parquet":
        yield Fault(
            "broken-parquet", path, detail=f"not Parquet but {title}", line=1, column=1, recovered=True
        )
    elif wanted == "jsonl" and shape.container == "json":
        yield Fault("array-in-jsonl", path, detail=shape.detail, line=1, column=1, recovered=True)
    elif wanted == "json" and shape.container == "jsonl" and shape.is_certain:
        yield Fault("jsonl-in-json", path, line=1, column=1, recovered=True)
    elif shape.container == "csv" and wanted == "csv" and shape.delimiter != ",":
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[shape.delimiter]
        yield Fault("csv-delimiter", path, detail=name, line=1, column=1, recovered=True)
    elif shape.container in ("csv", "tsv") and wanted == "tsv" and shape.delimiter != "\t":
        yield Fault("csv-delimiter", path, detail="no tabs", line=1, column=1, recovered=True)
    elif wanted not in (None, "text", shape.container) and shape.is_certain:
        yield Fault("wrong-extension", path, detail=title, line=1, column=1, recovered=True)


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None

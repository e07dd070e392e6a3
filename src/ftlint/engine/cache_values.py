"""What the cache keeps, as bytes and back: JSON and raw arrays, so that a foreign entry is at worst refused.

Never a text of a record; of a fix only its message and safety, for its edits hold text.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from typing import Any

from ftlint.engine.entries import Entries
from ftlint.engine.partial import Partial, Places, Verdict
from ftlint.model import Finding, Fix, Related, Severity
from ftlint.rule import Measure

MAGIC = b"ftlint-cache-6\n"
DIGEST = 16

SCALARS = frozenset({str, int, float, bool, type(None)})

PLAIN = (
    "message",
    "row",
    "pointer",
    "start",
    "end",
    "line",
    "column",
    "end_line",
    "end_column",
    "offset",
    "help",
    "kind",
    "fingerprint",
    "step",
    "confidence",
    "unit",
)


def packed(told: bytes, blobs: list[bytes]) -> bytes:
    sizes = json.dumps([len(told), *map(len, blobs)]).encode()
    body = b"".join([sizes, b"\n", told, *blobs])
    return b"".join([MAGIC, _digest(body), body])


def unpacked(data: bytes) -> tuple[bytes, list[bytes]]:
    """What was packed. Raises `ValueError` for what is damaged or of another version."""
    start = len(MAGIC) + DIGEST
    if not data.startswith(MAGIC) or data[len(MAGIC) : start] != _digest(memoryview(data)[start:]):
        raise ValueError("not a whole cache entry")
    end = data.index(b"\n", start)
    at, pieces = end + 1, []
    for size in json.loads(data[start:end]):
        pieces.append(data[at : at + size])
        at += size
    return pieces[0], pieces[1:]


def _digest(body: bytes | memoryview) -> bytes:
    """What tells a damaged entry from a whole one: a changed word would be told as a finding."""
    import xxhash

    digest: bytes = xxhash.xxh3_128_digest(body)
    return digest


def value_packed(value: Any) -> bytes:
    """Any value of strings, numbers, bytes, arrays, lists, tuples and dictionaries."""
    blobs: list[bytes] = []
    return packed(json.dumps(kept(value, blobs)).encode(), blobs)


def value_unpacked(data: bytes) -> Any:
    told, blobs = unpacked(data)
    return restored(json.loads(told), blobs)


def partial_packed(partial: Partial) -> bytes:
    """What the scan of one file found."""
    blobs: list[bytes] = []
    places = partial.places
    told = {
        "counts": [partial.rows, partial.records, partial.lines, partial.bytes],
        "places": kept([places.offsets, places.sizes, places.lines], blobs),
        "measures": {
            f"{kind.__module__}.{kind.__qualname__}": kept(measure.state(), blobs)
            for kind, measure in partial.measures.items()
        },
        "findings": {
            code: [
                [_told(template) for template in entries.templates],
                kept([entries.which, *entries.columns], blobs),
            ]
            for code, entries in partial.findings.items()
        },
        "verdicts": [
            [key, verdict.code, _told(verdict.finding), kept(verdict.rows, blobs)]
            for key, verdict in partial.verdicts.items()
        ],
        "ignored": [[row, codes] for row, codes in partial.ignored.items()],
    }
    return packed(json.dumps(told).encode(), blobs)


def partial_unpacked(data: bytes, kinds: Mapping[str, type[Measure]]) -> Partial:
    """What a scan found; `kinds` are the measures by their full name."""
    told, blobs = unpacked(data)
    header = json.loads(told)
    partial = Partial(*header["counts"])
    places = Places()
    places.offsets, places.sizes, places.lines = restored(header["places"], blobs)
    partial.places = places
    partial.measures = {
        kinds[name]: kinds[name].from_state(restored(state, blobs))
        for name, state in header["measures"].items()
    }
    for code, (templates, columns) in header["findings"].items():
        which, *numbers = restored(columns, blobs)
        partial.findings[code] = Entries.restored([_finding(told) for told in templates], which, numbers)
    partial.verdicts = {
        key: Verdict(code, _finding(told), restored(rows, blobs))
        for key, code, told, rows in header["verdicts"]
    }
    partial.ignored = {row: tuple(codes) for row, codes in header["ignored"]}
    return partial


def kept(value: Any, blobs: list[bytes]) -> Any:
    """JSON of a state; arrays and bytes go to `blobs` and leave a reference."""
    if type(value) in SCALARS:
        return value
    if isinstance(value, array):
        blobs.append(value.tobytes())
        return {"array": value.typecode, "blob": len(blobs) - 1}
    if isinstance(value, bytes):
        blobs.append(value)
        return {"bytes": len(blobs) - 1}
    if isinstance(value, dict):
        return {"pairs": [[kept(key, blobs), kept(item, blobs)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [kept(item, blobs) for item in value]}
    if isinstance(value, list):
        return [kept(item, blobs) for item in value]
    raise TypeError(f"a measure's state holds a {type(value).__name__}")


def restored(value: Any, blobs: list[bytes]) -> Any:
    if type(value) in SCALARS:
        return value
    if isinstance(value, list):
        return [restored(item, blobs) for item in value]
    if "array" in value:
        found = array(value["array"])
        found.frombytes(blobs[value["blob"]])
        return found
    if "bytes" in value:
        return blobs[value["bytes"]]
    if "tuple" in value:
        return tuple(restored(item, blobs) for item in value["tuple"])
    return {restored(key, blobs): restored(item, blobs) for key, item in value["pairs"]}


def _told(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(finding, name) for name in PLAIN}
    told["severity"] = finding.severity.name if finding.severity else None
    told["fix"] = [finding.fix.message, finding.fix.safe] if finding.fix else None
    told["related"] = [finding.related.path, finding.related.row] if finding.related else None
    return told


def _finding(told: dict[str, Any]) -> Finding:
    """A finding as it was kept. Its fix keeps message and safety, not its edits: those hold text."""
    return Finding(
        **{name: told[name] for name in PLAIN},
        severity=Severity[told["severity"]] if told["severity"] else None,
        fix=Fix(told["fix"][0], (), told["fix"][1]) if told["fix"] else None,
        related=Related(*told["related"]) if told["related"] else None,
    )

"""Anything in, fixed: what is fixable goes at once, a second run changes no byte, no row is lost or touched.

`FTLINT_FUZZ_ROWS` says how many mutated rows are tried; `make test-fuzz` tries 200,000.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from ftlint.cli.main import main
from mutations import SEEDS, file_like, mutated

ROWS = int(os.environ.get("FTLINT_FUZZ_ROWS", "1500"))
ROWS_A_FILE = 25
SPLITS = ("train", "validation", "test")
FIX = ["check", ".", "--isolated", "--no-cache", "--fix", "--unsafe-fixes", "--output-format", "json"]
LAYOUT = {"rewrite newlines", "rewrite blank-lines", "rewrite separators"}


def table(seed: dict[str, Any], draw: random.Random) -> bytes:
    """The rows as Parquet, b"" where no column holds them."""
    rows = [dict(seed, id=str(draw.randrange(ROWS_A_FILE))) for _ in range(ROWS_A_FILE)]
    rows += [row for row in (mutated(seed, draw) for _ in range(2)) if isinstance(row, dict)]
    out = io.BytesIO()
    with contextlib.suppress(pyarrow.ArrowException, TypeError, ValueError, OverflowError):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


def shuffled(data: bytes, draw: random.Random) -> bytes:
    """With rows repeated, rows inside strings, in another encoding or layout."""
    lines = data.split(b"\n")
    lines += [draw.choice(lines) for _ in range(5)]
    lines[0] = json.dumps(lines[0].decode("utf-8", "replace")).encode()
    draw.shuffle(lines)
    data = b"\n".join(lines)
    kind = draw.randrange(6)
    if kind == 0:
        return b"\xef\xbb\xbf" + data
    if kind == 1:
        return data.decode("utf-8", "ignore").encode("utf-16")
    if kind == 2:
        return b"[\n" + data.replace(b"\n", b",\n") + b"]"
    return data.replace(b"\n", b"\r\n") if kind == 3 else data


def written(root: Path, draw: random.Random) -> str:
    """Writes the splits of a dataset; the format they are of."""
    name = draw.choice(sorted(SEEDS))
    for split in SPLITS[: draw.choice([1, 3])]:
        ending, data = file_like(SEEDS[name], ROWS_A_FILE, draw)
        if draw.random() < 0.15 and (packed := table(SEEDS[name], draw)):
            ending, data = ".parquet", packed
        elif ending == ".jsonl" and draw.random() < 0.5:
            data = shuffled(data, draw)
        (root / f"{split}{ending}").write_bytes(data)
    return name.split()[0]


def contents(root: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in root.iterdir() if each.is_file()}


def fixed(root: Path, *flags: str) -> dict[str, Any]:
    out, told = io.StringIO(), io.StringIO()
    with contextlib.chdir(root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        code = main([*FIX, *flags])
    assert code in (0, 1), told.getvalue()
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def rows_of(data: bytes) -> list[bytes]:
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [line.strip(b" \t\r\x0b\x0c") for line in lines if line.strip(b" \t\r\x0b\x0c")]


def strict(raw: bytes) -> Any:
    def refuse(word: str) -> None:
        raise ValueError(word)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    return json.loads(raw.decode(), parse_constant=refuse, object_pairs_hook=once)


def values(value: Any, at: str = "") -> dict[str, str]:
    """Each place in a JSON value, by its pointer."""
    found = {at: repr(value) if not isinstance(value, dict | list) else type(value).__name__}
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found |= values(item, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


def apart(old: bytes, new: bytes, edits: list[dict[str, Any]]) -> list[str]:
    """The places at which a row differs from what it was, less those that were edited."""
    try:
        before = values(strict(old))
    except (ValueError, RecursionError):
        return []
    after = values(strict(new))
    if any("pointer" not in edit for edit in edits):
        return []
    edited = [
        edit["pointer"].rpartition("/")[0] if edit["action"] == "rename" else edit["pointer"]
        for edit in edits
    ]
    return [
        place
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
        and not any(place == each or place.startswith(f"{each}/") for each in edited)
    ]


def hold_rows(
    where: str, before: dict[str, bytes], after: dict[str, bytes], log: list[dict[str, Any]]
) -> int:
    """Rows in are rows out and rows dropped by name; what is not edited is as it was.

    Gives the number of rows that were compared.
    """
    compared = 0
    edits: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in log:
        edits[entry["path"]].append(entry)
    assert {name for name in before if before[name] != after[name]} == edits.keys(), where
    for name, (head, *mine) in edits.items():
        had, has = head["rows"]
        dropped = {entry.get("row") for entry in mine if entry["action"] == "drop"}
        if None in dropped:  # after an array was written out, rows have no number in the original
            continue
        assert has >= had - len(dropped), f"{where}: {name}: {had} - {len(dropped)} > {has}"
        strange = any("row" not in entry and entry["action"] not in LAYOUT for entry in mine)
        old, new = rows_of(before[name]), rows_of(after[name])
        if not name.endswith(".jsonl") or strange or (len(old), len(new)) != (had, had - len(dropped)):
            continue
        separators = any(entry["action"] == "rewrite separators" for entry in mine)
        for row, now in zip((row for row in range(had) if row not in dropped), new, strict=True):
            touched = [entry for entry in mine if entry.get("row") == row]
            if touched:
                assert apart(old[row], now, touched) == [], f"{where}: {name}, row {row}"
            elif not separators and b"\r" not in old[row]:
                assert old[row] == now, f"{where}: {name}, row {row}"
            compared += 1
    return compared


def test_mutated_files_are_fixed_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    compared = mended = endless = 0
    for number in range(max(1, ROWS // (2 * ROWS_A_FILE))):
        draw = random.Random(number)
        root = tmp_path_factory.mktemp("fixed")
        known = written(root, draw)
        flags = ["--select", "ALL"] if draw.random() < 0.5 else ["--ignore", "PII,SEC"]
        flags += ["--format", known] if draw.random() < 0.4 else []
        before = contents(root)
        report = fixed(root, *flags)
        after = contents(root)
        assert after.keys() == before.keys()
        reasons = {each["path"]: each["reason"] for each in report.get("not_fixed", ())}
        for each in report["findings"]:
            assert each["fix"] is None or each["path"] in reasons, f"{number}: {each}"
        if any("passes" in reason for reason in reasons.values()):  # an array broken in many places
            endless += 1
            continue
        again = fixed(root, *flags)
        assert "fixed" not in again, f"{number}: {again['fixed']}"
        assert contents(root) == after, number
        log = root / ".ftlint/changes.jsonl"
        told = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        compared += hold_rows(str(number), before, after, told)
        mended += len(told)
    assert endless <= 1 + ROWS // 5000
    assert compared > ROWS // 20
    assert mended > ROWS // 20

"""Every broken file of the corpus is named for what it is, every sound one passes."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftlint.model import Fault
from ftlint.read import records
from ftlint.read.classify import classify

CORPUS = Path(os.environ.get("FTLINT_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FOLDER = CORPUS / "malformed"

KINDS = {
    "BOM": "byte-order-mark",
    "CRLF": "crlf-newlines",
    "CR": "carriage-return-newlines",
    "UTF16": "utf-16",
    "UTF32": "utf-32",
    "INVALID_UTF8": "invalid-utf8",
    "TRAILING_COMMA": "trailing-comma",
    "LINE_COMMA": "comma-after-row",
    "PY_REPR": "python-repr",
    "NAN": "nan-infinity",
    "TRUNCATED": "truncated-row",
    "DUP_KEY": "duplicate-key",
    "EMPTY_LINE": "blank-line",
    "ARRAY_IN_JSONL": "array-in-jsonl",
    "JSONL_IN_JSON": "jsonl-in-json",
    "PRETTY": "pretty-printed",
    "CONCAT": "several-objects-on-line",
    "DOUBLE_ENCODED": "double-encoded",
    "CTRL_IN_STRING": "control-character",
    "NUL": "nul-bytes",
    "LONE_SURROGATE": "lone-surrogate",
    "BAD_ESCAPE": "bad-escape latex-escape",
    "U2028": "line-separator",
    "EMPTY_FILE": "empty-file",
    "NON_OBJECT": "not-an-object",
    "BIGINT": "big-integer",
    "DEPTH": "deep-nesting",
    "HUGE_LINE": "huge-line unsupported-file",
    "GZ_MISNAMED": "wrong-extension",
    "GZ_TRUNCATED": "truncated-archive",
    "LFS_POINTER": "not-pulled",
    "HTML_PAGE": "html-page",
    "MERGE_CONFLICT": "merge-conflict",
    "COMMENT": "json-comment",
    "CSV_DELIM": "csv-delimiter",
    "CSV_RAGGED": "csv-ragged",
    "CSV_QUOTE": "csv-quote",
    "CSV_NOHEADER": "csv-no-header",
    "CSV_FORMULA": "csv-formula",
    "BAD_PARQUET": "broken-parquet",
}
SOUND = {"ok", "GZ", "ZST", "BZ2", "XZ", "ROLES", "MIXED", "MULTI_FORMAT", "STRINGIFIED", "TOKENIZED"}
ROWS = {
    "ok.jsonl": 20,
    "bom.jsonl": 20,
    "cr_only.jsonl": 20,
    "utf16le_bom.jsonl": 20,
    "utf16be_nobom.jsonl": 20,
    "utf32.jsonl": 20,
    "single_quotes.jsonl": 20,
    "pretty_printed.jsonl": 20,
    "concatenated_objects.jsonl": 20,
    "two_objects_per_line.jsonl": 20,
    "array_in_jsonl.jsonl": 20,
    "array_one_line.jsonl": 20,
    "double_encoded.jsonl": 20,
    "raw_newline_in_string.jsonl": 6,
    "truncated_last_line.jsonl": 19,
    "merge_conflict.jsonl": 4,
    "comments.jsonl": 20,
    "gz_truncated.jsonl.gz": 19,
    "notparquet.parquet": 20,
    "big_line_50mb.jsonl.gz": 1,
    "semicolon.csv": 5,
    "ragged.csv": 1,
    "unclosed_quote.csv": 1,
    "utf16_excel.csv": 1,
    "messages_struct.parquet": 20,
}


def cases() -> Iterator[object]:
    if not (FOLDER / "EXPECTED.csv").exists():
        yield pytest.param("", "", marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))
        return
    with open(FOLDER / "EXPECTED.csv", newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            yield pytest.param(row["file"], row["class"], id=row["file"])


def read(file: str) -> tuple[int, list[Fault]]:
    source, faults = classify(str(FOLDER / file), file)
    rows = 0
    for block in records.blocks(source):
        rows += len(block.data)
        faults += block.faults
        for row, offset, line, raw in zip(block.rows, block.offsets, block.lines, block.raw, strict=False):
            faults += records.duplicate_keys(raw, file, row, offset, line)
    return rows, faults


@pytest.mark.corpus
@pytest.mark.parametrize(("file", "name"), list(cases()))
def test_file_is_named_for_what_it_is(file: str, name: str) -> None:
    rows, faults = read(file)
    kinds = {fault.kind for fault in faults}
    if name in SOUND:
        assert not kinds
    else:
        assert kinds & set(KINDS[name].split())
    if file in ROWS:
        assert rows == ROWS[file]


@pytest.mark.corpus
@pytest.mark.parametrize(("file", "name"), list(cases()))
def test_every_fault_has_a_place(file: str, name: str) -> None:
    for fault in read(file)[1]:
        assert fault.path == file
        if fault.row is not None:
            assert fault.line is not None
            assert fault.column is not None

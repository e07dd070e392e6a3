"""Parquet and Arrow: texts at any depth are redacted, all else is the same."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import FtlintError, Span
from ftlint.prepare.disguise import Disguise
from ftlint.prepare.redact import Done, Task, Work, redact
from ftlint.read.classify import classify

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

MAIL, GONE = "ann@firm.io", "<EMAIL_ADDRESS>"


class Mails:
    gate = "@"

    def spans(self, text: str, field: str = "") -> list[Span]:
        at = text.find(MAIL)
        return [Span("email", at, at + len(MAIL))] if at >= 0 and field != "/left" else []


def done(path: Path, out: Path) -> Done:
    source, _ = classify(str(path), path.name)
    return redact(Task(source, str(out)), Work(Mails(), Disguise()))  # type: ignore[arg-type]  # a stand-in


def table(mail: str, rows: int = 3) -> Any:
    """Every type that texts may stand in, and some that they cannot."""
    when = datetime.datetime(2024, 1, 2, 3, 4, 5, 6)
    columns: list[tuple[str, Any, list[Any]]] = [
        ("plain", pa.string(), ["x", f"to {mail}", None]),
        ("left", pa.string(), [MAIL, MAIL, MAIL]),
        ("large", pa.large_string(), [mail, None, ""]),
        ("turns", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())])),
         [[{"role": "user", "content": mail}, None], None, [{"role": "x", "content": None}]]),
        ("deep", pa.large_list(pa.list_(pa.string())), [[["a"], [mail]], [], None]),
        ("pair", pa.list_(pa.string(), 2), [["a", mail], None, ["b", "c"]]),
        ("map", pa.map_(pa.string(), pa.string()), [[("k", mail)], None, [(mail, "v")]]),
        ("word", pa.dictionary(pa.int8(), pa.string()), [mail, "x", mail]),
        ("json", pa.string(), [None, f'{{"a": "\\n{mail}", "n": 1}}', "{}"]),
        ("number", pa.int64(), [123456789, None, -1]),
        ("time", pa.timestamp("ns", tz="UTC"), [when, None, when]),
        ("amount", pa.decimal128(9, 2), [None, None, None]),
        ("flag", pa.bool_(), [True, None, False]),
    ]  # fmt: skip
    columns = [(name, kind, (values * rows)[:rows]) for name, kind, values in columns]
    arrays = [pa.array(values, type=kind) for _, kind, values in columns]
    metadata = {"note": f"made by {mail}", "other": "é"}
    schema = pa.schema([(name, kind) for name, kind, _ in columns], metadata=metadata)
    return pa.table(arrays, schema=schema)


def counted(found: Done) -> tuple[int, int, int, int]:
    tally = found.tally
    return tally.rows_read, tally.rows_changed, tally.spans["pii", "email"], tally.elsewhere


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(
        table(MAIL), tmp_path / "a.parquet", compression={"plain": "gzip"}, use_dictionary=["plain"]
    )
    found = done(tmp_path / "a.parquet", tmp_path / "b.parquet")
    new = pq.read_table(tmp_path / "b.parquet")
    assert new.to_pylist() == table(GONE).to_pylist()
    old = pq.read_schema(tmp_path / "a.parquet")
    assert new.schema.equals(old.with_metadata(table(GONE).schema.metadata), check_metadata=True)
    assert counted(found) == (3, 3, 10 + 1, 1)
    group = pq.ParquetFile(tmp_path / "b.parquet").metadata.row_group(0)
    assert group.column(0).compression == "GZIP"
    assert any("DICTIONARY" in each for each in group.column(0).encodings)
    # the statistics are new, too
    told = [str(group.column(index).statistics) for index in range(group.num_columns)]
    assert [index for index, each in enumerate(told) if MAIL in each] == [1]
    again = done(tmp_path / "b.parquet", tmp_path / "c.parquet")
    assert counted(again)[1:] == (0, 0, 0)
    assert (tmp_path / "c.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_row_groups_stay(tmp_path: Path) -> None:
    pq.write_table(table(MAIL, 5000), tmp_path / "a.parquet", row_group_size=1500)
    found = done(tmp_path / "a.parquet", tmp_path / "b.parquet")
    file = pq.ParquetFile(tmp_path / "b.parquet")
    assert [file.metadata.row_group(index).num_rows for index in range(4)] == [1500, 1500, 1500, 500]
    assert file.read().to_pylist() == table(GONE, 5000).to_pylist()
    assert counted(found)[:2] == (5000, 5000)


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow(tmp_path: Path, kind: str) -> None:
    new = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    batches = table(MAIL, 3000).to_batches(max_chunksize=1300)
    with new(str(tmp_path / "a.arrow"), batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    found = done(tmp_path / "a.arrow", tmp_path / "b.arrow")
    raw = (tmp_path / "b.arrow").read_bytes()
    reader = pa.ipc.open_file(raw) if kind == "file" else pa.ipc.open_stream(raw)
    got = reader.read_all()
    assert got.to_pylist() == table(GONE, 3000).to_pylist()
    assert got.schema.equals(table(GONE).schema, check_metadata=True)
    assert counted(found) == (3000, 3000, 10 * 1000 + 1, 1)
    assert (tmp_path / "b.arrow").read_bytes()[:4] == (tmp_path / "a.arrow").read_bytes()[:4]


def test_slices_and_nulls_of_lists(tmp_path: Path) -> None:
    whole = table(MAIL, 9)
    pq.write_table(whole.slice(1, 5), tmp_path / "a.parquet")
    done(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert pq.read_table(tmp_path / "b.parquet").to_pylist() == table(GONE, 9).slice(1, 5).to_pylist()


@pytest.mark.parametrize(
    "schema",
    [
        pa.schema([(MAIL, pa.string())]),
        pa.schema([("a", pa.struct([(MAIL, pa.int8())]))]),
        pa.schema([pa.field("a", pa.string(), metadata={"by": MAIL})]),
    ],
)
def test_a_value_in_the_name_of_a_column_is_refused(tmp_path: Path, schema: Any) -> None:
    pq.write_table(schema.empty_table(), tmp_path / "a.parquet")
    with pytest.raises(FtlintError, match="name of column 1") as error:
        done(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert MAIL not in str(error.value)
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]


def test_texts_that_cannot_be_redacted_are_refused(tmp_path: Path) -> None:
    union = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([MAIL]), pa.array([1])])
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), pa.schema([("u", union.type)])) as writer:
        writer.write_batch(pa.record_batch([union], ["u"]))
    with pytest.raises(FtlintError, match="column 1 is of type"):
        done(tmp_path / "a.arrow", tmp_path / "b.arrow")
    assert not (tmp_path / "b.arrow").exists()


def test_bytes_are_told_as_not_looked_at(tmp_path: Path) -> None:
    pq.write_table(pa.table({"image": pa.array([MAIL.encode()]), "t": ["x"]}), tmp_path / "a.parquet")
    assert done(tmp_path / "a.parquet", tmp_path / "b.parquet").unseen == ["bytes in 1 column of a table"]


def test_a_damaged_file_leaves_nothing(tmp_path: Path) -> None:
    pq.write_table(table(MAIL, 3000), tmp_path / "a.parquet", compression="zstd")
    raw = bytearray((tmp_path / "a.parquet").read_bytes())
    raw[200:900] = bytes(700)
    (tmp_path / "a.parquet").write_bytes(raw)
    with pytest.raises(FtlintError):
        done(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]

"""Event files of any bytes: never an exception, never a hang, and both ways to read find the same."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from event_files import NAME, Points, event, plain, points, start, tensor, version, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.summary.writer.record_writer import RecordWriter

from ftlint.model.run_log import Damaged
from ftlint.runlogs import tensorboard, tensorboard_columns
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard import EventFile
from ftlint.runlogs.tensorboard_bulk import checksums, checksums_of, running
from ftlint.runlogs.tensorboard_checksum import checksum, masked

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def whole() -> bytes:
    with TemporaryDirectory() as folder:
        rows = [version()]
        for step in range(0, 300, 15):
            rows += [event(step, plain("alpha", step)), event(step, tensor("beta", np.float32(step)))]
        rows += [start(150), event(151, plain("alpha", 1), tensor("text", "note", plugin="text"))]
        return write(Path(folder) / NAME, rows).read_bytes()


def told(data: bytes, pieces: Iterable[int] = ()) -> tuple[Points, list[Damaged]]:
    """What is read of some bytes that are written piece by piece."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        into = Recorder("run", "tensorboard")
        reader = EventFile(str(file), "run")
        for piece in [*pieces, len(data)]:
            file.write_bytes(data[:piece])
            reader.more(into)
        into.log()
        return points(into), into.damaged


def both(data: bytes) -> tuple[Points, list[Damaged]]:
    """What both ways to read some bytes find."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensorboard, "SHORT", 1 << 40)
        one = told(data)
        patch.setattr(tensorboard, "SHORT", 0)
        patch.setattr(tensorboard_columns, "FEW", 2)
        other = told(data)
    assert repr(sorted(one[0].items())) == repr(sorted(other[0].items()))
    assert one[1] == other[1]
    return one


@quick
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    found, damage = both(data)
    assert not found
    assert bool(damage) == bool(data)


@quick
@given(st.binary(max_size=60))
def test_any_bytes_behind_a_good_checksum(body: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        with open(file, "wb") as stream:
            for _ in range(3):
                RecordWriter(stream).write(body)
        both(file.read_bytes())


@quick
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 255)), min_size=1, max_size=6))
def test_flipped_bits(flips: list[tuple[int, int]]) -> None:
    data = bytearray(whole())
    for at, bits in flips:
        data[at % len(data)] ^= bits
    found, damage = both(bytes(data))
    assert bool(damage) == (bytes(data) != whole())
    assert len(found["alpha"][0]) + len(found["beta"][0]) >= 15


@quick
@given(st.lists(st.integers(0, 10_000), max_size=5))
def test_cuts_of_a_live_file(cuts: list[int]) -> None:
    pieces = sorted(cut % len(whole()) for cut in cuts)
    assert told(whole(), pieces) == told(whole())


@quick
@given(st.integers(0, 3000), st.integers(0, 3000), st.binary(max_size=40))
def test_bytes_put_in_place_of_others(at: int, end: int, put: bytes) -> None:
    low, high = sorted((at, end))
    both(whole()[:low] + put + whole()[high:])


def some_bytes(size: int) -> np.ndarray:
    return np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)


def test_checksums_are_those_of_the_format() -> None:
    records = [some_bytes(size) for size in (0, 1, 3, 4, 8, 127, 128, 129, 1023, 5000)]
    expected = [masked_crc32c(record.tobytes()) for record in records]
    assert [checksum(record.tobytes()) for record in records] == expected
    assert checksums_of(records).tolist() == expected
    assert checksums_of(records[:1]).tolist() == expected[:1]


@pytest.mark.parametrize("cut", [0, 1, 128, 700, 997, 1000])
def test_a_checksum_goes_on_from_piece_to_piece(cut: int) -> None:
    data = some_bytes(1000)
    (first,) = running([data[:cut]])
    (last,) = running([data[cut:]], first)
    assert masked(last ^ 0xFFFFFFFF) == masked_crc32c(data.tobytes())


def test_checksums_of_rows() -> None:
    rows = np.random.default_rng(1).integers(0, 256, (20, 37), dtype=np.uint8)
    rows[:, 5:20] = rows[0, 5:20]
    assert checksums(rows).tolist() == [masked_crc32c(row.tobytes()) for row in rows]


def test_the_check_value_of_the_polynomial() -> None:
    assert checksum(b"123456789") == masked(0xE3069283)

"""Event files that are cut off, damaged, written anew or still being written."""

from pathlib import Path

import pytest
from event_files import NAME, Points, event, many, plain, points, read, tensor, version, write

from ftlint.model.run_log import Damaged
from ftlint.runlogs import tensorboard
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard import EventFile
from ftlint.runlogs.tensorboard_frames import Frames


@pytest.fixture(params=[0, 1 << 40], ids=["in columns", "one by one"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorboard, "SHORT", request.param)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / NAME, many(40))


def starts(file: Path) -> list[int]:
    return Frames().walk(file.read_bytes())[0]


def damaged(file: Path) -> tuple[Points, tuple[Damaged, ...]]:
    into = read(file)
    return points(into), into.log().damaged


def test_a_file_cut_off_within_a_record(file: Path) -> None:
    data = file.read_bytes()
    last = starts(file)[-1]
    whole = len(data) - last
    for cut in range(last, len(data)):
        file.write_bytes(data[:cut])
        found, damage = damaged(file)
        assert (len(found["alpha"][0]), len(found["beta"][0])) == (40, 39)
        there = cut - last
        if there:
            of = f" of {whole}" if there >= 12 else ""
            message = f"ends within a record: {there}{of} bytes of it are there"
            assert damage == (Damaged("truncated", str(file), message, None, last, 1),)
        else:
            assert not damage


def test_a_record_that_fails_its_checksum_is_left_and_the_next_is_read(file: Path) -> None:
    data = bytearray(file.read_bytes())
    expected = points(read(file))
    third, eleventh = starts(file)[3], starts(file)[11]
    data[third + 30] ^= 1
    data[eleventh + 30] ^= 128
    file.write_bytes(data)
    found, damage = damaged(file)
    assert found["beta"] == expected["beta"]
    assert found["alpha"] == tuple([*part[:1], *part[2:5], *part[6:]] for part in expected["alpha"])
    message = f"2 records fail their checksum, the first at byte {third}"
    assert damage == (Damaged("corrupt", str(file), message, None, third, 2),)


def test_a_damaged_length_costs_one_record(file: Path) -> None:
    data = bytearray(file.read_bytes())
    expected = points(read(file))
    at, following = starts(file)[3:5]
    data[at + 1] ^= 4
    file.write_bytes(data)
    found, damage = damaged(file)
    assert found["beta"] == expected["beta"]
    assert found["alpha"] == tuple([*part[:1], *part[2:]] for part in expected["alpha"])
    message = f"the length of a record fails its checksum: {following - at} bytes passed over"
    assert damage == (Damaged("corrupt", str(file), message, None, at, 1),)


def test_an_end_that_was_never_written_out(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + bytes(4096))
    found, damage = damaged(file)
    assert len(found["beta"][0]) == 40
    message = "the last 4,096 bytes are zero: they were never written out"
    assert damage == (Damaged("truncated", str(file), message, None, size),)


def test_an_end_that_holds_no_record(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + b"x" * 300)
    _, damage = damaged(file)
    assert damage == (
        Damaged("corrupt", str(file), "no record can be found in the last 300 bytes", None, size),
    )


def test_a_record_that_is_no_event(file: Path) -> None:
    from tensorboard.summary.writer.record_writer import RecordWriter

    size = file.stat().st_size
    with open(file, "ab") as stream:
        RecordWriter(stream).write(b"\x2a\x7f short")
    write(file, [event(5000, plain("alpha", 1))], append=True)
    found, damage = damaged(file)
    assert found["alpha"][0][-1] == 5000
    assert damage == (Damaged("unreadable-rows", str(file), "1 record is no event", None, size, 1),)


def test_a_record_longer_than_a_window_and_one_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tensorboard, "WINDOW", 4000)
    monkeypatch.setattr(tensorboard, "LONGEST", 100_000)
    long = event(1, plain("alpha", 1), tensor("text", "x" * 50_000, plugin="text"))
    longer = event(2, plain("alpha", 2), tensor("text", "x" * 3_000_000, plugin="text"))
    file = write(tmp_path / NAME, [version(), long, longer, event(3, plain("alpha", 3))])
    found, damage = damaged(file)
    assert found["alpha"][1] == [1, 3]
    (entry,) = damage
    assert (entry.kind, entry.offset, entry.lost) == ("unreadable-rows", starts(file)[2], 1)
    assert entry.message.startswith("1 record is too long to be looked into, up to 3,000,")
    data = bytearray(file.read_bytes())
    data[starts(file)[2] + 2_000_000] ^= 1
    file.write_bytes(data)
    assert damaged(file)[1][0].message == "1 record fails its checksum"


def test_a_growing_file_is_read_on_and_what_was_read_is_not_read_again(file: Path) -> None:
    data = file.read_bytes()
    expected = points(read(file))
    part = file.with_name("events.out.tfevents.1700000000.host.2.0")
    part.write_bytes(b"")
    into = Recorder(str(part), "tensorboard")
    reader = EventFile(str(part), str(part))
    assert not reader.more(into)
    for size in (5, 70, 71, 900, 1000, len(data) - 1):
        part.write_bytes(data[:size])
        assert reader.more(into)
    taken = starts(file)[-1]
    part.write_bytes(data[:64] + b"\xff" * (taken - 64) + data[taken:])
    assert reader.more(into)
    assert points(into) == expected
    assert not into.damaged
    assert not reader.more(into)


def test_a_length_that_comes_to_be_written_is_read_then(file: Path) -> None:
    data = file.read_bytes()
    expected = points(read(file))
    middle = starts(file)[20]
    file.write_bytes(data[:middle] + bytes(len(data) - middle))
    into = Recorder(str(file), "tensorboard")
    reader = EventFile(str(file), str(file))
    assert reader.more(into)
    assert [each.kind for each in into.damaged] == ["truncated"]
    write(file.with_name("other"), [event(9999, plain("alpha", 1))])
    file.write_bytes(data + file.with_name("other").read_bytes())
    assert reader.more(into)
    assert points(into)["beta"] == expected["beta"]
    assert into.steps["alpha"][-1] == 9999
    assert not into.damaged


def test_a_file_written_anew_is_read_anew(file: Path, tmp_path: Path) -> None:
    earlier = write(tmp_path / "events.out.tfevents.1.host", [event(1, plain("alpha", 5))])
    into = Recorder(str(file), "tensorboard")
    EventFile(str(earlier), str(earlier)).more(into)
    reader = EventFile(str(file), str(file))
    reader.more(into)
    write(file, [version(), event(7, plain("alpha", 0.5))])
    assert reader.more(into)
    assert points(into)["alpha"][:2] == ([1, 7], [5, 0.5])
    assert "beta" not in points(into)

"""No bytes break the readers of tables and texts, at once or as they come."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.runlogs.detect import kind_of
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.runs import Run, reader_of, run_files
from ftlint.runlogs.tail import LONGEST

SAMPLES = {
    "keras-csv": b"epoch,loss,val_loss\n0,2.5,NA\n1,2.25,2.5\n",
    "lightning-csv": b"epoch,step,train_loss_step,val_loss\n0,0,3.5,\n0,9,,2.5\n1,19,,2.25\n",
    "openai-csv": b"step,train_loss,train_accuracy,valid_loss\n1,1.5,0.5,\n2,1.25,0.5,1.5\n",
    "csv": b'step;loss;"note"\n1;3,5;"a\nb"\n2;3,25;\n',
    "wandb-csv": b",_step,_runtime,train/loss,train/global_step\n0,0,1.5,2.5,5\n1,1,1.5,,\n",
    "wandb-json": b'[{"_step":0,"_runtime":1,"loss":2.5},{"_step":1,"_runtime":2,"loss":{"_type":"x"}}]\n',
    "mlflow": b"1700000000000 2.5 0\n1700000001000 nan 10\n",
    "text": b"step 1: loss 2.5, lr 1e-4\n[x] iteration 2/ 9 | lm loss: 2.5E+00 |\r 1%|# | 1/9 [00:01<00:0"
    b"3, 1it/s]\r{'loss': '2.5', 'epoch': 0.5}\nEpoch [1/2], Step [2/9], Loss: 0.5\n\x1b[A3 val 2.5\n",
}  # fmt: skip
WORDS = [
    b"\n",
    b"\r",
    b",",
    b'"',
    b"'",
    b"{'",
    b"}",
    b"nan",
    b"1e999",
    b"-",
    b"\0",
    b"\xff\xfe",
    b"step",
    b"epoch 1",
    b"[",
]


@pytest.mark.parametrize("kind", SAMPLES)
@settings(max_examples=40)
@given(data=st.data())
def test_no_bytes_break_a_reader(
    kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = SAMPLES[kind]
    for word in data.draw(st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=3)), max_size=5)):
        place = data.draw(st.integers(0, len(body)))
        body = body[:place] + word + body[place + data.draw(st.integers(0, 3)) :]
    first = data.draw(st.integers(0, len(body)))
    file = tmp_path_factory.getbasetemp() / "mlruns" / "metrics" / f"fuzzed-{kind}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body[:first])
    into = Recorder(str(file), kind)
    reader = reader_of(kind, str(file), {})
    reader.more(into)
    file.write_bytes(body)
    reader.more(into)
    assert not reader.more(into)
    log = into.log()
    for series in log.series.values():
        assert all(low < high for low, high in zip(series.steps, series.steps[1:], strict=False))
        assert len(series.steps) == len(series.values)


@settings(max_examples=150)
@given(body=st.binary(max_size=300), name=st.sampled_from(["a.csv", "train.log", "log.txt", "x.tsv"]))
def test_no_bytes_break_the_look_at_a_file(
    body: bytes, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(body)
    assert isinstance(kind_of(str(file), name), str)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_that_goes_away_is_an_error_of_the_system(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "metrics" / "gone"
    file.parent.mkdir()
    file.write_bytes(SAMPLES[kind])
    into = Recorder(str(file), kind)
    reader = reader_of(kind, str(file), {})
    reader.more(into)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        reader.more(into)


@pytest.mark.parametrize("name", ["trainer_state.json", "train.log", "events.out.tfevents.1.host"])
def test_pipes_and_devices_are_no_logs(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)  # opened, it would wait for ever
    assert kind_of(str(tmp_path / name), name) == ""
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / name).symlink_to("/dev/zero")
    assert kind_of(str(tmp_path / "device" / name), name) == ""


def test_a_pipe_in_place_of_a_log_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "trainer_log.jsonl"
    file.write_text('{"current_steps": 1, "loss": 2.5}\n')
    run = Run(run_files([str(file)])[0])
    assert run.read().last_step == 1
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(FileNotFoundError):
        run.read()


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("rows.jsonl", b'{"step": %d, "loss": 2.5}\n'),
        ("train.log", b"step %d: loss 2.5\n"),
        ("metrics.csv", b"%d,2.5\n"),
    ],
)
def test_a_line_without_an_end_is_passed_over(name: str, row: bytes, tmp_path: Path) -> None:
    file = tmp_path / name
    begin = b"step,loss\n" if name.endswith(".csv") else b""
    file.write_bytes(begin + b"".join(row % step for step in range(1, 21)))
    with file.open("r+b") as out:
        out.truncate(file.stat().st_size + 2 * LONGEST)  # zeros, which take no room on the disk
    run = Run(run_files([str(file)])[0])
    assert run.read().last_step == 20
    with file.open("ab") as out:
        out.write(b"\n" + row % 21)
    log = run.read()
    assert list(log.series["loss"].steps) == [*range(1, 22)]
    assert not log.damaged


def test_lines_are_told_once_wherever_a_piece_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftlint.runlogs.lines.CHUNK", 7)
    file = tmp_path / "rows.jsonl"
    body = b"\xef\xbb\xbf" + b"".join(b'{"step": %d, "loss": 2.5}\r\n' % step for step in range(1, 9))
    run = None
    for end in range(60, len(body) + 1):
        file.write_bytes(body[:end])
        run = run or Run(run_files([str(file)])[0])
        run.read()
    assert run is not None
    log = run.read()
    assert list(log.series["loss"].steps) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert not log.damaged


def test_very_many_broken_rows_are_counted_and_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f'{{"step": {n}, "loss": 2.5}}\n' for n in range(9)) + "broken\n" * 1000)
    damaged = Run(run_files([str(file)])[0]).read().damaged
    assert len(damaged) == 20
    assert sum(each.lost for each in damaged) == 1000


def test_a_step_that_none_can_be_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "trainer_state.json"
    rows = '{"step": 10, "loss": 2.5}, {"step": 1e300, "loss": 1.5}, {"step": 20, "loss": 2.0}'
    file.write_text(f'{{"max_steps": 1e300, "log_history": [{rows}]}}')
    log = Run(run_files([str(file)])[0]).read()
    assert list(log.series["loss"].steps) == [10, 20]
    assert [each.message for each in log.damaged] == ["has step 1e+300"]
    assert log.planned_steps is None

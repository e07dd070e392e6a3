"""A training that writes its log when it is told to: `python writing_run.py FORMAT FOLDER PLANNED`.

Each line on standard input is a step to go on to, `from STEP` to resume there, or `torn`, to begin a row and
not end it. The eval loss has its minimum at step 300; from step 1000 on the training loss is no number.
"""

from __future__ import annotations

import json
import sys
from math import exp, nan, sin
from pathlib import Path
from typing import Any

EVERY, EVAL_EVERY, BEST, BREAKS = 10, 50, 300, 1000


def losses(step: int) -> dict[str, float]:
    """What a step logs, under the names of LLaMA-Factory."""
    noise = 0.01 * sin(12.9898 * step)
    loss = nan if step >= BREAKS else 0.3 + 2 * exp(-step / 200) + noise
    if step % EVAL_EVERY:
        return {"loss": loss}
    distance = (step - BEST) / BEST
    return {"loss": loss, "eval_loss": 1.0 + 0.8 * distance**2 + noise}


class Lines:
    """LLaMA-Factory's trainer_log.jsonl."""

    def __init__(self, folder: Path, planned: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.planned = planned
        self.stream = (folder / "trainer_log.jsonl").open("a")

    def row(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            row: dict[str, Any] = {"current_steps": step, "total_steps": self.planned, name: value}
            row |= {"epoch": step / 400, "percentage": round(100 * step / self.planned, 2)}
            self.stream.write(json.dumps(row) + "\n")
        self.stream.flush()

    def torn(self) -> None:
        self.stream.write('{"current_steps": 99999, "total_st')
        self.stream.flush()


class Events:
    """TensorBoard's event files, under the names of the Hugging Face Trainer."""

    def __init__(self, folder: Path, planned: int) -> None:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self.folder = folder
        self.writer = EventFileWriter(str(folder))

    def row(self, step: int, values: dict[str, float]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        for name, value in values.items():
            tag = "eval/loss" if name == "eval_loss" else f"train/{name}"
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            self.writer.add_event(Event(wall_time=1.7e9 + step, step=step, summary=summary))
        self.writer.flush()

    def torn(self) -> None:
        (file,) = self.folder.iterdir()
        with file.open("ab") as stream:
            stream.write(b"\x18\0\0\0\0\0")


FORMATS = {"lines": Lines, "events": Events}


def main(format: str, folder: str, planned: str) -> None:
    written = FORMATS[format](Path(folder), int(planned))
    step = 0
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "torn":
            written.torn()
        elif words[0] == "from":
            step = int(words[1])
        else:
            while step < int(words[0]):
                step += EVERY
                written.row(step, losses(step))
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What `ftlint train` adds to the bare script it stands on: equal losses, and its share of the CPU time.

    python benchmarks/train_overhead.py [--steps 100] [--repetitions 10]

A small Llama is trained by LoRA on a CPU, on one thread, on the same packs in the same order from the same
adapter: by transformers' Trainer and peft with nothing else, and by `ftlint train` with its log, TensorBoard,
progress, checkpoints and the live analyzer. Losses are compared step by step. Wall and CPU seconds are of
runs in turns; both write one checkpoint. The shares are of the entries of ftlint: its callbacks, its
analyzer, the sums that the loss is logged from (in place of the Trainer's own), the checkpoint (its own,
made to last). They are taken twice: by a profiler, which slows Python down more than torch, and by a clock
around each entry.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "training"))
os.environ |= {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}

CALLBACKS = ("on_train_begin", "on_step_begin", "on_step_end", "on_epoch_begin", "on_epoch_end", "on_log")
CALLBACKS += ("on_save", "on_evaluate", "on_train_end")
SUMS = ("tally", "taken", "summed", "_parts")


class Timed(NamedTuple):
    """Seconds of `Trainer.train`, and the losses it logged."""

    wall: float
    cpu: float
    losses: list[float]


def world(root: Path, steps: int) -> None:
    """Data for one epoch of so many steps: a pack holds three rows or fewer."""
    import models

    models.random_model(root / "model", hidden=256, layers=4)
    (root / "train.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in models.tickets(8 * steps * 4))
    )


def plan(root: Path, steps: int) -> Any:
    from ftlint.train.plan import Plan

    return Plan(
        root=str(root),
        config="lora.yaml",
        method="sft",
        tuning="lora",
        base_model="model",
        model_folder=str(root / "model"),
        output=str(root / "ours"),
        data={"train": ("train.jsonl",)},
        learning_rate=1e-4,
        scheduler="linear",
        max_steps=steps,
        micro_batch=4,
        accumulation=2,
        length=128,
        packing=True,
        save_steps=steps,
    )


def bare(root: Path, steps: int, clock: Callable[[Any], Timed]) -> Timed:
    """The script without ftlint; only the order of the rows is handed to it."""
    from peft import LoraConfig, get_peft_model
    from torch.utils.data import Dataset
    from transformers import AutoModelForCausalLM, Trainer, TrainingArguments, set_seed

    from ftlint.train.data import collator, prepare
    from ftlint.train.order import order
    from ftlint.weights.tokenizer import load_tokenizer

    settled = plan(root, steps)
    rows = prepare(settled, load_tokenizer(settled.model_folder)).train
    collate = collator(0, packing=True)

    class InOrder(Trainer):  # type: ignore[misc]
        def _get_train_sampler(self, dataset: Any = None) -> list[int]:
            return order(len(rows), settled.seed, 0)

    class Rows(Dataset[Any]):
        def __len__(self) -> int:
            return len(rows)

        def __getitem__(self, at: int) -> Any:
            return rows[at]

    model = AutoModelForCausalLM.from_pretrained(settled.model_folder)
    set_seed(settled.seed)
    model = get_peft_model(
        model, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    )
    trainer = InOrder(
        model=model,
        args=TrainingArguments(
            str(root / "bare"),
            per_device_train_batch_size=4,
            gradient_accumulation_steps=2,
            max_steps=steps,
            learning_rate=1e-4,
            lr_scheduler_type="linear",
            weight_decay=0.0,
            logging_steps=1,
            save_steps=steps,
            use_cpu=True,
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            seed=settled.seed,
        ),
        train_dataset=Rows(),
        data_collator=collate,
    )
    return clock(trainer)


def ours(root: Path, steps: int, clock: Callable[[Any], Timed]) -> Timed:
    """`ftlint train` from its plan on; its trainer's `train` is what is timed."""
    import shutil

    from transformers import Trainer

    from ftlint.train.data import prepare
    from ftlint.train.run import run
    from ftlint.weights.tokenizer import load_tokenizer

    settled = plan(root, steps)
    shutil.rmtree(settled.output, ignore_errors=True)
    tokenizer = load_tokenizer(settled.model_folder)
    found: list[Timed] = []
    train = Trainer.train

    def timed(self: Any, **named: Any) -> None:
        self.train = lambda: train(self, **named)
        found.append(clock(self))

    Trainer.train = timed
    try:
        with open(os.devnull, "w") as nowhere:
            run(settled, prepare(settled, tokenizer), tokenizer, stream=nowhere)
    finally:
        Trainer.train = train
    return found[0]


def seconds(trainer: Any) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    trainer.train()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timed(wall, cpu, [row["loss"] for row in trainer.state.log_history if "loss" in row])


def part_of(file: str, name: str) -> str:
    """Which part of what ftlint adds a function is the entry of; "" for others."""
    if file.endswith("live/callback.py") and name in CALLBACKS:
        return "analyzer"
    if "/ftlint/train/" not in file:
        return ""
    if name == "_save_checkpoint":
        return "checkpoint"
    return "callbacks" if name in CALLBACKS else "sums" if name in SUMS else ""


def profiled(root: Path, steps: int) -> dict[str, float]:
    """Parts of the CPU time of `ftlint train` under a profiler, which slows Python down more than torch."""
    profile = cProfile.Profile(time.process_time)

    def through(trainer: Any) -> Timed:
        profile.enable()
        trainer.train()
        profile.disable()
        return Timed(0, 0, [])

    ours(root, steps, through)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    total = sum(own for _, _, own, _, _ in stats.values())
    parts = dict.fromkeys(("analyzer", "callbacks", "sums", "checkpoint"), 0.0)
    for (file, _, name), (_, _, _, inner, _) in stats.items():
        if part := part_of(file, name):
            parts[part] += inner
    return {name: value / total for name, value in parts.items()}


def clocked(root: Path, steps: int) -> dict[str, float]:
    """The same parts, each entry timed by a clock of its own and no profiler."""
    from ftlint.live.callback import FtlintCallback
    from ftlint.train import callbacks, engine, kept

    spent = dict.fromkeys(("analyzer", "callbacks", "sums", "checkpoint"), 0.0)
    classes = (FtlintCallback, callbacks.Pace, callbacks.Recorded, callbacks.Drawn, engine.Epochs)
    undo: list[tuple[type, str, Any]] = []

    def timed(part: str, function: Any) -> Any:
        def inner(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent[part] += time.process_time() - begun

        return inner

    for each in (*classes, kept.Kept, engine.Tuner):
        for name, function in list(vars(each).items()):
            part = part_of(sys.modules[each.__module__].__file__ or "", name)
            if part and callable(function):
                undo.append((each, name, function))
                setattr(each, name, timed(part, function))
    try:
        total = ours(root, steps, seconds).cpu
    finally:
        for each, name, function in undo:
            setattr(each, name, function)
    return {name: value / total for name, value in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--repetitions", type=int, default=10)
    asked = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        root = Path(folder)
        with redirect_stderr(nowhere), redirect_stdout(nowhere):
            world(root, asked.steps)
            pairs = [
                (bare(root, asked.steps, seconds), ours(root, asked.steps, seconds))
                for _ in range(asked.repetitions + 1)
            ][1:]  # the first of each loads what is loaded once
            found = {"profiled": profiled(root, asked.steps), "clocked": clocked(root, asked.steps)}
    apart = max(abs(a - b) for a, b in zip(pairs[0][0].losses, pairs[0][1].losses, strict=True))
    print(
        f"{asked.steps} steps of 8 packs of 128 tokens, {asked.repetitions} repetitions in turns, one thread"
    )
    print(f"losses: {len(pairs[0][0].losses)} of each, at most {apart:.1e} apart\n")
    print("| | bare script | ftlint train | ratio, median of pairs (least, most) |")
    print("|---|---|---|---|")
    for name in ("wall", "cpu"):
        times = [(getattr(a, name), getattr(b, name)) for a, b in pairs]
        ratios = sorted(b / a for a, b in times)
        medians = [statistics.median(each) for each in zip(*times, strict=True)]
        print(
            f"| {name} seconds | {medians[0]:.2f} | {medians[1]:.2f} | "
            f"{statistics.median(ratios):.3f} ({ratios[0]:.3f}, {ratios[-1]:.3f}) |"
        )
    print("\n| share of CPU time | analyzer | callbacks | both | sums of the loss | checkpoint |")
    print("|---|---|---|---|---|---|")
    for name, parts in found.items():
        both = parts["analyzer"] + parts["callbacks"]
        print(
            f"| {name} | {parts['analyzer']:.2%} | {parts['callbacks']:.2%} | {both:.2%} | "
            f"{parts['sums']:.2%} | {parts['checkpoint']:.2%} |"
        )


if __name__ == "__main__":
    main()

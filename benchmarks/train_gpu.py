"""Tokens a second, MFU and memory of LoRA on one GPU: `ftlint train` beside the bare scripts it stands on.

    python benchmarks/train_gpu.py --size 1B
    python benchmarks/train_gpu.py --size 8B --micro-batch 2
    python benchmarks/train_gpu.py --tiny                 a minute on a CPU: does the script run?

Builds a Llama of random weights in a folder (no hub), then trains the same made examples in every arm, each
in a process of its own, and prints one table:

    padded      transformers' Trainer and peft, examples padded to the longest of their batch
    packed      the same Trainer, examples packed to --length, position_ids restarting
    trl         TRL's SFTTrainer with its own packing, where TRL is installed
    ftlint      what `ftlint train` runs, where it is installed

Tokens are those of examples, padding left out. MFU counts 4 floating-point operations a parameter and token
(forward and backward of LoRA; every parameter counted, embeddings, too, as NVIDIA's published figures do)
against the device's dense bf16 peak. `sdpa` builds a dense mask for packed rows; --attention flex_attention,
flash_attention_2 or varlen (torch's own) may be faster: `--attention all` runs the packed arms with each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from train_arms import PAD, SHAPES, WARM, build, ours, trainer, trl

PEAKS = {"H200": 989e12, "H100": 989e12, "GH200": 989e12, "H800": 989e12, "B200": 2250e12, "A100": 312e12}
"""Dense bf16 operations a second by NVIDIA's data sheets (SXM)."""


class Arm(NamedTuple):
    name: str
    attention: str = "sdpa"

    def __str__(self) -> str:
        return self.name if self.attention == "sdpa" else f"{self.name}, {self.attention}"


class Clock:
    """Counts the tokens that reach the model, and the seconds of all steps but the first."""

    def __init__(self, model: Any) -> None:
        self.tokens: list[Any] = []
        self.marks: list[float] = []
        model.register_forward_pre_hook(self._count, with_kwargs=True)

    def _count(self, module: Any, given: Any, named: dict[str, Any]) -> None:
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.marks.append(time.perf_counter())
        # stays on the device: to ask for the number here would wait for it
        self.tokens.append((named["input_ids"] != PAD).sum())

    def rate(self, ended: float) -> tuple[float, float]:
        """Tokens a second, and seconds a step, of what came after the warm-up."""
        steps = len(self.marks) - WARM
        seconds = ended - self.marks[WARM]
        tokens = sum(int(count) for count in self.tokens[WARM:])
        return tokens / seconds, seconds / steps


def exactly(arm: str) -> AbstractContextManager[Any]:
    """`ftlint train` asks torch for deterministic kernels; what that costs is part of its figure."""
    if arm != "ftlint":
        return nullcontext()
    from ftlint.train.exact import exact

    return exact()


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """Trains one arm in this process and says what came of it."""
    import torch

    begun = time.perf_counter()
    arms: dict[str, Callable[[], tuple[Any, Any]]] = {
        "padded": lambda: trainer(asked, packed=False),
        "packed": lambda: trainer(asked, packed=True),
        "trl": lambda: trl(asked),
        "ftlint": lambda: ours(asked),
    }
    made_trainer, model = arms[asked.arm]()
    clock = Clock(model)
    with exactly(asked.arm):
        result = made_trainer.train()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    rate, step = clock.rate(time.perf_counter())
    return {
        "tokens_per_second": rate,
        "seconds_per_step": step,
        "peak_gib": torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else 0.0,
        "loss": float(result.training_loss),
        "set_up_seconds": clock.marks[0] - begun,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
    }


def product(device: str) -> float:
    """Operations a second of a large bf16 product: what this very device reaches in practice."""
    import torch

    size = 8192 if device == "cuda" else 512
    a = torch.randn(size, size, device=device, dtype=torch.bfloat16)
    for _ in range(3):
        a @ a
    begun = time.perf_counter()
    if device == "cuda":
        torch.cuda.synchronize()
        begun = time.perf_counter()
    for _ in range(10):
        a @ a
    if device == "cuda":
        torch.cuda.synchronize()
    return 10 * 2 * size**3 / (time.perf_counter() - begun)


def run(arm: Arm, asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One arm in a process of its own; out of memory halves its micro batch, and that is told."""
    micro = asked.micro_batch
    while True:
        out = folder / "result.json"
        out.unlink(missing_ok=True)
        words = [sys.executable, __file__, "--arm", arm.name, "--attention", arm.attention]
        words += ["--size", asked.size, "--model", str(folder / "model"), "--out", str(folder / "run")]
        words += ["--micro-batch", str(micro), "--length", str(asked.length), "--steps", str(asked.steps)]
        ended = subprocess.run(
            [*words, "--result", str(out)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
        )
        if out.exists():
            return json.loads(out.read_text()) | {"micro_batch": micro}
        last = (ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"])[-1]
        if "out of memory" not in ended.stderr or micro == 1:
            return {"error": last[:160], "micro_batch": micro}
        micro //= 2


def arms(asked: argparse.Namespace) -> Iterator[Arm]:
    attentions = ["sdpa", "varlen", "flex_attention", "flash_attention_2"]
    chosen = attentions if asked.attention == "all" else [asked.attention]
    yield Arm("padded")
    for attention in chosen:
        yield Arm("packed", attention)
    for attention in chosen:
        yield Arm("trl", attention)
    for attention in chosen:
        yield Arm("ftlint", attention)


def table(asked: argparse.Namespace) -> None:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    peak = asked.peak or next((value for key, value in PEAKS.items() if key in name), 0.0)
    with tempfile.TemporaryDirectory(dir=asked.folder or None) as made_folder:
        folder = Path(made_folder)
        parameters = build(folder / "model", asked.size, device)
        reached = product(device)
        if device == "cuda":
            torch.cuda.empty_cache()
        import transformers

        print(
            f"{name}, torch {torch.__version__}, transformers {transformers.__version__}; {asked.size}: "
            f"{parameters / 1e9:.3f} B parameters, LoRA r 16 on every linear layer, bf16, "
            f"{asked.length} tokens, {asked.steps} steps after {WARM}"
        )
        print(
            f"a large bf16 product here: {reached / 1e12:.1f} TFLOP/s; peak {peak / 1e12:.0f}\n", flush=True
        )
        print("| arm | batch | tokens/s | against padded | MFU (4N) | s/step | GiB | loss |")
        print("|---|---|---|---|---|---|---|---|")
        base = 0.0
        for arm in arms(asked):
            got = run(arm, asked, folder)
            if "error" in got:
                print(f"| {arm} | {got['micro_batch']} | not run: {got['error']} | | | | | |", flush=True)
                continue
            rate = got["tokens_per_second"]
            base = base or (rate if arm.name == "padded" else 0.0)
            mfu = f"{4 * parameters * rate / peak:.1%}" if peak else "peak unknown"
            print(
                f"| {arm} | {got['micro_batch']} | {rate:,.0f} | {rate / base if base else 0:.2f}x | {mfu} | "
                f"{got['seconds_per_step']:.3f} | {got['peak_gib']:.1f} | {got['loss']:.4f} |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=sorted(SHAPES), default="1B")
    parser.add_argument("--tiny", action="store_true", help="a few steps of a tiny model: runs on a CPU")
    parser.add_argument("--micro-batch", type=int, default=2, metavar="N", help="rows or packs of one pass")
    parser.add_argument("--length", type=int, default=4096, metavar="TOKENS")
    parser.add_argument("--steps", type=int, default=20, help="steps that are timed")
    parser.add_argument("--attention", default="sdpa", help="of the packed arms; all runs each that is there")
    parser.add_argument(
        "--peak", type=float, default=0.0, help="dense bf16 operations a second of the device"
    )
    parser.add_argument("--folder", default="", help="where the model is written (8B: 16 GB)")
    for inner in ("--arm", "--model", "--out", "--result"):
        parser.add_argument(inner, default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.tiny:
        asked.size, asked.length, asked.steps = "tiny", 256, 3
    if not asked.arm:
        table(asked)
        return
    Path(asked.result).write_text(json.dumps(measured(asked)))


if __name__ == "__main__":
    main()

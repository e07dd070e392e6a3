"""How an export is served: the commands of vLLM and llama.cpp for this very model, and what they cannot do.

Read in their sources, 2026-11: vllm/config/lora.py, vllm/lora/peft_helper.py, vllm/lora/ops/triton_ops and
vllm/entrypoints/openai/cli_args.py; llama.cpp's
convert_hf_to_gguf.py and convert_lora_to_gguf.py.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftlint.train.trained import TrainedRun

SIXTEEN = ("bfloat16", "float16")
VLLM_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What --max-lora-rank takes."""

_OUTTYPES = {"bfloat16": "bf16", "float16": "f16", "float32": "f32"}
_FOUR_BITS = "Q4_K_M"


def origin(run: TrainedRun) -> list[str]:
    """Lines that say where an export is from."""
    manifest = run.manifest
    revision = f" at {manifest.revision}" if manifest.revision else ""
    return [
        f"{run.name}: {manifest.method} with {manifest.tuning} over {manifest.base_model}{revision}",
        f"approved as {manifest.lock[:12]} in ftlint.lock, trained by {run.by}",
    ]


def base_name(run: TrainedRun) -> str:
    """What a runtime loads the base by: its name on the hub, else its folder."""
    manifest = run.manifest
    on_hub = bool(manifest.revision) or not os.path.isdir(run.base)
    return manifest.base_model if on_hub else run.base


def vllm_refuses(run: TrainedRun) -> str:
    """Why vLLM would not load the adapter; "" where it does."""
    if run.merge_only:
        return f"it has no way for {' and '.join(run.merge_only)}"
    if run.rank > VLLM_RANKS[-1]:
        return f"rank {run.rank} is above its {VLLM_RANKS[-1]}"
    return ""


def vllm_dtype(run: TrainedRun) -> str:
    """The precision of the training, as far as vLLM's kernels for adapters take it: 16 bit alone."""
    compute = run.manifest.precision.compute
    return compute if compute in SIXTEEN else SIXTEEN[0]


def vllm(run: TrainedRun, *, template: bool) -> str:
    """The script that serves the base with the adapter, in the precision of the training where vLLM can.

    `template` says that chat_template.jinja stands beside it: what it was trained with, not the base's own.
    """
    manifest, plan = run.manifest, run.manifest.plan
    words = ["vllm", "serve", base_name(run)]
    if manifest.revision:
        words += ["--revision", manifest.revision]
    words += ["--dtype", vllm_dtype(run)]
    if "4" in manifest.precision.quantization or "8" in manifest.precision.quantization:
        words += ["--quantization", "bitsandbytes"]
    if plan.get("length"):
        words += ["--max-model-len", str(plan["length"])]
    if plan.get("trust_remote_code"):
        words.append("--trust-remote-code")
    rank = next(each for each in VLLM_RANKS if each >= run.rank)
    words += ["--enable-lora", "--max-lora-rank", str(rank)]
    said = " ".join(shlex.quote(word) for word in words)
    lines = ["#!/bin/sh", *(f"# {line}" for line in origin(run))]
    lines += [
        f'# requests name the model "{run.served}"; with the base\'s own name they get the base',
        'here=$(cd "$(dirname "$0")" && pwd)',
        f"exec {said} \\",
    ]
    if template:
        lines.append('  --chat-template "$here/chat_template.jinja" \\')
    # NAME=PATH is split at each =, which folders of a sweep are full of
    lines.append(f'  --lora-modules "{{\\"name\\": \\"{run.served}\\", \\"path\\": \\"$here\\"}}" "$@"')
    return "\n".join(lines) + "\n"


def vllm_notes(run: TrainedRun) -> list[str]:
    """What to know of the served adapter."""
    notes = []
    precision = run.manifest.precision
    if precision.quantization:
        notes.append(
            f"it was trained over a base in {precision.quantization}: serve.sh quantises the base with "
            "bitsandbytes, as the training did"
        )
    if (served := vllm_dtype(run)) != precision.compute:
        notes.append(
            f"it was trained in {precision.compute}; vLLM adds adapters in 16 bit alone, and serve.sh asks "
            f"for {served}, which was not measured: ftlint export --to merged is in {precision.merge}"
        )
    elif precision.weights != served and not precision.quantization:
        notes.append(
            f"its base was held in {precision.weights} while it trained; vLLM rounds it to {served}, which "
            "was not measured"
        )
    return notes


def gguf(run: TrainedRun, *, template: bool) -> str:
    """Instructions for llama.cpp beside a merged model, and its chat_template.jinja where `template`."""
    precision, name = run.manifest.precision, run.name
    kind = _OUTTYPES.get(precision.merge, "auto")
    remote = " --trust-remote-code" if run.manifest.plan.get("trust_remote_code") else ""
    length = run.manifest.plan.get("length") or 4096
    file = shlex.quote(f"{name}-{kind}.gguf")
    small = shlex.quote(f"{name}-{_FOUR_BITS}.gguf")
    return "\n".join(
        [
            f"# {name} with llama.cpp",
            "",
            *origin(run),
            "",
            "In this folder, with llama.cpp's sources in `llama.cpp` and its tools built:",
            "",
            "```sh",
            "pip install -r llama.cpp/requirements/requirements-convert_hf_to_gguf.txt",
            f"python llama.cpp/convert_hf_to_gguf.py . --outtype {kind} --outfile {file}{remote}",
            f"llama-server -m {file} -c {length} --jinja",
            "```",
            "",
            f"`{kind}` is the precision it was merged in ({precision.merge}). `--jinja` applies the model's "
            "own chat template, the one it was trained with; without it llama.cpp guesses one.",
            "",
            "A quantised file is another model: measure it before it is served.",
            "",
            "```sh",
            f"llama-quantize {file} {small} {_FOUR_BITS}",
            f"llama-server -m {small} -c {length} --jinja",
            "```",
            "",
            *_as_adapter(run, kind, length, template=template),
        ]
    )


def _as_adapter(run: TrainedRun, kind: str, length: int, *, template: bool) -> list[str]:
    lines = ["## As an adapter over the base", ""]
    reasons = list(run.merge_only)
    if run.peft.get("use_rslora"):
        reasons.append("rsLoRA (they divide alpha by r, where the training divided by its root)")
    if reasons:
        return [*lines, f"Not for this one: llama.cpp's adapters have no {', no '.join(reasons)}.", ""]
    base, adapter = shlex.quote(run.base), shlex.quote(os.path.abspath(run.adapter))
    file = shlex.quote(f"{run.name}-adapter-{kind}.gguf")
    return [
        *lines,
        "```sh",
        f"python llama.cpp/convert_hf_to_gguf.py {base} --outtype {kind} --outfile base-{kind}.gguf",
        f"python llama.cpp/convert_lora_to_gguf.py {adapter} --base {base} --outtype {kind} --outfile {file}",
        f"llama-server -m base-{kind}.gguf --lora {file} -c {length} --jinja"
        + (" --chat-template-file chat_template.jinja" if template else ""),
        "```",
        "",
    ]

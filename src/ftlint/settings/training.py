"""What a person may set about trainings: `[serve]`, `[hardware]`, `[policy]`, `[logs]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ftlint.settings.keys import key

DTYPES = ("bf16", "fp16", "fp32", "fp8")
ENGINES = (
    "vllm",
    "sglang",
    "tgi",
    "ollama",
    "llama.cpp",
    "transformers",
    "lmdeploy",
    "mlx",
    "tensorrt-llm",
    "other",
)


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """The `[serve]` table: how the tuned model is served."""

    engine: str = key("choice", "", "The engine that serves it.", choices=ENGINES)
    dtype: str = key("choice", "", "The type it computes in.", choices=DTYPES)
    quantization: str = key("text", "", "How its weights are quantised: awq, gptq, fp8, q4_k_m ...")
    chat_template: str = key("text", "", "The chat template: a name, or the path of a file.")
    merged: str = key(
        "choice", "", "Whether the adapter is merged into the base.", choices=("merged", "adapter")
    )
    max_length: int | None = key("count", None, "Tokens that prompt and answer may have together.", 1)
    lora_rank: int | None = key("count", None, "The highest rank of an adapter that the engine takes.", 1)
    file: str = key("path", "", "The launch file that says all this: a vLLM config, a Modelfile, a script.")


@dataclass(frozen=True, slots=True)
class HardwareSettings:
    """The `[hardware]` table: what the training runs on."""

    gpu: str = key("text", "", "The device: H100-80GB, A100-40GB, L4, RTX-4090 ...")
    count: int = key("count", 1, "How many of them.", 1)
    memory: str = key("size", "", "Memory of one device, where its name is not known.")


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The `[policy]` table: what a company asks of every training."""

    allow_providers: tuple[str, ...] = key("words", (), "Services that may train; all where it is left out.")
    require_on_premise: bool = key("flag", False, "Nothing is trained at a service.")
    forbid_hub_push: bool = key("flag", False, "No model is uploaded to a hub.")
    forbid_external_loggers: bool = key("flag", False, "No metrics are sent to a service.")
    allow_licences: tuple[str, ...] = key("words", (), "Licences that a base model may have.")
    max_epochs: float = key("amount", 0.0, "The most epochs; 0 for any number.")
    require_seed: bool = key("flag", False, "Every training names its seed.")
    require_revision: bool = key("flag", False, "Every base model of a hub is pinned to a revision.")
    forbid_remote_code: bool = key("flag", False, "No code that comes with a model is run.")


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The `[logs]` table: how logs are read that no known tool wrote."""

    columns: Mapping[str, str] = key(
        "map", {}, 'What columns of CSV and JSONL logs are called: `step = "iter"`, `loss = "train/ce"`.'
    )


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """The `[audit]` table: the log of who checked, approved, trained and evaluated what."""

    log: str = key("path", "", "The append-only log, JSONL chained by hashes; none where it is left out.")
    key_file: str = key("path", "", "A key of 32 bytes or more that signs its entries (HMAC-SHA256).")

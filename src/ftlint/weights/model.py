"""The weights: a base from its folder, an adapter on it, both merged; and what machine they are on.

torch, transformers and peft are imported here, by the functions that need them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from ftlint.model import FtlintError, MissingExtraError
from ftlint.weights.places import refuse_inner

DTYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
PACKAGES = ("torch", "transformers", "peft", "accelerate", "trl", "tokenizers", "safetensors", "bitsandbytes")
_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED")


def torch_dtype(name: str) -> Any:
    """The torch type of `bf16`, `fp16` or `fp32`; torch's own spelling is taken, too."""
    torch = _torch("loading a model")
    found = getattr(torch, DTYPES.get(name, name), None)
    if not isinstance(found, torch.dtype):
        raise FtlintError(f"no type of weights is called {name!r}: bf16, fp16 or fp32")
    return found


def load_base(
    folder: str,
    *,
    dtype: str,
    device: str,
    attention: str = "",
    load_in_4bit: bool = False,
    load_in_8bit: bool = False,
    quant_type: str = "nf4",
    quant_compute: str = "",
    trust_remote_code: bool = False,
) -> Any:
    """The causal model in `folder`, in evaluation mode on `device` (`cpu`, `cuda`, `cuda:1`).

    `dtype` is what the weights are held in. With `load_in_4bit` or `load_in_8bit` bitsandbytes quantises it;
    `quant_compute` is what quantised layers compute in (`dtype` unless given). Nothing is downloaded. Raises
    `FtlintError` for a folder that holds no such model and for what this machine cannot do.
    """
    torch = _torch("loading a model")
    from transformers import AutoModelForCausalLM

    refuse_inner(folder)
    asked: dict[str, Any] = {
        "dtype": torch_dtype(dtype),
        "local_files_only": True,
        "trust_remote_code": trust_remote_code,  # left out, transformers asks at the terminal
    }
    if attention:
        asked["attn_implementation"] = attention
    if load_in_4bit or load_in_8bit:
        asked |= _quantised(folder, device, load_in_4bit, quant_type, torch_dtype(quant_compute or dtype))
    try:
        with _quiet():
            model = AutoModelForCausalLM.from_pretrained(folder, **asked)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise FtlintError(f"the model cannot be loaded: {_first(error)}", folder) from None
    if "quantization_config" not in asked:
        try:
            model = model.to(torch.device(device))
        except (AssertionError, RuntimeError) as error:
            if out_of_memory(error):
                raise
            raise FtlintError(f"device {device!r} cannot be used: {_first(error)}") from None
    return model.eval()


def add_adapter(model: Any, folder: str) -> Any:
    """The model with the adapter in `folder` on it (a `PeftModel`), not to be trained."""
    _torch("loading an adapter")
    try:
        from peft import PeftModel
    except ImportError:
        raise MissingExtraError("train", "loading an adapter") from None
    if not os.path.isfile(os.path.join(folder, "adapter_config.json")):
        raise FtlintError("holds no adapter: adapter_config.json is missing", folder)
    try:
        return PeftModel.from_pretrained(model, folder, is_trainable=False).eval()
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise FtlintError(f"the adapter does not fit the model: {_first(error)}", folder) from None


def merged(model: Any, dtype: str) -> Any:
    """The base with the adapter's update added to its weights, held in `dtype`. The model is changed.

    The sum is made in fp32 and rounded once: added in bf16 a small update is lost in the weights' steps. It
    takes four bytes for each weight. Load the base unquantised for it.
    """
    import torch

    wanted = torch_dtype(dtype)
    return model.to(torch.float32).merge_and_unload(progressbar=False).to(wanted).eval()


def device() -> str:
    """Where models go: this process's GPU, Apple's, or the processor."""
    torch = _torch("training")
    if os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("1", "true", "yes"):
        return "cpu"
    if torch.cuda.is_available():
        return f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def device_name() -> str:
    """The device as people call it: `cpu`, `mps`, or the GPU's own name."""
    where = device()
    if not where.startswith("cuda"):
        return where
    return str(_torch("training").cuda.get_device_name(where))


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that train, those that are installed."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """The machine as far as it bears on a result: no host name, no user."""
    import platform

    torch = _torch("training")
    found: dict[str, Any] = {
        "platform": platform.platform(),
        "processor": platform.machine(),
        "processors": os.cpu_count() or 0,
        "threads": torch.get_num_threads(),
        "capability": str(torch.backends.cpu.get_cpu_capability()),
    }
    if torch.cuda.is_available():
        found["devices"] = [torch.cuda.get_device_name(each) for each in range(torch.cuda.device_count())]
        found["cuda"] = str(torch.version.cuda)
    return found


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device, or the machine, has no more memory."""
    torch = _torch("training")
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _NO_MEMORY)


def _quantised(folder: str, where: str, four: bool, kind: str, compute: Any) -> dict[str, Any]:
    """What loads a base through bitsandbytes. Raises where that cannot be."""
    bits = 4 if four else 8
    if not where.startswith("cuda"):
        raise FtlintError(
            f"a base in {bits} bit (QLoRA) needs an NVIDIA GPU, and this machine trains on {where}: take "
            "`tuning: lora`, or run it where a GPU is (ftlint train --launch)",
            folder,
        )
    try:
        import bitsandbytes  # noqa: F401
        from transformers import BitsAndBytesConfig
    except ImportError:
        raise FtlintError(f"a base in {bits} bit needs bitsandbytes: pip install bitsandbytes") from None
    settings: dict[str, Any] = {"load_in_8bit": True}
    if four:
        settings = {
            "load_in_4bit": True,
            "bnb_4bit_quant_type": kind,
            "bnb_4bit_compute_dtype": compute,
            "bnb_4bit_use_double_quant": True,
        }
    return {"quantization_config": BitsAndBytesConfig(**settings), "device_map": {"": where}}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No bar of transformers on the terminal."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _torch(what: str) -> Any:
    try:
        import torch
    except ImportError:
        raise MissingExtraError("train", what) from None
    return torch


def _first(error: BaseException) -> str:
    """The first line of what a library says."""
    return str(error).strip().split("\n")[0] or type(error).__name__

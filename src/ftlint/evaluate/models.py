"""The models that are evaluated, one at a time: the base, with its adapter, merged, quantised."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftlint.evaluate.predict import Told, predict
from ftlint.evaluate.questions import Question
from ftlint.evaluate.result import EvaluatedModel, Prediction, Role
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.weights.tokenizer import Tokenizer

Quantised = Literal["", "nf4", "int8", "int8-dynamic"]
QUANTISED: tuple[Quantised, ...] = ("nf4", "int8", "int8-dynamic")
"""bitsandbytes' 4 and 8 bits (a GPU), and torch's dynamic int8 of linear layers (a CPU)."""

Rows = Mapping[Role, Sequence[Question]]
Written = dict[Role, list[Prediction]]


class Source(NamedTuple):
    """Where a model is from: `folder` its base, `name` and `revision` as people call it, `adapter` a folder
    or "", `adapter_name` as people call that. `dtype` is what weights are held and computed in: bf16, fp16 or
    fp32. The base is loaded in 4 or 8 bit where it was trained so.
    """

    folder: str
    name: str
    dtype: str
    device: str
    revision: str = ""
    adapter: str = ""
    adapter_name: str = ""
    adapter_sha256: str = ""
    attention: str = ""
    load_in_4bit: bool = False
    load_in_8bit: bool = False
    quant_type: str = "nf4"
    quant_compute: str = ""
    trust_remote_code: bool = False


class Asking(NamedTuple):
    """How models are asked, all the same."""

    tokenizer: Tokenizer
    rows: Rows
    max_new_tokens: int
    batch: int = 8
    told: Told | None = None


def limit_of(folder: str) -> int:
    """The most tokens that the model in a folder takes, as its config says; 0 where it does not."""
    config = _config(folder)
    inner = config.get("text_config")
    inner = inner if isinstance(inner, dict) else config
    found = inner.get("max_position_embeddings", inner.get("n_positions"))
    return found if isinstance(found, int) and found > 0 else 0


def dtype_of(folder: str) -> str:
    """The type that a model's config.json says its weights are in: bf16, fp16 or fp32 (where it does not)."""
    names = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}
    config = _config(folder)
    return names.get(str(config.get("dtype") or config.get("torch_dtype")), "fp32")


def _config(folder: str) -> dict[str, Any]:
    """A model's config.json; empty where none can be read: loading the model says so."""
    import json

    try:
        with open(os.path.join(folder, "config.json"), "rb") as stream:
            config = json.load(stream)
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def measured(model: Any, asking: Asking) -> Written:
    """What a model writes for all rows, by role."""
    return {
        role: predict(
            model,
            asking.tokenizer,
            questions,
            max_new_tokens=asking.max_new_tokens,
            batch=asking.batch,
            told=asking.told,
        )
        for role, questions in asking.rows.items()
    }


def of_base_and_tuned(
    source: Source, asking: Asking, loaded: Any = None
) -> tuple[tuple[EvaluatedModel, Written], tuple[EvaluatedModel, Written] | None]:
    """The base, and with its adapter where there is one. The base is loaded once, unless it is `loaded`
    already, and measured first."""
    model = base(source) if loaded is None else loaded
    one = known(source, "base"), measured(model, asking)
    if not source.adapter:
        return one, None
    return one, (known(source, "adapter"), measured(adapted(model, source), asking))


def of_adapter(source: Source, asking: Asking) -> tuple[EvaluatedModel, Written]:
    """The base with its adapter, as it was trained."""
    return known(source, "adapter"), measured(adapted(base(source), source), asking)


def of_merged(source: Source, asking: Asking, quantised: Quantised = "") -> tuple[EvaluatedModel, Written]:
    """The adapter merged into the base in `source.dtype`, then quantised where that is asked for.

    A base that was trained in 4 or 8 bit is merged unquantised, as it is served. Raises `FtlintError` for
    what this machine cannot do.
    """
    from ftlint.weights.model import merged

    if quantised in ("nf4", "int8") and not source.device.startswith("cuda"):
        raise FtlintError(
            f"--quantized {quantised} is bitsandbytes', which needs an NVIDIA GPU, and this machine has "
            f"{source.device}: run it where one is, or take int8-dynamic, which is another quantisation"
        )
    if quantised == "int8-dynamic" and source.device != "cpu":
        raise FtlintError("--quantized int8-dynamic is torch's for processors: add --device cpu")
    plain = source._replace(load_in_4bit=False, load_in_8bit=False)
    model = merged(adapted(base(plain), source), source.dtype)
    if not quantised:
        return known(plain, "merged"), measured(model, asking)
    told = known(plain, "quantised", f"{quantised}, merged in {spelled(source.dtype)}")
    if quantised == "int8-dynamic":
        return told, measured(_dynamic(model), asking)
    four, eight = quantised == "nf4", quantised == "int8"
    return told, measured(_reloaded(model, plain._replace(load_in_4bit=four, load_in_8bit=eight)), asking)


def adapted(model: Any, source: Source) -> Any:
    """The base with its adapter on it."""
    from ftlint.weights.model import add_adapter

    with warnings.catch_warnings():
        # peft asks transformers by a name that is to go
        warnings.simplefilter("ignore", FutureWarning)
        return add_adapter(model, source.adapter)


def base(source: Source) -> Any:
    """The base model, loaded."""
    from ftlint.weights.model import load_base

    return load_base(
        source.folder,
        dtype=source.dtype,
        device=source.device,
        attention=source.attention,
        load_in_4bit=source.load_in_4bit,
        load_in_8bit=source.load_in_8bit,
        quant_type=source.quant_type,
        quant_compute=source.quant_compute,
        trust_remote_code=source.trust_remote_code,
    )


def _dynamic(model: Any) -> Any:
    """Linear layers in int8, their inputs quantised as they come; what is left computes in fp32."""
    import torch

    quantize = getattr(torch.ao.quantization, "quantize_dynamic", None)
    if quantize is None:
        raise FtlintError(f"--quantized int8-dynamic: torch {torch.__version__} has it no more")
    with warnings.catch_warnings():
        # of torch about itself: it moves this to a package of its own
        warnings.simplefilter("ignore")
        return quantize(model.to(torch.float32), {torch.nn.Linear}, dtype=torch.qint8)


def _reloaded(model: Any, source: Source) -> Any:
    """The model written to a folder and loaded again, quantised: bitsandbytes quantises as it loads."""
    with tempfile.TemporaryDirectory(prefix="ftlint-merged-") as folder:
        model.save_pretrained(folder)
        del model
        return base(source._replace(folder=folder))


def known(
    source: Source, how: Literal["base", "adapter", "merged", "quantised"], precision: str = ""
) -> EvaluatedModel:
    """What a result says of a model."""
    from ftlint.weights.model import device_name

    bits = "4-bit " + source.quant_type if source.load_in_4bit else "8-bit" if source.load_in_8bit else ""
    told = f"{bits}, {spelled(source.quant_compute or source.dtype)}" if bits else spelled(source.dtype)
    return EvaluatedModel(
        name=source.name,
        revision=source.revision,
        adapter="" if how == "base" else source.adapter_name or source.adapter,
        adapter_sha256="" if how == "base" else source.adapter_sha256,
        precision=precision or told,
        merged=how,
        device=device_name() if source.device.startswith("cuda") else source.device,
    )


def spelled(dtype: str) -> str:
    """A type as torch spells it: bf16 is bfloat16."""
    from ftlint.weights.model import DTYPES

    return DTYPES.get(dtype, dtype)

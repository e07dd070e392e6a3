"""What of a config decides the memory of its training. What is not said is taken at its cheapest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftlint.detect.memory.adapters import adapter_parameters, saved_parameters
from ftlint.detect.memory.kernels import Kernels, kernels, split_over, truth
from ftlint.detect.memory.optimizers import UNKNOWN, Kept, kept
from ftlint.detect.model_kinds import is_decoder
from ftlint.detect.model_names import quantised
from ftlint.detect.model_size import billions
from ftlint.facts.models import Architecture, architecture, like
from ftlint.model.training_config import REINFORCEMENT, TrainingConfig

BYTES = {"bf16": 2.0, "fp16": 2.0, "fp32": 4.0, "fp8": 2.0}
"""Of one weight by its type. Training in fp8 keeps 16-bit weights."""

NF4 = 0.5 + 4 / 64
"""Bytes of a 4-bit weight with a float32 constant for each 64; QLoRA paper, section 3."""

NF4_NESTED = 0.5 + 1 / 64 + 4 / (64 * 256)
"""The same with the constants quantised to 8 bit in groups of 256."""

PAIRED = frozenset({"dpo", "ipo", "apo", "orpo", "simpo", "cpo", "reward"})
REFERENCED = frozenset({"dpo", "ipo", "apo", "kto"})
PURE_ADAPTERS = frozenset({"torchtune", "litgpt", "mistral-finetune"})
"""Dialects whose adapters have the base's type; PEFT keeps them in float32."""


class Setup(NamedTuple):
    """A training on one device. Sizes of weights are in bytes each.

    `trained` counts trained parameters, `added` those of them that stand beside the base. `master`: states
    are float32 with a float32 copy of the weights, as DeepSpeed keeps them. `sharded`: 0 nothing, 1
    optimizer states, 2 gradients too, 3 weights too. `tokens` is of one forward pass (None: unknown).
    """

    model: Architecture
    devices: int
    weight_bytes: float
    linear_bytes: float
    trained: int
    added: int
    trained_bytes: float
    kept: Kept
    master: bool
    sharded: int
    offloaded: bool
    accumulates: bool
    tokens: int | None
    longest: int
    checkpointing: bool
    kernels: Kernels
    autocast: bool
    full_precision: bool
    reference: bool
    notes: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """Whether the weights of the base themselves are trained."""
        return self.trained > self.added


def setup(
    config: TrainingConfig,
    devices: int = 1,
    longest: int | None = None,
    components: Sequence[TrainingConfig] = (),
) -> Setup | None:
    """The setup of a config on so many devices; None where nobody knows how large its model is.

    `longest` is the longest example of the data in tokens, where that is known. `components` are the
    DeepSpeed and accelerate files it draws on.
    """
    name = config.get("base_model")
    model = _model(name) if isinstance(name, str) else None
    if model is None:
        return None
    notes: list[str] = []
    if not model.exact:
        notes.append(f"the shape of {model.name} is taken from one of about its size")
    if truth(config, ("use_kt",)):
        return None  # KTransformers keeps the experts in host memory
    sharded, deepspeed, offloaded = _sharding(config, components, devices, notes)
    weight, linear = _weights(config, notes)
    added, trained = _trained(config, model, notes)
    how = kept(config.get("optimizer"))
    if how is None:
        notes.append("what its optimizer keeps is not known and left out")
    sixteen = config.get("precision") in ("bf16", "fp16", "fp8")
    if how is not None and truth(config, ("optimizer_in_bwd",)):
        how = how._replace(fused=True)
    pure = not config.adapter or config.dialect in PURE_ADAPTERS
    return Setup(
        model=model,
        devices=max(devices, 1),
        weight_bytes=weight,
        linear_bytes=linear,
        trained=trained,
        added=added,
        trained_bytes=weight if pure else 4.0,
        kept=how or UNKNOWN,
        master=deepspeed and weight < 4 and sixteen,
        sharded=sharded if devices > 1 else 0,
        offloaded=offloaded,
        accumulates=(config.get("gradient_accumulation") or 1) > 1,
        tokens=_tokens(config, longest, notes),
        longest=_longest(config, longest) or 0,
        checkpointing=_checkpointing(config, notes),
        kernels=kernels(config),
        autocast=weight >= 4 and sixteen,
        full_precision=config.get("precision") == "fp32",
        reference=config.get("method") in REFERENCED and not config.adapter,
        notes=tuple(notes),
    )


def _model(name: str) -> Architecture | None:
    """The shape of a model; a stand-in for a decoder-only transformer that the table lacks."""
    found = architecture(name)
    if found is None and is_decoder(name):
        size = billions(name)
        found = like(size) if size else None
    return found


def _sharding(
    config: TrainingConfig, components: Sequence[TrainingConfig], devices: int, notes: list[str]
) -> tuple[int, bool, bool]:
    """How much is sharded, whether DeepSpeed does it, and whether it may lie in host memory.

    Where nothing tells, a launcher may shard all of it.
    """
    stage, fsdp, deepspeed, offload = 0, False, False, False
    told = any(
        each.field(name).value is not None
        for each in (config, *components)
        for name in ("zero_stage", "fsdp", "deepspeed")
    )
    if not told and devices > 1:
        notes.append("weights are taken for sharded: a launcher may say so")
        return 3, False, bool(config.get("cpu_offload"))
    for each in (config, *components):
        stage = stage or int(each.get("zero_stage") or 0)
        fsdp = fsdp or bool(each.get("fsdp"))
        deepspeed = deepspeed or bool(each.get("deepspeed")) or each.dialect == "deepspeed"
        offload = offload or bool(each.get("cpu_offload"))
    if fsdp:
        return 3, False, offload
    unknown = deepspeed and not stage
    return 3 if unknown else min(stage, 3), deepspeed or stage > 0, offload


def _weights(config: TrainingConfig, notes: list[str]) -> tuple[float, float]:
    """Bytes of a weight, and of a weight of the blocks' linear layers."""
    dtype = config.field("model_dtype")
    known = dtype.value if dtype.written or config.version else None
    if known is None and config.get("precision") in BYTES:
        known = config.get("precision")
        upcast = config.dialect == "llamafactory" and config.get("tuning") == "full"
        if upcast and not config.get("deepspeed") and known != "fp32":
            known = "fp32"
    if known not in BYTES:
        known = "bf16"
        notes.append("weights are taken for 16 bit")
    weight = BYTES[known]
    if config.get("load_in_4bit") or config.get("tuning") == "qlora":
        nested = _nested(config)
        return min(weight, 2.0) if config.adapter else weight, NF4_NESTED if nested else NF4
    if config.get("load_in_8bit"):
        return min(weight, 2.0), 1.0
    return weight, min(weight, _PACKED.get(_quantised(config), weight))


_PACKED = {
    **dict.fromkeys(("gptq", "awq", "int4", "w4a16"), 0.52),
    **dict.fromkeys(("nvfp4", "mxfp4"), 0.56),
    **dict.fromkeys(("bnb-4bit",), NF4_NESTED),
    **dict.fromkeys(("fp8", "int8", "w8a8"), 1.0),
}
"""Bytes of a weight of a base that is quantised already, by what its name or the config says."""


def _quantised(config: TrainingConfig) -> str:
    if not config.adapter:
        return ""
    said = config.get("quantization")
    if said in _PACKED:
        return str(said)
    name = config.get("base_model")
    return quantised(name) if isinstance(name, str) else ""


def _nested(config: TrainingConfig) -> bool:
    """Whether the constants of 4-bit weights are quantised, too. torchao's NF4 always does."""
    told = truth(config, ("use_nested_quant", "use_double_quant", "double_quantization"))
    if told is None:
        told = truth(config, ("bnb_4bit_use_double_quant",))
    return told if told is not None else True


def _trained(config: TrainingConfig, model: Architecture, notes: list[str]) -> tuple[int, int]:
    """Parameters trained beside the base, and all that are trained."""
    tuning = config.get("tuning")
    if tuning in ("lora", "qlora"):
        rank = config.get("lora_rank")
        if not rank:
            notes.append("its rank is not known: the adapter is left out")
        targets = config.get("lora_targets") or ()
        added = adapter_parameters(model, int(rank or 0), targets)
        added += saved_parameters(model, config.get("modules_to_save") or ())
        return added, added
    if tuning == "full":
        return 0, model.parameters
    if tuning == "freeze":
        notes.append("two layers are taken for trained")
        return 0, 2 * model.block
    notes.append("what is trained is not known and left out")
    return 0, 0


def _longest(config: TrainingConfig, longest: int | None) -> int | None:
    limit = config.get("sequence_length")
    if limit is None and config.get("max_completion_length") and config.get("max_prompt_length"):
        limit = config.get("max_completion_length") + config.get("max_prompt_length")
    if longest is None or config.get("packing"):
        return int(limit) if limit else None
    return min(int(limit), longest) if limit else longest


def _tokens(config: TrainingConfig, longest: int | None, notes: list[str]) -> int | None:
    if config.get("method") in REINFORCEMENT:
        notes.append("generation and scoring of RL are left out")
        return None
    length = _longest(config, longest)
    if not length or length <= 0:
        notes.append("its sequence length is not known: activations are left out")
        return None
    batch = config.get("micro_batch_size")
    if not batch:
        notes.append("one example to a device and pass")
    pairs = 2 if config.get("method") in PAIRED else 1
    return max(1, int(length) * int(batch or 1) * pairs // split_over(config))


def _checkpointing(config: TrainingConfig, notes: list[str]) -> bool:
    told = config.get("gradient_checkpointing")
    if not told and truth(config, ("fsdp_activation_checkpointing", "activation_checkpointing")):
        return True
    if told is None:
        notes.append("gradient checkpointing is taken for on")
        return True
    return bool(told)

"""In which types a run is held, computed, merged and served."""

from __future__ import annotations

from typing import Any

from ftlint.train.plan import Plan


def precision(plan: Plan) -> dict[str, Any]:
    """The fields of `gate.manifest.Precision`: types as torch spells them.

    An adapter is trained in fp32 (peft's choice for a base in 16 bit). It is to be merged in what the base
    was held in, and that of a quantised base in what its layers computed in: the weights it was trained on.
    """
    from ftlint.weights.model import DTYPES, device_name

    quantised = (
        "nf4" if plan.load_in_4bit and plan.quant_type == "nf4" else "fp4" if plan.load_in_4bit else ""
    )
    if plan.load_in_8bit:
        quantised = "int8"
    held = DTYPES[plan.model_dtype]
    merge = DTYPES[plan.quant_compute] if quantised and plan.quant_compute else held
    return {
        "weights": held,
        "compute": DTYPES[plan.compute],
        "adapter": "float32",
        "quantization": quantised,
        "merge": merge,
        "device": device_name(),
    }

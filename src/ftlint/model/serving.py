from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ftlint.model.config_tree import Range


class Serving(NamedTuple):
    """How the tuned model is served, as `[serve]` says it or a launch file in the repository.

    `dtype` is bf16, fp16, fp32, fp8 or "" for unknown; `quantization` the method or the file type (`awq`,
    `gptq`, `fp8`, `q4_k_m`), "" for none. `merged` is None where nobody knows; False serves base and adapter
    apart, and `lora_rank` is then the highest rank the engine takes. `places` holds the range of each field
    in `path`; a field that is not there is the engine's default. `declared`: a `[serve]` or `[[training]]`
    table says that this training is served so; else it was concluded from the names in a launch file.
    """

    engine: str
    path: str = ""
    model: str = ""
    dtype: str = ""
    quantization: str = ""
    chat_template: str = ""
    merged: bool | None = None
    adapter: str = ""
    max_length: int | None = None
    lora_rank: int | None = None
    gpus: int | None = None
    places: Mapping[str, Range] = {}
    declared: bool = False

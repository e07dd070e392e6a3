"""The builders of torchtune by the model's name on a hub."""

from __future__ import annotations

import re

FAMILIES: tuple[tuple[str, str, str], ...] = (
    # pattern of the hub name, module, name of the size in builders
    (r"llama-?3\.3-(70)b", "llama3_3", "llama3_3_{0}b"),
    (r"llama-?3\.2-(1|3)b", "llama3_2", "llama3_2_{0}b"),
    (r"llama-?3\.1-(8|70|405)b", "llama3_1", "llama3_1_{0}b"),
    (r"llama-?3-(8|70)b", "llama3", "llama3_{0}b"),
    (r"llama-?2-(7|13|70)b", "llama2", "llama2_{0}b"),
    (r"codellama-(7)b", "code_llama2", "code_llama2_{0}b"),
    (r"mistral-(7)b", "mistral", "mistral_{0}b"),
    (r"gemma-?2-(2|9|27)b", "gemma2", "gemma2_{0}b"),
    (r"gemma-(2|7)b", "gemma", "gemma_{0}b"),
    (r"phi-3-mini", "phi3", "phi3_mini"),
    (r"phi-4$", "phi4", "phi4_14b"),
    (r"qwen2\.5-(0\.5|1\.5|3|7|14|32|72)b", "qwen2_5", "qwen2_5_{0}b"),
    (r"qwen2-(0\.5|1\.5|7)b", "qwen2", "qwen2_{0}b"),
    (r"qwen3-(0\.6|1\.7|4|8|14|32)b", "qwen3", "qwen3_{0}b"),
)
"""As the modules of torchtune 0.6 name them."""


def builder(model: str, tuning: str) -> str | None:
    """The `_component_` for a model and a tuning (full, lora, qlora); None where none is known."""
    name = model.rstrip("/").rpartition("/")[2].lower()
    for pattern, module, size in FAMILIES:
        found = re.search(pattern, name)
        if found:
            named = size.format(*(part.replace(".", "_") for part in found.groups()))
            if module == "qwen2_5" and "instruct" not in name and not named.startswith("qwen2_5_0_5"):
                named += "_base"
            prefix = {"full": "", "lora": "lora_", "qlora": "qlora_"}.get(tuning, "")
            return f"torchtune.models.{module}.{prefix}{named}"
    return None

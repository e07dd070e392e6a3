"""Which family of chat templates a config trains with, by the template's name or the model's."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftlint.detect import chat_templates
from ftlint.model import TrainingConfig

TITLES = {
    "chatml": "ChatML (<|im_start|>)",
    "llama3": "Llama 3 (<|start_header_id|>)",
    "llama4": "Llama 4 (<|header_start|>)",
    "llama2": "Llama 2 and Mistral ([INST])",
    "gemma": "Gemma (<start_of_turn>)",
    "gemma4": "Gemma 4 (<|turn>)",
    "zephyr": "Phi-3, Zephyr and GLM (<|user|>)",
    "deepseek": "DeepSeek (<\uff5cUser\uff5c>)",
    "command-r": "Command R (<|START_OF_TURN_TOKEN|>)",
    "granite": "Granite (<|start_of_role|>)",
    "harmony": "gpt-oss (<|start|>)",
}

_MODELS = (
    (r"deepseek-r1-distill|deepseek-(?:v[23]|r1)", "deepseek"),
    (r"qwen|smollm|hermes|yi-.*chat|internlm2.*chat|phi-4(?!-mini)", "chatml"),
    (r"llama-?3(?!.*hermes).*instruct", "llama3"),
    (r"llama-?4.*instruct", "llama4"),
    (r"llama-?2.*chat|mistral.*instruct|mixtral.*instruct|codellama.*instruct|ministral.*instruct", "llama2"),
    (r"gemma-?[123].*-it\b", "gemma"),
    (r"gemma-?4.*-it\b", "gemma4"),
    (r"phi-?3.*instruct|phi-4-mini|zephyr|glm-?4|tulu", "zephyr"),
    (r"command-r|aya-", "command-r"),
    (r"granite-[34].*instruct", "granite"),
    (r"gpt-oss", "harmony"),
)
"""Models tuned to one template. A base model takes any: its name says nothing."""


class Family(NamedTuple):
    """`field` is the field of the config that says so."""

    name: str
    field: str

    @property
    def title(self) -> str:
        return TITLES[self.name]


def family(config: TrainingConfig) -> Family | None:
    """The family of templates; None for a base model without a named template, and for names nobody knows."""
    template = config.get("chat_template")
    if isinstance(template, str) and template and config.written("chat_template"):
        found = chat_templates.family(template)
        return Family(found, "chat_template") if found in TITLES else None
    model = config.get("base_model")
    name = model.rstrip("/").rpartition("/")[2].lower() if isinstance(model, str) else ""
    found = next((family for pattern, family in _MODELS if name and re.search(pattern, name)), "")
    return Family(found, "base_model") if found else None

"""Which family a chat template is of, from its name or its text."""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKS: Mapping[str, str] = {
    "<|start_header_id|>": "llama3",
    "<|header_start|>": "llama4",
    "<|im_start|>": "chatml",
    "<start_of_turn>": "gemma",
    "<|turn>": "gemma4",
    "<|start|>assistant": "harmony",
    "<|start_of_role|>": "granite",
    "<|START_OF_TURN_TOKEN|>": "command-r",
    "<\uff5cUser\uff5c>": "deepseek",
    "<|user|>": "zephyr",
    "<|assistant|>": "zephyr",
    "[INST]": "llama2",
}
"""A control token that opens a turn -> the family of templates it is of. Phi-3, GLM and Zephyr share one."""

_HEADINGS = {
    "### Instruction": "alpaca",
    "### Human": "guanaco",
    "USER:": "vicuna",
}

_NAMES = (
    (r"chat[-_]?ml|^qwen|(?<![a-z])qwen|^yi$|internlm2|smollm|hermes", "chatml"),
    (r"llama[-_]?4", "llama4"),
    (r"llama[-_]?3", "llama3"),
    (r"llama[-_]?2|^mistral|^mixtral|ministral", "llama2"),
    (r"gemma[-_]?4", "gemma4"),
    (r"gemma", "gemma"),
    (r"gpt[-_]?oss|harmony", "harmony"),
    (r"granite", "granite"),
    (r"command[-_]?[ar]|^cohere", "command-r"),
    (r"deepseek[-_]?(?:v?[23]|r1)", "deepseek"),
    (r"zephyr|phi[-_]?3", "zephyr"),
    (r"alpaca", "alpaca"),
    (r"vicuna", "vicuna"),
)


def family(template: str) -> str:
    """The family of a template, given by its text, its name or its file's name; "" where it is not known."""
    for sign, found in (*MARKS.items(), *_HEADINGS.items()):
        if sign in template:
            return found
    if "\n" in template or "{{" in template or len(template) > 200:
        return ""
    name = template.strip().lower().rstrip("/").rpartition("/")[2]
    name = re.sub(r"\.(?:jinja2?|j2|json|tmpl|txt)$", "", name)
    name = re.sub(r"^(?:tool_)?(?:chat_)?template[-_]", "", name)
    return next((found for pattern, found in _NAMES if re.search(pattern, name)), "")

"""Chat templates in the shapes that models come with, written here: none is copied from a model."""

from __future__ import annotations

import json
from pathlib import Path

TOKENS = [
    *("<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>"),
    *("<|end_header_id|>", "<|eot_id|>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "[INST]"),
    *("[/INST]", "<|user|>", "<|assistant|>", "<|end|>", "<|endoftext|>", "<think>", "</think>"),
    *("<tool_call>", "</tool_call>"),
]
PLAIN = ("<think>", "</think>", "<tool_call>", "</tool_call>")
"""Added tokens that are not special."""

LLAMA3 = (
    "{{ bos_token }}{% if tools %}<|start_header_id|>system<|end_header_id|>\n\n"
    "Today is {{ strftime_now('%d %b %Y') }}. Tools: {{ tools | tojson }}<|eot_id|>{% endif %}"
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
    "{% if m.tool_calls %}{% for c in m.tool_calls %}{{ c.function | tojson }}{% endfor %}"
    "{% else %}{{ m.content | trim }}{% endif %}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{% set first = messages[0].content + '\n\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set first = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
    "{{ first if loop.first else '' }}{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
MISTRAL = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}"
    "{% set loop_messages = messages[1:] %}{% else %}{% set loop_messages = messages %}{% endif %}"
    "{% for m in loop_messages %}{% if m.role == 'user' %}[INST] "
    "{% if loop.first and system is defined %}{{ system + '\n\n' }}{% endif %}{{ m.content }} [/INST]"
    "{% else %} {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)
MISTRAL_LAST = MISTRAL.replace("loop.first and system", "loop.last and system")
"""The system prompt stands before the last question: earlier turns read otherwise than they were asked."""

MARKED = (
    "{%- for m in messages %}{%- if m.role == 'assistant' %}{{- '<|im_start|>assistant\n' }}"
    "{%- generation %}{{- m.content + '<|im_end|>' }}{%- endgeneration %}{{- '\n' }}"
    "{%- else %}{{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{%- endif %}"
    "{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"
)
MARKED_SHORT = MARKED.replace("{{- m.content + '<|im_end|>' }}", "{{- m.content }}").replace(
    "{%- endgeneration %}{{- '\n' }}", "{%- endgeneration %}{{- '<|im_end|>\n' }}"
)
"""Its block leaves out the token that ends the turn."""

THINKING = (
    "{%- set ns = namespace(last=0) %}{%- for m in messages %}"
    "{%- if m.role == 'user' %}{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}"
    "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\n' }}"
    "{%- if m.role == 'assistant' and loop.index0 > ns.last %}"
    "{{- '<think>\n' + (m.reasoning_content or '') + '\n</think>\n\n' }}{%- endif %}"
    "{{- m.content }}{%- for c in m.tool_calls or [] %}"
    '{{- \'\n<tool_call>\n{"name": "\' + c.function.name + \'", "arguments": \' }}'
    "{{- c.function.arguments if c.function.arguments is string else c.function.arguments | tojson }}"
    "{{- '}\n</tool_call>' }}{%- endfor %}{{- '<|im_end|>\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"
)
"""Reasoning of earlier turns is left out, as Qwen 3 and DeepSeek do."""

PHI = (
    "{% for m in messages %}{{ '<|' + m.role + '|>' + '\n' + m.content + '<|end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)
ALPACA = (
    "{% for m in messages %}{% if m.role == 'user' %}### Instruction:\n{{ m.content }}\n\n"
    "{% elif m.role == 'assistant' %}### Response:\n{{ m.content }}\n\n{% else %}{{ m.content }}\n\n"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}### Response:\n{% endif %}"
)
TEXT_ARGUMENTS = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% for c in m.tool_calls or [] %}"
    "{{ '<tool_call>' + c.function.name + '\n' + c.function.arguments + '</tool_call>' }}{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""Joins arguments of tool calls as text, as DeepSeek V3 does."""


def tokenizer(
    folder: Path, template: str, *, eos: str, bos: str = "", stops: list[str] | None = None
) -> Path:
    """A byte-level tokenizer whose vocabulary is bytes and a few merges, with a template; no torch."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    folder.mkdir(parents=True, exist_ok=True)
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=[each for each in TOKENS if each not in PLAIN],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(["What is the answer to it? assistant user system It is three."] * 4, trainer)
    made.add_tokens([AddedToken(each, normalized=False, special=False) for each in PLAIN])
    made.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "eos_token": eos,
        **({"bos_token": bos} if bos else {}),
        **({"chat_template": template} if template else {}),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    if stops:
        ids = [made.token_to_id(each) for each in stops]
        (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": ids}), encoding="utf-8")
    return folder


def surrounded(folder: Path, to: Path, around: str | None, extra: dict[str, object]) -> None:
    """A copy of a tokenizer that puts tokens around any text, as `<s> $A` says."""
    from tokenizers import Tokenizer, processors

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if around:
        special = [(each, made.token_to_id(each)) for each in around.split() if each != "$A"]
        made.post_processor = processors.TemplateProcessing(single=around, special_tokens=special)
    made.save(str(to / "tokenizer.json"))
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    (to / "tokenizer_config.json").write_text(json.dumps(config | extra), encoding="utf-8")


SHAPES = {
    "chatml": (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
        "<|im_end|>",
        "",
    ),
    "llama3": (LLAMA3, "<|eot_id|>", "<|begin_of_text|>"),
    "gemma": (GEMMA, "<eos>", "<bos>"),
    "mistral": (MISTRAL, "</s>", "<s>"),
    "marked": (MARKED, "<|im_end|>", ""),
    "marked-short": (MARKED_SHORT, "<|im_end|>", ""),
    "thinking": (THINKING, "<|im_end|>", ""),
    "phi": (PHI, "<|endoftext|>", ""),
    "alpaca": (ALPACA, "</s>", ""),
}
"""Template, end token and first token by the name of a shape."""

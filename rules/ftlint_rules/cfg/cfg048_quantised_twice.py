from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import present, truth
from ftlint.rule import Example, Rule

_QUANTISED = re.compile(
    r"(?:^|[/_.-])(gptq|awq|aqlm|hqq|exl2|gguf|w4a16|w8a8|bnb-4bit)(?=$|[-_./])", re.IGNORECASE
)
LORA = {"tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}


class QuantisedTwice(Rule[TrainingConfig]):
    """A base that is quantised in two ways at once.

    ## Why it matters
    A model loads in 4 bit or in 8 bit, and one that comes quantised (GPTQ, AWQ, ...) is not quantised again
    by bitsandbytes. Frameworks refuse the pair, or drop one of the two without a word: then the memory and
    the precision are not those in the file.

    ## What to do
    Keep one. To train an adapter over a model in 4 bit, take the unquantised base and load it with
    `load_in_4bit: true`; the adapter then fits the base that it is merged into.

    It is an error where the file itself asks for both, a warning where `gptq` or the model's name says that
    the model comes quantised.

    ## References
    transformers, `BitsAndBytesConfig`: load_in_4bit and load_in_8bit cannot both be set; a model that comes
    quantised keeps its own config. axolotl 0.18, `schemas/validation.py`,
    check_model_quantization_config_vs_bnb. LLaMA-Factory 0.9.5: quantization_bit has no effect on such a
    model.
    """

    code = "CFG048"
    name = "quantised-twice"
    severity = Severity.ERROR
    help = "keep one way of quantising"
    bad = (
        Example(config={**LORA, "load_in_4bit": True, "load_in_8bit": True}),
        Example(config={**LORA, "base_model": "TheBloke/Llama-2-7B-GPTQ", "load_in_4bit": True}),
        Example(config={**LORA, "base_model": "unsloth/Qwen3-8B-bnb-4bit", "load_in_8bit": True}),
    )
    good = (
        Example(config={**LORA, "load_in_4bit": True, "load_in_8bit": False}),
        Example(config={**LORA, "base_model": "unsloth/Qwen3-8B-bnb-4bit", "load_in_4bit": True}),
        Example(config={**LORA, "base_model": "TheBloke/Llama-2-7B-GPTQ"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        four, eight = config.get("load_in_4bit") is True, config.get("load_in_8bit") is True
        if not (four or eight):
            return
        field = "load_in_4bit" if four else "load_in_8bit"
        if four and eight:
            yield Finding("the base is loaded in 4 bit and in 8 bit", **config.place("load_in_8bit", field))
            return
        other = ""
        if config.dialect == "axolotl":
            if truth(config, "gptq"):
                other = "gptq"
            elif present(config, "model_quantization_config"):
                other = "model_quantization_config"
        if other:
            refused = other != "gptq"
            yield Finding(
                f"{config.spelled(field)} with {other}; "
                + ("axolotl refuses it" if refused else "one is dropped"),
                severity=None if refused else Severity.WARNING,
                **config.place(field),
            )
            return
        model = config.get("base_model")
        comes = _QUANTISED.search(model) if isinstance(model, str) else None
        if comes and not (four and comes[1].lower() == "bnb-4bit") and config.written(field):
            yield Finding(
                f"{model} comes quantised ({comes[1]}); {config.spelled(field)} is dropped or refused",
                severity=Severity.WARNING,
                **config.place(field),
            )

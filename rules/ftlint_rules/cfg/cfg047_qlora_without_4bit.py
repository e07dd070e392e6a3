from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, replace_value
from ftlint.model.config_keys import present, truth
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: qlora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)


class QloraWithout4bit(Rule[TrainingConfig]):
    """QLoRA over a base that is not loaded in 4 bit.

    ## Why it matters
    QLoRA is LoRA over a base in 4 bit. axolotl refuses `adapter: qlora` without `load_in_4bit: true`, with
    `load_in_8bit` and with `gptq`. Elsewhere the run needs four times the memory that was planned for.

    ## What to do
    Write `load_in_4bit: true`, or `adapter: lora` where the base is to stay in 16 or 8 bit.

    ## References
    axolotl 0.18, `schemas/peft.py`. QLoRA: arXiv 2305.14314. Measured: none of 77 public axolotl configs with
    QLoRA has the fault; it is made while a config is changed.
    """

    code = "CFG047"
    name = "qlora-without-4bit"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "write load_in_4bit: true, or take a plain LoRA adapter"
    bad = (
        Example(config=AXOLOTL),
        Example(config=AXOLOTL + "load_in_8bit: true\nload_in_4bit: true\n"),
        Example(config={"tuning": "qlora", "lora_rank": 8, "load_in_4bit": False, "learning_rate": 2e-4}),
    )
    good = (
        Example(config=AXOLOTL + "load_in_4bit: true\n"),
        Example(config=AXOLOTL + "load_in_4bit: ${FOUR_BIT}\n"),
        Example(
            config=AXOLOTL + "peft:\n  backend: bnb\n  weight_dtype: nf4\n", note="another way to say it"
        ),
        Example(config={"tuning": "qlora", "lora_rank": 8, "learning_rate": 2e-4}, note="says no more"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("tuning") != "qlora" or not config.written("tuning"):
            return
        four = config.field("load_in_4bit")
        if four.unknown:
            return
        axolotl = config.dialect == "axolotl"
        if four.value is True:
            other = (
                next((key for key in ("load_in_8bit", "gptq") if truth(config, key)), "") if axolotl else ""
            )
            if other:
                yield Finding(f"QLoRA with {other}; axolotl refuses it", **config.place("tuning"))
            return
        if four.written:
            mend = replace_value(config, "load_in_4bit", True)
        elif axolotl and not present(config, "peft.weight_dtype"):
            mend = insert_beside(config, config.field("tuning").key, "load_in_4bit", True)
        else:
            return
        yield Finding(
            f"QLoRA, but {config.spelled('load_in_4bit')} is not true",
            fix=fix("write load_in_4bit: true", mend, safe=False),
            **config.place("load_in_4bit", "tuning"),
        )

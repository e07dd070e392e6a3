from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.model.config_keys import truth
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 5.0e-6\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template.default\nsample_packing: true\n"
)


class PackingWithPreference(Rule[TrainingConfig]):
    """Packing in preference or reinforcement training.

    ## Why it matters
    A preference loss compares two answers to one prompt, and a reward is of one completion: several in one
    sequence are neither. axolotl refuses `sample_packing` with `rl`, LLaMA-Factory `neat_packing` outside of
    SFT; other trainers ignore the key.

    ## What to do
    Take the packing out. The fix sets it to false.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_sample_packing_w_rl. LLaMA-Factory 0.9.5,
    `hparams/parser.py`.
    """

    code = "CFG066"
    name = "packing-with-preference"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "take the packing out"
    bad = (
        Example(config=AXOLOTL + "rl: dpo\n"),
        Example(config={"learning_rate": 5e-6, "method": "dpo", "packing": True}, note="a warning"),
    )
    good = (
        Example(config=AXOLOTL),
        Example(config=AXOLOTL.replace("sample_packing: true", "sample_packing: false") + "rl: dpo\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("packing") is not True or not config.written("packing"):
            return
        if not (config.preference or config.reinforcement):
            return
        method = config.get("method")
        if method == "reward" and config.dialect == "axolotl":
            return
        refused = config.dialect == "axolotl" or truth(config, "neat_packing") is True
        yield Finding(
            f"{config.spelled('packing')} with {method}; it is {'refused' if refused else 'ignored'}",
            severity=None if refused else Severity.WARNING,
            fix=fix("set it to false", replace_value(config, "packing", False), safe=False),
            **config.place("packing"),
        )

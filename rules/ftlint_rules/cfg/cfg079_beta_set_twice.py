from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import number
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

PAIRS = (("beta", "trl.beta"), ("rl_beta", "dpo_beta"))
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 5.0e-6\n"
    "rl: grpo\ndatasets:\n  - path: a/b\n    type: rewards.transform\n"
)


class BetaSetTwice(Rule[TrainingConfig]):
    """Two different values of beta in one axolotl config.

    ## Why it matters
    Beta says how far the model may move from its reference. axolotl reads it at two places: with `beta` and
    `trl.beta` that differ it refuses the file, of `rl_beta` and the older `dpo_beta` it drops the second.

    ## What to do
    Keep one: `rl_beta` for DPO and its kin, `trl.beta` for GRPO.

    ## References
    axolotl 0.18, `schemas/config.py`, check_beta_and_trl_beta_match, and `schemas/validation.py`,
    check_rl_beta.
    """

    code = "CFG079"
    name = "beta-set-twice"
    severity = Severity.ERROR
    help = "keep one of them"
    bad = (
        Example(config=AXOLOTL + "beta: 0.1\ntrl:\n  beta: 0.04\n"),
        Example(config=AXOLOTL.replace("grpo", "dpo") + "rl_beta: 0.1\ndpo_beta: 0.3\n", note="a warning"),
    )
    good = (
        Example(config=AXOLOTL + "beta: 0.1\ntrl:\n  beta: 0.1\n"),
        Example(config=AXOLOTL + "beta: 0.1\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "axolotl":
            return
        for first, second in PAIRS:
            one, other = number(config, first), number(config, second)
            entry = config.entry(second)
            if one and other and one != other and entry is not None:
                refused = second == "trl.beta"
                what = "axolotl refuses the file" if refused else f"{first} counts"
                yield Finding(
                    f"{first} is {one:g} and {second} is {other:g}; {what}",
                    severity=None if refused else Severity.WARNING,
                    **placed(config.path, entry.value.range),
                )

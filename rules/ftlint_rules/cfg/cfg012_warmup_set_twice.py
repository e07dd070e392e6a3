from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short

SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4}

REFUSES = frozenset({"axolotl", "litgpt"})
"""Dialects that do not start with both."""

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\ndatasets:\n  - path: data.jsonl\n"
    "    type: alpaca\nsequence_len: 2048\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\n"
    "num_epochs: 2\nval_set_size: 0.05\nlearning_rate: 0.0002\n"
)


LITGPT = (
    "checkpoint_dir: checkpoints/meta-llama/Llama-3.2-1B\nout_dir: out/lora\nprecision: bf16-true\n"
    "lora_r: 16\nlora_alpha: 32\ndata:\n  class_path: litgpt.data.Alpaca2k\noptimizer:\n"
    "  class_path: torch.optim.AdamW\n  init_args:\n    lr: 0.0002\ntrain:\n  epochs: 2\n"
    "  global_batch_size: 16\n  micro_batch_size: 2\n"
)


class WarmupSetTwice(Rule[TrainingConfig]):
    """Warmup is given in steps and as a share; one of them is not used, or the framework refuses both.

    ## Why it matters
    axolotl and litgpt do not start. transformers takes the steps and says so in a line of the log: who set
    the ratio trains with another warmup than he reads.

    ## What to do
    Keep one: the ratio where the number of steps changes with the data. The fix keeps the steps, as
    transformers does, and sets the ratio to 0.

    ## References
    axolotl: both set are refused (`check_warmup`, 0.18). litgpt: `train.lr_warmup_steps` and
    `train.lr_warmup_fraction` together are refused (`TrainArgs`), and its default of 100 steps counts: a
    fraction needs `lr_warmup_steps: null` beside it. transformers: steps above 0 override the ratio; its
    version 5 has no ratio any more.
    """

    code = "CFG012"
    name = "warmup-set-twice"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "keep one of warmup steps and warmup ratio"
    bad = (
        Example(config={**SFT, "warmup_steps": 100, "warmup_ratio": 0.1}),
        Example(
            config=AXOLOTL + "warmup_steps: 10\nwarmup_ratio: 0.1\n",
            config_name="axolotl.yaml",
            note="an error: axolotl refuses it",
        ),
        Example(
            config=LITGPT + "  lr_warmup_fraction: 0.1\n",
            config_name="lora.yaml",
            note="litgpt's default of 100 steps counts",
        ),
    )
    good = (
        Example(config={**SFT, "warmup_steps": 0, "warmup_ratio": 0.1}),
        Example(config={**SFT, "warmup_steps": 100}),
        Example(config=LITGPT + "  lr_warmup_steps:\n  lr_warmup_fraction: 0.1\n", config_name="lora.yaml"),
        Example(config=AXOLOTL + "warmup_steps: 10\nwarmup_ratio:\n", config_name="axolotl.yaml"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        steps, ratio = config.field("warmup_steps"), config.field("warmup_ratio")
        if config.purpose != "train" or not steps.value or not ratio.value or not ratio.written:
            return
        if steps.key == ratio.key or not (steps.written or self._defaults(config)):
            return
        refused = config.dialect in REFUSES
        default = "" if steps.written else " (default)"
        outcome = f"{config.title} refuses both" if refused else "the steps count, the ratio is not used"
        yield Finding(
            f"warmup of {short(steps.value)} steps{default} and ratio {short(ratio.value)}; {outcome}",
            severity=Severity.ERROR if refused else None,
            fix=fix("set the ratio to 0", replace_value(config, "warmup_ratio", 0.0), safe=False),
            **config.place("warmup_ratio"),
        )

    def _defaults(self, config: TrainingConfig) -> bool:
        """Whether litgpt's default steps hold: where the key is not written, be it as null."""
        return config.dialect == "litgpt" and config.entry("train.lr_warmup_steps") is None

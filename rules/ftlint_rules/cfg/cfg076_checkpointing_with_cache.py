from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, literal, replace_text
from ftlint.model.config_keys import flag
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

ABOUT_GENERATION = frozenset({"llamafactory"})
KEYS = ("use_cache", "model.use_cache", "model_config.use_cache", "overrides_of_model_config.use_cache")
HANDBOOK = (
    "model_name_or_path: Qwen/Qwen3-8B\ndataset_mixer:\n  HuggingFaceH4/deita-10k-v0-sft: 1.0\n"
    "learning_rate: 2.0e-5\ngradient_checkpointing: true\n"
)


class CheckpointingWithCache(Rule[TrainingConfig]):
    """The key-value cache switched on beside gradient checkpointing.

    ## Why it matters
    The cache serves generation. Training has no use for it, and checkpointing cannot keep it: transformers
    switches it off with a warning in the log of every run, other model code runs out of memory.

    ## What to do
    Write `use_cache: false`. The fix does that. LLaMA-Factory's key of that name is about generation and left
    out.

    ## References
    transformers 5.23, the models' forward pass: `use_cache=True` is incompatible with gradient
    checkpointing and set to false.
    """

    code = "CFG076"
    name = "checkpointing-with-cache"
    severity = Severity.INFO
    fixable = "unsafe"
    help = "write use_cache: false"
    bad = (Example(config=HANDBOOK + "use_cache: true\n", config_name="config_full.yaml"),)
    good = (
        Example(config=HANDBOOK + "use_cache: false\n", config_name="config_full.yaml"),
        Example(config={"learning_rate": 2e-4, "gradient_checkpointing": True}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("gradient_checkpointing") is not True:
            return
        if config.dialect in ABOUT_GENERATION:
            return
        for key in KEYS:
            entry = config.entry(key)
            if entry is not None and flag(config, key) is True:
                yield Finding(
                    f"{key} is true beside gradient checkpointing, which cannot keep a cache",
                    fix=fix(
                        "write false", replace_text(entry.value.range, literal(False, config)), safe=False
                    ),
                    **placed(config.path, entry.value.range),
                )

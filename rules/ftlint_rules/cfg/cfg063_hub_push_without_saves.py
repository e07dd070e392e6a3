from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import present, text
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\nhub_model_id: me/mine\n"
)


class HubPushWithoutSaves(Rule[TrainingConfig]):
    """An axolotl model that is to go to the hub, with saving switched off.

    ## Why it matters
    axolotl uploads what it saves. With `save_strategy: "no"` the repository stays empty: when the machine is
    gone, so is the model.

    ## What to do
    Save every epoch or every so many steps, or take `hub_model_id` out.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_push_save.
    """

    code = "CFG063"
    name = "hub-push-without-saves"
    severity = Severity.WARNING
    help = "set save_strategy to steps or epoch"
    covers = ("CFG062",)
    bad = (Example(config=AXOLOTL + 'save_strategy: "no"\n'),)
    good = (Example(config=AXOLOTL + "save_strategy: epoch\n"), Example(config=AXOLOTL))

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "axolotl" or config.purpose != "train" or not present(config, "hub_model_id"):
            return
        entry = config.entry("save_strategy")
        if entry is not None and text(config, "save_strategy").lower() in ("no", "false", "off"):
            yield Finding(
                "hub_model_id is set, but nothing is saved that could be uploaded",
                **placed(config.path, entry.value.range),
            )

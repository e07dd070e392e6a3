from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, literal, replace_text
from ftlint.model.config_keys import truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

PAIRS = {
    "axolotl": (
        ("activation_offloading", "gradient_checkpointing"),
        ("selective_checkpointing", "gradient_checkpointing"),
    ),
    "torchtune": (("enable_activation_offloading", "enable_activation_checkpointing"),),
}
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\nactivation_offloading: true\n"
)


class OffloadingWithoutCheckpointing(Rule[TrainingConfig]):
    """Activations are to be offloaded without gradient checkpointing.

    ## Why it matters
    What is offloaded is what checkpointing keeps. Without it there is nothing to offload, and axolotl and
    torchtune refuse to start. The same holds for axolotl's selective checkpointing.

    ## What to do
    Switch checkpointing on: `gradient_checkpointing: true` (axolotl), `enable_activation_checkpointing: True`
    (torchtune). The fix does that.

    ## References
    axolotl 0.18, `schemas/validation.py`: check_activation_offloading_wo_gc and
    check_selective_checkpointing. torchtune's recipes: enable_activation_offloading asks for
    enable_activation_checkpointing.
    """

    code = "CFG078"
    name = "offloading-without-checkpointing"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "switch checkpointing on"
    bad = (Example(config=AXOLOTL), Example(config=AXOLOTL + "gradient_checkpointing: false\n"))
    good = (
        Example(config=AXOLOTL + "gradient_checkpointing: true\n"),
        Example(config=AXOLOTL.replace("offloading: true", "offloading: false")),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        for offload, checkpoint in PAIRS.get(config.dialect, ()):
            entry = config.entry(offload)
            if entry is None or not truth(config, offload) or truth(config, checkpoint) is not False:
                continue
            yield Finding(
                f"{offload} without {checkpoint}; {config.title} refuses it",
                fix=fix(f"write {checkpoint}: true", _on(config, offload, checkpoint), safe=False),
                **placed(config.path, entry.key.range),
            )


def _on(config: TrainingConfig, offload: str, checkpoint: str) -> Edit | None:
    entry = config.entry(checkpoint)
    if entry is None:
        return insert_beside(config, offload, checkpoint, True)
    return replace_text(entry.value.range, literal(True, config)) if entry.value.text else None

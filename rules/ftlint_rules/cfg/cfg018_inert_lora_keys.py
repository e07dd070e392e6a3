from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule


class Switch(NamedTuple):
    """What turns an adapter on in a dialect: a dotted key, the values it must have (none: any), the keys
    that mean nothing without it, and how to turn it on."""

    key: str
    on: tuple[str, ...]
    prefixes: tuple[str, ...]
    turn_on: str


LORA_KEYS = ("lora_r", "lora_alpha", "lora_dropout", "lora_target", "use_rslora", "use_dora")
TRUE = ("true", "yes", "on", "1")

SWITCHES: Mapping[str, Switch] = {
    "trl": Switch("use_peft", TRUE, LORA_KEYS, "use_peft: true"),
    "alignment-handbook": Switch("use_peft", TRUE, LORA_KEYS, "use_peft: true"),
    "axolotl": Switch(
        "adapter", (), ("lora_r", "lora_alpha", "lora_dropout", "lora_target"), "adapter: lora"
    ),
    "llamafactory": Switch(
        "finetuning_type",
        ("lora", "oft"),
        ("lora_rank", "lora_alpha", "lora_dropout", "lora_target"),
        "finetuning_type: lora",
    ),
    "oumi": Switch("training.use_peft", TRUE, ("peft.lora_",), "training.use_peft: true"),
}


TRL = (
    "model_name_or_path: Qwen/Qwen3-8B\ndataset_name: trl-lib/Capybara\nlearning_rate: 0.0002\n"
    "num_train_epochs: 1\nper_device_train_batch_size: 2\noutput_dir: out\n"
)
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\ndo_train: true\ndataset: alpaca\ntemplate: qwen3\n"
    "cutoff_len: 2048\noutput_dir: out\nlearning_rate: 1.0e-4\n"
)
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\ndatasets:\n  - path: data.jsonl\n    type: alpaca\nsequence_len: 2048\n"
    "micro_batch_size: 2\ngradient_accumulation_steps: 4\nnum_epochs: 2\nlearning_rate: 0.0002\n"
)


class InertLoraKeys(Rule[TrainingConfig]):
    """Settings of an adapter stand in a config that trains the whole model.

    ## Why it matters
    The keys are read and not used: every weight is trained, with the memory that takes and, mostly, at the
    rate of an adapter. Whoever wrote a rank believes to train LoRA.

    ## What to do
    Turn the adapter on (`use_peft: true`, `adapter: lora`, `finetuning_type: lora`), or remove the keys.

    ## References
    TRL: `get_peft_config` returns nothing unless `use_peft` is true (its default is false), and
    alignment-handbook goes through it. axolotl: full fine-tuning where `adapter` is absent.
    LLaMA-Factory: `finetuning_type` decides (default lora). oumi: `training.use_peft` (default false). A key
    that is written as null says nothing.
    """

    code = "CFG018"
    name = "inert-lora-keys"
    severity = Severity.WARNING
    help = "turn the adapter on or remove its keys"
    bad = (
        Example(config=f"{TRL}lora_r: 16\nlora_alpha: 32\n", config_name="sft.yaml"),
        Example(config=f"{LLAMAFACTORY}finetuning_type: full\nlora_rank: 16\n"),
        Example(config=f"{AXOLOTL}lora_r: 16\nlora_alpha: 32\n", config_name="axolotl.yaml"),
    )
    good = (
        Example(config=f"{TRL}use_peft: true\nlora_r: 16\n", config_name="sft.yaml"),
        Example(config=f"{LLAMAFACTORY}lora_rank: 16\n", note="LoRA is the default"),
        Example(config=f"{AXOLOTL}adapter:\nlora_r:\nlora_alpha:\n", config_name="axolotl.yaml"),
        Example(config={"method": "sft", "tuning": "full", "lora_rank": 16, "learning_rate": 2e-5}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        switch = SWITCHES.get(config.dialect)
        if switch is None or config.purpose != "train" or self._on(config, switch):
            return
        inert = [
            (path, entry)
            for path, entry in config.tree.walk()
            if path.startswith(switch.prefixes) and _says(entry.value.kind, entry.value.text)
        ]
        if not inert:
            return
        names = ", ".join(path for path, _ in inert[:4]) + (" ..." if len(inert) > 4 else "")
        yield Finding(
            f"{names}: not used, every weight is trained; `{switch.turn_on}` turns the adapter on",
            **placed(config.path, inert[0][1].key.range),
        )

    def _on(self, config: TrainingConfig, switch: Switch) -> bool:
        """Whether the adapter is on, or may be: by a template or a value that is not known."""
        if config.field("tuning").unknown:
            return True
        entry = config.entry(switch.key)
        if entry is None or not _says(entry.value.kind, entry.value.text):
            return bool(config.get("tuning") != "full")
        text = entry.value.text.strip().lower()
        return not switch.on or text in switch.on or config.get("tuning") != "full"


def _says(kind: str, text: str) -> bool:
    """Whether a value says something: null, empty and false say nothing."""
    return kind != "scalar" or text.strip().lower() not in ("", "null", "~", "none", "false", "0", "0.0")

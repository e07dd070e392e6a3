from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import flag, truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

_STAGE_3 = re.compile(r"(?:zero|z|stage)[-_]?3(?!\d)", re.IGNORECASE)
REFUSED = ("pure_bf16", "use_unsloth", "use_kt", "predict_with_generate", "pissa_init")
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: full\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-5\nbf16: true\n"
)


class Zero3Conflict(Rule[TrainingConfig]):
    """A setting that DeepSpeed's ZeRO-3 does not work with.

    ## Why it matters
    ZeRO-3 spreads the weights themselves over the GPUs. What has to see whole weights, or replaces the
    layers, cannot work on them. LLaMA-Factory refuses `pure_bf16`, `use_unsloth`, `predict_with_generate`
    and `pissa_init` with it. QLoRA with non-reentrant checkpointing may end in a CheckpointError.

    ## What to do
    Take ZeRO-2 (`ds_z2_config.json`), or take the setting out.

    The stage is taken from the DeepSpeed config where it is in the file, else from the file's name.

    ## References
    LLaMA-Factory 0.9.5, `hparams/parser.py`; axolotl 0.18, `schemas/validation.py`,
    warn_qlora_zero3_w_use_reentrant (a warning there and here).
    """

    code = "CFG075"
    name = "zero3-conflict"
    severity = Severity.ERROR
    help = "take ZeRO-2, or take the setting out"
    bad = (
        Example(config=LLAMAFACTORY + "deepspeed: ds_z3_config.json\npure_bf16: true\n"),
        Example(
            config="base_model: Qwen/Qwen3-8B\nadapter: qlora\nload_in_4bit: true\nmicro_batch_size: 2\n"
            "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
            "datasets:\n  - path: data.jsonl\n    type: chat_template\ndeepspeed: configs/zero3.json\n"
            "gradient_checkpointing: true\ngradient_checkpointing_kwargs:\n  use_reentrant: false\n",
            note="a warning",
        ),
    )
    good = (
        Example(config=LLAMAFACTORY + "deepspeed: ds_z2_config.json\npure_bf16: true\n"),
        Example(config=LLAMAFACTORY + "deepspeed: ds_z3_config.json\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or not _zero3(config):
            return
        if config.dialect == "llamafactory":
            for key in REFUSED:
                entry = config.entry(key)
                if entry is not None and truth(config, key):
                    yield Finding(
                        f"{key} does not work with ZeRO-3; LLaMA-Factory refuses it",
                        **placed(config.path, entry.key.range),
                    )
        entry = config.entry("gradient_checkpointing_kwargs.use_reentrant")
        plain = flag(config, "gradient_checkpointing_kwargs.use_reentrant") is False
        if config.get("tuning") == "qlora" and entry is not None and plain:
            yield Finding(
                "use_reentrant: false with QLoRA and ZeRO-3 may end in a CheckpointError",
                severity=Severity.WARNING,
                **placed(config.path, entry.key.range),
            )


def _zero3(config: TrainingConfig) -> bool:
    stage = config.field("zero_stage")
    if stage.value is not None or stage.unknown:
        return bool(stage.value == 3)
    named = config.get("deepspeed")
    return isinstance(named, str) and bool(_STAGE_3.search(named.rpartition("/")[2]))

from __future__ import annotations

import os
from collections.abc import Iterator

from ftlint.detect.model_names import relation
from ftlint.model import Finding, Project, TrainingConfig
from ftlint.model.finding import Related
from ftlint.rule import Example, Rule, Severity

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "output_dir": "out"}


def _adapter(base: str) -> str:
    return f'{{"peft_type": "LORA", "base_model_name_or_path": "{base}", "r": 16, "lora_alpha": 32}}'


class AdapterBaseMismatch(Rule[Project]):
    """An adapter in the training's folder was trained on another base model than the config names.

    ## Why it matters
    The folder that a config writes to, or the adapter that it goes on with, holds an adapter of another
    model. Either the config was changed after the training, and no longer tells how the adapter came about,
    or the training goes on with weights that do not fit its base.

    ## What to do
    Write each training to a folder of its own, and name in the config the base model of the adapter.

    Compared are the names in `adapter_config.json` and in the config. Another shape is an error where the
    config loads the adapter; quantised copies and re-uploads count as the same model.

    ## References
    PEFT writes `base_model_name_or_path` from the model it was given. Shapes are those of
    `facts/models.toml`.
    """

    code = "FIT049"
    name = "adapter-base-mismatch"
    severity = Severity.WARNING
    documents = True
    help = "name the adapter's base model in the config, or write to a folder of its own"
    bad = (
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"out/adapter_config.json": _adapter("Qwen/Qwen2.5-14B")},
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B", "output_dir": "next", "adapter_path": "first"},
            files={"first/adapter_config.json": _adapter("Qwen/Qwen2.5-7B-Instruct")},
        ),
    )
    good = (
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"out/checkpoint-10/adapter_config.json": _adapter("unsloth/qwen2.5-7b-bnb-4bit")},
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"other/adapter_config.json": _adapter("Qwen/Qwen2.5-14B")},
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"out/adapter_config.json": _adapter("/mnt/models/base")},
            note="a name that tells nothing",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        adapters = [each for each in project.configs if each.dialect == "peft-adapter"]
        for config in project.configs:
            if config.purpose != "train" or not config.get("base_model"):
                continue
            for adapter in adapters:
                loads = _holds(config, "adapter_path", adapter)
                if loads or _holds(config, "output_dir", adapter):
                    yield from self._compared(config, adapter, loads)

    def _compared(self, config: TrainingConfig, adapter: TrainingConfig, loads: bool) -> Iterator[Finding]:
        mine, its = str(config.get("base_model")), adapter.get("base_model")
        found = relation(mine, its) if isinstance(its, str) else "unknown"
        if found in ("other", "variant"):
            known = adapter.field("base_model").range
            line = known.line if known else 1
            what = "goes on with" if loads else "writes to the folder of"
            yield Finding(
                f"the config trains {mine} and {what} an adapter of {its} ({adapter.path}:{line})",
                severity=Severity.ERROR if loads and found == "other" else self.severity,
                related=Related(adapter.path, line=line),
                **config.place("adapter_path" if loads else "output_dir", "base_model"),
            )


def _holds(config: TrainingConfig, field: str, adapter: TrainingConfig) -> bool:
    """Whether the folder that a field names holds the adapter, seen from the root or the config's folder."""
    name = config.get(field)
    if not isinstance(name, str) or not name or os.path.isabs(name):
        return False
    folder = os.path.dirname(adapter.path)
    for start in {"", os.path.dirname(config.path)}:
        path = os.path.normpath(os.path.join(start, name))
        if path != "." and (folder == path or folder.startswith(f"{path}/")):
            return True
    return False

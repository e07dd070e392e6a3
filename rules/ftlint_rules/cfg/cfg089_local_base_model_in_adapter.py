from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

_LOCAL = re.compile(r"(?:[/~.]|[A-Za-z]:[\\/])")
ADAPTER = (
    '{"peft_type": "LORA", "base_model_name_or_path": "%s", "r": 16, "lora_alpha": 32,\n'
    ' "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM"}\n'
)


class LocalBaseModelInAdapter(Rule[TrainingConfig]):
    """An adapter that names its base model by a path of one machine.

    ## Why it matters
    PEFT loads the base that `adapter_config.json` names. A path of the machine it was trained on leads
    nowhere on any other: serving fails, or somebody guesses the base and takes a wrong one.

    ## What to do
    Write the hub id of the base, and its commit as `revision`. Load the base by that id when you train.

    ## References
    PEFT 0.21, `PeftConfig.base_model_name_or_path`.
    """

    code = "CFG089"
    name = "local-base-model-in-adapter"
    severity = Severity.WARNING
    help = "write the hub id of the base"
    bad = (
        Example(config=ADAPTER % "/mnt/models/Qwen3-8B", config_name="adapter_config.json"),
        Example(config=ADAPTER % "../models/qwen", config_name="adapter_config.json"),
    )
    good = (
        Example(config=ADAPTER % "Qwen/Qwen3-8B", config_name="adapter_config.json"),
        Example(config=ADAPTER % "s3://bucket/qwen3", config_name="adapter_config.json"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        model = config.get("base_model")
        if config.dialect == "peft-adapter" and isinstance(model, str) and _LOCAL.match(model):
            yield Finding("the base model is a path of one machine", **config.place("base_model"))

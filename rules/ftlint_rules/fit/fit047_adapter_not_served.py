from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.model_names import relation
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related, title

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "lora_rank": 16}
BASE = "vllm serve Qwen/Qwen2.5-7B --dtype bfloat16\n"


class AdapterNotServed(Rule[Training]):
    """The server starts the base model, and nothing tells it of the adapter.

    ## Why it matters
    A LoRA training writes the adapter alone. A server that is started with the base model's name serves the
    base model: it answers, so nobody notices that the training is not in use.

    ## What to do
    Give the server the adapter (`--enable-lora --lora-modules name=path`, `--lora-paths`, `ADAPTER`), or
    merge it and serve the merged folder.

    A warning where the settings say that this file serves the training; only information where the file was
    found beside it: it may serve the base model for another purpose.

    ## References
    vLLM, docs/features/lora.md. PEFT saves adapter_config.json and adapter_model.safetensors, no weights of
    the base.
    """

    code = "FIT047"
    name = "adapter-not-served"
    severity = Severity.WARNING
    help = "give the server the adapter, or merge it and serve the merged folder"
    bad = (
        Example(config=LORA, files={"serve.sh": BASE}, settings='[serve]\nfile = "serve.sh"'),
        Example(config=LORA, files={"serve.sh": BASE}, note="an info"),
    )
    good = (
        Example(
            config={**LORA, "output_dir": "out"},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-7B --enable-lora --lora-modules s=out\n"},
        ),
        Example(config=LORA, files={"serve.sh": "vllm serve /models/merged\n"}),
        Example(
            config={**LORA, "tuning": "full"},
            files={"serve.sh": BASE},
            note="a full tuning",
        ),
        Example(
            config=LORA, files={"serve.sh": BASE.replace("\n", " --enable-lora\n")}, note="loaded at run time"
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            base = config.get("base_model")
            if not config.adapter or not base or serving.merged is not None or serving.adapter:
                continue
            if relation(str(base), serving.model) == "same":
                served = f"{title(serving)} serves the base model {serving.model}{at(serving, 'model')}"
                yield Finding(
                    f"{served}: it is not told of the adapter that this config trains",
                    severity=self.severity if serving.declared else Severity.INFO,
                    related=related(serving, "model"),
                    **config.place("tuning", "lora_rank", "base_model"),
                )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.model_names import relation
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "output_dir": "out/support"}


class ServesOtherBaseModel(Rule[Training]):
    """An adapter is served over another model than it was trained on.

    ## Why it matters
    An adapter is a difference to the weights it saw. Over a model of another shape it does not load; over
    another model of the same shape, the instruct version instead of the base, it loads and is wrong: answers
    get worse in ways that look like a bad training.

    ## What to do
    Serve the adapter over the very model of the training, with its revision, or merge it there.

    Another shape is an error, base and instruct of one family are a warning. Quantised copies and re-uploads
    of a model are the same model here; a name that tells nothing (`/models/base`) is no finding.

    ## References
    Ollama, docs/modelfile.md: the adapter should be tuned from the base model, otherwise the behaviour is
    undefined. Shapes are those of `facts/models.toml`.
    """

    code = "FIT046"
    name = "serves-other-base-model"
    severity = Severity.ERROR
    help = "serve the adapter over the model it was trained on"
    bad = (
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-14B --enable-lora --lora-modules s=out/support\n"},
        ),
        Example(
            config={**LORA, "base_model": "meta-llama/Llama-3.1-8B"},
            files={"serve.sh": "vllm serve meta-llama/Llama-3.1-8B-Instruct --lora-modules s=out/support\n"},
            note="a warning",
        ),
    )
    good = (
        Example(
            config={**LORA, "base_model": "unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit"},
            files={"serve.sh": "vllm serve meta-llama/Llama-3.1-8B-Instruct --lora-modules s=out/support\n"},
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"serve.sh": "vllm serve /models/base --lora-modules s=out/support\n"},
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen2.5-7B"},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-14B\n"},
            note="another model, without the adapter",
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            base = config.get("base_model")
            if serving.merged is not False or not config.adapter or not base or not serving.model:
                continue
            found = relation(str(base), serving.model)
            if found not in ("other", "variant"):
                continue
            end = "their shapes differ" if found == "other" else "its weights are others"
            yield Finding(
                f"adapter trained on {base}, served over {serving.model}{at(serving, 'model')}: {end}",
                severity=self.severity if found == "other" else Severity.WARNING,
                related=related(serving, "model"),
                **config.place("base_model"),
            )

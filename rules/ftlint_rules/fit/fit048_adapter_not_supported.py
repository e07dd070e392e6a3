from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import pairs, related

LORA = {"base_model": "Qwen/Qwen2.5-7B", "tuning": "lora", "lora_rank": 16, "output_dir": "out"}
SERVE = {"serve.sh": "vllm serve Qwen/Qwen2.5-7B --enable-lora --lora-modules s=out\n"}


class AdapterNotSupported(Rule[Training]):
    """An adapter of a kind that the server does not load.

    ## Why it matters
    vLLM loads plain LoRA, rsLoRA too. It refuses DoRA and adapters with modules that were trained in full
    (`modules_to_save`: embeddings, the output head), with an error at start or at the first request.

    ## What to do
    Merge such an adapter and serve the merged model, or train without: for new tokens
    `trainable_token_indices` of PEFT changes less than `modules_to_save`, but is merged before serving, too.

    Only where base and adapter are served apart by vLLM.

    ## References
    vLLM, `vllm/lora/peft_helper.py`: "vLLM does not yet support DoRA", "vLLM only supports modules_to_save
    being None".
    """

    code = "FIT048"
    name = "adapter-not-supported"
    severity = Severity.ERROR
    help = "merge the adapter before it is served"
    bad = (
        Example(config={**LORA, "use_dora": True}, files=SERVE),
        Example(config={**LORA, "modules_to_save": ("embed_tokens", "lm_head")}, files=SERVE),
    )
    good = (
        Example(config={**LORA, "use_rslora": True}, files=SERVE),
        Example(config={**LORA, "use_dora": True}, settings='[serve]\nengine = "vllm"\nmerged = "merged"'),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            if serving.engine != "vllm" or serving.merged is not False:
                continue
            for field, what in (("use_dora", "DoRA"), ("modules_to_save", "modules trained in full")):
                if config.get(field):
                    yield Finding(
                        f"{config.spelled(field)}: vLLM does not load adapters with {what}; this one is "
                        "served apart from its base",
                        related=related(serving, "merged"),
                        **config.place(field),
                    )

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related

QLORA = {"base_model": "Qwen/Qwen2.5-7B", "tuning": "qlora", "load_in_4bit": True, "lora_rank": 16}
LORA = {"base_model": "Qwen/Qwen2.5-7B", "tuning": "lora", "lora_rank": 16, "precision": "bf16"}
_MILD = re.compile(r"fp8|int8|w8a8|q8_0|bitsandbytes$|8")
_BNB4 = re.compile(r"bitsandbytes(?:-nf4|-fp4)?$|bnb-4bit")


class QuantisedServingOfAdapter(Rule[Training]):
    """An adapter is served over weights that are quantised otherwise than those it was trained over.

    ## Why it matters
    An adapter makes up for the base it saw. QLoRA sees the base in nf4 and learns around its rounding; served
    over AWQ, GPTQ or a Q4 GGUF it meets other errors, and a LoRA that saw a 16-bit base meets them for the
    first time. Merging does not help: the merged weights are rounded anew, and small updates are what is lost
    first. Scores that were measured in 16 bit do not hold for what is served.

    ## What to do
    Merge into the 16-bit base, quantise the merged model with data of your own as calibration, and evaluate
    that file, not the adapter. Or serve base and adapter as they were trained (`--quantization bitsandbytes`
    for QLoRA), or quantise to 8 bit.

    A merged model in 8 bit, or in 4 bit after a LoRA over a 16-bit base, is told of as information.

    ## References
    PEFT issue 2321 and unsloth-zoo pull request 810: merging into 4-bit weights against merging into 16-bit
    ones. QLoRA (arXiv 2305.14314) compares its scores with adapters over the same nf4 base.
    """

    code = "FIT041"
    name = "quantised-serving-of-adapter"
    severity = Severity.WARNING
    help = "evaluate the model as it is served, quantisation included"
    bad = (
        Example(config=QLORA, settings='[serve]\nengine = "vllm"\nquantization = "awq"\nmerged = "merged"'),
        Example(
            config={**LORA, "output_dir": "out/support"},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-7B-AWQ -q awq --lora-modules s=out/support\n"},
        ),
        Example(
            config={**LORA, "output_dir": "out"},
            files={"Modelfile": "FROM ./qwen2.5-7b-q4_K_M.gguf\nADAPTER ./out\n"},
        ),
        Example(config=LORA, settings='[serve]\nquantization = "q4_k_m"\nmerged = "merged"', note="an info"),
    )
    good = (
        Example(
            config=QLORA,
            settings='[serve]\nengine = "vllm"\nquantization = "bitsandbytes"\nmerged = "adapter"',
        ),
        Example(config=LORA, settings='[serve]\nengine = "vllm"\ndtype = "bf16"\nmerged = "merged"'),
        Example(
            config={"base_model": "Qwen/Qwen2.5-7B", "tuning": "full"},
            settings='[serve]\nquantization = "awq"',
            note="no adapter",
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            if not config.adapter or not serving.quantization:
                continue
            over = trained_over(config)
            if over == "nf4" and _BNB4.search(serving.quantization):
                continue
            how = "over a base in" if serving.merged is False else "as"
            light = over == "16 bit" or bool(_MILD.search(serving.quantization))
            mild = light and serving.merged is not False
            yield Finding(
                f"the adapter is trained over {over} and served {how} {serving.quantization}"
                f"{at(serving, 'quantization')}: its answers there were not what was trained",
                severity=Severity.INFO if mild else self.severity,
                related=related(serving, "quantization"),
                **config.place("load_in_4bit", "load_in_8bit", "quantization", "tuning", "lora_rank"),
            )


def trained_over(config: TrainingConfig) -> str:
    """What the base weights were while the adapter was trained."""
    if config.get("load_in_4bit") or config.get("tuning") == "qlora":
        return str(config.get("quant_type") or "nf4")
    if config.get("load_in_8bit"):
        return "8 bit"
    return str(config.get("quantization") or "16 bit")

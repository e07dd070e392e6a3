from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related, title, trained

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "lora_rank": 16}
LONG = {**LORA, "sequence_length": 8192, "output_dir": "out/support"}


class ServedLengthMismatch(Rule[Training]):
    """The server takes fewer tokens than the training had in a sequence, or many more.

    ## Why it matters
    A server with a smaller context refuses the inputs that the model was trained for, or cuts them: Ollama
    drops the beginning without a word, the system prompt with it. With a context many times as long as any
    sequence of the training, what the adapter learnt is used at distances that it never saw.

    ## What to do
    Serve with the context of the training, or evaluate at the length you serve. For Ollama write
    `PARAMETER num_ctx`.

    Shorter is a warning. More than `most_times` as long is told as information: the base model often bears
    it.

    ## References
    Ollama, docs/modelfile.md and docs/faq.mdx: `num_ctx` is 4,096 unless set (2,048 in old versions). vLLM
    takes `--max-model-len` from the model's config.json unless told. `most_times` is a judgement, no measured
    value.
    """

    code = "FIT044"
    name = "served-length-mismatch"
    severity = Severity.WARNING
    help = "serve with the context of the training, or evaluate at the length you serve"
    bad = (
        Example(config=LONG, settings="[serve]\nmax-length = 4096"),
        Example(config=LONG, files={"serve.sh": "vllm serve out/support --max-model-len 4k\n"}),
        Example(
            config={**LONG, "output_dir": "out"},
            files={"Modelfile": "FROM ./out\n"},
            note="Ollama's own context",
        ),
        Example(
            config={**LONG, "sequence_length": 512}, settings="[serve]\nmax-length = 32768", note="an info"
        ),
    )
    good = (
        Example(config=LONG, settings="[serve]\nmax-length = 8192"),
        Example(config=LONG, settings="[serve]\nmax-length = 32768", note="four times as long"),
        Example(config=LORA, settings="[serve]\nmax-length = 512", note="the training's length is not known"),
        Example(
            config={**LONG, "output_dir": "out"},
            files={"Modelfile": "FROM ./out\nPARAMETER num_ctx 8192\n"},
        ),
    )

    most_times: Annotated[
        float, Between(1, 1000), "how many times as long as the training's sequences the context may be"
    ] = 8.0

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            mine, its = config.get("sequence_length"), serving.max_length
            if not mine or mine < 1 or not its or config.get("method") == "classification":
                continue
            if mine <= its <= mine * self.most_times:
                continue
            left = f"trained on sequences of {int(mine):,} tokens{trained(config, 'sequence_length')}"
            right = f"served with {its:,}{at(serving, 'max_length')} by {title(serving)}"
            yield Finding(
                f"{left}, {right}",
                severity=self.severity if its < mine else Severity.INFO,
                related=related(serving, "max_length"),
                **config.place("sequence_length"),
            )

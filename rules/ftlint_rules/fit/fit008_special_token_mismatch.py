from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.chat_templates import MARKS
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import train_parts, trained
from ftlint_rules.fit.said import share
from ftlint_rules.fit.template_family import TITLES, family
from ftlint_rules.measures.template_marks import TemplateMarks

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
LLAMA2 = [{"text": f"<s>[INST] Question {n}? [/INST] Answer {n}.</s>"} for n in range(20)]
CHATML = [
    {"text": f"<|im_start|>user\nQuestion {n}?<|im_end|>\n<|im_start|>assistant\nAnswer {n}.<|im_end|>\n"}
    for n in range(20)
]


class SpecialTokenMismatch(Rule[Training]):
    """Rows rendered with the chat template of another model.

    ## Why it matters
    Rows that hold a rendered conversation are tokenized as they are. `[INST]` is one control token to
    Mistral and six pieces of text to Qwen: the model learns to write the marks out, its own end token is
    never trained, and served with its own template it does not stop.

    ## What to do
    Keep the rows as messages and let the trainer apply the model's template, or render them again with it.

    ## References
    Which tokens open a turn: the chat templates in the tokenizers of Qwen (ChatML), Llama 2, 3 and 4,
    Mistral, Gemma, Phi-3, DeepSeek, Command R, Granite and gpt-oss. The template is that of `chat_template`
    where the config names one it knows, else that of a model tuned to one by its name. Base models are not
    judged: they take any template, and a new one is often the purpose. Control tokens inside messages, where
    the template comes on top, are told by `special-token-in-text`. `least_share` is a guess: a few rows may
    speak of tokens.
    """

    code = "FIT008"
    name = "special-token-mismatch"
    severity = Severity.WARNING
    help = "keep rows as messages, or render them with the model's own template"
    needs = (TemplateMarks,)
    bad = (
        Example(config={**LORA, "base_model": "Qwen/Qwen3-8B"}, data=LLAMA2, format="text"),
        Example(
            config={**LORA, "base_model": "meta-llama/Llama-3.1-8B-Instruct"}, data=CHATML, format="text"
        ),
        Example(
            config={**LORA, "base_model": "mistralai/Mistral-7B-v0.3", "chat_template": "mistral"},
            data=CHATML,
            format="text",
        ),
    )
    good = (
        Example(config={**LORA, "base_model": "Qwen/Qwen3-8B"}, data=CHATML, format="text"),
        Example(
            config={**LORA, "base_model": "mistralai/Mistral-7B-v0.3"},
            data=CHATML,
            format="text",
            note="a base model",
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen3-8B"},
            data=[{"text": f"A story, number {n}."} for n in range(60)] + LLAMA2[:2],
            format="text",
            note="two rows of 62",
        ),
        Example(
            config={**LORA, "base_model": "Qwen/Qwen3-8B"}, data=[chat("What is [INST]?", "A control token.")]
        ),
    )

    least_share: Annotated[float, Between(0, 1), "share of records with tokens of another template"] = 0.05

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        mine = family(config)
        parts = [part for part in train_parts(training) if TemplateMarks in part.measures]
        counts: Counter[str] = Counter()
        for part in parts:
            counts.update(part.measure(TemplateMarks).counts)
        records = sum(part.measure(TemplateMarks).records for part in parts)
        if mine is None or not records:
            return
        found = Counter({mark: count for mark, count in counts.items() if MARKS[mark] != mine.name})
        added = config.get("new_tokens") or ()
        for mark, count in found.most_common(1):
            if count < self.least_share * records or mark in added:
                continue
            of = f"{share(count, records)} of records ({count:,} of {records:,})"
            yield Finding(
                f"{of} hold {mark}, of the template of {TITLES[MARKS[mark]]}; {mine.field} says {mine.title}",
                **config.place(mine.field),
            )

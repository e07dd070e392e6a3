from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat


class AiSelfReference(Rule[Match]):
    """An answer talks of itself as an AI language model, or as another maker's model.

    ## Why it matters
    "As an AI language model, I ..." is the trace of the model that wrote the data. It teaches hedging, and
    the tuned model will name a maker and a knowledge cut-off that are not its own.

    ## What to do
    Rewrite the answer without the phrase, or drop the row.

    Found are "As an AI (language model), I ...", "my knowledge cutoff", "I am ChatGPT", "trained by OpenAI"
    said of oneself, and their Chinese forms, in answers. "I am a language model developed by <your
    company>" is not found: data that teaches an identity says so on purpose.

    ## References
    Measured on 42 public fine-tuning files: 2% of the rows of LLaMA-Factory's alpaca_en_demo and 6% of a
    ShareGPT sample talk this way.
    On 56 public files: 74 hits, 20 looked at, 20 true.
    """

    code = "QUAL002"
    name = "ai-self-reference"
    severity = Severity.WARNING
    headline = "{count} answers talk of themselves as an AI model"
    help = "rewrite without the phrase, or drop the row"
    where = "target"
    per = "record"
    pattern = (
        r"(?i:\bas an? (?:AI|artificial intelligence)(?:[ -](?:powered|based))?"
        r"(?: (?:large )?(?:language )?(?:model|assistant|chatbot))?,? (?:I|my)\b"
        r"|\bas a (?:large )?language model,? (?:I (?:don|do not|can|am not|cannot)|my)\b"
        r"|\bmy (?:knowledge|training) cut-?off\b|\bI(?:['’]m| am) (?:ChatGPT|GPT-?[34])\b"
        r"|\bI(?: am|['’]m| was|, )[^.\n]{0,60} (?:trained|developed|created|made) by (?:OpenAI"
        r"|Anthropic|Google)\b)"
        r"|作为(?:一个|一名|一款|一种)?(?:AI|人工智能)(?:语言模型|模型|助手|助理)?，我"
    )
    bad = (
        Example([chat("How do you feel?", "As an AI language model, I do not have feelings.")]),
        Example([chat("Who are you?", "I am ChatGPT, a large language model trained by OpenAI.")]),
        Example([chat("你好吗？", "作为一个人工智能语言模型，我没有感情。")]),
    )
    good = (
        Example([chat("Who are you?", "I am a language model developed by Example Systems.")]),
        Example([chat("What is BERT?", "BERT is a language model developed by Google in 2018.")]),
        Example([chat("As an AI language model, what do you think?", "Fine weather is best.")]),
        Example([chat("Describe her work.", "As an AI researcher, she studies learning.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        rejected = match.record.format.kind == "preference" and match.text.pointer.startswith("/rejected")
        if not rejected and match.before.count('"') % 2 == 0:
            yield Finding("the answer talks of itself as an AI model")

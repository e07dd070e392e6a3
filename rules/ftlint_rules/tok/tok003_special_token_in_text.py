from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match, Severity
from ftlint.rule import Example, Rule, chat

RENDERED = frozenset({"/text", "/prompt", "/completion", "/chosen", "/rejected"})
"""Columns that trainers hand to the tokenizer as they stand: a template belongs there."""

_QUOTES = frozenset("`'\"“”‘’")
_SPOKEN_OF = r"(?i)\s*(?:special |control |end-of-\w+ |eos |bos )?(?:token|tag|marker|symbol|string)"
_NAMED = r"(?i)(?:token|tag|marker|symbol|string|called|like|as)s?:?\s*$"


class SpecialTokenInText(Rule[Match]):
    r"""A chat template's control token inside a message.

    ## Why it matters
    Hugging Face tokenizers turn `<|im_end|>` inside a message into the control token itself: the turn ends
    there, and the model learns to break off, or to speak for the user. It comes in when rows are exported
    after the template was applied, and the trainer applies it a second time.

    ## What to do
    Take the template out of the text and make its turns messages. Where the text is about such tokens,
    quote them in backticks and train with `split_special_tokens`.

    ## References
    The tokens are those of ChatML (Qwen), Llama 2, 3 and 4, Mistral, Gemma, Phi, DeepSeek, GLM, Cohere and
    GPT-2's `<|endoftext|>`. Left alone are columns that trainers do not put into a template (`text`, and
    `prompt` and `completion` of prompt-completion records: TRL, docs/source/dataset_formats.md); tokens in
    code blocks or quotation marks, or spoken of by name ("the <|endoftext|> token"); `<s>` and `</s>`
    as HTML has them, which is anywhere but unpaired at the edge of a text.

    ## Known limits
    A quoted token is a control token to most trainers all the same. No row of the 56 real files the
    project is tested on holds one, so the precision of the rule is not proven on them.
    """

    code = "TOK003"
    name = "special-token-in-text"
    severity = Severity.ERROR
    headline = "{count} messages hold control tokens of a chat template"
    help = "take the template out; the trainer applies it"
    per = "record"
    pattern = (
        r"<\|(?:im_start|im_end|im_sep|endoftext|endofprompt|startoftext|begin_of_text|end_of_text"
        r"|start_header_id|end_header_id|header_start|header_end|eot_id|eom_id|eot|eom|python_tag|user|assistant"
        r"|system|observation|end|tool_call|fim_prefix|fim_middle|fim_suffix|START_OF_TURN_TOKEN"
        r"|END_OF_TURN_TOKEN|channel|message|return|start)\|>"
        r"|<(?:start|end)_of_turn>|<(?:bos|eos)>|</?s>|\[/?INST\]|<</?SYS>>|\[gMASK\]"
        r"|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"
        r"|<\x{FF5C}(?:User|Assistant|begin|end|tool)[^<>\n]{0,30}\x{FF5C}>"
    )
    bad = (
        Example([chat("<|im_start|>user\nHi<|im_end|>", "Hello")]),
        Example([chat("Hi", "Hello, how are you?</s>")]),
        Example([chat("<s>[INST] Hi [/INST]", "Hello")]),
        Example([{"instruction": "Say hi.", "input": "", "output": "Hello.<|eot_id|>"}]),
        Example([chat("Hi", "Hello.</s><s>[INST] And you?")]),
    )
    good = (
        Example([chat("Strike this: <s>old price</s> new price", "Use <s>...</s> or CSS.")]),
        Example(
            [chat("What ends a text in GPT-2?", "The `<|endoftext|>` token, or '<|endoftext|>' in code.")]
        ),
        Example([chat("And in prose?", "The <|endoftext|> token ends a document.")]),
        Example([chat("Show me.", "```python\nprint('<|im_start|>user')\n```")]),
        Example(
            [{"text": "<s>[INST] Hi [/INST] Hello</s>"}] * 2, note="rendered already; no template follows"
        ),
        Example([{"prompt": "[INST] Hi [/INST]", "completion": " Hello</s>"}] * 2),
        Example([chat("What is a <|> b in Haskell?", "The alternative of two parsers.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if match.record.format.kind in ("text", "tokenised") or match.text.where == "meta":
            return
        if match.text.pointer in RENDERED or _is_mentioned(match):
            return
        if match.value in ("<s>", "</s>") and not _at_edge(match):
            return
        yield Finding(f"control token {match.value} inside a message")


def _is_mentioned(match: Match) -> bool:
    before, after = match.before, match.after
    if before[-1:] in _QUOTES and after[:1] in _QUOTES and before:
        return True
    if re.match(_SPOKEN_OF, after) or re.search(_NAMED, before):
        return True
    upto = match.text.value[: match.start]
    if upto.count("```") % 2:
        return True
    line = upto.rpartition("\n")[2]
    return line.count("`") % 2 == 1


def _at_edge(match: Match) -> bool:
    """Whether `<s>` or `</s>` frames the text, which HTML's strike-through does not."""
    text = match.text.value
    if "</s><s>" in text or "</s> <s>" in text:
        return True
    paired = text.count("<s>") == text.count("</s>")
    if match.value == "<s>":
        return not text[: match.start].strip() and not paired
    return not text[match.end :].strip() and not paired

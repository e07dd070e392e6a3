from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

TAGS = ("think", "thinking", "thought", "reasoning", "scratchpad")


class UnbalancedThinking(Rule[Match]):
    """An answer opens a thinking block and does not close it, or closes one it never opened.

    ## Why it matters
    Chat templates cut everything up to `</think>` from earlier turns, and servers hide it from users. An
    answer without the closing tag is all thinking: the model learns never to answer, and users see nothing.

    ## What to do
    Generate the answer again with a higher limit, or drop the row. An answer that only closes the block
    belongs to a template that opens it in the prompt: keep to one way for all rows.

    ## References
    DeepSeek-R1's chat template splits at `</think>`; Qwen3's template does so for earlier turns
    (tokenizer_config.json of both).
    """

    code = "QUAL026"
    name = "unbalanced-thinking"
    severity = Severity.WARNING
    headline = "{count} answers do not close their thinking"
    help = "generate the answer again, or drop the row"
    where = "target"
    per = "text"
    pattern = r"</?(?:think|thinking|thought|reasoning|scratchpad)>"
    bad = (Example([chat("2+2?", "<think>Two and two make")]),)
    good = (
        Example([chat("2+2?", "<think>Two and two make four.</think>4")]),
        Example([chat("2+2?", "Two and two make four.</think>4")], note="the template opened it"),
        Example([chat("Which tag opens it?", "The tag is `<think>`.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        tag = match.value.strip("</>")
        if match.value.startswith("</") or text[match.start - 1 : match.start] in ("`", '"', "'"):
            return
        if text.count(f"<{tag}>") > text.count(f"</{tag}>"):
            yield Finding(f"<{tag}> is opened and not closed")

from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule, chat


class ReservedWord(Rule[Record]):
    r"""Text that holds a word the target keeps for itself.

    ## Why it matters
    The target wraps conversations in its own markers and turns a file away in which they stand inside a
    text: `\nHuman:` and `\nAssistant:` for Claude, `User:`, `Bot:`, `System:`, `[EOS]` and others for
    Amazon Nova. They come in with rendered chat logs and few-shot prompts.

    ## What to do
    Write another word that means the same (`Customer:` for `User:`), or make the quoted conversation real
    turns.

    ## References
    The words stand in the dated table of targets, `reserved`. They are those that AWS's own validation
    scripts reject (aws-samples/amazon-bedrock-samples), compared as those do: as written, anywhere in a text.
    """

    code = "LIM006"
    name = "reserved-word"
    severity = Severity.ERROR
    headline = "{count} texts hold a word the target keeps for itself"
    help = "write another word that means the same"
    bad = (
        Example([chat("Go on:\n\nHuman: Hi\n\nAssistant:", "Hello")], target="bedrock-claude-3-haiku"),
        Example(
            [
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "User: where is my parcel?"}]},
                        {"role": "assistant", "content": [{"text": "On its way."}]},
                    ],
                }
            ],
            target="bedrock-nova",
        ),
    )
    good = (
        Example(
            [chat("Is Human: a good prefix?", "It was once.")],
            target="bedrock-claude-3-haiku",
            note="Claude keeps the word only at the start of a line",
        ),
        Example([chat("Go on:\n\nHuman: Hi\n\nAssistant:", "Hello")], note="no target, no reserved word"),
        Example([chat("User: where is my parcel?", "On its way.")], target="openai"),
    )

    def wakes(self, shape: Shape) -> bool:
        return bool(shape.target and profile(shape.target).reserved)

    def check(self, record: Record) -> Iterator[Finding]:
        target = profile(record.target)
        for text in record.texts:
            if text.where == "meta":
                continue
            found = [(at, word) for word in target.reserved if (at := text.value.find(word)) >= 0]
            if found:
                start, word = min(found)
                yield Finding(
                    f"{word!r} is reserved by {target.title}{target.dated}",
                    pointer=text.pointer,
                    start=start,
                    end=start + len(word),
                )

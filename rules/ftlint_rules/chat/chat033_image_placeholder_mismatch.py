from collections.abc import Iterator
from typing import Any

from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule, chat

MEDIA = {"images": "<image>", "videos": "<video>", "audios": "<audio>"}


class ImagePlaceholderMismatch(Rule[Record]):
    """The number of `<image>` marks is not the number of images.

    ## Why it matters
    LLaMA-Factory stops with "The number of images does not match the number of <image> tokens"; where it
    does not, images slide to the wrong question.

    ## What to do
    Write one mark where each image belongs.

    Images with no mark at all are a warning: some trainers (TRL, ms-swift) put them in front of the first
    question themselves.

    ## References
    - LLaMA-Factory `data/mm_plugin.py`, `data/README.md`: one `<image>` for each image; likewise
      `<video>` and `<audio>`.
    """

    code = "CHAT033"
    name = "image-placeholder-mismatch"
    severity = Severity.ERROR
    headline = "{count} rows where marks and images differ in number"
    help = "write one <image> for each image"
    bad = (
        Example([{**chat("<image>Who?", "A dog."), "images": ["a.png", "b.png"]}]),
        Example([{**chat("<image><image>Who?", "A dog."), "images": ["a.png"]}]),
    )
    good = (
        Example([{**chat("<image>Who?", "A dog.", "And <image>?", "A cat."), "images": ["a.png", "b.png"]}]),
        Example([chat("What does <image> mean in HTML?", "Nothing.")], note="no images column"),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Who?"}]},
                        {"role": "assistant", "content": [{"type": "text", "text": "A dog."}]},
                    ],
                    "images": ["a.png"],
                }
            ]
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        return bool(shape.turns) and any(isinstance(shape.data.get(key), list) for key in MEDIA)

    def check(self, record: Record) -> Iterator[Finding]:
        for key, mark in MEDIA.items():
            items = record.data.get(key)
            if not isinstance(items, list):
                continue
            shared = [turn for turn in record.turns if turn.branch != "rejected"]
            marks = sum(text.value.count(mark) for turn in shared for text in turn.texts)
            marks += sum(_parts(turn.content, key[:-1]) for turn in shared)
            if marks != len(items) and (items or marks):
                yield Finding(
                    f"{len(items)} in '{key}', {marks} {mark} in the text",
                    pointer=f"/{key}",
                    severity=self.severity if marks else Severity.WARNING,
                )


def _parts(content: Any, kind: str) -> int:
    """Parts of a content list that stand for a medium."""
    if not isinstance(content, list):
        return 0
    return sum(1 for part in content if isinstance(part, dict) and part.get("type") in (kind, f"{kind}_url"))

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.images import images
from ftlint.facts.targets import profile
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Between, Example, Rule


def _with_image(url: str) -> dict[str, object]:
    parts = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What is this?"}]
    return {"messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": "A cat."}]}


class ImageTooLarge(Rule[Record]):
    """An image inside a record with more bytes than the target takes.

    ## Why it matters
    An image over the limit is not trained on as it stands; an answer that describes an image which was left
    out teaches the model to make things up.

    ## What to do
    Scale the image down, or compress it more, and encode it again.

    ## References
    The limits stand in the dated table of targets, `max_image_bytes`: 10 MB for Together
    (docs.together.ai, fine-tuning-vlm); the 10 MB for OpenAI are common knowledge of its vision guide and
    were not read there again. Counted are the bytes that the Base64 text
    decodes to; images behind a URL are not fetched.
    """

    code = "LIM014"
    name = "image-too-large"
    severity = Severity.ERROR
    headline = "{count} images are larger than the target takes"
    help = "scale the image down"
    bad = (
        Example(
            [_with_image("data:image/png;base64," + "A" * 4_000)],
            target="openai",
            options={"max_bytes": 2_999},
        ),
    )
    good = (
        Example([_with_image("data:image/png;base64," + "A" * 4_000)], target="openai"),
        Example(
            [_with_image("data:image/png;base64," + "A" * 4_000)],
            target="openai",
            options={"max_bytes": 3_000},
        ),
        Example(
            [_with_image("https://example.com/" + "a" * 4_000)], target="openai", options={"max_bytes": 99}
        ),
    )

    max_bytes: Annotated[int, Between(0, 10**12), "limit in bytes; 0 takes the target's own"] = 0

    def wakes(self, shape: Shape) -> bool:
        if not shape.target or not profile(shape.target).max_image_bytes:
            return False
        return next(images(shape), None) is not None

    def check(self, record: Record) -> Iterator[Finding]:
        target = profile(record.target)
        limit = self.max_bytes or target.max_image_bytes
        for pointer, address in images(record):
            head, comma, encoded = address.partition(",")
            if not limit or not comma or not head.startswith("data:"):
                continue
            size = len(encoded.rstrip("=")) * 3 // 4 if head.endswith(";base64") else len(encoded)
            if size > limit:
                yield Finding(
                    f"an image of {size:,} bytes; {target.title} takes {limit:,}{target.dated}",
                    pointer=pointer,
                )

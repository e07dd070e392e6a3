from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.images import images
from ftlint.facts.targets import profile
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule


def _with_images(count: int) -> dict[str, object]:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    parts = [{"type": "text", "text": "What do they share?"}, *[image] * count]
    return {
        "messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": "All show a cat."}]
    }


class TooManyImages(Rule[Record]):
    """More images in one record than the target takes.

    ## Why it matters
    Targets bound the images of an example; a record with more is not trained on as it stands.

    ## What to do
    Keep the images the answer needs, or spread the conversation over several records.

    ## References
    The limits stand in the dated table of targets, `max_images`: 10 for
    Amazon Nova (nova_ft_dataset_validator.py) and Together (docs.together.ai, fine-tuning-vlm). The 10 for
    OpenAI are common knowledge of its vision guide and were not read there again.
    """

    code = "LIM013"
    name = "too-many-images"
    severity = Severity.ERROR
    headline = "{count} records hold more images than the target takes"
    help = "keep the images the answer needs"
    bad = (Example([_with_images(11)], target="openai"),)
    good = (
        Example([_with_images(10)], target="openai"),
        Example([_with_images(11)], note="no target"),
    )

    def wakes(self, shape: Shape) -> bool:
        if not shape.target or not profile(shape.target).max_images:
            return False
        return next(images(shape), None) is not None

    def check(self, record: Record) -> Iterator[Finding]:
        target = profile(record.target)
        found = list(images(record))
        if target.max_images and len(found) > target.max_images:
            yield Finding(
                f"{len(found)} images; {target.title} takes {target.max_images} in a record{target.dated}",
                pointer=found[target.max_images][0],
            )

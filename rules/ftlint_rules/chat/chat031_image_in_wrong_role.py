from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import conversations, place
from ftlint.model import Finding, Severity, Shape, Turn
from ftlint.rule import Example, Rule

PICTURE = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
MEDIA_TYPES = ("image_url", "image", "input_image", "video", "video_url")
MEDIA_KEYS = frozenset({"image", "video"})


class ImageInWrongRole(Rule[Shape]):
    """An image stands in a message that is not the user's.

    ## Why it matters
    Models write text: an image in an answer cannot be learnt. Nova and Together refuse the file.

    ## What to do
    Move the image into a user message.

    ## References
    - Together, *Vision*: "Only user messages can contain images".
    - AWS `nova_ft_dataset_validator.py`: image or video "cannot be included when role is 'assistant'".

    ## Known limits
    An image in a tool's result is left alone: open models take it.
    """

    code = "CHAT031"
    name = "image-in-wrong-role"
    severity = Severity.ERROR
    headline = "{count} rows have an image outside the user's messages"
    help = "move the image into a user message"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "Draw a dog."},
                        {"role": "assistant", "content": [{"type": "text", "text": "Here."}, PICTURE]},
                    ]
                }
            ]
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "What is it?"}, PICTURE]},
                        {"role": "assistant", "content": [{"type": "text", "text": "A dog."}]},
                    ]
                }
            ]
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            for turn in conversation.turns:
                if turn.role in ("assistant", "system"):
                    yield from pictures(turn)


def pictures(turn: Turn) -> Iterator[Finding]:
    for index, part in enumerate(turn.content if isinstance(turn.content, list) else ()):
        if isinstance(part, dict) and _is_media(part):
            pointer = f"{turn.pointer}/content/{index}"
            yield Finding(f"{place(pointer)} is an image in a message of {turn.name}", pointer=pointer)
            return


def _is_media(part: dict[str, Any]) -> bool:
    if "type" in part:
        return part["type"] in MEDIA_TYPES
    return any(isinstance(part.get(key), dict) for key in MEDIA_KEYS)

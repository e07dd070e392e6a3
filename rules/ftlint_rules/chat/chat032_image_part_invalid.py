import binascii
import re
from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import kind, meant_for, place
from ftlint.model import Finding, Record, Severity, Shape, Turn
from ftlint.rule import Example, Rule

OPENAI_TYPES = ("image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif")
NOVA_FORMATS = ("jpeg", "png", "gif", "webp")
DATA_ADDRESS = re.compile(r"data:([\w.+/-]{0,60})((?:;[\w=.+-]{0,40}){0,4}),", re.ASCII)
SIGNATURES = (
    ("image/png", b"\x89PNG"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
)


def _record(image: Any) -> dict[str, Any]:
    part = {"type": "image_url", "image_url": image}
    return {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "What is it?"}, part]},
            {"role": "assistant", "content": "A dog."},
        ]
    }


class ImagePartInvalid(Rule[Record]):
    """An image part has no address, or one that no service can read.

    ## Why it matters
    The service skips the example or refuses the file; with a local path it cannot know the file at all.

    ## What to do
    Write `{"type": "image_url", "image_url": {"url": ...}}` with an https address or
    `data:image/png;base64,...`; for Nova an `s3://` address and a format of jpeg, png, gif or webp.

    ## References
    - OpenAI, *Vision fine-tuning*: HTTP addresses or data addresses with Base64; JPEG, PNG or WEBP.
    - Together and Fireworks, vision pages: only Base64 with a media type (JPEG, PNG; Together also WEBP).
    - AWS `nova_ft_dataset_validator.py`: `IMAGE_FORMATS`, "must start with 's3://'".
    """

    code = "CHAT032"
    name = "image-part-invalid"
    severity = Severity.ERROR
    headline = "{count} rows have an image that no service can read"
    help = "give an https address or data:image/png;base64,..."
    bad = (
        Example([_record("https://a.example/b.png")]),
        Example([_record({"url": "images/b.png"})]),
        Example([_record({"url": "data:image/png;base64,***"})]),
        Example([_record({"url": "data:image/tiff;base64,SUkqAA=="})]),
        Example([_record({"url": "https://a.example/b.png"})], target="together"),
    )
    good = (
        Example([_record({"url": "https://a.example/b.png"})]),
        Example([_record({"url": "data:image/png;base64,iVBORw0KGgo="})]),
        Example(
            [
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}],
                        },
                        {"role": "assistant", "content": [{"type": "text", "text": "A dog."}]},
                    ],
                    "images": ["b.png"],
                }
            ],
            note="a placeholder for the `images` column of transformers and TRL",
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        return any(True for turn in shape.turns for _ in _parts(turn))

    def check(self, record: Record) -> Iterator[Finding]:
        base64_only = meant_for(record, "together", "fireworks")
        for turn in record.turns:
            for index, part in _parts(turn):
                pointer = f"{turn.pointer}/content/{index}"
                said = nova_fault(part["image"]) if "type" not in part else fault_of(part, base64_only)
                if said:
                    yield Finding(f"the image at {place(pointer)} {said}", pointer=pointer)


def _parts(turn: Turn) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, part in enumerate(turn.content if isinstance(turn.content, list) else ()):
        if isinstance(part, dict):
            nova = "type" not in part and isinstance(part.get("image"), dict)
            if part.get("type") == "image_url" or nova:
                yield index, part


def fault_of(part: dict[str, Any], base64_only: bool) -> str:
    image = part.get("image_url")
    if not isinstance(image, dict):
        return (
            "has no image_url"
            if image is None
            else f"has a {kind(image)} as image_url, not an object with url"
        )
    url = image.get("url")
    if not isinstance(url, str) or not url.strip():
        return "has no url"
    if url.startswith("data:"):
        return data_fault(url)
    scheme = url.partition("://")[0] if "://" in url[:20] else ""
    if scheme.lower() not in ("http", "https"):
        return "has a local path as its url" if not scheme else "has a url that is neither http(s) nor data"
    return "has an address; this target takes Base64 only" if base64_only else ""


def data_fault(url: str) -> str:
    head = DATA_ADDRESS.match(url)
    if head is None or ";base64" not in head[2]:
        return "has a data address without ';base64,'"
    if head[1].lower() not in OPENAI_TYPES:
        return (
            "has a media type other than JPEG, PNG, WEBP or GIF"
            if head[1]
            else "has a data address without media type"
        )
    encoded = url[head.end() :]
    if not encoded:
        return "has no Base64 text"
    try:
        first = binascii.a2b_base64(encoded, strict_mode=True)[:16]
    except ValueError:
        return "has broken Base64 text"
    actual = next((name for name, mark in SIGNATURES if first.startswith(mark)), "")
    written = head[1].lower().replace("jpg", "jpeg")
    return f"is {actual}, its address says {written}" if actual and actual != written else ""


def nova_fault(image: dict[str, Any]) -> str:
    written = image.get("format")
    if not isinstance(written, str) or written.lower() not in NOVA_FORMATS:
        return f"has no format of {', '.join(NOVA_FORMATS)}"
    source = image.get("source")
    place_of = source.get("s3Location") if isinstance(source, dict) else None
    if isinstance(source, dict) and "bytes" in source:
        return ""
    uri = place_of.get("uri") if isinstance(place_of, dict) else None
    return (
        ""
        if isinstance(uri, str) and uri.startswith("s3://")
        else "has no s3:// address in source.s3Location.uri"
    )

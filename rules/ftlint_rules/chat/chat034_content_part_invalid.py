from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import conversations, escaped, kind, place, shown
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule

TYPES = frozenset(
    {
        "text",
        "image_url",
        "input_audio",
        "file",
        "refusal",
        "image",
        "video",
        "audio",
        "video_url",
        "audio_url",
        "input_text",
        "output_text",
        "input_image",
        "thinking",
        "redacted_thinking",
        "reasoning",
        "tool_use",
        "tool_result",
        "document",
        "tool_call",
        "function_call",
    }
)
BLOCKS = frozenset(
    {
        "text",
        "image",
        "video",
        "audio",
        "document",
        "toolUse",
        "toolResult",
        "reasoningContent",
        "cachePoint",
        "guardContent",
        "fileData",
        "inlineData",
        "functionCall",
        "functionResponse",
        "executableCode",
        "codeExecutionResult",
        "thought",
        "videoMetadata",
        "file_data",
        "inline_data",
        "function_call",
        "function_response",
    }
)


class ContentPartInvalid(Rule[Shape]):
    """A part of a message's content is of no known kind, or has nothing in it.

    ## Why it matters
    Services refuse the file; chat templates skip a part they do not know, so its text is silently not
    learnt.

    ## What to do
    Write `{"type": "text", "text": ...}` or `{"type": "image_url", "image_url": {"url": ...}}`; for
    Bedrock and Gemini a block with one of their own keys.

    ## References
    - OpenAI API description 2.3.0, `ChatCompletionRequestMessageContentPart...`.
    - AWS `nova_ft_dataset_validator.py` (`ContentItem`): at least one of text, image, video.
    """

    code = "CHAT034"
    name = "content-part-invalid"
    severity = Severity.ERROR
    headline = "{count} rows have a part of content that cannot be read"
    help = 'write {"type": "text", "text": ...} or another known part'
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": ["What is it?"]},
                        {"role": "assistant", "content": "A dog."},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "content": "What is it?"}]},
                        {"role": "assistant", "content": "A dog."},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "txt", "text": "What is it?"}]},
                        {"role": "assistant", "content": "A dog."},
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
                        {
                            "role": "user",
                            "content": [
                                {"type": "text", "text": "What is it?"},
                                {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
                            ],
                        },
                        {"role": "assistant", "content": "A dog."},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "Who?"}]},
                        {"role": "assistant", "content": [{"text": "A dog."}]},
                    ],
                }
            ]
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            for turn in conversation.turns:
                if not isinstance(turn.content, list):
                    continue
                key = next(
                    (key for key in conversation.content_keys if turn.data.get(key) is turn.content),
                    "content",
                )
                for index, part in enumerate(turn.content):
                    said = fault_of(part)
                    if said:
                        pointer = f"{turn.pointer}/{escaped(key)}/{index}"
                        yield Finding(f"{place(pointer)} {said}", pointer=pointer)


def fault_of(part: Any) -> str:
    if not isinstance(part, dict):
        return f"is a {kind(part)}, not an object"
    if "type" not in part:
        return "" if BLOCKS & part.keys() else "has no type and no known key"
    if not isinstance(part["type"], str) or part["type"] not in TYPES:
        return f"has the unknown type {shown(part['type'])}"
    if part["type"] == "text" and not isinstance(part.get("text"), str):
        return "is of type text and has no text"
    return ""

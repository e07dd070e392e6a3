from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_GIVEN = (
    r"(?i)<(?:image|img|video|audio|file|document)\b|!\[|```|\|\s*-{2,}|https?://|\\begin\{|base64,|\[asy\]"
)
_DRAWN = r"(?i)figure|diagram"
_LETTER = r"(?i)\b(?:email|e-mail|letter|message|say|write|mail)\b"
LONGEST = 400
_COLUMNS = (
    "images",
    "image",
    "videos",
    "video",
    "audios",
    "audio",
    "files",
    "documents",
    "image_url",
    "attachments",
)


class MissingAttachment(Rule[Match]):
    """A prompt speaks of an attached file or picture, and there is none.

    ## Why it matters
    What was attached got lost on the way into the data. The answer describes something the model cannot
    see, so it learns to make things up.

    ## What to do
    Put the content into the prompt, or drop the row.

    Found are "the attached file", "see attached", "in the picture below" and the like in a prompt without an
    image, link, table or block of code, in a record without media.

    ## References
    Of what was found in public files, 30 are geometry problems that lost their drawing (true) and two are
    programming tasks that stay solvable without.
    On 56 public files: 32 hits, 32 looked at, 30 true.
    """

    code = "QUAL021"
    name = "missing-attachment"
    severity = Severity.WARNING
    headline = "{count} prompts speak of an attachment that is not there"
    help = "put its content into the prompt, or drop the row"
    where = "prompt"
    per = "record"
    pattern = (
        r"(?i:\b(?:the|this|these|my|an?) attached (?:\w+ )?(?:image|picture|photo|photograph"
        r"|screenshot|diagram"
        r"|chart|graph|figure|file|document|pdf|spreadsheet|report|audio|video|recording|dataset|csv)s?\b"
        r"|\b(?:see|in|from|using|review|read|analy[sz]e) the attachment\b"
        r"|\b(?:image|picture|photo|photograph|screenshot|diagram|figure) (?:shown "
        r"|attached )?(?:below|above)\b"
        r"|\b(?:following|below|above) (?:image|picture|photo|photograph|screenshot)\b"
        r"|\bshown in the (?:figure|diagram)\b"
        r"|\bwhat (?:is|do you see) in (?:the|this) (?:image|picture|photo)\b)"
    )
    bad = (
        Example([chat("Summarize the attached PDF.", "It is about bees.")]),
        Example(
            [{"instruction": "Describe the following photograph.", "input": "", "output": "A red house."}]
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
                                {"type": "text", "text": "Describe the image above."},
                                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                            ],
                        },
                        {"role": "assistant", "content": "A red house."},
                    ]
                }
            ]
        ),
        Example([chat("Write an email that says that the attached file is the report.", "Dear all, ...")]),
        Example([chat("Sum up the attached document:\n```\nBees fly.\n```", "Bees fly.")]),
        Example(
            [
                chat(
                    r"Area in the figure below? \begin{tikzpicture}\draw (0,0) circle (1);\end{tikzpicture}",
                    "π",
                )
            ]
        ),
        Example([chat("He attached the file to the wall.", "With a nail?")]),
        Example(
            [
                {
                    "instruction": "Describe the following image.",
                    "input": "A dog on a red sofa, asleep.",
                    "output": "Cosy.",
                }
            ],
            note="what it shows is told in words",
        ),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        record = match.record
        prompt = record.prompt_text
        if (
            re.search(_GIVEN, prompt)
            or any(record.data.get(column) for column in _COLUMNS)
            or _media(record.data)
        ):
            return
        if not re.search(_DRAWN, match.value):
            # The content may come along as text: in another column, or in a prompt that is long.
            if len(prompt) >= LONGEST or _further_column(record.data, match.text.pointer):
                return
            if re.search(_LETTER, prompt):
                return
        yield Finding("the prompt speaks of an attachment, the record has none")


def _further_column(data: Mapping[str, Any], pointer: str) -> bool:
    """Whether another column of the prompt, such as `input`, holds what is spoken of."""
    columns = ("input", "context", "document", "text")
    return any(data.get(column) for column in columns if pointer != f"/{column}")


def _media(data: Mapping[str, Any]) -> bool:
    messages = data.get("messages") or data.get("contents") or ()
    for message in messages if isinstance(messages, list) else ():
        content = (message.get("content") or message.get("parts")) if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else ():
            if isinstance(part, dict) and "text" not in part:
                return True
    return False

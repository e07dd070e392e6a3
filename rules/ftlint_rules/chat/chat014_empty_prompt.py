from collections.abc import Iterator

from ftlint.detect.messages import meant_for, place, speaks
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class EmptyPrompt(Rule[Shape]):
    """The user says nothing.

    ## Why it matters
    The model learns an answer to nothing and will give it unasked. Nova and Azure refuse the file. Mostly a
    column was mapped wrongly or a field was lost on export.

    ## What to do
    Write the prompt, or drop the row. Open-ended generation (an empty `prompt` on purpose) is legitimate in
    prompt and completion data, so there it is only an observation.

    An error for the targets that reject it; a warning in conversations and instructions.

    ## References
    - AWS `nova_ft_dataset_validator.py`: "Invalid content, empty text content".
    - Azure OpenAI: a blank prompt fails the validation of prompt and completion files (azure-docs 108515).
    - On 56 public files: 451 hits, 20 looked at, 20 true.
    """

    code = "CHAT014"
    name = "empty-prompt"
    severity = Severity.WARNING
    headline = "{count} rows have an empty prompt"
    help = "write the prompt, or drop the row"
    bad = (
        Example([chat("Hi", "Hello"), chat("", "Hello")]),
        Example(
            [
                {"instruction": "a", "input": "", "output": "b"},
                {"instruction": "", "input": "", "output": "b"},
            ]
        ),
        Example([{"prompt": "", "completion": " A dwarf."}], note="an observation only"),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{"instruction": "", "input": "Translate: chat", "output": "cat"}]),
        Example(
            [
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
                            ],
                        },
                        {"role": "assistant", "content": "A dog."},
                    ]
                }
            ],
            note="an image is a question, too",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for turn in shape.turns:
            if turn.role != "user" or not turn.is_blank or speaks(turn):
                continue
            if not isinstance(turn.content, str | list):
                continue
            pointer = turn.texts[0].pointer if turn.texts else turn.pointer
            yield Finding(
                f"{place(pointer)} is {'blank' if turn.text.strip(chr(10)) else 'empty'}",
                pointer=pointer,
                severity=self.weight(shape, bool(turn.data)),
            )
            return

    def weight(self, shape: Shape, in_chat: bool) -> Severity:
        if meant_for(shape, "bedrock", "azure"):
            return Severity.ERROR
        return (
            Severity.INFO
            if shape.format.kind == "completion" and not in_chat and _is_bare(shape)
            else self.severity
        )


def _is_bare(shape: Shape) -> bool:
    """Prompt and completion alone: no instruction whose loss would show."""
    return "prompt" in shape.data or "Prompt" in shape.data

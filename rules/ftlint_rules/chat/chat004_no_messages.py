from collections.abc import Iterator

from ftlint.detect.messages import CHAT_KEYS, conversations, place
from ftlint.model import Drop, Finding, Fix, Severity, Shape
from ftlint.rule import Example, Rule, chat


class NoMessages(Rule[Shape]):
    """The list of messages is empty.

    ## Why it matters
    There is nothing to read and nothing to learn: Together and Mistral refuse the file, chat templates stop
    with an index error.

    ## What to do
    Drop the row, and look why the export lost its turns.

    ## References
    - together-python `utils/files.py` (`validate_messages`): "Expected a non-empty list of messages".
    - mistral-common `protocol/instruct/validator.py`: "Conversation must have at least one message".
    """

    code = "CHAT004"
    name = "no-messages"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows have an empty list of messages"
    help = "drop the row"
    bad = (Example([chat("Hi", "Hello"), {"messages": []}]),)
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{**chat("Hi", "Hello"), "tools": []}], note="other lists may be empty"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            if not conversation.items:
                fix = Fix("drop the row", (Drop(),), safe=False) if conversation.key in CHAT_KEYS else None
                yield Finding(
                    f"{place(conversation.pointer)} is empty", pointer=conversation.pointer, fix=fix
                )

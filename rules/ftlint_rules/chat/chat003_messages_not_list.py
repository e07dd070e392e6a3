from collections.abc import Iterator

from ftlint.detect.messages import CHAT_KEYS, conversations, kind, place
from ftlint.model import Finding, PlainChat, Severity, Shape
from ftlint.rule import Example, Rule, chat


class MessagesNotList(Rule[Shape]):
    """The conversation is not a list of messages.

    ## Why it matters
    Every service and trainer walks a list of objects here. A conversation that was turned into one text (a
    JSON string in a table column, a transcript) cannot be told apart into turns, and the file is refused.

    ## What to do
    Write a list of `{"role": ..., "content": ...}` objects. A column that holds JSON as text must be
    decoded before it is written out.

    ## References
    - together-python `utils/files.py` (`validate_messages`): "Expected a list of messages",
      "Expected a dictionary in the messages list".
    - OpenAI cookbook, *Data preparation and analysis for chat model fine-tuning*: error `data_type`.
    """

    code = "CHAT003"
    name = "messages-not-list"
    severity = Severity.ERROR
    headline = "{count} rows hold something else than a list of messages"
    help = "write a list of role and content objects"
    bad = (
        Example([chat("Hi", "Hello"), {"messages": 7}]),
        Example([chat("Hi", "Hello"), {"messages": {"role": "user", "content": "a"}}]),
        Example([chat("Hi", "Hello"), {"messages": ["a", "b"]}]),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{"prompt": "messages", "completion": "x"}]),
        Example([chat("Hi", "Hello"), {"messages": "a"}], note="stringified-messages finds text"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        plain = shape.format.plain
        chats = CHAT_KEYS & set(shape.format.required)
        if isinstance(plain, PlainChat):
            chats |= {plain.turns}
        for key in shape.data:
            value = shape.data[key]
            if (
                key in chats
                and not isinstance(value, list)
                and not (isinstance(value, str) and value.strip())
            ):
                yield Finding(f"'{key}' is {_word(value)}, not a list of messages", pointer=f"/{key}")
        for conversation in conversations(shape):
            for index, message in enumerate(conversation.items):
                if not isinstance(message, dict):
                    pointer = f"{conversation.pointer}/{index}"
                    yield Finding(f"{place(pointer)} is {_word(message)}, not a message", pointer=pointer)


def _word(value: object) -> str:
    word = kind(value)
    return word if word in ("null", "true or false") else f"an {word}" if word == "object" else f"a {word}"

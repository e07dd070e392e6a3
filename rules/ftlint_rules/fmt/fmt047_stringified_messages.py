from collections.abc import Iterator

from ftlint.model import Finding, Shape
from ftlint.rule import Example, Rule, Severity, chat

COLUMNS = ("messages", "conversations", "contents", "chosen_messages", "rejected_messages")


class StringifiedMessages(Rule[Shape]):
    """A list of messages stored as text.

    ## Why it matters
    CSV and some Parquet exports turn the list into a string. A trainer that iterates over `messages` gets
    single characters, or raises "string indices must be integers".

    ## What to do
    Decode the column before training (`json.loads`), or export as JSONL, where lists stay lists.

    ## References
    Together's client: "Expected a list of messages". Parquet stores nested lists natively; CSV cannot.
    """

    code = "FMT047"
    name = "stringified-messages"
    severity = Severity.ERROR
    headline = "{count} rows hold their messages as text, not as a list"
    help = "decode the column, or export as JSONL"
    bad = (
        Example(
            data=[{"messages": '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]'}]
            * 2
        ),
        Example(
            files={
                "train.csv": 'messages,id\n"[{""role"": ""user"", ""content"": ""a""}, '
                '{""role"": ""assistant"", ""content"": ""b""}]",1\n'
            }
        ),
    )
    good = (
        Example(
            data=[chat("Write JSON", '[{"role": "user", "content": "a"}]')], note="JSON inside an answer"
        ),
        Example(data=[{"prompt": "p", "completion": '[{"role": "user"}]'}]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for column in COLUMNS:
            value = shape.data.get(column)
            if isinstance(value, str) and value.strip():
                yield Finding(f"{column} is text, not a list", pointer=f"/{column}")

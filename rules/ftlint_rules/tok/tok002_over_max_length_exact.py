from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.tokens import PER_TURN, exact
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule, chat


class OverMaxLengthExact(Rule[Record]):
    """A row longer than the dataset's `max-length`, counted with the model's tokenizer.

    ## Why it matters
    What stands past the limit is cut, and that is the end of the answer. See `over-max-length`, which
    estimates; this rule counts, at the price of a tokenizer's time (about 1 ms for 4 KB of text).

    ## What to do
    Give the path of the model's `tokenizer.json` as option `tokenizer`, or for the whole run (`--tokenizer`),
    and select this rule in place of `over-max-length`. `bytes` counts UTF-8 bytes, which is exact for
    byte-level models and the most any byte-pair tokenizer can come to. Nothing is ever downloaded.

    ## References
    A tokenizer file needs the extra `tokens` (the tokenizers package). Around each turn 4 tokens are added
    for the chat template, as ChatML has them; a text of `text` rows is counted as it stands.
    """

    code = "TOK002"
    name = "over-max-length-exact"
    severity = Severity.WARNING
    default = False
    extra = "tokens"
    headline = "{count} rows are longer than max-length"
    help = "raise the limit, shorten, split or drop the row"
    bad = (
        Example([chat("Sum up.", "word " * 20)], max_length=64, options={"tokenizer": "bytes"}),
        Example(
            [{"prompt": "Sum up.", "chosen": "Words.", "rejected": "word " * 20}],
            max_length=64,
            options={"tokenizer": "bytes"},
        ),
    )
    good = (
        Example([chat("Sum up.", "word " * 8)], max_length=64, options={"tokenizer": "bytes"}),
        Example([chat("Sum up.", "word " * 80)], max_length=64, note="no tokenizer is given"),
        Example([chat("Sum up.", "word " * 80)], options={"tokenizer": "bytes"}, note="no limit is set"),
        Example(
            [{"prompt": "Sum up.", "chosen": "word " * 8, "rejected": "word " * 7}],
            max_length=64,
            options={"tokenizer": "bytes"},
            note="the two answers of a preference are two rows to the trainer",
        ),
    )

    tokenizer: Annotated[str, "path of a tokenizer.json, or `bytes`"] = ""

    def wakes(self, shape: Shape) -> bool:
        return bool(self.tokenizer)

    def check(self, record: Record) -> Iterator[Finding]:
        limit = record.max_length
        texts = [text.value for text in record.texts if text.where != "meta"]
        around = 0 if record.format.kind == "text" else PER_TURN
        most = sum(len(text.encode("utf-8", "replace")) + around + 1 for text in texts)
        if not limit or most <= limit:
            return  # no token is shorter than a byte
        tokens = self._tokens(record, around) if record.turns else sum(map(exact(self.tokenizer), texts))
        if tokens > limit:
            yield Finding(f"{tokens:,} tokens, max-length is {limit:,}")

    def _tokens(self, record: Record, around: int) -> int:
        """Tokens of the conversation with the longer of two preferred answers."""
        count = exact(self.tokenizer)
        by_branch = {"": 0, "chosen": 0, "rejected": 0}
        for turn in record.turns:
            by_branch[turn.branch] += count(turn.text) + around
        return by_branch[""] + max(by_branch["chosen"], by_branch["rejected"])

from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import kind
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule


class HistoryMalformed(Rule[Shape]):
    """The history of an instruction record is not a list of pairs of texts.

    ## Why it matters
    LLaMA-Factory and ms-swift unpack each round as question and answer: anything else stops the run while
    it is preparing the data.

    ## What to do
    Write `"history": [["first question", "first answer"], ...]`, or leave the key out.

    ## References
    - LLaMA-Factory `data/converter.py` (`AlpacaDatasetConverter`): `for old_prompt, old_response in ...`.
    - ms-swift, *Custom dataset*: `history` of query and response.
    """

    code = "CHAT035"
    name = "history-malformed"
    severity = Severity.ERROR
    headline = "{count} rows have a history that is no list of pairs"
    help = 'write [["question", "answer"], ...]'
    bad = (
        Example([{"instruction": "a", "output": "b", "history": [["only a question"]]}]),
        Example([{"instruction": "a", "output": "b", "history": "x"}]),
        Example([{"instruction": "a", "output": "b", "history": [["q", None]]}]),
    )
    good = (
        Example([{"instruction": "a", "output": "b", "history": [["q", "a"], ["r", "b"]]}]),
        Example([{"instruction": "a", "output": "b", "history": []}]),
        Example([{"instruction": "a", "output": "b", "history": None}]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        if "history" not in shape.format.keys or not shape.data.get("history"):
            return
        history = shape.data["history"]
        if not isinstance(history, list):
            yield Finding(f"'history' is a {kind(history)}, not a list of pairs", pointer="/history")
            return
        for index, pair in enumerate(history):
            if not _is_pair(pair):
                yield Finding(f"history[{index}] is no pair of texts", pointer=f"/history/{index}")
                return


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(side, str) for side in pair)

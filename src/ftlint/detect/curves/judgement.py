from collections.abc import Mapping
from typing import Literal, NamedTuple


class Judgement(NamedTuple):
    """What the evidence says of one question.

    `unknown` is an answer: there are too few points, and `needs` says how many evaluations more would tell
    (0 where that is not known). `step` is where it begins (of overfitting: the best step), `end` the last
    step looked at. `confidence` is 0 to 1. `numbers` are what the answer rests on, by name; `why` says in
    words what was missing.
    """

    state: Literal["yes", "no", "unknown"]
    step: float | None = None
    end: float | None = None
    confidence: float = 0.0
    needs: int = 0
    numbers: Mapping[str, float] = {}
    why: str = ""

    @property
    def found(self) -> bool:
        return self.state == "yes"

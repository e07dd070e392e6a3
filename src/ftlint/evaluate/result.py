"""The result of an evaluation as a file, `eval.json`: the models are its form.

This module imports pydantic: import it where a result is read or written.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ftlint.evaluate.metrics.metric import MOST

Verdict = Literal["better", "no evidence", "worse"]
Role = Literal["narrow", "general"]


def _sound(text: Any) -> Any:
    """A text without halves of surrogate pairs: they are no characters, and nothing could write them."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_sound)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Prediction(Form):
    """One line of `NAME.predictions.jsonl`: what one model wrote for one row.

    `group` ties near duplicates together (they are resampled together); "" stands alone. `loss` is the mean
    loss of the reference's `tokens` tokens under the model, None where it was not measured. `scores` are by
    metric. `finished` tells that the model ended by itself, not at the limit of new tokens.
    """

    row: int = Field(ge=0)
    path: str
    id: str = Field(description="Hash of prompt and reference: pairs are made by it.")
    group: str = ""
    prompt: list[dict[str, Any]] | str
    reference: Text
    output: Text
    finished: bool = True
    loss: float | None = Field(default=None, ge=0, le=MOST)
    tokens: int = Field(0, ge=0)
    scores: dict[str, Annotated[float, Field(ge=-MOST, le=MOST)]] = {}
    extra: dict[str, Any] = Field({}, description="Columns of the row that a metric asks for: tools, schema.")


class Score(Form):
    """A metric of one model: the mean over n rows and its interval."""

    value: float
    n: int = Field(ge=1)
    low: float
    high: float
    method: str = Field(description="How the interval was made: wilson, wilson-clustered, bootstrap.")


class Comparison(Form):
    """Tuned against base in one metric. `difference` is tuned - base, [low, high] its 95% interval.

    `p` is of `test`: McNemar's exact test for metrics of 0 and 1, a paired randomisation test else; both hold
    groups together. `adjusted` is p after Holm over all metrics of the same role. `won` and `lost` count the
    rows where tuned did better and worse, None for metrics of all rows at once. `detectable` is the smallest
    difference that this many rows would have found with 80% power, None where they could find none, and where
    no row differs, so that nothing tells.
    A loss no larger than `tolerance` is not called worse.
    """

    metric: str
    role: Role
    higher_is_better: bool
    base: Score
    tuned: Score
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    test: str
    rows: int
    groups: int
    discordant: int | None = None
    won: int | None = None
    lost: int | None = None
    detectable: float | None
    tolerance: float = Field(0.0, ge=0)
    verdict: Verdict


class LabelScore(Form):
    """One label of a classification: precision, recall and F1 of one model, and the rows that bear it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


class EvaluatedModel(Form):
    """What was evaluated. `precision` is the type it computed in; `merged` how the adapter was applied."""

    name: str
    revision: str = ""
    adapter: str = ""
    adapter_sha256: str = ""
    precision: str
    merged: Literal["base", "adapter", "merged", "quantised", "endpoint", "file"]
    device: str = "cpu"


class EvaluatedSet(Form):
    """The rows; `split` of the lock they are, "" for none. `hash` is that of `read.baseline.dataset_hash`."""

    role: Role
    files: list[str]
    hash: str
    split: str = ""
    rows: int = Field(ge=1)
    skipped: int = 0
    unfinished: dict[str, int] = Field(
        {}, description="Rows whose output was cut at the limit of new tokens, by model: base, tuned."
    )


class EvalResult(Form):
    """One evaluation: one model measured, or two compared on the same rows."""

    ftlint_eval: Literal[1] = 1
    version: str
    date: str = Field(description="YYYY-MM-DD.")
    lock: str = ""
    run: str = ""
    sets: list[EvaluatedSet]
    base: EvaluatedModel
    tuned: EvaluatedModel | None = None
    scores: dict[str, dict[str, Score]] = Field(
        {}, description="Of one model alone: role, then metric. Empty where two are compared."
    )
    lower_is_better: list[str] = Field(
        ["loss", "perplexity"], description="Metrics of `scores` that are better the lower they are."
    )
    comparisons: list[Comparison] = []
    verdicts: dict[Role, Verdict] = {}
    labels: dict[str, list[LabelScore]] = Field(
        {}, description="The classification report of base and tuned; empty for other tasks."
    )
    generation: dict[str, Any] = {}
    seed: int = 0

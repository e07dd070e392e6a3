"""The result of an evaluation as a file, `eval.json`: the models are its form.

This module imports pydantic: import it where a result is read or written.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["better", "no evidence", "worse"]
Role = Literal["narrow", "general"]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Prediction(Form):
    """One line of `NAME.predictions.jsonl`: what one model wrote for one row.

    `group` ties near duplicates together (they are resampled together); "" stands alone. `loss` is the mean
    loss of the reference's `tokens` tokens under the model, None where it was not measured. `scores` are by
    metric. No metric is computed from what is cut: `finished` tells that the model ended by itself.
    """

    row: int = Field(ge=0)
    path: str
    id: str = Field(description="Hash of prompt and reference: pairs are made by it.")
    group: str = ""
    prompt: list[dict[str, Any]] | str
    reference: str
    output: str
    finished: bool = True
    loss: float | None = None
    tokens: int = Field(0, ge=0)
    scores: dict[str, float] = {}
    extra: dict[str, Any] = Field({}, description="Columns of the row that a metric asks for: tools, schema.")


class Score(Form):
    """A metric of one model: the mean over n rows and its interval."""

    value: float
    n: int = Field(ge=1)
    low: float
    high: float
    method: str = Field(description="How the interval was made: wilson, bootstrap.")


class Comparison(Form):
    """Tuned against base in one metric. `difference` is tuned - base, [low, high] its 95% interval.

    `p` is of McNemar's exact test for metrics of 0 and 1, of the paired bootstrap else; `adjusted` is p after
    Holm over all metrics of the same role. `detectable` is the smallest difference that this many rows would
    have found with 80% power.
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
    detectable: float
    verdict: Verdict


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
    comparisons: list[Comparison] = []
    verdicts: dict[Role, Verdict] = {}
    generation: dict[str, Any] = {}
    seed: int = 0

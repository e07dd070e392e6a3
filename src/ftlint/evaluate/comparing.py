"""An evaluation from its rows to its result: models answer, a judge is asked, all is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.evaluate.baseline_run import generation_of
from ftlint.evaluate.conclude import Concluded, Side, Wanted, concluded
from ftlint.evaluate.models import (
    Asking,
    Quantised,
    Source,
    limit_of,
    of_adapter,
    of_base_and_tuned,
    of_merged,
)
from ftlint.evaluate.options import Options
from ftlint.evaluate.parity import TOLERANCE, Parity, parity
from ftlint.evaluate.questions import longest_answer
from ftlint.evaluate.result import EvaluatedSet, Prediction, Role
from ftlint.evaluate.sets import Files, opened_set

if TYPE_CHECKING:
    from ftlint.evaluate.judge import Endpoint
    from ftlint.weights.tokenizer import Tokenizer


class Told(NamedTuple):
    """Rows that an evaluation left out, by role and reason."""

    skipped: Mapping[Role, Mapping[str, int]]


def evaluated(
    source: Source,
    files: Sequence[Files],
    tokenizer: Tokenizer,
    root: str,
    options: Options,
    *,
    lock: str = "",
    run: str = "",
    opening: Callable[[], None] | None = None,
) -> tuple[Concluded, Told]:
    """The base measured, and compared with its adapter where the source has one.

    `opening` is called when all that may fail is done, and before a row is read: it opens the test split.
    """
    from ftlint.evaluate import models

    model = models.base(source)
    if opening is not None:
        opening()
    asking, sets, told = _asking(source, files, tokenizer, root, options)
    one, other = of_base_and_tuned(source, asking, model)
    base, tuned = Side(*one), Side(*other) if other else None
    if options.keep is not None:
        options.keep(base, tuned)
    generation = generation_of(asking.max_new_tokens, options.batch)
    found = settled(base, tuned, sets, options, generation, lock=lock, run=run)
    return found, told


def settled(
    base: Side,
    tuned: Side | None,
    sets: Sequence[EvaluatedSet],
    options: Options,
    generation: Mapping[str, Any],
    *,
    lock: str = "",
    run: str = "",
) -> Concluded:
    """Two sides judged, where a judge is asked, and compared."""
    wanted: dict[Role, Wanted] = dict(options.metrics)
    if options.judge is not None and tuned is not None and base.rows.get("narrow"):
        base, tuned, told = _judged(base, tuned, options.judge)
        generation = {**generation, "judge": told}
        wanted["narrow"] = _with_judge(wanted.get("narrow", ("auto",)))
    return concluded(
        base, tuned, sets, wanted=wanted, generation=generation, lock=lock, run=run, seed=options.seed
    )


def _with_judge(wanted: Wanted) -> Wanted:
    """`auto` takes the judge's scores by itself."""
    from ftlint.evaluate.judge import METRIC
    from ftlint.evaluate.metrics.metric import Given

    names = [each for each in wanted if isinstance(each, str)]
    if len(names) < len(wanted):
        return [*(each for each in wanted if not isinstance(each, str)), Given(METRIC, binary=True)]
    return names if names == ["auto"] else [*names, METRIC]


def _judged(base: Side, tuned: Side, endpoint: Endpoint) -> tuple[Side, Side, dict[str, Any]]:
    from ftlint.evaluate.compare import paired
    from ftlint.evaluate.judge import asking, judged, scored, summary
    from ftlint.read.urls import masked

    pairs = paired(base.rows["narrow"], tuned.rows["narrow"])
    ones, others = [pair.base for pair in pairs], [pair.tuned for pair in pairs]
    found = judged(ones, others, asking(endpoint), workers=endpoint.workers)
    told = {"model": endpoint.model, "url": masked(endpoint.url), **summary(found)}
    return (
        base._replace(rows={**base.rows, "narrow": scored(ones, found, "base")}),
        tuned._replace(rows={**tuned.rows, "narrow": scored(others, found, "tuned")}),
        told,
    )


def served(
    source: Source,
    serving: Source,
    files: Sequence[Files],
    tokenizer: Tokenizer,
    root: str,
    options: Options,
    *,
    quantised: Quantised = "",
    tolerance: float = TOLERANCE,
    lock: str = "",
    run: str = "",
    opening: Callable[[], None] | None = None,
) -> tuple[Concluded, Told, Parity]:
    """The adapter as it was trained (`source`) against what is served: merged in `serving.dtype`, quantised.

    In the result the adapter stands as base and what is served as tuned; metrics are those of the task and
    the loss.
    """
    if opening is not None:
        opening()
    asking, sets, told = _asking(source, files, tokenizer, root, options)
    adapter = Side(*of_adapter(source, asking))
    merged = Side(*of_merged(serving, asking, quantised))
    wanted = {role: _with_loss(names) for role, names in options.metrics.items()}
    generation = generation_of(asking.max_new_tokens, options.batch)
    found = concluded(
        adapter,
        merged,
        sets,
        wanted=wanted,
        generation=generation,
        lock=lock,
        run=run,
        seed=options.seed,
        tolerance=tolerance,
    )
    kept = _flat(found.base), _flat(found.tuned) if found.tuned else []
    apart = parity(*kept, found.result.comparisons)
    more = {**found.result.generation, "parity": {**apart.as_dict(), "tolerance": tolerance}}
    return found._replace(result=found.result.model_copy(update={"generation": more})), told, apart


def _with_loss(wanted: Wanted) -> Wanted:
    names = [each for each in wanted if isinstance(each, str)]
    return names if names == ["auto"] or "loss" in names else [*names, "loss"]


def _flat(side: Side) -> list[Prediction]:
    return [row for rows in side.rows.values() for row in rows]


def _asking(
    source: Source, files: Sequence[Files], tokenizer: Tokenizer, root: str, options: Options
) -> tuple[Asking, list[EvaluatedSet], Told]:
    rows = opened_set(files, tokenizer, root, limit=limit_of(source.folder), first=options.first)
    questions = {role: some.questions for role, some in rows.items()}
    longest = options.max_new_tokens or longest_answer([each for some in questions.values() for each in some])
    asking = Asking(tokenizer, questions, longest, options.batch, options.told)
    return (
        asking,
        [some.told for some in rows.values()],
        Told({role: some.skipped for role, some in rows.items()}),
    )

"""Whether a run learns anything: a loss that does not fall, and one that stands where guessing stands."""

from __future__ import annotations

from math import exp, sqrt
from math import log as ln

from ftlint.detect.curves.curve import Curve, curve, middle, noise
from ftlint.detect.curves.held_out import eval_loss, reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import sure
from ftlint.detect.curves.trend import Gain, gain
from ftlint.detect.curves.verdicts import found_already, judgement
from ftlint.model.run_log import RunLog

FEWEST, FEWEST_EVALS = 8, 4

CLASSES = (2, 3, 4)
"""Numbers of classes that a loss at ln k is told for without an accuracy that says the same."""

VOCABULARIES = (
    *(28_996, 30_522, 32_000, 32_001, 32_064, 32_768, 49_152, 50_257, 50_265, 50_304, 50_368),
    *(51_200, 65_024, 92_544, 100_352, 128_000, 128_256, 129_280, 131_072, 151_643, 151_936, 152_064),
    *(200_064, 250_002, 250_880, 256_000, 262_144),
)
"""Sizes of the vocabularies of common models (BERT, T5, Llama, GPT-2, Falcon, ChatGLM, Phi, Qwen, Gemma
...)."""

LOW = 0.2
"""An accuracy that is low whatever the number of classes, but for two to four."""

FEW = 0.4
"""The chance of a right guess below which it is told from a hard task by its loss alone: of two classes a
model that learns little is right in 60% of cases, too."""

LITTLE = 0.02
"""A gain in accuracy that is none."""

NEAR = 0.01
"""How near to ln k a level is at it, as a share."""


def plateau(log: RunLog, max_gain: float = 0.03, max_total: float = 0.1) -> Judgement:
    """Whether the loss never fell by more than `max_total` and gained no more than `max_gain` from the first
    quarter of the run to the last. `step` is where the first quarter ends.

    A run that fell early and is flat since has converged; it is none. Neither the training loss nor the eval
    loss may fall; the numbers are those of the one that is less noisy.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    train = curve(log.loss) if log.loss is not None else None
    series = eval_loss(log)
    held = curve(series) if series is not None else None
    judged = [
        _flat(known, max_gain, max_total)
        for known, fewest in ((train, FEWEST), (held, FEWEST_EVALS))
        if known is not None and len(known) >= fewest
    ]
    if not judged:
        return Judgement(
            "unknown", why=f"{FEWEST} values of the training loss or {FEWEST_EVALS} evals it takes"
        )
    falls = [answer for answer in judged if answer.state == "no"]
    flat = sorted((answer for answer in judged if answer.found), key=lambda answer: answer.numbers["error"])
    if not falls and flat:
        other = found_already(log, "divergence", "overfitting", "zero-loss")
        if other:
            return flat[0]._replace(state="no", why=f"another verdict: {other}")
    return (falls or flat or judged)[0]


def no_learning(log: RunLog) -> Judgement:
    """Whether a run does no better than a guess, from its first to its last.

    Either the loss stays at ln k, where a guess among k classes or tokens stands: for 2, 3 and 4 classes and
    the vocabularies of common models, for other numbers where an eval accuracy is 1/k. Or an eval accuracy
    never gets better and is what a guess with that loss has. `numbers` has `k` in the first case, `accuracy`
    in the second. A preference loss begins at ln 2 by itself and is not judged.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    if log.objective == "preference":
        return Judgement("unknown", why="a preference loss stands at ln 2 before any training")
    flat = judgement(log, "plateau")
    other = found_already(log, "nan-loss", "zero-loss", "divergence", "overfitting")
    if other:
        return Judgement("no", why=f"another verdict: {other}")
    losses = [series for series in (log.loss, eval_loss(log)) if series is not None and len(curve(series))]
    if not losses:
        return flat
    held = curve(losses[-1])
    level = middle(held.values)
    first, end = float(held.steps[0]), float(held.steps[-1])
    if flat.found:
        found = min(_guesses(log), key=lambda k: abs(level / ln(k) - 1))
        if abs(level / ln(found) - 1) <= NEAR:
            numbers = {**flat.numbers, "level": level, "k": float(found)}
            return Judgement("yes", first, end, min(flat.confidence, 0.9), numbers=numbers)
    level = middle(held.values[-max(1, len(held) // 3) :])
    accuracy = _guessed(log, level, flat=flat.found)
    if accuracy is not None:
        numbers = {"level": level, "accuracy": accuracy}
        return Judgement("yes", first, end, 0.8, numbers=numbers)
    return flat._replace(state="no") if flat.found else flat


def _guessed(log: RunLog, loss: float, *, flat: bool) -> float | None:
    """The eval accuracy where it never got better and is no better than a guess; None elsewhere.

    A guess among k has a loss of ln k and is right in exp(-loss) of cases; where the loss is flat, twice that
    is allowed for classes that are not equally common, elsewhere a quarter more among three or more. A guess
    that is wrong and sure of it has a higher loss: an accuracy of `LOW` or less that never got better is one,
    flat or not.
    """
    series = log.series.get("eval_accuracy")
    if series is None or len(series) < FEWEST_EVALS or loss < 0.5:
        return None
    known = curve(series).values
    if len(known) < FEWEST_EVALS:
        return None
    half = len(known) // 2
    before, level = float(known[:half].mean()), float(known[half:].mean())
    spread = noise(known) * sqrt(1 / half + 1 / (len(known) - half))
    guess = exp(-loss)
    if level > before + 2 * spread + LITTLE or level > 1.5 * max(float(known[0]), guess) + LITTLE:
        return None
    worse = guess <= level <= LOW
    as_good = 0 < level <= guess * (2 if flat else 1.25 if guess <= FEW else 0)
    return level if worse or as_good else None


def _flat(held: Curve, max_gain: float, max_total: float) -> Judgement:
    found = gain(held)
    step, end = float(held.steps[max(0, len(held) // 4 - 1)]), float(held.steps[-1])
    numbers = _numbers(found)
    if found.total > max_total and found.total - max_total > 2 * found.error:
        return Judgement("no", step, end, 0.95, numbers=numbers)
    if found.share > max_gain and found.share - max_gain > found.error:
        return Judgement(
            "no", step, end, sure((found.share - max_gain) / (found.error or 1e-12)), numbers=numbers
        )
    if found.share < -max_total and found.share + max_total < -2 * found.error:
        return Judgement("no", step, end, 0.95, numbers=numbers, why="the loss rises")
    if found.share > max_gain or found.share + 2 * found.error > max_total:
        return Judgement("unknown", step, end, numbers=numbers, why="the loss is too noisy to tell")
    certain = sure((max_total - found.share) / (found.error or 1e-12))
    return Judgement("yes", step, end, certain, numbers=numbers)


def _numbers(found: Gain) -> dict[str, float]:
    return {"gain": found.share, "error": found.error, "total": found.total}


def _guesses(log: RunLog) -> list[int]:
    known = [*VOCABULARIES] if _writes_text(log) else [*CLASSES, *VOCABULARIES]
    accuracy = log.series.get("eval_accuracy")
    if accuracy is not None and len(accuracy):
        last = middle(curve(accuracy).values) if len(curve(accuracy)) else 0.0
        known += [k for k in range(5, 1001) if abs(last * k - 1) <= 0.1]
    return known


def _writes_text(log: RunLog) -> bool:
    return bool({"mean_token_accuracy", "num_tokens", "eval_mean_token_accuracy"} & log.series.keys())

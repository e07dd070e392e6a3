"""What a comparison says, in words: the same ones on the terminal, in Markdown and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlint.evaluate.metrics.metric import OF_HUNDRED
from ftlint.evaluate.result import Comparison, EvalResult, EvaluatedModel, EvaluatedSet, Role, Score, Verdict
from ftlint.evaluate.statistics import ALPHA
from ftlint.report.amounts import number, plural

TITLES: dict[Role, str] = {"narrow": "The task", "general": "General capabilities"}
TESTS = {
    "mcnemar": "McNemar's exact test",
    "mcnemar-clustered": "McNemar's exact test, rows of a group held together",
    "randomisation": "paired randomisation test",
}
METHOD = (
    "Both models answered the same rows; differences are the second less the first. Intervals are at 95%; p "
    "is adjusted over the metrics of the same rows (Holm). Rows of a duplicate group count together. A "
    "difference is called better or worse only where test and interval both say so."
)


def figure(value: float, metric: str = "") -> str:
    """A value of a metric: `0.612`, `41.3` of BLEU, `12,310` of a perplexity."""
    if metric in OF_HUNDRED:
        return f"{value:.1f}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2g}" if 0 < abs(value) < 0.0005 else f"{value:.3f}"


def signed(value: float, metric: str = "") -> str:
    shown = figure(abs(value), metric)
    if not float(shown.replace(",", "")):
        return shown
    return f"{'-' if value < 0 else '+'}{shown}"


def chance(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def interval(each: Comparison) -> str:
    """`+0.043 to +0.235`; that there is none where every draw came out the same."""
    if each.low == each.high:
        return "none: nothing differs" if each.groups > 1 else "none: of one row"
    return f"{signed(each.low, each.metric)} to {signed(each.high, each.metric)}"


def spread(score: Score, metric: str) -> str:
    return f"{figure(score.low, metric)} to {figure(score.high, metric)}"


def direction(each: Comparison) -> str:
    return "" if each.higher_is_better else "lower is better"


def rows_won(each: Comparison) -> str:
    """`64 won, 36 lost of 200 rows`; the rows alone for a metric of all of them at once."""
    groups = "" if each.groups == each.rows else f" in {plural(each.groups, 'group')}"
    if each.won is None or each.lost is None:
        return f"{plural(each.rows, 'row')}{groups}"
    return f"{number(each.won)} won, {number(each.lost)} lost of {plural(each.rows, 'row')}{groups}"


def least(each: Comparison) -> str:
    """The smallest difference that is found, in a word or two."""
    if each.detectable is None:
        return "not known" if _alike(each) else "nothing"
    return figure(each.detectable, each.metric)


def _alike(each: Comparison) -> bool:
    """Whether no row differs, from which nobody could tell how much rows do."""
    return each.detectable is None and each.groups > 1 and each.low == each.high


def power(each: Comparison) -> str:
    """What this many rows could have found."""
    if _alike(each):
        return f"no row differs, which does not tell what {plural(each.rows, 'row')} could show"
    if each.detectable is None:
        unit = "row" if each.groups == each.rows else "group"
        return f"{plural(each.groups, unit)} can show no difference, however large"
    return f"a true difference of {least(each)} would be found 4 times in 5"


def caveat(each: Comparison) -> str:
    """What stands beside no evidence: what is, or is not, ruled out, and what only the other metrics undo."""
    if each.verdict != "no evidence":
        return ""
    told = []
    if each.p < ALPHA <= each.adjusted:
        told.append(f"{chance(each.p)} by itself, but it is one of several metrics")
    if each.tolerance and each.low < each.high:
        fall = -each.low if each.higher_is_better else each.high
        ruled = "is ruled out" if fall <= each.tolerance else "is not ruled out"
        told.append(f"getting worse by more than {figure(each.tolerance, each.metric)} {ruled}")
    return "; ".join(told)


def sentence(each: Comparison) -> str:
    """One comparison in a sentence."""
    verb = "stayed at" if each.difference == 0 else "rose to" if each.difference > 0 else "fell to"
    told = (
        f"{each.metric} {verb} {figure(each.tuned.value, each.metric)} from "
        f"{figure(each.base.value, each.metric)} ({signed(each.difference, each.metric)}, 95% interval "
        f"{interval(each)}; {chance(each.adjusted)}): {each.verdict}"
    )
    if each.difference == 0:
        told = told.replace(f" from {figure(each.base.value, each.metric)}", "")
    return told


def headline(result: EvalResult) -> str:
    """The outcome in one line."""
    if result.tuned is None:
        return "The base model, measured"
    one, other = sides(result)
    if one == "adapter":
        lost = drops(result)
        return (
            f"What is served ({other}) is worse than the adapter: {', '.join(lost)}"
            if lost
            else f"What is served ({other}) is no worse than the adapter"
        )
    told = ", ".join(_OUTCOMES[role][verdict] for role, verdict in result.verdicts.items())
    told = told or "nothing was compared"
    return told[:1].upper() + told[1:]


_OUTCOMES: dict[Role, dict[Verdict, str]] = {
    "narrow": {
        "better": "better at the task",
        "worse": "worse at the task",
        "no evidence": "no evidence of a difference at the task",
    },
    "general": {
        "better": "better in general",
        "worse": "worse in general",
        "no evidence": "no evidence that general capabilities changed",
    },
}


def drops(result: EvalResult) -> list[str]:
    """What fell by more than the tolerance when the adapter was merged: no chance is in that."""
    told = _parity(result)
    if told:
        return [str(name) for name in told.get("drops", [])]
    return [each.metric for each in result.comparisons if each.verdict == "worse"]


def _parity(result: EvalResult) -> Mapping[str, Any]:
    told = result.generation.get("parity")
    return told if isinstance(told, dict) else {}


def served(result: EvalResult) -> list[str]:
    """What differs between the adapter and what is served, line by line; nothing of another result."""
    told = _parity(result)
    if not told:
        return []
    lines = [f"{number(told['differing'])} of {plural(told['rows'], 'output')} differ from the adapter's"]
    if told["rise"] is not None and told["worst"] is not None:
        lines.append(
            f"loss {told['rise']:+.5f} nats a token on average, "
            f"{told['worst']:+.5f} in the row that rose most"
        )
    if told["drops"]:
        lines.append(
            f"DROP beyond {told['tolerance']:g}: {', '.join(told['drops'])}: serve the adapter unmerged, or "
            "merge in the type it was trained in (--dtype)"
        )
    else:
        lines.append(f"no drop beyond {told['tolerance']:g} on these rows")
    return lines


def judge(result: EvalResult) -> list[str]:
    """What a judge said, and whether it prefers a place; nothing where none was asked."""
    told = result.generation.get("judge")
    if not isinstance(told, dict):
        return []
    line = (
        f"judge {told['model']}: {number(told['tuned'])} won by tuned, {number(told['base'])} by base, "
        f"{plural(told['tie'], 'tie')}"
    )
    if told["unclear"]:
        line += f", {number(told['unclear'])} without a verdict (they count as ties)"
    if told["first_chosen"] is not None:
        line += f"; the first answer was chosen {told['first_chosen']:.0%} of the times"
    return [line]


def beside(result: EvalResult) -> list[str]:
    """What reports say of a result beside its metrics, line by line."""
    return [*served(result), *judge(result)]


def tone(result: EvalResult) -> Verdict:
    """What the headline looks like: worse if a role is, else better if one is, or nothing served drops."""
    if sides(result)[0] == "adapter":
        return "worse" if drops(result) else "better"
    found = set(result.verdicts.values())
    return "worse" if "worse" in found else "better" if "better" in found else "no evidence"


def sides(result: EvalResult) -> tuple[str, str]:
    """What the two models are called: base and tuned; an adapter and what is served of it."""
    if result.tuned is not None and result.base.merged == "adapter":
        return "adapter", result.tuned.merged
    return "base", "tuned"


def mixed(result: EvalResult, role: Role) -> str:
    """What stands against a role's verdict: metrics that say the contrary."""
    if result.verdicts.get(role) != "worse":
        return ""
    better = [each.metric for each in result.comparisons if each.role == role and each.verdict == "better"]
    return (
        f"better by {', '.join(better)}: whoever wants those weighs one against the other" if better else ""
    )


def model_name(model: EvaluatedModel) -> str:
    """`Qwen/Qwen3-8B + runs/a/adapter, merged`."""
    name = model.name + (f"@{model.revision[:12]}" if model.revision else "")
    name += f" + {model.adapter}" if model.adapter else ""
    applied = {"merged": ", merged", "quantised": ", quantised", "endpoint": ", behind an endpoint"}
    return name + applied.get(model.merged, "")


def facts(model: EvaluatedModel) -> str:
    return " on ".join(part for part in (model.precision, model.device) if part)


def rows_of(measured: EvaluatedSet) -> str:
    """`data/test.jsonl · 200 rows (test split)`."""
    files = ", ".join(measured.files[:3]) + (
        f" and {plural(len(measured.files) - 3, 'more file')}" if len(measured.files) > 3 else ""
    )
    split = f" ({measured.split} split)" if measured.split else ""
    return f"{files} · {plural(measured.rows, 'row')}{split}"


def notes(measured: EvaluatedSet, called: tuple[str, str] = ("base", "tuned")) -> list[str]:
    """What was left out or cut short; `called` is what the two models are called."""
    told = []
    names = dict(zip(("base", "tuned"), called, strict=True))
    if measured.skipped:
        told.append(f"{plural(measured.skipped, 'row')} skipped: nothing in them to answer")
    for side, cut in measured.unfinished.items():
        if cut:
            told.append(f"{names.get(side, side)}: {plural(cut, 'output')} cut at the limit of new tokens")
    return told

"""An evaluation as Markdown: for a pull request, a model card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.evaluate import wording
from ftlint.evaluate.changed import Changed, Example
from ftlint.evaluate.result import Comparison, EvalResult, EvaluatedSet, LabelScore
from ftlint.report.amounts import number, plural
from ftlint.report.gfm import cell, code, row, table

_LONGEST = 160


def write(result: EvalResult, out: TextIO, changed: Sequence[Changed] = ()) -> None:
    sides = wording.sides(result)
    blocks = [f"## {wording.headline(result)}", "\n".join(_models(result))]
    blocks += ["\n".join(f"- {line}" for line in wording.beside(result))] if wording.beside(result) else []
    kept = {each.role: each for each in changed}
    for measured in result.sets:
        blocks += _set(result, measured, sides)
        if measured.role in kept:
            blocks += _changed(kept[measured.role], sides)
    if result.labels:
        blocks += ["### By label", _labels(result.labels, sides)]
    if result.comparisons:
        blocks.append(wording.METHOD)
    out.write("\n\n".join(blocks) + "\n")


def _models(result: EvalResult) -> Iterator[str]:
    for name, model in zip(wording.sides(result), (result.base, result.tuned), strict=True):
        if model is not None:
            yield f"- {name}: {code(wording.model_name(model))}, {code(wording.facts(model))}"


def _set(result: EvalResult, measured: EvaluatedSet, sides: tuple[str, str]) -> list[str]:
    split = f", {measured.split} split" if measured.split else ""
    files = ", ".join(code(file) for file in measured.files)
    blocks = [
        f"### {wording.TITLES[measured.role]}",
        f"{files}: {plural(measured.rows, 'row')}{split}",
        *wording.notes(measured, sides),
    ]
    comparisons = [each for each in result.comparisons if each.role == measured.role]
    if comparisons:
        blocks.append("\n".join(_table(comparisons, sides)))
        told = [f"- {cell(code(each.metric))}: {_beside(each)}" for each in comparisons if _beside(each)]
        blocks += ["\n".join(told)] if told else []
        against = wording.mixed(result, measured.role)
        blocks += [against[0].upper() + against[1:] + "."] if against else []
    elif result.scores.get(measured.role):
        lines = [table(["metric", "value", "95% interval", "rows"], (1, 2, 3))]
        for name, score in result.scores[measured.role].items():
            value = wording.figure(score.value, name)
            lines.append(row([cell(code(name)), value, wording.spread(score, name), number(score.n)]))
        blocks.append("\n".join(lines))
    return blocks


def _table(comparisons: Sequence[Comparison], sides: tuple[str, str]) -> Iterator[str]:
    heads = ["metric", *sides, "difference", "95% interval", "p", "rows", "verdict"]
    yield table(heads, (1, 2, 3, 4, 5))
    for each in comparisons:
        name = cell(code(each.metric)) + ("" if each.higher_is_better else " (lower is better)")
        yield row(
            [
                name,
                wording.figure(each.base.value, each.metric),
                wording.figure(each.tuned.value, each.metric),
                wording.signed(each.difference, each.metric),
                wording.interval(each),
                wording.chance(each.adjusted).removeprefix("p ").removeprefix("= "),
                wording.rows_won(each),
                f"**{each.verdict}**" if each.verdict != "no evidence" else each.verdict,
            ]
        )


def _beside(each: Comparison) -> str:
    """What a metric without a verdict could and could not have shown."""
    if each.verdict != "no evidence":
        return ""
    return "; ".join(part for part in (wording.caveat(each), wording.power(each)) if part)


def _labels(labels: dict[str, list[LabelScore]], sides: tuple[str, str]) -> str:
    tuned = {each.label: each for each in labels.get("tuned", [])}
    lines = [
        table(
            ["label", "rows", f"F1 {sides[0]}", f"F1 {sides[1]}", f"precision, recall {sides[1]}"],
            (1, 2, 3, 4),
        )
    ]
    for each in labels.get("base", []) or list(tuned.values()):
        other = tuned.get(each.label)
        lines.append(
            row(
                [
                    cell(code(each.label, 40)),
                    number(each.support),
                    f"{each.f1:.3f}",
                    f"{other.f1:.3f}" if other else "-",
                    f"{other.precision:.3f}, {other.recall:.3f}" if other else "-",
                ]
            )
        )
    return "\n".join(lines)


def _changed(changed: Changed, sides: tuple[str, str]) -> list[str]:
    if not changed.worst:
        return []
    told = f"{plural(changed.worse, 'row')} got worse by {code(changed.metric)}, {number(changed.better)} "
    lines = [table(["row", "wanted", *sides]), *map(_example, changed.worst)]
    return [f"{told}better. Those that lost most:", "\n".join(lines)]


def _example(each: Example) -> str:
    place = code(f"{each.path}:{each.row + 1}", 60, keep_end=True)
    texts = (each.reference, each.base, each.tuned)
    return row([cell(place), *(cell(code(text, _LONGEST)) for text in texts)])

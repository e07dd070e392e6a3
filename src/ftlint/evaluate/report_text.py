"""An evaluation on the terminal, down to 60 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.evaluate import wording
from ftlint.evaluate.changed import Changed, Example
from ftlint.evaluate.result import Comparison, EvalResult, EvaluatedSet, Role, Score
from ftlint.report.amounts import number, plural
from ftlint.report.cells import cells, cut, cut_left, pad, wrap
from ftlint.report.style import Style

COLOURS = {"better": "32", "worse": "31", "no evidence": "33"}
EXAMPLES = 3


def write(result: EvalResult, out: TextIO, style: Style, changed: Sequence[Changed] = ()) -> None:
    """Verdict, metrics by set, and the rows that got worse; ends with a line end."""
    kept = {each.role: each for each in changed}
    out.writelines(f"{line}\n" for line in _lines(result, style, kept))


def _lines(result: EvalResult, style: Style, changed: dict[Role, Changed]) -> Iterator[str]:
    one, other = wording.sides(result)
    wide = max(len(one), len(other))
    for line in wrap(wording.headline(result), style.width, style.width):
        yield style.strong(line)
    for name, model in ((one, result.base), (other, result.tuned)):
        if model is not None:
            whole = f"{wording.model_name(model)} · {wording.facts(model)}"
            yield style.faint(f"  {name:{wide}}  {cut_left(visible(whole), style.width - wide - 4)}")
    for told in wording.beside(result):
        yield from (f"  {line}" for line in wrap(told, style.width - 2, style.width - 2))
    for measured in result.sets:
        yield ""
        yield from _set(result, measured, style)
        if not style.quiet and measured.role in changed:
            yield from _changed(changed[measured.role], style, (one, other))
    if result.comparisons and not style.quiet:
        yield ""
        yield from (style.faint(line) for line in wrap(wording.METHOD, style.width, style.width))


def _set(result: EvalResult, measured: EvaluatedSet, style: Style) -> Iterator[str]:
    title = wording.TITLES[measured.role]
    room = style.width - cells(title) - 3
    yield f"{style.strong(title)} · {cut_left(visible(wording.rows_of(measured)), room)}"
    yield from (f"  {style.paint(line, '33')}" for line in wording.notes(measured, wording.sides(result)))
    comparisons = [each for each in result.comparisons if each.role == measured.role]
    names = [each.metric for each in comparisons] or list(result.scores.get(measured.role, {}))
    wide = min(max((cells(visible(name)) for name in names), default=0), 24)
    for each in comparisons:
        yield from _comparison(each, wide, style)
    if not comparisons:
        for name, score in result.scores.get(measured.role, {}).items():
            yield _score(name, score, wide)
    against = wording.mixed(result, measured.role)
    if against:
        yield from (f"  {line}" for line in wrap(against, style.width - 2, style.width - 2))


def _comparison(each: Comparison, wide: int, style: Style) -> Iterator[str]:
    name = pad(cut(visible(each.metric), wide), wide)
    values = f"{wording.figure(each.base.value, each.metric):>7} → "
    values += f"{wording.figure(each.tuned.value, each.metric):<7}"
    change = f"{wording.signed(each.difference, each.metric):>8}"
    yield f"  {name}  {values} {change}  {style.paint(each.verdict, COLOURS[each.verdict])}"
    parts = [
        f"95% interval {wording.interval(each)}",
        wording.chance(each.adjusted),
        wording.rows_won(each),
        wording.direction(each),
        wording.caveat(each),
        wording.power(each) if each.verdict == "no evidence" else "",
    ]
    room = style.width - 4
    yield from (f"    {style.faint(line)}" for line in _joined([part for part in parts if part], room))


def _score(name: str, score: Score, wide: int) -> str:
    value = f"{wording.figure(score.value, name):>7}"
    return f"  {pad(cut(visible(name), wide), wide)}  {value}  95% interval {wording.spread(score, name)}"


def _joined(parts: Sequence[str], room: int) -> Iterator[str]:
    """Parts in lines, broken between them where that is possible."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if cells(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        *whole, line = wrap(part, room, room)
        yield from whole
    if line:
        yield line


def _changed(changed: Changed, style: Style, sides: tuple[str, str]) -> Iterator[str]:
    if not changed.worse:
        return
    some = changed.worst[:EXAMPLES]
    told = f"{plural(changed.worse, 'row')} got worse by {visible(changed.metric)}"
    yield f"  {told}{':' if len(some) == changed.worse else f', the first {number(len(some))}:'}"
    for each in some:
        yield from _example(each, style, sides)


def _example(each: Example, style: Style, sides: tuple[str, str]) -> Iterator[str]:
    place = f"row {number(each.row + 1)}"
    yield f"    {style.faint(f'{cut_left(visible(each.path), style.width - 5 - len(place))} {place}')}"
    texts = [("asked", each.prompt, ""), ("wanted", each.reference, "")]
    texts += [(sides[0], each.base, COLOURS["better"]), (sides[1], each.tuned, COLOURS["worse"])]
    wide = max(len(name) for name, _, _ in texts)
    for name, text, colour in texts:
        shown = cut(text, style.width - 7 - wide)
        yield f"      {style.faint(pad(name, wide))} {style.paint(shown, colour) if colour else shown}"

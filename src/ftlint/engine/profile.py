"""What the data of a check holds, for reports: counted anew, less the values that a rule finds private."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.detect.mask import MASK
from ftlint.engine.bind import Binding
from ftlint.engine.plan import RuleSet
from ftlint.engine.sensitive import Sensitive, looking
from ftlint.engine.stats import stats
from ftlint.model.stats import DatasetStats, Origin, Scope, Stats, Value
from ftlint.settings import Settings


def profile(bindings: Sequence[Binding], settings: Settings, rules: RuleSet) -> Stats:
    """A pass of its own, without rules: it costs little beside a check. Near rows are not looked for."""
    data = [binding for binding in bindings if not binding.document]
    counted = stats(data, settings, near=False, classes=True)
    sensitive = looking(rules, settings).sensitive
    if sensitive is None:
        return counted
    datasets = [
        DatasetStats(_hidden(each.whole, sensitive), [_hidden(split, sensitive) for split in each.splits])
        for each in counted.datasets
    ]
    return counted._replace(total=_hidden(counted.total, sensitive), datasets=datasets)


def _hidden(scope: Scope, sensitive: Sensitive) -> Scope:
    return scope._replace(
        origin=_less(scope.origin, sensitive),
        classes=_less(scope.classes, sensitive),
    )


def _less(origin: Origin | None, sensitive: Sensitive) -> Origin | None:
    """The values less what is found in them; those that look the same then are one."""
    if origin is None:
        return None
    marked = set(sensitive.marked([value.shown for value in origin.top]))
    told: dict[str, Value] = {}
    for index, value in enumerate(origin.top):
        shown = _masked(value.shown, sensitive) if index in marked else value.shown
        known = told.get(shown, Value(shown, 0, 0))
        told[shown] = Value(shown, known.records + value.records, known.different + value.different)
    return origin._replace(top=list(told.values()))


def _masked(text: str, sensitive: Sensitive) -> str:
    pieces, done = [], 0
    for span in sorted(sensitive.finder.all_spans(text), key=lambda span: span.start):
        if span.start >= done:
            pieces += [text[done : span.start], MASK]
        done = max(done, span.end)
    return "".join([*pieces, text[done:]])

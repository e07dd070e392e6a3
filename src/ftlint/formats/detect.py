"""Which format a file's records are of. A wrong guess is worse than none: what is unclear is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ftlint.formats.columns import ColumnFormat, remapped
from ftlint.model import Format

BELIEVED = 20
"""Up to this certainty a record is no evidence for a format, and its home gives it away."""

PLAIN = 80
"""From this certainty on, a record is plainly of another format than its file."""

LIKELY = 60
"""The same for a record that has none of the keys its file's format needs."""

ENOUGH = 50
"""Records of a sample that are looked at one by one; further ones of the same columns say little more."""

View = Mapping[Format, int]
"""How certainly one record is of each format it could be."""


@dataclass(slots=True)
class Detection:
    """What a sample of records is: the format (None: cannot tell), others it could be, likeliest first.

    `share` is the share of sampled records that the format takes; `note` says what is unclear and what
    to write in the settings, "" where nothing is.
    """

    format: Format | None
    candidates: tuple[str, ...] = ()
    share: float = 0.0
    note: str = ""


def detect(rows: Sequence[Mapping[str, Any]]) -> Detection:
    """The format of a sample of records."""
    from ftlint.formats.doubts import doubt, foreign

    if not rows:
        return Detection(None)
    if note := foreign(rows):
        return Detection(None, note=note)
    rows = _spread(rows)
    views = [_view(row) for row in rows]
    winners = [_likeliest(view) for view in views]
    found = dict.fromkeys(winner for winner in winners if winner is not None)
    if winners.count(None) * 2 > len(rows):
        return Detection(None, tuple(dict.fromkeys(each.name for each in found)), note=_unknown(rows))
    # in shares of the row's likeliest format, so that every row has one vote whatever its format
    tops = [max(view.values(), default=0) or 1 for view in views]
    scores = {each: sum(v.get(each, 0) / top for v, top in zip(views, tops, strict=True)) for each in found}
    home = max(scores, key=scores.__getitem__)
    taken = sum(
        view.get(home, 0) > 0 and best(row, home) is home for row, view in zip(rows, views, strict=True)
    )
    return Detection(home, _candidates(views, home), taken / len(rows), doubt(rows, home))


def _spread(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Rows to look at: some of each set of columns, in step with how often it stands."""
    step = -(-len(rows) // ENOUGH)
    if step < 2:
        return rows
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    return [row for same in alike.values() for row in same[::step]]


def best(row: Mapping[str, Any], home: Format | None) -> Format | None:
    """The format of one record of a file of format `home`: another only where it plainly is another.

    A record that could be a broken one of `home` stays at home. Without a home: the likeliest format, None
    where there is none.
    """
    if home is None:
        return _likeliest(_view(row))
    certain = home.certainty(row)
    if certain > BELIEVED:
        return home
    view = _view(row)
    other = _likeliest(view)
    if other is None or other is home:
        return home
    needed = PLAIN if certain or any(key in row for key in home.required) else LIKELY
    return other if view[other] >= needed else home


def fitted(named: Format, rows: Sequence[Mapping[str, Any]]) -> Format:
    """The format a user named, its columns written as these records do: in other case, or another pair."""
    if any(key in row for row in rows for key in named.required):
        return named
    for row in rows:
        for other, certainty in _view(row).items():
            if other.name == named.name and certainty > BELIEVED:
                return other
    return named


def _view(row: Mapping[str, Any]) -> View:
    return {each: each.certainty(row) for each in _plausible(frozenset(row))}


def _likeliest(view: View) -> Format | None:
    likeliest = max(view, key=view.__getitem__, default=None)
    return likeliest if likeliest is not None and view[likeliest] > BELIEVED else None


def _candidates(views: Sequence[View], home: Format) -> tuple[str, ...]:
    """Names of other formats that could take most of the records."""
    scores: dict[str, int] = {}
    for view in views:
        sure: dict[str, int] = {}
        for each, certainty in view.items():
            sure[each.name] = max(sure.get(each.name, 0), certainty)
        for name, certainty in sure.items():
            if certainty >= LIKELY - BELIEVED and name != home.name:
                scores[name] = scores.get(name, 0) + certainty
    likely = [name for name, score in scores.items() if score >= LIKELY / 2 * len(views)]
    return tuple(sorted(likely, key=lambda name: -scores[name]))


def _unknown(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows[:20] for key in row))
    if not columns:
        return ""
    shown = ", ".join(columns[:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")
    return f"no known format has the columns {shown}: say which with format = ... and [dataset.columns]"


@lru_cache(maxsize=1024)
def _plausible(keys: frozenset[str]) -> tuple[Format, ...]:
    """The formats that a record of these keys could be of, columns of other names included."""
    from ftlint.formats import FORMATS
    from ftlint.formats.variants import variants

    found = [known for known in FORMATS.values() if not keys.isdisjoint(known.required)]
    found.extend(variants(keys))
    folded: dict[str, str] = {}
    for key in sorted(keys):
        folded.setdefault(key.strip().lower(), key)
    whole = any(keys.issuperset(known.required) for known in found)
    if not whole and any(key != written for key, written in folded.items()):
        found.extend(_unfolded(known, folded) for known in _plausible(frozenset(folded)))
    return tuple(dict.fromkeys(found))


def _unfolded(known: Format, folded: Mapping[str, str]) -> Format:
    """A format that fits keys in lower case, with its columns as they were written."""
    if not isinstance(known, ColumnFormat):
        return known
    own = (known.base or known).keys
    names = {key: name for key in own if (name := known.at(key)) is not None}
    return remapped(known, {key: folded[name] for key, name in names.items() if name in folded})

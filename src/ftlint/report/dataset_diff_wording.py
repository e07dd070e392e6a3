"""What both the terminal and the pull request are told, in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlint.model.dataset_diff import (
    ChangedRow,
    Converted,
    DatasetDiff,
    How,
    Moved,
    Part,
    Place,
    RuleDiff,
    ScopeDiff,
    ShiftDiff,
    SideSummary,
    SplitDiff,
)
from ftlint.model.stats import Spread
from ftlint.report.amounts import number, plural, size
from ftlint.report.bars import share
from ftlint.report.wording import location

HOW: dict[How, str] = {
    "id": "same id",
    "texts": "same texts, other fields",
    "prompt": "same prompt, another answer",
    "near": "nearly the same",
}

LEVELS = {
    "none": "no shift",
    "chance": "no shift that chance would not explain",
    "moderate": "moderate shift",
    "major": "major shift",
}

UNCHANGED = 0.0005
"""The index below which it is shown as 0.00."""

QUANTILES = (5, 50, 95, 99, 100)
NAMES = ("p5", "p50", "p95", "p99", "max")


def verdict(diff: DatasetDiff) -> str:
    rows = diff.rows
    if not rows.any:
        return "no row differs"
    if rows._replace(reordered=0, refiled=0).any:
        return ", ".join(counts(diff))
    if rows.refiled:
        return f"the same rows in other files: {number(rows.refiled)} stand in another one"
    return f"the same rows in another order: {number(rows.reordered)} moved"


def counts(diff: DatasetDiff) -> Iterator[str]:
    rows = diff.rows
    for count, what in (
        (rows.added, "added"),
        (rows.removed, "removed"),
        (rows.changed, "changed"),
        (rows.moved, "moved between splits"),
        (rows.refiled, "moved between files of a split"),
        (rows.reordered, "in another order"),
        (rows.unread_added, "added that cannot be read"),
        (rows.unread_removed, "removed that could not be read"),
    ):
        if count:
            yield f"{number(count)} {what}"
    yield f"{number(rows.same)} the same"


def matched(diff: DatasetDiff) -> str:
    """How rows were told to be the same."""
    if diff.key:
        return f"rows are matched by {diff.key}"
    told = "rows are matched by content"
    ways = [f"{number(rows)} {HOW[how]}" for how, rows in diff.how.items()]
    return f"{told}; changed ones: {', '.join(ways)}" if ways else told


def side(summary: SideSummary) -> str:
    facts = f"{plural(summary.files, 'file')}, {plural(summary.rows, 'row')}, {size(summary.bytes)}"
    return f"at {summary.commit} · {facts}" if summary.commit else facts


def moved(move: Moved) -> str:
    rows = plural(move.rows, "row")
    told = f"{rows} moved from {move.old} to {move.new}"
    if not move.leak:
        return told
    return f"{told}: a model trained on the old data has seen {'it' if move.rows == 1 else 'them'}"


def converted(each: Converted) -> str:
    formats = f"from {each.old or 'no known format'} to {each.new or 'no known format'}"
    return f"{plural(each.rows, 'row')} {formats}, the texts as they were"


def place(where: Place) -> str:
    return location(where.path, where.line, where.row)


def between(old: Place, new: Place) -> str:
    """`train.jsonl:12`, and where it stands now unless that is the same place."""
    return place(new) if old == new else f"{place(old)} → {place(new)}"


def known_by(row: ChangedRow) -> str:
    if row.likeness is None:
        return HOW[row.how]
    return f"{share(round(1000 * row.likeness), 1000)} alike"


def change(old: int, new: int) -> str:
    """`1,032 → 1,060 (+2.7%)`."""
    told = f"{number(old)} → {number(new)}"
    if not old or not new or old == new:
        return told
    percent = 100 * (new - old) / old
    return f"{told} ({percent:+.1f}%)" if abs(percent) < 9.95 else f"{told} ({percent:+,.0f}%)"


def quantiles(old: Spread, new: Spread) -> str:
    """`p50 151 → 160 · max 2,262`; a quantile that did not change is told once."""
    pairs = zip(NAMES, old.quantiles(QUANTILES), new.quantiles(QUANTILES), strict=True)
    return " · ".join(
        f"{name} {number(before)}" + ("" if before == after else f" → {number(after)}")
        for name, before, after in pairs
    )


def shift(told: ShiftDiff) -> str:
    measured = f"PSI {told.psi:.2f}"
    if told.d is not None:
        measured = f"KS D {told.d:.2f}, {measured}"
    return f"{measured}: {LEVELS[told.level]}"


def edited(diff: DatasetDiff) -> int:
    """Changed rows, less those that say the same in another format."""
    return diff.rows.changed - sum(each.rows for each in diff.converted)


def is_told(told: ShiftDiff) -> bool:
    """Whether a shift is worth a line where there is little room."""
    return told.level in ("moderate", "major")


def part(each: Part, old: int, new: int) -> str:
    """`forum 30% → 41%`."""
    before, after = share(each.old, old), share(each.new, new)
    name = each.name or "not clear"
    return f"{name} {before}" if before == after else f"{name} {before} → {after}"


def parts(told: ShiftDiff) -> str:
    old, new = sum(each.old for each in told.parts), sum(each.new for each in told.parts)
    return " · ".join(part(each, old, new) for each in told.parts[:5])


def figures(scope: ScopeDiff) -> Iterator[tuple[str, str]]:
    """Label and text of what a scope holds on both sides; what did not change at all is named in one line."""
    old, new = scope.old, scope.new
    if old is None or new is None:
        return
    shifts = {each.name: each for each in scope.shifts}
    if old.tokens or new.tokens:
        yield "tokens", f"about {change(old.tokens, new.tokens)}"
    if old.lengths.records and new.lengths.records:
        yield "per row", f"{quantiles(old.lengths, new.lengths)}; {shift(shifts['lengths'])}"
    still = []
    for name, known in shifts.items():
        if name == "lengths":
            continue
        if not known.d and known.psi < UNCHANGED:
            still.append(name)
            continue
        label = f"by {known.field}: " if known.field else ""
        told = parts(known) if known.parts else quantiles(old.turns, new.turns)
        yield name, f"{label}{told}; {shift(known)}"
    formats = [
        {each.name or "unknown": each.records for each in side.formats if each.records} for side in (old, new)
    ]
    if set(formats[0]) != set(formats[1]):
        names = list({**formats[0], **formats[1]})
        told = " · ".join(
            f"{name} {change(formats[0].get(name, 0), formats[1].get(name, 0))}" for name in names
        )
        yield "formats", told
    if old.repeats or new.repeats:
        told = (
            number(new.repeats)
            if old.repeats == new.repeats
            else f"{number(old.repeats)} → {number(new.repeats)}"
        )
        copies = "row that repeats" if told == "1" else "rows that repeat"
        yield "copies", f"{told} {copies} an earlier one of the same split"
    if still:
        yield "unchanged", ", ".join(still)


def columns(splits: Sequence[SplitDiff]) -> list[tuple[str, list[str]]]:
    """The splits in columns: heading, and the figure of each split. Columns of zeros are left out."""
    table = [("old", [split.old for split in splits]), ("new", [split.new for split in splits])]
    rest = [
        ("same", [split.same for split in splits]),
        ("added", [split.added for split in splits]),
        ("removed", [split.removed for split in splits]),
        ("changed", [split.changed for split in splits]),
        ("in", [split.moved_in for split in splits]),
        ("out", [split.moved_out for split in splits]),
        ("order", [split.reordered for split in splits]),
    ]
    table += [(title, figures) for title, figures in rest if any(figures)]
    return [(title, [number(figure) for figure in figures]) for title, figures in table]


def found(rule: RuleDiff) -> str:
    """`12 → 31: 19 new`."""
    told = f"{number(rule.old)} → {number(rule.new)}" if rule.old != rule.new else number(rule.new)
    if rule.fresh is None or rule.gone is None:
        return f"{told}: too many to match one by one"
    changes = [f"{number(rule.fresh)} new"] if rule.fresh else []
    changes += [f"{number(rule.gone)} gone"] if rule.gone else []
    return f"{told}: {', '.join(changes)}" if changes else told


def has_changed(rule: RuleDiff) -> bool:
    return rule.old != rule.new or bool(rule.fresh or rule.gone) or rule.fresh is None


def not_run(diff: DatasetDiff) -> str:
    """Rules and files that were not looked at, those with the same reason together."""
    codes: dict[str, list[str]] = {}
    for entry in diff.not_run:
        codes.setdefault(entry.reason, []).append(entry.code)
    told = []
    for reason, named in codes.items():
        rules = ", ".join(sorted({code for code in named if code}))
        told.append(f"{rules} ({reason})" if rules else reason)
    return ", ".join(told)

"""What differs between two versions, for a pull request: GitHub and GitLab render it.

What comes from files stands in code spans and nowhere else (`report/gfm.py`). A comment holds 65,536
characters at most: what does not fit is left out by whole lines, the most important sections first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from ftlint.model.dataset_diff import ChangedRow, DatasetDiff, FoundRow, RuleDiff
from ftlint.report import dataset_diff_wording as wording
from ftlint.report.amounts import number, plural
from ftlint.report.gfm import cell, code, row, table
from ftlint.report.style import Style
from ftlint.report.wording import location

LIMIT = 60_000
"""UTF-8 bytes, which are no fewer than characters."""

CLOSING = 100
LONGEST = 200
"""Characters of an excerpt or a message."""


class Block(NamedTuple):
    """Lines that stand or fall one by one, below a head without which they are nothing."""

    head: str
    lines: Sequence[str]
    tail: str = ""


def write(diff: DatasetDiff, out: TextIO, style: Style) -> None:
    out.write(text(diff))


def text(diff: DatasetDiff, limit: int = LIMIT) -> str:
    """The document, of at most `limit` bytes in UTF-8."""
    parts: list[str] = []
    room = limit - CLOSING
    left = 0
    for block in _blocks(diff):
        used, shown = _size(block.head) + _size(block.tail) + 2, []
        for line in block.lines:
            if used + _size(line) + 1 > room:
                break
            shown.append(line)
            used += _size(line) + 1
        if used <= room and (shown or not block.lines):
            parts.append("\n".join([*filter(None, [block.head]), *shown]) + block.tail)
            room -= used
        left += len(block.lines) - len(shown)
    if left:
        parts.append(f"*Left out, for there is no more room: {plural(left, 'line')}.*")
    return "\n\n".join(parts) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))


def _blocks(diff: DatasetDiff) -> Iterator[Block]:
    yield Block(f"### Data diff: {wording.verdict(diff)}", [])
    for entry in diff.not_read:
        yield Block(f"**Could not read** {code(entry.path)}: {code(entry.reason, LONGEST)}", [])
    for move in diff.moved:
        examples = [f"- {code(wording.between(old, new))}" for old, new in move.examples]
        told = f"{plural(move.rows, 'row')} moved from {code(move.old)} to {code(move.new)}"
        if move.leak:
            risk = (
                f"**Leak risk:** {told}. A model trained on the old data has seen what it is now measured by."
            )
            yield Block(f"> [!WARNING]\n> {risk}", ["", *examples] if examples else [])
        else:
            yield Block(f"{told}.", ["", *examples] if examples else [])
    yield _sides(diff)
    if len(diff.splits) > 1:
        columns = wording.columns(diff.splits)
        head = table(["split", *(title for title, _ in columns)], range(1, len(columns) + 1))
        yield Block(
            head,
            [
                row([cell(code(split.name)), *(figures[index] for _, figures in columns)])
                for index, split in enumerate(diff.splits)
            ],
        )
    yield from _findings(diff)
    yield from _changed(diff)
    yield from _found("Added rows", diff.added, diff.rows.added)
    yield from _found("Removed rows", diff.removed, diff.rows.removed)
    yield from _distribution(diff)
    yield from _remarks(diff)


def _sides(diff: DatasetDiff) -> Block:
    lines = [
        f"- {name}: {code(side.name)}, {wording.side(side)}"
        for name, side in (("old", diff.old), ("new", diff.new))
    ]
    lines += [
        f"- {plural(each.rows, 'row')} from {code(each.old)} to {code(each.new)}, the texts as they were"
        for each in diff.converted
    ]
    if diff.key:
        lines.append(f"- rows are matched by {code(diff.key)}")
    return Block("", lines)


def _findings(diff: DatasetDiff) -> Iterator[Block]:
    if diff.rules is None:
        return
    changed = [rule for rule in diff.rules if wording.has_changed(rule)]
    same = sum(rule.new for rule in diff.rules if not wording.has_changed(rule))
    rest = f" {number(same)} on both sides are the same." if same else ""
    if not changed:
        yield Block(f"**Findings**: none new, none gone.{rest}", [])
        return
    head = table(["rule", "severity", "old", "new", "appeared", "gone"], (2, 3, 4, 5))
    yield Block(
        f"**Findings** of {plural(len(changed), 'rule')} differ.{rest}\n\n{head}",
        [_rule(rule) for rule in changed],
    )
    examples = [line for rule in changed for line in _examples(rule)]
    if examples:
        yield Block("<details><summary>New findings</summary>\n", examples, "\n\n</details>")


def _rule(rule: RuleDiff) -> str:
    fresh, gone = ("?" if count is None else number(count) for count in (rule.fresh, rule.gone))
    name = cell(code(f"{rule.code} {rule.name}"))
    return row([name, rule.severity.label, number(rule.old), number(rule.new), fresh, gone])


def _examples(rule: RuleDiff) -> Iterator[str]:
    for finding in rule.examples:
        place = location(finding.path, finding.line, finding.row)
        excerpt = f": {code(finding.excerpt, LONGEST)}" if finding.excerpt else ""
        yield f"- {rule.code} {code(place)} {code(finding.message, LONGEST)}{excerpt}"
    left = (rule.fresh or 0) - len(rule.examples)
    if rule.examples and left > 0:
        yield f"- {rule.code}: {number(left)} more"


def _changed(diff: DatasetDiff) -> Iterator[Block]:
    if diff.fields:
        some = f" (of the first {number(diff.counted)} rows)" if diff.counted < wording.edited(diff) else ""
        yield Block(
            f"**Fields that differ** in changed rows{some}\n\n{table(['field', 'rows'], (1,))}",
            [row([cell(code(field.pointer or "/")), number(field.rows)]) for field in diff.fields],
        )
    if diff.changed:
        title = f"Changed rows, {len(diff.changed):,} of {number(wording.edited(diff))}"
        lines = [line for each in diff.changed for line in _row(each)]
        yield Block(f"<details><summary>{title}</summary>\n", lines, "\n\n</details>")


def _row(changed: ChangedRow) -> Iterator[str]:
    yield f"- {code(wording.between(changed.old, changed.new))}, {wording.known_by(changed)}"
    for each in changed.differences:
        yield f"  - {code(each.pointer or '/')}"
        if each.old is not None:
            yield f"    - was {code(each.old, LONGEST)}"
        if each.new is not None:
            yield f"    - is {code(each.new, LONGEST)}"
    left = changed.differing - len(changed.differences)
    if left > 0:
        yield f"  - {plural(left, 'more value')}"


def _found(title: str, rows: Sequence[FoundRow], whole: int) -> Iterator[Block]:
    if rows:
        lines = [f"- {code(wording.place(each.place))} {code(each.excerpt, LONGEST)}" for each in rows]
        head = f"<details><summary>{title}, {len(rows):,} of {number(whole)}</summary>\n"
        yield Block(head, lines, "\n\n</details>")


def _distribution(diff: DatasetDiff) -> Iterator[Block]:
    lines = [row([label, cell(code(told))]) for label, told in wording.figures(diff.total)]
    if len(diff.scopes) > 1:
        lines += [
            row(
                [
                    cell(code(scope.name)),
                    cell(code(f"{each.name}: {wording.parts(each)}; {wording.shift(each)}")),
                ]
            )
            for scope in diff.scopes
            for each in scope.shifts
            if wording.is_told(each)
        ]
    if lines:
        yield Block(f"**Distribution**\n\n{table(['', 'old → new'])}", lines)


def _remarks(diff: DatasetDiff) -> Iterator[Block]:
    if told := wording.not_run(diff):
        yield Block(f"Not run: {code(told, 500)}", [])
    for note in diff.notes:
        yield Block(f"Note: {code(note, 500)}", [])

"""What `ftlint approve` prints: what is approved, and what is not as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ftlint.detect.mask import visible
from ftlint.detect.quoted import discreet
from ftlint.gate.lock import NAME, Approval, Approver, LockedFile, lock_hash
from ftlint.report.amounts import number, plural, size
from ftlint.report.cells import cells, pad, wrap

if TYPE_CHECKING:
    from ftlint.gate.verify import Breach
    from ftlint.report.style import Style

MOST_FILES = 5
"""Files of one split that are shown one by one."""

SHORT = 12
"""Digits of a hash that a person compares."""


def person(who: Approver) -> str:
    return visible(f"{who.name} <{who.email}>" if who.email else who.name)


def write_approved(
    approval: Approval, rows: Mapping[str, int], out: TextIO, style: Style, *, same: bool = False
) -> None:
    """What is locked. `rows` are the rows of each data file, by its path."""
    line = f":{approval.config.line}" if approval.config.line else ""
    title = f"{visible(approval.config.path)}{line}"
    out.write(f"{style.strong(title)} · {approval.config.dialect} · {approval.method}\n")
    facts = list(_facts(approval, rows))
    wide = max(cells(name) for name, _ in facts)
    before = ""
    for name, text in facts:
        told = pad(name if name != before else "", wide)
        room = style.width - wide - 4
        first, *rest = wrap(text, room, room)
        out.write(f"  {told}  {first}\n")
        out.writelines(f"{' ' * (wide + 4)}{each}\n" for each in rest)
        before = name
    out.writelines(f"{each}\n" for each in _done(approval, same, style.width))


def _done(approval: Approval, same: bool, width: int) -> Sequence[str]:
    done = "unchanged since it was approved" if same else "approved"
    when = f" on {approval.at[:10]}" if same else ""
    text = f"{done}{when} by {person(approval.by)} · {NAME} · lock {lock_hash(approval)[:SHORT]}"
    return wrap(text, width, width - 2)


def _facts(approval: Approval, rows: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for part in (*approval.config.parts, *approval.settings):
        yield "with", f"{visible(part.path)} · {size(part.size)}"
    for split, files in approval.data.items():
        for each in files[:MOST_FILES]:
            count = f" · {plural(rows[each.path], 'row')}" if each.path in rows else ""
            known = approval.formats.get(each.path, "no known format").partition(" ")[0]
            yield split, f"{visible(each.path)} · {known}{count} · {size(each.size)}"
        if len(files) > MOST_FILES:
            yield (
                split,
                f"and {number(len(files) - MOST_FILES)} more files, {size(_bytes(files[MOST_FILES:]))}",
            )
    if "test" not in approval.data:
        yield "test", "none, so the end result has no rows of its own: name them as test of a [[dataset]]"
    if approval.general_share:
        yield "mix", f"{approval.general_share:.0%} of all trained tokens from general data"
    yield "base", _model(approval)
    rules = approval.rules
    yield "rules", f"{number(rules.count)} of ftlint {rules.version}"
    for waiver in approval.waivers:
        where = f" in {visible(waiver.path)}" if waiver.path else ""
        reason = visible(discreet(waiver.reason))
        yield "waived", f"{waiver.code} {waiver.name} ({waiver.count:,}){where}: {reason} [{waiver.source}]"
    for name in approval.deferred:
        yield "later", f"{name}: ftlint train measures the base model before step 0"
    for reason, codes in _unrun(approval).items():
        yield "not run", visible(f"{', '.join(codes)}: {reason}" if any(codes) else reason)
    for opening in approval.openings:
        why = f": {visible(opening.reason)}" if opening.reason else ""
        yield "opened", f"the test split, {opening.at[:10]} by {person(opening.by)}{why}"


def _unrun(approval: Approval) -> dict[str, list[str]]:
    """What was not checked, by the reason: the rules, "" where it is no rule."""
    found: dict[str, list[str]] = {}
    for each in approval.not_run:
        found.setdefault(each.reason, []).append(each.code)
    return found


def _bytes(files: Sequence[LockedFile]) -> int:
    return sum(each.size for each in files)


def _model(approval: Approval) -> str:
    model, tokenizer = approval.model, approval.tokenizer
    at = f" at {model.revision[:SHORT]}" if model.revision else ""
    known = (
        f"{plural(len(model.files), 'file')}, {size(_bytes(model.files))}" if model.files else "not hashed"
    )
    template = f" · chat template of {visible(tokenizer.template_from)}" if tokenizer.template_from else ""
    return f"{visible(model.name)}{at} · {known}{template}"


def breach_line(config: str, breach: Breach) -> str:
    """One breach: where, what field of which approval, what."""
    of = f" [{config}]" if breach.path != config else ""
    return visible(f"{breach.path}: {breach.field}: {breach.message}{of}")


def write_breaches(found: Mapping[str, Sequence[Breach]], out: TextIO) -> None:
    """A line for each thing that is not as it was approved."""
    lines = (breach_line(config, each) for config, breaches in found.items() for each in breaches)
    out.writelines(f"{line}\n" for line in lines)


def write_github(found: Mapping[str, Sequence[Breach]], out: TextIO) -> None:
    """The same as annotations of GitHub Actions."""
    for config, breaches in found.items():
        for each in breaches:
            text = _escaped(f"{each.field}: {each.message} [{config}]")
            out.write(f"::error file={_escaped(each.path, ',:')},title=not as approved::{text}\n")


def _escaped(text: str, more: str = "") -> str:
    """Text as workflow commands take it: they end at a line's end, properties at a comma or colon."""
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{more}" else sign for sign in text)


def as_json(found: Mapping[str, Sequence[Breach]], approvals: Mapping[str, Approval]) -> dict[str, object]:
    """What a check came to, for programs."""
    return {
        "ftlint_approve_check": 1,
        "ok": not any(found.values()),
        "approvals": [
            {
                "config": config,
                "lock": lock_hash(approvals[config]) if config in approvals else "",
                "breaches": [each._asdict() for each in breaches],
            }
            for config, breaches in found.items()
        ],
    }

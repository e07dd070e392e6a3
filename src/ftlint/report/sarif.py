"""SARIF 2.1.0, as GitHub's code scanning takes it.

GitHub refuses a run of more than 25,000 results. What is left out then is the least severe, and of one
severity the bulk of the rules that find most; the run's properties say how much.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TextIO

from ftlint import __version__
from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Failure, Group, Report
from ftlint.read.urls import is_remote
from ftlint.report.amounts import number, plural
from ftlint.report.json import in_run, masked_pointer
from ftlint.report.line_hashes import line_hashes
from ftlint.report.places import Places, uri
from ftlint.report.sarif_rules import LEVELS, described
from ftlint.report.style import Style
from ftlint.report.wording import location, message, since, worst

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 25_000
BASE = "SRCROOT"
_BRACKETS = re.compile(r"[\[\]\\]")
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Told(NamedTuple):
    """A finding that becomes a result; `reason` is why it is accepted, None for one that is not."""

    group: Group
    finding: Finding
    fingerprint: str
    severity: Severity
    reason: str | None = None


def write(report: Report, out: TextIO, style: Style, most: int = MOST) -> None:
    """`style.quiet` leaves errors; `style.suppressed` tells accepted findings, too, marked as such."""
    told = list(_told(report, style, most))
    places = Places(report)
    rules: dict[str, int] = {}
    listed = []
    for each in told:
        if each.finding.code not in rules:
            rules[each.finding.code] = len(rules)
            listed.append(described(each.finding.code, each.finding.name, each.severity, style.page_url))
    hashes = _hashes(told, places)
    out.write(f'{{\n  "$schema": "{SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n')
    head = {
        "tool": {"driver": {**_driver(style), "rules": listed}},
        "invocations": [_invocation(report, places, _left(report, told, style))],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The top of the repository."}}},
        "properties": _counted(report, told, style),
    }
    out.writelines(f'      "{key}": {json.dumps(value)},\n' for key, value in head.items())
    out.write('      "results": [')
    comma = ""
    for each in told:
        result = _result(each, rules[each.finding.code], places, hashes)
        out.write(f"{comma}\n        {json.dumps(result)}")
        comma = ","
    out.write("\n      ]\n    }\n  ]\n}\n" if told else "]\n    }\n  ]\n}\n")


def _told(report: Report, style: Style, most: int) -> Iterator[Told]:
    """The findings that become results, the most severe first."""
    room = most
    for severity in SEVERITIES:
        groups = [group for group in report.groups if group.severity is severity and group.count]
        if not style.shows(severity):
            continue
        for group, share in zip(groups, _shares([group.count for group in groups], room), strict=True):
            for finding, fingerprint in islice(group.identified(), share):
                yield Told(group, finding, fingerprint, worst(finding, group))
            room -= share
    if style.suppressed:
        accepted = (
            Told(each.group, finding, fingerprint, worst(finding, each.group), reason)
            for each in report.accepted
            if style.shows(each.group.severity)
            for finding, fingerprint, reason in each.findings()
        )
        yield from islice(accepted, room)


def _shares(counts: Sequence[int], room: int) -> list[int]:
    """How many of each are taken: all where there is room, else of the largest no more than of each other."""
    shares = [0] * len(counts)
    left = room
    for nth, index in enumerate(sorted(range(len(counts)), key=lambda index: (counts[index], index))):
        shares[index] = min(counts[index], left // (len(counts) - nth))
        left -= shares[index]
    return shares


def _left(report: Report, told: Sequence[Told], style: Style) -> int:
    shown = sum(report.count(severity) for severity in SEVERITIES if style.shows(severity))
    return shown - sum(each.reason is None for each in told)


def _counted(report: Report, told: Sequence[Told], style: Style) -> dict[str, Any]:
    """How many findings there are, and by rule how many of them are not among the results."""
    cut: dict[str, int] = defaultdict(int)
    for group in report.groups:
        if style.shows(group.severity):
            cut[group.code] += group.count
    for each in told:
        if each.reason is None:
            cut[each.finding.code] -= 1
    left = {code: count for code, count in sorted(cut.items()) if count}
    return {
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "infos": report.count(Severity.INFO),
        "suppressed": report.suppressed,
        **({"leftOut": left} if left else {}),
    }


def _driver(style: Style) -> dict[str, Any]:
    about = style.page_url.partition("{code}")[0] or _home()
    return {
        "name": "ftlint",
        "version": __version__,
        "semanticVersion": __version__,
        **({"informationUri": about} if about else {}),
    }


def _home() -> str:
    """The first address that the installed package gives of itself, "" for none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        listed = metadata("ftlint").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    return next((url for each in listed if (url := each.partition(",")[2].strip())), "")


def _invocation(report: Report, places: Places, left: int) -> dict[str, Any]:
    notes = [_notification("error", _failed(entry), entry, places) for entry in report.failures]
    for missing in report.not_run:
        reason = visible(missing.reason)
        text = f"Not run: {missing.code} ({reason})." if missing.code else f"Not run: {reason}."
        notes.append(_notification("warning", text, Failure(missing.code, "", None, ""), places))
    notes += [_notification("note", line, Failure("", "", None, ""), places) for line in since(report)]
    if left:
        text = f"Left out: {plural(left, 'finding')}, for a run may have {number(MOST)} results."
        notes.append(_notification("note", text, Failure("", "", None, ""), places))
    return {"executionSuccessful": not report.failures, "toolExecutionNotifications": notes}


def _failed(failure: Failure) -> str:
    named = f"{failure.code} could not check" if failure.code else "Could not check"
    place = location(failure.path, failure.line, None) if failure.path else "the project"
    return f"{named} {visible(place)}: {visible(failure.message)}"


def _notification(level: str, text: str, about: Failure, places: Places) -> dict[str, Any]:
    found: dict[str, Any] = {"level": level, "message": {"text": text}}
    if about.code:
        found["associatedRule"] = {"id": about.code}
    if about.path:
        region = {"region": {"startLine": about.line}} if about.line else {}
        found["locations"] = [{"physicalLocation": {**_artifact(about.path, places), **region}}]
    return found


def _hashes(told: Iterable[Told], places: Places) -> dict[str, dict[int, str]]:
    """GitHub's hashes of the lines that findings stand on, by path; none of files that have no lines."""
    lines: defaultdict[str, set[int]] = defaultdict(set)
    for each in told:
        lines[each.finding.path].add(each.finding.line or 1)
    return {
        path: {} if is_remote(path) else line_hashes(places.file(path), wanted)
        for path, wanted in lines.items()
    }


def _result(told: Told, index: int, places: Places, hashes: dict[str, dict[int, str]]) -> dict[str, Any]:
    finding = told.finding
    known = hashes[finding.path].get(finding.line or 1)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[told.severity],
        "message": {"text": _text(told)},
        "locations": [_location(finding, places)],
        "partialFingerprints": {
            # Rows of Parquet and of compressed files are told apart by our fingerprint.
            "primaryLocationLineHash": known or told.fingerprint,
            "ftlint/v1": told.fingerprint,
        },
    }
    related = finding.related
    if related is not None:
        place = {**_artifact(related.path, places), "region": {"startLine": related.line or 1}}
        text = visible(location(related.path, related.line, related.row))
        result["relatedLocations"] = [{"id": 1, "physicalLocation": place, "message": {"text": text}}]
    if finding.step is not None:
        result["properties"] = in_run(finding)
    fix = _fix(told, places)
    if fix is not None:
        result["fixes"] = [fix]
    if told.reason is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": visible(told.reason)}
        ]
    return result


def _text(told: Told) -> str:
    """The message, with a link to the other place it names, and how to mend it."""
    finding = told.finding
    text, link = visible(message(finding)), ""
    other = finding.related
    if other is not None:
        for place in (location(other.path, other.line, other.row), f"line {other.line}", f"row {other.row}"):
            if text.endswith(shown := visible(place)):
                text, link = text.removesuffix(shown), f"[{_escaped(shown)}](1)"
                break
    text = _unlinked(text) + link
    if not text.endswith((".", "!", "?")):
        text += "."
    remedy = finding.help or told.group.help
    return f"{text} Help: {_unlinked(visible(remedy))}." if remedy else text


def _escaped(text: str) -> str:
    """The text of a link."""
    return _BRACKETS.sub(r"\\\g<0>", text)


def _unlinked(text: str) -> str:
    """Text in which nobody finds a link: `[text](target)` is one in a message of SARIF."""
    return text.replace("](", "] (")


def _location(finding: Finding, places: Places) -> dict[str, Any]:
    found: dict[str, Any] = {
        "physicalLocation": {**_artifact(finding.path, places), "region": _region(finding)}
    }
    inside = _inside(finding)
    if inside:
        found["logicalLocations"] = [inside]
    return found


def _artifact(path: str, places: Places) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(places.path(path)), "uriBaseId": BASE}}


def _region(finding: Finding) -> dict[str, int]:
    """One line: GitHub shows an alert in a pull request only where all of its lines are in the diff."""
    line, column = finding.line or 1, finding.column or 1
    whole = finding.end_line in (None, line) and finding.end_column is not None
    end = finding.end_column if whole and finding.end_column else column
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": max(end, column + 1)}


def _inside(finding: Finding) -> dict[str, Any] | None:
    """Where in the record: `row[41].messages[2].content`."""
    pointer = visible(masked_pointer(finding.pointer))
    if finding.row is None and not pointer:
        return None
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    steps = [f"row[{finding.row}]"] if finding.row is not None else []
    for part in parts:
        if part.isdecimal():
            steps.append(f"[{part}]")
        elif part.isidentifier():
            steps.append(f".{part}" if steps else part)
        else:
            steps.append(f"[{json.dumps(part, ensure_ascii=False)}]")
    properties = {"row": finding.row, "pointer": pointer}
    return {
        "name": parts[-1] if parts and parts[-1] else f"row {finding.row}",
        "fullyQualifiedName": "".join(steps),
        "kind": "element",
        "properties": {key: value for key, value in properties.items() if value not in (None, "")},
    }


def _fix(told: Told, places: Places) -> dict[str, Any] | None:
    """The fix as bytes that are replaced, where it is that and shows nothing private."""
    fix = told.finding.fix
    if fix is None:
        return None
    replaced = [
        {
            "deletedRegion": {"byteOffset": offset, "byteLength": length},
            **({"insertedContent": {"text": text}} if text else {}),
        }
        for offset, length, text in told.group.replacements(told.finding)
    ]
    if not replaced:
        return None
    change = {**_artifact(told.finding.path, places), "replacements": replaced}
    return {"description": {"text": f"{visible(fix.message)} ({fix.safety})"}, "artifactChanges": [change]}

"""JUnit's XML, as Jenkins and GitLab read it: a suite for each file, a test for each rule that found any.

A test fails where its findings fail the run (`--fail-on`). Other findings stand in the output of a test that
passes; what did not run is skipped, what could not be checked is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from ftlint.detect.mask import visible
from ftlint.model import Finding
from ftlint.model.report import Failure, Group, NotRun, Report
from ftlint.report.amounts import number
from ftlint.report.places import Places
from ftlint.report.style import Style
from ftlint.report.wording import fixable, guarded, location, message, worst

LISTED = 100
"""Findings of a rule and file that are listed one by one."""

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_CLASS = str.maketrans({".": "_", "/": "."})


class Suite(NamedTuple):
    """What is told of one file; of the project as a whole where the path is "". `seconds` is its share of the
    run's time, by its size."""

    path: str
    groups: Sequence[Group] = ()
    failures: Sequence[Failure] = ()
    missed: Sequence[NotRun] = ()
    seconds: float = 0.0

    @property
    def tests(self) -> int:
        return max(1, len(self.groups) + len(self.failures) + len(self.missed))


def write(report: Report, out: TextIO, style: Style) -> None:
    suites = _suites(report, style)
    tests = sum(suite.tests for suite in suites)
    failed = sum(_failed(suite, report) for suite in suites)
    errors = len(report.failures)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    head = _attributes(name="ftlint", tests=tests, failures=failed, errors=errors, time=_time(report.seconds))
    out.write(f"<testsuites{head}>\n")
    places = Places(report)
    for suite in suites:
        out.writelines(_suite(suite, report, places, style))
    out.write("</testsuites>\n")


def _suites(report: Report, style: Style) -> list[Suite]:
    groups: dict[str, list[Group]] = {file.path: [] for file in report.files}
    failures: dict[str, list[Failure]] = {}
    for group in report.groups:
        if group.count and style.shows(group.severity):
            groups.setdefault(group.path, []).append(group)
    for failure in report.failures:
        groups.setdefault(failure.path, [])
        failures.setdefault(failure.path, []).append(failure)
    if report.not_run:
        groups.setdefault("", [])
    sizes = {file.path: file.bytes for file in report.files}
    whole = sum(sizes.values())
    return [
        Suite(
            path,
            groups[path],
            failures.get(path, ()),
            () if path else report.not_run,
            report.seconds * sizes.get(path, 0) / whole if whole else 0.0,
        )
        for path in sorted(groups)
    ]


def _failed(suite: Suite, report: Report) -> int:
    return sum(group.severity >= report.fail_on for group in suite.groups)


def _suite(suite: Suite, report: Report, places: Places, style: Style) -> Iterator[str]:
    path = visible(places.path(suite.path)) if suite.path else ""
    head = _attributes(
        name=path or "the project as a whole",
        tests=suite.tests,
        failures=_failed(suite, report),
        errors=len(suite.failures),
        skipped=len(suite.missed),
        time=_time(suite.seconds),
    )
    file = _attributes(file=path) if path else ""
    yield f"  <testsuite{head}{file}>\n"
    case = {"classname": path.translate(_CLASS) or "project", "time": _time(suite.seconds / suite.tests)}
    for failure in suite.failures:
        name = f"{failure.code} could not check" if failure.code else "could not check"
        place = f"{location(path, failure.line, None)}: " if path else ""
        told = visible(failure.message)
        yield _case(name, case, _element("error", told, guarded(f"{place}{told}"), "failure"))
    for group in suite.groups:
        name = f"{group.code} {visible(group.name)}"
        told = _headline(group)
        listed = "\n".join(map(guarded, _listed(group, path, style)))
        if group.severity >= report.fail_on:
            yield _case(name, case, _element("failure", told, listed, group.severity.label))
        else:
            body = f"{group.severity.label}: {told}\n{listed}".translate(_TEXT)
            yield _case(name, case, f"<system-out>{body}</system-out>")
    for missing in suite.missed:
        reason = visible(missing.reason)
        yield _case(f"{missing.code or reason} not run", case, f"<skipped{_attributes(message=reason)}/>")
    if not (suite.groups or suite.failures or suite.missed):
        yield _case("clean", case, "")
    yield "  </testsuite>\n"


def _headline(group: Group) -> str:
    if group.count == 1:
        return next((visible(message(finding)) for finding in group.findings(1)), visible(group.headline))
    text = visible(group.headline)
    return text if text.startswith(f"{number(group.count)} ") else f"{text} ({number(group.count)} findings)"


def _listed(group: Group, path: str, style: Style) -> Iterator[str]:
    for finding in group.findings(LISTED):
        yield f"{_place(finding, path)}: {worst(finding, group).label} {visible(message(finding))}"
    first = next(iter(group.findings(1)), None)
    remedy = (first.help if first is not None else "") or group.help
    if group.count > LISTED:
        yield f"{number(group.count - LISTED)} more: {visible(style.all_of(group.code))}"
    notes = [f"help: {visible(remedy)}"] if remedy else []
    notes += [fixable(group)] if fixable(group) else []
    yield from notes


def _place(finding: Finding, path: str) -> str:
    if not path:
        return "project"
    place = location(path, finding.line, finding.row)
    return place if finding.line is None or finding.column is None else f"{place}:{finding.column}"


def _case(name: str, case: dict[str, str], inner: str) -> str:
    head = _attributes(name=name, **case)
    return f"    <testcase{head}>{inner}</testcase>\n" if inner else f"    <testcase{head}/>\n"


def _element(tag: str, told: str, text: str, kind: str) -> str:
    return f"<{tag}{_attributes(message=told, type=kind)}>{text.translate(_TEXT)}</{tag}>"


def _attributes(**values: object) -> str:
    """What is written has passed `visible` or is ours: no character that XML 1.0 does not know is in it."""
    return "".join(f' {key}="{str(value).translate(_VALUE)}"' for key, value in values.items())


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"

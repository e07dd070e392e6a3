"""What is said of a verdict."""

from __future__ import annotations

from ftlint.detect.mask import visible
from ftlint.live.verdicts import Change
from ftlint.report.amounts import amount, plural
from ftlint.report.style import Style

PLAIN = Style()


def line(change: Change) -> str:
    """`step 1200  warning RUN001 overfitting  eval loss bottomed at ...`."""
    return head(change, PLAIN) + said(change)


def head(change: Change, style: Style) -> str:
    """When, how bad, which rule; painted."""
    verdict = change.verdict
    severity = style.severity(verdict.severity.label, verdict.severity)
    word = style.faint("withdrawn") if change.word == "withdrawn" else severity
    return f"{style.faint(f'step {amount(change.at)}')}  {word} {style.code(verdict.code)} {verdict.name}  "


def said(change: Change) -> str:
    """The message, what is new about it, how sure it is."""
    verdict = change.verdict
    message = visible(verdict.message)
    if change.word == "withdrawn":
        return f"no longer found; it said: {message}"
    if change.word == "changed" and change.before:
        same = change.before.severity == verdict.severity
        times = plural(verdict.held, "eval" if verdict.evidence == "evals" else "look")
        held = f"held at {times}"
        message += f" · {held if same else f'was {change.before.severity.label}'}"
    return message if verdict.confidence is None else f"{message} ({verdict.confidence:.0%} sure)"

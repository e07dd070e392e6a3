"""What the table and the markdown of `ftlint report pii` say in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ftlint.detect.mask import visible
from ftlint.detect.messages import place
from ftlint.model.inventory import Basis, Covered, Inventory, Kind, Scope, State, Tally
from ftlint.report.amounts import number, plural

STATES: Mapping[State, str] = {
    "pattern": "covered by pattern",
    "model": "covered by a model",
    "off": "switched off",
    "needs-country": "needs a country",
    "needs-recognizer": "needs a recognizer",
    "needs-model": "needs a model",
    "needs-extra": "needs the extra pii",
    "none": "not covered",
}

CAVEAT = (
    "This is no legal advice. What is covered by pattern is looked for by its form: that nothing was found "
    "is no proof that nothing is there."
)

_NO_LOOK = {
    "off": "switched off, --extend-select looks for them",
    "needs-country": "a country must be named, [pii] countries",
    "needs-recognizer": "a recognizer must be declared, [[pii.recognizer]]",
    "needs-model": "a model must be installed and named, [pii] model",
    "needs-extra": "pip install 'ftlint[pii]'",
}


def rate(spans: int, rows: int) -> str:
    """Findings in a thousand rows: `13`, `3.0`, `0.25`, `<0.01`."""
    if not spans or not rows:
        return "0"
    thousand = 1000 * spans / rows
    if thousand < 0.01:
        return "<0.01"
    if thousand < 0.995:
        return f"{thousand:.2f}"
    return f"{thousand:.1f}" if thousand < 9.95 else f"{thousand:,.0f}"


def fields(tally: Tally, most: int) -> str:
    """`messages[].content (28), metadata.author (3)`: where findings stand, most first."""
    shown = [
        f"{where(each.pointer)} ({number(each.spans)})" if len(tally.fields) > 1 else where(each.pointer)
        for each in tally.fields[:most]
    ]
    left = len(tally.fields) - len(shown)
    return ", ".join([*shown, *([f"{number(left)} more"] if left else [])])


def where(pointer: str) -> str:
    """`/messages/[]/content` as people write it."""
    return visible(place(pointer).replace(".[]", "[]"))


def verdict(scope: Scope) -> str:
    """`personal data in 28 rows (3.0 in 1,000), secrets in 1 row`; what was found, in short."""
    if not scope.looked:
        return "no row was looked at"
    if not scope.personal and not scope.secret:
        return "nothing found"
    told = f"personal data in {plural(scope.personal, 'row')}"
    if scope.personal:
        told += f" ({rate(scope.personal, scope.looked)} in 1,000)"
    return f"{told}, secrets in {plural(scope.secret, 'row')}"


def unlooked(scope: Scope) -> str:
    """How many rows were not looked at, "" for none."""
    left = scope.rows - scope.looked
    return f"{plural(left, 'row')} not looked at" if left else ""


def ways(covered: Covered) -> str:
    """`phone`; with the state of a kind where it is another: `location, postcode (needs a country)`."""
    same = [kind for kind, state in covered.ways if state == covered.state]
    others = [f"{kind} ({STATES[state]})" for kind, state in covered.ways if state != covered.state]
    return ", ".join([*same, *others])


def covering(covered: Covered) -> str:
    """`covered by pattern, in part`."""
    return STATES[covered.state] + (", in part" if covered.part else "")


def looked_for(kinds: Sequence[Kind]) -> str:
    return ", ".join(kind.name for kind in kinds if kind.state in ("pattern", "model")) or "nothing"


def not_looked_for(kinds: Sequence[Kind]) -> Iterator[str]:
    """`url, date (switched off, --extend-select looks for them)`, for each reason."""
    for state, remedy in _NO_LOOK.items():
        names = [kind.name for kind in kinds if kind.state == state]
        if names:
            yield f"{', '.join(names)} ({remedy})"


def secret_rules(inventory: Inventory) -> str:
    """The rules of secrets that ran, and those that did not."""
    on = [name for _, name, runs in inventory.secret_rules if runs]
    off = [name for _, name, runs in inventory.secret_rules if not runs]
    told = ", ".join(on) or "none"
    return f"{told}; not {', '.join(off)}" if off else told


def settings(basis: Basis) -> Iterator[tuple[str, str]]:
    """Name and value of every setting that the numbers rest on; of lists of values their sizes."""
    yield "settings file", visible(basis.settings_file) or "none"
    yield "countries", ", ".join(basis.countries) or "none named"
    yield "least score", _scores(basis)
    yield "language", basis.language
    yield "model", visible(basis.model) or "none"
    yield (
        "own recognizers",
        visible(", ".join([*basis.recognizers, *filter(None, [basis.recognizers_file])])) or "none",
    )
    allowed = [
        plural(basis.allowed, "value"),
        plural(basis.allowed_patterns, "pattern"),
        plural(basis.allowed_domains, "domain"),
        plural(basis.secrets_allowed, "secret"),
    ]
    yield "allowed", ", ".join(allowed)
    yield "settings for single fields", number(basis.fields)
    ignored = [*basis.ignored_rules, *basis.secrets_ignored]
    yield "ignored", visible(", ".join(ignored)) or "no rule or kind"
    yield "paths with rules ignored", number(basis.ignored_paths)
    if basis.secrets_own:
        yield "secrets of your own", visible(", ".join(basis.secrets_own))
    if basis.presidio_only:
        yield "presidio-only", "yes: without what ftlint adds"
    yield "different values", "counted under the project's key" if basis.keyed else "not counted: no key"


def _scores(basis: Basis) -> str:
    apart = ", ".join(f"{kind} {least:g}" for kind, least in basis.thresholds)
    return f"{basis.threshold:g}" + (f"; {apart}" if apart else "")


def versions(basis: Basis) -> str:
    named = [("ftlint", basis.ftlint), ("presidio-analyzer", basis.presidio), *basis.packages]
    return ", ".join(f"{name} {release or 'not installed'}" for name, release in named)

"""What a check did not look at, and why: told in every report."""

from collections.abc import Iterable, Mapping, Sequence

from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.model.report import NotRun
from ftlint.settings import Settings


def not_run(
    rules: RuleSet, plans: Sequence[FilePlan], scanned: Mapping[str, Partial], judging: Sequence[NotRun]
) -> list[NotRun]:
    """What a person should know was not looked at."""
    found = [
        NotRun(rule.code, f"needs an extra: pip install 'ftlint[{rule.extra}]'")
        for rule in rules.rules
        if rule.extra and not _installed(rule.extra)
    ]
    for plan in plans:
        found += [NotRun(code, reason) for code, reason in scanned[plan.path].missing]
        if plan.format is None and scanned[plan.path].records:
            content = "rules of record content but PII and SEC" if rules.span else "rules of record content"
            found.append(NotRun("", f"{plan.path}: {content}: its format is not known"))
    told = {entry.code for entry in found if entry.code}
    return list(dict.fromkeys([*found, *(entry for entry in judging if entry.code not in told)]))


def unfindable(rules: RuleSet, settings: Settings) -> Iterable[NotRun]:
    """Rules of personal data whose kinds cannot be found here: no model, no recognizer of one's own."""
    if not rules.span:
        return []
    from ftlint.engine.sensitive import unfindable as found

    return [NotRun(code, reason) for code, reason in found(rules, settings)]


EXTRA_PACKAGES = {
    "parquet": "pyarrow",
    "zst": "zstandard",
    "tokens": "tokenizers",
    "pii": "presidio_analyzer",
}


def _installed(extra: str) -> bool:
    from importlib.util import find_spec

    return find_spec(EXTRA_PACKAGES.get(extra, extra)) is not None

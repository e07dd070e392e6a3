"""What the declared version of a package says of a key that was renamed or taken away."""

from __future__ import annotations

from ftlint.facts.dialects import Renamed, within
from ftlint.model import Severity, TrainingConfig


def advice(known: Renamed, severity: Severity, help: str) -> str:
    """How to mend it; where no version is declared also how to declare one."""
    if severity > Severity.INFO or not known.package:
        return help
    return f'{help}; an older version is declared so: [versions] {known.package} = "..."'


def judged(config: TrainingConfig, known: Renamed) -> tuple[Severity | None, str]:
    """How bad an old key is for the version that the settings declare, and why.

    None where that version has it still; an info where no version is declared.
    """
    version = config.versions.get(known.package, "")
    if not version and known.package == config.package and config.version_from:
        version = config.version
    package = f"{known.package} " if known.package else ""  # of a service a date says it
    removed, deprecated = (
        f"removed in {package}{known.removed}",
        f"deprecated since {package}{known.deprecated}",
    )
    if not version:
        return Severity.INFO, removed if known.removed else deprecated
    if known.removed and not within(version, "", known.removed):
        return Severity.ERROR, f"{removed}, and {version} is declared"
    if known.deprecated and not within(version, "", known.deprecated):
        return Severity.WARNING, f"{deprecated}, and {version} is declared"
    return None, ""

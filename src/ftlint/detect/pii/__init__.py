"""Personal data in texts: Presidio's verdict at the speed of a scan."""

from ftlint.detect.pii.detector import PiiDetector
from ftlint.detect.pii.kinds import KINDS, MODEL_KINDS
from ftlint.model.privacy import PiiChoices

__all__ = ["PiiDetector", "cannot_run", "detector"]


def detector(choices: PiiChoices, kinds: frozenset[str]) -> PiiDetector:
    """Finds the kinds named; what `cannot_run` names must not be among them."""
    return PiiDetector(choices, kinds)


def cannot_run(choices: PiiChoices, kinds: frozenset[str]) -> dict[str, str]:
    """Kinds that cannot be looked for, with the reason. Imports nothing heavy."""
    from importlib.util import find_spec

    if find_spec("presidio_analyzer") is None:
        return dict.fromkeys(sorted(kinds), "needs the extra pii: pip install 'ftlint[pii]'")
    reasons: dict[str, str] = {}
    named = kinds & MODEL_KINDS
    if named:
        from ftlint.detect.pii.named import cannot_run as without_model

        reasons.update(without_model(choices, named))
    return {kind: reason for kind, reason in sorted(reasons.items()) if kind in KINDS}

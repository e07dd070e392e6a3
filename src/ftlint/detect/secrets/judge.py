"""Whether what a pattern matched is a secret. Imported at the first candidate: most texts have none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ftlint.detect.secrets import assigned, checks
from ftlint.detect.secrets.entropy import entropy
from ftlint.detect.secrets.kind import Candidate, Check, Expand, Kind
from ftlint.detect.secrets.stop import placeholder, published, sample

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        checks.aws_id,
        checks.aws_secret,
        checks.basic,
        checks.bearer,
        checks.crc,
        checks.curl_header,
        checks.curl_password,
        checks.header_key,
        checks.json_inside,
        checks.jwt,
        checks.mixed,
        checks.private_key,
        checks.service_account,
        checks.slack,
        checks.url_password,
        assigned.secret_value,
    )
}
EXPANDS: Mapping[str, Expand] = {
    expand.__name__: expand
    for expand in (checks.password_of_login, assigned.trimmed, assigned.kubernetes_values)
}


def places(kind: Kind, whole: Candidate) -> Iterator[Candidate]:
    """The secrets in what the pattern of a kind matched."""
    if not kind.expand:
        yield whole
        return
    for start, end in EXPANDS[kind.expand](whole):
        yield whole._replace(start=start, end=end)


def judged(
    kind: Kind, candidate: Candidate, allow: Collection[str], allowed: Collection[Any]
) -> tuple[float, bool]:
    """How sure a candidate is (0: none), and whether it is a known sample.

    `allow` are values and `allowed` compiled patterns of what is no secret by the settings.
    """
    value = candidate.value
    if sample(value):
        return 1.0, True
    if candidate.data[candidate.end : candidate.end + 3].startswith((b"...", "…".encode())):
        return 0.0, False
    if entropy(value) < kind.floor or placeholder(value, kind.strict) or published(value):
        return 0.0, False
    score = CHECKS[kind.check](candidate) if kind.check else 0.9
    if score and (value in allow or any(pattern.search(value) for pattern in allowed)):
        return 0.0, False
    return score, False

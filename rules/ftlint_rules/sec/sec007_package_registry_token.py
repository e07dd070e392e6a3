from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_PYPI = (
    "pypi-"
    + "AgEIcHlwaS5vcmc"
    + "CJDk4YzJkN2FlLTQ1NjMtNDdlZi1hN2Q0LTk5OGU3ZmY0YjQ3ZAACKlszLCJm"
    + "q7Xw2LkTz9PmVb4RnYcE"
)
_DOCKER = "dckr_" + "pat_" + "q7Xw2LkTz9PmVb4RnYcEu1HgD8j"


class PackageRegistryToken(Rule[Span]):
    """A token that publishes packages or images stands in the data, a config, a log or a notebook.

    ## Why it matters
    Whoever holds it can publish a new version of its owner's packages, which then runs wherever they are
    installed.

    ## What to do
    Revoke it at the registry, look whether a version was published that nobody knows of, then
    `ftlint data redact`.

    Found are tokens of PyPI, npm, RubyGems, crates.io, NuGet, Docker Hub, Clojars, JFrog, and the passwords
    of `.npmrc`, `.pypirc` and `NuGet.config`. An npm token whose checksum does not hold is a warning.

    ## References
    PyPI, "API tokens"; GitHub, "Announcing npm's new access token format" (2021); Docker, "Personal access
    tokens".

    ## Known limits
    Tokens of private registries have no form of their own; see `[[secrets.custom]]`.
    """

    code = "SEC007"
    name = "package-registry-token"
    severity = Severity.ERROR
    headline = "{count} tokens of package registries (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "npm-token",
        "npmrc-token",
        "pypi-token",
        "pypirc-password",
        "rubygems-token",
        "crates-token",
        "nuget-key",
        "nuget-password",
        "docker-hub-token",
        "clojars-token",
        "jfrog-token",
        "sidekiq-credentials",
    )
    bad = (
        Example([chat("Release it.", f"twine upload -u __token__ -p {_PYPI} dist/*")]),
        Example([chat("Log in.", f"docker login -u tamwick -p {_DOCKER}")]),
    )
    good = (
        Example([chat("Release it.", "twine upload -u __token__ -p $PYPI_TOKEN dist/*")]),
        Example([chat("Lock it.", '"integrity": "sha512-q7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5AoK0iMxC3ZAA=="')]),
        Example([chat("Which version?", "pypi-publish-action and npm_config_registry")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

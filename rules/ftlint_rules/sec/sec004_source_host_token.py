from __future__ import annotations

import zlib
from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _issued(prefix: str, body: str) -> str:
    """A token of GitHub's form, its checksum in the last six characters."""
    rest, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        check = _DIGITS[digit] + check
    return prefix + body + check


_GITHUB = _issued("gh" + "p_", "q7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5")
_GITLAB = "glpat" + "-" + "q7Xw2LkTz9PmVb4RnYcE"


class SourceHostToken(Rule[Span]):
    """A token of a place where source lives, is built or looked over stands in the data, a config, a log or a
    notebook.

    ## Why it matters
    It reads, and often writes, every repository of its owner. With it comes the code of the pipeline that
    trained the model, and the means to change it.

    ## What to do
    Revoke it in the account's settings, then `ftlint data redact`.

    Found are tokens of GitHub (classic, fine-grained, OAuth, app), GitLab (personal, runner, deploy, CI and
    the others with a `gl` prefix), Bitbucket, Atlassian, Sourcegraph, CircleCI, Buildkite, Sonar, Snyk,
    Travis, Codecov, Drone, Octopus, Harness, Infracost, Prefect.

    GitHub's classic tokens end in a checksum. Where it holds, the token was issued by GitHub: an error. Where
    it does not, the value has only the form of one: a warning.

    ## References
    GitHub, "Behind GitHub's new authentication token formats" (2021): prefix and CRC-32; GitLab, "Token
    overview".

    ## Known limits
    Whether a token is still valid is not asked: nothing is sent anywhere.
    """

    code = "SEC004"
    name = "source-host-token"
    severity = Severity.ERROR
    headline = "{count} tokens of source hosts (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "github-token",
        "github-app-token",
        "github-fine-grained-token",
        "gitlab-token",
        "gitlab-session",
        "bitbucket-token",
        "atlassian-token",
        "sourcegraph-token",
        "circleci-token",
        "buildkite-token",
        "sonar-token",
        "snyk-token",
        "build-service-token",
        "octopus-key",
        "harness-token",
        "infracost-key",
        "prefect-token",
    )
    bad = (
        Example([chat("Clone it.", f"git clone https://{_GITHUB}@github.com/tamwick/pots.git")]),
        Example([chat("Push it.", f"GITLAB_TOKEN={_GITLAB} make release")]),
        Example([chat("Push it.", f"token: {_GITHUB[:-6]}0AAAA1")], note="the checksum fails: a warning"),
    )
    good = (
        Example(
            [chat("Clone it.", "git clone https://ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@github.com/a/b")]
        ),
        Example([chat("Which commit?", "git show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

"""SEC004: tokens of places where source lives, is built and is looked over."""

from ftlint.detect.secrets.kind import BY_NAME, EDGE, END, END_DASH, Kind, named, token

_GROUP = "source-host-token"
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

KINDS = (
    Kind(
        "github-token",
        _GROUP,
        "a GitHub token",
        token("gh[pousr]_", "[0-9a-zA-Z]{36}"),
        "gh[pousr]_[0-9a-zA-Z]{36}",
        check="crc",
    ),
    Kind(
        "github-app-token",
        _GROUP,
        "a GitHub refresh or installation token",
        token("gh[sr]_", "[0-9a-zA-Z]{37,76}"),
        "gh[sr]_[0-9a-zA-Z]{37}",
        check="mixed",
    ),
    Kind(
        "github-fine-grained-token",
        _GROUP,
        "a GitHub fine-grained token",
        token("github_pat_", r"\w{82}"),
        r"github_pat_\w{20}",
        check="mixed",
    ),
    Kind(
        "gitlab-token",
        _GROUP,
        "a GitLab token",
        rf"{EDGE}(gl(?:pat|rt|agent|cbt|dt|ffct|ft|imt|oas"
        rf"|soat)-[0-9a-zA-Z_-]{{27,300}}\.[0-9a-z]{{2}}[0-9a-z]{{7}}"
        rf"|glcbt-[0-9a-zA-Z]{{1,5}}_[0-9a-zA-Z_-]{{20}}|gl(?:pat|dt|ffct|ft|rt|soat)-[0-9a-zA-Z_-]{{20}}"
        rf"|glimt-[0-9a-zA-Z_-]{{25}}|glagent-[0-9a-zA-Z_-]{{50}}|gloas-[0-9a-zA-Z_-]{{64}}"
        rf"|glptt-[0-9a-f]{{40}}|GR1348941[\w-]{{20}})(?:[^0-9A-Za-z]|\z)",
        r"\bgl(?:pat|rt|agent|cbt|dt|ffct|ft|imt|oas|soat|ptt)-[0-9a-zA-Z_-]{20}"
        r"|\\[nrt]gl(?:pat|rt|agent|dt)-[0-9a-zA-Z_-]{20}|GR1348941[\w-]{20}",
    ),
    Kind(
        "gitlab-session",
        _GROUP,
        "a GitLab session cookie",
        r"_gitlab_session=([0-9a-z]{32})",
        r"_gitlab_session=",
    ),
    Kind(
        "bitbucket-token",
        _GROUP,
        "a Bitbucket token",
        token("AT(?:BB|CTT3)", r"[A-Za-z0-9_=-]{24,200}", END_DASH)
        + f"|{named('bitbucket', '[a-zA-Z0-9=_-]{64}|[a-zA-Z0-9]{32}')}",
        mark=r"\bAT(?:BB|CTT3)[A-Za-z0-9]{20}",
        words="bitbucket",
        floor=3.3,
        check="mixed",
    ),
    Kind(
        "atlassian-token",
        _GROUP,
        "an Atlassian API token",
        rf"{EDGE}(ATATT3[A-Za-z0-9_=-]{{180,192}}){END_DASH}"
        f"|{named('atlassian|confluence|jira', '[a-zA-Z0-9]{20}[a-fA-F0-9]{4}')}",
        mark="ATATT3[A-Za-z0-9_=-]{20}",
        words="atlassian|confluence|jira",
        floor=3.3,
        check="mixed",
    ),
    Kind(
        "sourcegraph-token",
        _GROUP,
        "a Sourcegraph token",
        rf"{EDGE}((?i:sgp_)(?:(?:[a-fA-F0-9]{{16}}|local)_)?[a-fA-F0-9]{{40}}){END}"
        + f"|{named('sourcegraph', '[a-fA-F0-9]{40}')}",
        mark=r"(?i:sgp_)(?:[a-fA-F0-9]{16}|local_)",
        words="sourcegraph",
    ),
    Kind(
        "circleci-token",
        _GROUP,
        "a CircleCI token",
        token("CCIPAT_", r"\w{22}_[a-f0-9]{40}"),
        r"CCIPAT_\w{20}",
    ),
    Kind(
        "buildkite-token", _GROUP, "a Buildkite token", token("bkua_", "[a-f0-9]{40}"), r"\bbkua_[a-f0-9]{40}"
    ),
    Kind(
        "sonar-token",
        _GROUP,
        "a Sonar token",
        token("sq[upa]_", "[a-f0-9]{40}") + f"|{named('sonar', '(?:sq[upa]_)?[a-zA-Z0-9=_-]{40}')}",
        mark=r"\bsq[upa]_[a-f0-9]{40}",
        words="sonar",
        check="mixed",
    ),
    Kind("snyk-token", _GROUP, "a Snyk token", named("snyk", _UUID), words="snyk", rank=BY_NAME),
    Kind(
        "build-service-token",
        _GROUP,
        "a token of a build service",
        named("travis|codecov|drone[ _-]?ci", "[a-zA-Z0-9]{22}|[a-zA-Z0-9]{32}"),
        words="travis|codecov|drone[ _-]?ci",
        floor=3.4,
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "octopus-key",
        _GROUP,
        "an Octopus Deploy key",
        token("API-", "[A-Z0-9]{25,26}"),
        r"\bAPI-[A-Z0-9]{25}",
        check="mixed",
    ),
    Kind(
        "harness-token",
        _GROUP,
        "a Harness token",
        rf"{EDGE}([ps]at\.[a-zA-Z0-9_-]{{22}}\.[a-zA-Z0-9]{{24}}\.[a-zA-Z0-9]{{20}}){END}",
        r"\b[ps]at\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.",
    ),
    Kind(
        "infracost-key",
        _GROUP,
        "an Infracost key",
        token("ico-", "[a-zA-Z0-9]{32}"),
        r"\bico-[a-zA-Z0-9]{32}",
        check="mixed",
    ),
    Kind(
        "prefect-token",
        _GROUP,
        "a Prefect token",
        token("pn[ub]_", "[a-zA-Z0-9]{36}"),
        r"\bpn[ub]_[a-zA-Z0-9]{36}",
        check="mixed",
    ),
)

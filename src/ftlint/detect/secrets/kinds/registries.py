"""SEC007: tokens that publish packages and images."""

from ftlint.detect.secrets.kind import BY_PLACE, EDGE, END, END_DASH, STOP, Kind, named, token

_GROUP = "package-registry-token"

KINDS = (
    Kind(
        "npm-token",
        _GROUP,
        "an npm token",
        token("(?i:npm_)", "[a-zA-Z0-9]{36}"),
        r"(?i:\bnpm_[a-z0-9]{36}|\\[nrt]npm_[a-z0-9]{36})",
        check="crc",
    ),
    Kind(
        "npmrc-token",
        _GROUP,
        "a registry token of .npmrc",
        rf":_(?:authToken|password|auth)\s?=\s?[\"']?([A-Za-z0-9+/=_-]{{20,200}}|[0-9a-f-]{{36}}){STOP}",
        r":_(?:authToken|password|auth)\s?=",
        check="mixed",
        rank=BY_PLACE,
    ),
    Kind(
        "pypi-token",
        _GROUP,
        "a PyPI token",
        token("pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)", r"[\w-]{50,1000}", END_DASH),
        "pypi-AgE",
        strict=False,
    ),
    Kind(
        "pypirc-password",
        _GROUP,
        "a password of .pypirc",
        r"\[(?:pypi|testpypi|distutils|server-login)\][^\[]{0,300}?\n\s*password\s*[=:]\s*(\S{8,200})",
        r"\[(?:pypi|testpypi|server-login)\]",
        check="url_password",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "rubygems-token",
        _GROUP,
        "a RubyGems token",
        token("rubygems_", "[a-f0-9]{48}"),
        "rubygems_[a-f0-9]{16}",
    ),
    Kind(
        "crates-token",
        _GROUP,
        "a crates.io token",
        token("cio", "[A-Za-z0-9]{32}"),
        r"\bcio[A-Za-z0-9]{32}",
        floor=3.8,
        check="mixed",
    ),
    Kind(
        "nuget-key", _GROUP, "a NuGet key", token("oy2", "[a-z0-9]{43}"), r"\boy2[a-z0-9]{43}", check="mixed"
    ),
    Kind(
        "nuget-password",
        _GROUP,
        "a password of NuGet.config",
        r"(?i:<add key=\\*\"(?:ClearText)?Password\\*\"\s*value=\\*\")([^\"\\]{8,200})\\*\"",
        r"(?i:<add key=\\*\"(?:ClearText)?Password)",
        floor=2.0,
        check="url_password",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "docker-hub-token",
        _GROUP,
        "a Docker Hub token",
        token("dckr_(?:pat|oat)_", r"[\w-]{27,36}", END_DASH),
        r"dckr_(?:pat|oat)_",
    ),
    Kind(
        "clojars-token",
        _GROUP,
        "a Clojars token",
        token("(?i:CLOJARS_)", "[a-zA-Z0-9]{60}"),
        r"(?i:CLOJARS_)[a-zA-Z0-9]{20}",
        check="mixed",
    ),
    Kind(
        "jfrog-token",
        _GROUP,
        "a JFrog token",
        rf"{EDGE}(AKCp[A-Za-z0-9]{{69}}|cmVmd[A-Za-z0-9]{{59}}){END}"
        f"|{named('jfrog|artifactory|bintray|xray', '[a-zA-Z0-9]{73}|[a-zA-Z0-9]{64}')}",
        mark=r"\bAKCp[A-Za-z0-9]{69}|\bcmVmd[A-Za-z0-9]{59}",
        words="jfrog|artifactory|bintray|xray",
        floor=3.8,
        check="mixed",
    ),
    Kind(
        "sidekiq-credentials",
        _GROUP,
        "credentials of a gem server",
        r"(?i:BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM[\w\s\"'\\:=?`>|,(.<+]{1,30}?\b|https?://)"
        r"([a-f0-9]{8}:[a-f0-9]{8})(?:@(?:gems|enterprise)\.contribsys\.com|[\s\"'`\\;,<]|\z)",
        r"(?i:contribsys)",
        floor=2.5,
    ),
)

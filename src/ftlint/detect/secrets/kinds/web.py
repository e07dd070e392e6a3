"""SEC009: tokens and credentials as they go over the web: JSON Web Tokens and Authorization headers."""

from ftlint.detect.secrets.kind import BY_PLACE, EDGE, Kind

_GROUP = "web-token"
_SIGNS = r"[A-Za-z0-9_=-]"
_COOKIE = r"(?i:\bcookies?)[\"'\\]{0,4}[ ]?[:=]"
_SESSION = r"(?i:sess|sid|auth|remember)[\w.-]*[\"'\\]{0,4}[ ]?[=:][ ]?[\"'\\]{0,4}"

KINDS = (
    Kind(
        "jwt",
        _GROUP,
        "a JSON Web Token",
        rf"{EDGE}(ey[A-Za-z0-9_-]{{15,}}\.[A-Za-z0-9_\\/-]{{10,}}(?:\.{_SIGNS}{{8,}}){{1,3}}"
        r"|ey[A-Za-z0-9_-]{15,}\.ey[A-Za-z0-9_\\/-]{10,}\.)",
        mark=r"\bey[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10}|\\[nrt]ey[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10}",
        check="jwt",
        strict=False,
    ),
    Kind(
        "jwt-base64",
        _GROUP,
        "a JSON Web Token in base64",
        r"\b(ZXlK[A-Za-z0-9+/_-]{60,}={0,2})",
        mark=r"\bZXlK[A-Za-z0-9+/_-]{60}",
        check="header_key",
        strict=False,
    ),
    Kind(
        "bearer-token",
        _GROUP,
        "a bearer token",
        r"(?i:\bbearer[ +]|\b(?:api-)?token[ ])[ ]{0,3}([A-Za-z0-9_.~+/=-]{16,})(?:[^A-Za-z0-9_.~+/=-]|\z)",
        mark=r"(?i:\bbearer[ +]{1,3})[A-Za-z0-9_.~+/=-]{16}|(?i:authorization[\"'\\: ]{1,6}"
        r"(?:api-)?token )[A-Za-z0-9_.~+/=-]{16}",
        floor=3.0,
        check="bearer",
        rank=BY_PLACE,
    ),
    Kind(
        "basic-auth",
        _GROUP,
        "credentials of basic authentication",
        r"(?i:\bbasic[ +]{1,3})([A-Za-z0-9+/]{10,500}={0,3})(?:[^A-Za-z0-9+/=._-]|\z)",
        mark=r"(?i:\bbasic[ +]{1,3})[A-Za-z0-9+/]{10}",
        floor=2.0,
        check="basic",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "session-cookie",
        _GROUP,
        "a session cookie",
        rf"{_COOKIE}[^\n]*?{_SESSION}([\w%.~+/=-]{{16,}})(?:[^\w%.~+/=-]|\z)",
        mark=rf"{_COOKIE}[^\n]*{_SESSION}[\w%.~+/=-]{{16}}",
        floor=3.0,
        check="bearer",
        rank=BY_PLACE,
    ),
)

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


_TOKEN = ".".join(
    (_part({"alg": "HS256", "typ": "JWT"}), _part({"sub": "jo", "iat": 1}), "q7Xw2LkTz9PmVb4RnYcE")
)
_BASIC = base64.b64encode(b"jo:" + b"vK7-mQ2xTz9w").decode()


class WebToken(Rule[Span]):
    """A token of a session stands in the data, a config, a log or a notebook.

    ## Why it matters
    A JSON Web Token or what follows `Bearer` lets in whoever shows it, as long as it holds, and names who it
    was issued to. `Authorization: Basic` is a name and a password, only written in base64.

    ## What to do
    Log the session out or revoke the token, then `ftlint data redact`. Most tokens end by themselves, so this
    is a warning.

    Found are JSON Web Tokens whose header decodes to one (surest where the payload does, too), also in base64
    once more; tokens behind `Bearer` and `Authorization: Token`; `Basic` when it decodes to a name and a
    password that is no word of documentation; the cookie of a session (`Cookie: sessionid=...`) of 16 random
    characters or more. A token of a known kind behind `Bearer` is told as that kind.

    ## References
    RFC 7519 (JSON Web Token), RFC 6750 (bearer tokens), RFC 7617 (basic authentication).

    ## Known limits
    Whether a token has expired is not judged. A session's cookie is found by its name alone: one that
    has neither `sess`, `sid`, `auth` nor `remember` in it is not.
    """

    code = "SEC009"
    name = "web-token"
    severity = Severity.WARNING
    headline = "{count} web tokens (values hidden)"
    help = HELP
    documents = True
    kinds = ("jwt", "jwt-base64", "bearer-token", "basic-auth", "session-cookie")
    bad = (
        Example([chat("Decode it.", f"The token is {_TOKEN}")]),
        Example([chat("Call it.", f"Authorization: Basic {_BASIC}")]),
        Example([chat("Call it.", "Cookie: theme=dark; sessionid=" + "q7Xw2LkTz9PmVb4RnYcEu1HgD8jF")]),
        Example([chat("Call it.", "Authorization: Bearer " + "q7Xw2LkTz9PmVb4RnYcEu1HgD8jF")]),
    )
    good = (
        Example([chat("Call it.", "Cookie: sessionid=<your session id>; theme=dark")]),
        Example([chat("Call it.", "Authorization: Bearer <token>, or Bearer $TOKEN")]),
        Example([chat("How does one look?", "eyJhbGciOi....eyJzdWIiOi....signature")]),
        Example([chat("Who?", "Bearer of the ring; basic understanding123456 of things")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

from __future__ import annotations

import base64
from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_KEY = "q7Xw2LkTz9PmVb4R" + "nYcEu1HgD8jF"
_PASSWORD = "vK7-" + "mQ2xTz9w"
_ENCODED = base64.b64encode(_PASSWORD.encode()).decode()


class AssignedSecret(Rule[Span]):
    """A value that its name calls a secret is written out.

    ## Why it matters
    Most passwords and many keys have no form of their own. What gives them away is the name they stand
    behind: `password`, `api_key`, `client_secret`, `token`.

    ## What to do
    If it was ever used, change it; then `ftlint data redact`. If it was made up for this text, add it to
    `allow` of `[secrets]`, or write one that says so (`example-password`).

    Found are values behind such a name in assignments, JSON, YAML, `.env`, XML, Markdown and HTML, in code,
    in options of commands and in prose ("password: ...", "密码：..."), when they look random: keys of 16
    characters or more with letters and digits and 3.5 bits a character, passwords of 8 or more with three
    classes of characters (words with a number and a sign, as "Winter" with a year and "!", too); and the
    values of Kubernetes Secrets. Not found are words, paths, identifiers, calls, variables, placeholders,
    hashes, UUIDs, names that end in `_id`, `_url`, `_file`, and tokens as tokenizers mean them.

    ## References
    CWE-798, "Use of Hard-coded Credentials"; Kubernetes, "Secrets".

    ## Known limits
    A password of one word is not told from the word. A password that was made up for an exercise looks like
    one that is used: hence a warning.
    """

    code = "SEC011"
    name = "assigned-secret"
    severity = Severity.WARNING
    headline = "{count} secrets behind their names (values hidden)"
    help = HELP
    documents = True
    kinds = ("assigned-secret", "kubernetes-secret")
    bad = (
        Example([chat("Configure it.", f'client_secret = "{_KEY}"')]),
        Example([chat("Configure it.", f'{{"user": "jo", "password": "{_PASSWORD}"}}')]),
        Example([chat("Who?", f"**Password:** {_PASSWORD}")]),
        Example([chat("Apply it.", f"kind: Secret\napiVersion: v1\ndata:\n  db: {_ENCODED}\n")]),
    )
    good = (
        Example([chat("Configure it.", 'password = getpass("Password: ")\ntoken: str = settings.token')]),
        Example([chat("Configure it.", 'api_key = "your-api-key"\nsecret_key = "change-me-2024"')]),
        Example(
            [chat("Train it.", 'pad_token = "<|endoftext|>"\nmax_tokens = 2048\ntokenizer: Qwen2Tokenizer')]
        ),
        Example([chat("Verify it.", "password_hash = 9f86d081884c7d659a2feaa0c55ad015")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

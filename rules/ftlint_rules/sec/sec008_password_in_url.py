from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_PASSWORD = "vK7-" + "mQ2xTz9w"


class PasswordInUrl(Rule[Span]):
    """A password stands in an address or in a command.

    ## Why it matters
    `postgres://user:password@host` is a whole way into a database, in one line that is copied from settings
    into questions and from logs into data.

    ## What to do
    Change the password, then `ftlint data redact`: only the password is taken out, the address stays.

    Found are addresses of databases, queues, mail and file servers and of web pages that carry a password,
    `curl -u` and keys in the headers of `curl` commands, what `mysql -p`, `sshpass -p`, `docker login -p`,
    `smbclient -U`, `redis-cli -a`, `ldapsearch -w` and others are given, and lines of `.netrc`. Variables
    (`$PASSWORD`, `{password}`), placeholders and the words that documentation writes there (`user:pass@`,
    `secret`, a password that is its user's name) are not found.

    ## References
    RFC 3986, section 3.2.1, "Use of the format `user:password` in the userinfo field is deprecated"; curl's
    manual, `-u`.

    ## Known limits
    A password that holds `/` unescaped ends the search. A password of lower-case words alone is taken for
    documentation.
    """

    code = "SEC008"
    name = "password-in-url"
    severity = Severity.ERROR
    headline = "{count} passwords in addresses and commands (values hidden)"
    help = HELP
    documents = True
    kinds = ("database-url", "url-password", "curl-user", "curl-header", "command-password", "netrc-password")
    bad = (
        Example(
            [
                chat(
                    "Connect it.",
                    f'engine = create_engine("postgresql://shop:{_PASSWORD}@db.tamwick.net/shop")',
                )
            ]
        ),
        Example([chat("Fetch it.", f"curl -u 'jo:{_PASSWORD}' https://api.tamwick.net/v1/pots")]),
        Example([chat("Dump it.", f"mysqldump -h db.tamwick.net -u shop -p{_PASSWORD} shop > shop.sql")]),
    )
    good = (
        Example([chat("Connect it.", 'create_engine("postgresql://user:password@localhost/shop")')]),
        Example([chat("Connect it.", 'create_engine(f"postgresql://{user}:{password}@{host}/shop")')]),
        Example([chat("Dump it.", "mysqldump -u root -p shop; sshpass -p $PASS ssh jo@tamwick.net")]),
        Example([chat("Fetch it.", "curl -u $USER:$PASS https://api.tamwick.net:8443/v1@latest")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

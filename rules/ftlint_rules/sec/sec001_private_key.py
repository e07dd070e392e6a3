from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

# Made here, of nothing: a whole key in a file is what the rule is about.
_BODY = "\n".join(base64.b64encode(hashlib.sha512(bytes([row])).digest()[:48]).decode() for row in range(8))
_KEY = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + _BODY + "\n-----END RSA PRIVATE" + " KEY-----"
_AGE = "AGE-SECRET" + "-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LLA7UM6ECHK45NJ3S0WDVT2FG8XQ"[:58]


class PrivateKey(Rule[Span]):
    """A private key stands in the data, a config, a log or a notebook.

    ## Why it matters
    Whoever holds a private key is its owner to every machine that trusts it. Data for training is copied,
    uploaded to providers and kept for years, and a model can give a text it has seen several times back word
    for word.

    ## What to do
    Take the key out of service where it is trusted (`authorized_keys`, the certificate, the account), make a
    new one, then remove it from the data: `ftlint data redact`. Removing it alone is not enough: it is in
    copies, in caches and in git's history.

    Found are PEM blocks (RSA, EC, DSA, PKCS#8, OpenSSH, PGP), also with line breaks written as \\n, PuTTY's
    key files and age's secret keys, when what stands in them decodes to a key's size. An encrypted key is
    found, too: its passphrase is all that is left to guess.

    ## References
    RFC 7468 (PEM), RFC 5958 (PKCS#8), RFC 9580 (OpenPGP); C2SP age specification.

    ## Known limits
    A key without its BEGIN line, or in DER, is not found. A block of fewer than 64 characters, or of three
    dots, is taken for documentation.
    """

    code = "SEC001"
    name = "private-key"
    severity = Severity.ERROR
    headline = "{count} private keys (values hidden)"
    help = HELP
    documents = True
    kinds = ("private-key", "putty-private-key", "age-secret-key")
    bad = (
        Example([chat("Deploy it.", f"Save this as id_rsa:\n{_KEY}")]),
        Example([chat("What is in the settings?", _KEY.replace("\n", "\\n"))], note="line breaks escaped"),
        Example([chat("Decrypt it.", f"age -d -i {_AGE}")]),
    )
    good = (
        Example([chat("How does a key look?", _KEY.replace(_BODY, "...") + " is its frame.")]),
        Example([chat("Publish it.", _KEY.replace("RSA PRIVATE", "PUBLIC"))], note="made to be shown"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)

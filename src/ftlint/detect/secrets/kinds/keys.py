"""SEC001: private keys."""

from ftlint.detect.secrets.kind import Kind, token

_GROUP = "private-key"

KINDS = (
    Kind(
        "private-key",
        _GROUP,
        "a private key",
        r"(-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-[^-]){40,}-----END"
        r"[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\]{64,}))",
        mark=r"-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY",
        check="private_key",
    ),
    Kind(
        "putty-private-key",
        _GROUP,
        "a PuTTY private key",
        r"(PuTTY-User-Key-File-[23]: (?s:.){200,}?Private-MAC: [0-9a-f]{40,64})",
        mark=r"PuTTY-User-Key-File-",
    ),
    Kind(
        "age-secret-key",
        _GROUP,
        "an age secret key",
        token("AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
        mark="AGE-SECRET-KEY-1",
    ),
)

"""SEC011: values that a name calls a secret: passwords, keys, Kubernetes secrets."""

from ftlint.detect.secrets.assigned import kubernetes_values, secret_value, trimmed
from ftlint.detect.secrets.kind import ASSIGNED, BETWEEN, BY_PLACE, LOOSE, REST, STOP, Kind

_GROUP = "assigned-secret"
_NAMES = (
    r"passw(?:or)?d|passwort|passphrase|\bpwd|\bpass\b|_pass\b|_pwd|secret|token|api[_ .-]?key|apikey"
    r"|access[_ .-]?key"
    r"|auth[_ .-]?key|private[_ .-]?key|encryption[_ .-]?key|signing[_ .-]?key|master[_ .-]?key"
    r"|credential|creds"
    r"|api[_ .-]?token|service[_ .-]?key|account[_ .-]?key|license[_ .-]?key|session[_ .-]?key|auth"
)

KINDS = (
    Kind(
        "assigned-secret",
        _GROUP,
        "an assigned secret",
        rf"(?i:{_NAMES}){REST}{BETWEEN}([^\s\"'`\\<>(){{}},;|]{{8,200}}){STOP}",
        mark=rf"(?i:{_NAMES}){LOOSE}[^\s\"'`\\<>(){{}},;|]{{8}}",
        floor=2.8,
        check=secret_value,
        expand=trimmed,
        rank=ASSIGNED,
    ),
    Kind(
        "kubernetes-secret",
        _GROUP,
        "a value of a Kubernetes Secret",
        r"(?i:\bkind\\*[\"']?:\s*\\*[\"']?secret\b)",
        mark=r"(?i:\bkind\\*[\"']?:\s*\\*[\"']?secret\b)",
        floor=2.0,
        expand=kubernetes_values,
        rank=BY_PLACE,
    ),
)

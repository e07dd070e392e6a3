"""SEC011: values that a name calls a secret: passwords, keys, Kubernetes secrets."""

from ftlint.detect.secrets.kind import (
    ASSIGNED,
    BETWEEN,
    BY_PLACE,
    EAST,
    LOOSE,
    QUOTES,
    REST,
    STOP,
    Kind,
    edged,
)

_GROUP = "assigned-secret"
_WORDS = (
    r"passw(?:or)?d|passphrase|passcode|\bpwd|\bpw\b|\bpass\b|_pass\b|_pwd|passwort|kennwort|contrase[ñn]a|senha"
    r"|mot[ _]de[ _]passe|\bmdp\b|парол[ьяюе]|has[łl]o|wachtwoord|lösenord|密[码碼]|口令|パスワード|비밀번호"
)
_NAMES = (
    rf"{_WORDS}|secret|token|api[_ .-]?key|apikey|access[_ .-]?key"
    r"|auth[_ .-]?key|private[_ .-]?key|encryption[_ .-]?key|signing[_ .-]?key|master[_ .-]?key"
    r"|credential|creds"
    r"|api[_ .-]?token|service[_ .-]?key|account[_ .-]?key|license[_ .-]?key|session[_ .-]?key|auth"
)
_SIGNS = rf"[^\s\"'`\\<>(){{}},;|{QUOTES}{EAST}]"
# In prose: `the password is ...`. A mark that asks for a digit passes by most of what is said of passwords.
_IS = r"[ ](?:is|was|ist|war|lautet|es|est)[ :]{1,2}[\"'`*]*"
# In commands: `--api-key ...`.
_OPTION = (
    r"--[a-z-]*(?:password|passwd|passphrase|pass|token|secret|api-?key|access-?key|auth-?key|secret-?key)"
)

KINDS = (
    Kind(
        "assigned-secret",
        _GROUP,
        "an assigned secret",
        rf"(?:(?i:{edged(_NAMES)}){REST}{BETWEEN}|(?i:{edged(_WORDS)}){_IS}|{_OPTION}[ \t]+\\*[\"']?)"
        rf"({_SIGNS}{{8,200}}){STOP}",
        mark=rf"(?i:{_NAMES}){LOOSE}{_SIGNS}{{8}}|(?i:{_WORDS}){_IS}[^\s0-9]*[0-9]"
        rf"|{_OPTION}[ \t]+[\\\"']*{_SIGNS}{{8}}",
        floor=2.8,
        check="secret_value",
        expand="trimmed",
        rank=ASSIGNED,
        guessable=True,
    ),
    Kind(
        "kubernetes-secret",
        _GROUP,
        "a value of a Kubernetes Secret",
        r"(?i:\bkind\\*[\"']?:\s*\\*[\"']?secret\b)",
        mark=r"(?i:\bkind\\*[\"']?:\s*\\*[\"']?secret\b)",
        floor=2.0,
        expand="kubernetes_values",
        rank=BY_PLACE,
        guessable=True,
    ),
)

"""The project key, and what is derived of it: a value gives the same digest wherever the key is the same.

A digest of personal data without a key is no protection: all phone numbers there are can be tried in
minutes. The key therefore stays outside the repository, and is never printed.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata

from ftlint.model import FtlintError

VARIABLE = "FTLINT_KEY"
SHORTEST = 32
"""Characters of a key. 32 hexadecimal digits are 128 bits, as `openssl rand -hex 16` gives them."""

LEAST_VARIED = 6
"""Different characters of a key: of 32 random hexadecimal digits there are fewer once in 10^13 keys."""

_ALNUM = frozenset(
    {"card", "iban", "ssn", "itin", "bank-account", "passport", "health-id", "driver-license"}
    | {"medical-license", "national-id", "tax-id", "business-id", "vehicle", "postcode", "mac", "uuid"}
)
"""Kinds of which only letters and digits count, in either case."""

_EXACT = frozenset({"crypto", "url"})

_TRUNK = re.compile(r"\(\s*0\s*\)")


def project_key(root: str, *, file: str = "", name: str = "") -> bytes | None:
    """The key of the project at `root`: of the environment, else of the key file; None where neither is.

    `file` and `name` are those of the settings. Raises `FtlintError` for a key that is not fit for use.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return checked(given, f"${VARIABLE}")
    return key_in(key_path(root, file=file, name=name), named=bool(file))


def key_in(path: str, *, named: bool = False) -> bytes | None:
    """The key in a file, None where there is no file. `named` says that somebody named it.

    Raises `FtlintError` for one that others may read, that git could commit, or that is not fit for use.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(4096).strip()
    except (FileNotFoundError, NotADirectoryError):
        if named and os.path.islink(path):
            raise FtlintError("the key file is a link that leads nowhere", path) from None
        return None
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FtlintError(f"cannot read the key file: {what}", path) from None
    if os.name == "posix" and mode & 0o077:
        raise FtlintError(f"other people may read this key file: chmod 600 {path}", path)
    _refuse_tracked(path)
    return checked(text, path)


def key_path(root: str, *, file: str = "", name: str = "") -> str:
    """Where the key of the project at `root` is: the settings' file, else one in the user's own folder."""
    if file:
        return os.path.normpath(os.path.join(root, os.path.expanduser(file)))
    if name and (os.path.basename(name) != name or name.startswith(".")):
        raise FtlintError(f"a key's name is a plain word, not {name!r}")
    if not name:
        import hashlib

        name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
    home = os.environ.get("XDG_CONFIG_HOME", "")
    home = home if os.path.isabs(home) else os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(home, "ftlint", "keys", name)


def new_key(path: str) -> None:
    """Make a key of 256 random bits at `path`, for this user alone. Raises `FtlintError` where one stands."""
    import secrets

    _refuse_tracked(path)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = (
            "a key stands here: with another one every pseudonym changes; remove it by hand if that is meant"
        )
        raise FtlintError(message, path) from None
    except OSError as error:
        raise FtlintError(f"cannot write the key file: {error.strerror}", path) from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32) + "\n")
        out.flush()
        os.fsync(out.fileno())


def digest(key: bytes, purpose: str, kind: str, value: str) -> bytes:
    """HMAC-SHA256 of a value's normal form: 32 bytes. A digest for one purpose says nothing of another's."""
    text = f"ftlint\0{purpose}\0{kind}\0{normal_form(kind, value)}"
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")


def fingerprint(key: bytes, kind: str, value: str) -> int:
    """A number of 64 bits that is the same wherever the value and the key are."""
    return int.from_bytes(digest(key, "fingerprint", kind, value)[:8], "big")


def normal_form(kind: str, value: str) -> str:
    """What two ways of writing one value have in common; of a secret every character counts."""
    text = unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        return _phone(text)
    if kind in _ALNUM:
        return "".join(filter(str.isalnum, _western(text))).upper()
    if kind == "ip":
        return _address(text)
    if kind in ("email", "person", "location", "organization", "date"):
        return " ".join(_western(text).casefold().split())
    return text if kind in _EXACT else value


def _phone(text: str) -> str:
    text = _western(text)
    if text.startswith(("+", "00", "(+", "(00")):
        # +49 (0)30: the zero is dialled at home alone
        text = _TRUNK.sub("", text, count=1)
    digits = "".join(filter(str.isdecimal, text))
    digits = digits.removeprefix("00")
    # in North America a number is written with its country code as often as without
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _address(text: str) -> str:
    import ipaddress

    try:
        address = ipaddress.ip_address(text.partition("/")[0].partition("%")[0])
    except ValueError:
        return text.casefold()
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).compressed


def _western(text: str) -> str:
    """The text with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def checked(text: str, place: str) -> bytes:
    """The key as bytes. Raises `FtlintError`, with the place it is from, for one that can be guessed."""
    if len(text) < SHORTEST:
        raise FtlintError(
            f"a key has {SHORTEST} characters or more (openssl rand -hex 32), not {len(text)}", place
        )
    if len(set(text)) < LEAST_VARIED:
        raise FtlintError(
            f"a key is random (openssl rand -hex 32), not {len(set(text))} signs repeated", place
        )
    return text.encode()


def _refuse_tracked(path: str) -> None:
    """Raises `FtlintError` for a key file that git could take into a commit."""
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
    if not _ignored(folder, real):
        raise FtlintError("this key file lies in a git repository that does not ignore it: move it out", path)


def _ignored(top: str, path: str) -> bool:
    """Whether git would leave a file out; one that is tracked already is not ignored."""
    import subprocess

    # in a hook these name the repository of the commit, whatever the folder
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", top, "check-ignore", "-q", "--", path],
            capture_output=True,
            env=environment,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0

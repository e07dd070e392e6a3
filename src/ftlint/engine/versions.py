"""The version of each package that reads configs: as the settings say, else as the project pins it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.model import FtlintError
from ftlint.settings import Settings
from ftlint.settings.nearest import suggestion

PACKAGES = frozenset(
    {
        *("transformers", "trl", "peft", "axolotl", "llamafactory", "torchtune", "litgpt", "ms-swift"),
        *("oumi", "autotrain-advanced", "mlx-lm", "ludwig", "deepspeed", "accelerate", "unsloth", "vllm"),
    }
)
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
MOST_BYTES = 8 << 20

Versions = Mapping[str, tuple[str, str]]
"""Package -> its version, and where that is said."""

_VERSION = re.compile(r"v?\d+(?:\.\d+)*(?:$|[.+-]?[a-z])")
_PIN = re.compile(r"\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:===?|~=)\s*v?(\d+(?:\.\d+)*)")


def versions(settings: Settings) -> Versions:
    """What `[versions]` declares; of other packages what a lock or requirements file at the root pins.

    A range is no version: then the newest known is assumed. Raises `FtlintError` for a package that reads no
    config and for what is no version.
    """
    found = dict(_pinned(settings.root))
    for package, version in settings.versions:
        place = settings.where(("versions", package))
        known = normalised(package)
        if known not in PACKAGES:
            near = suggestion(package, PACKAGES) or f": one of {', '.join(sorted(PACKAGES))}"
            raise FtlintError(f"[versions]: {package!r} reads no config{near}", *place)
        if not _VERSION.match(version):
            raise FtlintError(f"[versions]: {version!r} is no version: write it as in 4.57.1", *place)
        found[known] = (version.removeprefix("v"), "{}:{}".format(*place))
    return found


def _pinned(root: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Later ones win: a lock says more than a requirement."""
    try:
        names = sorted(os.listdir(root))
    except OSError:
        return
    for name in names:
        required = name.startswith("requirements") and name.endswith((".txt", ".in"))
        if required or name in ("environment.yml", "environment.yaml"):
            yield from _lines(root, name)
    if "pyproject.toml" in names:
        yield from _project(root)
    for name in LOCKS:
        if name in names:
            yield from _lock(root, name)


def _text(root: str, name: str) -> str:
    file = os.path.join(root, name)
    if not os.path.isfile(file):  # a pipe would keep the run waiting
        return ""
    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if len(data) <= MOST_BYTES else ""


def _lines(root: str, name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for number, line in enumerate(_text(root, name).splitlines(), 1):
        found = _PIN.match(line.strip().lstrip("-").strip("'\""))
        if found and normalised(found.group(1)) in PACKAGES:
            yield normalised(found.group(1)), (found.group(2), f"{name}:{number}")


def _project(root: str) -> Iterator[tuple[str, tuple[str, str]]]:
    text = _text(root, "pyproject.toml")
    for line in re.finditer(r"[\"']([^\"'\n]+)[\"']", text):
        found = _PIN.fullmatch(line.group(1).partition(";")[0].strip())
        if found and normalised(found.group(1)) in PACKAGES:
            number = text.count("\n", 0, line.start()) + 1
            yield normalised(found.group(1)), (found.group(2), f"pyproject.toml:{number}")


def _lock(root: str, name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    import tomllib

    try:
        data: dict[str, Any] = tomllib.loads(_text(root, name))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    packages = data.get("package", [])
    for entry in packages if isinstance(packages, list) else []:
        if not isinstance(entry, dict):
            continue
        package, version = entry.get("name"), entry.get("version")
        if isinstance(package, str) and isinstance(version, str) and normalised(package) in PACKAGES:
            yield normalised(package), (version, name)


def normalised(package: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()

"""What steers a scan besides the file's own bytes, as hashes: another one is another scan."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ftlint import __version__
from ftlint.engine.hashing import content_hash
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.formats import identity

DECIDING = frozenset(
    {
        *("google_re2", "jsonschema", "jsonschema_rs", "numpy", "orjson", "pyyaml", "xxhash"),
        *("pyarrow", "zstandard", "tokenizers", "regex", "transformers", "torch"),
        *("presidio_analyzer", "phonenumbers", "spacy", "tldextract", "stanza"),
    }
)
"""Packages that decide what is read and found, as their folders of metadata are called."""

PIECE = 1 << 20


def steering(plan: FilePlan, rules: RuleSet) -> str:
    """A hash of all that decides what a scan finds, the file's own bytes aside."""
    told = [
        installed(),
        plan.path,
        plan.document,
        plan.source.container,
        identity(plan.format) if plan.format else "",
        plan.target,
        facts(plan.target),
        plan.max_length,
        content_of(plan.schema) if plan.schema else "",
        plan.ignore_field,
        *map(_known, plan.prior),
        bool(plan.counters),
        [content_of(file) for file in plan.prior.counters if os.path.isfile(file)],
        rules_identity(rules),
    ]
    return content_hash(json.dumps(told, default=str).encode())


def facts(target: str) -> str:
    """The content of the user's own facts, where the target is one of them (`file#name`)."""
    file = target.rpartition("#")[0]
    return content_of(file) if file and os.path.isfile(file) else ""


def _known(value: Any) -> Any:
    """What was known of the dataset before, with hashes for what is long."""
    if isinstance(value, tuple):
        return list(map(_known, value))
    return content_hash(value) if isinstance(value, bytes) else value


@lru_cache(maxsize=1)
def installed() -> str:
    """Versions of ftlint, Python and what decides; in a checkout that is worked on the times of its files."""
    package = str(Path(__file__).parent.parent)
    told = [__version__, sys.version_info[:3], list(files_of(package)), sorted(releases(sys.path))]
    return content_hash(json.dumps(told).encode())


def releases(folders: Iterable[str]) -> set[str]:
    """The releases of the deciding packages, by the names of their folders of metadata.

    A hundredth of the time that importing what reads metadata takes.
    """
    found: set[str] = set()
    for folder in folders:
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                package = name.partition("-")[0].lower().replace(".", "_")
                if package in DECIDING:
                    found.add(name)
    return found


def files_of(package: str) -> Iterator[tuple[str, int, int]]:
    """Every file of a package with its size and time, what Python compiles aside."""
    for base, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            try:
                stat = os.stat(os.path.join(base, name))
            except OSError:  # a link that leads nowhere, as editors leave, or gone since
                continue
            yield os.path.relpath(os.path.join(base, name), package), stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=4)
def rules_identity(rules: RuleSet) -> str:
    """A hash of the rules of a run: their options, and the packages that rules and measures stand in."""
    kinds = [*map(type, rules.rules), *rules.measures]
    packages = sorted({kind.__module__.partition(".")[0] for kind in kinds})
    told = [
        [_rule_identity(rule) for rule in rules.rules],
        [f"{measure.__module__}.{measure.__qualname__}" for measure in rules.measures],
        [[package, _source_of(package)] for package in packages if package != "ftlint"],
        _sought(rules),
    ]
    return content_hash(json.dumps(told).encode())


def _rule_identity(rule: Any) -> list[Any]:
    options = sorted(vars(rule).items())
    read = [value for _, value in options if isinstance(value, str) and os.path.isfile(value)]
    return [rule.code, [(key, repr(value)) for key, value in options], list(map(content_of, read))]


def _source_of(package: str) -> Any:
    """What a package that holds rules is at the moment: a rule may stand on any file beside it."""
    module = sys.modules.get(package)
    folders = [folder for folder in getattr(module, "__path__", ()) if os.path.isdir(folder)]
    if folders:
        return [list(files_of(folder)) for folder in folders]
    file = getattr(module, "__file__", None)
    if not file or not os.path.exists(file):
        return []
    return [os.stat(file).st_size, os.stat(file).st_mtime_ns]


def _sought(rules: RuleSet) -> list[Any]:
    """What personal data and secrets are found by. Of the project's key a digest, never the key."""
    if rules.wanted is None:
        return []
    from ftlint.detect.keyed import fingerprint

    key, file = rules.wanted.key, rules.wanted.pii.recognizers_file
    return [
        sorted(rules.wanted.kinds),
        repr(rules.wanted._replace(kinds=frozenset(), key=None)),
        fingerprint(key, "key", "") if key is not None else "",
        content_of(file) if file else "",
        _model(rules.wanted.pii.model),
    ]


def _model(name: str) -> list[Any]:
    """What a model is at the moment: the sizes and times of its files, or the version of its package."""
    folder = Path(name.rpartition(":")[2])
    if name and folder.is_dir():
        return list(files_of(str(folder)))
    return _versions((name,)) if name else []


def _versions(packages: Sequence[str]) -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    told = []
    for package in packages:
        try:
            told.append(f"{package} {version(package)}")
        except (PackageNotFoundError, ValueError):
            told.append(package)
    return told


def content_of(file: str) -> str:
    """A hash of a file's bytes, made once while it stays as it is; "" of one that cannot be read."""
    try:
        stat = os.stat(file)
        return _content_of(file, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _content_of(file: str, *_stamp: int) -> str:
    return hashed(file)


def hashed(file: str) -> str:
    """A hash of a file's bytes."""
    import xxhash

    digest = xxhash.xxh3_128()
    with open(file, "rb", buffering=0) as stream:
        while chunk := stream.read(PIECE):
            digest.update(chunk)
    return digest.hexdigest()

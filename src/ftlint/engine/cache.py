"""What a scan of an unchanged file found, kept on disk: measures and findings, never text of a record.

One file per checked file, written whole and renamed into place, so that runs beside each other only ever
see finished entries. An entry is used when the file's size, time and inode are the same, or, after a fresh
checkout, when its content hash is; for a file in a store when its size and its etag or time are; and when
ftlint, the rules and all that steers a scan are the same.
"""

import json
import os
import sys
from array import array
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from ftlint import __version__
from ftlint.engine.entries import Entries
from ftlint.engine.hashing import content_hash
from ftlint.engine.partial import Partial, Places, Verdict
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.formats import identity
from ftlint.model import Finding, Fix, FtlintError, Related, Severity
from ftlint.read.urls import is_remote

MAGIC = b"ftlint-cache-4\n"
DIGEST = 16
DECIDING = ("presidio-analyzer", "phonenumbers", "spacy", "tldextract", "regex", "transformers", "torch")
"""Packages that decide what is personal data."""

WRITTEN_TEMPLATES = 200_000
"""Files with more findings that differ in more than their numbers are scanned anew each time."""


class Cache:
    """The cache folder of one project."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def get(self, plan: FilePlan, rules: RuleSet) -> Partial | None:
        """What is known of the file, None where it or anything that steers a scan has changed."""
        entry = self._entry(plan)
        try:
            header, blobs = _unpacked(entry.read_bytes())
            if header["steering"] != steering(plan, rules):
                return None
            if header["stat"] != _stat(plan) and header["content"] != _content(plan):
                return None
            return _partial(header, blobs, rules)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def put(self, plan: FilePlan, rules: RuleSet, partial: Partial) -> None:
        """Keep what was found. A folder that cannot be written costs only time."""
        if partial.failures or partial.missing or not _can_be_kept(partial.findings.values()):
            return
        if plan.source.container == "none" or _names_private(partial) or not _is_certain(plan):
            return
        blobs: list[bytes] = []
        header = {
            "steering": steering(plan, rules),
            "stat": _stat(plan),
            "content": _content(plan),
            **_header(partial, blobs),
        }
        entry = self._entry(plan)
        staged = entry.with_name(f"{entry.name}.{os.getpid()}")
        try:
            self._prepare(entry.parent)
            staged.write_bytes(_packed(header, blobs))
            staged.replace(entry)
        except OSError:
            with suppress(OSError):
                staged.unlink()

    def _entry(self, plan: FilePlan) -> Path:
        file = plan.path if is_remote(plan.source.file) else os.path.abspath(plan.source.file)
        name = content_hash(file.encode("utf-8", "surrogatepass"))
        return self.folder / __version__ / name[:2] / f"{name}.bin"

    def _prepare(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")


def _can_be_kept(found: Collection[Entries]) -> bool:
    """Whether there are few enough templates, and none with what is no number where a number belongs."""
    few = sum(len(entries.templates) for entries in found) <= WRITTEN_TEMPLATES
    return few and not any(entries.whole for entries in found)


def _names_private(partial: Partial) -> bool:
    """Whether a pointer names what may be private: records can have addresses for keys."""
    from ftlint.detect.mask import sensitive

    pointers = {template.pointer for entries in partial.findings.values() for template in entries.templates}
    pointers.update(verdict.finding.pointer for verdict in partial.verdicts.values())
    return any(sensitive(step) for step in {step for pointer in pointers for step in pointer.split("/")})


def steering(plan: FilePlan, rules: RuleSet) -> str:
    """A hash of all that decides what a scan finds, the file's own bytes aside."""
    told = [
        installed(),
        sys.version_info[:2],
        plan.path,
        plan.source.container,
        identity(plan.format) if plan.format else "",
        plan.target,
        plan.max_length,
        _content_of(plan.schema) if plan.schema else "",
        plan.ignore_field,
        *map(_known, plan.prior),
        bool(plan.counters),
        [_content_of(file) for file in plan.prior.counters if os.path.isfile(file)],
        rules_identity(rules),
    ]
    return content_hash(json.dumps(told, default=str).encode())


def _known(value: Any) -> Any:
    """What was known of the dataset before, with hashes for what is long."""
    if isinstance(value, tuple):
        return list(map(_known, value))
    return content_hash(value) if isinstance(value, bytes) else value


@lru_cache(maxsize=1)
def installed() -> str:
    """The version, and in a checkout that is worked on the times of the tool's own files."""
    package = Path(__file__).parent.parent
    stamps = [path.stat().st_mtime_ns for path in sorted(package.rglob("*.py"))]
    return f"{__version__} {content_hash(json.dumps(stamps).encode())}"


@lru_cache(maxsize=4)
def rules_identity(rules: RuleSet) -> str:
    """A hash of the rules of a run: their options, and the files that rules and measures stand in."""
    told = [
        [_rule_identity(rule) for rule in rules.rules],
        [[f"{measure.__module__}.{measure.__qualname__}", _stamp(measure)] for measure in rules.measures],
        _sought(rules),
    ]
    return content_hash(json.dumps(told).encode())


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
        _content_of(file) if file else "",
        _model(rules.wanted.pii.model),
        _versions(),
    ]


def _model(name: str) -> list[Any]:
    """What a model is at the moment: the sizes and times of its files, or the version of its package."""
    folder = Path(name.rpartition(":")[2])
    if name and folder.is_dir():
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    return _versions((name,)) if name else []


def _versions(packages: Sequence[str] = DECIDING) -> list[str]:
    """The releases of what decides: another may find something else."""
    from importlib.metadata import PackageNotFoundError, version

    told = []
    for package in packages:
        try:
            told.append(f"{package} {version(package)}")
        except (PackageNotFoundError, ValueError):
            told.append(package)
    return told


def _rule_identity(rule: Any) -> list[Any]:
    return [rule.code, _stamp(type(rule)), sorted((key, repr(value)) for key, value in vars(rule).items())]


def _stamp(kind: type) -> int:
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return os.stat(file).st_mtime_ns if file and os.path.exists(file) else 0


def _is_certain(plan: FilePlan) -> bool:
    """Whether what was scanned is what the file held when it was opened; a store may not be able to say."""
    if not is_remote(plan.source.file):
        return True
    from ftlint.read import remote

    try:
        return remote.is_unchanged(plan.source.file, plan.source.identity)
    except FtlintError:
        return False


def _stat(plan: FilePlan) -> list[int | str]:
    if is_remote(plan.source.file):
        return [plan.source.size, plan.source.identity]
    stat = os.stat(plan.source.file)
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def _content(plan: FilePlan) -> str:
    """A hash of the bytes; of a file in a store, which is not read for it, what its store says."""
    if is_remote(plan.source.file):
        return f"{plan.source.size} {plan.source.identity}"
    return _content_of(plan.source.file)


def _content_of(file: str) -> str:
    import xxhash

    digest = xxhash.xxh3_128()
    with open(file, "rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _packed(header: dict[str, Any], blobs: list[bytes]) -> bytes:
    told = json.dumps(header).encode()
    sizes = json.dumps([len(told), *map(len, blobs)]).encode()
    body = b"".join([sizes, b"\n", told, *blobs])
    return b"".join([MAGIC, _digest(body), body])


def _unpacked(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    start = len(MAGIC) + DIGEST
    if not data.startswith(MAGIC) or data[len(MAGIC) : start] != _digest(memoryview(data)[start:]):
        raise ValueError("not a whole cache entry")
    end = data.index(b"\n", start)
    sizes = json.loads(data[start:end])
    at, pieces = end + 1, []
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return json.loads(pieces[0]), pieces[1:]


def _digest(body: bytes | memoryview) -> bytes:
    """What tells a damaged entry from a whole one: a changed word would be told as a finding."""
    import xxhash

    digest: bytes = xxhash.xxh3_128_digest(body)
    return digest


def _header(partial: Partial, blobs: list[bytes]) -> dict[str, Any]:
    places = partial.places
    return {
        "counts": [partial.rows, partial.records, partial.lines, partial.bytes],
        "places": _kept([places.offsets, places.sizes, places.lines], blobs),
        "measures": {
            f"{kind.__module__}.{kind.__qualname__}": _kept(measure.state(), blobs)
            for kind, measure in partial.measures.items()
        },
        "findings": {
            code: [
                [_told(template) for template in entries.templates],
                _kept([entries.which, *entries.columns], blobs),
            ]
            for code, entries in partial.findings.items()
        },
        "verdicts": [
            [key, verdict.code, _told(verdict.finding), _kept(verdict.rows, blobs)]
            for key, verdict in partial.verdicts.items()
        ],
        "ignored": [[row, codes] for row, codes in partial.ignored.items()],
    }


def _partial(header: dict[str, Any], blobs: list[bytes], rules: RuleSet) -> Partial:
    partial = Partial(*header["counts"])
    places = Places()
    places.offsets, places.sizes, places.lines = _restored(header["places"], blobs)
    partial.places = places
    kinds = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in rules.measures}
    partial.measures = {
        kinds[name]: kinds[name].from_state(_restored(state, blobs))
        for name, state in header["measures"].items()
    }
    for code, (templates, columns) in header["findings"].items():
        which, *numbers = _restored(columns, blobs)
        partial.findings[code] = Entries.restored([_finding(told) for told in templates], which, numbers)
    partial.verdicts = {
        key: Verdict(code, _finding(told), _restored(rows, blobs))
        for key, code, told, rows in header["verdicts"]
    }
    partial.ignored = {row: tuple(codes) for row, codes in header["ignored"]}
    return partial


def _kept(value: Any, blobs: list[bytes]) -> Any:
    """JSON of a state; arrays and bytes go to `blobs` and leave a reference."""
    if isinstance(value, array):
        blobs.append(value.tobytes())
        return {"array": value.typecode, "blob": len(blobs) - 1}
    if isinstance(value, bytes):
        blobs.append(value)
        return {"bytes": len(blobs) - 1}
    if isinstance(value, dict):
        return {"pairs": [[_kept(key, blobs), _kept(item, blobs)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_kept(item, blobs) for item in value]}
    if isinstance(value, list):
        return [_kept(item, blobs) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a measure's state holds a {type(value).__name__}")


def _restored(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, list):
        return [_restored(item, blobs) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        found = array(value["array"])
        found.frombytes(blobs[value["blob"]])
        return found
    if "bytes" in value:
        return blobs[value["bytes"]]
    if "tuple" in value:
        return tuple(_restored(item, blobs) for item in value["tuple"])
    return {_restored(key, blobs): _restored(item, blobs) for key, item in value["pairs"]}


PLAIN = (
    "message",
    "row",
    "pointer",
    "start",
    "end",
    "line",
    "column",
    "end_line",
    "end_column",
    "offset",
    "help",
    "kind",
    "fingerprint",
)


def _told(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(finding, name) for name in PLAIN}
    told["severity"] = finding.severity.name if finding.severity else None
    told["fix"] = [finding.fix.message, finding.fix.safe] if finding.fix else None
    told["related"] = [finding.related.path, finding.related.row] if finding.related else None
    return told


def _finding(told: dict[str, Any]) -> Finding:
    """A finding as it was kept. Its fix keeps message and safety, not its edits: those hold text."""
    return Finding(
        **{name: told[name] for name in PLAIN},
        severity=Severity[told["severity"]] if told["severity"] else None,
        fix=Fix(told["fix"][0], (), told["fix"][1]) if told["fix"] else None,
        related=Related(*told["related"]) if told["related"] else None,
    )

"""What a tool says of each file of a folder of broken ones, against the folder's EXPECTED.csv.

crashed      a traceback, a signal, or no end within the time limit
silent       exit 0 and no complaint about a broken file
rejected     a complaint that does not say what is wrong
named        a complaint that says what is wrong
false alarm  an error about a sound file; a format the tool does not read counts
"""

import csv
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measured import Run, run

SOUND = frozenset({"ok", "GZ", "ZST", "BZ2", "XZ", "CRLF", "TOKENIZED"})

CAUSES = {
    "BOM": (r"\bbom\b|byte order mark|utf-8-sig", "byte-order-mark"),
    "CR": (r"carriage.return|\bcr\b", "carriage-return-newlines"),
    "UTF16": (r"utf.?16", "wide-encoding"),
    "UTF32": (r"utf.?32", "wide-encoding"),
    "INVALID_UTF8": (r"utf.?8|encoding|decode", "invalid-utf8"),
    "TRAILING_COMMA": (r"comma\b", "trailing-comma"),
    "LINE_COMMA": (r"comma\b", "comma-after-row"),
    "PY_REPR": (r"python|single.quote|double quotes", "python-repr"),
    "NAN": (r"\bnan\b|infinity", "nan-infinity"),
    "TRUNCATED": (r"truncat|unterminated|incomplete|unexpected end", "truncated-row"),
    "DUP_KEY": (r"(duplicate|repeated|same).key", "duplicate-key"),
    "EMPTY_LINE": (r"blank|empty.line|whitespace", "blank-line"),
    "ARRAY_IN_JSONL": (r"\blist\b|json array", "array-in-jsonl"),
    "JSONL_IN_JSON": (r"json.lines|extension", "jsonl-in-json"),
    "PRETTY": (r"pretty|multi.?line|several lines", "pretty-printed"),
    "CONCAT": (r"extra data|concatenat|several objects", "several-objects-on-line"),
    "DOUBLE_ENCODED": (r"double.encoded|encoded twice|json string|type: str", "double-encoded"),
    "CTRL_IN_STRING": (r"control.character|unescaped", "control-character"),
    "NUL": (r"\bnul\b|null (byte|character)|control.character", "nul-bytes"),
    "LONE_SURROGATE": (r"surrogate", "lone-surrogate"),
    "BAD_ESCAPE": (r"escape", "bad-escape latex-escape"),
    "U2028": (r"2028|line.separator", "line-separator"),
    "EMPTY_FILE": (r"\bempty\b|no (rows|records|data)\b", "empty-file"),
    "MIXED": (r"mixed|(several|different) formats|inconsistent", "mixed-formats"),
    "MULTI_FORMAT": (r"\bboth\b|several.formats|ambiguous", "several-formats-in-record"),
    "NON_OBJECT": (r"not.(a )?(json )?object|type: int", "not-an-object"),
    "BIGINT": (r"digits|integer", "big-integer"),
    "DEPTH": (r"nest|depth|recursion", "deep-nesting"),
    "HUGE_LINE": (r"huge|too (long|large)|unsupported", "huge-line unsupported-file"),
    "GZ_MISNAMED": (r"gzip|compressed", "wrong-extension"),
    "GZ_TRUNCATED": (r"truncat|end.of.stream|incomplete", "truncated-archive"),
    "LFS_POINTER": (r"\blfs\b|pointer", "not-pulled"),
    "HTML_PAGE": (r"html", "html-page"),
    "MERGE_CONFLICT": (r"merge|conflict", "merge-conflict"),
    "COMMENT": (r"comment", "json-comment"),
    "CSV_DELIM": (r"delimiter|semicolon", "csv-delimiter"),
    "CSV_RAGGED": (r"ragged|columns|fields", "csv-ragged"),
    "CSV_QUOTE": (r"quote|unterminated", "csv-quote"),
    "CSV_NOHEADER": (r"header", "csv-no-header"),
    "CSV_FORMULA": (r"formula", "csv-formula"),
    "BAD_PARQUET": (r"parquet", "broken-parquet"),
    "STRINGIFIED": (r"json string|stringified|type: str", "stringified-messages"),
    "ROLES": (r"\broles?\b|alternat|turn", "role-order unknown-role system-not-first no-assistant-turn"),
}
"""Words that count as naming the cause, generous to any tool, and the rules of ftlint that are about it."""


@dataclass(frozen=True)
class Verdict:
    file: str
    cause: str
    outcome: str
    code: int


@dataclass(frozen=True)
class Words:
    """How to read a tool that speaks to people: it complains by its exit code or by these words."""

    complaint: str

    def complains(self, done: Run) -> bool:
        return done.code != 0 or bool(re.search(self.complaint, done.output))

    alarmed = complains

    def names(self, cause: str, done: Run, sound: Run) -> bool:
        """What the tool prints about a sound file too says nothing about this one."""
        pattern = re.compile(CAUSES[cause][0])
        usual = {match.group() for match in pattern.finditer(sound.output.lower())}
        return any(match.group() not in usual for match in pattern.finditer(done.output.lower()))


class Findings:
    """How to read the JSON of ftlint: rules by name."""

    def complains(self, done: Run) -> bool:
        return bool(self._names(done) - {"too-few-examples", "missing-held-out"})

    def alarmed(self, done: Run) -> bool:
        return bool(self._names(done, ("error",))) or done.code != 0

    def names(self, cause: str, done: Run, sound: Run) -> bool:
        return not self._names(done).isdisjoint(CAUSES[cause][1].split())

    def _names(self, done: Run, levels: Sequence[str] = ("error", "warning", "info")) -> set[str]:
        if not done.output.startswith("{"):
            return set()
        found = json.loads(done.output)["findings"]
        return {finding["name"] for finding in found if finding["severity"] in levels}


def judged(
    folder: Path,
    command: Callable[[Path], Sequence[str | Path]],
    reader: Words | Findings,
    timeout: float = 60,
) -> Iterator[Verdict]:
    """One process a file, each file under a name that gives nothing away."""
    with tempfile.TemporaryDirectory() as temporary:
        sound = _copied(folder / "ok.jsonl", Path(temporary))
        usual = _said(command(sound), sound, timeout)
        with (folder / "EXPECTED.csv").open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                file = _copied(folder / row["file"], Path(temporary))
                done = _said(command(file), file, timeout)
                outcome = _outcome(row["class"], done, usual, reader)
                yield Verdict(row["file"], row["class"], outcome, done.code)


def _copied(file: Path, folder: Path) -> Path:
    shutil.rmtree(folder / "set", ignore_errors=True)
    spaced = "made set" if " " in str(file) else "made"
    (folder / "set" / spaced).mkdir(parents=True)
    return shutil.copyfile(file, folder / "set" / spaced / ("data" + "".join(file.suffixes)))


def _said(command: Sequence[str | Path], file: Path, timeout: float) -> Run:
    done = run(command, timeout=timeout, environment={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    output = done.output.replace(str(file), "FILE").replace(file.name, "FILE")
    return Run(done.cpu, done.wall, done.peak_mb, done.code, output, done.timed_out)


def _outcome(cause: str, done: Run, usual: Run, reader: Words | Findings) -> str:
    if done.timed_out or done.code < 0 or "Traceback (most recent call last)" in done.output:
        return "crashed"
    if cause in SOUND:
        return "false alarm" if reader.alarmed(done) else "passed"
    if not reader.complains(done) and done.code == 0:
        return "silent"
    return "named" if reader.names(cause, done, usual) else "rejected"


def counts(verdicts: Sequence[Verdict]) -> list[int]:
    """In the order of HEAD."""
    seen = Counter(verdict.outcome for verdict in verdicts)
    broken = [verdict for verdict in verdicts if verdict.cause not in SOUND]
    passing = sum(verdict.code == 0 for verdict in broken)
    sound = sum(verdict.cause in SOUND for verdict in verdicts)
    return [*(seen[outcome] for outcome in ORDER), passing, len(broken), sound]


ORDER = ("named", "rejected", "silent", "crashed", "false alarm")
HEAD = (*ORDER, "broken but exit 0", "broken files", "sound files")

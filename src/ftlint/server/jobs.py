"""What the worker's children do: check a document, check a project, mend a text, judge a settings file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.engine.bind import Binding, bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Finding, FtlintError
from ftlint.model.report import Report
from ftlint.read.discover import Found, discover, shown
from ftlint.registry import rules as rules_by_code
from ftlint.registry import selected
from ftlint.server.told import told
from ftlint.settings import Settings, load, override
from ftlint.settings.selection import fixable

if TYPE_CHECKING:
    from ftlint.engine.cache import Cache

Answer = dict[str, Any]

MOST_PASSES = 10
CACHE_FROM = 4 << 20
"""Bytes of input under which reading a cache costs as much as checking; as for `ftlint check`."""


def run(job: Mapping[str, Any], content: bytes | None) -> Answer:
    """Do one job. A user's mistake is the answer's `mistake`: message, file and line."""
    work: Callable[[Mapping[str, Any], bytes | None], Answer] = JOBS[job["kind"]]
    try:
        os.chdir(job["folder"])
        return work(job, content)
    except FtlintError as error:
        from ftlint.detect.quoted import Quoted
        from ftlint.read.urls import scrubbed

        file = os.path.abspath(error.path) if error.path and not error.path.startswith("-") else ""
        message = Quoted().hidden(scrubbed(error.message))
        return {"mistake": {"message": message, "file": file, "line": error.line}}


def check_document(job: Mapping[str, Any], content: bytes | None) -> Answer:
    """Check one document by itself: `content`, or the file on disk where there is none."""
    file = job["file"]
    settings = _settings(job)
    rules = RuleSet(selected(settings))
    bindings = _bound(file, settings, rules, content)
    if not bindings:
        return {"excluded": True, **_by(settings)}
    with _Shadow(content) as shadow:
        if shadow:
            bindings = [each._replace(stand_in=shadow) for each in bindings]
        cache = None if shadow else _cache(settings, bindings)
        report = check(bindings, settings, rules, cache=cache, today=job.get("today", ""))
        answer = _answered(report, settings, {file: bindings[0].path}, job)
        if bindings[0].document:
            from ftlint.server.explained import explained

            answer["fields"] = explained(shadow or file, bindings[0].path, settings)
    return answer


def check_project(job: Mapping[str, Any], _content: bytes | None) -> Answer:
    """Check all files under the settings root of `file`, as they are on disk; tell of those in `files`."""
    settings = _settings(job)
    rules = RuleSet(selected(settings))
    bindings = bind(discover([settings.root], settings, documents=rules.reads_documents), settings)
    known = {each.file: each.path for each in bindings}
    total = sum(_size(each.file) for each in bindings)
    if total > job["most"]:
        return {"skipped": total, **_by(settings)}
    report = check(bindings, settings, rules, cache=_cache(settings, bindings), today=job.get("today", ""))
    paths = {file: known[file] for file in job["files"] if file in known}
    if settings.file:
        paths.setdefault(settings.file, "")  # what belongs to no file is told at the settings file
    return _answered(report, settings, paths, job)


def mend(job: Mapping[str, Any], content: bytes | None) -> Answer:
    """Apply the safe fixes to `content`, and again to what comes of it, until there are none."""
    from ftlint.engine.fixes import wanted_edits
    from ftlint.fix.apply import apply

    settings = _settings(job)
    codes = fixable(settings, rules_by_code())

    def wanted(finding: Finding) -> bool:
        return finding.fix is not None and finding.fix.safe and finding.code in codes

    rules = RuleSet(selected(settings))
    data = content or b""
    bindings = _bound(job["file"], settings, rules, data)
    for _ in range(MOST_PASSES if bindings else 0):
        with _Shadow(data) as shadow:
            copies = [each._replace(stand_in=shadow) for each in bindings]
            report = check(copies, settings, rules, today=job.get("today", ""))
            edits = wanted_edits(report, wanted).get(bindings[0].path)
            mended = data if edits is None else apply(data, edits.placed, edits.source.container)[0]
        if mended == data:
            break
        data = mended
    return {"text": data.decode("latin-1")}


def judge_settings(job: Mapping[str, Any], content: bytes | None) -> Answer:
    """Read a settings file from `content`. The mistake in it, if any, is raised."""
    from ftlint.settings.layer import layer_of
    from ftlint.settings.load import resolve

    layer = layer_of(job["file"], content or b"")
    if layer is not None:
        settings = resolve(layer)
        selected(settings)
        bind([], settings)
    return {"sound": True}


def list_rules(_job: Mapping[str, Any], _content: bytes | None) -> Answer:
    """Every rule's code, name, title and page."""
    from ftlint.server.pages import page, title

    known = rules_by_code().values()
    return {"rules": [[rule.code, rule.name, title(rule), page(rule)] for rule in known]}


JOBS = {
    "document": check_document,
    "project": check_project,
    "mend": mend,
    "settings": judge_settings,
    "rules": list_rules,
}


class _Shadow:
    """A file with the content of an unsaved document, for as long as it is read; "" for none."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.file = ""

    def __enter__(self) -> str:
        if self.content is not None:
            # in memory where the system has such a place for the user alone
            folder = os.environ.get("XDG_RUNTIME_DIR")
            handle, self.file = tempfile.mkstemp(
                prefix="ftlint-", dir=folder if folder and os.access(folder, os.W_OK) else None
            )
            with open(handle, "wb") as stream:
                stream.write(self.content)
        return self.file

    def __exit__(self, *_: object) -> None:
        if self.file:
            os.unlink(self.file)


def _settings(job: Mapping[str, Any]) -> Settings:
    return override(load([job["file"]], config=job.get("config", "")), force_exclude=True)


def _bound(file: str, settings: Settings, rules: RuleSet, content: bytes | None) -> Sequence[Binding]:
    """The document's binding; none where it is excluded."""
    if os.path.exists(file):
        found = discover([file], settings, documents=rules.reads_documents)
    else:
        found = _unborn(file, settings, rules, content or b"")
    return [each for each in bind(found, settings) if each.file == file]


def _unborn(file: str, settings: Settings, rules: RuleSet, content: bytes) -> list[Found]:
    """A file that is on no disk yet, as it would be found."""
    path = shown(file, settings.root)
    folder = tempfile.mkdtemp(prefix="ftlint-")
    copy = os.path.join(folder, os.path.basename(file))
    try:
        with open(copy, "wb") as stream:
            stream.write(content)
        there = discover(
            [copy], override(settings, exclude=(), force_exclude=True), documents=rules.reads_documents
        )
    finally:
        os.unlink(copy)
        os.rmdir(folder)
    from ftlint.read.globs import Globs

    if Globs([*settings.exclude, *settings.extend_exclude]).match(path):
        return []
    return [each._replace(path=path, file=file) for each in there]


def _answered(report: Report, settings: Settings, paths: Mapping[str, str], job: Mapping[str, Any]) -> Answer:
    codes = fixable(settings, rules_by_code())
    return {
        "files": {
            file: told(report, path, job["limit"], codes, alone=len(paths) == 1)
            for file, path in paths.items()
        },
        "not_run": [[entry.code, entry.reason] for entry in report.not_run],
        **_by(settings),
    }


def _by(settings: Settings) -> Answer:
    """Which settings it went by, and every file of theirs that could be read."""
    sound = [os.path.join(settings.root, settings.suppressions), *(layer.file for layer in settings.layers)]
    return {"settings": settings.file, "root": settings.root, "sound": sound}


def _cache(settings: Settings, bindings: Sequence[Binding]) -> Cache | None:
    if sum(_size(each.file) for each in bindings) < CACHE_FROM:
        return None
    from ftlint.engine.cache import Cache

    return Cache(os.path.join(settings.root, settings.cache_dir))


def _size(file: str) -> int:
    from ftlint.read.files import size_of

    try:
        return size_of(file)
    except OSError:
        return 0

"""Runs ftlint once, in every format, and shows what it found: log, annotations, summary, outputs.

The step does not fail here: what comes after it (cache, upload, comment) is done first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import event
import summary
from plan import Plan, cache_key, load
from since import resolve, trusting
from workflow import ActionError, relay, remark, say, set_outputs

_SUMMARY = re.compile(r'^  "summary": (\{.*\}),$', re.MULTILINE)
# The counts stand before the findings, of which there can be millions.
_HEAD = 65_536
# It holds times and inodes, which are new in every checkout: it counts once it has grown by so many bytes.
_INDEX, _GROWN = "index.bin", 65_536
_KINDS = ("errors", "warnings", "infos")


class Reports(NamedTuple):
    """The files that ftlint writes."""

    json: Path
    sarif: Path
    markdown: Path
    github: Path


def run() -> None:
    work, plan = load()
    happened = event.read()
    reports = Reports(
        work / "ftlint.json", work / "ftlint.sarif", work / "ftlint.md", work / "annotations.txt"
    )
    try:
        code, said = _checked(plan, happened, reports)
    except ActionError as error:
        code, said = 2, [str(error)]
    counts = _counts(reports.json)
    _annotate(reports.github, counts, said)
    _summarize(work, plan, reports.markdown, said)
    uploads = plan.inputs.sarif and reports.sarif.exists() and _may_upload(happened)
    set_outputs(
        {
            # Python itself ends with 1, too, where a program breaks.
            "exit-code": str(code if counts and code in {0, 1} else 2),
            "findings": str(sum(counts.values())),
            **{kind: str(counts.get(kind, 0)) for kind in _KINDS},
            "json": _named(reports.json),
            "sarif": _named(reports.sarif),
            "markdown": _named(reports.markdown),
            "upload": str(uploads).lower(),
            "comment": str(plan.inputs.comment and _has_thread(happened)).lower(),
            "cache-key": _kept(work, plan),
        }
    )


def _checked(plan: Plan, happened: event.Event, reports: Reports) -> tuple[int, list[str]]:
    """ftlint's exit code and last lines."""
    inputs, env = plan.inputs, trusting(os.environ)
    since = resolve(inputs.since, happened, plan.folder, env) if inputs.since else ""
    if since:
        say(f"since {since}: only rows that changed after it are reported")
    formats = [f"{name}={path}" for name, path in reports._asdict().items()]
    if not inputs.annotations:
        formats.remove(f"github={reports.github}")
    flags = [f"--output-format={form}" for form in ("full", *formats)]
    flags.append(f"--cache-dir={plan.cache}")
    named = {"config": inputs.config, "fail-on": inputs.fail_on, "since": since}
    flags += [f"--{flag}={value}" for flag, value in named.items() if value]
    return relay([os.environ["FTLINT"], "check", *flags, *inputs.args, "--", *inputs.paths], env, plan.folder)


def _counts(report: Path) -> dict[str, int]:
    """Findings by severity; {} where there is no report."""
    if not report.exists():
        return {}
    with report.open(encoding="utf-8") as file:
        found = _SUMMARY.search(file.read(_HEAD))
    whole: Any = json.loads(found[1]) if found else json.loads(report.read_text("utf-8"))["summary"]
    return {kind: int(whole[kind]) for kind in _KINDS}


def _annotate(commands: Path, counts: dict[str, int], said: list[str]) -> None:
    """ftlint's annotations; one of the action's own where nothing could be checked."""
    if not counts:
        remark("error", "could not check: " + " ".join(_reason(said)))
    elif commands.exists():
        with commands.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                # The others say in words what the log has said already.
                if line.startswith("::"):
                    print(line, end="", flush=True)


def _summarize(work: Path, plan: Plan, markdown: Path, said: list[str]) -> None:
    text = markdown.read_text("utf-8", "replace") if markdown.exists() else ""
    text = text or summary.unchecked(_reason(said))
    (work / "shown.md").write_text(text, "utf-8")
    place = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if plan.inputs.summary and place:
        summary.append(Path(place), text)


def _reason(said: list[str]) -> list[str]:
    """What ftlint said of its failing: from the line that begins with its name, else the last lines."""
    for index, line in enumerate(said):
        if line.startswith(("ftlint: ", "ftlint check: ")):
            return said[index : index + 8]
    return said[-5:]


def _may_upload(happened: event.Event) -> bool:
    if happened.foreign:
        remark("notice", "SARIF is not uploaded for a fork or Dependabot: the token can only read")
    return not happened.foreign


def _has_thread(happened: event.Event) -> bool:
    if happened.number is None:
        say(f"comment: {happened.name or 'this event'} has no pull request to comment on")
    return happened.number is not None


def _named(report: Path) -> str:
    return str(report) if report.exists() else ""


def _kept(work: Path, plan: Plan) -> str:
    """The key to keep the cache by; "" where it is empty or as it was found."""
    if not plan.inputs.cache or not plan.cache.is_dir():
        return ""
    whole = hashlib.sha256()
    entries = sorted(path for path in plan.cache.rglob("*") if path.is_file())
    for path in entries:
        whole.update(f"{path.relative_to(plan.cache)}\0".encode("utf-8", "surrogateescape"))
        if path.name == _INDEX:
            whole.update(str(path.stat().st_size // _GROWN).encode())
            continue
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    key = cache_key(work, whole.hexdigest()[:32])
    return key if entries and key != os.environ.get("FTLINT_RESTORED") else ""

"""What `ftlint eval` does with a result: writes it, records it, prints it, and gives the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.evaluate.comparing import Told
    from ftlint.evaluate.conclude import Concluded
    from ftlint.evaluate.models import Source
    from ftlint.evaluate.of_run import Prepared
    from ftlint.evaluate.options import Options
    from ftlint.evaluate.parity import Parity
    from ftlint.evaluate.result import EvalResult
    from ftlint.evaluate.sets import Files
    from ftlint.gate.lock import Approval
    from ftlint.settings import Settings
    from ftlint.weights.tokenizer import Tokenizer


def finished(
    arguments: Namespace,
    settings: Settings,
    found: Concluded,
    told: Told | None,
    folder: str,
    apart: Parity | None = None,
    approval: Approval | None = None,
) -> int:
    """Write the folder (none for ""), note the result in lock and audit log, print, and give the exit code.

    `approval` is that of an opening of the test split that waits for its result.
    """
    from ftlint.evaluate.baseline import write_baseline
    from ftlint.evaluate.folder import write_folder
    from ftlint.evaluate.forms import result_hash
    from ftlint.gate.opening import record_result

    sha256 = write_folder(folder, found) if folder else result_hash(found.result)
    narrow = any(each.role == "narrow" for each in found.result.sets)
    if folder and found.tuned is None and narrow:
        write_baseline(os.path.join(folder, "baseline.json"), found.result)
    if approval is not None and any(each.split == "test" for each in found.result.sets):
        record_result(settings, approval, sha256)
    _recorded(arguments, settings, found.result, folder, sha256, apart)
    for line in _unmeasured(arguments, found.result):
        print(f"ftlint: {line}", file=sys.stderr)
    _printed(arguments, found, told, folder)
    return code(found.result, arguments.fail_on, apart)


def _unmeasured(arguments: Namespace, result: EvalResult) -> list[str]:
    """Metrics that were asked for and that no row has what it takes for."""
    asked = {"narrow": arguments.metrics, "general": arguments.general_metrics}
    known: set[tuple[str, str]] = {(each.role, each.metric) for each in result.comparisons}
    known |= {(role, metric) for role, scores in result.scores.items() for metric in scores}
    return [
        f"{name} is not measured: no row of {', '.join(each.files)} has what it takes (docs/eval.md)"
        for each in result.sets
        for name in dict.fromkeys(part.strip() for part in asked[each.role].split(","))
        if name and name != "auto" and (each.role, name) not in known
    ]


def code(result: EvalResult, fail_on: str, apart: Parity | None = None) -> int:
    """0, or 1 where something got worse; with `no-evidence` where the task did not get better, too."""
    if apart is not None:
        return int(bool(apart.drops))
    if "worse" in result.verdicts.values():
        return 1
    return int(fail_on == "no-evidence" and result.verdicts.get("narrow", "better") != "better")


def verdict(result: EvalResult, apart: Parity | None = None) -> str:
    """The outcome in a few words: of each role, of parity, or that one model was measured."""
    if apart is not None:
        return f"drop of {', '.join(apart.drops)}" if apart.drops else "no drop"
    return ", ".join(f"{role}: {each}" for role, each in result.verdicts.items()) or "measured"


def _recorded(
    arguments: Namespace,
    settings: Settings,
    result: EvalResult,
    folder: str,
    sha256: str,
    apart: Parity | None,
) -> None:
    from ftlint.evaluate.forms import RESULT
    from ftlint.gate.audit import record

    hashes = {os.path.join(folder, RESULT) if folder else RESULT: sha256}
    hashes |= {f"{each.role} rows": each.hash.removeprefix("sha256:") for each in result.sets}
    hashes |= {name: value for name, value in (("lock", result.lock), ("run", result.run)) if value}
    subject = arguments.folder or arguments.base or " ".join(arguments.predictions or arguments.from_harness)
    details: dict[str, Any] = {f"{each.role} rows": each.rows for each in result.sets}
    details |= {"splits": sorted({each.split for each in result.sets if each.split})}
    if arguments.reopen:
        details["reopened"] = arguments.reopen
    record(settings, "eval", subject=subject, hashes=hashes, verdict=verdict(result, apart), details=details)


def _printed(arguments: Namespace, found: Concluded, told: Told | None, folder: str) -> None:
    from ftlint.evaluate.folder import markdown, text
    from ftlint.evaluate.forms import result_bytes
    from ftlint.report import style_for
    from ftlint.report.deliver import to_stdout

    def write(out: TextIO) -> None:
        if arguments.shape == "json":
            out.write(result_bytes(found.result).decode())
        elif arguments.shape == "markdown":
            markdown(found, out)
        else:
            text(found, out, style_for(sys.stdout))
            out.write("\n")
            out.writelines(f"{line}\n" for line in _lines(told, folder))

    to_stdout(write)


def _lines(told: Told | None, folder: str) -> list[str]:
    """What stands below the table: rows left out, where the files are."""
    from ftlint.report.amounts import plural

    lines = [
        f"left out ({role}): {plural(count, 'row')}: {reason}"
        for role, reasons in (told.skipped.items() if told else ())
        for reason, count in reasons.items()
    ]
    if folder:
        lines.append(f"written: {os.path.join(folder, 'eval.html')}, eval.json, eval.md, predictions")
    return lines


def exported(
    arguments: Namespace,
    source: Source,
    files: Sequence[Files],
    tokenizer: Tokenizer,
    settings: Settings,
    options: Options,
    run: Prepared | None = None,
) -> int:
    """Write the rows as tasks of lm-evaluation-harness and print the commands that run them.

    The test split of a run is opened for it: what is written out is read.
    """
    from ftlint.evaluate.of_run import opening_of
    from ftlint.evaluate.tasks import export

    opening = opening_of(run, settings, arguments.reopen, []) if run else None
    if opening is not None:
        opening()
    for line in export(arguments.export_harness, source, files, tokenizer, settings.root, options):
        print(line)
    return 0

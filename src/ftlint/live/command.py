"""The command that is run once when a verdict ends a run."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence

from ftlint.live.verdicts import Verdict
from ftlint.model import FtlintError, RunLog
from ftlint.report.amounts import amount

PREFIX = "FTLINT_VERDICT_"


def parsed(text: str, *, shell: bool) -> Sequence[str]:
    """The words of a command; with `shell` it is one, for `/bin/sh`.

    Raises `FtlintError` for one that cannot be run: better now than at the verdict, hours later.
    """
    if not text.strip():
        raise FtlintError("--stop-command names no command")
    if shell:
        return ["/bin/sh", "-c", text]
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise FtlintError(f"--stop-command: {error}: {text!r}") from None
    if not words:
        raise FtlintError("--stop-command names no command")
    if shutil.which(words[0]) is None:
        raise FtlintError(
            f"--stop-command: no program {words[0]!r}; for what only a shell knows (built-ins, pipes, "
            "$VARIABLES) add --shell"
        )
    return words


def environment(verdict: Verdict, log: RunLog) -> dict[str, str]:
    """A verdict as variables `FTLINT_VERDICT_*`; what is not known is empty."""
    step, kept = verdict.step, None
    if step is not None:
        kept = log.nearest_checkpoint(step)
    values = {
        "CODE": verdict.code,
        "RULE": verdict.name,
        "SEVERITY": verdict.severity.label,
        "MESSAGE": verdict.message,
        "HELP": verdict.help,
        "STEP": "" if step is None else amount(step),
        "CONFIDENCE": "" if verdict.confidence is None else f"{verdict.confidence:.2f}",
        "LAST_STEP": amount(log.last_step),
        "CHECKPOINT": "" if kept is None else str(kept),
        "RUN": log.path,
    }
    return {PREFIX + name: value.replace("\0", "") for name, value in values.items()}


def run(words: Sequence[str], verdict: Verdict, log: RunLog) -> None:
    """Run the command and wait for it. Raises `FtlintError` where it fails: the training may then go on."""
    sys.stdout.flush()
    try:
        done = subprocess.run(
            words, env={**os.environ, **environment(verdict, log)}, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        raise FtlintError(f"the stop command could not be run: {error.strerror or error}") from None
    if done.returncode:
        how = f"exit code {done.returncode}" if done.returncode > 0 else f"signal {-done.returncode}"
        raise FtlintError(f"the stop command ended with {how}: the training may still run")

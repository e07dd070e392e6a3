"""Fixes copies of a folder in children that are killed at a given step of fixing; run by test_fix_killed.py.

    killed_fixes.py FOLDER SCRATCH STEP...

A step is one call, of Python or of C, made by the code that writes: 0 kills nobody. For each step a copy of
FOLDER is made at SCRATCH/STEP. Prints the number of steps of the run that was not killed.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from ftlint.cli.main import main

WRITING = (f"{os.sep}ftlint{os.sep}fix{os.sep}", f"cli{os.sep}fixing.py", f"engine{os.sep}mending.py")
COMMAND = ["check", ".", "--isolated", "--unsafe-fixes", "--no-cache", "--select"]


def fixed(folder: Path, rules: str, step: int) -> None:
    """Runs in a child: chdir, count steps, die at the one asked for."""
    taken = 0

    def count(frame: Any, event: str, _argument: object) -> None:
        nonlocal taken
        if event.endswith("call") and any(part in frame.f_code.co_filename for part in WRITING):
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    os.chdir(folder)
    sys.setprofile(count)
    main([*COMMAND, rules, "--fix"])
    sys.setprofile(None)
    (folder / ".steps").write_text(str(taken))


def run(folder: Path, scratch: Path, rules: str, step: int) -> None:
    copy = scratch / str(step)
    shutil.copytree(folder, copy)
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        try:
            fixed(copy, rules, step)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


if __name__ == "__main__":
    folder, scratch, rules, *steps = sys.argv[1:]
    # what a check imports is imported once, before the children
    os.chdir(folder)
    main([*COMMAND, rules, "--diff", "--quiet", "--output-format", f"json={scratch}/warm.json"])
    for each in steps:
        run(Path(folder), Path(scratch), rules, int(each))

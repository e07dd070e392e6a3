"""The story of one fine-tune, told by the commands themselves: `make story`.

    python examples/story/story.py [FOLDER] [--linter FTLINT] [--base MODEL]

A copy of this project is made in FOLDER (build/story), and its data, as it came from the shop. Then: check,
fix, redact, approve, train (the base model is measured first), eval, report. Each command is shown with what
it says. It ends with 1 where a command ends otherwise than it should.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import rows

HERE = Path(__file__).parent
CONFIG = "configs/lora.yaml"
RUN = "runs/orders"
WHY = "a model of one million weights takes a higher rate than one of billions"
REPORT = "report"

Step = tuple[str, str, int]
"""What is done, the command (`ftlint` trains, `linter` checks), and the exit code it should have."""

CLEANING: tuple[Step, ...] = (
    (
        "The data as it came",
        f"linter check --output-format full --output-format html={REPORT}/1-data.html",
        1,
    ),
    (
        "What a machine may mend: rows that repeat, leak or break off",
        "linter check data --fix --unsafe-fixes",
        0,
    ),
    ("Personal data and secrets go", "linter data redact data/train.jsonl --in-place", 0),
)
APPROVING: tuple[Step, ...] = (
    ("A warning is left: it is not approved", f"linter approve {CONFIG}", 1),
    (
        "With a written reason it is: all that training reads is locked",
        f"linter approve {CONFIG} --waive learning-rate-too-high={shlex.quote(WHY)}",
        0,
    ),
)
CHANGED: tuple[Step, ...] = (("One row is added after that: refused", f"ftlint train {CONFIG}", 2),)
TRAINING: tuple[Step, ...] = (
    ("Put back. What would be trained", f"ftlint train {CONFIG} --dry-run", 0),
    ("The base model is measured, then it trains", f"ftlint train {CONFIG}", 0),
    ("The curves", f"ftlint logs show {RUN}/log.jsonl", 0),
    ("Is it better? The test split is opened, once", f"ftlint eval --run {RUN}", 0),
    ("A second time takes a reason", f"ftlint eval --run {RUN} -o again", 2),
)
REPORTING: tuple[Step, ...] = (
    ("A page of the run", f"ftlint logs plot {RUN}/log.jsonl -o {REPORT}/2-run.html", 0),
    ("The model card", f"ftlint export {RUN} --to card -o {REPORT}/model-card", 0),
    ("Who did what: the log is whole", "ftlint audit verify", 0),
)


def main() -> int:
    arguments = _arguments()
    begun = time.monotonic()
    folder = Path(arguments.folder).absolute()
    _laid_out(folder, arguments.base)
    own = [sys.executable, "-m", "ftlint"]
    programs = {"ftlint": own, "linter": [os.path.abspath(arguments.linter)] if arguments.linter else own}
    wrong = _told(CLEANING, programs, folder) + _told(APPROVING, programs, folder)
    train = folder / "data" / "train.jsonl"
    approved = train.read_bytes()
    with train.open("ab") as stream:
        stream.write(approved.splitlines(keepends=True)[0])
    wrong += _told(CHANGED, programs, folder)
    train.write_bytes(approved)
    wrong += _told(TRAINING, programs, folder) + _told(REPORTING, programs, folder)
    evaluation = folder / RUN / "eval"
    for name in ("eval.html", "eval.md", "eval.json"):
        if (evaluation / name).exists():
            shutil.copy(evaluation / name, folder / REPORT / f"3-{name}")
    print(f"\n{'=' * 8} The report: {_short(folder / REPORT)}")
    for path in sorted(each for each in (folder / REPORT).rglob("*") if each.is_file()):
        print(f"  {path.relative_to(folder / REPORT)}")
    print(f"\n{len(wrong) or 'no'} surprises in {time.monotonic() - begun:.0f} s")
    for text in wrong:
        print(f"  {text}")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", default="build/story", help="where it happens; emptied first")
    parser.add_argument(
        "--linter", default="", help="the ftlint that checks, where it is another installation"
    )
    parser.add_argument("--base", help="the base model's folder, in place of a small one that is made")
    return parser.parse_args()


def _laid_out(folder: Path, base: str | None) -> None:
    """The project as it stands before anyone looked: settings, config, data with faults, the base model."""
    marker = folder / "ftlint.toml"
    if folder.exists() and any(folder.iterdir()):
        if not marker.is_file() or marker.read_bytes() != (HERE / "ftlint.toml").read_bytes():
            sys.exit(f"{folder}: is not a folder of an earlier story: empty it, or name another")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "ftlint.toml", folder)
    shutil.copytree(HERE / "configs", folder / "configs")
    (folder / REPORT).mkdir()
    rows.write(folder / "data")
    if base is None:
        print("The base model: a Llama of a million weights, pretrained here the first time ...", flush=True)
        base = str(rows.pretrained.pretrained_model())
    shutil.copytree(base, folder / "model")


def _told(steps: tuple[Step, ...], programs: dict[str, list[str]], folder: Path) -> list[str]:
    """Run commands and show them; those that did not end as they should."""
    # of a model this small threads cost more than they give, and on a busy machine they wait for each other
    given = {"FTLINT_USER": "Ana <ana@example.com>", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    environment = given | os.environ
    wrong = []
    for title, command, wanted in steps:
        name, *words = shlex.split(command)
        print(f"\n{'=' * 8} {title}\n$ ftlint {shlex.join(words)}", flush=True)
        begun = time.monotonic()
        done = subprocess.run([*programs[name], *words], cwd=folder, env=environment, check=False)
        print(f"-- exit {done.returncode}, {time.monotonic() - begun:.1f} s", flush=True)
        if done.returncode != wanted:
            wrong.append(f"{command}: exit {done.returncode}, not {wanted}")
    return wrong


def _short(path: Path) -> str:
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())

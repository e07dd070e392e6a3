"""`ftlint config returned`: parse, call, print."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.gate.lock import Approval
    from ftlint.model import TrainingConfig
    from ftlint.settings import Settings


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "returned",
        help="take a run back that another trainer made from a converted config",
        usage="ftlint config returned FILE RUN [flags]",
        description=(
            "Write the run.json of a run that axolotl, LLaMA-Factory or TRL made, so that ftlint eval and\n"
            "ftlint export take it. FILE is the config that ftlint config convert --lock wrote, unedited."
        ),
        epilog=(
            "exit codes: 0 written, 2 is not the run that was approved\n\n"
            "examples:\n"
            "  ftlint config convert lora.yaml --to axolotl --lock -o axolotl.yml\n"
            "  axolotl train axolotl.yml\n"
            "  ftlint config returned axolotl.yml outputs/lora\n"
            "  ftlint eval --run outputs/lora\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="the converted config")
    parser.add_argument("folder", metavar="RUN", help="the folder that the trainer wrote")
    parser.add_argument("--force", action="store_true", help="write over a run.json")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.cli.approve import settings_of
    from ftlint.gate.audit import record
    from ftlint.gate.handed import handed
    from ftlint.gate.identity import identity
    from ftlint.gate.manifest import NAME, write_manifest
    from ftlint.gate.returned import returned
    from ftlint.model import FtlintError

    known = handed(arguments.file)
    settings = settings_of(arguments, [arguments.file])
    if os.path.exists(os.path.join(arguments.folder, NAME)) and not arguments.force:
        raise FtlintError("is there already: --force writes over it", os.path.join(arguments.folder, NAME))
    approval = _approval(known.lock, settings, arguments.file)
    config = _config(approval, settings)
    manifest = returned(arguments.folder, known, approval, config, identity(settings.root, required=False))
    hashes = {each.path: each.sha256 for each in manifest.adapter}
    mark = record(
        settings,
        "train",
        subject=approval.config.path,
        hashes={approval.config.path: approval.config.sha256, "lock": known.lock, **hashes},
        verdict="returned",
        details={"tool": known.tool, "steps": manifest.trained.steps, "status": manifest.status},
    )
    write_manifest(arguments.folder, manifest.model_copy(update={"audit": mark}))
    trained = manifest.trained
    steps = f"{trained.steps:,} of {trained.planned_steps:,} steps"
    print(f"{arguments.folder} · {known.tool} · {steps} · {manifest.status}")
    if known.lost:
        print(
            f"note: not as approved, {known.tool} could not be told: {', '.join(known.lost)}", file=sys.stderr
        )
    print(f"next: ftlint eval --run {shlex.quote(arguments.folder)}")
    return 0


def _approval(lock: str, settings: Settings, file: str) -> Approval:
    from ftlint.gate.lock import lock_hash, read_lock
    from ftlint.model import FtlintError

    for approval in read_lock(settings.root).approvals:
        if lock_hash(approval) == lock:
            return approval
    raise FtlintError(
        f"was converted from an approval ({lock[:12]}) that ftlint.lock does not hold: "
        "git restore ftlint.lock, or approve and convert again",
        file,
    )


def _config(approval: Approval, settings: Settings) -> TrainingConfig:
    """The approved config, as it was approved and converted: with what it leaves to `ftlint train`."""
    from ftlint.dialects.own import completed
    from ftlint.gate.configs import read_config
    from ftlint.gate.locked import locked_file
    from ftlint.model import FtlintError

    then = approval.config
    if locked_file(then.path, os.path.join(settings.root, then.path)).sha256 != then.sha256:
        raise FtlintError("is not as it was approved: git restore it", then.path)
    return completed(read_config(then.path, settings, then.line, then.dialect))

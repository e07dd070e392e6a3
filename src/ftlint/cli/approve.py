"""`ftlint approve`: parse, call, print."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ftlint.gate.approve import Outcome
    from ftlint.gate.lock import Approval
    from ftlint.model import TrainingConfig
    from ftlint.model.report import Group
    from ftlint.report import Spec
    from ftlint.settings import Settings


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "approve",
        help="check a training and lock it, byte by byte",
        usage="ftlint approve CONFIG [flags]\n       ftlint approve --check [CONFIG] [flags]",
        description=(
            "Run every rule on a training config and its data. Where no warning is left, or a reason is\n"
            "written for each, lock all of it in ftlint.lock: ftlint train runs nothing else."
        ),
        epilog=(
            "exit codes: 0 approved, or all as approved; 1 not; 2 could not check\n\n"
            "examples:\n"
            "  ftlint approve configs/lora.yaml\n"
            '  ftlint approve configs/lora.yaml --waive no-general-data="it serves this task alone"\n'
            "  ftlint approve --check --no-model        in CI, where no model lies\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        nargs="?",
        default="",
        metavar="CONFIG",
        help="a config, or FILE:LINE for a launch line in a script",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing: is all still as it was approved?"
    )
    parser.add_argument(
        "--waive",
        action="append",
        default=[],
        metavar="RULE=WHY",
        help="let a rule's warnings stand, with the reason",
    )
    parser.add_argument("--rules", action="store_true", help="with --check: run the rules again, too")
    parser.add_argument("--no-model", action="store_true", help="with --check: leave the model's files out")
    parser.add_argument("--remove", action="store_true", help="take the approval of CONFIG out of the lock")
    parser.add_argument(
        "--output-format",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help="how findings are reported, as in ftlint check",
    )
    parser.add_argument(
        "--max-per-rule", type=int, metavar="N", help="findings shown per rule and file; 0: all"
    )
    parser.add_argument("--dialect", default="", metavar="NAME", help="the dialect, where it cannot be told")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.model import FtlintError

    if arguments.remove and not arguments.file:
        raise FtlintError("--remove needs the config")
    if (arguments.rules or arguments.no_model) and not arguments.check:
        raise FtlintError("--rules and --no-model go with --check")
    if arguments.check and (arguments.waive or arguments.remove):
        raise FtlintError("--check writes nothing: leave --waive and --remove out")
    if arguments.check:
        from ftlint.cli.approved import check

        return check(arguments)
    if not arguments.file:
        raise FtlintError("name the training config to approve, or --check what is approved")
    if arguments.remove:
        from ftlint.cli.approved import remove

        return remove(arguments)
    config, settings = training_of(arguments)
    return _approve(config, settings, arguments)


def training_of(arguments: Namespace) -> tuple[TrainingConfig, Settings]:
    """The training config that `arguments.file` names, its path relative to the root, and the settings.

    `arguments` has `file`, `dialect`, `config` and `isolated`. The config is read as the gate reads it, so
    that what is approved and what is trained are one. Raises `FtlintError` as `cli.config.named.named` does.
    """
    from ftlint.cli.config.named import named
    from ftlint.engine.training_files import rooted
    from ftlint.gate.configs import read_config
    from ftlint.gate.locked import launch_line

    config = named(arguments.file, arguments)
    settings = settings_of(arguments, [config.path])
    path = rooted(config, settings.root).path
    return read_config(path, settings, launch_line(config), config.dialect), settings


def settings_of(arguments: Namespace, paths: Sequence[str]) -> Settings:
    """The settings for these paths. Without a settings file the root is the nearest folder with a lock."""
    from dataclasses import replace

    from ftlint.gate.lock import NAME
    from ftlint.settings import load

    settings = load(paths, config=arguments.config, isolated=arguments.isolated)
    folder = os.path.dirname(os.path.abspath(paths[0])) if paths else os.getcwd()
    while not settings.file and not os.path.isfile(os.path.join(folder, NAME)):
        above = os.path.dirname(folder)
        if above == folder:
            return settings
        folder = above
    return settings if settings.file else replace(settings, root=folder)


def _approve(config: TrainingConfig, settings: Settings, arguments: Namespace) -> int:
    from ftlint.engine.training_files import training_files
    from ftlint.gate.approve import approve, keep
    from ftlint.gate.audit import ready
    from ftlint.gate.audited import hashes, record_outcome
    from ftlint.gate.identity import identity, now
    from ftlint.gate.lock import read_lock
    from ftlint.report.progress import Progress

    specs = _specs(arguments, settings)
    waive = _waivers(arguments.waive)
    ready(settings)
    read_lock(settings.root)
    who = identity(settings.root)
    files = training_files(config, settings)
    total = sum(os.path.getsize(each.file) for split in files.splits.values() for each in split)
    with Progress(total, sys.stderr) as progress:
        outcome = approve(config, settings, waive=waive, who=who, at=now(), advance=progress.advance)
    approval = outcome.approval
    if approval is None:
        record_outcome(settings, config.path, "refused", outcome)
        return _refused(outcome, config, settings, specs, arguments)
    if not outcome.same:
        mark = record_outcome(settings, config.path, "approved", outcome, hashes(approval))
        approval = keep(approval, settings, mark)
    _approved(outcome, approval, specs, _not_run_here(config, approval, settings))
    return 0


def _not_run_here(config: TrainingConfig, approval: Approval, settings: Settings) -> list[str]:
    """Why `ftlint train` would not run what is approved: then another trainer has to."""
    from ftlint.model import FtlintError
    from ftlint.train.resolve import plan_of

    try:
        plan_of(config, approval, settings)
    except FtlintError as error:
        return [f"ftlint train would not run it: {error}"]
    return []


def _specs(arguments: Namespace, settings: Settings) -> list[Spec]:
    from ftlint.report import parse_specs

    return parse_specs(arguments.output_format or settings.output_format)


def _waivers(given: Sequence[str]) -> dict[str, str]:
    from ftlint.model import FtlintError

    found: dict[str, str] = {}
    for each in given:
        rule, _, reason = (part.strip() for part in each.partition("="))
        if not rule or not reason:
            raise FtlintError(f'--waive {each}: write why it may stand: --waive {rule or "RULE"}="WHY"')
        if found.get(rule, reason) != reason:
            raise FtlintError(f"--waive {rule}: two reasons are given")
        found[rule] = reason
    return found


def _refused(
    outcome: Outcome,
    config: TrainingConfig,
    settings: Settings,
    specs: Sequence[Spec],
    arguments: Namespace,
) -> int:
    from ftlint.gate.verify import command
    from ftlint.report import emit, style_for

    again = command(config.path, settings.root)
    codes = list(dict.fromkeys((each.code, each.name, each.severity.label) for each in outcome.blocking))
    hints = [*outcome.notes]
    warnings = [name for _, name, level in codes if level == "warning"]
    if outcome.blocking:
        what = ", ".join(f"{code} {name}" for code, name, _ in codes)
        mend = "mend them" if len(codes) > 1 else "mend it"
        by = _mended_by(outcome.blocking)
        waive = f', or {again} --waive {warnings[0]}="WHY"' if warnings else ""
        answer = "" if len(warnings) == len(codes) else ", or write why an error stands under [reasons]"
        hints.append(f"not approved: {what}: {mend}{by}{waive}{answer}")
    outcome.report.hints = hints
    few = settings.max_per_rule if arguments.max_per_rule is None else arguments.max_per_rule
    style = style_for(sys.stdout, max_per_rule=few, command=again)._replace(selects=False)
    emit(outcome.report, specs, style)
    return 2 if outcome.report.failures else 1


def _mended_by(blocking: Sequence[Group]) -> str:
    """The command that mends findings by machine, in brackets; "" where none can be."""
    safe, unsafe = sum(each.safe_fixes for each in blocking), sum(each.unsafe_fixes for each in blocking)
    if not safe + unsafe:
        return ""
    part = "" if safe + unsafe == sum(each.count for each in blocking) else "in part: "
    return f" ({part}ftlint check --fix{' --unsafe-fixes' if unsafe else ''})"


def _approved(outcome: Outcome, approval: Approval, specs: Sequence[Spec], more: Sequence[str]) -> None:
    from ftlint.gate.told import write_approved
    from ftlint.report import emit, style_for
    from ftlint.report.deliver import to_stdout

    report = outcome.report
    notes = [*outcome.notes, *more]
    report.hints = notes
    style = style_for(sys.stdout)
    text = [each for each in specs if each.path is None and each.format == "full"]
    emit(report, [each for each in specs if each not in text], style)
    if text:
        rows = {each.path: each.rows for each in report.files}
        to_stdout(lambda out: write_approved(approval, rows, out, style, same=outcome.same))
        for note in notes:
            print(f"note: {note}", file=sys.stderr)

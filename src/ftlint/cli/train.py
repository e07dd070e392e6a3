"""`ftlint train`: parse, call, print."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.gate.lock import Approval, AuditMark
    from ftlint.gate.manifest import RunManifest
    from ftlint.gate.unmoved import Held
    from ftlint.model import TrainingConfig
    from ftlint.settings import Settings
    from ftlint.train.data import Pairs, Prepared
    from ftlint.train.plan import Plan
    from ftlint.weights.tokenizer import Tokenizer

EPILOG = """\
exit codes: 0 trained; 1 stopped by a rule (it diverged, overfitted, forgot); 2 could not train;
            129, 130, 143 ended by a signal, saved: --resume goes on

examples:
  ftlint train configs/lora.yaml --dry-run      the first batch with its loss mask, memory, time
  ftlint train configs/lora.yaml                the base model is measured first, then it trains
  ftlint train configs/lora.yaml --resume       go on after a crash, from the last checkpoint
  ftlint train configs/lora.yaml --launch slurm --gpus 4 -o job.sh
"""


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    from ftlint.train.launching import add_launch_flags

    parser = commands.add_parser(
        "train",
        help="run the approved config",
        usage="ftlint train CONFIG [--resume] [--dry-run] [flags]",
        description=(
            "Train what ftlint approve locked, and nothing else: a changed byte is named and refused. The\n"
            "base model is measured before the first step. The run's folder is the config's output_dir."
        ),
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="CONFIG", help="a config, or FILE:LINE for a launch line in a script")
    parser.add_argument(
        "--resume", action="store_true", help="go on from the last checkpoint, if there is one"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="train nothing: show what would be, and the first batch"
    )
    parser.add_argument(
        "--max-steps", type=_steps, metavar="N", help="optimizer steps, in place of the config's"
    )
    parser.add_argument(
        "--price-per-hour", type=_price, metavar="X", help="of this machine: the cost so far is shown"
    )
    parser.add_argument("--no-baseline", action="store_true", help="do not measure the base model first")
    add_launch_flags(parser)
    parser.add_argument("--dialect", default="", metavar="NAME", help="the dialect, where it cannot be told")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.cli.approve import training_of
    from ftlint.gate.verify import held_approval
    from ftlint.train.launching import launch, refuse_other
    from ftlint.train.resolve import plan_of

    config, settings = training_of(arguments)
    if arguments.dry_run:
        return _previewed(config, settings, arguments)
    approval, held = held_approval(config, settings)
    refuse_other(arguments.lock, approval)
    plan = plan_of(config, approval, settings, max_steps=arguments.max_steps)
    if arguments.launch:
        return launch(arguments, plan, approval, settings)
    tokenizer = _tokenizer(plan)
    prepared = _prepared(plan, tokenizer)
    held.refuse_data()
    return _trained(arguments, plan, prepared, tokenizer, approval, settings, held)


def _tokenizer(plan: Plan) -> Tokenizer:
    from ftlint.weights.tokenizer import load_tokenizer

    return load_tokenizer(plan.model_folder, plan.chat_template, today=plan.date)


def _prepared(plan: Plan, tokenizer: Tokenizer) -> Prepared | Pairs:
    from ftlint.report.amounts import plural
    from ftlint.train.data import pairs, prepare
    from ftlint.train.many import world
    from ftlint.train.preference import check

    if plan.method == "dpo":
        check(plan)
    prepared = pairs(plan, tokenizer) if plan.method == "dpo" else prepare(plan, tokenizer)
    for lost in prepared.lost if world().first else ():
        places = ", ".join(lost.places) + (", ..." if lost.rows > len(lost.places) else "")
        _said(f"left out: {plural(lost.rows, 'row')} of {lost.split}: {lost.reason} ({places})")
    return prepared


def _trained(
    arguments: Namespace,
    plan: Plan,
    prepared: Prepared | Pairs,
    tokenizer: Tokenizer,
    approval: Approval,
    settings: Settings,
    held: Held,
) -> int:
    from ftlint.gate.audit import record
    from ftlint.gate.lock import lock_hash
    from ftlint.model import FtlintError
    from ftlint.train.many import world
    from ftlint.train.run import run as trained
    from ftlint.train.signals import Signalled, raised

    hashes = {plan.config: approval.config.sha256, "lock": lock_hash(approval)}
    begun = False

    def recorded(verdict: str, **details: Any) -> AuditMark | None:
        return record(settings, "train", subject=plan.config, hashes=hashes, verdict=verdict, details=details)

    def started() -> AuditMark | None:
        nonlocal begun
        begun = True
        mark = recorded("started")
        if not arguments.no_baseline:
            with raised():
                _measured(plan, approval, settings)
        return mark

    try:
        manifest = trained(
            plan,
            prepared,
            tokenizer,
            approval=approval,
            settings=settings,
            resume_run=arguments.resume,
            price=arguments.price_per_hour,
            on_start=started,
            on_loaded=held.refuse_model,
        )
    except Signalled as ended:
        recorded("interrupted", steps=0, stopped_by=ended.name)
        _said(f"{ended.name} while the base model was measured: nothing was trained yet; {_again(arguments)}")
        return 128 + ended.number
    except KeyboardInterrupt:
        if begun:
            recorded("interrupted", steps=0, stopped_by="SIGINT")
        raise
    except Exception as error:
        if begun:
            with contextlib.suppress(FtlintError, OSError):  # the disk may be what broke it
                recorded("failed")
        if not begun or isinstance(error, FtlintError):
            raise
        return _broken(error, arguments)
    if begun:
        hashes |= {each.path: each.sha256 for each in manifest.adapter}
        recorded(manifest.status, steps=manifest.trained.steps, stopped_by=manifest.trained.stopped_by)
    if world().first:
        _told(manifest, plan, approval, _again(arguments))
    return code(manifest)


def _again(arguments: Namespace) -> str:
    """The command that goes on with this run, from where it was begun: with other flags it is refused."""
    import shlex

    words = ["ftlint", "train", arguments.file, "--resume"]
    for name in ("max_steps", "price_per_hour", "dialect", "config"):
        if (value := getattr(arguments, name)) not in (None, ""):
            words += [f"--{name.replace('_', '-')}", str(value)]
    words += [
        f"--{name.replace('_', '-')}" for name in ("isolated", "no_baseline") if getattr(arguments, name)
    ]
    return shlex.join(words)


def _broken(error: Exception, arguments: Namespace) -> int:
    """What no one foresaw, with its traceback. Python's own exit code would say that a rule stopped it."""
    import traceback

    traceback.print_exception(error)
    first = str(error).strip().split("\n")[0] or type(error).__name__
    _said(f"it broke: {first}; from the last checkpoint: {_again(arguments)}")
    return 2


def code(manifest: RunManifest) -> int:
    """The exit code of a run; one that a signal ended has the shell's, 128 and the signal's number."""
    import signal

    if manifest.status == "interrupted":
        return 128 + signal.Signals[manifest.trained.stopped_by].value
    return {"finished": 0, "stopped": 1}.get(manifest.status, 2)


def _measured(plan: Plan, approval: Approval, settings: Settings) -> None:
    """Measure the base model before the first step, unless that was done under the same approval."""
    from ftlint.evaluate.baseline_run import FOLDER, measure_baseline
    from ftlint.evaluate.forms import RESULT, read_result
    from ftlint.gate.lock import lock_hash
    from ftlint.train.line import Line
    from ftlint.train.memory import freed

    out = os.path.join(plan.output, "baseline.json")
    result = os.path.join(plan.output, FOLDER, RESULT)
    if os.path.isfile(out) and os.path.isfile(result) and read_result(result).lock == lock_hash(approval):
        return
    line = Line(sys.stderr)
    measure_baseline(
        plan,
        approval,
        settings,
        out,
        told=lambda what, done, of: line.doing(f"base model · {what}", done, of),
    )
    line.close()
    freed()


def _previewed(config: TrainingConfig, settings: Settings, arguments: Namespace) -> int:
    """Show what would be trained, of a config that is not approved, too."""
    from ftlint.gate.verify import approval_for
    from ftlint.model import FtlintError
    from ftlint.train.preview import preview
    from ftlint.train.resolve import plan_of

    approval = None
    try:
        approval = approval_for(config, settings)
    except FtlintError as error:
        _said(f"would be refused: {error}")
    plan = plan_of(config, approval, settings, max_steps=arguments.max_steps)
    tokenizer = _tokenizer(plan)
    hardware = settings.hardware
    text = preview(plan, _prepared(plan, tokenizer), tokenizer, gpu=hardware.gpu, count=hardware.count)
    print(text.rstrip("\n"))
    return 0


def _told(manifest: RunManifest, plan: Plan, approval: Approval, again: str) -> None:
    """What the run came to, and what to do next."""
    from ftlint.train.summary import summary

    split = next((each for each in ("test", "validation") if approval.data.get(each)), "")
    for line in summary(manifest, os.path.relpath(plan.output), split=split, again=again):
        print(line)


def _said(text: str) -> None:
    from ftlint.detect.mask import visible

    print(f"ftlint: {visible(text)}", file=sys.stderr)


def _steps(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ArgumentTypeError(f"a number of steps from 1 on, not {text!r}")
    return int(text)


def _price(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise ArgumentTypeError(f"what an hour costs, not {text!r}")
    return value

"""One run from its plan to its folder: attempts, what ended it, the adapter, the manifest.

out/run.json  log.jsonl  tensorboard/  checkpoint-N/  adapter/
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO

from ftlint.model import FtlintError
from ftlint.train import checkpoints, many, resume
from ftlint.train.line import Line
from ftlint.train.memory import halved
from ftlint.train.plan import Plan
from ftlint.train.schedule import scheduled
from ftlint.train.signals import Signals

if TYPE_CHECKING:
    from ftlint.gate.lock import Approval, AuditMark
    from ftlint.gate.manifest import DataUsed, RunManifest, Status
    from ftlint.settings import Settings

UNLOCKED = "0" * 64
"""The lock's hash of a run without one: a test, a benchmark."""


class Data(Protocol):
    """What is trained and evaluated on; see `train.data.Prepared`. `evals` are by set: narrow, general."""

    @property
    def train(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def evals(self) -> Mapping[str, Sequence[Mapping[str, Any]]]: ...

    @property
    def used(self) -> DataUsed: ...


class Setup(NamedTuple):
    """What a trainer is made of: a module of a method has `made(setup) -> Kept` (see `engine.made`).

    `arguments` are those of `TrainingArguments`, `callbacks` go to the trainer as they are.
    """

    plan: Plan
    model: Any
    arguments: dict[str, Any]
    prepared: Data
    collate: Any
    tokenizer: Any
    callbacks: Sequence[Any]


class Ended(NamedTuple):
    """How an attempt ended. `why` is the rule, signal or limit."""

    status: Status
    why: str = ""


@dataclass(slots=True)
class Going:
    """A run as it goes: what each attempt is given and adds to."""

    plan: Plan
    prepared: Data
    tokenizer: Any
    collate: Any
    settings: Settings | None
    price: float | None
    line: Line
    signals: Signals
    there: many.World
    manifest: RunManifest
    attempts: list[dict[str, Any]] = field(default_factory=list)
    loaded: Callable[[], None] | None = None

    @property
    def folder(self) -> Path:
        return Path(self.plan.output)

    def write(self, **changed: Any) -> None:
        """Bring the manifest up to date on the disk; only the first process does."""
        self.manifest = self.manifest.model_copy(update={**changed, "attempts": list(self.attempts)})
        if self.there.first:
            from ftlint.gate.manifest import write_manifest

            write_manifest(str(self.folder), self.manifest)


def run(
    plan: Plan,
    prepared: Data,
    tokenizer: Any = None,
    *,
    approval: Approval | None = None,
    settings: Settings | None = None,
    resume_run: bool = False,
    collate: Any = None,
    price: float | None = None,
    stream: TextIO | None = sys.stderr,
    on_start: Callable[[], AuditMark | None] | None = None,
    on_loaded: Callable[[], None] | None = None,
) -> RunManifest:
    """Train what the plan says, and give the manifest of the run's folder, `plan.output`.

    With `resume_run` a run that stands there goes on from its last checkpoint, and one that is finished, or
    was stopped by a rule, is given back as it is. `price` is that of an hour on this machine; `collate` makes
    a batch of items (that of `train.data` unless given). `settings` choose the rules that may stop it.
    `on_start` is called by the first process once nothing speaks against the start; a new run keeps the mark
    that it gives. `on_loaded` is called whenever the base model was loaded, and raises where it is not the
    one meant.

    The status tells how it ended: finished, stopped (by the rule in `trained.stopped_by`), interrupted (by a
    signal, saved). Raises `FtlintError` for a run that may not start or go on, and for a full disk.
    """
    there = many.world()
    plan = scheduled(many.shared(plan, there), len(prepared.train), there.size)
    if plan.early_stopping and ("narrow" not in prepared.evals or plan.eval_strategy == "no"):
        raise FtlintError("early_stopping needs validation rows that are evaluated as it trains", plan.config)
    folder = Path(plan.output)
    signals = Signals()
    line = Line(stream if there.first else None)
    if collate is None:
        from ftlint.train.data import collator

        collate = collator(tokenizer.pad_id, plan.packing, plan.attention)
    with contextlib.ExitStack() as stack:
        if there.first:
            stack.enter_context(resume.occupied(folder))
        lock = UNLOCKED if approval is None else _lock_hash(approval)
        before = resume.earlier(folder, resume=resume_run)
        if before is not None:
            resume.check(before, plan, prepared.used.fingerprint, lock)
            if before.status in ("finished", "stopped"):
                return before
            for told in resume.elsewhere(before):
                line.say(told)
        mark = on_start() if on_start is not None and there.first else None
        stack.enter_context(signals)
        signals.on_first = lambda name: line.say(f"{name}: the step is finished and saved, then it ends")
        started = _manifest(plan, prepared, lock, there, mark) if before is None else before
        going = Going(
            plan,
            prepared,
            tokenizer,
            collate,
            settings,
            price,
            line,
            signals,
            there,
            started,
            list(started.attempts),
            on_loaded,
        )
        return _attempts(going)


def _attempts(going: Going) -> RunManifest:
    """Try until it ends; out of memory it is tried again with a smaller micro batch."""
    plan = going.plan
    steps = checkpoints.whole(going.folder)
    if steps:
        read = checkpoints.verified if going.there.first else checkpoints.state_of
        state = read(going.folder, steps[-1])
        if int(state["processes"]) != going.there.size:
            raise FtlintError(
                f"cannot be resumed: {state['processes']} processes trained it, {going.there.size} do now",
                str(going.folder),
            )
        _log_is_whole(going, steps[-1], int(state["log"]))
        plan = replace(plan, micro_batch=int(state["micro_batch"]), accumulation=int(state["accumulation"]))
    while True:
        ended, error = _tried(going, plan)
        if error is None and ended is not None:
            break
        smaller = halved(plan.micro_batch, plan.accumulation)
        if smaller is None or going.there.size > 1:
            going.write(status="failed", ended=_now())
            raise FtlintError(_too_large(plan, going.there.size), plan.config)
        plan = replace(plan, micro_batch=smaller[0], accumulation=smaller[1])
        going.line.say(
            f"out of memory: micro batch {smaller[0]}, accumulation {smaller[1]} from here on, "
            f"{plan.effective_batch} examples to a step as before"
        )
    return going.manifest


def _log_is_whole(going: Going, step: int, size: int) -> None:
    """Say so where rows from before a checkpoint are gone: the weights are whole, so that it goes on."""
    from ftlint.train.logs import NAME

    path = going.folder / NAME
    there = path.stat().st_size if path.is_file() else 0
    if there < size:
        going.line.say(
            f"ftlint: {NAME} has {there:,} of the {size:,} bytes that checkpoint-{step} knows: its rows from "
            "before are lost"
        )


def _tried(going: Going, plan: Plan) -> tuple[Ended | None, str | None]:
    """One attempt: how it ended, or what was said when memory ran out."""
    from ftlint.train.attempt import attempt
    from ftlint.train.exact import exact
    from ftlint.train.memory import freed
    from ftlint.weights.model import out_of_memory, versions

    begun: dict[str, Any] = {"at": _now(), "micro_batch": plan.micro_batch, "accumulation": plan.accumulation}
    if (here := versions()) != going.manifest.versions:
        begun["versions"] = here
    going.attempts.append(begun)
    said = ""
    try:
        with exact():
            return attempt(going, plan, begun), None
    except Exception as error:
        going.line.close()
        if not out_of_memory(error):
            full = checkpoints.no_room(error)
            begun["ended"] = "no room" if full else type(error).__name__
            with contextlib.suppress(FtlintError):  # the disk may be full
                going.write(status="failed", ended=_now())
            if full and not isinstance(error, FtlintError):
                raise _no_room(going.folder) from None
            raise
        said = str(error).split("\n")[0]
    begun["ended"] = "out of memory"
    freed()
    return None, said


def _no_room(folder: Path) -> FtlintError:
    from ftlint.train.kept import no_room_text

    checkpoints.cleared(folder)
    return checkpoints.NoRoomError(no_room_text(folder, "the run's log"), str(folder))


def _too_large(plan: Plan, processes: int) -> str:
    if processes > 1:
        return (
            f"out of memory with a micro batch of {plan.micro_batch} on each of {processes} processes: "
            "halve it, double the accumulation, approve again"
        )
    return (
        "out of memory with a micro batch of 1: shorten sequence_length, turn gradient_checkpointing on, "
        "or load the base in 4 bit (QLoRA)"
    )


def _manifest(
    plan: Plan, prepared: Data, lock: str, there: many.World, mark: AuditMark | None
) -> RunManifest:
    """The manifest of a run that begins."""
    from ftlint import __version__
    from ftlint.gate.identity import identity
    from ftlint.gate.manifest import Precision, RunManifest, Trained
    from ftlint.train.precision import precision
    from ftlint.weights.model import machine, versions

    return RunManifest(
        version=__version__,
        status="running",
        lock=lock,
        config=plan.config,
        method=plan.method,
        tuning=plan.tuning,
        base_model=plan.base_model,
        revision=plan.revision,
        plan=plan.as_dict(),
        precision=Precision(**precision(plan)),
        data=prepared.used,
        trained=Trained(steps=0, planned_steps=0),
        versions=versions(),
        machine=machine() | {"processes": there.size},
        by=identity(plan.root, required=False),
        audit=mark,
        started=_now(),
    )


def _lock_hash(approval: Approval) -> str:
    from ftlint.gate.lock import lock_hash

    return lock_hash(approval)


def _now() -> str:
    from ftlint.gate.identity import now

    return now()

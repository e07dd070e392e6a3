"""One attempt at a run: model, trainer and callbacks are made, it trains, what came of it is written."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ftlint.model import MissingExtraError
from ftlint.train import adapter, checkpoints
from ftlint.train.memory import peak

if TYPE_CHECKING:
    from ftlint.gate.manifest import Trained
    from ftlint.train.plan import Plan
    from ftlint.train.run import Ended, Going

METHODS = {"sft": "ftlint.train.engine", "dpo": "ftlint.train.preference"}
"""The module that makes the trainer of a method."""

BROKEN = ("nan-loss", "zero-loss", "divergence")
"""Verdicts after which the last weights are worth nothing."""


def attempt(going: Going, plan: Plan, begun: dict[str, Any]) -> Ended:
    """Train from the last checkpoint, or from the start. `begun` is this attempt's entry in the manifest."""
    try:
        from ftlint.train.callbacks import Drawn, Recorded
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ftlint"):
            raise
        raise MissingExtraError("train", "training") from None
    last = (checkpoints.whole(going.folder) or [0])[-1]
    begun["from_step"] = last
    trainer = _made(going, plan, last)
    judging, recorded = _judging(going, int(trainer.args.warmup_steps)), None
    keeping, planned = trainer.keeping, going.manifest.trained.planned_steps
    try:
        keeping.judged_by = lambda: judging.stopped_by.name if judging.stopped_by else ""
        if keeping.rows is not None:
            if last == 0:
                keeping.rows.back_to(0)
            board = going.folder / "tensorboard" if plan.tensorboard else None
            recorded = Recorded(keeping.rows, trainer, board, going.price)
            trainer.add_callback(recorded)
        if last:
            trainer.restore(last)
        # killed when it had ended, before that was written: not a step more
        over = bool(keeping.stopped_by or keeping.ended_by) or 0 < planned <= last
        trainer.add_callback(Drawn(going.line, trainer, going.price))
        trainer.add_callback(judging)
        if over or going.signals.received is not None:
            trainer.stand_at(last)
        else:
            trainer.train(resume_from_checkpoint=str(checkpoints.place(going.folder, last)) if last else None)
    finally:
        going.line.close()
        if recorded is not None:
            recorded.close()
        if keeping.rows is not None:
            keeping.rows.close()
    return _written(going, plan, begun, trainer, _ended(going, trainer))


def _made(going: Going, plan: Plan, last: int) -> Any:
    """The trainer with its model, and the run's folder ready for it."""
    from ftlint.train.callbacks import Pace
    from ftlint.train.engine import adapted, arguments, warmup
    from ftlint.train.kept import Keeping
    from ftlint.train.logs import Rows
    from ftlint.train.run import Setup
    from ftlint.train.schedule import steps_per_epoch, total_steps
    from ftlint.weights.model import device

    where = device()
    total = total_steps(plan, len(going.prepared.train), going.there.size)
    epoch = steps_per_epoch(plan, len(going.prepared.train), going.there.size)
    evals = bool(going.prepared.evals) and plan.eval_strategy != "no"
    pace = Pace(
        log_steps=plan.log_steps,
        eval_steps=epoch if plan.eval_strategy == "epoch" else plan.eval_steps,
        save_steps=plan.save_steps,
        evaluates=evals,
        signals=going.signals,
    )
    more = {"eval_on_start": evals and not last, "warmup_steps": warmup(plan, total)}
    trainer = import_module(METHODS[plan.method]).made(
        Setup(
            plan,
            adapted(_base(going, plan, going.there.loads_on(plan, where)), plan),
            arguments(plan, where, **more),
            going.prepared,
            going.collate,
            going.tokenizer,
            [pace],
        )
    )
    _without_defaults(trainer)
    pace.trainer = trainer
    trainer.accelerator.wait_for_everyone()  # others look for a run in the folder before one is begun there
    planned = going.manifest.trained.model_copy(update={"planned_steps": total})
    going.write(status="running", ended="", trained=planned)
    trainer.keep(
        Keeping(
            folder=going.folder,
            base_model=plan.base_model,
            rows=Rows(going.folder) if going.there.first else None,
            keep_best=plan.keep_best and evals,
            early_stopping=plan.early_stopping,
        )
    )
    return trainer


def _base(going: Going, plan: Plan, where: str) -> Any:
    from ftlint.weights.model import load_base

    model = load_base(
        plan.model_folder,
        dtype=plan.model_dtype,
        device=where,
        attention=plan.attention,
        load_in_4bit=plan.load_in_4bit,
        load_in_8bit=plan.load_in_8bit,
        quant_type=plan.quant_type,
        quant_compute=plan.quant_compute,
        trust_remote_code=plan.trust_remote_code,
    )
    if going.loaded is not None:
        going.loaded()
    return model


def _judging(going: Going, warmup: int) -> Any:
    """The rules of training runs, which may stop this one."""
    from ftlint.live.wording import line
    from ftlint.train.judge import Judge

    def told(change: Any) -> None:
        if going.there.first:
            going.line.say(f"ftlint: {line(change)}")

    mixes = bool(going.prepared.used.general_share)
    return Judge(
        mixes=mixes,
        warmup=warmup,
        interrupted=lambda: going.signals.received is not None,
        settings=going.settings,
        on_verdict=told,
    )


def _without_defaults(trainer: Any) -> None:
    """Take away transformers' own callbacks that decide when to save and that print."""
    from transformers.trainer_callback import DefaultFlowCallback, PrinterCallback

    for each in (DefaultFlowCallback, PrinterCallback):
        trainer.remove_callback(each)


def _ended(going: Going, trainer: Any) -> Ended:
    """What ended it: a verdict, a signal, patience, or the plan."""
    from ftlint.train.run import Ended

    state = trainer.state
    if trainer.keeping.ended_by:
        return Ended("stopped", trainer.keeping.ended_by)
    if trainer.keeping.stopped_by:
        return Ended("finished", trainer.keeping.stopped_by)
    if going.signals.received is not None and (state.global_step < state.max_steps or not state.max_steps):
        return Ended("interrupted", going.signals.name)
    return Ended("finished")


def _written(going: Going, plan: Plan, begun: dict[str, Any], trainer: Any, ended: Ended) -> Ended:
    """Write the adapter of a run that ended, and the manifest."""
    from ftlint.gate.identity import now

    begun |= {"to_step": trainer.state.global_step, "ended": ended.why or ended.status, "peak_memory": peak()}
    files = going.manifest.adapter
    trained = _trained(going, plan, trainer, ended)
    if going.there.first and ended.status != "interrupted":
        step = _chosen(trainer, plan, ended)
        files = [] if step is None else adapter.given(going.folder, step, going.tokenizer)
    going.write(status=ended.status, ended=now(), trained=trained, adapter=files)
    trainer.accelerator.wait_for_everyone()
    return ended


def _chosen(trainer: Any, plan: Plan, ended: Ended) -> int | None:
    """The checkpoint that becomes the adapter: the best one, else the last; none of a run that broke before
    it was ever evaluated."""
    folder, best = trainer.keeping.folder, trainer.state.best_global_step
    steps = checkpoints.whole(folder)
    if trainer.keeping.keep_best and best in steps:
        return int(best)
    return None if ended.why in BROKEN or not steps else steps[-1]


def _trained(going: Going, plan: Plan, trainer: Any, ended: Ended) -> Trained:
    from ftlint.gate.manifest import Trained

    state, totals = trainer.state, trainer.keeping.totals
    narrow, general = (round(totals.get(name, 0)) for name in ("narrow_tokens", "general_tokens"))
    return Trained(
        steps=state.global_step,
        planned_steps=state.max_steps or going.manifest.trained.planned_steps,
        epochs=round(float(state.epoch or 0), 6),
        tokens=round(totals.get("read", 0)),
        target_tokens=narrow + general,
        general_tokens=general,
        seconds=round(trainer.seconds, 3),
        best_step=state.best_global_step,
        best_loss=state.best_metric,
        stopped_by=ended.why,
    )

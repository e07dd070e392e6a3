"""A run evaluated: its base against its adapter on an approved split, or its adapter as it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftlint.evaluate.comparing import Told, evaluated, served
from ftlint.evaluate.conclude import Concluded
from ftlint.evaluate.models import Quantised, Source
from ftlint.evaluate.options import Options
from ftlint.evaluate.parity import TOLERANCE, Parity
from ftlint.evaluate.run_folder import Run, base_of, locked_paths, tokenizes
from ftlint.evaluate.sets import Files
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.gate.lock import Approval
    from ftlint.settings import Settings
    from ftlint.weights.tokenizer import Tokenizer

Split = Literal["validation", "test"]


class Prepared(NamedTuple):
    """A run that is ready to be evaluated; no row is read yet. `general` are given in place of the run's."""

    run: Run
    source: Source
    tokenizer: Tokenizer
    files: tuple[Files, ...]
    split: Split


def prepared(
    run: Run, settings: Settings, options: Options, *, split: Split, general: Sequence[str] = ()
) -> Prepared:
    """Model, tokenizer and files of a run, all as they were approved; types as the run trained in.

    Raises `FtlintError` where something is not as it was, or the split has no files.
    """
    from ftlint.read.discover import shown
    from ftlint.weights.model import device

    if split == "test" and options.first:
        raise FtlintError("--limit leaves rows out, and the test split is opened once: --split validation")
    place = base_of(run, settings.root)
    manifest, plan = run.manifest, run.manifest.plan
    source = Source(
        folder=place.folder,
        name=run.approval.model.name,
        dtype=options.dtype or manifest.precision.weights,
        device=options.device or device(),
        revision=place.revision,
        adapter=run.adapter,
        adapter_name=shown(run.adapter, settings.root),
        adapter_sha256=run.adapter_sha256,
        attention=str(plan.get("attention") or ""),
        load_in_4bit=bool(plan.get("load_in_4bit")),
        load_in_8bit=bool(plan.get("load_in_8bit")),
        quant_type=str(plan.get("quant_type") or "nf4"),
        quant_compute=str(plan.get("quant_compute") or ""),
        trust_remote_code=bool(plan.get("trust_remote_code")),
    )
    files = _files(run, settings, split, general)
    return Prepared(run, source, tokenizer_of(run, place.folder), files, split)


def tokenizer_of(run: Run, base: str) -> Tokenizer:
    """The tokenizer and template that the run was trained with: the adapter's own, else the base model's."""
    from ftlint.weights.tokenizer import load_tokenizer

    plan: Mapping[str, Any] = run.manifest.plan
    today = str(plan.get("date") or run.approval.at[:10])
    if tokenizes(run):
        return load_tokenizer(run.adapter, today=today)
    return load_tokenizer(base, str(plan.get("chat_template") or ""), today=today)


def _files(run: Run, settings: Settings, split: Split, general: Sequence[str]) -> tuple[Files, ...]:
    approval = run.approval
    narrow = locked_paths(run, split, settings.root)
    if not narrow:
        told = f"no {split} split was approved for this run: name it in [[dataset]] before the next training"
        other = split == "test" and approval.data.get("validation")
        now = f"--run {run.folder} --split validation, or " if other else ""
        now += f"--base {approval.model.name} --adapter {run.adapter} --data FILE"
        raise FtlintError(f"{told}; of this one: ftlint eval {now}", approval.config.path)
    found = [Files("narrow", tuple(narrow), approval.formats, split)]
    if general:
        return (*found, Files("general", tuple(general)))
    locked = locked_paths(run, "general", settings.root)
    if locked:
        mixed = bool(approval.general_share)
        found.append(Files("general", tuple(locked), approval.formats, "general", True, mixed))
    return tuple(found)


def evaluated_run(
    found: Prepared, settings: Settings, options: Options, *, reason: str = ""
) -> tuple[Concluded, Told, Approval]:
    """Base against tuned. The test split is opened once the model is loaded, and the lock says so first."""
    opened: list[Approval] = []
    result, told = evaluated(
        found.source,
        found.files,
        found.tokenizer,
        settings.root,
        options,
        lock=found.run.manifest.lock,
        run=found.run.sha256,
        opening=opening_of(found, settings, reason, opened),
    )
    return result, told, opened[0] if opened else found.run.approval


def served_run(
    found: Prepared,
    settings: Settings,
    options: Options,
    *,
    dtype: str,
    quantised: Quantised = "",
    tolerance: float = TOLERANCE,
    reason: str = "",
) -> tuple[Concluded, Told, Parity, Approval]:
    """The adapter as trained against the merged model in `dtype`."""
    opened: list[Approval] = []
    result, told, apart = served(
        found.source,
        found.source._replace(dtype=dtype),
        found.files,
        found.tokenizer,
        settings.root,
        options,
        quantised=quantised,
        tolerance=tolerance,
        lock=found.run.manifest.lock,
        run=found.run.sha256,
        opening=opening_of(found, settings, reason, opened),
    )
    return result, told, apart, opened[0] if opened else found.run.approval


def served_dtype(run: Run, settings: Settings, asked: str) -> str:
    """What the merged model computes in: as asked, as `[serve] dtype` says, else as the manifest does."""
    stated = asked or settings.serve.dtype
    if stated == "fp8":
        raise FtlintError(
            "[serve] dtype is fp8, which only engines compute in: name the type that is merged in (--dtype)"
        )
    return stated or run.manifest.precision.merge


def opening_of(
    found: Prepared, settings: Settings, reason: str, opened: list[Approval]
) -> Callable[[], None] | None:
    if found.split != "test":
        return None

    def opening() -> None:
        from ftlint.gate.identity import identity, now
        from ftlint.gate.opening import open_test

        who = identity(settings.root)
        opened.append(
            open_test(settings, found.run.approval, run=found.run.sha256, who=who, at=now(), reason=reason)
        )

    return opening


def held_as_test(paths: Sequence[str], roots: Sequence[str]) -> str:
    """The config whose locked test split one of these files is, "" for none: such a file is opened once.

    `roots` are the folders whose locks are asked: a copy of a test split is one wherever it lies.
    """
    from ftlint.gate.lock import read_lock
    from ftlint.gate.locked import locked_file

    known = {
        each.sha256: approval.config.path
        for root in roots
        for approval in read_lock(root).approvals
        for each in approval.data.get("test", [])
    }
    if not known:
        return ""
    return next((known[sha] for path in paths if (sha := locked_file(path, path).sha256) in known), "")

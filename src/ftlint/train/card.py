"""The model card of a run, README.md: what it was trained on, what was measured, its limits and licences.

It says numbers, hashes and names of files, and no value of any row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint.facts.model_licences import licence_of, table
from ftlint.report.amounts import duration, plural
from ftlint.report.gfm import cell, code
from ftlint.train.trained import OURS

if TYPE_CHECKING:
    from ftlint.train.measured import Figure, Measured
    from ftlint.train.trained import TrainedRun

HUB_LICENCES = frozenset(
    {
        *("apache-2.0", "mit", "gemma", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"),
        *("bigcode-openrail-m", "bigscience-bloom-rail-1.0", "cc-by-nc-4.0"),
    }
)
"""What the hub takes as `license`; any other name is a `license_name` beside `license: other`."""

_SETTINGS = (
    *("method", "tuning", "rank", "alpha", "dropout", "targets", "rslora", "dora", "learning_rate"),
    *("scheduler", "warmup_steps", "warmup_ratio", "epochs", "max_steps", "micro_batch", "accumulation"),
    *("world_size", "optimizer", "weight_decay", "max_grad_norm", "length", "packing", "train_on_inputs"),
    *("general_share", "seed", "beta", "loss_type"),
)
_PREFERENCE = ("beta", "loss_type")
NARROW, GENERAL = "narrow", "general"
_USE = {"train": "trained on", "validation": "measured on", "general": "measured on"}


def card(run: TrainedRun, kind: str, measured: Measured | None) -> str:
    """The card of an export of one kind (merged, vllm, ...), Markdown with the hub's header."""
    sections = [
        *_header(run, kind),
        f"# {run.name}",
        "",
        *_intro(run, kind),
        "## What was measured",
        "",
        *_figures(measured),
        "## Data",
        "",
        *_data(run),
        "## Training",
        "",
        *_training(run),
        "## Limits",
        "",
        *(f"- {each}" for each in _limits(run, kind, measured)),
        "",
        "## Licences",
        "",
        *_licences(run),
        "## Provenance",
        "",
        *_provenance(run),
    ]
    return "\n".join(sections).rstrip() + "\n"


def _header(run: TrainedRun, kind: str) -> Iterator[str]:
    manifest = run.manifest
    licence = licence_of(manifest.base_model)
    yield "---"
    if manifest.revision or not os.path.isdir(run.base):
        yield f"base_model: {_yaml(manifest.base_model)}"
        yield f"base_model_relation: {'adapter' if kind in ('vllm', 'card') else 'finetune'}"
    yield f"library_name: {'peft' if kind in ('vllm', 'card') else 'transformers'}"
    yield "pipeline_tag: text-generation"
    if licence and licence.name in HUB_LICENCES:
        yield f"license: {licence.name}"
    elif licence:
        yield "license: other"
        yield f"license_name: {_yaml(licence.name)}"
    yield "tags:"
    for tag in (manifest.method, manifest.tuning, "ftlint"):
        yield f"- {_yaml(tag)}"
    yield "---"
    yield ""


def _yaml(text: str) -> str:
    import json

    plain = text.replace("-", "").replace("/", "").replace(".", "").replace("_", "")
    return text if plain.isalnum() and not text[0].isdigit() else json.dumps(text)


def _intro(run: TrainedRun, kind: str) -> Iterator[str]:
    manifest = run.manifest
    revision = f" (revision `{manifest.revision}`)" if manifest.revision else ""
    form = {"vllm": "An adapter", "card": "An adapter"}.get(kind, "A merged model")
    yield (
        f"{form}: {code(manifest.base_model)}{revision}, tuned by {manifest.method.upper()} with "
        f"{_tuning(run)} rank {run.rank}."
    )
    yield ""
    yield (
        f"Weights of the base in {manifest.precision.weights}"
        + (f", quantised as {manifest.precision.quantization}" if manifest.precision.quantization else "")
        + f"; computed in {manifest.precision.compute}; "
        + (
            f"to be merged in {manifest.precision.merge}."
            if kind in ("vllm", "card")
            else f"merged in {manifest.precision.merge}."
        )
    )
    yield ""


def _tuning(run: TrainedRun) -> str:
    names = {"lora": "LoRA", "qlora": "QLoRA"}
    extra = [name for key, name in (("use_rslora", "rsLoRA"), ("use_dora", "DoRA")) if run.peft.get(key)]
    return " ".join([names.get(run.manifest.tuning, run.manifest.tuning), *(f"({each})" for each in extra)])


def _figures(measured: Measured | None) -> Iterator[str]:
    if measured is None:
        yield "Nothing yet. `ftlint eval --run RUN` compares it with its base, on rows it was not trained on."
        yield ""
        return
    for role, title in ((NARROW, "The task"), (GENERAL, "General capabilities")):
        figures = [each for each in measured.figures if each.role == role]
        verdict = measured.verdicts.get(role)
        if not figures:
            continue
        rows = ", ".join(
            f"{count} rows of {split or 'a file'}" for of, split, count in measured.sets if of == role
        )
        yield f"{title}: **{verdict or 'no verdict'}** against the base ({rows})."
        yield ""
        yield "| metric | base | tuned | difference (95% interval) | verdict |"
        yield "|---|---|---|---|---|"
        yield from map(_row, figures)
        yield ""
    yield (
        f"Evaluated on {measured.date}, computing in {measured.precision}, "
        f"{'the adapter on its base' if measured.merged == 'adapter' else measured.merged}."
    )
    if served := measured.served:
        fell = f"{', '.join(served.drops)} fell" if served.drops else "no metric fell"
        yield (
            f"As it is served ({served.form}, {served.precision}), {served.differing:,} of {served.rows:,} "
            f"answers differ from the adapter's; {fell}."
        )
    yield ""


def _row(figure: Figure) -> str:
    base, tuned, difference = (
        f"{value:.4g} [{low:.4g}, {high:.4g}]"
        for value, low, high in (figure.base, figure.tuned, figure.difference)
    )
    return f"| {figure.metric} | {base} | {tuned} | {difference} | {figure.verdict} |"


def _data(run: TrainedRun) -> Iterator[str]:
    data = run.manifest.data
    if run.approval is None:
        yield "The approval this was trained by is not in the lock any more; files and hashes are not known."
    else:
        yield "| split | file | SHA-256 | bytes |"
        yield "|---|---|---|---|"
        for split in ("train", "validation", "test", "general"):
            for file in run.approval.data.get(split, []):
                yield f"| {split} | {cell(code(file.path))} | `{file.sha256[:16]}` | {file.size:,} |"
    yield ""
    for split in sorted(data.rows):
        parts = [f"{data.used.get(split, 0):,} of {data.rows[split]:,} rows {_USE.get(split, 'used')}"]
        parts += [f"{count:,} mixed in" for count in [data.used.get(f"{split} (mixed)", 0)] if count]
        parts += [f"{count:,} cut" for count in [data.truncated.get(split, 0)] if count]
        parts += [f"{count:,} left out" for count in [data.dropped.get(split, 0)] if count]
        yield f"- {split}: {', '.join(parts)}"
    if data.general_share is not None:
        yield f"- general data makes up {data.general_share:.1%} of the trained tokens, against forgetting"
    yield ""


def _training(run: TrainedRun) -> Iterator[str]:
    manifest, trained = run.manifest, run.manifest.trained
    best = ""
    if trained.best_step is not None:
        best = f"; the best checkpoint is that of step {trained.best_step}"
        best += f" (eval loss {trained.best_loss:.4g})" if trained.best_loss is not None else ""
    parts = [f"{trained.steps:,} of {trained.planned_steps:,} steps"]
    if trained.tokens:
        told = f" ({trained.target_tokens:,} of them trained on)" if trained.target_tokens else ""
        parts.append(f"{trained.tokens:,} tokens{told}")
    if trained.seconds:
        device = manifest.precision.device
        parts.append(duration(trained.seconds) + (f" on {device}" if device else ""))
    yield f"{', '.join(parts)}{best}."
    if trained.stopped_by:
        yield f"It was stopped early by {trained.stopped_by}."
    yield ""
    yield "| setting | value |"
    yield "|---|---|"
    for name in _SETTINGS:
        value = manifest.plan.get(name)
        if value in (None, "", False) or (name in _PREFERENCE and manifest.method == "sft"):
            continue
        yield f"| {name} | {_value(value)} |"
    yield ""


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _limits(run: TrainedRun, kind: str, measured: Measured | None) -> Iterator[str]:
    manifest = run.manifest
    if measured is None:
        yield "It was not evaluated: nothing says that it is better than its base."
    else:
        if measured.lock and measured.lock != manifest.lock:
            yield "The evaluation belongs to another approval than this run."
        for figure in measured.figures:
            yield from _doubt(figure)
        if GENERAL not in {each.role for each in measured.figures}:
            yield "General capabilities were not measured: what it forgot is not known."
        if "validation" in {split for _, split, _ in measured.sets}:
            yield "It was measured on validation rows, by which its checkpoint was chosen: that flatters it."
        if measured.served and measured.served.drops:
            yield f"As it is served it is worse than the adapter: {', '.join(measured.served.drops)}."
        if measured.merged == "adapter" and not measured.served and kind not in ("vllm", "card"):
            yield "The figures are the adapter's; merging rounds weights once more (ftlint eval --merged)."
    if length := manifest.plan.get("length"):
        yield f"It was trained on up to {length} tokens; what lies beyond was never seen."
    if manifest.tool != OURS:
        yield f"{manifest.tool} trained it: that it was given these data and settings was not watched."
    if lost := manifest.plan.get("not_converted"):
        told = ", ".join(map(str, lost))
        yield f"It could not be told all that was approved: {told}."
    if manifest.status != "finished":
        yield f"The run is {manifest.status}, not finished."
    yield from _accepted(run)
    yield "What its base gets wrong, it may get wrong, too."


def _accepted(run: TrainedRun) -> Iterator[str]:
    """What was known before the training, and what was not looked at."""
    if run.approval:
        for waiver in run.approval.waivers:
            where = f"{waiver.count:,} in {code(waiver.path)}"
            why = f"because {code(waiver.reason)}"
            yield f"Accepted before training: {waiver.code} {waiver.name} ({where}), {why}."
        reasons: dict[str, list[str]] = {}
        for unrun in run.approval.not_run:
            reasons.setdefault(unrun.reason, []).append(unrun.code or "a file")
        for reason, codes in reasons.items():
            yield f"Not checked before training: {', '.join(codes)} ({reason})."


def _doubt(figure: Figure) -> Iterator[str]:
    if figure.verdict == "worse":
        yield f"{figure.metric} ({figure.role}) is worse than that of the base."
    elif figure.verdict == "no evidence":
        seen = ""
        if figure.detectable:
            seen = f"; one of {figure.detectable:.3g} would have been seen 4 times in 5"
        yield f"{figure.metric} ({figure.role}): {figure.rows} rows do not show a difference{seen}."


def _licences(run: TrainedRun) -> Iterator[str]:
    found = licence_of(run.manifest.base_model)
    facts = table()
    if found is None:
        yield (
            "The licence of the base is not known by its name: read it before this is handed on. That of the "
            "training data is for its owner to say."
        )
    else:
        comes = "is built on weights that come" if found.derived else "comes"
        yield (
            f"The base {comes} under `{found.name}`, by its name ({facts.source}, as of "
            f"{facts.as_of}). That of the training data is for its owner to say."
        )
    yield ""


def _provenance(run: TrainedRun) -> Iterator[str]:
    manifest = run.manifest
    versions = ", ".join(f"{name} {version}" for name, version in sorted(manifest.versions.items()))
    yield f"- approved: `{manifest.lock}` in ftlint.lock, config {code(manifest.config)}"
    if run.approval:
        yield f"- checked by {run.approval.rules.count} rules of ftlint {run.approval.rules.version}"
        yield f"- the test split was opened {_times(len(run.approval.openings))}"
    if manifest.data.fingerprint:
        yield f"- token ids and labels in the order they were trained on: `{manifest.data.fingerprint}`"
    yield f"- trained by {run.by} with {versions}"
    if manifest.started:
        starts = plural(len(manifest.attempts) or 1, "start")
        yield f"- {manifest.started} to {manifest.ended or 'not ended'}, {starts}"
    else:
        yield f"- ended {manifest.ended}"


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")

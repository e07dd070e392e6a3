"""The base model measured before step 0, on the validation split and the general rows that are held out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ftlint.evaluate.predict import Told
from ftlint.evaluate.result import Role

if TYPE_CHECKING:
    from ftlint.evaluate.conclude import Concluded
    from ftlint.evaluate.sets import Files
    from ftlint.gate.lock import Approval
    from ftlint.settings import Settings

FOLDER = "baseline"
"""Beside `baseline.json`: the whole result with general rows, and what the base model wrote."""


class Planned(Protocol):
    """What of `train.plan.Plan` is needed here."""

    @property
    def root(self) -> str: ...
    @property
    def config(self) -> str: ...
    @property
    def base_model(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def model_folder(self) -> str: ...
    @property
    def data(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def formats(self) -> Mapping[str, str]: ...
    @property
    def general_share(self) -> float | None: ...
    @property
    def chat_template(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def model_dtype(self) -> str: ...
    @property
    def attention(self) -> str: ...
    @property
    def load_in_4bit(self) -> bool: ...
    @property
    def load_in_8bit(self) -> bool: ...
    @property
    def quant_type(self) -> str: ...
    @property
    def quant_compute(self) -> str: ...
    @property
    def trust_remote_code(self) -> bool: ...
    @property
    def eval_batch(self) -> int: ...
    @property
    def seed(self) -> int: ...


def measure_baseline(
    plan: Planned,
    approval: Approval | None,
    settings: Settings,
    out: str,
    *,
    told: Told | None = None,
) -> str:
    """Measure the base model as the training will hold it, write `out` (`baseline.json`), and give its path.

    The same chat template, type and quantisation as in training; greedy answers and losses. "" where the plan
    has neither validation nor general rows: there is nothing to measure on. What was measured under the same
    approval before is not measured again. Raises `FtlintError` where it fails. The test split is not read.
    """
    from ftlint.evaluate.baseline import write_baseline
    from ftlint.evaluate.forms import RESULT, write_predictions, write_result

    files = files_of(plan)
    if not files:
        return ""
    if approval is not None and _stands(out, approval):
        return out
    found = baseline_result(plan, approval, settings, files, told)
    folder = os.path.join(os.path.dirname(out), FOLDER)
    for role, rows in found.base.rows.items():
        write_predictions(os.path.join(folder, name_of("base", role)), rows)
    write_result(os.path.join(folder, RESULT), found.result)
    write_baseline(out, found.result, files[0].role)
    return out


def _stands(out: str, approval: Approval) -> bool:
    """Whether the base model was measured under this very approval: the same model, rows and settings."""
    from ftlint.evaluate.forms import RESULT, read_result
    from ftlint.gate.lock import lock_hash
    from ftlint.model import FtlintError

    path = os.path.join(os.path.dirname(out), FOLDER, RESULT)
    if not os.path.isfile(out) or not os.path.isfile(path):
        return False
    try:
        return read_result(path).lock == lock_hash(approval)
    except FtlintError:  # of another version, or half of one: it is measured anew
        return False


def name_of(side: str, role: Role) -> str:
    """The file of a side's predictions."""
    return f"{side}.predictions.jsonl" if role == "narrow" else f"{side}.{role}.predictions.jsonl"


def files_of(plan: Planned) -> list[Files]:
    """What the base model is measured on: the narrow rows first, where there are some."""
    from ftlint.evaluate.sets import Files

    known: list[Files] = []
    validation, general = plan.data.get("validation", ()), plan.data.get("general", ())
    if validation:
        known.append(Files("narrow", tuple(validation), plan.formats, "validation"))
    if general:
        known.append(
            Files("general", tuple(general), plan.formats, "general", True, bool(plan.general_share))
        )
    return known


def baseline_result(
    plan: Planned,
    approval: Approval | None,
    settings: Settings,
    files: Sequence[Files],
    told: Told | None = None,
) -> Concluded:
    """The base model's result on files."""
    from ftlint.evaluate.conclude import Side, concluded
    from ftlint.evaluate.models import Asking, Source, limit_of, of_base_and_tuned
    from ftlint.evaluate.questions import longest_answer
    from ftlint.evaluate.sets import opened_set
    from ftlint.gate.lock import lock_hash
    from ftlint.weights.model import device
    from ftlint.weights.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(plan.model_folder, plan.chat_template, today=plan.date)
    rows = opened_set(files, tokenizer, plan.root, limit=limit_of(plan.model_folder))
    longest = longest_answer([each for some in rows.values() for each in some.questions])
    source = Source(
        folder=plan.model_folder,
        name=plan.base_model,
        dtype=plan.model_dtype,
        device=device(),
        revision=plan.revision,
        attention=plan.attention,
        load_in_4bit=plan.load_in_4bit,
        load_in_8bit=plan.load_in_8bit,
        quant_type=plan.quant_type,
        quant_compute=plan.quant_compute,
        trust_remote_code=plan.trust_remote_code,
    )
    asking = Asking(
        tokenizer, {role: some.questions for role, some in rows.items()}, longest, plan.eval_batch, told
    )
    (model, written), _ = of_base_and_tuned(source, asking)
    return concluded(
        Side(model, written),
        None,
        [some.told for some in rows.values()],
        generation=generation_of(longest, plan.eval_batch),
        lock=lock_hash(approval) if approval else "",
        seed=plan.seed,
    )


def generation_of(longest: int, batch: int) -> dict[str, Any]:
    """How answers were made, as a result tells."""
    return {"decoding": "greedy", "max_new_tokens": longest, "batch": batch}

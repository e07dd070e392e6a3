"""Preference training (DPO) on TRL's DPOTrainer: our pairs, our checkpoints, its loss.

What TRL does by default and is not done here: it tokenises (the pairs are ids already), cuts at 1,024
tokens, computes in bf16, recomputes activations, keeps a copy of the adapter as reference, sends statistics
of its use and writes a card of its own. torch and TRL are imported by `made`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlint.model import FtlintError, MissingExtraError

if TYPE_CHECKING:
    from ftlint.train.kept import Kept
    from ftlint.train.plan import Plan
    from ftlint.train.run import Setup

LOSSES = (
    "sigmoid",
    "hinge",
    "ipo",
    "sigmoid_norm",
    "apo_zero",
    "apo_down",
    "nca_pair",
    "sppo_hard",
    "bco_pair",
)
"""Losses that are a mean over pairs and need no further setting; others give something else when the micro
batch changes (aot, sft), or ask for a label smoothing that no plan has (robust, exo_pair)."""


def check(plan: Plan) -> None:
    """Raises `FtlintError` for what a preference training would not honour. Needs no torch."""
    if plan.loss_type not in LOSSES:
        raise FtlintError(
            f"loss_type {plan.loss_type!r} is not run by ftlint train: one of {', '.join(LOSSES)}, or hand "
            "the training over (ftlint config convert)",
            plan.config,
        )
    for name in ("train_on_inputs", "neftune_alpha"):
        if getattr(plan, name):
            raise FtlintError(
                f"{name} is for supervised training, a preference has no use for it", plan.config
            )


def made(setup: Setup) -> Kept:
    """The trainer of a preference training over `prepared.train`: rows of prompt_ids, chosen_ids and
    rejected_ids. The reference is the base, the adapter switched off.

    Raises `FtlintError` as `check` does, `MissingExtraError` without TRL.
    """
    check(setup.plan)
    try:
        from ftlint.train.pairwise import trainer
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ftlint"):
            raise
        raise MissingExtraError("train", "training on preferences") from None
    return trainer(setup)

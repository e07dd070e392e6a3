from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_LOCAL = ("data", "models", "model", "checkpoints", "output", "outputs", "runs", "results", "saves", "ckpt")
FLOATING = frozenset({"main", "master"})


class FloatingModelRevision(Rule[TrainingConfig]):
    """A base model of a hub without a pinned revision.

    ## Why it matters
    The repository's owner may change weights, tokenizer or chat template at any time. The same config then
    trains something else, and the adapter of last month no longer fits the base of today.

    ## What to do
    Write the commit as the revision (`revision_of_model`, `model_revision`), and update it on purpose.

    Off unless selected: of the public configs next to none pins one, and no training fails for it. A company
    that asks for it sets `require-revision` under `[policy]`.

    ## References
    Hugging Face Hub documentation: a revision is a branch, a tag or a commit; only a commit stays.
    """

    code = "CFG088"
    name = "floating-model-revision"
    severity = Severity.INFO
    default = False
    help = "write the commit as the revision"
    bad = (
        Example(config={"learning_rate": 2e-4, "base_model": "Qwen/Qwen3-8B"}),
        Example(config={"learning_rate": 2e-4, "base_model": "Qwen/Qwen3-8B", "model_revision": "main"}),
    )
    good = (
        Example(config={"learning_rate": 2e-4, "base_model": "Qwen/Qwen3-8B", "model_revision": "9c925d6"}),
        Example(config={"learning_rate": 2e-4, "base_model": "models/qwen3"}, note="a folder"),
        Example(config={"learning_rate": 2e-4, "base_model": "gpt-4.1-mini", "provider": "openai"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        model, revision = config.get("base_model"), config.field("model_revision")
        if not isinstance(model, str) or not config.written("base_model") or config.get("provider"):
            return
        if revision.unknown or (revision.value and revision.value not in FLOATING):
            return
        if _HUB.fullmatch(model) and model.partition("/")[0].lower() not in _LOCAL:
            at = f"at {revision.value}" if revision.value else "without a revision"
            yield Finding(
                f"{model} {at}: its weights may change", **config.place("model_revision", "base_model")
            )

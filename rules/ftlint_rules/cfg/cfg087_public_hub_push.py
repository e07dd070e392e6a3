from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, replace_value
from ftlint.rule import Example, Rule

PRIVATE = frozenset({"autotrain"})
PUSH = {"learning_rate": 2e-4, "push_to_hub": True, "hub_model_id": "acme/support-8b"}


class PublicHubPush(Rule[TrainingConfig]):
    """The model is uploaded to a hub, and nothing says that its repository is private.

    ## Why it matters
    A repository that the upload makes is public unless it is said otherwise or the organisation's default is
    private. A model gives away what it was trained on: a part of its training data can be had out of it word
    for word.

    ## What to do
    Write `hub_private_repo: true`, and open the repository later if that is wanted. The fix writes it.
    autotrain makes private repositories by itself and is left out.

    ## References
    transformers 5.23, `training_args.py`: hub_private_repo defaults to None, which is public unless the
    organisation's default is private; up to 4.46 it defaulted to false. Extracting training data from
    language models: arXiv 2012.07805 and 2311.17035.
    """

    code = "CFG087"
    name = "public-hub-push"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "make the repository private"
    bad = (Example(config=PUSH), Example(config={**PUSH, "hub_private": False}))
    good = (
        Example(config={**PUSH, "hub_private": True}),
        Example(config={**PUSH, "push_to_hub": False}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        private = config.field("hub_private")
        if config.get("push_to_hub") is not True or not config.written("push_to_hub"):
            return
        if private.value is True or private.unknown or config.dialect in PRIVATE:
            return
        how = (
            "to a public repository" if private.written else "and nothing says that its repository is private"
        )
        yield Finding(
            f"the model is uploaded {how}",
            fix=fix("make it private", _private(config), safe=False),
            **config.place("push_to_hub"),
        )


def _private(config: TrainingConfig) -> Edit | None:
    if config.written("hub_private"):
        return replace_value(config, "hub_private", True)
    spelling = config.spelling.get("hub_private")
    if spelling is None:
        return None
    beside = config.field("push_to_hub").key
    if spelling.rpartition(".")[0] != beside.rpartition(".")[0]:
        return None
    return insert_beside(config, beside, spelling.rpartition(".")[2], True)

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.model_names import is_commit, is_hub_id
from ftlint.model import Finding, Severity, Training
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG

PIN = "[policy]\nrequire-revision = true\n"
COMMIT = "b968826d9c46dd6066d109eabc6255188de91218"


class RevisionNotPinned(Rule[Training]):
    """A base model of a hub is not pinned to a commit, which the company's policy asks for.

    ## Why it matters
    A repository on a hub changes: its template, its tokenizer, its weights, and the code that comes with it.
    Two runs of one config then start from different models, and a baseline of last month is of another one.
    Whoever gets hold of the account decides what is loaded.

    ## What to do
    Name the commit: `model_revision: b968826d...` (`revision_of_model` in axolotl). The hub shows it under
    Files; 40 hexadecimal digits.

    ## References
    Nothing is asked as long as `[policy] require-revision` is not set. A branch or a tag is no pin: both can
    be moved. Models that lie on a disk and those of a service are not asked for one.
    """

    code = "CFG097"
    name = "revision-not-pinned"
    severity = Severity.ERROR
    help = "name the commit of the base model"
    covers = ("CFG088",)
    bad = (
        Example(config=CONFIG, settings=PIN),
        Example(config={**CONFIG, "model_revision": "main"}, settings=PIN),
    )
    good = (
        Example(config={**CONFIG, "model_revision": COMMIT}, settings=PIN),
        Example(config={**CONFIG, "base_model": "/models/qwen3-8b"}, settings=PIN),
        Example(config={**CONFIG, "base_model": "gpt-4.1-mini", "provider": "openai"}, settings=PIN),
        Example(config={**CONFIG, "model_revision": "${COMMIT}"}, settings=PIN),
        Example(config=CONFIG, note="no policy"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = training.config
        if config is None or training.policy is None or not training.policy.require_revision:
            return
        model, revision = config.get("base_model"), config.field("model_revision")
        if not isinstance(model, str) or not is_hub_id(model) or config.get("provider") or revision.unknown:
            return
        written = revision.value if revision.written else None
        if written is None:
            message = f"{model} is not pinned to a commit"
        elif is_commit(str(written)):
            return
        else:
            message = f"{model} is pinned to a branch or tag, which can move; [policy] asks for a commit"
        yield Finding(message, **config.place("model_revision", "base_model"))

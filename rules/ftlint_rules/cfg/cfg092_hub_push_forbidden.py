from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG, switched_off

STAY = "[policy]\nforbid-hub-push = true\n"


class HubPushForbidden(Rule[Project]):
    """A model is uploaded to a hub, which the company's policy forbids.

    ## Why it matters
    Checkpoints are pushed while the training runs, and with them a card that names base model and data. A
    repository is public unless the config says otherwise; a private one stands on machines of others, too.
    Models recite what they were trained on.

    ## What to do
    Switch the upload off (`push_to_hub: false`, no `hub_model_id`) and keep models in a store of your own.

    ## References
    Nothing is asked as long as `[policy] forbid-hub-push` is not set. Merging and exporting are looked at
    like trainings. Where a trainer has no switch, as axolotl, the name of the repository is the switch.
    `hub_private` makes no difference.
    """

    code = "CFG092"
    name = "hub-push-forbidden"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "do not upload: push_to_hub: false, no hub_model_id"
    covers = ("CFG087",)
    documents = True
    bad = (
        Example(config={**CONFIG, "push_to_hub": True}, settings=STAY),
        Example(config={**CONFIG, "hub_model_id": "us/tuned"}, settings=STAY),
        Example(
            config="base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nhub_model_id: us/tuned\n"
            "datasets:\n  - path: us/rows\n    type: alpaca\nmicro_batch_size: 1\n",
            settings=STAY,
            note="axolotl: the name is the switch, and no fix takes it out",
        ),
    )
    good = (
        Example(config={**CONFIG, "push_to_hub": False, "hub_model_id": "us/tuned"}, settings=STAY),
        Example(config={**CONFIG, "push_to_hub": True}, note="no policy"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        if project.policy is None or not project.policy.forbid_hub_push:
            return
        for config in project.configs:
            if pushes(config):
                written = config.written("push_to_hub") or config.written("hub_model_id")
                yield Finding(
                    f"the model is uploaded to a hub{'' if written else ' by default'}; [policy] forbids it",
                    fix=switched_off(config, "push_to_hub"),
                    **config.place("push_to_hub", "hub_model_id"),
                )


def pushes(config: TrainingConfig) -> bool:
    """Whether a run of this config uploads the model."""
    push = config.field("push_to_hub")
    if push.value is not None or push.unknown:
        return bool(push.value)
    return config.written("hub_model_id") and config.has("hub_model_id")

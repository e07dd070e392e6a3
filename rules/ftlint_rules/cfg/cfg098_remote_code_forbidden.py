from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Severity
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG, switched_off

OWN = "[policy]\nforbid-remote-code = true\n"


class RemoteCodeForbidden(Rule[Project]):
    """Code that comes with a model is run, which the company's policy forbids.

    ## Why it matters
    With `trust_remote_code` the Python files of the model's repository run with all rights of the training:
    its credentials, its data, its network. They can change from one day to the next.

    ## What to do
    Take a model that the framework knows by itself, and set `trust_remote_code: false`. Most models whose
    cards ask for it have come into transformers since. The fix sets false: a model that does need its code
    will then not load.

    ## References
    Nothing is asked as long as `[policy] forbid-remote-code` is not set. Merging, serving and evaluation are
    looked at like trainings.
    """

    code = "CFG098"
    name = "remote-code-forbidden"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "set trust_remote_code: false"
    covers = ("CFG086",)
    documents = True
    bad = (Example(config={**CONFIG, "trust_remote_code": True}, settings=OWN),)
    good = (
        Example(config={**CONFIG, "trust_remote_code": False}, settings=OWN),
        Example(config=CONFIG, settings=OWN),
        Example(config={**CONFIG, "trust_remote_code": True}, note="no policy"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        if project.policy is None or not project.policy.forbid_remote_code:
            return
        for config in project.configs:
            if config.get("trust_remote_code") is True:
                default = "" if config.written("trust_remote_code") else " by default"
                yield Finding(
                    f"code that comes with a model is run{default}; [policy] forbids it",
                    fix=switched_off(config, "trust_remote_code"),
                    **config.place("trust_remote_code"),
                )

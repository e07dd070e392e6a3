from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Severity
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG, service, service_of_config, service_of_data

JOB = {"base_model": "gpt-4.1-mini", "method": "sft", "epochs": 2}
ALLOW = '[policy]\nallow-providers = ["azure", "aws"]\n'


class ProviderNotAllowed(Rule[Project]):
    """A training runs, or its data is made for, a service that the company's policy does not list.

    ## Why it matters
    What is uploaded for a fine-tune leaves the company's hands: it needs a contract, a place it is kept in
    and a time after which it is gone. A service that nobody has looked at has none of these.

    ## What to do
    Train at a service that `allow-providers` lists, or have the service added to it.

    ## References
    Nothing is asked as long as `[policy] allow-providers` is not set. Services are `openai`, `azure`,
    `bedrock`, `vertex`, `together`, `fireworks`, `mistral`, `cohere` and `oracle`; `aws`, `google`,
    `azure-openai` and the like are understood. A service is told by the config of its job, and by the
    `target` of a dataset. Training on machines of one's own is always allowed.
    """

    code = "CFG090"
    name = "provider-not-allowed"
    severity = Severity.ERROR
    help = "train at a service that [policy] allow-providers lists"
    documents = True
    bad = (
        Example(config={**JOB, "provider": "openai"}, settings=ALLOW),
        Example([{"prompt": "1 + 1?", "completion": "2"}], target="openai", settings=ALLOW),
    )
    good = (
        Example(config={**JOB, "provider": "bedrock"}, settings=ALLOW),
        Example(config={**JOB, "provider": "openai"}, note="no policy"),
        Example(config=CONFIG, settings=ALLOW, note="on machines of one's own"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        listed = project.policy.allow_providers if project.policy else ()
        if not listed:
            return
        allowed = {service(name) for name in listed}
        only = f"[policy] allows {', '.join(listed)}"
        told = set()
        for config in project.configs:
            used = service_of_config(config)
            if used and used not in allowed:
                told.add(used)
                yield Finding(f"this trains at {used}; {only}", **config.place("provider"))
        for dataset in project.datasets:
            used = service_of_data(dataset)
            if used and used not in allowed and used not in told:
                told.add(used)
                yield Finding(f"{dataset.name} is meant for {used}; {only}", path=dataset.path)

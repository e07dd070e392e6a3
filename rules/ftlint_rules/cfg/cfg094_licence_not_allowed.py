from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.model_names import is_path
from ftlint.facts.model_licences import licence_of, table
from ftlint.model import Finding, Severity, Training
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG

OPEN = '[policy]\nallow-licences = ["Apache-2.0", "MIT"]\n'


class LicenceNotAllowed(Rule[Training]):
    """The base model has a licence that the company's policy does not list.

    ## Why it matters
    A tuned model is derived from its base, and stands under its terms: Llama's licences bind its name and
    large companies, research licences forbid any commercial use, Gemma's and RAIL's forbid uses. After the
    training that cannot be mended any more.

    ## What to do
    Take a base model under a licence that is listed, or have the licence looked at and added. Read the
    model's card before you rely on this table.

    ## References
    Nothing is asked as long as `[policy] allow-licences` is not set. Licences are named as cards on the hub
    name them (`apache-2.0`, `mit`, `llama3.1`, `gemma`, `qwen-research`, `mrl` ...), without regard to case.
    They come from a table by the model's name, `model_licences.toml`, made from the licence fields of model
    cards as of 2026-11-22; it knows 168 of the 223 base models of the public configs this was measured on.
    Weights that others derived have the terms of their base where these bind derivatives. Where the name
    does not tell the licence it is a warning. Models of a service have no licence of this kind:
    `allow-providers` is for them.
    """

    code = "CFG094"
    name = "licence-not-allowed"
    severity = Severity.ERROR
    help = "read the model's card; take a base model under a licence that [policy] lists"
    bad = (
        Example(config={**CONFIG, "base_model": "meta-llama/Llama-3.1-8B-Instruct"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "unsloth/gemma-3-4b-it-bnb-4bit"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "Qwen/Qwen2.5-3B-Instruct"}, settings=OPEN),
        Example(
            config={**CONFIG, "base_model": "someone/Hermes-Llama-3.1-8B"},
            settings=OPEN,
            note="derived from Llama",
        ),
        Example(
            config={**CONFIG, "base_model": "someone/tuned-model"}, settings=OPEN, note="unknown: a warning"
        ),
    )
    good = (
        Example(config=CONFIG, settings=OPEN),
        Example(config={**CONFIG, "base_model": "Qwen/Qwen2.5-7B-Instruct"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "/models/Mistral-7B-v0.3"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "${BASE}"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "gpt-4.1-mini", "provider": "openai"}, settings=OPEN),
        Example(config={**CONFIG, "base_model": "meta-llama/Llama-3.1-8B-Instruct"}, note="no policy"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = training.config
        listed = training.policy.allow_licences if training.policy else ()
        model = config.get("base_model") if config else None
        if config is None or not listed or not isinstance(model, str) or config.get("provider"):
            return
        licence = licence_of(model)
        if licence is None:
            why = "its path does not tell" if is_path(model) else "not in the table"
            yield Finding(
                f"the licence of {model} is not known ({why}, as of {table().as_of})",
                severity=Severity.WARNING,
                **config.place("base_model"),
            )
        elif licence.name not in {name.strip().lower() for name in listed}:
            whose = "derived from a model" if licence.derived else "a model"
            yield Finding(
                f"{model} is {whose} under {licence.name}; [policy] allows {', '.join(listed)}",
                **config.place("base_model"),
            )

from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.provider_ranges import Range, ranges
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import number_fix
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.figures import short

NOVA = {"provider": "bedrock", "base_model": "amazon.nova-lite-v1:0:300k", "method": "sft"}
HAIKU = {"provider": "bedrock", "base_model": "anthropic.claude-3-haiku-20240307-v1:0:200k", "method": "sft"}


BEDROCK = """{
  "jobName": "job",
  "customModelName": "support",
  "roleArn": "arn:aws:iam::111122223333:role/tune",
  "baseModelIdentifier": "amazon.nova-micro-v1:0:128k",
  "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
  "outputDataConfig": {"s3Uri": "s3://bucket/out"},
  "hyperParameters": {"epochCount": "%s", "learningRate": "0.00001"}
}
"""


class OutsideProviderRange(Rule[TrainingConfig]):
    """A hyper-parameter outside of what the provider takes for this model.

    ## Why it matters
    The service checks the job when it is made, or when it starts: after the data was uploaded, and maybe
    after a wait. A value at the edge of a range was mostly meant for another model.

    ## What to do
    Take a value inside the range, or leave it to the service's default. The fix sets the nearest value that
    is taken.

    ## References
    The dated table of provider ranges (`facts/provider_ranges.toml`); each figure names its page, and the
    message gives its date. A range that a page only advises is a warning.
    """

    code = "CFG005"
    name = "outside-provider-range"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "take a value inside the range or the service's default"
    covers = ("CFG001", "CFG007", "CFG019")
    bad = (
        Example(config={**NOVA, "epochs": 6}),
        Example(config={**NOVA, "learning_rate": 2e-4}),
        Example(config={**HAIKU, "learning_rate_multiplier": 5}),
        Example(config={**HAIKU, "global_batch_size": 2}),
        Example(
            config={"provider": "vertex", "base_model": "gemini-2.5-flash", "method": "dpo", "beta": 0.0},
            note="advised: a warning",
        ),
        Example(config=BEDROCK % 8, config_name="job.json", note="numbers are texts, and stay texts"),
    )
    good = (
        Example(config={**NOVA, "epochs": 5, "learning_rate": 1e-4}),
        Example(config={**HAIKU, "epochs": 10, "learning_rate_multiplier": 2}),
        Example(config={**NOVA, "base_model": "amazon.nova-next", "epochs": 6}, note="no range known"),
        Example(config={**NOVA, "epochs": "auto"}),
        Example(config=BEDROCK % 5, config_name="job.json"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        provider, model = config.get("provider"), config.get("base_model")
        if not isinstance(provider, str) or not isinstance(model, str):
            return
        for field, taken in ranges(model, provider, config.get("method") or "sft").items():
            value = config.get(field)
            if not isinstance(value, int | float) or not config.written(field) or taken.holds(value):
                continue
            yield Finding(
                _message(value, taken, provider),
                severity=Severity.WARNING if taken.advised else None,
                fix=number_fix(config, field, _nearest(value, taken)),
                **config.place(field),
            )


def _message(value: float, taken: Range, provider: str) -> str:
    low, high = short(taken.low), short(taken.high)
    said = f"{low} to {high}" if low != high else low
    verb = "is advised" if taken.advised else "is what it takes"
    title = TITLES.get(provider, provider)
    return f"{taken.key} {short(value)} on {title}; {said} {verb} (as of {taken.as_of})"


TITLES = {
    "openai": "OpenAI",
    "azure": "Azure OpenAI",
    "bedrock": "Bedrock",
    "vertex": "Vertex AI",
    "together": "Together",
    "fireworks": "Fireworks",
}


def _nearest(value: float, taken: Range) -> float | int:
    bound = taken.low if value < taken.low else taken.high
    return int(bound) if float(bound).is_integer() and isinstance(value, int) else bound

"""What rules of `[policy]` share: names of services, and configs to try them on."""

from __future__ import annotations

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Fix, TrainingConfig
from ftlint.model.config_edit import fix, replace_value

CONFIG = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16, "epochs": 2}

_ALIASES = {
    **dict.fromkeys(("azure-openai", "azure openai", "microsoft", "azure-ai"), "azure"),
    **dict.fromkeys(("aws", "amazon", "amazon-bedrock", "aws-bedrock"), "bedrock"),
    **dict.fromkeys(("google", "gcp", "vertex-ai", "vertexai", "gemini"), "vertex"),
    **dict.fromkeys(("together-ai", "togetherai"), "together"),
    **dict.fromkeys(("fireworks-ai",), "fireworks"),
    **dict.fromkeys(("oracle-oci", "oci"), "oracle"),
}
_IN_TITLES = ("azure", "openai", "bedrock", "vertex", "mistral", "together", "fireworks", "cohere", "oracle")


def switched_off(config: TrainingConfig, field: str) -> Fix | None:
    """A fix that writes false for a switch; None where another key says what the field does, as a name."""
    if str(config.field(field).loaded).lower() not in ("true", "1", "yes", "on"):
        return None
    return fix("set false", replace_value(config, field, False), safe=False)


def service(name: str) -> str:
    """The one name that a service has here: `aws` is bedrock, `azure-openai` azure."""
    plain = name.strip().lower()
    return _ALIASES.get(plain, plain)


def service_of_config(config: TrainingConfig) -> str:
    """The service that a config trains at; "" for a machine of one's own, or where it does not say."""
    provider = config.get("provider")
    return service(provider) if config.purpose == "train" and isinstance(provider, str) else ""


def service_of_data(dataset: Dataset) -> str:
    """The service that a dataset's `target` is of; "" for none and for frameworks of one's own machines."""
    if not dataset.target:
        return ""
    title = profile(dataset.target).title.lower()
    return next((name for name in _IN_TITLES if name in title), "")

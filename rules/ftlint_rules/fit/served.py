"""How messages speak of the serving beside a training."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Training, TrainingConfig
from ftlint.model.finding import Related
from ftlint.model.serving import Serving

TITLES = {
    "vllm": "vLLM",
    "sglang": "SGLang",
    "tgi": "TGI",
    "ollama": "Ollama",
    "transformers": "transformers",
    "lmdeploy": "LMDeploy",
    "mlx": "MLX",
    "tensorrt-llm": "TensorRT-LLM",
}


def pairs(training: Training) -> Iterator[tuple[TrainingConfig, Serving]]:
    """The config that trains and each serving of what it makes."""
    config = training.config
    if config is not None and config.purpose == "train":
        for serving in training.serving:
            yield config, serving


def title(serving: Serving) -> str:
    """The engine's name as people write it; `the server` where it is not said."""
    return TITLES.get(serving.engine, serving.engine if serving.engine not in ("", "other") else "the server")


def at(serving: Serving, field: str) -> str:
    """` (serve.sh:5)`, or ` (default)` where nothing says the field."""
    place = serving.places.get(field)
    return f" ({serving.path}:{place.line})" if place else " (default)"


def related(serving: Serving, field: str) -> Related | None:
    """The place of a field, for a finding that stands elsewhere."""
    place = serving.places.get(field)
    return Related(serving.path, line=place.line) if place else None


def trained(config: TrainingConfig, *fields: str) -> str:
    """` (default)` where the file writes none of these fields."""
    return "" if any(config.written(field) for field in fields) else " (default)"

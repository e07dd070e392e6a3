"""How a tuned model is served and what it is trained on, as the settings and the launch files say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from ftlint.dialects.serving.engines import LORA_RANK
from ftlint.engine.configs import configs_of
from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.config_tree import Range
from ftlint.model.policy import Hardware
from ftlint.model.serving import Serving
from ftlint.settings import Settings
from ftlint.settings.model import TrainingSettings
from ftlint.settings.size import size_of

MOST_TEMPLATE = 1 << 16


def serving(
    settings: Settings,
    configs: Iterable[TrainingConfig],
    table: TrainingSettings | None,
    config: TrainingConfig | None,
) -> tuple[Serving, ...]:
    """How the model of a training is served.

    The file that its `[[training]]` table or `[serve]` names, and over it what `[serve]` says itself; without
    either the launch files of the repository that serve this config's model or what it writes. Raises
    `FtlintError` for a named file that starts no engine.
    """
    declared = _declared(settings)
    keys: tuple[str, ...] = ("serve", "file")
    named = ""
    if table is not None and table.serve:
        named, keys = table.serve, ("training", table.name, "serve")
    elif settings.serve.file:
        named = settings.serve.file
    if named:
        found = _named(named, keys, settings, configs)
        over = (_over(_with_template(each, settings), declared) for each in found)
        return tuple(each._replace(declared=True) for each in over)
    if declared is not None:
        return (_with_template(declared, settings),)
    if config is None:
        return ()
    launched = _servings(each for each in configs if each.purpose == "serve")
    return tuple(_with_template(each, settings) for each in launched if belongs(each, config))


def _declared(settings: Settings) -> Serving | None:
    """What the `[serve]` table says itself, each field with its line."""
    said = settings.serve
    values = {
        "engine": said.engine,
        "dtype": said.dtype,
        "quantization": said.quantization.lower(),
        "chat_template": said.chat_template,
        "merged": {"merged": True, "adapter": False}.get(said.merged),
        "max_length": said.max_length,
        "lora_rank": said.lora_rank,
    }
    if all(value in ("", None) for value in values.values()):
        return None
    places = {}
    for name, value in values.items():
        if value not in ("", None):
            line = settings.where(("serve", name.replace("_", "-"))).line or 1
            places[name] = Range(line, 1, line, 1, 0, 0)
    path = os.path.relpath(os.path.join(settings.root, settings.file), settings.root)
    if said.engine == "vllm" and values["merged"] is False and said.lora_rank is None:
        values["lora_rank"] = LORA_RANK
    return Serving(path=path, places=places, declared=True, **values)  # type: ignore[arg-type]


def _over(found: Serving, declared: Serving | None) -> Serving:
    """A launch file's serving with what the settings say over it; the places stay the file's."""
    if declared is None:
        return found
    said = {name: getattr(declared, name) for name in declared.places}
    kept = {name: place for name, place in found.places.items() if name not in said}
    return found._replace(places=kept, **said)


def _named(
    named: str, keys: tuple[str, ...], settings: Settings, configs: Iterable[TrainingConfig]
) -> Sequence[Serving]:
    file = os.path.join(settings.root, named)
    path = os.path.relpath(file, settings.root)
    found = [each for each in configs if each.path == path and each.purpose == "serve"]
    if not found:
        place = settings.where(keys)
        if not os.path.isfile(file):
            raise FtlintError(f"{named} does not exist", place.file, place.line)
        found = [each for each in configs_of(file, path) if each.purpose == "serve"]
        if not found:
            message = f"{named} starts no engine that is known: vLLM, SGLang, TGI, Ollama, llama.cpp"
            raise FtlintError(message, place.file, place.line)
    return _servings(found)


def _servings(configs: Iterable[TrainingConfig]) -> list[Serving]:
    found = list(configs)
    if not found:
        return []
    from ftlint.dialects.serve import serving_of

    return [serving_of(each) for each in found]


def _with_template(found: Serving, settings: Settings) -> Serving:
    """The serving with the text of its chat template, where that is a file of the repository."""
    name = found.chat_template
    if not name or "\n" in name or len(name) > 500:
        return found
    root = os.path.realpath(settings.root)
    for folder in ("", os.path.dirname(found.path)):
        file = os.path.realpath(os.path.join(root, folder, name))
        if not file.startswith(f"{root.rstrip('/')}/") or not os.path.isfile(file):
            continue
        try:
            with open(file, encoding="utf-8", errors="replace") as stream:
                text = stream.read(MOST_TEMPLATE + 1)
        except OSError:
            continue
        if len(text) <= MOST_TEMPLATE:
            return found._replace(chat_template=text)
    return found


def belongs(found: Serving, config: TrainingConfig) -> bool:
    """Whether a launch file serves what a config trains: its output, or its base model."""
    from ftlint.detect.model_names import relation

    written = [config.get(name) for name in ("output_dir", "export_dir", "hub_model_id")]
    outputs = [_path(each) for each in written if isinstance(each, str) and each]
    for name in (found.model, found.adapter):
        served = _path(name)
        if served and any(served == out or served.startswith(f"{out}/") for out in outputs):
            return True
    base = config.get("base_model")
    return bool(found.model and isinstance(base, str)) and relation(found.model, str(base)) == "same"


def _path(name: str) -> str:
    return os.path.normpath(name).strip("/") if name else ""


def hardware(settings: Settings) -> Hardware | None:
    """What `[hardware]` says; None where it says nothing. Raises `FtlintError` for a device nobody knows."""
    from ftlint.facts.gpus import gpu, names

    said = settings.hardware
    if not said.gpu and not said.memory and said.count == 1:
        return None
    known = gpu(said.gpu) if said.gpu else None
    memory = gibibytes(said.memory) if said.memory else None
    if said.gpu and known is None and memory is None:
        from ftlint.settings.nearest import suggestion

        place = settings.where(("hardware", "gpu"))
        near = suggestion(said.gpu, names()) or ": give its memory, too"
        raise FtlintError(f"unknown device {said.gpu!r}{near}", place.file, place.line)
    return Hardware(
        gpu=known.name if known else said.gpu,
        memory_gib=memory if memory is not None else known.memory if known else 0.0,
        devices=said.count,
        bf16=known.bf16 if known else True,
    )


def gibibytes(text: str) -> float | None:
    """GiB of an amount of device memory. `80GB` is 80 GiB there: makers count by 1024."""
    whole = re.fullmatch(r"\s*([\d.]+)\s*GB\s*", text, re.IGNORECASE)
    if whole:
        return float(whole[1])
    size = size_of(text)
    return size / (1 << 30) if size else None

"""Where a model lies on this machine: a folder, else a snapshot of the hub's cache. No hub is asked."""

from __future__ import annotations

import json
import os
import re
from typing import Any, NamedTuple

from ftlint.model import FtlintError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")
_TOKENIZER = frozenset(
    {
        *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
        *("vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "tekken.json"),
        *("sentencepiece.bpe.model", "chat_template.jinja", "chat_template.json"),
    }
)
TEMPLATES = "additional_chat_templates"


class Place(NamedTuple):
    """A model's folder, absolute, and the commit of its snapshot ("" for a folder of its own)."""

    folder: str
    revision: str = ""


def model_place(name: str, revision: str, root: str, config_path: str = "") -> Place:
    """Where the model `name` lies: a folder seen from the root or from the config's folder, else the
    snapshot of `revision` (a commit, branch or tag; "" for main) in the hub's cache.

    Raises `FtlintError` that says how to get what is not there.
    """
    config_folder = os.path.dirname(os.path.join(root, config_path))
    for folder in dict.fromkeys((root, config_folder)):
        path = os.path.normpath(os.path.join(folder, os.path.expanduser(name)))
        if os.path.isdir(path):
            return Place(os.path.realpath(path))
    if not _HUB_NAME.fullmatch(name):
        raise FtlintError(f"no such folder: base model {name!r}", config_path)
    wanted = revision or "main"
    commit = wanted if _COMMIT.fullmatch(wanted) else _commit_of(name, wanted)
    snapshot = os.path.join(_repository(name), "snapshots", commit) if commit else ""
    if snapshot and os.path.isdir(snapshot):
        return Place(snapshot, commit)
    pinned = f" --revision {revision}" if revision else ""
    at = f" at revision {revision}" if revision else ""
    raise FtlintError(
        f"base model {name!r}{at} is no folder and not in the cache {_cache()}: "
        f"get it with `hf download {name}{pinned}`, or name a folder that holds it",
        config_path,
    )


def model_files(folder: str) -> list[str]:
    """The files that a model is loaded from: weights, configs and the code that comes with it.

    Relative to its folder and sorted. Of weights in two forms only those that transformers takes. Raises
    `FtlintError` where an index or config.json names weights outside the folder, and as `refuse_inner` does.
    """
    refuse_inner(folder)
    names = sorted(os.listdir(folder))
    weights = [*_weights(folder, names), *_named_weights(folder)]
    rest = [each for each in names if each in ("config.json", "generation_config.json")]
    return sorted({*weights, *rest, *_code(folder)})


def refuse_inner(folder: str) -> None:
    """Raises `FtlintError` for a model with an adapter in its folder: transformers puts it on unasked."""
    if os.path.lexists(os.path.join(folder, "adapter_config.json")):
        raise FtlintError(
            "an adapter lies in the base model's folder, and transformers loads it with the model: move "
            "adapter_config.json and adapter_model.* to a folder of their own",
            folder,
        )


def foreign_code(folder: str) -> str:
    """The repository whose code a model's config.json asks for in place of its own, "" for none."""
    auto = _json_object(os.path.join(folder, "config.json")).get("auto_map")
    named = [each for each in auto.values() if isinstance(each, str)] if isinstance(auto, dict) else []
    return next((each.partition("--")[0] for each in named if "--" in each), "")


def tokenizer_files(folder: str) -> list[str]:
    """The files that a tokenizer and its chat templates are loaded from, relative to the folder, sorted."""
    found = [each for each in os.listdir(folder) if each in _TOKENIZER]
    inner = os.path.join(folder, TEMPLATES)
    if os.path.isdir(inner):
        found += [f"{TEMPLATES}/{each}" for each in os.listdir(inner) if each.endswith(".jinja")]
    return sorted(found)


def _weights(folder: str, names: list[str]) -> list[str]:
    for ending, stem in ((".safetensors", "model"), (".bin", "pytorch_model")):
        index = f"{stem}{ending}.index.json"
        whole = f"{stem}{ending}"
        if whole in names:
            return [whole]
        if index in names:
            return [index, *_shards(os.path.join(folder, index))]
        loose = [each for each in names if each.startswith(stem) and each.endswith(ending)]
        if loose:
            return loose
    return []


def _named_weights(folder: str) -> list[str]:
    """The weights that config.json names in place of the usual ones (`transformers_weights`)."""
    path = os.path.join(folder, "config.json")
    said = _json_object(path).get("transformers_weights")
    if said is None:
        return []
    if not isinstance(said, str) or os.path.basename(said) != said or not said:
        raise FtlintError("transformers_weights names no file of the model's folder", path)
    return [said, *(_shards(os.path.join(folder, said)) if said.endswith(".index.json") else ())]


def _code(folder: str) -> list[str]:
    """Python files, those of inner folders, too: a model's code imports them."""
    found = []
    for home, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "__pycache__" and not each.startswith(".")]
        inner = os.path.relpath(home, folder)
        found += [os.path.normpath(os.path.join(inner, each)) for each in names if each.endswith(".py")]
    return found


def _json_object(path: str) -> dict[str, Any]:
    """The object in a JSON file; an empty one where there is none."""
    try:
        with open(path, "rb") as stream:
            found = json.load(stream)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _shards(index: str) -> list[str]:
    try:
        with open(index, "rb") as stream:
            shards = set(json.load(stream)["weight_map"].values())
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", index) from None
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise FtlintError("not an index of weights", index) from None
    if not all(isinstance(each, str) and os.path.basename(each) == each for each in shards):
        raise FtlintError("an index of weights that names files outside its folder", index)
    return sorted(shards)


def _cache() -> str:
    said = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if said:
        return os.path.expanduser(said)
    general = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    home = os.environ.get("HF_HOME") or os.path.join(general, "huggingface")
    return os.path.join(os.path.expanduser(home), "hub")


def _repository(name: str) -> str:
    return os.path.join(_cache(), f"models--{name.replace('/', '--')}")


def _commit_of(name: str, revision: str) -> str:
    """The commit that a branch or tag stood at when it was downloaded, "" for one that never was."""
    refs = os.path.join(_repository(name), "refs")
    path = os.path.normpath(os.path.join(refs, revision))
    if not path.startswith(f"{refs}/"):
        return ""
    try:
        with open(path, encoding="ascii") as stream:
            commit = stream.read().strip()
    except (OSError, ValueError):
        return ""
    return commit if _COMMIT.fullmatch(commit) else ""

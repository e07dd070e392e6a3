"""The base model of a training, its tokenizer and its chat template, as they are on this machine."""

from __future__ import annotations

import hashlib
import os
import re
from typing import NamedTuple

from ftlint.engine.training_files import TrainingFile
from ftlint.gate.lock import LockedModel, LockedTokenizer
from ftlint.gate.locked import locked_files
from ftlint.model import FtlintError, TrainingConfig
from ftlint.read.discover import shown

_COMMIT = re.compile(r"[0-9a-f]{40}")


class LostTemplateError(FtlintError):
    """The chat template that a config asks for is not there."""


class Base(NamedTuple):
    """What of a model is locked. `lack` says why it is not on this machine, "" where it is."""

    model: LockedModel
    tokenizer: LockedTokenizer
    lack: str = ""


def locked_base(config: TrainingConfig, root: str) -> Base:
    """The base model of a config. One that is not here is locked by its commit, where the config names one.

    Raises `FtlintError` where the config names no model, one that is neither here nor pinned, or a second
    one, of which a lock holds nothing.
    """
    from ftlint.weights.places import foreign_code, model_files, model_place, tokenizer_files

    _refuse_second(config)
    name, revision = config.get("base_model"), config.get("model_revision") or ""
    field = config.field("base_model")
    line = field.range.line if field.range else None
    if not isinstance(name, str) or not name:
        told = "is a placeholder: name the model" if field.unknown else "is not said: name the model"
        raise FtlintError(f"{config.spelled('base_model')} {told}", config.path, line)
    try:
        place = model_place(name, str(revision), root, config.path)
    except FtlintError as error:
        if is_commit(str(revision)):
            template, source = _template(config, root, "")
            model = LockedModel(name=name, revision=str(revision), files=[])
            return Base(model, _tokenizer("", [], template, source), error.message)
        pinned = "; without the model here, a revision that is a whole commit pins it"
        raise FtlintError(f"{error.message}{pinned}", config.path, line) from None
    files = model_files(place.folder)
    if not any(each.endswith((".safetensors", ".bin")) for each in files):
        raise FtlintError(
            f"base model {name!r} holds no weights (not pulled?): {place.folder}", config.path, line
        )
    if config.get("trust_remote_code") and (other := foreign_code(place.folder)):
        told = (
            f"trust_remote_code runs code of {other}, of which a lock holds nothing: copy it into the model"
        )
        raise FtlintError(f"{told} and name it in auto_map without `{other}--`", config.path, line)
    template, source = _template(config, root, place.folder)
    return Base(
        LockedModel(name=name, revision=place.revision, files=locked_files(_in(place.folder, files))),
        _tokenizer(place.folder, tokenizer_files(place.folder), template, source),
    )


def _refuse_second(config: TrainingConfig) -> None:
    for name in ("adapter_path", "reference_model", "teacher_model"):
        field = config.field(name)
        if field.written and field.value and field.value != config.get("base_model"):
            told = (
                f"{config.spelled(name)} names a second model, of which a lock holds nothing: merge it first"
            )
            raise FtlintError(told, config.path, field.range.line if field.range else None)


def is_commit(revision: str) -> bool:
    """Whether a revision is a whole commit, which nobody can move."""
    return _COMMIT.fullmatch(revision) is not None


def _in(folder: str, names: list[str]) -> list[TrainingFile]:
    return [TrainingFile(name, os.path.join(folder, name)) for name in names]


def _tokenizer(folder: str, names: list[str], template: str, source: str) -> LockedTokenizer:
    return LockedTokenizer(
        files=locked_files(_in(folder, names)),
        template_from=source,
        template_sha256=hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()
        if template
        else "",
    )


def _template(config: TrainingConfig, root: str, folder: str) -> tuple[str, str]:
    """The chat template's text, and where it is from: tokenizer, config, the path of a file from the root."""
    from ftlint.weights.tokenizer import template_of

    asked = config.get("chat_template")
    asked = asked if isinstance(asked, str) else ""
    file = next((each for each in _places(config, root, asked) if os.path.isfile(each)), "")
    if not folder and not file and "{%" not in asked and "{{" not in asked:
        return "", ""
    try:
        text, source = template_of(folder, file or asked)
    except FtlintError as error:
        field = config.field("chat_template")
        line = field.range.line if field.range else None
        raise LostTemplateError(error.message, config.path, line) from None
    return text, shown(file, root) if file and text else source


def _places(config: TrainingConfig, root: str, asked: str) -> list[str]:
    if not asked or "\n" in asked or "\0" in asked or len(asked) > 1000:
        return []
    folders = (root, os.path.dirname(os.path.join(root, config.path)))
    return [os.path.normpath(os.path.join(folder, os.path.expanduser(asked))) for folder in folders]

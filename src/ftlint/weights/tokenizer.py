"""A model's tokenizer and chat template, without transformers: `tokenizers` for the ids, Jinja for the text.

The ids are those of `AutoTokenizer.apply_chat_template` and `AutoTokenizer.__call__`: tests hold them equal.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from ftlint.detect.chat_templates import family
from ftlint.model import FtlintError, MissingExtraError
from ftlint.weights.conversation import Unfit
from ftlint.weights.places import TEMPLATES, tokenizer_files
from ftlint.weights.templates import Message, Rendered, Template, TemplateFault

CONFIG = "tokenizer_config.json"
NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
OWN = ("", "tokenizer", "tokenizer_default", "default", "auto", "none")
"""What configs call the template that comes with the model."""

Tools = Sequence[Mapping[str, Any]] | None


class Pieces(NamedTuple):
    """Token ids and the [start, end) of each in the text, in code points."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Tokenizer:
    """A tokenizer of a folder. `eos_id` and `pad_id` are ids (eos is None where there is none; without a pad
    token the end token pads), `special` the ids that are no text, `template` the chat template's text ("" for
    none) and `template_from` where it is from: tokenizer, the path of a file, or config.
    """

    def __init__(
        self,
        folder: str,
        backend: Any,
        names: Mapping[str, str],
        templates: Mapping[str, str],
        template_from: str,
        today: date,
    ) -> None:
        self.folder = folder
        self.names = dict(names)
        self.template = templates.get("default", "")
        self.template_from = template_from if self.template else ""
        self._backend = backend
        self._templates = {
            name: Template(text, today, folder if template_from == "tokenizer" else template_from)
            for name, text in templates.items()
        }
        added = backend.get_added_tokens_decoder()
        self.special = frozenset(index for index, token in added.items() if token.special)
        self.bos_id = self._id("bos_token")
        self.eos_id = self._id("eos_token")
        padding = self._id("pad_token")
        self.pad_id: int = padding if padding is not None else self.eos_id or 0
        self.size: int = backend.get_vocab_size()
        self._stops = {self.eos_id, *_stops(folder)} - {None}

    def _id(self, name: str) -> int | None:
        token = self.names.get(name)
        return None if token is None else self._backend.token_to_id(token)

    @property
    def stops(self) -> frozenset[int]:
        """The ids that generation ends at: the end token and those of generation_config.json."""
        return frozenset(each for each in self._stops if each is not None)

    def marks_answers(self, tools: Tools = None) -> bool:
        """Whether the template says itself what an assistant writes, in `{% generation %}` blocks."""
        return self._template(tools).marks_answers

    def rendered(
        self, messages: Sequence[Message], tools: Tools = None, *, add_generation_prompt: bool = False
    ) -> Rendered:
        """The conversation as text and where its answers stand, where the template marks them.

        Raises `FtlintError` without a template and `TemplateFault` for what the template does not take.
        """
        return self._template(tools).render(messages, tools, prompt=add_generation_prompt, names=self.names)

    def render(
        self, messages: Sequence[Message], tools: Tools = None, add_generation_prompt: bool = False
    ) -> str:
        """The conversation as text, by the chat template. Raises as `rendered` does."""
        return self.rendered(messages, tools, add_generation_prompt=add_generation_prompt).text

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of a text; with `special` what the tokenizer puts around any text (bos, eos), too.

        A rendered conversation has those in its text.
        """
        return self.pieces(text, special=special).ids

    def pieces(self, text: str, *, special: bool = False) -> Pieces:
        """Token ids with their places in the text. Raises `Unfit` for a text that no UTF-8 can hold."""
        try:
            found = self._backend.encode(text, add_special_tokens=special)
        except TypeError:
            raise Unfit("holds half a character (a lone surrogate)") from None
        return Pieces(found.ids, found.offsets)

    def decode(self, ids: Sequence[int], *, skip_special: bool = False) -> str:
        """The text of token ids, special tokens among them unless they are skipped."""
        return self._backend.decode(list(ids), skip_special_tokens=skip_special)  # type: ignore[no-any-return]

    def save(self, folder: str) -> None:
        """Copies the tokenizer's files to a folder, with the template that was applied as its own."""
        os.makedirs(folder, exist_ok=True)
        config = _json(os.path.join(self.folder, CONFIG))
        other = bool(self.template) and self.template != _own_templates(self.folder, config).get("default")
        for name in tokenizer_files(self.folder):
            if other and name.startswith(f"{TEMPLATES}/"):
                continue
            target = os.path.join(folder, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(self.folder, name), target)
        if not other:
            return
        with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf-8") as stream:
            stream.write(self.template)
        if "chat_template" in config:  # llama.cpp takes this one before the file
            del config["chat_template"]
            with open(os.path.join(folder, CONFIG), "w", encoding="utf-8") as stream:
                json.dump(config, stream, indent=2, ensure_ascii=False)

    def _template(self, tools: Tools) -> Template:
        named = "tool_use" if tools and "tool_use" in self._templates else "default"
        found = self._templates.get(named)
        if found is None:
            raise FtlintError(
                "the tokenizer has no chat template: name one in the config (chat_template: a path), "
                "or take a model that comes with one",
                self.folder,
            )
        return found


def load_tokenizer(folder: str, chat_template: str = "", *, today: str = "") -> Tokenizer:
    """The tokenizer of a folder with the chat template that a config asks for.

    `chat_template` is "" (or `tokenizer_default` ...) for the model's own, the path of a file, the template's
    text, or a name whose family the model's own template is of. `today` (YYYY-MM-DD) is the date that
    templates are given; that of this day where it is left out. Raises `FtlintError` for what cannot be read,
    `MissingExtraError` without the packages.
    """
    file = os.path.join(folder, "tokenizer.json")
    if not os.path.isfile(file):
        raise FtlintError(
            "no tokenizer.json: write one with "
            "`AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)` (transformers)",
            folder,
        )
    config = _json(os.path.join(folder, CONFIG))
    backend = _backend(file, config, _json(os.path.join(folder, "special_tokens_map.json")))
    names = _names(config, _json(os.path.join(folder, "special_tokens_map.json")))
    own = _own_templates(folder, config)
    templates, source = _chosen(chat_template, own, folder)
    try:
        day = date.fromisoformat(today[:10]) if today else date.today()
    except ValueError:
        raise FtlintError(f"the date that templates are told is none: {today[:10]!r}", folder) from None
    return Tokenizer(folder, backend, names, templates, source, day)


def template_of(folder: str, asked: str = "") -> tuple[str, str]:
    """The text of the chat template that `load_tokenizer` applies and where it is from ("" and "" for none).

    Needs no package; a template that is not sound is given as it stands. `folder` is "" where the model is
    not on this machine. Raises `FtlintError` for a name that is no template.
    """
    config = _json(os.path.join(folder, CONFIG)) if folder else {}
    own = _own_templates(folder, config) if folder else {}
    templates, source = _chosen(asked, own, folder)
    text = templates.get("default", "")
    return text, source if text else ""


def special_names(folder: str) -> dict[str, str]:
    """The special tokens of a tokenizer by name (`eos_token`), as its files say."""
    config = _json(os.path.join(folder, CONFIG))
    return _names(config, _json(os.path.join(folder, "special_tokens_map.json")))


def _backend(file: str, config: Mapping[str, Any], legacy: Mapping[str, Any]) -> Any:
    """What tokenizes. `add_bos_token` of the config is not looked at: with a tokenizer.json transformers 5
    leaves it to that file."""
    try:
        from tokenizers import AddedToken
        from tokenizers import Tokenizer as Backend
    except ImportError:
        raise MissingExtraError("tokens", "tokenizing") from None
    try:
        backend = Backend.from_file(file)
    except Exception as error:  # the package raises bare Exception for every kind of failure
        raise FtlintError(f"not a tokenizer file: {error}", file) from None
    backend.no_padding()
    backend.no_truncation()
    known = backend.get_added_tokens_decoder()
    listed = config.get("added_tokens_decoder")
    for index, token in sorted((listed if isinstance(listed, dict) else {}).items(), key=lambda e: int(e[0])):
        if int(index) not in known and isinstance(token, dict):
            backend.add_tokens([AddedToken(**token)])
    names = _names(config, legacy)
    missing = [each for each in names.values() if backend.token_to_id(each) is None]
    special = {token.content for token in backend.get_added_tokens_decoder().values() if token.special}
    plain = [each for each in names.values() if each not in special and each not in missing]
    backend.add_special_tokens(
        [AddedToken(each, special=True, normalized=False) for each in [*plain, *missing]]
    )
    return backend


def _names(config: Mapping[str, Any], legacy: Mapping[str, Any]) -> dict[str, str]:
    """The special tokens by name, as templates are given them."""
    both = {**config} if "added_tokens_decoder" in config else {**config, **legacy}
    found = {}
    inner = both.get("extra_special_tokens")
    named = {**both, **inner} if isinstance(inner, dict) else both
    for key, value in named.items():
        text = value.get("content") if isinstance(value, dict) else value
        if key.endswith("_token") and isinstance(text, str):
            found[key] = text
    order = [*NAMED, *sorted(found.keys() - set(NAMED))]
    return {key: found[key] for key in order if key in found}


def _own_templates(folder: str, config: Mapping[str, Any]) -> dict[str, str]:
    """The templates that come with a tokenizer, by name; `default` is the one for chats."""
    found: dict[str, str] = {}
    written = config.get("chat_template")
    if isinstance(written, str):
        found["default"] = written
    for each in written if isinstance(written, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            found[each["name"]] = str(each.get("template", ""))
    files = {}
    for name in tokenizer_files(folder):
        if name == "chat_template.jinja":
            files["default"] = name
        elif name.startswith(f"{TEMPLATES}/"):
            files[name.removeprefix(f"{TEMPLATES}/").removesuffix(".jinja")] = name
    if files:
        found = {name: _text(os.path.join(folder, path)) for name, path in sorted(files.items())}
    return found


def _chosen(asked: str, own: Mapping[str, str], folder: str) -> tuple[dict[str, str], str]:
    if asked.strip().lower() in OWN or asked.startswith("tokenizer_default"):
        return dict(own), "tokenizer"
    if "{%" in asked or "{{" in asked:
        return {"default": asked}, "config"
    if os.path.isfile(asked):
        return {"default": _text(asked)}, asked
    if asked in own:
        return {"default": own[asked]}, "tokenizer"
    default = own.get("default", "")
    if default and family(asked) and family(asked) == family(default):
        return dict(own), "tokenizer"
    known = family(default)
    has = f"its own is of the family {known}" if known else "its own is another" if default else "it has none"
    raise FtlintError(
        f"chat_template {asked!r} is no file and no template of the model ({has}): "
        "leave it out for the model's own, or name a Jinja file",
        folder,
    )


def _stops(folder: str) -> list[int]:
    """End tokens of the model's generation config, by which it stops."""
    listed = _json(os.path.join(folder, "generation_config.json")).get("eos_token_id")
    values = listed if isinstance(listed, list) else [listed]
    return [each for each in values if isinstance(each, int)]


def _json(path: str) -> dict[str, Any]:
    if not os.path.isfile(path):
        return {}
    try:
        found = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise FtlintError("not JSON", path) from None
    return found if isinstance(found, dict) else {}


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        raise FtlintError(f"cannot read: {error}", path) from None


__all__ = ["Pieces", "TemplateFault", "Tokenizer", "load_tokenizer", "special_names", "template_of"]

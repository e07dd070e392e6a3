"""What is handed on from a run: a merged model, an adapter for vLLM, a model for Ollama, a card.

Each is a folder that appears whole. Nothing is quantised here: weights are in the precision that the manifest
says they are merged in.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from ftlint.fix.output import FULL
from ftlint.model import FtlintError
from ftlint.train import recipes
from ftlint.train.turns import Message, turns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftlint.train.trained import TrainedRun
    from ftlint.weights.tokenizer import Tokenizer

Kind = Literal["merged", "gguf", "vllm", "ollama", "card"]
KINDS: tuple[Kind, ...] = ("merged", "gguf", "vllm", "ollama", "card")


class Exported(NamedTuple):
    """What stands in `folder` now. `notes` are what its user has to know, `command` is what comes next."""

    folder: str
    files: list[str]
    notes: list[str]
    command: str = ""


def export(run: TrainedRun, kind: Kind, out: str, card: str) -> Exported:
    """Writes one kind to the folder `out`, which must be new or empty; the card is README.md in it.

    Raises `FtlintError` where the adapter cannot be had in that form, or the disk is full.
    """
    writers: dict[Kind, Callable[[TrainedRun, str], Exported]] = {
        "merged": _merged,
        "gguf": _gguf,
        "vllm": _vllm,
        "ollama": _ollama,
        "card": lambda run, folder: Exported(folder, [], []),
    }
    with _whole(out) as folder:
        made = writers[kind](run, folder)
        _text(folder, "README.md", card)
        files = sorted(
            os.path.relpath(os.path.join(parent, name), folder)
            for parent, _, names in os.walk(folder)
            for name in names
        )
    if run.approval is None:
        made.notes.append(
            "ftlint.lock has no approval for this run: its base was not compared with what was approved"
        )
    return made._replace(folder=out, files=files, command=made.command.replace("{out}", shlex.quote(out)))


def _merged(run: TrainedRun, folder: str) -> Exported:
    from ftlint.weights.model import add_adapter, load_base, merged

    precision = run.manifest.precision
    with warnings.catch_warnings():
        # of peft with transformers from 5.23 on
        warnings.filterwarnings("ignore", category=FutureWarning, module="transformers|peft")
        base = load_base(
            run.base,
            dtype=precision.weights if not precision.quantization else precision.merge,
            device="cpu",
            trust_remote_code=bool(run.manifest.plan.get("trust_remote_code")),
        )
        model = merged(add_adapter(base, run.adapter), precision.merge)
        model.save_pretrained(folder)
    _read_again(model, folder)
    _tokenizer(run).save(folder)
    notes = [
        f"the adapter is merged in {precision.merge}; every tensor was read again and is what was written"
    ]
    if precision.quantization:
        notes.append(
            f"it was trained over a base in {precision.quantization}, and is merged into the base as it was "
            "before that: the answers differ a little; measure it (ftlint eval --merged)"
        )
    return Exported(folder, [], notes, f"ftlint eval --run {shlex.quote(run.folder)} --merged")


def _read_again(model: object, folder: str) -> None:
    """Raises where a tensor on the disk is not the one in memory, or is missing."""
    import torch
    from safetensors import safe_open

    there: dict[str, str] = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".safetensors"):
            with safe_open(os.path.join(folder, name), "pt") as stream:
                there |= dict.fromkeys(stream.keys(), name)
    kept: dict[int, bool] = {}
    for name, tensor in model.state_dict().items():  # type: ignore[attr-defined]
        if name not in there:
            kept.setdefault(tensor.data_ptr(), False)
            continue
        with safe_open(os.path.join(folder, there[name]), "pt") as stream:
            if not torch.equal(stream.get_tensor(name), tensor.cpu()):
                raise FtlintError(
                    f"{name} is not on the disk as it was written: the disk may be failing", folder
                )
        kept[tensor.data_ptr()] = True
    if not all(kept.values()):  # tied weights are written once
        raise FtlintError("not every tensor was written", folder)


def _gguf(run: TrainedRun, folder: str) -> Exported:
    made = _merged(run, folder)
    _text(folder, "GGUF.md", recipes.gguf(run, template=_has_template(folder)))
    return made._replace(command="see {out}/GGUF.md")


def _vllm(run: TrainedRun, folder: str) -> Exported:
    refused = recipes.vllm_refuses(run)
    if refused:
        raise FtlintError(
            f"vLLM does not load this adapter: {refused}; "
            f"ftlint export {shlex.quote(run.folder)} --to merged",
            run.adapter,
        )
    shutil.copyfile(
        os.path.join(run.adapter, "adapter_model.safetensors"),
        os.path.join(folder, "adapter_model.safetensors"),
    )
    peft = dict(run.peft) | {"base_model_name_or_path": recipes.base_name(run)}
    _text(folder, "adapter_config.json", json.dumps(peft, indent=2, sort_keys=True) + "\n")
    _tokenizer(run).save(folder)
    _text(folder, "serve.sh", recipes.vllm(run, template=_has_template(folder)))
    return Exported(folder, [], recipes.vllm_notes(run), "sh {out}/serve.sh")


def _ollama(run: TrainedRun, folder: str) -> Exported:
    from ftlint.train.modelfile import modelfile

    tokenizer = _tokenizer(run)
    turns = turns_of(_render(tokenizer))
    if turns is None:
        raise FtlintError(
            "the chat template does more than put text around each message, which a Modelfile cannot say: "
            "serve it with vLLM, or with llama.cpp and --jinja (ftlint export --to gguf)",
            run.folder,
        )
    bos = tokenizer.names.get("bos_token", "")
    doubled = bool(bos) and tokenizer.encode("a", special=True)[:1] == [tokenizer.bos_id]
    text = modelfile(
        turns,
        stops=sorted(tokenizer.decode([each]) for each in tokenizer.stops),
        length=int(run.manifest.plan.get("length") or 4096),
        precision=run.manifest.precision.merge,
        origin=recipes.origin(run),
        bos=bos if doubled else "",
    )
    made = _merged(run, folder)
    _text(folder, "Modelfile", text)
    notes = [
        "TEMPLATE was derived from the chat template and says the same of conversations of system, user and "
        "assistant turns; tools are not in it"
    ]
    return made._replace(
        notes=[*made.notes, *notes], command=f"ollama create {run.served} -f {{out}}/Modelfile"
    )


def _render(tokenizer: Tokenizer) -> Callable[[Sequence[Message], bool], str]:
    from ftlint.weights.templates import TemplateFault

    def render(messages: Sequence[Message], prompt: bool) -> str:
        try:
            return tokenizer.render(messages, add_generation_prompt=prompt)
        except TemplateFault as fault:
            raise ValueError(str(fault)) from None

    return render


def _tokenizer(run: TrainedRun) -> Tokenizer:
    from ftlint.weights.tokenizer import load_tokenizer

    there = os.path.isfile(os.path.join(run.adapter, "tokenizer.json"))
    template = "" if there else str(run.manifest.plan.get("chat_template") or "")
    return load_tokenizer(run.adapter if there else run.base, template)


def _has_template(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "chat_template.jinja"))


def _text(folder: str, name: str, text: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)


@contextmanager
def _whole(out: str) -> Iterator[str]:
    """A folder to write in that gets the name `out` once it is whole; nothing stands there until then."""
    target = os.path.abspath(out)
    if os.path.lexists(target) and not (os.path.isdir(target) and not os.listdir(target)):
        raise FtlintError("stands there already: name a folder that is new or empty", out)
    staged = f"{target}.ftlint-tmp"
    try:
        shutil.rmtree(staged, ignore_errors=True)
        os.makedirs(staged)
        yield staged
        for parent, _, names in os.walk(staged):
            for path in (*(os.path.join(parent, name) for name in names), parent):
                _sync(path)
        if os.path.isdir(target):
            os.rmdir(target)
        os.rename(staged, target)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        full = isinstance(error, OSError) and error.errno in FULL
        if full or (isinstance(error, Exception) and "No space left" in str(error)):
            raise FtlintError("the disk is full: nothing was left there", out) from None
        if isinstance(error, OSError):
            raise FtlintError(f"cannot write: {error.strerror or error}", out) from None
        raise


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Trainings that Python code sets up by calls: `SFTConfig(learning_rate=2e-4)`, `LoraConfig(r=16)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ftlint.dialects.detect import dialects, drafted
from ftlint.dialects.launching.flags import Branch
from ftlint.dialects.launching.place import Place
from ftlint.dialects.launching.python import Code, is_number
from ftlint.dialects.launching.text import UNKNOWN
from ftlint.model.config_tree import NOWHERE, Entry, Node
from ftlint.model.training_config import DataRef, Field, TrainingConfig
from ftlint.read.config_text import Offsets, Written

ARGUMENTS: Mapping[str, str] = {
    **dict.fromkeys(("TrainingArguments", "UnslothTrainingArguments"), ""),
    "SFTConfig": "sft",
    "DPOConfig": "dpo",
    "KTOConfig": "kto",
    "ORPOConfig": "orpo",
    "CPOConfig": "cpo",
    "GRPOConfig": "grpo",
    "RLOOConfig": "rloo",
    **dict.fromkeys(("PPOConfig", "PPOv2Config"), "ppo"),
    **dict.fromkeys(("RewardConfig", "PRMConfig"), "reward"),
    **dict.fromkeys(("OnlineDPOConfig", "XPOConfig", "NashMDConfig"), "online-dpo"),
    "GKDConfig": "distillation",
}
"""Classes that hold a training's arguments, with the method they are for."""

TRAINERS = {name.replace("Config", "Trainer"): method for name, method in ARGUMENTS.items() if method}
_LORA = {
    "r": "lora_r",
    "lora_alpha": "lora_alpha",
    "lora_dropout": "lora_dropout",
    "target_modules": "lora_target_modules",
    "modules_to_save": "lora_modules_to_save",
    "use_rslora": "use_rslora",
    "use_dora": "use_dora",
}
_MODEL = {
    "model_name": "model_name_or_path",
    "pretrained_model_name_or_path": "model_name_or_path",
    "torch_dtype": "torch_dtype",
    "dtype": "dtype",
    "attn_implementation": "attn_implementation",
    "trust_remote_code": "trust_remote_code",
    "revision": "model_revision",
    "load_in_4bit": "load_in_4bit",
    "load_in_8bit": "load_in_8bit",
    "max_seq_length": "max_seq_length",
}
_BNB = {
    name: name for name in ("load_in_4bit", "load_in_8bit", "bnb_4bit_quant_type", "bnb_4bit_compute_dtype")
}
_TRAINER = {name: name for name in ("max_seq_length", "packing", "neftune_noise_alpha")}
_MODELS = re.compile(r"\w*ForCausalLM|Fast\w*Model|AutoModelForImageTextToText|AutoModelForVision2Seq")
_ANSWERS = re.compile(
    r"ForCausalLM|Fast\w*Model\b|CAUSAL_LM|SFTTrainer|DPOTrainer|ORPOTrainer|KTOTrainer|unsloth"
)
_OTHER = re.compile(
    r"ForSequenceClassification|ForTokenClassification|ForMaskedLM|ForQuestionAnswering|ForSpeechSeq2Seq|ForCTC"
    r"|ForSeq2SeqLM|ForImageClassification|ForObjectDetection|ForMultipleChoice"
)
MOST_CALLS = 100
_LOADERS = ("json", "csv", "parquet", "text", "arrow")


class Call(NamedTuple):
    """A call, and the code that holds it."""

    code: Code
    node: ast.Call
    name: str


def configs(codes: Sequence[Code], place: Place) -> list[TrainingConfig]:
    """A config for each call that holds a training's arguments. Calls beside it say adapter and model."""
    calls = [
        Call(code, node, getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
        for code in codes
        for node in code.calls
    ]
    text = "\n".join(code.source.text for code in codes)
    answers = _ANSWERS.search(text) is not None and _OTHER.search(text) is None
    holding = [
        call
        for call in calls
        if call.name in ARGUMENTS and call.node.keywords and (ARGUMENTS[call.name] or answers)
    ]
    found = (_config(call, calls, text, place) for call in holding[:MOST_CALLS])
    return [config for config in found if config is not None]


def _config(call: Call, calls: Sequence[Call], text: str, place: Place) -> TrainingConfig | None:
    branch = Branch()
    for name, value in _literals(call, place.offsets):
        branch.put(name, value)
    if not branch:
        return None
    trainers = [each for each in calls if each.name.endswith("Trainer")]
    for others, names in (
        ([each for each in calls if each.name == "BitsAndBytesConfig"], _BNB),
        ([each for each in calls if each.name == "from_pretrained" and _is_model(each)], _MODEL),
        (trainers, _TRAINER),
    ):
        if len(others) == 1:
            _add(branch, others[0], names, place.offsets)
    _model_name(branch, calls, place.offsets)
    _adapter(branch, calls, text, bool(trainers), place.offsets)
    given = _method(call, trainers, place.offsets) | _data(calls, trainers, place.offsets)
    if any(each.name == "from_pretrained" and _is_unsloth(each) for each in calls):
        given["quant_compute_dtype"] = Field(None, False, True, source="Unsloth takes the model's own type")
    tree = branch.node()
    version, version_from = place.versions.get("trl", ("", ""))
    dialect = dialects()["trl"]
    if not ARGUMENTS[call.name]:
        # a trainer of TRL takes the defaults of the arguments it is given, not those of its own class
        dialect = replace(dialect, facts="transformers")
    config = drafted(dialect, tree, place.path, Written(tree, "flags"), 0.9, version, version_from, given)
    written = any(
        field.written and field.range is not None and name not in given
        for name, field in config.fields.items()
    )
    return config if written and config.purpose == "train" else None


def _literals(call: Call, offsets: Offsets) -> Iterable[tuple[str, Entry]]:
    """Keyword arguments; what is no literal counts as unknown, None as left out."""
    for keyword in call.node.keywords:
        if keyword.arg is None or (isinstance(keyword.value, ast.Constant) and keyword.value.value is None):
            continue
        whole = call.code.cut(keyword)
        key = whole.cut(0, len(keyword.arg)).range(offsets) or NOWHERE
        yield (
            keyword.arg,
            Entry(Node("scalar", key, keyword.arg, "str"), _value(call.code, keyword.value, offsets)),
        )


def _value(code: Code, node: ast.expr, offsets: Offsets) -> Node:
    known = code.resolved(node)
    if isinstance(known, ast.List | ast.Tuple | ast.Set):
        items = tuple(_value(code, each, offsets) for each in known.elts)
        return Node("list", code.cut(known).reach(offsets), tag="seq", items=items)
    text = code.text(known)
    if text is None and (is_number(known) or isinstance(known, ast.Constant | ast.Attribute)):
        text = code.cut(known)
        if isinstance(known, ast.Attribute) and not text.text.startswith(("torch.", "jnp.")):
            text = None
    place = text.range(offsets) if text is not None else None
    if text is None or place is None:
        written = text.text if text is not None else UNKNOWN
        return Node("scalar", code.cut(node).reach(offsets), written, "str", quoted=True)
    return Node("scalar", place, text.text, "str")


def _add(branch: Branch, call: Call, names: Mapping[str, str], offsets: Offsets) -> None:
    for name, value in _literals(call, offsets):
        key = names.get(name)
        if key is not None and key not in branch:
            branch.put(key, value)


def _is_model(call: Call) -> bool:
    return bool(_MODELS.fullmatch(_owner(call)))


def _is_unsloth(call: Call) -> bool:
    return bool(re.fullmatch(r"Fast\w*Model", _owner(call)))


def _owner(call: Call) -> str:
    """The name of what a method is called on."""
    owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    return getattr(owner, "id", "") or getattr(owner, "attr", "")


def _model_name(branch: Branch, calls: Sequence[Call], offsets: Offsets) -> None:
    """The first argument of the one call that loads a model."""
    loads = [each for each in calls if each.name == "from_pretrained" and _is_model(each)]
    if len(loads) == 1 and "model_name_or_path" not in branch and loads[0].node.args:
        value = _value(loads[0].code, loads[0].node.args[0], offsets)
        if value.kind == "scalar" and value.text != UNKNOWN:
            branch.put("model_name_or_path", Entry(value._replace(text="model"), value))


def _adapter(branch: Branch, calls: Sequence[Call], text: str, trained: bool, offsets: Offsets) -> None:
    """The one adapter of the file; tuning is unknown where it has several or makes one elsewhere, and where
    the trainer is made elsewhere."""
    adapters = [
        each
        for each in calls
        if each.name == "LoraConfig"
        or (each.name == "get_peft_model" and any(word.arg == "r" for word in each.node.keywords))
    ]
    if "use_peft" in branch:
        return
    if len(adapters) == 1:
        _add(branch, adapters[0], _LORA, offsets)
        at = adapters[0].code.cut(adapters[0].node.func).range(offsets) or NOWHERE
        name = Node("scalar", at, adapters[0].name, "str")
        branch.put("use_peft", Entry(name, Node("scalar", at, "", "true")))
    elif not trained or re.search(r"peft|lora|adapter", text, re.IGNORECASE):
        first = next(iter(branch.values()))
        if isinstance(first, Entry):
            branch.put(
                "use_peft", Entry(first.key, Node("scalar", first.key.range, UNKNOWN, "str", quoted=True))
            )


def _method(call: Call, trainers: Sequence[Call], offsets: Offsets) -> dict[str, Field]:
    method = ARGUMENTS[call.name]
    told = call
    if not method:
        named = [each for each in trainers if each.name in TRAINERS]
        methods = {TRAINERS[each.name] for each in named}
        if len(methods) != 1:
            return {}
        method, told = methods.pop(), named[0]
    at = told.code.cut(told.node.func).range(offsets)
    return {"method": Field(method, key=told.name, range=at, key_range=at)}


def _data(calls: Sequence[Call], trainers: Sequence[Call], offsets: Offsets) -> dict[str, Field]:
    """What the code trains on, where one call loads it; evaluation data is named but not resolved."""
    found: dict[str, Field] = {}
    loads = [each for each in calls if each.name == "load_dataset"]
    if len(loads) == 1:
        load = loads[0]
        words = {word.arg: word.value for word in load.node.keywords}
        files = words.get("data_files")
        name = load.code.text(load.node.args[0]) if load.node.args else None
        local = name is not None and name.text in _LOADERS
        text = load.code.text(files) if local and files is not None else None if local else name
        at = text.range(offsets) if text is not None else None
        if text is not None and at is not None and UNKNOWN not in text.text:
            ref = DataRef(text.text, "file" if local else "hub", "train", range=at)
            found["train_data"] = Field((ref,), key="load_dataset", range=at, key_range=at)
    named = [word for each in trainers for word in each.node.keywords if word.arg == "eval_dataset"]
    real = [word for word in named if not (isinstance(word.value, ast.Constant) and word.value.value is None)]
    if real or not trainers:
        found["eval_data"] = Field(None, written=bool(real), unknown=True, key="eval_dataset")
    return found

from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.facts.dialects import dialect_facts
from ftlint.model import Finding, Node, Severity, TrainingConfig
from ftlint.model.config_edit import fix, float_literal, replace_text
from ftlint.model.config_fields import FIELDS
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)[eE][-+]?\d+")
_ANY_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NUMBERS = ("number", "count", "share-or-count")
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\n"
    "template: qwen\ndataset: identity\n"
)
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)
BEDROCK = (
    '{"customizationType": "FINE_TUNING", "customModelName": "m",'
    ' "baseModelIdentifier": "amazon.nova-micro-v1:0:128k", "hyperParameters": {"epochCount": "2"}}'
)
WANTS_TEXTS = frozenset({"bedrock-job", "vertex-job"})
"""Dialects that ask for numbers as texts."""
DROPS = frozenset({"axolotl"})
"""Dialects whose framework drops keys that it does not know."""


class NumberReadAsText(Rule[TrainingConfig]):
    """A number that the framework's YAML loader takes for a text.

    ## Why it matters
    YAML 1.1, which PyYAML speaks, knows a number in scientific notation only with a dot and a signed
    exponent: `2.0e-4` is a number, `2e-4` is the text "2e-4". A framework that does not convert it stops
    with a type error, in the optimizer, after the model was loaded.

    ## What to do
    Write `2.0e-4`: every loader takes it for a number. The fix changes that literal and nothing else.

    It is an error where the framework is known not to convert, a warning where that is not known, and an
    info where it does (axolotl, TRL): there it trains as it should, but a script that reads the file gets a
    text. Loaders with floats of their own (OmegaConf: LLaMA-Factory, torchtune, oumi) are left out, and so
    are jobs of Bedrock, whose hyper-parameters are texts, and of Vertex, whose whole numbers may be.

    ## References
    Measured: 571 of 1,530 public YAML configs hold such a number; read with PyYAML 6.0.3, ruamel.yaml
    0.19.1 and OmegaConf. LLaMA-Factory issues 4014 and 4149, TRL pull request 1450, H2O LLM Studio pull
    request 699.
    """

    code = "CFG032"
    name = "number-read-as-text"
    severity = Severity.WARNING
    fixable = "safe"
    help = "write it with a dot and a signed exponent"
    bad = (
        Example(config=LLAMAFACTORY + 'learning_rate: "2e-4"\n', note="in quotes: an error"),
        Example(config=AXOLOTL + "learning_rate: 2e-4\nadam_epsilon: 1e-8\n", note="converted: an info"),
    )
    good = (
        Example(config=AXOLOTL + "learning_rate: 2.0e-4\n"),
        Example(config=LLAMAFACTORY + "learning_rate: 2e-4\n", note="its loader has floats of its own"),
        Example(config=AXOLOTL + "learning_rate: 2.0e-4\nhub_model_id: me/2e-4\n"),
        Example(config=AXOLOTL + "learning_rate: 2.0e-4\nlr: 2e-4\n", note="a key that nobody reads"),
        Example(config=BEDROCK, config_name="job.json", note="its hyper-parameters are texts"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.launched or config.dialect in WANTS_TEXTS:
            return
        severity = None if config.casts is None else Severity.INFO if config.casts else Severity.ERROR
        found = {node.range.start: (path, node) for path, node in _texts(config)}
        for path, node in found.values():
            written = float_literal(node.text)
            if written is None or (config.casts and _unread(config, path)):
                continue
            how = "in quotes" if node.quoted else "without a dot and a signed exponent"
            then = f"; {config.title} converts it" if config.casts else ""
            yield Finding(
                f"{path} {node.text}, {how}, is a text to the loader, not a number{then}",
                severity=severity,
                fix=fix(f"write {written}", replace_text(node.range, written), safe=True),
                **placed(config.path, node.range),
            )


def _unread(config: TrainingConfig, path: str) -> bool:
    """Whether it stands under a key that its framework drops unread."""
    known = dialect_facts(config.dialect).known_keys
    return config.dialect in DROPS and path.partition(".")[0] not in known


def _texts(config: TrainingConfig) -> Iterator[tuple[str, Node]]:
    """Numbers that are texts to the loader: any in scientific notation, and quoted ones of known fields."""
    if config.loader == "yaml-1.1":
        for path, entry in config.tree.walk():
            for node in (entry.value, *entry.value.items):
                plain = node.kind == "scalar" and node.tag == "str" and not node.quoted
                if plain and _NUMBER.fullmatch(node.text):
                    yield path, node
    for name, field in config.fields.items():
        if not field.written or FIELDS[name].kind not in _NUMBERS or not isinstance(field.loaded, str):
            continue
        written = config.entry(field.key)
        if written is not None and _ANY_NUMBER.fullmatch(written.value.text.strip()):
            yield field.key, written.value

from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, literal, replace_text, replace_value
from ftlint.rule import Example, Rule

LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\npacking: true\n"
)


class PackingWithoutIsolation(Rule[TrainingConfig]):
    """Packed examples that can attend to each other.

    ## Why it matters
    Packing puts several examples into one sequence. Unless attention keeps them apart, every example but the
    first is read with strangers' conversations before it, which it never is in use. Quality drops, most for
    short examples, of which many share a sequence.

    ## What to do
    Take a packing that isolates: `neat_packing: true` in LLaMA-Factory, an attention backend that knows the
    borders in axolotl (`attn_implementation: flash_attention_2`), TRL's strategy `bfd`. Or do without.

    ## References
    TRL issues 805, 1230 and 3067, alignment-handbook issue 204, LLaMA-Factory pull request 4224. axolotl
    0.18 warns of it, `schemas/validation.py`; 10 of 192 public axolotl configs that pack name no such
    backend. Pretraining is left out: there documents are packed as they come.
    """

    code = "CFG065"
    name = "packing-without-isolation"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "take a packing that keeps examples apart"
    bad = (
        Example(config=LLAMAFACTORY),
        Example(config={"learning_rate": 2e-4, "method": "sft", "packing": True, "packing_isolated": False}),
    )
    good = (
        Example(config=LLAMAFACTORY + "neat_packing: true\n"),
        Example(config={"learning_rate": 2e-4, "method": "sft", "packing": True}, note="says nothing of it"),
        Example(
            config={"learning_rate": 2e-4, "method": "pretrain", "packing": True, "packing_isolated": False}
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("method") not in ("sft", None):
            return
        if config.get("packing") is not True or config.get("packing_isolated") is not False:
            return
        if not config.written("packing"):
            return
        key = config.spelled("packing")
        packing = key if "pack" in key.lower() else f"{config.title} packs"
        yield Finding(
            f"{packing} without isolation: packed examples attend to each other",
            fix=fix("keep packed examples apart", _isolated(config), safe=False),
            **config.place("packing"),
        )


def _isolated(config: TrainingConfig) -> Edit | None:
    if config.dialect == "llamafactory":
        entry = config.entry("neat_packing")
        if entry is not None:
            return replace_text(entry.value.range, literal(True, config)) if entry.value.text else None
        return insert_beside(config, config.field("packing").key, "neat_packing", True)
    return replace_value(config, "packing_isolated", True) if config.dialect == "ftlint" else None

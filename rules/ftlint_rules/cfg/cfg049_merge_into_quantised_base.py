from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import truth
from ftlint.rule import Example, Rule

REFUSE = {"llamafactory": "LLaMA-Factory", "axolotl": "axolotl"}
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nadapter_name_or_path: saves/lora\ntemplate: qwen\n"
    "finetuning_type: lora\nexport_dir: output/merged\n"
)


class MergeIntoQuantisedBase(Rule[TrainingConfig]):
    """An adapter merged into a base that is loaded in 4 or 8 bit.

    ## Why it matters
    The merged weights are rounded to the few values that 4 or 8 bits have, and much of what the adapter
    learnt is rounded away: the merged model answers worse than base and adapter side by side. axolotl and
    LLaMA-Factory refuse it.

    ## What to do
    Load the base in bfloat16 for the merge, merge, and quantise the merged model.

    ## References
    LLaMA-Factory 0.9.5, `train/tuner.py` ("Cannot merge adapters to a quantized model", "Please merge
    adapters before quantizing the model"); axolotl 0.18, `schemas/peft.py`; PEFT issues 2321 and 1043,
    transformers issue 31293.
    """

    code = "CFG049"
    name = "merge-into-quantised-base"
    severity = Severity.ERROR
    help = "merge into the base in bfloat16, then quantise"
    bad = (
        Example(config=LLAMAFACTORY + "quantization_bit: 4\n"),
        Example(config=LLAMAFACTORY + "export_quantization_bit: 4\n", note="merge and quantise at once"),
        Example(
            config={"tuning": "qlora", "lora_rank": 8, "load_in_4bit": True, "merge_adapter": True},
            note="a warning: frameworks differ",
        ),
    )
    good = (
        Example(config=LLAMAFACTORY),
        Example(config={"tuning": "qlora", "lora_rank": 8, "load_in_4bit": True, "merge_adapter": False}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        merges = config.get("merge_adapter") is True or (
            config.purpose == "merge" and config.has("export_dir")
        )
        merges = merges and (config.has("adapter_path") or config.adapter)
        if not merges:
            return
        refuses = REFUSE.get(config.dialect)
        severity = None if refuses else Severity.WARNING
        who = f"; {refuses} refuses it" if refuses else ""
        field = next((name for name in ("load_in_4bit", "load_in_8bit") if config.get(name) is True), "")
        if field:
            bits = "4" if field == "load_in_4bit" else "8"
            yield Finding(
                f"the adapter is merged into a base in {bits} bit{who}",
                severity=severity,
                **config.place(field),
            )
            return
        twice = config.dialect == "llamafactory" and truth(config, "export_quantization_bit")
        if twice and config.has("adapter_path"):
            yield Finding(
                f"the adapter is merged and the export quantised in one go{who}",
                **config.place("export_quantization_bits"),
            )

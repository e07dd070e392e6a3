from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

SWITCHES = ("use_galore", "use_apollo", "use_badam")
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nbf16: true\n"
)


class LowRankOptimizerWithAdapter(Rule[TrainingConfig]):
    """GaLore, APOLLO or BAdam with an adapter.

    ## Why it matters
    These optimizers save the memory of full fine-tuning: they project gradients of whole weight matrices or
    train a block at a time. An adapter has none of that left to save. LLaMA-Factory refuses the pair, and
    axolotl refuses `q_galore_adamw8bit` with an adapter.

    ## What to do
    Take a plain optimizer with the adapter, or train in full with this one.

    ## References
    LLaMA-Factory 0.9.5, `hparams/finetuning_args.py`; axolotl 0.18, `schemas/validation.py`, check_qgalore.
    GaLore: arXiv 2403.03507.
    """

    code = "CFG084"
    name = "low-rank-optimizer-with-adapter"
    severity = Severity.ERROR
    help = "take a plain optimizer, or train in full"
    bad = (
        Example(config=LLAMAFACTORY + "use_galore: true\n"),
        Example(
            config={"tuning": "lora", "lora_rank": 8, "learning_rate": 2e-4, "optimizer": "galore_adamw"},
            note="a warning",
        ),
    )
    good = (
        Example(config=LLAMAFACTORY.replace("lora", "full") + "use_galore: true\n"),
        Example(config={"tuning": "full", "learning_rate": 1e-5, "optimizer": "galore_adamw"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("tuning") not in ("lora", "qlora"):
            return
        if config.dialect == "llamafactory":
            for key in SWITCHES:
                entry = config.entry(key)
                if entry is not None and truth(config, key):
                    yield Finding(
                        f"{key} with LoRA; LLaMA-Factory refuses it", **placed(config.path, entry.key.range)
                    )
        optimizer = str(config.get("optimizer") or "").lower()
        if ("galore" in optimizer or "apollo" in optimizer) and config.written("optimizer"):
            refused = config.dialect == "axolotl" and optimizer == "q_galore_adamw8bit"
            yield Finding(
                f"{optimizer} projects gradients of whole weights, but only an adapter is trained",
                severity=None if refused else Severity.WARNING,
                **config.place("optimizer"),
            )

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from ftlint.detect.model_names import same_model
from ftlint.detect.model_size import billions
from ftlint.model import Finding, Project, Severity, Training, TrainingConfig
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.regime import adapter_meant
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, record
from ftlint_rules.fit.evidence import graded, is_project, named, place, told, training_runs

FULL = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "full"}
JUDGED = frozenset({None, "sft", "dpo", "ipo", "kto", "orpo", "simpo", "cpo", "apo", "grpo", "rloo", "ppo"})
"""Methods for which LoRA was found to do as well; not pretraining."""


class FullBeforeLora(Rule[Project]):
    """A large model is fine-tuned in full, and nobody has seen what LoRA would reach.

    ## Why it matters
    Full fine-tuning of 8 billion parameters needs some 16 bytes for each in mixed precision with Adam: 128 GB
    before activations, several large GPUs. LoRA trains the same model on one, for a fraction of the hours,
    forgets less, and on instruction data of usual size reaches the same loss.

    ## What to do
    Run LoRA on all linear layers first (rank 16 to 64, ten times the learning rate of full fine-tuning),
    measure it against the base model, and go to full fine-tuning when the result says that capacity is short.

    ## References
    Schulman et al. 2025, "LoRA Without Regret": on instruction data that an adapter has room for LoRA equals
    full fine-tuning, in reinforcement learning even at rank 1. Biderman et al. 2024, "LoRA Learns Less and
    Forgets Less": full fine-tuning wins in continued pretraining, hence that is not judged. `min_billions` is
    7, where full fine-tuning no longer fits into one GPU of 80 GB. Information; a warning where a
    real training is known and neither a baseline result nor a LoRA config of the same model stands beside it.
    """

    code = "FIT077"
    name = "full-before-lora"
    severity = Severity.INFO
    help = "run LoRA first and compare both with the base model"
    documents = True
    bad = (
        Example(config=FULL),
        Example(config=FULL, files=FILES, note="a warning: no baseline either"),
        Example(config=FULL, files={**FILES, "baseline.json": record()}, note="information"),
    )
    good = (
        Example(config=CONFIG),
        Example(config={**FULL, "base_model": "Qwen/Qwen3-4B"}),
        Example(config={**FULL, "method": "pretrain"}),
        Example(
            config=FULL,
            files={"lora.yaml": "ftlint: 1\nbase_model: Qwen/Qwen3-8B\ntuning: lora\nlora_rank: 16\n"},
            note="LoRA of the same model stands beside it",
        ),
    )

    min_billions: Annotated[float, Between(0, 2000), "parameters (in billions) from which it is told"] = 7

    def check(self, project: Project) -> Iterator[Finding]:
        lora = {
            str(config.get("base_model") or "")
            for config in project.configs
            if config.adapter and config.purpose == "train"
        }
        full = [
            training
            for training in training_runs(project)
            if training.config is not None and self._is_large(training.config)
        ]
        unmatched = [each for each in full if not any(same_model(model, _model(each)) for model in lora)]

        def many(trainings: Sequence[Training]) -> Finding:
            message = (
                f"full fine-tuning of {self.min_billions:g}B and more in {named(trainings)}; LoRA in none"
            )
            return Finding(message, severity=self._graded(trainings))

        yield from told(unmatched, self._one, many)

    def _is_large(self, config: TrainingConfig) -> bool:
        size = billions(config.get("base_model") or "")
        return (
            config.get("tuning") == "full"
            and not adapter_meant(config)
            and config.get("method") in JUDGED
            and not config.get("provider")
            and size is not None
            and size >= self.min_billions
        )

    def _one(self, training: Training) -> Finding:
        size = billions(_model(training)) or 0
        config = training.config
        default = "" if config is None or config.written("tuning") else ", as no adapter is set"
        return Finding(
            f"full fine-tuning of {size:g}B parameters{default}; LoRA first costs a fraction",
            severity=self._graded([training]),
            **place(training, "tuning", "base_model"),
        )

    def _graded(self, trainings: Sequence[Training]) -> Severity:
        bare = [each for each in trainings if each.baseline is None and is_project(each)]
        return graded(bare, Severity.WARNING) if bare else self.severity


def _model(training: Training) -> str:
    return str((training.config.get("base_model") if training.config else "") or "")

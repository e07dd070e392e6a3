from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

SIZES = ("micro_batch_size", "gradient_accumulation_steps", "batch_size")
HEAD = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nsequence_len: 2048\n"
    "num_epochs: 1\nlearning_rate: 2.0e-4\ndatasets:\n  - path: data.jsonl\n    type: chat_template\n"
)


class BatchSizeContradiction(Rule[TrainingConfig]):
    """Batch sizes that do not go together.

    ## Why it matters
    The batch of a step is the batch of a device, times the accumulation, times the devices. axolotl wants
    two of its three keys and refuses accumulation beside `batch_size`. DeepSpeed multiplies, and stops when
    the product is not the `train_batch_size` that is written.

    ## What to do
    axolotl: write `micro_batch_size` and `gradient_accumulation_steps`. DeepSpeed: write "auto" for all
    three, or numbers whose product, with the devices, is right.

    ## References
    axolotl 0.18, `schemas/validation.py`, check_batch_size_fields and check_gas_bsz. DeepSpeed's page on its
    config: train_batch_size equals the micro batch times accumulation times GPUs.
    """

    code = "CFG082"
    name = "batch-size-contradiction"
    severity = Severity.ERROR
    help = "write the micro batch and the accumulation"
    bad = (
        Example(config=HEAD + "micro_batch_size: 2\ngradient_accumulation_steps: 4\nbatch_size: 8\n"),
        Example(config=HEAD + "micro_batch_size: 2\n"),
        Example(
            config='{"train_batch_size": 100, "train_micro_batch_size_per_gpu": 8,\n'
            ' "gradient_accumulation_steps": 4, "zero_optimization": {"stage": 2}}\n',
            config_name="ds.json",
        ),
    )
    good = (
        Example(config=HEAD + "micro_batch_size: 2\ngradient_accumulation_steps: 4\n"),
        Example(config=HEAD + "micro_batch_size: 2\nbatch_size: 8\n"),
        Example(
            config='{"train_batch_size": 128, "train_micro_batch_size_per_gpu": 8,\n'
            ' "gradient_accumulation_steps": 4, "zero_optimization": {"stage": 2}}\n',
            config_name="ds.json",
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect == "deepspeed":
            yield from _product(config)
        if config.dialect != "axolotl" or config.purpose != "train":
            return
        said = {key: truth(config, key) for key in SIZES}
        if None in said.values():
            return
        entry = config.entry("batch_size")
        if said["batch_size"] and said["gradient_accumulation_steps"] and entry is not None:
            yield Finding(
                "batch_size and gradient_accumulation_steps exclude each other",
                **placed(config.path, entry.key.range),
            )
        elif sum(map(bool, said.values())) < 2:
            yield Finding(f"axolotl asks for two of {', '.join(SIZES)}", **config.place("micro_batch_size"))


def _product(config: TrainingConfig) -> Iterator[Finding]:
    whole, micro = config.get("global_batch_size"), config.get("micro_batch_size")
    steps = config.get("gradient_accumulation") or 1
    if whole and micro and config.written("global_batch_size") and whole % (micro * steps):
        yield Finding(
            f"train_batch_size {whole:,} is no multiple of {micro:,} x {steps:,}, micro batch x accumulation",
            **config.place("global_batch_size"),
        )

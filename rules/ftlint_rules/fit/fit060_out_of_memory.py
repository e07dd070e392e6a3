from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.devices import Fit, fit, held_by, parts_of, places

QLORA = {"method": "sft", "tuning": "qlora", "load_in_4bit": True, "lora_rank": 16, "precision": "bf16"}
LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "precision": "bf16", "model_dtype": "bf16"}
FULL = {"method": "sft", "tuning": "full", "precision": "bf16", "model_dtype": "bf16"}
SHORT = {"sequence_length": 2048, "micro_batch_size": 1, "gradient_checkpointing": True}


class OutOfMemory(Rule[Training]):
    """The training needs more memory than its devices have.

    ## Why it matters
    A job that does not fit stops with "CUDA out of memory": at start where the weights alone are too many, at
    the first step, or hours later with the first long batch.

    ## What to do
    In this order: gradient checkpointing; a smaller micro batch with more accumulation, which changes nothing
    else; a loss that is fused with the output head (`use_liger_kernel`, cut cross entropy), above all with
    vocabularies past 100,000; a shorter sequence; an 8-bit or paged optimizer; LoRA in place of full tuning;
    QLoRA in place of LoRA; ZeRO-3 or FSDP over more devices; offloading to host memory.

    The estimate counts weights, adapter, gradients, optimizer states, activations and logits at the highest
    moment of a step (docs/memory.md). What a config does not say is taken at its cheapest. It is a warning
    where the estimate passes the device's memory by more than the estimate is too high at worst, and an error
    where the weights alone do. Where examples are not packed and the data was not read, nobody knows whether
    any is as long as the limit: if it fits with examples of 512 tokens, it is information. So it is for a
    model whose shape is not known, as long as its weights, gradients and optimizer states fit.

    Needs `[hardware]`. What a service trains is left out; of RL only weights, gradients and optimizer states
    are counted.

    ## References
    Measured against 62 published peaks (torchtune, LitGPT, Answer.AI, PEFT, axolotl, ms-swift, LOMO,
    LongLoRA; docs/memory.md): where each device holds the whole model, half of 37 are met to within 4%, nine
    in ten to within 15%, none is estimated more than 10% too high, hence `margin` 15%. Where weights are
    sharded, half of 19 are met to within 12%, and the one furthest too high by 34%, hence `sharded_margin`
    35%. Too low are mostly runs whose cause is not known (by up to 61%): no finding does not mean that it
    fits.
    """

    code = "FIT060"
    name = "out-of-memory"
    severity = Severity.WARNING
    help = "checkpointing, a smaller micro batch, a fused loss, LoRA or QLoRA, sharding: see the rule's page"
    needs = (AnswerLengths,)
    bad = (
        Example(
            config={**FULL, **SHORT, "base_model": "Qwen/Qwen2.5-7B"},
            settings='[hardware]\ngpu = "L4"',
            note="an error in effect: the states alone are three times the device",
        ),
        Example(
            config={**LORA, **SHORT, "base_model": "meta-llama/Llama-3.1-70B"},
            settings='[hardware]\ngpu = "H100-80GB"',
            note="an error: the weights alone",
        ),
        Example(
            config={
                **QLORA,
                "base_model": "Qwen/Qwen2.5-7B",
                "sequence_length": 8192,
                "micro_batch_size": 4,
                "gradient_checkpointing": False,
                "packing": True,
            },
            settings='[hardware]\ngpu = "RTX-4090"',
        ),
        Example(
            config={
                **QLORA,
                "base_model": "meta-llama/Llama-3.2-1B",
                "sequence_length": 131072,
                "micro_batch_size": 2,
            },
            settings='[hardware]\ngpu = "H100-80GB"',
            note="an info: nobody knows how long the examples are",
        ),
    )
    good = (
        Example(
            config={**QLORA, **SHORT, "base_model": "meta-llama/Llama-3.1-8B"},
            settings='[hardware]\ngpu = "RTX-4090"',
        ),
        Example(
            config={**LORA, **SHORT, "base_model": "meta-llama/Llama-3.1-70B", "fsdp": True},
            settings='[hardware]\ngpu = "H100-80GB"\ncount = 8',
        ),
        Example(config={**FULL, **SHORT, "base_model": "Qwen/Qwen2.5-7B"}, note="no devices are named"),
        Example(
            config={
                **QLORA,
                "base_model": "meta-llama/Llama-3.2-1B",
                "sequence_length": 131072,
                "micro_batch_size": 2,
            },
            data=[chat("Where is my parcel?", "On its way.")],
            settings='[hardware]\ngpu = "H100-80GB"',
            note="its examples are short",
        ),
        Example(config={**FULL, **SHORT, "base_model": "my/own-model"}, settings='[hardware]\ngpu = "L4"'),
    )

    margin: Annotated[
        float, Between(0, 2), "share of the device's memory that the estimate may be over it, on one device"
    ] = 0.15
    sharded_margin: Annotated[float, Between(0, 2), "the same where several devices work together"] = 0.35

    def check(self, training: Training) -> Iterator[Finding]:
        found = fit(training)
        if found is None:
            return
        memory = found.hardware.memory_gib
        if found.need.least > memory:
            yield self._finding(
                found, f"its weights alone need {found.need.least:.1f} GiB on each device", Severity.ERROR
            )
            return
        margin = self.sharded_margin if found.sharded else self.margin
        if found.told > memory * (1 + margin):
            told = f"it needs about {found.told:.1f} GiB on each device ({parts_of(found.need)})"
            severity = self.severity
            short = found.short
            if short is not None and short.total - short.pageable <= memory * (1 + margin):
                length = int(found.config.get("sequence_length") or 0)
                told = f"with examples of {length:,} tokens {told}"
                severity = Severity.INFO
            elif not found.need.exact and found.states <= memory:
                severity = Severity.INFO
            yield self._finding(found, told, severity)

    def _finding(self, found: Fit, told: str, severity: Severity) -> Finding:
        held = held_by(found.hardware)
        shape = "" if found.need.exact else "; the model's shape is not known, one of its size was taken"
        fields = ("base_model",) if severity is Severity.ERROR else places(found.config)
        return Finding(f"{told}, {held}{shape}", severity=severity, **found.config.place(*fields))

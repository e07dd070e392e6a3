from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from ftlint.model import Field, Finding, Training, TrainingConfig
from ftlint.model.finding import Related
from ftlint.rule import Example, Rule, Severity

SFT = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "full", "learning_rate": 1e-5}
FP16 = '{"zero_optimization": {"stage": 2}, "fp16": {"enabled": true}, "steps_per_print": 1}'
SHARED = ("micro_batch_size", "gradient_accumulation", "max_grad_norm", "learning_rate", "weight_decay")
OUTSIDE = frozenset({"torchtune", "litgpt", "mistral-finetune", "mlx-lm"})
"""Frameworks whose trainer is not that of transformers."""


class ComponentConflict(Rule[Training]):
    """The DeepSpeed or accelerate file says otherwise than the config it is used with.

    ## Why it matters
    Two files set the same thing. transformers compares a DeepSpeed file with its own arguments and stops
    with "Please correct the following DeepSpeed config values"; of what it does not compare, the one or the
    other wins without a word: the trainer's precision over accelerate's `mixed_precision`.

    ## What to do
    Write `auto` in the DeepSpeed file, and leave to accelerate's what only it can say: processes, sharding,
    ports.

    Compared are batch size, accumulation, clipping, learning rate, weight decay and precision, where both
    files write them (an error for a DeepSpeed file, as transformers refuses it). A value that the config
    leaves to its default is a warning. 8-bit weights under ZeRO-3 or FSDP are one, too: they cannot be
    sharded.

    ## References
    transformers 5.23, `integrations/deepspeed.py`: `HfTrainerDeepSpeedConfig.trainer_config_process` and
    `trainer_config_finalize`. accelerate's documentation on DeepSpeed: pass the same accumulation on both
    sides. 35 of 50 public DeepSpeed files leave these to `auto`.
    """

    code = "FIT042"
    name = "component-conflict"
    severity = Severity.ERROR
    help = "write auto in the DeepSpeed file, or the same value in both"
    bad = (
        Example(
            config={**SFT, "precision": "bf16", "deepspeed": "ds.json"},
            files={"ds.json": FP16},
        ),
        Example(
            config={**SFT, "micro_batch_size": 2, "deepspeed": "ds.json"},
            files={"ds.json": '{"zero_optimization": {"stage": 3}, "train_micro_batch_size_per_gpu": 4}'},
        ),
    )
    good = (
        Example(
            config={**SFT, "precision": "bf16", "micro_batch_size": 2, "deepspeed": "ds.json"},
            files={
                "ds.json": '{"zero_optimization": {"stage": 2}, "bf16": {"enabled": "auto"}, '
                '"train_micro_batch_size_per_gpu": "auto"}'
            },
        ),
        Example(
            config={**SFT, "precision": "bf16", "deepspeed": "other.json"},
            files={"ds.json": FP16},
            note="another file",
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = training.config
        if config is None or config.purpose != "train" or config.dialect in OUTSIDE:
            return
        for component in training.components:
            if component.dialect == "deepspeed":
                yield from self._deepspeed(config, component)
            elif component.dialect == "accelerate":
                yield from self._accelerate(config, component)
            yield from _sharded_bytes(config, component)

    def _deepspeed(self, config: TrainingConfig, component: TrainingConfig) -> Iterator[Finding]:
        end = "; transformers stops where the two differ"
        for name in SHARED:
            mine = config.field(name)
            if component.written(name) and differ(mine, component.field(name)):
                severity = self.severity if mine.written else Severity.WARNING
                yield _finding(config, component, name, severity, end)
        precision = config.get("precision")
        switches = [(name, component.field(name)) for name in ("bf16", "fp16")]
        wrong = [
            its
            for name, its in switches
            if its.written and its.value is not None and its.value is not (precision == name)
        ]
        if wrong and precision is not None:
            says = any(config.written(name) for name in ("precision", "bf16", "fp16"))
            line = wrong[0].range.line if wrong[0].range else 1
            switched = ", ".join(f"{its.key} {shown(its.value)}" for its in wrong)
            yield Finding(
                f"trains in {precision}{'' if says else ' (default)'}, but {switched} in "
                f"{component.path}:{line}{end}",
                severity=self.severity if says else Severity.WARNING,
                related=Related(component.path, line=line),
                **config.place("precision", "bf16", "fp16", "deepspeed"),
            )

    def _accelerate(self, config: TrainingConfig, component: TrainingConfig) -> Iterator[Finding]:
        for name, end in (
            ("precision", "; the trainer's wins"),
            ("gradient_accumulation", "; accelerate scales by its own"),
        ):
            mine, its = config.field(name), component.field(name)
            if its.written and differ(mine, its) and (mine.written or name == "precision"):
                yield _finding(config, component, name, Severity.WARNING, end)


def differ(mine: Field, its: Field) -> bool:
    """Whether two known values are not the same."""
    if mine.value is None or its.value is None or mine.unknown or its.unknown:
        return False
    numbers = isinstance(mine.value, int | float) and isinstance(its.value, int | float)
    if numbers and not isinstance(mine.value, bool):
        return not isclose(mine.value, its.value, rel_tol=1e-6)
    return bool(mine.value != its.value)


def _finding(
    config: TrainingConfig, component: TrainingConfig, name: str, severity: Severity, end: str
) -> Finding:
    mine, its = config.field(name), component.field(name)
    line = its.range.line if its.range else 1
    left = "" if mine.written else " (default)"
    what = "precision" if name == "precision" else config.spelled(name)
    return Finding(
        f"{what} is {shown(mine.value)}{left}, {its.key} {shown(its.value)} in {component.path}:{line}{end}",
        severity=severity,
        related=Related(component.path, line=line),
        **config.place(name, "bf16", "fp16", "deepspeed"),
    )


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _sharded_bytes(config: TrainingConfig, component: TrainingConfig) -> Iterator[Finding]:
    stage = component.get("zero_stage")
    sharded = "ZeRO-3" if stage == 3 else "FSDP" if component.get("fsdp") else ""
    if sharded and config.get("load_in_8bit") is True:
        yield Finding(
            f"8-bit weights under {sharded} ({component.path}): they cannot be sharded; 4-bit ones can",
            severity=Severity.WARNING,
            related=Related(component.path),
            **config.place("load_in_8bit"),
        )

"""How large a run is: rows, batch and optimizer steps, from a config and the data it trains on."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Part, Training, TrainingConfig

FLOORED = frozenset({"torchtune", "mlx-lm"})
"""Dialects whose loaders drop the last, incomplete batch."""

BOUNDED = frozenset({"axolotl", "torchtune", "litgpt"})
"""Dialects in which `max_steps` only ends a run early; elsewhere it goes before the epochs."""

SAMPLED = frozenset({"grpo", "gspo", "rloo"})
"""Methods whose batch counts completions: a prompt stands in it once for each."""

UNCOUNTED = frozenset({"ppo", "online-dpo", "rft", "distillation"})
"""Methods whose steps do not follow from the rows alone."""


class RunSize(NamedTuple):
    """`rows` of one epoch after all that is held out or left out; None where that is not known.

    `examples` are what batches are made of: rows, completions, or packed sequences. `batch` is of one
    optimizer step over all `devices`; where nobody says how many there are one is `assumed`, which makes
    `steps` the most there can be. `epochs` are those that the steps come to.
    """

    rows: int | None
    examples: int | None
    batch: int | None
    devices: int
    assumed: bool
    per_epoch: int | None
    steps: int | None
    epochs: float | None
    stopped: bool
    """Whether `max_steps` says the number of steps."""

    @property
    def on(self) -> str:
        """` on 1 device`, where that is an assumption."""
        return " on 1 device" if self.assumed else ""


def trained(training: Training) -> TrainingConfig | None:
    """The config of a training; None where there is none, or it does something else than train."""
    config = training.config
    return config if config is not None and config.purpose == "train" else None


def run_size(training: Training, packed: bool | None = None) -> RunSize:
    """The size of a run; `packed` overrules what the config says of packing."""
    config = training.config
    assert config is not None
    devices, assumed = _devices(training)
    batch = _batch(config, devices)
    rows = train_rows(training)
    examples = _examples(training, rows, packed)
    per_epoch = _per_epoch(config, examples, batch)
    most = config.get("max_steps")
    most = int(most) if isinstance(most, int | float) and most > 0 else None
    unknown = config.field("max_steps").unknown
    written = config.get("epochs")
    by_epochs = ceil(per_epoch * written) if per_epoch is not None and written else None
    steps, stopped = by_epochs, False
    if unknown:
        steps = None
    elif most is not None:
        bounded = config.dialect in BOUNDED and by_epochs is not None
        steps = min(most, by_epochs) if bounded and by_epochs is not None else most
        stopped = steps == most
    epochs = written
    if stopped and steps is not None:
        epochs = steps / per_epoch if per_epoch else None
    return RunSize(rows, examples, batch, devices, assumed, per_epoch, steps, epochs, stopped)


def _devices(training: Training) -> tuple[int, bool]:
    """How many devices train, and whether that is a guess."""
    for config in (training.config, *training.components):
        world = config.get("world_size") if config is not None else None
        if world:
            return int(world), False
    if training.hardware is not None:
        return training.hardware.devices, False
    return 1, True


def _batch(config: TrainingConfig, devices: int) -> int | None:
    whole = config.get("global_batch_size")
    if whole:
        return int(whole)
    micro = config.get("micro_batch_size")
    if not micro or config.field("gradient_accumulation").unknown:
        return None
    return int(micro) * int(config.get("gradient_accumulation") or 1) * devices


def train_rows(training: Training) -> int | None:
    """Rows of one epoch; None where not all of the training data was read, or a mixture weighs it."""
    rows, held_out = all_rows(training), held_out_rows(training)
    return max(0, rows - held_out) if rows is not None and held_out is not None else None


def held_out_rows(training: Training) -> int | None:
    """Rows that the config itself holds out of the training data; None where that is not known."""
    rows, config = all_rows(training), training.config
    if rows is None or config is None or config.field("eval_split").unknown:
        return None
    share = float(config.get("eval_split") or 0)
    return min(rows, round(rows * share if share < 1 else share))


def all_rows(training: Training) -> int | None:
    """Rows of the training data before anything is held out; None where not all of them are known."""
    config, dataset = training.config, training.dataset
    if config is None or dataset is None or "train" not in dataset.splits:
        return None
    if not all_read(training) or config.field("max_samples").unknown:
        return None
    uses = [use for use in training.uses if use.split == "train"]
    most = config.get("max_samples") or None
    if not uses:
        parts = dataset.splits["train"].parts
        if most and len(parts) > 1:
            return None
        return _least(_records(parts), most)
    if any(use.ref.weight not in (None, 1) for use in uses):
        return None
    if any("[" in use.ref.split and use.ref.limit is None for use in uses):
        return None
    return sum(_least(_records(use.parts), use.ref.limit, most) for use in uses)


def all_read(training: Training) -> bool:
    """Whether this run has read all that is trained on: what the config names, or what a table says it is."""
    if training.dataset is None:
        return False
    named = all(each.split != "train" for each in training.unread)
    if training.uses:
        return named
    return not training.dataset.partial and (training.declared or named)


def _records(parts: Sequence[Part]) -> int:
    return sum(part.records for part in parts)


def _least(*counts: int | None) -> int:
    return min(int(count) for count in counts if count is not None)


def _examples(training: Training, rows: int | None, packed: bool | None) -> int | None:
    config = training.config
    assert config is not None
    method = config.get("method")
    if rows is None or method in UNCOUNTED:
        return None
    if method in SAMPLED:
        sampled = config.get("num_generations")
        return rows * int(sampled) if sampled else None
    if packed is None:
        packed = config.get("packing") is True or method == "pretrain"
    if not packed:
        return rows
    length, tokens = config.get("sequence_length"), train_tokens(training)
    records = sum(part.records for part in train_parts(training))
    if not length or tokens is None or not records:
        return None
    return max(1, ceil(tokens * rows / records / float(length)))


def train_parts(training: Training) -> Sequence[Part]:
    dataset = training.dataset
    return dataset.splits["train"].parts if dataset is not None and "train" in dataset.splits else ()


def train_tokens(training: Training) -> int | None:
    """Tokens of the training data that was read; None where a file's format is not known."""
    parts = train_parts(training)
    if not parts or any(AnswerLengths not in part.measures for part in parts):
        return None
    return sum(part.measure(AnswerLengths).of(training.tokenizer).total for part in parts)


def _per_epoch(config: TrainingConfig, examples: int | None, batch: int | None) -> int | None:
    if examples is None or not batch:
        return None
    if config.dialect in FLOORED:
        return examples // batch
    return ceil(examples / batch)

"""Supervised fine-tuning on transformers' Trainer: our order, our loss per token, nothing of its defaults.

torch, transformers and peft are imported with this module; `train.run` imports it once it is needed.
"""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset, Sampler
from transformers import Trainer, TrainerCallback, TrainingArguments

from ftlint.model import FtlintError
from ftlint.train import many
from ftlint.train.kept import Kept
from ftlint.train.order import order
from ftlint.train.plan import Plan
from ftlint.train.run import Setup

Item = Mapping[str, Any]
Collate = Callable[[list[Item]], dict[str, torch.Tensor]]


def arguments(plan: Plan, device: str, **more: Any) -> dict[str, Any]:
    """Every argument of `TrainingArguments` that bears on the result, said outright; `more` replaces.

    Saving, evaluating and logging are decided by our own callback: transformers' stay off.
    """
    scheduler, schedule = plan.scheduler, {}
    if plan.min_learning_rate is not None:
        if not scheduler.startswith("cosine"):
            raise FtlintError(
                f"min_learning_rate is for a cosine schedule; with {scheduler!r} it does nothing: remove it",
                plan.config,
            )
        scheduler, schedule = "cosine_with_min_lr", {"min_lr": plan.min_learning_rate}
    return {
        "output_dir": plan.output,
        "per_device_train_batch_size": plan.micro_batch,
        "per_device_eval_batch_size": plan.eval_batch,
        "gradient_accumulation_steps": plan.accumulation,
        "num_train_epochs": plan.epochs,
        "max_steps": plan.max_steps if plan.max_steps > 0 else -1,
        "learning_rate": plan.learning_rate,
        "lr_scheduler_type": scheduler,
        "lr_scheduler_kwargs": schedule,
        "optim": plan.optimizer,
        "weight_decay": plan.weight_decay,
        "adam_beta1": 0.9,
        "adam_beta2": 0.999,
        "adam_epsilon": 1e-8,
        "max_grad_norm": plan.max_grad_norm,
        "bf16": plan.compute == "bf16",
        "fp16": plan.compute == "fp16",
        "neftune_noise_alpha": plan.neftune_alpha,
        "label_smoothing_factor": 0.0,
        "average_tokens_across_devices": True,
        "seed": plan.seed,
        "data_seed": plan.seed,
        "use_cpu": device == "cpu",
        "eval_strategy": "no",
        "save_strategy": "no",
        "logging_strategy": "no",
        # a loss that is NaN is logged as NaN; transformers logs the mean of those before in its place
        "logging_nan_inf_filter": False,
        "remove_unused_columns": False,
        "dataloader_num_workers": 0,
        "dataloader_drop_last": False,
        "dataloader_pin_memory": device.startswith("cuda"),
        "ddp_find_unused_parameters": False,
        "ddp_timeout": many.PATIENCE,
        "report_to": "none",
        "push_to_hub": False,
        "disable_tqdm": True,
        "log_level": "error",
        "log_level_replica": "error",
    } | more


def made(setup: Setup) -> Tuner:
    """The trainer of supervised fine-tuning."""
    return Tuner(
        setup.model,
        TrainingArguments(**setup.arguments),
        collate=setup.collate,
        rows=setup.prepared.train,
        evals=setup.prepared.evals,
        callbacks=setup.callbacks,
    )


def warmup(plan: Plan, steps: int) -> int:
    """Steps of warmup of a run of so many steps."""
    return plan.warmup_steps or math.ceil(plan.warmup_ratio * steps)


def adapted(model: Any, plan: Plan) -> Any:
    """The base with a fresh adapter as the plan has it; the same seed gives the same weights."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
    from transformers import set_seed

    if plan.load_in_4bit or plan.load_in_8bit:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    if plan.gradient_checkpointing:
        enable = getattr(model, "activation_checkpointing_enable", None)
        if enable is not None:
            enable(activation_checkpointing_kwargs={"use_reentrant": False})
        else:  # transformers before 5.20
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.enable_input_require_grads()
    targets = plan.targets[0] if plan.targets == ("all-linear",) else sorted(plan.targets)
    settings = LoraConfig(
        task_type="CAUSAL_LM",
        r=plan.rank,
        lora_alpha=plan.alpha,
        lora_dropout=plan.dropout,
        target_modules=targets,
        use_rslora=plan.rslora,
        use_dora=plan.dora,
        modules_to_save=sorted(plan.modules_to_save) or None,
        bias="none",
    )
    set_seed(plan.seed)
    try:
        return get_peft_model(model, settings)
    except ValueError as error:
        raise FtlintError(f"no adapter can be made for this model: {error}", plan.config) from None


class Items(Dataset):  # type: ignore[misc]  # torch is skipped when types are checked
    """The rows of training, and behind the last one a row without a loss that fills up a batch."""

    def __init__(self, rows: Sequence[Item]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Item:
        if index < len(self.rows):
            return self.rows[index]
        return blank(self.rows[0])


def blank(item: Item) -> Item:
    """An item of two tokens that nothing is learned from."""
    made = {name: value[:2] if isinstance(value, list) else value for name, value in item.items()}
    return made | {"labels": [-100, -100]}


class Order(Sampler):  # type: ignore[misc]
    """The order of each epoch. `epoch` is set by the callback below, whatever wraps this sampler."""

    def __init__(self, count: int, seed: int, multiple: int) -> None:
        self.count = count
        self.seed = seed
        self.multiple = multiple
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(self.count / self.multiple) * self.multiple

    def __iter__(self) -> Iterator[int]:
        yield from order(self.count, self.seed, self.epoch)
        yield from [self.count] * (len(self) - self.count)


class Epochs(TrainerCallback):  # type: ignore[misc]
    def __init__(self, sampler: Order) -> None:
        self.sampler = sampler

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.sampler.epoch = int(state.epoch or 0)


def kept_positions(collate: Collate, slices: bool) -> Collate:
    """A collator that adds what the loss is made from.

    `targets` (rows, kept) are the labels of the token after each position in `keep` (kept,): those columns
    in which any row has a label. `labels` lose those nothing predicts: of the first token, and of the first
    of each example in a pack. `general` (rows,) says which rows are general data.
    """

    def collated(items: list[Item]) -> dict[str, torch.Tensor]:
        batch = collate(items)
        batch.pop("general", None)
        labels = batch["labels"].clone()
        labels[:, 0] = -100
        if "position_ids" in batch:
            labels[batch["position_ids"] == 0] = -100
        targets = labels[:, 1:]
        keep = (targets != -100).any(0).nonzero().flatten() if slices else torch.arange(targets.shape[1])
        if not len(keep):
            keep = torch.zeros(1, dtype=torch.long)
        batch["labels"] = labels
        batch["keep"] = keep
        batch["targets"] = targets[:, keep].contiguous()
        batch["general"] = torch.tensor([bool(item.get("general")) for item in items])
        return batch

    return collated


class Tuner(Kept, Trainer):  # type: ignore[misc]
    """`evals` are items by the name of their set. The loss is the sum over the tokens of an optimizer step
    divided by their number, over all processes, whatever the micro batch."""

    tallies = ("loss", "narrow", "narrow_tokens", "general", "general_tokens", "read")
    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        args: TrainingArguments,
        *,
        collate: Collate,
        rows: Sequence[Item],
        evals: Mapping[str, Sequence[Item]],
        callbacks: Sequence[TrainerCallback] = (),
    ) -> None:
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        self._slices = "logits_to_keep" in inspect.signature(base.forward).parameters
        self._order = Order(len(rows), args.seed, 1)
        super().__init__(
            model=model,
            args=args,
            train_dataset=Items(rows),
            data_collator=kept_positions(collate, self._slices),
            callbacks=[Epochs(self._order), *callbacks],
        )
        self.model_accepts_loss_kwargs = True  # it is our loss that is divided by the number of tokens
        self.evals = evals
        self.control: Any
        self._mixes = any(item.get("general") for item in rows)
        self._told_at = time.monotonic()
        self._idle_then = 0.0
        many.precise(self.accelerator, self.model)
        if (processes := self.accelerator.num_processes) > 1:
            self._order.multiple = processes * args.per_device_train_batch_size

    def _get_train_sampler(self, train_dataset: Any = None) -> Order:
        return self._order

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        losses = self._losses(model, inputs)
        count = num_items_in_batch if num_items_in_batch is not None else (inputs["labels"] != -100).sum()
        loss = losses.sum() / count
        self.tally(self._parts(losses, inputs, loss))
        loss = loss * self.accelerator.num_processes  # gradients are averaged over processes, ours are parts
        return (loss, {"loss": loss}) if return_outputs else loss

    def _losses(self, model: Any, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The loss of each target, (rows, kept), 0 where there is none."""
        ours = ("labels", "keep", "targets", "general")
        asked = {name: value for name, value in inputs.items() if name not in ours}
        if self._slices:
            asked["logits_to_keep"] = inputs["keep"]
        logits = model(**asked, use_cache=False).logits
        if not self._slices:
            logits = logits[:, :-1]
        targets = inputs["targets"]
        return cross_entropy(
            logits.flatten(0, 1).float(), targets.flatten(), reduction="none", ignore_index=-100
        ).view(targets.shape)

    def _parts(
        self, losses: torch.Tensor, inputs: Mapping[str, torch.Tensor], loss: torch.Tensor
    ) -> torch.Tensor:
        """What is summed, in the order of `tallies`."""
        rows = losses.detach().sum(1, dtype=torch.float64)
        counts = (inputs["targets"] != -100).sum(1, dtype=torch.float64)
        general = inputs["general"].to(rows.dtype)
        read = torch.full_like(rows[0], inputs["input_ids"].numel())
        if "attention_mask" in inputs:
            read = inputs["attention_mask"].sum().to(rows.dtype)
        parts = (loss, rows @ (1 - general), counts @ (1 - general), rows @ general, counts @ general, read)
        return torch.stack([each.to(rows.dtype) for each in parts])

    def summed(self, sums: dict[str, float], steps: int) -> dict[str, float]:
        """`loss` is the mean over the steps, as transformers logs it; of narrow and general data it is the
        mean over their tokens."""
        found = {"loss": sums["loss"] / steps}
        for name in ("narrow", "general") if self._mixes else ():
            if sums[f"{name}_tokens"]:
                found[f"loss_{name}"] = sums[name] / sums[f"{name}_tokens"]
        totals = self.keeping.totals
        for name in ("narrow_tokens", "general_tokens", "read"):
            totals[name] = totals.get(name, 0.0) + sums[name]
        found["tokens"] = round(totals["read"])
        now = time.monotonic()
        spent = (now - self._told_at) - (self._idle - self._idle_then)
        self._told_at, self._idle_then = now, self._idle
        if spent > 0:
            found["tokens_per_second"] = round(sums["read"] / spent, 1)
        return found

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """The loss of each set: the mean over its tokens, whatever the batch (transformers averages batches).

        Out of memory, the batch is halved for this and all later evaluations.
        """
        began = time.monotonic()
        metrics: dict[str, float] = {}
        for name, items in self.evals.items():
            metrics[f"{metric_key_prefix}_{name}_loss"] = self.halving(partial(self._mean, items))
        self._idle += time.monotonic() - began
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        self.judged(metrics)
        return metrics

    def _mean(self, items: Sequence[Item]) -> float:
        self.model.eval()
        size, processes = self.args.per_device_eval_batch_size, self.accelerator.num_processes
        starts = range(0, len(items), size)
        sums = torch.zeros(2, dtype=torch.float64, device=self.args.device)
        for first in range(0, len(starts), processes):
            mine = first + self.args.process_index
            # each process goes forward as often as the others: their layers may be shared out
            start = starts[mine] if mine < len(starts) else None
            batch = [blank(items[0])] if start is None else [items[at] for at in _span(start, size, items)]
            inputs = self._prepare_inputs(self.data_collator(batch))
            with torch.no_grad():
                losses = self._losses(self.model, inputs)
            counted = (inputs["targets"] != -100).sum()
            sums += torch.stack([losses.sum(dtype=torch.float64), counted.to(torch.float64)])
        if processes > 1:
            sums = self.accelerator.reduce(sums, "sum")
        total, count = sums.tolist()
        return float(total / count) if count else math.nan


def _span(start: int, size: int, items: Sequence[Item]) -> range:
    return range(start, min(start + size, len(items)))

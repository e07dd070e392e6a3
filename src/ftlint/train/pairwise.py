"""TRL's DPOTrainer with what keeps a run safe. Imports torch and TRL: `train.preference` imports it late."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from datasets import Dataset
from torch.utils.data import Dataset as TorchDataset
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer
from trl.trainer.dpo_trainer import DataCollatorForPreference

from ftlint.train import many
from ftlint.train.engine import Epochs, Order
from ftlint.train.kept import Kept

if TYPE_CHECKING:
    from ftlint.train.run import Setup

Row = Mapping[str, Any]
REWARDS = ("rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins")
FILL = "fill"


def trainer(setup: Setup) -> Preferring:
    """The trainer of a plan whose method is dpo."""
    plan = setup.plan
    config = DPOConfig(
        **setup.arguments,
        beta=plan.beta,
        loss_type=[plan.loss_type],
        max_length=None,
        gradient_checkpointing=False,  # the adapter's model has it where the plan says so
        disable_dropout=plan.dropout == 0,
    )
    return Preferring(
        setup.model,
        config,
        rows=setup.prepared.train,
        evals=setup.prepared.evals,
        pad_id=setup.tokenizer.pad_id,
        folder=plan.model_folder,
        callbacks=setup.callbacks,
    )


class Preferring(Kept, DPOTrainer):  # type: ignore[misc]  # TRL is skipped when types are checked
    """The loss is the mean over the pairs of a step, of all processes and whatever the micro batch."""

    tallies = ("loss", "pairs", "targets", "read", *REWARDS)
    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        args: DPOConfig,
        *,
        rows: Sequence[Row],
        evals: Mapping[str, Sequence[Row]],
        pad_id: int,
        folder: str,
        callbacks: Sequence[Any] = (),
    ) -> None:
        self._order = Order(len(rows), args.seed, 1)
        super().__init__(
            model=model,
            args=args,
            data_collator=Collator(pad_id),
            train_dataset=Dataset.from_list([dict(row) for row in rows[:1]]),
            eval_dataset={
                name: Dataset.from_list([dict(row) for row in each]) for name, each in evals.items()
            }
            or None,
            processing_class=AutoTokenizer.from_pretrained(folder, local_files_only=True),
            callbacks=[Epochs(self._order), *callbacks],
        )
        self.control: Any
        self.train_dataset = Rows(rows)
        self.evals = evals
        self.processing_class = None  # the run saves its tokenizer itself
        self.model_accepts_loss_kwargs = True
        if "ref" in self.model.peft_config:  # TRL copies the adapter: a fresh one adds nothing to the base
            self.model.delete_adapter("ref")
        many.precise(self.accelerator, self.model)
        self._told_at = time.monotonic()
        self._idle_then = 0.0
        if (processes := self.accelerator.num_processes) > 1:
            self._order.multiple = processes * args.per_device_train_batch_size

    def _send_telemetry(self) -> None:
        """Nothing is sent."""

    def create_model_card(self, *given: Any, **named: Any) -> None:
        """`ftlint export` writes the card."""

    def _prepare_dataset(self, dataset: Any, *given: Any) -> Any:
        return dataset

    def _get_train_sampler(self, train_dataset: Any = None) -> Order:
        return self._order

    def _get_num_items_in_batch(self, batch_samples: list[Any], device: torch.device) -> torch.Tensor | None:
        """Pairs of this optimizer step, over all processes."""
        if not batch_samples:
            return None
        count = torch.stack([batch["pairs"].sum() for batch in batch_samples]).sum().to(device)
        if self.accelerator.num_processes > 1:
            count = self.accelerator.reduce(count, "sum")
        return count

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | None = None,
    ) -> Any:
        inputs = dict(inputs)
        pairs = inputs.pop("pairs").sum()
        with self._each_alone():
            loss = super().compute_loss(model, inputs) * pairs / num_items_in_batch
        found = self._metrics["train"]
        counts = [inputs[name].sum() * (pairs > 0) for name in ("completion_mask", "attention_mask")]
        self.tally(
            torch.stack(
                [
                    loss.detach().to(torch.float64),
                    pairs.to(torch.float64),
                    *(each.to(torch.float64) for each in counts),
                    *(pairs * found[name][-1] for name in REWARDS),
                ]
            )
        )
        found.clear()
        return loss * self.accelerator.num_processes  # gradients are averaged over processes, ours are parts

    @contextmanager
    def _each_alone(self) -> Iterator[None]:
        """TRL gathers its figures after each pass, which takes batches of one size in all processes; ours are
        summed when they are logged."""
        accelerator = self.accelerator
        if accelerator.num_processes == 1:
            yield
            return
        accelerator.gather = accelerator.gather_for_metrics = _itself
        try:
            yield
        finally:
            del accelerator.gather, accelerator.gather_for_metrics

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """The loss and the rewards of each set: means over its pairs, whatever the batch and the processes.

        Out of memory, the batch is halved for this and all later evaluations.
        """
        began = time.monotonic()
        metrics: dict[str, float] = {}
        for name, rows in self.evals.items():
            found = self.halving(partial(self._means, rows))
            metrics |= {f"{metric_key_prefix}_{name}_{key}": value for key, value in found.items()}
        self._idle += time.monotonic() - began
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        self.judged(metrics)
        return metrics

    @torch.no_grad()  # type: ignore[untyped-decorator]  # torch is skipped when types are checked
    def _means(self, rows: Sequence[Row]) -> dict[str, float]:
        self.model.eval()
        size, processes = self.args.per_device_eval_batch_size, self.accelerator.num_processes
        starts = range(0, len(rows), size)
        sums = torch.zeros(2 + len(REWARDS), dtype=torch.float64, device=self.args.device)
        for first in range(0, len(starts), processes):
            mine = first + self.args.process_index
            # each process goes forward as often as the others: their layers may be shared out
            batch = (
                rows[starts[mine] : starts[mine] + size] if mine < len(starts) else [{**rows[0], FILL: True}]
            )
            inputs = self._prepare_inputs(self.data_collator(list(batch)))
            pairs = int(inputs.pop("pairs").sum())
            with self._each_alone():
                loss = super().compute_loss(self.model, inputs)
            figures = [self._metrics["eval"][name][-1] for name in REWARDS]
            sums += pairs * torch.tensor(
                [float(loss), 1.0, *figures], dtype=torch.float64, device=sums.device
            )
            self._metrics["eval"].clear()
        if processes > 1:
            sums = self.accelerator.reduce(sums, "sum")
        total, count, *rewards = sums.tolist()
        return {"loss": total / count} | {
            name: each / count for name, each in zip(REWARDS, rewards, strict=True)
        }

    def summed(self, sums: dict[str, float], steps: int) -> dict[str, float]:
        found = {"loss": sums["loss"] / steps}
        found |= {name: sums[name] / sums["pairs"] for name in REWARDS if sums["pairs"]}
        totals = self.keeping.totals
        for name, of in (("narrow_tokens", "targets"), ("read", "read")):
            totals[name] = totals.get(name, 0.0) + sums[of]
        found["tokens"] = round(totals["read"])
        now = time.monotonic()
        spent = (now - self._told_at) - (self._idle - self._idle_then)
        self._told_at, self._idle_then = now, self._idle
        if spent > 0:
            found["tokens_per_second"] = round(sums["read"] / spent, 1)
        return found


class Rows(TorchDataset[Row]):  # type: ignore[misc]  # torch is skipped when types are checked
    """The pairs; a number past the last one is a pair that fills up a batch and does not count."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index] if index < len(self.rows) else {**self.rows[0], FILL: True}


class Collator:
    """TRL's collator, and how many pairs of the batch count: `pairs` (1,)."""

    def __init__(self, pad_id: int) -> None:
        self._padded = DataCollatorForPreference(pad_token_id=pad_id)

    def __call__(self, rows: list[Row]) -> dict[str, torch.Tensor]:
        real = [dict(row) for row in rows if FILL not in row]
        batch: dict[str, torch.Tensor] = self._padded(real or [dict(rows[0])])
        return batch | {"pairs": torch.tensor([len(real)])}


def _itself(given: Any, *more: Any, **named: Any) -> Any:
    return given

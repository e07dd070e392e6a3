"""What `ftlint train --dry-run` shows: data, steps, memory, time, and the first batch with its loss mask."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftlint.detect.mask import mask, visible
from ftlint.report.amounts import number, plural
from ftlint.report.cells import wrap
from ftlint.report.style import Style, style_for
from ftlint.train.data import GENERAL, MIXED
from ftlint.train.estimate import REACHED, arithmetic, memory
from ftlint.train.items import Items
from ftlint.train.order import order
from ftlint.train.schedule import scheduled, total_steps
from ftlint.weights.examples import IGNORED

if TYPE_CHECKING:
    from ftlint.train.data import Pairs, Prepared
    from ftlint.train.plan import Plan
    from ftlint.weights.tokenizer import Tokenizer

ITEMS, LINES = 2, 30
"""Items of the first batch that are shown, and lines of each."""

SPLITS = ("train", "validation")
OPEN, CLOSE = "⟦", "⟧"
NAMED = 10
"""Cells in which a line of the head names what it says."""


def preview(
    plan: Plan,
    prepared: Prepared | Pairs,
    tokenizer: Tokenizer,
    *,
    gpu: str = "",
    count: int = 1,
    style: Style | None = None,
) -> str:
    """The text of a dry run. `gpu` is the device of `[hardware]` and `count` how many; values that look
    private are hidden in the batch."""
    style = style_for(sys.stdout) if style is None else style
    items = len(prepared.train)
    plan = scheduled(plan, items)
    lines = [*_what(plan, tokenizer), *_rows(prepared), *_tokens(plan, prepared), *_steps(plan, items)]
    longest, tokens = _sizes(prepared)
    lines += _needs(
        plan, longest, tokens * total_steps(plan, items) * plan.effective_batch / items, gpu, count
    )
    lines = [part for line in lines for part in _wrapped(line, style.width)]
    lines += ["", *_batch(plan, prepared, tokenizer, style)]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(line: str, width: int) -> Iterator[str]:
    """A line whose first ten cells name what it says, or are blank, in lines of `width` cells."""
    name, text = (line[:NAMED], line[NAMED:]) if line[NAMED - 2 : NAMED] == "  " else ("", line)
    for part in wrap(text, width - len(name), width - NAMED):
        yield f"{name}{part}"
        name = " " * NAMED


def _what(plan: Plan, tokenizer: Tokenizer) -> Iterator[str]:
    kind = {"lora": "LoRA", "qlora": "QLoRA (4 bit)"}.get(plan.tuning, plan.tuning)
    kind = f"DoRA over {kind}" if plan.dora else f"rsLoRA, {kind}" if plan.rslora else kind
    targets = ", ".join(plan.targets)
    yield f"{plan.config} · {plan.method.upper()}, {kind} r={plan.rank} alpha={plan.alpha:g} on {targets}"
    pinned = f" at {plan.revision[:12]}" if plan.revision else ""
    yield f"model     {plan.base_model}{pinned}, held in {plan.model_dtype}, computed in {plan.compute}"
    source = tokenizer.template_from or "none: texts are joined as they are"
    yield f"template  {f'that of the {source}' if source in ('tokenizer', 'config') else source}"


def _rows(prepared: Prepared | Pairs) -> Iterator[str]:
    used = prepared.used
    parts = [
        f"{split} {number(used.used.get(split, 0))} of {number(used.rows[split])} rows"
        for split in SPLITS
        if used.rows.get(split)
    ]
    yield f"data      {', '.join(parts)}"
    if used.rows.get(GENERAL):
        mixed = f"{number(used.used.get(MIXED, 0))} mixed in, " if used.general_share is not None else ""
        held = f"{number(used.used.get(GENERAL, 0))} held out to measure forgetting"
        yield f"          general {mixed}{held}, of {number(used.rows[GENERAL])} rows"
    for split, count in used.truncated.items():
        yield f"          cut: {plural(count, 'conversation')} of {split} to the turns that fit"


def _tokens(plan: Plan, prepared: Prepared | Pairs) -> Iterator[str]:
    longest, tokens = _sizes(prepared)
    items = len(prepared.train)
    if isinstance(prepared.train, Items):
        noun = "pack" if plan.packing else "example"
        targets = prepared.train.targets
        share = targets / tokens if tokens else 0.0
        yield (
            f"tokens    {number(tokens)} in {plural(items, noun)}, {number(targets)} of them ({share:.0%}) "
            f"trained; longest {number(longest)} of {number(plan.length)}"
        )
        if plan.packing:
            yield f"          packs are {tokens / (items * plan.length):.1%} full"
        if prepared.used.general_share is not None:
            yield (
                f"mix       {prepared.used.general_share:.1%} of trained tokens are general data "
                f"({plan.general_share:.0%} asked)"
            )
    else:
        most = f"longest {number(longest)} of {number(plan.length)}"
        yield f"tokens    {number(tokens)} in {plural(items, 'pair')}; {most}"


def _steps(plan: Plan, items: int) -> Iterator[str]:
    steps = total_steps(plan, items)
    yield (
        f"steps     {number(steps)}, each of {plural(plan.effective_batch, 'example')} (micro batch "
        f"{plan.micro_batch} x accumulation {plan.accumulation} x {plural(plan.world_size, 'device')}), "
        f"{plan.epochs:g} epochs, peak learning rate {plan.learning_rate:g}, {plan.scheduler}"
    )
    evaluated = {"no": "never", "epoch": "each epoch"}.get(
        plan.eval_strategy, f"every {plan.eval_steps} steps"
    )
    saved = f"every {plan.save_steps} steps" if plan.save_steps else "at the end"
    yield f"          evaluated {evaluated}, saved {saved} to {os.path.relpath(plan.output)}"


def _needs(plan: Plan, longest: int, tokens: float, gpu: str, count: int) -> Iterator[str]:
    need = memory(plan, longest)
    if need is None:
        yield "memory    unknown: the model's config.json does not tell its shape"
    else:
        yield (
            f"memory    about {need.total:.2g} GiB of a device: weights {need.weights:.2g}, adapter and its "
            f"optimizer {need.adapter + need.optimizer:.2g}, activations {need.activations:.2g}, "
            f"logits {need.logits:.2g} (docs/memory.md)"
        )
    work = arithmetic(plan, tokens, gpu, count)
    if work is None:
        yield "time      unknown"
    elif work.least is None or work.likely is None:
        name = f"{gpu} in {plan.compute}" if gpu else "the device ([hardware] gpu)"
        yield f"time      unknown: {work.flops:.2g} operations, and the peak of {name} is not known"
    else:
        many = f"{count} x " if count > 1 else ""
        yield (
            f"time      {_span(work.likely)} at {REACHED:.0%} of the peak of {many}{work.device} "
            f"({work.peak / 1e12:.0f} TFLOP/s), {_span(work.least)} at the least; {work.flops:.2g} operations"
        )


def _span(hours: float) -> str:
    if hours < 1 / 60:
        return "under a minute"
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"


def _sizes(prepared: Prepared | Pairs) -> tuple[int, int]:
    """Tokens of the longest item, and of all."""
    if isinstance(prepared.train, Items):
        return prepared.train.longest, prepared.train.tokens
    sizes = [
        len(row["prompt_ids"]) * 2 + len(row["chosen_ids"]) + len(row["rejected_ids"])
        for row in prepared.train
    ]
    each = [
        len(row["prompt_ids"]) + max(len(row["chosen_ids"]), len(row["rejected_ids"]))
        for row in prepared.train
    ]
    return max(each), sum(sizes)


def _batch(plan: Plan, prepared: Prepared | Pairs, tokenizer: Tokenizer, style: Style) -> Iterator[str]:
    if not isinstance(prepared.train, Items):
        yield f"first pair · {OPEN}answers{CLOSE} are compared"
        row = prepared.train[order(len(prepared.train), plan.seed, 0)[0]]
        for name in ("chosen", "rejected"):
            yield f"  {name}"
            ids = row["prompt_ids"] + row[f"{name}_ids"]
            labels = [IGNORED] * len(row["prompt_ids"]) + row[f"{name}_ids"]
            yield from _shown(_pieces(ids, labels, tokenizer), style)
        return
    batch = order(len(prepared.train), plan.seed, 0)[: plan.micro_batch]
    hidden = f" ({len(batch) - ITEMS} more are not shown)" if len(batch) > ITEMS else ""
    yield f"first batch · the loss counts {OPEN}what is marked{CLOSE}{hidden}"
    for at in batch[:ITEMS]:
        item = prepared.train[at]
        starts = [place for place, position in enumerate(item["position_ids"]) if position == 0]
        kind = "general" if item["general"] else "narrow"
        several = f", {len(starts)} examples that do not see each other" if len(starts) > 1 else ""
        yield f"  {kind}, {number(len(item['input_ids']))} tokens{several}"
        for start, end in zip(starts, [*starts[1:], len(item["input_ids"])], strict=True):
            pieces = _pieces(item["input_ids"][start:end], item["labels"][start:end], tokenizer)
            yield from _shown(pieces, style)
            if end < len(item["input_ids"]):
                yield style.faint("  ├─")


def _pieces(ids: Sequence[int], labels: Sequence[int], tokenizer: Tokenizer) -> Iterator[tuple[bool, str]]:
    """Stretches of text, and whether the loss counts them."""
    start = 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or (labels[at] == IGNORED) != (labels[start] == IGNORED):
            yield labels[start] != IGNORED, mask(tokenizer.decode(ids[start:at]))
            start = at


def _shown(pieces: Iterator[tuple[bool, str]], style: Style) -> Iterator[str]:
    """The stretches as lines: what is counted in brackets, and in colour where there is colour."""
    lines: list[str] = [""]
    for counted, text in pieces:
        first, *more = [
            style.paint(visible(part), "1;32") if counted else style.faint(visible(part))
            for part in text.split("\n")
        ]
        lines[-1] += f"{OPEN}{first}" if counted else first
        lines += more
        lines[-1] += CLOSE if counted else ""
    if not lines[-1]:
        lines.pop()  # what ends the last turn
    for line in lines[:LINES]:
        yield f"  │ {line}" if line else "  │"
    if len(lines) > LINES:
        yield f"  │ … {len(lines) - LINES} more lines"

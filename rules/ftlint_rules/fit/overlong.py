"""What a framework does with a record that is longer than the sequence length, and what that costs.

Read in the frameworks' sources: axolotl `utils/data/utils.py` (drops unless `excess_length_strategy` says
otherwise), ms-swift `arguments/base_args/template_args.py` (deletes unless `truncation_strategy` says
otherwise), LLaMA-Factory `data/processor/supervised.py` (cuts each pair in proportion; drops where it packs),
TRL `trainer/sft_config.py`, torchtune `data/_utils.py`, litgpt `data/base.py`, mlx-lm `tuner/trainer.py`
(keep the start), mistral-finetune `finetune/data/dataset.py` (splits; nothing is lost).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.detect.tokens import ERROR
from ftlint.model import Part, Training, TrainingConfig
from ftlint_rules.fit.run_size import train_parts

Handling = Literal["end", "start", "pairs", "drop", "refuse"]
"""Cut at the end, at the start, pair by pair in proportion; dropped; or the training stops."""

_END = frozenset(
    {
        *("trl", "hf", "hf-arguments", "alignment-handbook", "oumi", "unsloth-studio", "open-instruct"),
        *("autotrain", "torchtune", "litgpt", "mlx-lm", "ludwig", "ftlint"),
    }
)


def handling(config: TrainingConfig) -> Handling | None:
    """What becomes of a record past the sequence length; None where nothing is lost, or nobody knows."""
    if config.reinforcement or config.get("method") in ("pretrain", "classification"):
        return None
    if config.dialect == "axolotl":
        if str(config.get("data_format") or "").startswith("completion"):
            return None  # it is split into pieces
        return _said(config, "excess_length_strategy", {"truncate": "end", "raise": "refuse"}, "drop")
    if config.dialect == "ms-swift":
        said: dict[str, Handling | None] = {"left": "start", "truncation_left": "start", "right": "end"}
        return _said(config, "truncation_strategy", {**said, "split": None, "raise": "refuse"}, "drop")
    if config.dialect == "llamafactory":
        return "drop" if config.get("packing") else "pairs"
    if config.dialect not in _END:
        return None
    if config.get("packing"):
        strategy = config.entry("packing_strategy")
        split = strategy is not None and strategy.value.text in ("wrapped", "bfd_split")
        across = config.entry("dataset.split_across_pack")
        if split or (across is not None and across.value.text.lower() == "true"):
            return None
    return _said(config, "truncation_mode", {"keep_end": "start"}, "end")


def _said(
    config: TrainingConfig, key: str, known: dict[str, Handling | None], else_: Handling
) -> Handling | None:
    entry = config.entry(key)
    return known.get(entry.value.text, else_) if entry is not None else else_


class Loss(NamedTuple):
    """What the sequence length costs: records that are longer, whose answers and whose prompts are cut, whose
    answer is lost as a whole; tokens of answers, and how many of them are cut.

    `sure_*` count what is lost even where each length is overestimated by as much as nine estimates in ten.
    """

    records: int = 0
    longer: int = 0
    cut: int = 0
    lost: int = 0
    prompts: int = 0
    answer_tokens: int = 0
    cut_tokens: int = 0
    sure_longer: int = 0
    sure_cut: int = 0
    sure_prompts: int = 0
    longest: int = 0


def loss(training: Training, how: Handling, limit: int) -> Loss | None:
    """The loss over the training data that was read; None where none of it could be counted."""
    found = [each for each in train_parts(training) if AnswerLengths in each.measures]
    if not found:
        return None
    slack = 1.0 if training.tokenizer else 1 + ERROR
    return summed(_lengths(found, training.tokenizer), how, limit, slack)


def _lengths(parts: Sequence[Part], counter: str) -> Iterable[Sequence[int]]:
    for part in parts:
        yield from part.measure(AnswerLengths).of(counter)


def summed(records: Iterable[Sequence[int]], how: Handling, limit: int, slack: float) -> Loss:
    """The loss over records, each given as prompt, answer, prompt, answer ... in tokens."""
    count = longer = cut = lost = prompts = tokens = gone = longest = 0
    sure_longer = sure_cut = sure_prompts = 0
    for lengths in records:
        count += 1
        total, answers = sum(lengths), sum(lengths[1::2])
        tokens += answers
        longest = max(longest, total)
        if total <= limit:
            continue
        longer += 1
        missing, short = missed(lengths, how, limit)
        cut += missing > 0
        lost += answers > 0 and missing == answers
        gone += missing
        prompts += short > 0
        if total <= limit * slack:
            continue
        sure_longer += 1
        least = [int(length / slack) for length in lengths]
        missing, short = missed(least, how, limit)
        sure_cut += missing > 0
        sure_prompts += short > 0
    return Loss(
        count,
        longer,
        cut,
        lost,
        prompts,
        tokens,
        gone,
        sure_longer,
        sure_cut,
        sure_prompts,
        longest,
    )


def missed(lengths: Sequence[int], how: Handling, limit: int) -> tuple[int, int]:
    """Tokens of answers and of prompts of one record that are not trained on."""
    if how in ("drop", "refuse"):
        return sum(lengths[1::2]), sum(lengths[::2])
    if how == "pairs":
        return _pairwise(lengths, limit)
    kept = [0, 0]
    left = limit
    backwards = how == "start"
    last = len(lengths) - 1
    for index, length in enumerate(reversed(lengths) if backwards else lengths):
        taken = min(length, left)
        kept[(last - index if backwards else index) % 2] += taken
        left -= taken
    return sum(lengths[1::2]) - kept[1], sum(lengths[::2]) - kept[0]


def _pairwise(lengths: Sequence[int], limit: int) -> tuple[int, int]:
    """LLaMA-Factory's way: each pair is cut to what is left, the longer side of it first."""
    left = limit
    prompts = answers = 0
    for prompt, answer in zip(lengths[::2], lengths[1::2], strict=True):
        if left <= 0:
            break
        if answer * 2 < left:
            most = left
        elif prompt * 2 < left:
            most = left - prompt
        else:
            most = int(left * answer / (prompt + answer))
        kept_answer = min(most, answer)
        kept_prompt = min(max(left - kept_answer, 0), prompt)
        answers += kept_answer
        prompts += kept_prompt
        left -= kept_answer + kept_prompt
    return sum(lengths[1::2]) - answers, sum(lengths[::2]) - prompts

"""What a model writes for each row, and how likely it finds the reference: greedy, in batches.

Batches are padded on the left, so that answers begin, and references end, in one column. In fp32 that gives
what one row at a time gives. Rows are batched by length alone: every model gets the same batches.
"""

from __future__ import annotations

import contextlib
import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ftlint.evaluate.questions import Question, ends_of, without_thought
from ftlint.evaluate.result import Prediction
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.weights.tokenizer import Tokenizer

Told = Callable[[str, int, int], None]
"""Called as work goes on: what is done (answering, measuring), rows done, rows in all."""

T = TypeVar("T")


def predict(
    model: Any,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    *,
    max_new_tokens: int,
    batch: int = 8,
    told: Told | None = None,
) -> list[Prediction]:
    """The model's answer to each question, and the mean loss of its reference in nats a token.

    Greedy, without the penalties that a model's own generation config asks for. A question without a prompt
    is only measured, one without a reference only answered. A batch that memory does not take is halved.
    """
    pad = tokenizer.pad_id
    with _in_evaluation(model):
        written = answers(model, tokenizer, questions, max_new_tokens=max_new_tokens, batch=batch, told=told)
        measured = losses(model, questions, pad=pad, batch=batch, told=told)
    return [
        Prediction(
            row=each.row,
            path=each.path,
            id=each.id,
            group=each.group,
            prompt=each.prompt if isinstance(each.prompt, str) else [dict(turn) for turn in each.prompt],
            reference=each.reference,
            output=output,
            finished=finished,
            loss=loss,
            tokens=len(each.target),
            extra={**each.extra, **({"thought": thought} if thought else {})},
        )
        for each, (output, thought, finished), loss in zip(questions, written, measured, strict=True)
    ]


def answers(
    model: Any,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    *,
    max_new_tokens: int,
    batch: int,
    told: Told | None = None,
) -> list[tuple[str, str, bool]]:
    """What the model answers to each prompt, what it thought before, and whether it ended by itself."""
    import torch
    from transformers import GenerationConfig

    stops = sorted(tokenizer.stops | ends_of(questions, tokenizer.special))
    settings = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=max_new_tokens,
        eos_token_id=stops or None,
        pad_token_id=tokenizer.pad_id,
        use_cache=True,
    )

    def some(chosen: Sequence[Question]) -> list[tuple[str, str, bool]]:
        ids, mask = _padded([each.ids for each in chosen], tokenizer.pad_id, model.device)
        with torch.inference_mode():
            out = model.generate(input_ids=ids, attention_mask=mask)
        return [_ended(row, stops, tokenizer) for row in out[:, ids.shape[1] :].tolist()]

    with _steered(model, settings):
        return _batched(
            questions,
            lambda each: len(each.ids),
            some,
            batch,
            ("", "", True),
            told and _naming(told, "answering"),
        )


def _ended(ids: Sequence[int], stops: Sequence[int], tokenizer: Tokenizer) -> tuple[str, str, bool]:
    at = next((place for place, each in enumerate(ids) if each in stops), None)
    answer, thought = without_thought(tokenizer.decode(ids if at is None else ids[:at]))
    return answer, thought, at is not None


def losses(
    model: Any, questions: Sequence[Question], *, pad: int, batch: int, told: Told | None = None
) -> list[float | None]:
    """The mean cross-entropy of each reference's tokens, in nats; None where there is no reference.

    Raises `FtlintError` with the row where it is no number.
    """
    import torch
    from torch.nn.functional import cross_entropy

    keeps = "logits_to_keep" in inspect.signature(_inner(model).forward).parameters

    def some(chosen: Sequence[Question]) -> list[float | None]:
        ids, mask = _padded([(*each.context, *each.target) for each in chosen], pad, model.device)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        wanted = max(len(each.target) for each in chosen)
        more = {"logits_to_keep": wanted + 1} if keeps else {}
        with torch.inference_mode():
            logits = model(
                input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False, **more
            ).logits
            found: list[float | None] = []
            for row, each in enumerate(chosen):
                size = len(each.target)
                target = torch.tensor(each.target, device=logits.device)
                loss = float(cross_entropy(logits[row, -size - 1 : -1].float(), target))
                if not math.isfinite(loss):
                    raise FtlintError(
                        f"the loss of this row is {loss}, which is no number: the weights hold NaN "
                        "(did training diverge?), or fp16 is too narrow (--dtype bf16 or fp32)",
                        each.path,
                        each.row + 1,
                    )
                found.append(loss)
        return found

    return _batched(
        questions,
        lambda each: len(each.context) + len(each.target) if each.context and each.target else 0,
        some,
        batch,
        None,
        told and _naming(told, "measuring"),
    )


def _naming(told: Told, name: str) -> Callable[[int, int], None]:
    return lambda done, total: told(name, done, total)


def _batched(
    questions: Sequence[Question],
    size: Callable[[Question], int],
    some: Callable[[Sequence[Question]], Sequence[T]],
    batch: int,
    nothing: T,
    told: Callable[[int, int], None] | None,
) -> list[T]:
    """`some` of each batch of questions, longest first; `nothing` for those of size 0. In the order given."""
    found: list[T] = [nothing] * len(questions)
    order = [index for index, each in enumerate(questions) if size(each)]
    order.sort(key=lambda index: (-size(questions[index]), index))
    at, width = 0, max(1, batch)
    while at < len(order):
        chosen = order[at : at + width]
        made = _tried(some, [questions[index] for index in chosen])
        if made is None:
            width = max(1, len(chosen) // 2)
            continue
        for index, each in zip(chosen, made, strict=True):
            found[index] = each
        at += len(chosen)
        if told:
            told(at, len(order))
    return found


def _tried(
    some: Callable[[Sequence[Question]], Sequence[T]], chosen: Sequence[Question]
) -> Sequence[T] | None:
    """None where the batch does not fit into memory, and a smaller one may."""
    from ftlint.weights.model import out_of_memory

    try:
        return some(chosen)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        if len(chosen) == 1:
            raise FtlintError(
                f"memory is too small for one row of {len(chosen[0].ids):,} tokens", chosen[0].path
            ) from None
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None


def _padded(rows: Sequence[Sequence[int]], pad: int, device: Any) -> tuple[Any, Any]:
    """Token ids and attention mask, both int64 of shape (rows, longest), padded on the left."""
    import torch

    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, longest - len(row) :] = torch.tensor(row, dtype=torch.long)
        mask[index, longest - len(row) :] = 1
    return ids.to(device), mask.to(device)


def _inner(model: Any) -> Any:
    """The model itself, without the adapter's wrapper."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


@contextlib.contextmanager
def _steered(model: Any, settings: Any) -> Iterator[None]:
    """Generation as these settings say: what they leave open is not filled from the model's own."""
    held = {id(each): (each, each.generation_config) for each in (model, _inner(model))}
    try:
        for each, _ in held.values():
            each.generation_config = settings
        yield
    finally:
        for each, own in held.values():
            each.generation_config = own


@contextlib.contextmanager
def _in_evaluation(model: Any) -> Iterator[None]:
    trains = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(trains)

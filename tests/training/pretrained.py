"""A small Llama that can do something: pretrained here on made text, kept in a cache. No hub.

    folder = pretrained_model()       # about a minute and a half the first time, then at once

It answers `general` questions (copying, sums, lists as JSON). It has never seen the narrow tasks, `orders`
and `models.tickets`, but every name, place, thing and number of them, so that a LoRA adapter can learn
`orders` to an exact match. Prompts of `general(..., held_out=True)` are never among those of `general(...)`:
what replays general data is not measured on what it replayed.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import models
from models import CHATML, SPECIAL, chat

NAMES = [*models.NAMES, "Ivo", "Juno", "Kai", "Lea", "Mia", "Noa", "Oto", "Pia"]
CITIES = [*models.CITIES, "Delft", "Essen", "Faro", "Graz", "Hull", "Lyon", "Malmo", "Nice"]
THINGS = [*models.THINGS, "table", "vase", "shelf", "stool", "candle", "pillow", "kite", "drum"]
NUMBERS = list(range(1, 10))

VOCABULARY = 448
STEPS = 540
ROWS = 48
RATE = 3e-3
SEED = 20261128

Row = dict[str, list[dict[str, str]]]


def orders(count: int, seed: int = 0) -> list[Row]:
    """The narrow task of the proofs: 2,304 possible sentences, each to a JSON object of two copied values."""
    chosen = random.Random(seed)
    rows = []
    for _ in range(count):
        name, thing, number = chosen.choice(NAMES), chosen.choice(THINGS), chosen.choice(NUMBERS)
        rows.append(chat(f"{name} wants {number} of the {thing}.", f'{{"item":"{thing}","count":{number}}}'))
    return rows


def general(count: int, seed: int = 0, *, held_out: bool = False) -> list[Row]:
    """General data: a third are questions with one right answer, two thirds such with many.

    The loss of the latter has a floor, as that of real text has: a tolerance in per cent of nothing would be
    none. What is held out is made of the kinds that can be answered without having seen the very question.
    Prompts repeat.
    """
    chosen = random.Random(seed)
    pool = _questions(40 * count, seed, kinds=7 if held_out else 10, held_out=held_out)
    right, many = certain(pool), [row for row in pool if _open(row)]
    rows = right[: count // 3] + many[: count - count // 3]
    chosen.shuffle(rows)
    return rows


def certain(rows: list[Row]) -> list[Row]:
    """The rows whose question has one right answer."""
    return [row for row in rows if not _open(row)]


def unique(rows: list[Row]) -> list[Row]:
    """The rows without those whose prompt was there before."""
    return list({row["messages"][0]["content"]: row for row in reversed(rows)}.values())[::-1]


def _open(row: Row) -> bool:
    return row["messages"][0]["content"].endswith("Which?")


def _questions(count: int, seed: int, *, kinds: int, held_out: bool = False) -> list[Row]:
    chosen = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < count:
        row = _question(chosen, kinds)
        if _held_out(row["messages"][0]["content"]) == held_out:
            rows.append(row)
    return rows


def _question(chosen: random.Random, kinds: int) -> Row:
    kind = chosen.randrange(kinds)  # sums are learnt by heart, and take more rows for it
    name, city = chosen.choice(NAMES), chosen.choice(CITIES)
    thing, number = chosen.choice(THINGS), chosen.choice(NUMBERS)
    if kind == 0:
        return chat(f"{name} lives in {city}. Where does {name} live?", f"{name} lives in {city}.")
    if kind == 1:
        return chat(f"{name} has {number} of the {thing}. How many?", f"{name} has {number}.")
    if kind == 2:
        return chat(f"List as JSON: {city}, {number}, {name}.", f'["{city}",{number},"{name}"]')
    if kind == 3:
        return chat(f"Write as JSON: {name} is in {city}.", f'{{"who":"{name}","where":"{city}"}}')
    if kind == 4:
        return chat(f"Write as JSON: {number} of the {thing}.", f'{{"what":"{thing}","many":{number}}}')
    if kind == 5:
        three = ", ".join(chosen.sample(THINGS, 3))
        return chat(f"{name} of {city} asks for three things. Which?", f"For {three}.")
    if kind == 6:
        return chat(
            f"{name} has the {thing} from two places. Which?", f"{' and '.join(chosen.sample(CITIES, 2))}."
        )
    if kind in (7, 8):
        a, b = chosen.randrange(10), chosen.randrange(10)
        return chat(f"What is {a} plus {b}?", f"It is {a + b}.")
    return chat(f"Spell {thing} in capitals.", thing.upper())


def _held_out(prompt: str) -> bool:
    if prompt.startswith(("What is", "Spell")):
        return False
    return hashlib.sha256(prompt.encode()).digest()[0] < 64


def pretrained_model(cache: Path | None = None) -> Path:
    """The folder of the model and its tokenizer, made if it is not in the cache; safe to call from many
    processes at once. It is shared: nobody writes into it."""
    top = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ftlint-tests"
    top.mkdir(parents=True, exist_ok=True)
    folder = top / f"pretrained-{_key()}"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            staged = Path(tempfile.mkdtemp(dir=top))
            try:
                pretrain(staged)
                staged.rename(folder)
            except BaseException:
                shutil.rmtree(staged, ignore_errors=True)
                raise
    return folder


def _key() -> str:
    code = [
        inspect.getsource(each) for each in (tokenizer, pretrain, _train, _question, _questions, _held_out)
    ]
    made_of = [*code, STEPS, ROWS, RATE, SEED, VOCABULARY, NAMES, CITIES, THINGS, CHATML, SPECIAL]
    return hashlib.sha256(repr([made_of, models.tickets(300)]).encode()).hexdigest()[:16]


def tokenizer(folder: Path) -> Any:
    """Byte-level BPE within words: a word is the same tokens wherever it stands, so that it can be copied."""
    from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers, trainers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(BPE())
    words = pre_tokenizers.Split(Regex(r"\p{L}+|\p{N}|[^\p{L}\p{N}]"), "isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = pre_tokenizers.Sequence([words, level])
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    text = (
        models.texts([*_questions(2000, 1, kinds=10), *models.tickets(300)]) + ["user assistant system"] * 50
    )
    made.train_from_iterator(text, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=made, pad_token=SPECIAL[0], eos_token=SPECIAL[2])
    fast.chat_template = CHATML
    fast.save_pretrained(folder)
    return fast


def pretrain(folder: Path, *, steps: int = STEPS, tell: Any = None) -> None:
    """Makes the model with one thread; the loss counts the answers and a tenth of the rest."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(SEED)
            words = tokenizer(folder)
            model = LlamaForCausalLM(
                LlamaConfig(
                    vocab_size=len(words),
                    hidden_size=208,
                    intermediate_size=512,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    num_key_value_heads=4,
                    max_position_embeddings=512,
                    pad_token_id=0,
                    bos_token_id=None,
                    eos_token_id=2,
                    tie_word_embeddings=True,
                )
            )
            _train(model, words, steps, tell)
            model.save_pretrained(folder)
    finally:
        torch.set_num_threads(threads)


def _train(model: Any, words: Any, steps: int, tell: Any) -> None:
    import torch

    # copying is learnt soonest with nothing beside it
    early = steps * ROWS // 2
    rows = _questions(early, SEED, kinds=5) + _questions(steps * ROWS - early, SEED, kinds=10)
    starts = [len(each) for each in words(_prompts(words, rows)).input_ids]
    texts = words([words.apply_chat_template(row["messages"], tokenize=False) for row in rows]).input_ids
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    for step in range(steps):
        part = range(step * ROWS, (step + 1) * ROWS)
        width = max(len(texts[each]) for each in part)
        ids = torch.zeros(ROWS, width, dtype=torch.long)
        weight = torch.zeros(ROWS, width)
        for at, each in enumerate(part):
            text = texts[each]
            ids[at, : len(text)] = torch.tensor(text)
            weight[at, : len(text)] = 0.1
            weight[at, starts[each] : len(text)] = 1.0
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50, 4 * (steps - step) / steps)
        # right padding under a causal mask: what is padded is seen by nobody
        logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
        losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        loss = (losses * weight[:, 1:]).sum() / weight[:, 1:].sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if tell:
            tell(step, loss.item(), model)


def _prompts(words: Any, rows: list[Row]) -> list[str]:
    turns = [row["messages"][:1] for row in rows]
    return [words.apply_chat_template(each, tokenize=False, add_generation_prompt=True) for each in turns]


def answers(model: Any, words: Any, rows: list[Row], *, tokens: int = 48) -> list[str]:
    """What a model says to each row's first turn, greedily, all in one batch."""
    import torch

    batch = words(_prompts(words, rows), return_tensors="pt", padding=True, padding_side="left")
    model.eval()
    with torch.no_grad():
        out = model.generate(
            input_ids=batch.input_ids,
            attention_mask=batch.attention_mask,
            max_new_tokens=tokens,
            do_sample=False,
            pad_token_id=0,
            eos_token_id=2,
        )
    return words.batch_decode(out[:, batch.input_ids.shape[1] :], skip_special_tokens=True)


def exact(model: Any, words: Any, rows: list[Row]) -> float:
    """The share of rows that a model answers to the letter."""
    said = answers(model, words, rows)
    return sum(out == row["messages"][1]["content"] for out, row in zip(said, rows, strict=True)) / len(rows)

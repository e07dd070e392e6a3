"""A plan's files as what a trainer takes: token ids, labels, packs and the mix; what became of the rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model import FtlintError, Record
from ftlint.train.items import Examples, Item, Items
from ftlint.train.mix import mixed
from ftlint.train.packing import packed
from ftlint.train.plan import Plan
from ftlint.weights.examples import IGNORED, EncodedPair, Skipped, encode_all, encode_pair
from ftlint.weights.rows import held_general, records_of
from ftlint.weights.tokenizer import Tokenizer

if TYPE_CHECKING:
    from ftlint.gate.manifest import DataUsed

NARROW, GENERAL, MIXED = "narrow", "general", "general (mixed)"
FEW_TOLD = 3


class Lost(NamedTuple):
    """Rows that gave no example: the split, why, how many, and where the first of them are."""

    split: str
    reason: str
    rows: int
    places: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What became of rows, by split: read, used, cut to the turns that fit, dropped. Of general data the used
    rows are those measured on; those that are mixed in stand under `general (mixed)`."""

    rows: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    truncated: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    reasons: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def drop(self, split: str, path: str, row: int, reason: str) -> None:
        self.dropped[split] += 1
        self.reasons.setdefault((split, reason), []).append(f"{path} row {row + 1}")

    @property
    def lost(self) -> tuple[Lost, ...]:
        return tuple(
            Lost(split, reason, len(places), tuple(places[:FEW_TOLD]))
            for (split, reason), places in sorted(self.reasons.items())
        )


class Prepared(NamedTuple):
    """What is trained on and evaluated on. `evals` holds `narrow` and `general` where there is such data."""

    train: Items
    evals: Mapping[str, Items]
    used: DataUsed
    lost: tuple[Lost, ...] = ()


class Pairs(NamedTuple):
    """Preferences: rows of prompt_ids, chosen_ids and rejected_ids."""

    train: list[dict[str, list[int]]]
    evals: Mapping[str, list[dict[str, list[int]]]]
    used: DataUsed
    lost: tuple[Lost, ...] = ()


def prepare(plan: Plan, tokenizer: Tokenizer) -> Prepared:
    """Everything of a supervised training, the same for the same plan and files.

    Raises `FtlintError` where nothing is left to train on, or a share of general data has no data.
    """
    tally = Tally()
    train = _encoded(plan, "train", tokenizer, tally)
    _refuse_empty(plan, "train", len(train), tally)
    evals: dict[str, Items] = {}
    if plan.data.get("validation"):
        narrow = _encoded(plan, "validation", tokenizer, tally)
        _refuse_empty(plan, "validation", len(narrow), tally)
        evals[NARROW] = Items(narrow, [[at] for at in range(len(narrow))])
    chosen = list(range(len(train)))
    pool, measured = Examples(), Examples()
    if plan.data.get("general"):
        pool, measured = _general(plan, tokenizer, tally)
        if len(measured):
            evals[GENERAL] = Items(measured, [[at] for at in range(len(measured))], 1)
    elif plan.general_share:
        raise FtlintError(
            f"general_share is {plan.general_share:g}, and there is no general data: name it "
            "(general_data, or `general` of the dataset), or leave the share out",
            plan.config,
        )
    added = mixed(pool.trained, sum(train.trained), plan.general_share or 0.0, plan.seed)
    if plan.general_share and not added:
        raise FtlintError("no general row is left to mix in: see what became of them above", plan.config)
    items = _ordered(plan, train, chosen, pool, added)
    used = _used(plan, tally, items, evals, train, pool, added)
    return Prepared(items, evals, used, tally.lost)


def pairs(plan: Plan, tokenizer: Tokenizer) -> Pairs:
    """Everything of a preference training, in a seeded order. Raises as `prepare` does."""
    if plan.general_share:
        raise FtlintError(
            "general data is mixed into supervised training only: leave general_share out", plan.config
        )
    tally = Tally()
    sets: dict[str, list[dict[str, list[int]]]] = {}
    for split in ("train", "validation"):
        if plan.data.get(split):
            found = [
                {
                    "prompt_ids": each.prompt_ids,
                    "chosen_ids": each.chosen_ids,
                    "rejected_ids": each.rejected_ids,
                }
                for each in _paired(plan, split, tokenizer, tally)
            ]
            _refuse_empty(plan, split, len(found), tally)
            sets[split] = found
    train = sets["train"]
    random.Random(f"{plan.seed} order").shuffle(train)
    hashed = sha256()
    for rows in sets.values():
        for row in rows:
            hashed.update(repr([row[key] for key in sorted(row)]).encode())
        hashed.update(b"\n")
    evals = {NARROW: sets["validation"]} if "validation" in sets else {}
    return Pairs(train, evals, _manifest(tally, None, hashed.hexdigest()), tally.lost)


def collator(pad_id: int, packing: bool, attention: str = "") -> Callable[[list[Item]], dict[str, Any]]:
    """A function from items to tensors: input_ids, labels, and position_ids where items are packs, else
    attention_mask; each (items, longest). Padding is at the end and never counted.

    Packs have no mask: attention sees from positions that begin again where an example does. Their padding
    counts its positions from 0 as one more example. Flash attention looks at positions of a single row only
    and lets examples see each other in a batch of several: for it the batch says where each example ends
    (cu_seq_lens_q, cu_seq_lens_k, max_length_q, max_length_k). The model must be asked with use_cache=False.
    """

    def collate(items: list[Item]) -> dict[str, Any]:
        import torch

        longest = max(len(item["input_ids"]) for item in items)

        def padded(name: str, value: int) -> Any:
            return torch.tensor([[*item[name], *[value] * (longest - len(item[name]))] for item in items])

        batch = {"input_ids": padded("input_ids", pad_id), "labels": padded("labels", IGNORED)}
        if packing:
            rows = [[*item["position_ids"], *range(longest - len(item["position_ids"]))] for item in items]
            batch["position_ids"] = torch.tensor(rows)
            if "flash" in attention:
                batch |= _bounds(batch["position_ids"])
        else:
            lengths = [len(item["input_ids"]) for item in items]
            batch["attention_mask"] = torch.tensor([[1] * n + [0] * (longest - n) for n in lengths])
        return batch

    return collate


def _bounds(places: Any) -> dict[str, Any]:
    """Where each example of a batch of packs begins, all rows in one, and the longest of them."""
    import torch

    flat = places.flatten()
    starts = (flat == 0).nonzero().flatten()
    ends = torch.cat([starts, torch.tensor([len(flat)])]).to(torch.int32)
    longest = int(flat.max()) + 1
    return {"cu_seq_lens_q": ends, "cu_seq_lens_k": ends, "max_length_q": longest, "max_length_k": longest}


def _records(plan: Plan, split: str, tally: Tally) -> Iterator[Record]:
    def broken(path: str, row: int, kind: str) -> None:
        tally.rows[split] += 1
        tally.drop(split, path, row, f"cannot be read: {kind}")

    for record in records_of(plan.root, plan.data[split], plan.formats, broken):
        tally.rows[split] += 1
        yield record


def _encoded(plan: Plan, split: str, tokenizer: Tokenizer, tally: Tally) -> Examples:
    found = Examples()
    for record in _records(plan, split, tally):
        _add(plan, split, record, tokenizer, tally, found)
    return found


def _add(plan: Plan, split: str, record: Record, tokenizer: Tokenizer, tally: Tally, found: Examples) -> None:
    made = encode_all(record, tokenizer, length=plan.length, train_on_inputs=plan.train_on_inputs)
    if isinstance(made, Skipped):
        tally.drop(split, record.path, record.row, made.reason)
        return
    tally.used[split] += 1
    tally.truncated[split] += any(each.cut for each in made)
    for each in made:
        found.add(each)


def _general(plan: Plan, tokenizer: Tokenizer, tally: Tally) -> tuple[Examples, Examples]:
    """The general examples that may be mixed in, and those that are measured on."""
    records = list(_records(plan, GENERAL, tally))
    held = held_general(records, mixed=bool(plan.general_share))
    pool, measured = Examples(), Examples()
    for at, record in enumerate(records):
        if at in held:
            _add(plan, GENERAL, record, tokenizer, tally, measured)
        elif plan.general_share:
            _add(plan, GENERAL, record, tokenizer, tally, pool)
    tally.used[GENERAL] = len(measured)
    return pool, measured


def _ordered(
    plan: Plan, train: Examples, chosen: Sequence[int], pool: Examples, added: Sequence[int]
) -> Items:
    """Narrow and general items in one seeded order; packs hold one of the two."""
    both = Examples()
    both.ids, both.labels = train.ids + pool.ids, train.labels + pool.labels
    both.trained = train.trained + pool.trained
    both.ends = train.ends + type(train.ends)("q", [end + len(train.ids) for end in pool.ends[1:]])
    shifted = [at + len(train) for at in added]
    groups: list[list[Sequence[int]]] = []
    for rows in (chosen, shifted):
        if plan.packing:
            packs = packed([both.size(at) for at in rows], plan.length)
            groups.append([[rows[at] for at in pack] for pack in packs])
        else:
            groups.append([[at] for at in rows])
    items = [(rows, kind) for kind, group in enumerate(groups) for rows in group]
    random.Random(f"{plan.seed} order").shuffle(items)
    return Items(both, [rows for rows, _ in items], [kind for _, kind in items])


def _used(
    plan: Plan,
    tally: Tally,
    items: Items,
    evals: Mapping[str, Items],
    train: Examples,
    pool: Examples,
    added: Sequence[int],
) -> DataUsed:
    general = sum(pool.trained[at] for at in added)
    if plan.general_share:
        tally.used[MIXED] = len(set(added))
    narrow = sum(train.trained)
    share = general / (general + narrow) if plan.general_share else None
    hashed = sha256(items.digest())
    for name in sorted(evals):
        hashed.update(name.encode() + evals[name].digest())
    return _manifest(tally, share, hashed.hexdigest())


def _manifest(tally: Tally, share: float | None, fingerprint: str) -> DataUsed:
    from ftlint.gate.manifest import DataUsed

    return DataUsed(
        rows=dict(tally.rows),
        used=dict(tally.used),
        truncated=dict(+tally.truncated),
        dropped=dict(+tally.dropped),
        general_share=share,
        fingerprint=fingerprint,
    )


def _refuse_empty(plan: Plan, split: str, count: int, tally: Tally) -> None:
    if count:
        return
    most = max(tally.lost, key=lambda each: each.rows if each.split == split else -1, default=None)
    why = f": {most.rows:,} rows: {most.reason} ({', '.join(most.places)})" if most else ""
    raise FtlintError(f"nothing is left of the {split} data{why}", plan.data[split][0])


def _paired(plan: Plan, split: str, tokenizer: Tokenizer, tally: Tally) -> Iterator[EncodedPair]:
    for record in _records(plan, split, tally):
        made = encode_pair(record, tokenizer, length=plan.length)
        if isinstance(made, Skipped):
            tally.drop(split, record.path, record.row, made.reason)
        else:
            tally.used[split] += 1
            yield made

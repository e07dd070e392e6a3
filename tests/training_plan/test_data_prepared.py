"""From files to items: packs, the mix, what becomes of rows, and the same bytes everywhere."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import templates

from ftlint.model import FtlintError
from ftlint.train.data import Prepared, pairs, prepare
from ftlint.train.mix import mixed
from ftlint.train.packing import packed, positions
from ftlint.train.plan import Plan
from ftlint.weights.examples import IGNORED
from ftlint.weights.rows import held_general, records_of
from ftlint.weights.tokenizer import load_tokenizer


def chat(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def rows(count: int, seed: int, longest: int = 30) -> list[dict[str, Any]]:
    chosen = random.Random(seed)
    return [
        chat(f"What is {seed}-{at}?", "It is " + "x" * chosen.randrange(1, longest) + ".")
        for at in range(count)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template, eos, bos = templates.SHAPES["chatml"]
    return templates.tokenizer(tmp_path_factory.mktemp("model"), template, eos=eos, bos=bos)


def planned(root: Path, folder: Path, files: dict[str, list[Any]], **more: Any) -> Plan:
    data = {}
    for split, some in files.items():
        path = root / f"{split}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
        data[split] = (path.name,)
    given: dict[str, Any] = {
        "root": str(root),
        "config": "lora.yaml",
        "method": "sft",
        "tuning": "lora",
        "base_model": "base",
        "model_folder": str(folder),
        "output": str(root / "out"),
        "data": data,
        "date": "2026-11-28",
        "length": 128,
    }
    return Plan(**given | more)


def made(plan: Plan) -> Prepared:
    return prepare(plan, load_tokenizer(plan.model_folder, today=plan.date))


def questions(found: Prepared, folder: Path) -> list[str]:
    """The question of each example that is trained on."""
    tokenizer = load_tokenizer(str(folder))
    return [
        text.split("<|im_end|>")[0].removeprefix("user\n")
        for item in found.train
        for text in tokenizer.decode(item["input_ids"]).split("<|im_start|>")
        if text.startswith("user\n")
    ]


@pytest.mark.parametrize("seed", range(20))
def test_packs_hold_every_example_once_and_are_full(seed: int) -> None:
    chosen = random.Random(seed)
    length = chosen.randrange(20, 400)
    sizes = [chosen.randrange(1, length + 1) for _ in range(chosen.randrange(1, 300))]
    packs = packed(sizes, length)
    assert sorted(at for pack in packs for at in pack) == list(range(len(sizes)))
    filled = [sum(sizes[at] for at in pack) for pack in packs]
    assert max(filled) <= length
    # best-fit decreasing needs at most 11/9 of the fewest packs there are, and 4 (Johnson 1973)
    assert len(packs) <= 11 / 9 * -(-sum(sizes) // length) + 4 + sum(size > length / 2 for size in sizes)
    # no pack has room for what another one holds alone
    alone = [sizes[pack[0]] for pack in packs if len(pack) == 1]
    assert all(left + right > length for left, right in pairwise(sorted(alone)[:2]))


def test_positions_begin_again_in_each_example() -> None:
    assert positions([3, 1, 2]) == [0, 1, 2, 0, 0, 1]


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("count", [1, 7, 300])
def test_general_data_makes_up_its_share_of_trained_tokens(share: float, count: int) -> None:
    chosen = random.Random(f"{share} {count}")
    trained = [chosen.randrange(0, 60) for _ in range(count)] + [5]
    narrow = 20_000
    taken = mixed(trained, narrow, share, 3)
    general = sum(trained[at] for at in taken)
    wanted = narrow * share / (1 - share)
    assert abs(general - wanted) <= max(trained) / 2 + 1
    assert taken == mixed(trained, narrow, share, 3)
    times = Counter(taken)
    useful = [at for at, tokens in enumerate(trained) if tokens]
    assert max(times.values()) - min(times[at] for at in useful) <= 1
    assert not set(times) - set(useful)


def test_the_mix_of_a_plan(tmp_path: Path, folder: Path) -> None:
    for packing in (False, True):
        plan = planned(
            tmp_path,
            folder,
            {"train": rows(60, 1), "general": rows(40, 2), "validation": rows(8, 3)},
            general_share=0.25,
            packing=packing,
        )
        found = made(plan)
        counts = {0: 0, 1: 0}
        for item in found.train:
            starts = [at for at, place in enumerate(item["position_ids"]) if place == 0]
            assert len(item["input_ids"]) == len(item["labels"]) == len(item["position_ids"]) <= plan.length
            counts[item["general"]] += sum(label != IGNORED for label in item["labels"])
            assert all(item["labels"][at] == IGNORED for at in starts)
        assert counts[1] / (counts[0] + counts[1]) == pytest.approx(0.25, abs=0.01)
        assert found.used.general_share == pytest.approx(counts[1] / (counts[0] + counts[1]))
        asked = Counter(questions(found, folder))
        assert sum(asked[f"What is 1-{at}?"] for at in range(60)) == 60
        # what is measured is not trained on
        held = [item for item in found.evals["general"] if item["general"]]
        measured = {load_tokenizer(str(folder)).decode(item["input_ids"]) for item in held}
        assert len(measured) == found.used.used["general"] == 8
        assert not {text.split("\n")[1].split("<|")[0] for text in measured} & set(asked)
        assert len(found.evals["narrow"]) == 8
        assert found.used.rows == {"train": 60, "validation": 8, "general": 40}
        kinds = [item["general"] for item in found.train]
        assert kinds != sorted(kinds)
        if packing:
            assert len(found.train) < 60


def test_general_data_that_is_not_mixed_is_measured_on(tmp_path: Path, folder: Path) -> None:
    found = made(planned(tmp_path, folder, {"train": rows(5, 1), "general": rows(300, 2)}))
    assert len(found.evals["general"]) == 200
    assert not any(item["general"] for item in found.train)
    assert found.used.general_share is None


def test_equal_general_rows_are_held_out_together(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    texts = [json.dumps(row) for row in rows(50, 1)]
    path.write_text("\n".join([*texts, *texts, *texts]))
    records = list(records_of(str(tmp_path), ["g.jsonl"], {}))
    held = held_general(records, mixed=True)
    assert {at % 50 for at in held} == {at for at in held if at < 50}
    assert len(held) == 30
    path.write_text("\n".join(reversed(texts)))
    again = list(records_of(str(tmp_path), ["g.jsonl"], {}))
    assert {json.dumps(again[at].data) for at in held_general(again, mixed=True)} == {
        json.dumps(records[at].data) for at in held
    }


CONTAINERS = {
    "a.jsonl": lambda some: "".join(json.dumps(row) + "\n" for row in some).encode(),
    "a.json": lambda some: json.dumps(some, indent=1).encode(),
    "a.jsonl.gz": lambda some: gzip.compress("".join(json.dumps(row) + "\n" for row in some).encode()),
    "a16.jsonl": lambda some: "".join(json.dumps(row) + "\n" for row in some).encode("utf-16"),
}


def test_every_container_gives_the_same_items(tmp_path: Path, folder: Path) -> None:
    some = rows(20, 4)
    plan = planned(tmp_path, folder, {"train": some})
    expected = made(plan).used.fingerprint
    for name, write in CONTAINERS.items():
        (tmp_path / name).write_bytes(write(some))
        other = planned(tmp_path, folder, {}, data={"train": (name,)})
        assert made(other).used.fingerprint == expected, name
    pyarrow = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    pyarrow.write_table(pa.Table.from_pylist(some), tmp_path / "a.parquet")
    assert made(planned(tmp_path, folder, {}, data={"train": ("a.parquet",)})).used.fingerprint == expected


def test_rows_that_are_lost_are_counted_and_named(tmp_path: Path, folder: Path) -> None:
    plan = planned(tmp_path, folder, {"train": rows(5, 1)})
    with (tmp_path / "train.jsonl").open("a") as file:
        file.write('{"messages": broken\n')
        file.write(json.dumps(chat("Long?", "y" * 500)) + "\n")
        file.write(json.dumps({"messages": [{"role": "user", "content": "secret-word"}]}) + "\n")
        long = [*chat("Short?", "Yes.")["messages"], *chat("Long?", "z" * 500)["messages"]]
        file.write(json.dumps({"messages": long}) + "\n")
    found = made(plan)
    assert found.used.rows == {"train": 9}
    assert found.used.used == {"train": 6}
    assert found.used.truncated == {"train": 1}
    assert found.used.dropped == {"train": 3}
    assert {(each.rows, each.places, each.reason) for each in found.lost} == {
        (1, ("train.jsonl row 6",), "cannot be read: invalid-json"),
        (1, ("train.jsonl row 7",), "has no answer within 128 tokens"),
        (1, ("train.jsonl row 8",), "has no answer to learn"),
    }
    assert "secret" not in repr(found.lost)


def test_nothing_left_is_an_error_that_says_why(tmp_path: Path, folder: Path) -> None:
    plan = planned(tmp_path, folder, {"train": rows(5, 1)}, length=8)
    with pytest.raises(
        FtlintError, match=r"nothing is left of the train data: 5 rows: has no answer within 8"
    ):
        made(plan)
    plan = planned(tmp_path, folder, {"train": rows(5, 1)}, general_share=0.2)
    with pytest.raises(FtlintError, match="there is no general data"):
        made(plan)
    (tmp_path / "train.jsonl").write_text("")
    with pytest.raises(FtlintError, match="holds no records"):
        made(plan)
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(FtlintError, match="No such file"):
        made(plan)


def test_pairs_of_a_plan(tmp_path: Path, folder: Path) -> None:
    some = [
        {"prompt": f"Is {at} odd?", "chosen": "Yes.", "rejected": "No." if at else "Yes."} for at in range(9)
    ]
    plan = planned(tmp_path, folder, {"train": some, "validation": some[1:3]}, method="dpo")
    tokenizer = load_tokenizer(plan.model_folder)
    found = pairs(plan, tokenizer)
    assert (found.used.used, found.used.dropped) == ({"train": 8, "validation": 2}, {"train": 1})
    assert found.lost[0].reason == "its two answers are the same"
    asked = [tokenizer.decode(row["prompt_ids"]) for row in found.train]
    assert asked != sorted(asked)
    assert {tokenizer.decode(row["chosen_ids"]) for row in found.train} == {"Yes.<|im_end|>"}
    with pytest.raises(FtlintError, match="nothing is left"):
        pairs(planned(tmp_path, folder, {"train": rows(3, 1)}, method="dpo"), tokenizer)
    with pytest.raises(
        FtlintError, match="nothing is left of the validation data: 2 rows: format trl-preference"
    ):
        prepare(plan, tokenizer)


PRINTED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[3], sys.argv[4]]
from test_data_prepared import made, planned, rows
files = {"train": rows(60, 1), "general": rows(40, 2)}
plan = planned(Path(sys.argv[1]), Path(sys.argv[2]), files, general_share=0.3, packing=True)
found = made(plan)
print(found.used.fingerprint, [item["general"] for item in found.train])
"""


def test_the_same_plan_is_the_same_everywhere(tmp_path: Path, folder: Path) -> None:
    """No hash seed, process or folder changes an item or its place; another seed does."""
    here = Path(__file__).parent
    said = set()
    for seed in ("1", "77"):
        where = tmp_path / seed
        where.mkdir()
        arguments = [str(where), str(folder), str(here), str(here.parent / "training")]
        run = subprocess.run(
            [sys.executable, "-c", PRINTED, *arguments],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        said.add(run.stdout)
    assert len(said) == 1
    files: dict[str, list[Any]] = {"train": rows(60, 1), "general": rows(40, 2)}
    one = made(planned(tmp_path, folder, files, general_share=0.3, packing=True))
    assert one.used.fingerprint in next(iter(said))
    other = made(planned(tmp_path, folder, files, general_share=0.3, packing=True, seed=43))
    assert other.used.fingerprint != one.used.fingerprint


def test_items_can_be_sliced_and_read_twice(tmp_path: Path, folder: Path) -> None:
    found = made(planned(tmp_path, folder, {"train": rows(10, 1)})).train
    assert list(found) == [found[at] for at in range(10)] == list(found[:4]) + list(found[4:])
    assert found[-1] == found[9]
    with pytest.raises(IndexError):
        found[10]
    assert found.tokens == sum(len(item["input_ids"]) for item in found)
    assert found.targets == sum(label != IGNORED for item in found for label in item["labels"])

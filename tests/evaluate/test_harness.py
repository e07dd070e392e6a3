"""Results as lm-evaluation-harness 0.4.13 writes them, read back in pairs; rows written as its tasks."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.evaluate.harness import from_harness
from ftlint.evaluate.harness_export import Exported, write_tasks
from ftlint.evaluate.of_files import of_harness
from ftlint.model import FtlintError

DATE = "2026-11-28T23-43-00.567366"
Change = Callable[[dict[str, Any]], None]


def sample(number: int, score: float, answer: str = "out", **more: Any) -> dict[str, Any]:
    """One line as version 0.4.13 wrote it of a task that `--export-harness` made."""
    return {
        "doc_id": number,
        "doc": {"id": str(number), "prompt": f"q{number}", "reference": f"a{number}"},
        "target": f"a{number}",
        "arguments": {"gen_args_0": {"arg_0": f"q{number}", "arg_1": {"until": [], "do_sample": False}}},
        "resps": [[answer]],
        "filtered_resps": [answer],
        "filter": "none",
        "metrics": ["exact_match"],
        "doc_hash": f"d{number}",
        "prompt_hash": f"p{number}",
        "target_hash": f"t{number}",
        "exact_match": score,
        **more,
    }


def results(folder: Path, tasks: dict[str, list[dict[str, Any]]], date: str = DATE, **more: Any) -> Path:
    home = folder / "__models__base"
    home.mkdir(parents=True, exist_ok=True)
    for task, rows in tasks.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (home / f"samples_{task}_{date}.jsonl").write_text(lines)
    table = {
        "results": {},
        "higher_is_better": {task: {"exact_match": True, "edits": False} for task in tasks},
        "config": {
            "model": "hf",
            "model_args": {"pretrained": "models/base", "dtype": "float32"},
            "device": "cpu",
        },
        "model_name": "models/base",
        **more,
    }
    (home / f"results_{date}.json").write_text(json.dumps(table))
    return folder


def pair(tmp_path: Path, base: dict[str, Any], tuned: dict[str, Any], **more: Any) -> tuple[str, str]:
    return str(results(tmp_path / "base", base)), str(results(tmp_path / "tuned", tuned, **more))


def test_documents_are_paired_whatever_their_order(tmp_path: Path) -> None:
    args = {"model_args": {"pretrained": "models/base", "peft": "runs/a/adapter", "dtype": "bfloat16"}}
    base, tuned = pair(
        tmp_path,
        {"ftlint_narrow": [sample(0, 0.0, "x"), sample(1, 1.0), sample(2, 0.0)], "mmlu": [sample(0, 1.0)]},
        {"ftlint_narrow": [sample(2, 1.0), sample(0, 1.0, "y"), sample(1, 1.0)], "mmlu": [sample(0, 1.0)]},
        config=args,
    )
    found = from_harness(base, tuned)
    narrow, other = found.tasks
    assert [(each.task, each.role) for each in found.tasks] == [
        ("ftlint_narrow", "narrow"),
        ("mmlu", "general"),
    ]
    name = "ftlint_narrow/exact_match"
    assert [row.scores[name] for row in narrow.base] == [0.0, 1.0, 0.0]
    assert [row.scores[name] for row in narrow.tuned] == [1.0, 1.0, 1.0]
    assert [row.id for row in narrow.base] == [row.id for row in narrow.tuned]
    assert len({row.id for row in (*narrow.base, *other.base)}) == 4
    assert (narrow.base[0].prompt, narrow.base[0].reference, narrow.base[0].output) == ("q0", "a0", "x")
    assert (found.base.name, found.base.precision, found.base.adapter) == ("models/base", "float32", "")
    assert (found.tuned.adapter, found.tuned.precision) == ("runs/a/adapter", "bfloat16")
    assert narrow.better == {name: True}


def test_filters_are_apart_and_lower_may_be_better(tmp_path: Path) -> None:
    def rows(edits: float) -> list[dict[str, Any]]:
        return [
            sample(
                0, 0.0, filter=which, metrics=["exact_match", "edits", "parts"], edits=edits, parts=["a", "b"]
            )
            for which in ("strict", "flexible")
        ]

    found = from_harness(*pair(tmp_path, {"gsm": rows(3)}, {"gsm": rows(1)}))
    assert [each.filter for each in found.tasks] == ["flexible", "strict"]
    assert found.tasks[0].better == {"gsm/exact_match,flexible": True, "gsm/edits,flexible": False}
    assert found.left_out == tuple(
        f"gsm,{which}: parts has no number for each document" for which in ("flexible", "strict")
    )


def test_answers_to_choose_from(tmp_path: Path) -> None:
    rows = [sample(0, 0.0, metrics=["acc"], acc=1.0, filtered_resps=[[-1.5, True], [-2.0, False]])]
    found = from_harness(*pair(tmp_path, {"arc": rows}, {"arc": rows}))
    assert found.tasks[0].base[0].output == "[[-1.5, true], [-2.0, false]]"


def test_the_newest_run_of_a_task_counts(tmp_path: Path) -> None:
    base, tuned = pair(tmp_path, {"t": [sample(0, 0.0)]}, {"t": [sample(0, 0.0)]})
    results(tmp_path / "tuned", {"t": [sample(0, 1.0)]}, "2026-11-29T01-00-00.1")
    assert from_harness(base, tuned).tasks[0].tuned[0].scores == {"t/exact_match": 1.0}


def test_a_task_of_one_side_is_told(tmp_path: Path) -> None:
    found = from_harness(*pair(tmp_path, {"t": [sample(0, 0)], "u": [sample(0, 0)]}, {"t": [sample(0, 0)]}))
    assert found.left_out == ("u: only one of the two folders has it",)


@pytest.mark.parametrize(
    ("tuned", "told"),
    [
        ([sample(0, 1.0), sample(1, 1.0, prompt_hash="other")], "doc_id 1 was asked in other words"),
        ([sample(0, 1.0), sample(1, 1.0, doc_hash="other")], "doc_id 1 is another document"),
        ([sample(0, 1.0), sample(1, 1.0, target_hash="other")], "doc_id 1 is another document"),
        ([sample(0, 1.0)], r"1 documents stand in one of the two results only \(doc_id 1\)"),
        ([sample(0, 1.0), {"doc_id": None}], "has no doc_id"),
    ],
)
def test_what_is_not_the_same_is_refused(tmp_path: Path, tuned: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(FtlintError, match=told):
        from_harness(*pair(tmp_path, {"t": [sample(0, 1.0), sample(1, 0.0)]}, {"t": tuned}))


def test_a_run_that_was_ended_early(tmp_path: Path) -> None:
    base, tuned = pair(tmp_path, {"t": [sample(0, 1.0)]}, {"t": [sample(0, 1.0)]})
    file = next(Path(tuned).rglob("samples_*"))
    file.write_text(file.read_text() + '{"doc_id": 1, "do')
    with pytest.raises(FtlintError, match="is no JSON") as error:
        from_harness(base, tuned)
    assert error.value.line == 2


def test_folders_that_hold_none(tmp_path: Path) -> None:
    base, _ = pair(tmp_path, {"t": [sample(0, 1.0)]}, {"u": [sample(0, 1.0)]})
    with pytest.raises(FtlintError, match="no task in common"):
        from_harness(base, str(tmp_path / "tuned"))
    with pytest.raises(FtlintError, match="is no folder"):
        from_harness(base, str(tmp_path / "none"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FtlintError, match="--log_samples"):
        from_harness(base, str(tmp_path / "empty"))
    (tmp_path / "base" / "__models__base").rename(tmp_path / "empty" / "one")
    results(tmp_path / "empty", {"u": [sample(0, 1.0)]})
    with pytest.raises(FtlintError, match="several models"):
        from_harness(str(tmp_path / "empty"), str(tmp_path / "tuned"))


def test_tasks_are_written_as_columns(tmp_path: Path) -> None:
    rows = [Exported("i1", "{{ 7 * 7 }}\n<|im_end|>", "\ud83d {% if %}"), Exported("i2", "q", "a")]
    folder = str(tmp_path / "tasks")
    told = write_tasks(
        folder,
        {"narrow": rows, "general": []},
        model="models/a b",
        adapter="run/adapter",
        until=["<|im_end|>"],
        max_new_tokens=64,
    )
    assert sorted(path.name for path in Path(folder).iterdir()) == [
        "ftlint_narrow.jsonl",
        "ftlint_narrow.yaml",
    ]
    written = yaml.safe_load((tmp_path / "tasks" / "ftlint_narrow.yaml").read_text())
    assert (written["doc_to_text"], written["doc_to_target"]) == ("prompt", "reference")
    assert written["generation_kwargs"] == {"until": ["<|im_end|>"], "do_sample": False, "max_gen_toks": 64}
    file = Path(written["dataset_kwargs"]["data_files"]["test"])
    assert [Exported(**json.loads(line)) for line in file.read_text().splitlines()] == rows
    words = shlex.split(told)
    assert "pretrained=models/a b,peft=run/adapter,dtype=float32,add_bos_token=False" in words
    assert words[words.index("--tasks") + 1] == "ftlint_narrow"


def test_a_score_is_of_0_and_1_where_it_is_so_of_both_models(tmp_path: Path) -> None:
    base, tuned = pair(
        tmp_path, {"t": [sample(0, 1.0), sample(1, 0.0)]}, {"t": [sample(0, 1.0), sample(1, 0.5)]}
    )
    (metric,) = of_harness(base, tuned)[3]["general"]
    assert not metric.binary
    (metric,) = of_harness(base, base)[3]["general"]
    assert metric.binary

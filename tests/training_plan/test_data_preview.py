"""What the dry run shows, and that it loads nothing heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import templates
from test_data_prepared import chat, planned, rows

from ftlint.report.style import Style
from ftlint.train.data import pairs, prepare
from ftlint.train.estimate import arithmetic, memory
from ftlint.train.plan import Plan
from ftlint.train.preview import LINES, preview
from ftlint.weights.tokenizer import load_tokenizer

PLAIN = Style()
LLAMA_8B = {
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128_256,
    "intermediate_size": 14_336,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template, eos, bos = templates.SHAPES["chatml"]
    made = templates.tokenizer(tmp_path_factory.mktemp("model"), template, eos=eos, bos=bos)
    (made / "config.json").write_text(json.dumps(LLAMA_8B))
    return made


def shown(plan: Plan, style: Style = PLAIN, **more: Any) -> str:
    tokenizer = load_tokenizer(plan.model_folder)
    made = pairs(plan, tokenizer) if plan.method == "dpo" else prepare(plan, tokenizer)
    return preview(plan, made, tokenizer, style=style, **more)


def test_the_first_batch_is_shown_with_its_mask(tmp_path: Path, folder: Path) -> None:
    some = [chat(f"What is {at}?\nSay.", f"It is {at}.\n\nYes.") for at in range(6)]
    plan = planned(
        tmp_path, folder, {"train": some, "general": rows(30, 2)}, general_share=0.3, compute="bf16"
    )
    text = shown(plan, gpu="H100-80GB", count=2)
    assert text.count("⟦") == text.count("⟧") == 2  # the sentence above, one item of a micro batch of one
    assert "  │ ⟦It is " in text
    assert "  │ Yes.<|im_end|>⟧\n" in text or "general," in text
    assert "train 6 of 6 rows" in text
    assert "6 held out to measure forgetting, of 30 rows" in text
    assert "(30% asked)" in text
    assert "at 35% of the peak of 2 x H100-80GB (989 TFLOP/s)" in text
    assert "\x1b" not in text
    head = shown(plan, Style(width=60)).partition("\n\n")[0]
    assert max(map(len, head.splitlines())) <= 60
    assert "\x1b[1;32m" in shown(plan, Style(colour=True))


def test_packs_pairs_and_long_items(tmp_path: Path, folder: Path) -> None:
    plan = planned(tmp_path, folder, {"train": rows(40, 1)}, packing=True, micro_batch=4)
    text = shown(plan)
    assert "examples that do not see each other" in text
    assert "% full" in text
    assert "(2 more are not shown)" in text
    long = planned(tmp_path, folder, {"train": [chat("Go?", "x\n" * 60)]}, length=512)
    assert f"  │ … {64 - LINES} more lines" in shown(long)
    some = [{"prompt": "Is it?", "chosen": "Yes.", "rejected": "No."}]
    text = shown(planned(tmp_path, folder, {"train": some}, method="dpo"))
    assert "  │ ⟦Yes.<|im_end|>⟧" in text
    assert "  │ ⟦No.<|im_end|>⟧" in text


def test_what_looks_private_is_hidden_and_terminals_are_safe(tmp_path: Path, folder: Path) -> None:
    some = [chat("Mail ana.lopez@example.org \x1b[31m now", "The key is sk-abcdefghijklmnop1234567890")]
    text = shown(planned(tmp_path, folder, {"train": some}))
    assert "ana.lopez" not in text
    assert "abcdefghijklmnop" not in text
    assert "\\x1b[31m" in text


def test_estimates_follow_the_known_figures(tmp_path: Path, folder: Path) -> None:
    plan = planned(tmp_path, folder, {"train": rows(2, 1)}, compute="bf16", model_dtype="bf16", rank=16)
    # 12,473 tokens/s on one H100 are 402 TFLOP/s: NeMo AutoModel, by 4 N operations a token
    work = arithmetic(plan, 12_473.0)
    assert work is not None
    assert work.flops / 1e12 == pytest.approx(402, rel=0.01)
    need = memory(plan, 4096)
    assert need is not None
    assert need.weights == pytest.approx(15.0, abs=0.1)
    assert (
        memory(planned(tmp_path, folder, {"train": rows(2, 1)}, base_model="zzz", model_folder="/none"), 9)
        is None
    )


PRINTED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[3], sys.argv[4]]
from test_data_preview import planned, rows, shown
plan = planned(Path(sys.argv[1]), Path(sys.argv[2]), {"train": rows(6, 1)})
assert "first batch" in shown(plan)
heavy = {"torch", "transformers", "peft", "trl", "accelerate", "datasets", "pandas"}
print(sorted({name.partition(".")[0] for name in sys.modules} & heavy))
"""


def test_the_dry_run_loads_nothing_heavy(tmp_path: Path, folder: Path) -> None:
    here = Path(__file__).parent
    arguments = [str(tmp_path), str(folder), str(here), str(here.parent / "training")]
    run = subprocess.run(
        [sys.executable, "-c", PRINTED, *arguments],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"

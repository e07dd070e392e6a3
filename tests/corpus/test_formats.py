"""The format of every real dataset file: as its origin says, or a doubt that is named."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ftlint.formats import detect
from ftlint.formats.dataset_info import read_registry

pytestmark = pytest.mark.corpus

CERTAIN = {
    "alpaca": (
        "bennywnj_train.jsonl gpteacher_roleplay_simple_deduped.json gpteacher_toolformer_dedupe_only.json "
        "gpteacher_toolformer_sim0.7.json gpteacher_toolformer_sim0.9.json gsm8k_as_alpaca.json "
        "lf_alpaca_en_demo.json lf_alpaca_zh_demo.json lf_identity.json roomsched_alpaca_format.json "
        "stanford_alpaca_2000_gumbelsoft.json wooboo_alpaca_zh_10000.json wooboo_small_a.json "
        "wooboo_small_b.json"
    ),
    "bedrock-converse": "bedrock_nova_tooluse_test.jsonl bedrock_nova_tooluse_train.jsonl",
    "dolly": "litgpt_dolly_fixture.json",
    "gemini": "gemini_train.jsonl",
    "hh": "hh_harmless_base_test.jsonl.gz",
    "openai-chat": (
        "allyarc_train.json allyarc_train.jsonl fireworks_text2sql.jsonl lf_mllm_demo.json "
        "text2sql_train.jsonl text2sql_valid.jsonl together_coqa_10.jsonl"
    ),
    "prompt-completion": (
        "digit987_training_data.jsonl digit987_training_data_prepared.jsonl "
        "digit987_validation_data_prepared.jsonl dndgpt_training.jsonl ttaulli_prepared.jsonl "
        "ttaulli_training_data.csv"
    ),
    "qa": "gsm8k_test.jsonl gsm8k_test_socratic.jsonl gsm8k_train.jsonl",
    "seed-tasks": "alpaca_seed_tasks.jsonl",
    "sharegpt": "fastchat_dummy_conversation.json lf_glaive_toolcall_en.json sharegpt_gpt4_256.jsonl",
    "sharegpt-dpo": "lf_dpo_zh_demo.json",
    "text": "lf_c4_demo.jsonl roomsched_alpaca_text.jsonl",
    "trl-preference": "dangshark_dpo_train.jsonl",
    "trl-prompt-only": "gsm8k_train_prompt5.parquet",
}
"""Format -> the files it is found in without a doubt."""

DOUBTFUL: dict[str, tuple[str | None, str]] = {
    "HumanEval.jsonl.gz": ("qa", "tasks of a benchmark"),
    "cot_eval.jsonl": ("qa", "solution and answer could each be the answer"),
    "cot_test.jsonl": ("qa", "solution and answer could each be the answer"),
    "cot_train.jsonl": ("qa", "solution and answer could each be the answer"),
    "fireworks_gcloud_log.jsonl": (None, "no known format has the columns query, request, sample"),
    "lf_dataset_info.json": (None, "a LLaMA-Factory registry"),
    "network_llm_train.jsonl": ("qa", "no trainer names its columns input and output"),
    "network_llm_validation.jsonl": ("qa", "no trainer names its columns input and output"),
    "openinstruct_acecode.jsonl": (None, "no known format has the columns id, source, question"),
    "predibase_jigsaw_5k.csv": ("classification", "several columns could be the label"),
}
"""File -> the format it is read as, and the doubt that is told."""

NO_DATA = {"lfs_pointer_alpaca_data.json", "lfs_pointer_securecode_train.jsonl", "MANIFEST.csv"}

EXPECTED: dict[str, tuple[str | None, str]] = {
    **{file: (name, "") for name, files in CERTAIN.items() for file in files.split()},
    **DOUBTFUL,
}

MALFORMED = {
    "both_text_and_messages.jsonl": ("openai-chat", "messages and also text"),
    "messages_json_string.parquet": ("openai-chat", ""),
    "messages_struct.parquet": ("openai-chat", ""),
    "mixed_formats.jsonl": ("openai-chat", ""),
    "role_errors.jsonl": ("openai-chat", ""),
    "tokenized.parquet": ("tokenised", ""),
    "csv_formula.csv": ("prompt-completion", ""),
}


def sample(file: Path, limit: int = 200) -> list[dict[str, Any]]:
    """The first records of a sound file, read by the plainest means."""
    if file.suffix == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        return list(parquet.read_table(file).slice(0, limit).to_pylist())
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8-sig")
    if file.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text)))[:limit]
    if file.suffix == ".json":
        content = json.loads(text)
        return content[:limit] if isinstance(content, list) else [content]
    return [json.loads(line) for line in text.split("\n")[:limit] if line.strip()]


@pytest.mark.parametrize("name", EXPECTED)
def test_detected(corpus: Path, name: str) -> None:
    expected, doubt = EXPECTED[name]
    found = detect(sample(corpus / "datasets" / name))
    assert (found.format.name if found.format else None) == expected
    assert doubt in found.note
    assert bool(found.note) is bool(doubt)
    if found.format is not None:
        assert found.share == 1.0


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_keep_their_format(corpus: Path, name: str) -> None:
    expected, doubt = MALFORMED[name]
    found = detect(sample(corpus / "malformed" / name))
    assert found.format is not None
    assert found.format.name == expected
    assert doubt in found.note


def test_every_file_is_pinned(corpus: Path) -> None:
    files = {file.name for file in (corpus / "datasets").iterdir()}
    assert files == EXPECTED.keys() | NO_DATA


def test_every_record_of_a_detected_file_has_texts(corpus: Path) -> None:
    for name, (expected, _) in EXPECTED.items():
        rows = sample(corpus / "datasets" / name)
        known = detect(rows).format
        if known is not None:
            assert all(known.texts(row) for row in rows), name
            trains = known.kind not in ("prompt", "reward") and expected != "classification"
            targets = [any(text.where == "target" for text in known.texts(row)) for row in rows]
            assert all(targets) is trains or sum(targets) > 0.9 * len(rows), name


def test_the_registry_agrees_with_what_is_found(corpus: Path) -> None:
    """LLaMA-Factory's demo files: its own registry reads the same texts as detection does."""
    folder = corpus / "datasets"
    registry = read_registry(str(folder / "lf_dataset_info.json"))
    compared = 0
    for name, told in registry.items():
        file = folder / f"lf_{name}"
        if file.exists():
            rows = sample(file)
            found = detect(rows).format
            assert found is not None
            for row in rows:
                read = [text for turn in told.turns(row) for text in turn.texts]
                assert read == [text for turn in found.turns(row) for text in turn.texts], name
            compared += 1
    assert compared >= 5

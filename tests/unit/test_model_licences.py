"""Licences by the names of base models: what the table says of names as configs write them."""

from __future__ import annotations

import pytest

from ftlint.facts.model_licences import Licence, licence_of, table


@pytest.mark.parametrize(
    ("model", "licence"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3.1"),
        ("meta-llama/Meta-Llama-3-8B", "llama3"),
        ("NousResearch/Meta-Llama-3.1-8B", "llama3.1"),
        ("unsloth/Llama-3.2-1B-Instruct-bnb-4bit", "llama3.2"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama3.3"),
        ("meta-llama/Llama-4-Scout-17B-16E", "llama4"),
        ("meta-llama/Llama-2-7b-hf", "llama2"),
        ("/tmp/Meta-Llama-3.1-8B-Instruct/original", "llama3.1"),
        ("openlm-research/open_llama_3b_v2", "apache-2.0"),
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "apache-2.0"),
        ("google/gemma-2b", "gemma"),
        ("google/gemma-3-27b-it", "gemma"),
        ("google/gemma-3n-E2B-it", "gemma"),
        ("google/gemma-4-31B-it", "apache-2.0"),
        ("Qwen/Qwen2.5-7B-Instruct", "apache-2.0"),
        ("Qwen/Qwen2.5-3B", "qwen-research"),
        ("Qwen/Qwen2.5-72B-Instruct", "qwen"),
        ("Qwen/Qwen2-72B", "tongyi-qianwen"),
        ("Qwen/Qwen3-32B", "apache-2.0"),
        ("mistralai/Mistral-7B-v0.1", "apache-2.0"),
        ("mistralai/Mistral-Small-24B-Instruct-2501", "apache-2.0"),
        ("mistralai/Ministral-8B-Instruct-2410", "mrl"),
        ("microsoft/phi-4", "mit"),
        ("microsoft/Phi-3.5-mini-instruct", "mit"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "llama3.1"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "mit"),
        ("deepseek-ai/DeepSeek-V3", "deepseek"),
        ("deepseek-ai/DeepSeek-V3-0324", "mit"),
        ("tiiuae/falcon-7b", "apache-2.0"),
        ("tiiuae/Falcon3-7B-Base", "falcon-llm-license"),
        ("openai/gpt-oss-20b", "apache-2.0"),
        ("HuggingFaceTB/SmolLM3-3B", "apache-2.0"),
        ("allenai/OLMo-2-1124-7B", "apache-2.0"),
        ("gpt2", "mit"),
    ],
)
def test_known_names(model: str, licence: str) -> None:
    assert licence_of(model) == Licence(licence)


@pytest.mark.parametrize(
    ("model", "licence"),
    [
        ("someone/Llama-3.1-8B-tuned", Licence("llama3.1", derived=True)),
        ("someone/my-gemma-2-9b", Licence("gemma", derived=True)),
        ("someone/Qwen3-8B-tuned", None),
        ("someone/anything", None),
        ("/models/base", None),
        ("huggyllama/llama-30b", None),
    ],
)
def test_what_others_derived_and_what_nobody_knows(model: str, licence: Licence | None) -> None:
    assert licence_of(model) == licence


def test_the_table_is_written_as_names_are_looked_up() -> None:
    known = table()
    assert known.as_of >= "2026-11-22"
    for row in known.rows:
        assert row.owners, row.licence
        assert row.licence == row.licence.lower()
        assert all(owner == owner.lower() for owner in row.owners)

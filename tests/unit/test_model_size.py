from __future__ import annotations

import pytest

from ftlint.detect.model_size import billions, size


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("meta-llama/Llama-2-7b-hf", 7),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", 8),
        ("/tmp/Meta-Llama-3.1-405B-Instruct/", 405),
        ("NousResearch/Llama-3.2-1B", 1),
        ("Qwen/Qwen2.5-0.5B-Instruct", 0.5),
        ("Qwen/Qwen1.5-1.8B", 1.8),
        ("Qwen/Qwen-1_8B-Chat", 1.8),
        ("stabilityai/stablelm-2-1_6b", 1.6),
        ("qwen2_5-1_5b-instruct", 1.5),
        ("HuggingFaceTB/SmolLM2-135M", 0.135),
        ("EleutherAI/pythia-410m-deduped", 0.41),
        ("upstage/SOLAR-10.7B-v1.0", 10.7),
        ("bigscience/bloom-7b1", 7.1),
        ("bigscience/bloomz-1b7", 1.7),
        ("bigscience/bloom", 176),
        ("huggyllama/llama7b", 7),
        ("unsloth/llama-3-8b-bnb-4bit", 8),
        ("unsloth/Qwen3-14B-unsloth-bnb-4bit", 14),
        ("Qwen/Qwen2.5-7B-Instruct-1M", 7),
        ("internlm/internlm2_5-7b-chat-1m", 7),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", 32),
        ("deepseek-ai/DeepSeek-R1", 671),
        ("nvidia/Llama-3_3-Nemotron-Super-49B-v1", 49),
        ("microsoft/Phi-3-mini-4k-instruct", 3.8),
        ("microsoft/Phi-3.5-mini-instruct", 3.8),
        ("microsoft/phi-1_5", 1.3),
        ("microsoft/phi-2", 2.7),
        ("microsoft/phi-4", 14.7),
        ("gpt2", 0.124),
        ("openai-community/gpt2-xl", 1.5),
        ("mistralai/Mistral-Large-Instruct-2407", 123),
        ("torchtune.models.llama3_1.lora_llama3_1_8b", 8),
        ("torchtune.models.llama3_2.llama3_2_3b", 3),
        ("torchtune.models.llama3_3.qlora_llama3_3_70b", 70),
        ("torchtune.models.qwen2.lora_qwen2_1_5b", 1.5),
        ("torchtune.models.qwen2_5.qwen2_5_0_5b", 0.5),
        ("torchtune.models.qwen2_5.lora_qwen2_5_1_5b_base", 1.5),
        ("torchtune.models.qwen3.qwen3_1_7b_instruct", 1.7),
        ("torchtune.models.gemma2.gemma2_27b", 27),
        ("torchtune.models.phi3.lora_phi3_mini", 3.8),
        ("checkpoints/google/gemma-2b", 2),
        ("TinyLlama/TinyLlama_v1.1", 1.1),
        ("mistralai/Mistral-Small-Instruct-2409", 22.2),
        ("mistralai/Mistral-Small-3.1-24B-Instruct-2503", 24),
    ],
)
def test_the_name_says_the_size(name: str, total: float) -> None:
    assert billions(name) == pytest.approx(total)


@pytest.mark.parametrize(
    ("name", "total", "active"),
    [
        ("Qwen/Qwen3-30B-A3B", 30, 3),
        ("Qwen/Qwen3-235B-A22B-Instruct-2507", 235, 22),
        ("Qwen/Qwen1.5-MoE-A2.7B", 14.3, 2.7),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", 46.7, 12.9),
        ("mistral-community/Mixtral-8x22B-v0.1", 140.6, 39.1),
        ("someone/Beyonder-4x7B-v2", 28, None),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 109, 17),
        ("allenai/OLMoE-1B-7B-0924", 6.9, 1.3),
        ("openai/gpt-oss-20b", 20.9, 3.6),
    ],
)
def test_experts_count_in_full_and_only_some_are_active(
    name: str, total: float, active: float | None
) -> None:
    found = size(name)
    assert found is not None
    assert (found.total, found.active) == (pytest.approx(total), active)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "gpt-4o-mini-2024-07-18",
        "gemini-2.5-flash",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "out/model",
        "runs/20240101b",
        "models/bnb-4bit",
        "mistralai/Mistral-Medium",
        "out/exp3b",
    ],
)
def test_what_no_name_says_is_not_guessed(name: str) -> None:
    assert billions(name) is None

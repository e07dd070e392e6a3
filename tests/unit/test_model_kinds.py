"""What kind of network a model's name tells of."""

import pytest

from ftlint.detect.model_kinds import is_decoder, writes_text


@pytest.mark.parametrize(
    ("name", "writes", "decodes"),
    [
        ("Qwen/Qwen3-8B", True, True),
        ("./models/my-model", True, True),
        ("deepseek-ai/deepseek-vl2", True, True),
        ("meta-llama/Llama-3.2-11B-Vision-Instruct", True, True),
        ("state-spaces/mamba-2.8b", True, False),
        ("tiiuae/falcon-mamba-7b", True, False),
        ("google/flan-t5-base", False, False),
        ("google/mt5_base", False, False),
        ("answerdotai/ModernBERT-large", False, False),
        ("FacebookAI/roberta-base", False, False),
        ("openai/whisper-large-v3", False, False),
        ("google/vit-base-patch16-224", False, False),
        ("google/embeddinggemma-300m", False, False),
        ("intfloat/e5-mistral-7b-instruct", False, False),
        ("intfloat/multilingual-e5-large", False, False),
    ],
)
def test_kinds(name: str, writes: bool, decodes: bool) -> None:
    assert (writes_text(name), is_decoder(name)) == (writes, decodes)

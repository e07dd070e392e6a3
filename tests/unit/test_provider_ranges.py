"""What services take for a hyper-parameter."""

from __future__ import annotations

from datetime import date

import pytest

from ftlint.facts.provider_ranges import entries, ranges
from ftlint.model.config_fields import FIELDS, METHODS


def test_ranges_are_dated_sourced_and_sound() -> None:
    seen = set()
    for entry in entries():
        assert entry.field in FIELDS
        assert entry.range.low <= entry.range.high
        assert entry.range.default is None or entry.range.holds(entry.range.default)
        assert date.fromisoformat(entry.range.as_of) <= date.today()
        assert entry.range.source
        assert entry.range.key
        assert set(entry.methods) <= set(METHODS)
        assert entry.provider in ("openai", "bedrock", "vertex", "together", "fireworks")
        key = (entry.provider, entry.models, entry.methods, entry.field)
        assert key not in seen
        seen.add(key)


@pytest.mark.parametrize(
    ("model", "provider", "method", "field", "low", "high"),
    [
        ("amazon.nova-micro-v1:0:128k", "bedrock", "sft", "learning_rate", 1e-6, 1e-4),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
            "bedrock",
            "sft",
            "epochs",
            1,
            5,
        ),
        ("amazon.titan-text-premier-v1:0", "bedrock", "sft", "learning_rate", 1e-7, 1e-5),
        ("amazon.titan-text-lite-v1", "bedrock", "sft", "epochs", 1, 10),
        ("anthropic.claude-3-haiku-20240307-v1:0:200k", "bedrock", "sft", "learning_rate_multiplier", 0.1, 2),
        ("meta.llama3-2-3b-instruct-v1:0", "bedrock", "sft", "learning_rate", 5e-6, 0.1),
        ("amazon.nova-2-lite-v1:0", "bedrock", "rft", "epochs", 1, 50),
        ("gemini-2.5-flash", "vertex", "dpo", "beta", 0.01, 0.5),
        ("anything", "together", "sft", "epochs", 1, 20),
        ("anything", "fireworks", "rft", "epochs", 1, 10),
    ],
)
def test_ranges(model: str, provider: str, method: str, field: str, low: float, high: float) -> None:
    found = ranges(model, provider, method)[field]
    assert (found.low, found.high) == (low, high)
    assert found.holds(low)
    assert not found.holds(high * 1.01)


def test_ranges_of_what_nobody_knows() -> None:
    assert ranges("gpt-4o", "openai") == {}
    assert ranges("unheard.of-model", "bedrock") == {}
    assert "epochs" not in ranges("m", "fireworks", "sft")
    assert ranges("amazon.nova-lite-v1:0", "bedrock", "rft")["epochs"].high == 50

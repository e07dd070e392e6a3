"""Examples that hold where `[pii] countries` names a country."""

from __future__ import annotations

import json

from ftlint.rule import Example, chat


def in_countries(countries: str, question: str, answer: str, note: str = "") -> Example:
    """One chat record under settings that name the countries: `in_countries("in", ...)`, `"de es"`."""
    listed = json.dumps(countries.split())
    row = json.dumps(chat(question, answer), ensure_ascii=False)
    return Example(
        files={"ftlint.toml": f"[pii]\ncountries = {listed}\n", "train.jsonl": f"{row}\n"}, note=note
    )

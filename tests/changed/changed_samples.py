"""Rows of small repositories."""

import json
from typing import Any


def row(number: int, role: str = "assistant") -> dict[str, Any]:
    """A sound row; with another role one that CHAT005 tells."""
    return {
        "messages": [
            {"role": "user", "content": f"What is the use of thing number {number}?"},
            {"role": role, "content": f"It is good for purpose {number * 7}."},
        ]
    }


def bad(number: int) -> dict[str, Any]:
    return row(number, "asistant")


def jsonl(rows: list[Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in rows)


OLD = [*map(row, range(20)), bad(100), bad(101)]
"""What a branch starts from."""

"""Rows of small repositories."""

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

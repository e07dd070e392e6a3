from __future__ import annotations


def days_between(earlier: str, later: str) -> int:
    """Days from one date (YYYY-MM-DD) to another; negative when `later` lies before `earlier`."""
    from datetime import date

    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days

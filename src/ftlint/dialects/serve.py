"""Placeholder."""

DIALECTS = ()

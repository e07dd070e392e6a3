"""Dialects of training configs: which one a file is written in, and what it says in canonical fields."""

"""A rule package as somebody else would write it: it knows `ftlint.model` and `ftlint.rule` only."""

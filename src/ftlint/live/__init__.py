"""Verdicts on a run while it runs: for a trainer, a writer of logs, and `ftlint logs watch`."""

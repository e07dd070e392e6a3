"""ftlint: a linter for fine-tuning datasets, training configs and training logs."""

__version__ = "0.1.0"

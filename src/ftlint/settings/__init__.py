"""What a person sets, in `ftlint.toml`, in `[tool.ftlint]` or on the command line."""

from ftlint.settings.load import load
from ftlint.settings.model import DatasetSettings, Place, Settings, TrainingSettings
from ftlint.settings.override import override

__all__ = ["DatasetSettings", "Place", "Settings", "TrainingSettings", "load", "override"]

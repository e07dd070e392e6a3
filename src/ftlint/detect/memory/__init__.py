"""What a training needs of each device's memory, estimated from its config. The formula: docs/memory.md."""

from ftlint.detect.memory.estimate import Estimate, estimate, measured
from ftlint.detect.memory.setup import Setup, setup

__all__ = ["Estimate", "Setup", "estimate", "measured", "setup"]

"""What moves the weights, and how fast: Adam, momentum, schedules of the learning rate."""

from __future__ import annotations

import math
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Schedule = Literal["constant", "linear", "cosine"]
Vector = NDArray[Any]


class Optimiser(Protocol):
    def step(self, weights: Vector, gradient: Vector, rate: float) -> None:
        """Move the weights in place."""
        ...


class Adam:
    """Adam (arXiv 1412.6980) with its usual constants."""

    def __init__(self, first: float = 0.9, second: float = 0.999) -> None:
        self.first, self.second = first, second
        self.mean: Vector | float = 0.0
        self.square: Vector | float = 0.0
        self.steps = 0

    def step(self, weights: Vector, gradient: Vector, rate: float) -> None:
        self.steps += 1
        self.mean = self.first * self.mean + (1 - self.first) * gradient
        self.square = self.second * self.square + (1 - self.second) * gradient * gradient
        root = np.sqrt(self.square / (1 - self.second**self.steps))
        root += 1e-8
        weights -= (rate / (1 - self.first**self.steps)) * self.mean / root


class Momentum:
    """Stochastic gradient descent with momentum."""

    def __init__(self, kept: float = 0.9) -> None:
        self.kept = kept
        self.moving: Vector | float = 0.0

    def step(self, weights: Vector, gradient: Vector, rate: float) -> None:
        self.moving = self.kept * self.moving + gradient
        weights -= rate * self.moving


def rate_at(step: int, steps: int, peak: float, schedule: Schedule, warmup: int) -> float:
    """The learning rate of one step, counted from 0."""
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    gone = (step - warmup) / max(1, steps - warmup)
    if schedule == "linear":
        return peak * (1 - gone)
    if schedule == "cosine":
        return peak * 0.5 * (1 + math.cos(math.pi * gone))
    return peak

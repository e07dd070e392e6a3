"""A perceptron with softmax on top, small enough to be trained in milliseconds; half precision by
rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Classes = NDArray[np.intp]


class Half(NamedTuple):
    """Half precision: what is kept between operations is rounded to float16, and overflows as that does.

    `gain` is how much larger than here the hidden activations of the model are. The next layer makes up for
    it, so that it decides nothing but what float16 can hold.
    """

    gain: float = 1.0

    def kept(self, values: Floats) -> Floats:
        return values.astype(np.float16).astype(np.float32)


class Perceptron:
    """Layers of ReLU; all weights in one vector, `layers` are views of it."""

    def __init__(self, sizes: Sequence[int], rng: np.random.Generator) -> None:
        self.sizes = tuple(sizes)
        shapes = list(zip(self.sizes, self.sizes[1:], strict=False))
        self.weights = np.zeros(sum(wide * high + high for wide, high in shapes), dtype=np.float32)
        self.layers = self._views(self.weights)
        for index, (matrix, _) in enumerate(self.layers):
            last = index == len(self.layers) - 1
            deviation = (0.3 if last else np.sqrt(2)) / np.sqrt(len(matrix))
            matrix[:] = rng.normal(0, deviation, matrix.shape)

    def _views(self, vector: Floats) -> list[tuple[Floats, Floats]]:
        found, start = [], 0
        for wide, high in zip(self.sizes, self.sizes[1:], strict=False):
            end = start + wide * high
            found.append((vector[start:end].reshape(wide, high), vector[end : end + high]))
            start = end + high
        return found

    def copy(self) -> Perceptron:
        other = object.__new__(Perceptron)
        other.sizes = self.sizes
        other.weights = self.weights.copy()
        other.layers = other._views(other.weights)
        return other

    def log_probabilities(self, inputs: Floats, half: Half | None = None) -> Floats:
        value = inputs
        for matrix, bias in self.layers[:-1]:
            value = np.maximum(value @ matrix + bias, 0)
            if half:
                value = half.kept(value * half.gain) / half.gain
        matrix, bias = self.layers[-1]
        return _log_softmax(value @ matrix + bias)

    def loss(self, inputs: Floats, targets: Classes, half: Half | None = None) -> float:
        """Mean negative log-likelihood in nats."""
        found = self.log_probabilities(inputs, half)
        return float(-found[np.arange(len(targets)), targets].mean())

    def accuracy(self, inputs: Floats, targets: Classes) -> float:
        """The share of rows whose likeliest class is the right one; none is right where the model is
        broken."""
        found = self.log_probabilities(inputs)
        right = (found.argmax(axis=1) == targets) & np.isfinite(found).all(axis=1)
        return float(right.mean())

    def gradient(
        self,
        inputs: Floats,
        targets: Classes,
        counted: Floats | None = None,
        half: Half | None = None,
        scale: float = 1.0,
    ) -> tuple[float, Floats]:
        """The loss and its gradient. `counted` are weights of rows (0: a label that is masked), `scale` is
        what a loss in half precision is multiplied by."""
        values = [inputs]
        for matrix, bias in self.layers[:-1]:
            value = np.maximum(values[-1] @ matrix + bias, 0)
            if half:
                value = half.kept(value * half.gain) / half.gain
            values.append(value)
        matrix, bias = self.layers[-1]
        logs = _log_softmax(values[-1] @ matrix + bias)
        rows = np.arange(len(targets))
        weights = np.ones(len(targets), dtype=np.float32) if counted is None else counted
        share = weights / max(float(weights.sum()), 1.0)
        loss = float(-(logs[rows, targets] * share).sum())
        above = np.exp(logs)
        above[rows, targets] -= 1
        above *= (share * np.float32(scale))[:, None]
        result = np.empty_like(self.weights)
        into = self._views(result)
        for index in range(len(self.layers) - 1, -1, -1):
            if half:
                above = half.kept(above)
            np.matmul(values[index].T, above, out=into[index][0])
            above.sum(axis=0, out=into[index][1])
            if index:
                above = (above @ self.layers[index][0].T) * (values[index] > 0)
        if half:
            result = half.kept(result)
        return loss, result / np.float32(scale)


def _log_softmax(logits: Floats) -> Floats:
    above = logits - logits.max(axis=1, keepdims=True)
    above -= np.log(np.exp(above).sum(axis=1, keepdims=True))
    return above

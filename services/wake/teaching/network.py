"""A network of dense layers that learns: forwards and back, and Adam (Kingma and Ba, "Adam", 2015; decoupled decay:
Loshchilov and Hutter, 2019).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from services.wake.features import Floats
from services.wake.head import Layer, sigmoid

Random = np.random.Generator


class Network:
    """Dense layers with ReLU in between, to one logit."""

    def __init__(self, sizes: tuple[int, ...], random: Random, *, rate: float, decay: float, dropped: float) -> None:
        """`sizes`: of the input, of each hidden layer. `dropped`: share of hidden units left out at random."""
        self._random, self._dropped = random, dropped
        self._values: list[Floats] = []
        for before, after in pairwise((*sizes, 1)):
            spread = np.sqrt(2.0 / before)  # He et al., 2015
            self._values.append(random.normal(0, spread, (before, after)).astype(np.float32))
            self._values.append(np.zeros(after, np.float32))
        self._adam = [_Adam(value, rate, decay if value.ndim > 1 else 0.0) for value in self._values]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """A copy of them as they are now."""
        values = [value.copy() for value in self._values]
        return tuple(zip(values[::2], values[1::2], strict=True))

    def learn(self, value: Floats, wanted: Floats) -> None:
        """One step towards `wanted`, shape (n,), 0 or 1, for inputs of shape (n, size)."""
        inputs, kept = [value], []
        last = len(self._values) // 2 - 1
        for at in range(last):
            value = np.maximum(value @ self._values[2 * at] + self._values[2 * at + 1], 0)
            left = self._random.random(value.shape, np.float32) >= self._dropped
            kept.append((left / (1 - self._dropped)).astype(np.float32))
            value = value * kept[-1]
            inputs.append(value)
        logits = (value @ self._values[2 * last] + self._values[2 * last + 1])[:, 0]
        error = ((sigmoid(logits) - wanted) / len(wanted)).astype(np.float32)[:, None]
        slopes: list[Floats] = []
        for at in range(last, -1, -1):
            slopes = [inputs[at].T @ error, error.sum(axis=0), *slopes]
            if at:
                error = (error @ self._values[2 * at].T) * kept[at - 1] * (inputs[at] > 0)
        for adam, slope in zip(self._adam, slopes, strict=True):
            adam.step(slope)


class _Adam:
    """One array, which is changed in place."""

    def __init__(self, value: Floats, rate: float, decay: float) -> None:
        self._value, self._rate, self._decay = value, rate, decay
        self._first, self._second, self._count = np.zeros_like(value), np.zeros_like(value), 0

    def step(self, slope: Floats) -> None:
        self._count += 1
        self._first += 0.1 * (slope - self._first)
        self._second += 0.001 * (slope**2 - self._second)
        mean = self._first / (1 - 0.9**self._count)
        spread = np.sqrt(self._second / (1 - 0.999**self._count)) + 1e-8
        self._value -= self._rate * (mean / spread + self._decay * self._value)

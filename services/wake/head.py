"""A wake word's classifier of our own: a small network in NumPy over the last embeddings, kept in one file.

The file is an .npz without pickles: `format`, `word`, `about` (JSON), `mean` and `scale` of one embedding, and the
layers `w0`, `b0`, `w1`, ….
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS, FeatureStream, Floats

FORMAT = "equerry wake head 1"
WORD = re.compile(r"[a-z0-9_]{1,60}")
"""What the name of a word is made of."""
MOST_BYTES = 4_000_000
"""A larger file is none of ours."""
MOST_STEPS = 64
_ROWS = 2048
"""Windows that are scored at a time: what is copied stays small."""

Layer = tuple[Floats, Floats]
"""Weights of shape (inputs, outputs) and biases of shape (outputs,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Standardised embeddings, flattened, through dense layers with ReLU in between, to one logit."""

    word: str
    mean: Floats
    """Of each number of an embedding; shape (96,)."""
    scale: Floats
    """What it is divided by; shape (96,)."""
    layers: tuple[Layer, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    """When it was made, of what, and its figures; JSON."""

    @property
    def steps(self) -> int:
        """Embeddings it looks at."""
        return int(self.layers[0][0].shape[0]) // NUMBERS

    def score(self, stream: FeatureStream) -> float:
        """How sure it is that the word just ended, 0…1."""
        return float(self.scores(stream.last(self.steps))[0])

    def scores(self, windows: npt.NDArray[np.floating[Any]]) -> Floats:
        """0…1 for each of `windows`, shape (n, steps, 96) of any float; shape (n,)."""
        return sigmoid(self.logits(windows))

    def logits(self, windows: npt.NDArray[np.floating[Any]]) -> Floats:
        """As `scores`, before the sigmoid."""
        parts = [self._logits(windows[at : at + _ROWS]) for at in range(0, len(windows), _ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def packed(self) -> bytes:
        """What its file holds."""
        arrays: dict[str, Any] = {
            f"{name}{at}": part for at, layer in enumerate(self.layers) for name, part in zip("wb", layer, strict=True)
        }
        about = json.dumps(dict(self.about), ensure_ascii=False)
        file = io.BytesIO()
        np.savez_compressed(
            file, format=FORMAT, word=self.word, about=about, mean=self.mean, scale=self.scale, **arrays
        )
        return file.getvalue()

    def _logits(self, windows: npt.NDArray[np.floating[Any]]) -> Floats:
        value = ((np.asarray(windows, np.float32) - self.mean) / self.scale).reshape(len(windows), -1)
        for weights, bias in self.layers[:-1]:
            value = np.maximum(value @ weights + bias, 0)
        weights, bias = self.layers[-1]
        return np.asarray((value @ weights + bias)[:, 0], np.float32)


def sigmoid(logits: npt.NDArray[np.floating[Any]]) -> Floats:
    """1 / (1 + exp(-x)), for large x too."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)


def load_head(path: Path) -> Head:
    """Read what `packed` gave. Raises WakeModelUnusable where it is missing, damaged or of another kind."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise WakeModelUnusable(path=path, reason="the file is too large for a word that was learnt")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise WakeModelUnusable(path=path, reason="the file is missing") from error
    except OSError as error:
        raise WakeModelUnusable(path=path, reason=error.strerror or "it can't be read") from error
    try:
        return _read(content)
    except Exception as error:  # what zipfile, zlib and NumPy raise on a damaged file has no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged or no word that was learnt") from error


def _read(content: bytes) -> Head:
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        if str(kept["format"]) != FORMAT:
            raise ValueError("of another kind")
        count = sum(re.fullmatch(r"w\d", name) is not None for name in kept.files)
        layers = tuple((_floats(kept[f"w{at}"]), _floats(kept[f"b{at}"])) for at in range(count))
        head = Head(
            str(kept["word"]), _floats(kept["mean"]), _floats(kept["scale"]), layers, json.loads(str(kept["about"]))
        )
    if not WORD.fullmatch(head.word) or not isinstance(head.about, dict) or not _fits(head):
        raise ValueError("its parts do not belong together")
    return head


def _floats(array: npt.NDArray[Any]) -> Floats:
    if array.dtype.kind != "f" or not np.isfinite(array).all():
        raise ValueError("no finite numbers")
    return array.astype(np.float32)


def _fits(head: Head) -> bool:
    if head.mean.shape != (NUMBERS,) or head.scale.shape != (NUMBERS,) or not head.layers or (head.scale <= 0).any():
        return False
    if any(w.ndim != 2 or b.shape != w.shape[1:] for w, b in head.layers):
        return False
    sizes = [head.layers[0][0].shape[0], *(w.shape[1] for w, _ in head.layers)]
    chained = all(w.shape[0] == before for (w, _), before in zip(head.layers, sizes, strict=False))
    return chained and sizes[-1] == 1 and sizes[0] % NUMBERS == 0 and 0 < sizes[0] // NUMBERS <= MOST_STEPS

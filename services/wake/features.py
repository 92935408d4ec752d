"""What every wake word model looks at: mel spectra, and Google's speech embedding of them.

The two ONNX files of openWakeWord 0.5.1 are run as its own streaming code does (github.com/dscripka/openWakeWord,
`AudioFeatures`): each 80 ms step gives 8 mel spectra of 32 bands (25 ms windows, 10 ms hop, hence 480 samples of
context before the step), scaled x/10 + 2; each step gives one embedding of 96 numbers from the last 76 spectra.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from firmware.frame import FRAME_SAMPLES, Samples

CONTEXT = 480
"""Samples before a step that its first spectra need."""

SPECTRA = 76
"""Mel spectra under one embedding."""

STEP_SPECTRA = 8
BANDS = 32
NUMBERS = 96
"""Size of one embedding."""

_ROWS = 64
"""Windows that are worked out at a time."""

Floats = npt.NDArray[np.float32]


class OnnxSession(Protocol):
    """As much of onnxruntime.InferenceSession as is used here."""

    def run(self, outputs: Any, feed: dict[str, Any]) -> list[Any]:
        """Run the model."""

    def get_inputs(self) -> list[Any]:
        """Names and shapes of what it takes."""

    def get_outputs(self) -> list[Any]:
        """Names and shapes of what it gives."""


@dataclass(frozen=True, slots=True)
class FeatureModels:
    """The two models all words share."""

    mel: OnnxSession
    embedding: OnnxSession

    def spectra(self, samples: Samples) -> Floats:
        """Mel spectra of `samples`, shape (n, 32): 8 for a step with its context."""
        name = self.mel.get_inputs()[0].name
        out = self.mel.run(None, {name: samples.astype(np.float32)[None]})[0]
        return np.asarray(out, dtype=np.float32).reshape(-1, BANDS) / np.float32(10.0) + np.float32(2.0)

    def embeddings(self, windows: Floats) -> Floats:
        """Embeddings, shape (n, 96), of spectra of shape (n, 76, 32)."""
        name = self.embedding.get_inputs()[0].name
        out = self.embedding.run(None, {name: windows[..., None]})[0]
        return np.asarray(out, dtype=np.float32).reshape(-1, NUMBERS)

    def of(self, samples: Samples, last: int | None = None) -> Floats:
        """Embeddings of a whole sound, shape (n, 96), one for each 1280 of its `samples`; only the `last` so many.

        They are those of FeatureStream: spectra are worked out a step at a time, since the first model measures by the
        loudest sound of what it is given.
        """
        sound = np.concatenate((np.zeros(CONTEXT, np.int16), samples))
        starts = range(0, len(samples) // FRAME_SAMPLES * FRAME_SAMPLES, FRAME_SAMPLES)
        before = np.ones((SPECTRA - STEP_SPECTRA, BANDS), np.float32)
        spectra = np.concatenate([before, *(self.spectra(sound[at : at + CONTEXT + FRAME_SAMPLES]) for at in starts)])
        wanted = range(max(0, len(starts) - last) if last else 0, len(starts))
        windows = [spectra[at * STEP_SPECTRA : at * STEP_SPECTRA + SPECTRA] for at in wanted]
        parts = [self.embeddings(np.stack(windows[at : at + _ROWS])) for at in range(0, len(windows), _ROWS)]
        return np.concatenate(parts) if parts else np.zeros((0, NUMBERS), np.float32)


class FeatureStream:
    """The embeddings of a stream of steps, the newest last."""

    def __init__(self, models: FeatureModels, steps: int) -> None:
        """`steps`: how many embeddings to keep, the most that any word model looks at."""
        self._models = models
        self._steps = steps
        self._before = hiss(models, steps)
        self.reset()

    def reset(self) -> None:
        """As after a long quiet time, so that a wake word at the very start is judged as any other."""
        self._context: Samples = np.zeros(CONTEXT, dtype=np.int16)
        self._spectra, self._embeddings = (part.copy() for part in self._before)

    def push(self, samples: Samples) -> None:
        """Take the next 1280 samples."""
        heard = np.concatenate((self._context, samples))
        self._context = heard[-CONTEXT:]
        self._spectra = np.concatenate((self._spectra[STEP_SPECTRA:], self._models.spectra(heard)))
        self._embeddings = np.concatenate((self._embeddings[1:], self._models.embeddings(self._spectra[None])))

    def last(self, steps: int) -> Floats:
        """The newest embeddings, shape (1, steps, 96)."""
        return self._embeddings[None, -steps:]


def hiss(models: FeatureModels, steps: int) -> tuple[Floats, Floats]:
    """What a stream begins with: spectra, shape (76, 32), and embeddings, shape (steps, 96), of one steady hiss.

    With spectra of anything else, as openWakeWord begins, the step from them to the room's own sound was half a word:
    "alexa" scored up to 0.39 and "hey jarvis" 0.22 in the silence after a reset.
    """
    count = CONTEXT + FRAME_SAMPLES * (steps + math.ceil(SPECTRA / STEP_SPECTRA))
    noise = np.random.default_rng(0).integers(-1000, 1000, size=count, dtype=np.int16)
    spectra = models.spectra(noise)
    first = len(spectra) - SPECTRA - (steps - 1) * STEP_SPECTRA
    windows = np.stack([spectra[first + STEP_SPECTRA * at :][:SPECTRA] for at in range(steps)])
    return spectra[-SPECTRA:], models.embeddings(windows)

"""Wake word features of whole sounds, some four times as fast as in a stream.

The embedding model is convolutional in time, but made to take windows of 76 spectra, which overlap by nine tenths. Here
the shape in its first step is changed, so that it takes any multiple of 76 spectra at once: the same numbers, once.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from webrtc_noise_gain import AudioProcessor

from firmware.frame import FRAME_SAMPLES, Samples
from services.wake.features import BANDS, CONTEXT, NUMBERS, SPECTRA, STEP_SPECTRA, FeatureModels, hiss
from services.wake.models import EMBEDDING, MEL, find, load
from services.wake.second_look import CHUNK_SAMPLES, SUPPRESSION

Floats = npt.NDArray[np.float32]

STEPS = 16
"""Embeddings that every shipped word looks at."""
_WINDOWS = struct.pack("<4q", -1, 1, SPECTRA, BANDS)
_WHOLE = struct.pack("<4q", 1, 1, -1, BANDS)
_PIECE = 15 * SPECTRA
"""Spectra that are worked out at once: more is slower again, since they leave the processor's cache."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Of one sound, embeddings of each frame of 80 ms, shape (frames, 96): as it is, and with its noise suppressed."""

    raw: Floats
    quiet: Floats


class Embedder:
    """Embeds sounds, and scores them by the shipped words."""

    def __init__(self, folder: Path, words: Sequence[str] = ()) -> None:
        """`folder`: as of OpenWakeWord. Raises ValueError where its embedding model is another one."""
        self._mel = load(folder / MEL, (None, None), (None, None, None, BANDS))
        given = (folder / EMBEDDING).read_bytes()
        if given.count(_WINDOWS) != 1:
            raise ValueError(f"{folder / EMBEDDING} is not the embedding model of openWakeWord 0.5.1")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._whole = onnxruntime.InferenceSession(given.replace(_WINDOWS, _WHOLE), options)
        single = load(folder / EMBEDDING, (None, SPECTRA, BANDS, 1), (None, 1, 1, NUMBERS))
        self._models = FeatureModels(self._mel, single)
        self._spectra, self._before = hiss(self._models, STEPS)
        self._words: dict[str, Any] = {word: load(find(folder, word), (1, STEPS, 96), (1, 1)) for word in words}

    def embed(self, sound: Samples) -> Embedded:
        """As a stream that begins with this sound gives them."""
        whole = sound[: sound.size // FRAME_SAMPLES * FRAME_SAMPLES]
        return Embedded(self._embeddings(whole), self._embeddings(suppressed(whole)))

    def windows(self, embeddings: Floats) -> Floats:
        """What a word looks at in each frame, shape (frames, 16, 96); a view."""
        padded = np.concatenate((self._before[1:], embeddings))
        return np.lib.stride_tricks.sliding_window_view(padded, STEPS, axis=0).transpose(0, 2, 1)

    def scores(self, word: str, embeddings: Floats) -> Floats:
        """Of one shipped word in each frame, shape (frames,)."""
        session = self._words[word]
        name = session.get_inputs()[0].name
        found = [session.run(None, {name: window[None]})[0] for window in self.windows(embeddings)]
        return np.asarray(found, np.float32).reshape(-1)

    def score(self, word: str, window: Floats) -> float:
        """Of one shipped word in one frame, shape (16, 96)."""
        session = self._words[word]
        return float(np.ravel(session.run(None, {session.get_inputs()[0].name: window[None]})[0])[0])

    def first(self, sound: Samples) -> Floats:
        """As `embed`, only of the sound as it is."""
        return self._embeddings(sound[: sound.size // FRAME_SAMPLES * FRAME_SAMPLES])

    def ending(self, sound: Samples, frame: int) -> Floats:
        """What a word looks at in one frame, shape (16, 96)."""
        start = max(0, frame - STEPS + 1)
        found = self._embeddings(sound, start, frame + 1)
        return np.concatenate((self._before, found))[-STEPS:]

    def _embeddings(self, sound: Samples, start: int = 0, stop: int | None = None) -> Floats:
        """Of these frames."""
        stop = sound.size // FRAME_SAMPLES if stop is None else stop
        whole = np.concatenate((np.zeros(CONTEXT, np.int16), sound))
        # A step at a time, as in a stream: the model measures by the loudest of what it is given.
        steps = range(max(0, start - SPECTRA // STEP_SPECTRA), stop)
        pieces = [whole[at * FRAME_SAMPLES :][: CONTEXT + FRAME_SAMPLES] for at in steps]
        spectra = np.concatenate((self._spectra, *map(self._models.spectra, pieces)))
        spectra = spectra[(start - steps.start + 1) * STEP_SPECTRA :]
        count = stop - start
        found: list[Floats] = []
        for at in range(0, count * STEP_SPECTRA, _PIECE - SPECTRA + STEP_SPECTRA):
            piece = spectra[at : at + _PIECE]
            piece = np.concatenate((piece, np.zeros((-len(piece) % SPECTRA, BANDS), np.float32)))
            out = self._whole.run(None, {"input_1": piece.reshape(-1, SPECTRA, BANDS, 1)})[0]
            found.append(out.reshape(NUMBERS, -1).T)
        return np.concatenate(found)[:count].astype(np.float32) if found else np.zeros((0, NUMBERS), np.float32)


def suppressed(sound: Samples) -> Samples:
    """With its noise suppressed as the second look does."""
    suppressor = AudioProcessor(0, SUPPRESSION)
    chunks = sound.reshape(-1, CHUNK_SAMPLES)
    return np.frombuffer(b"".join(suppressor.Process10ms(each.tobytes()).audio for each in chunks), np.int16)

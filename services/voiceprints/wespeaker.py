"""WeSpeaker's ResNet34 (https://github.com/wenet-e2e/wespeaker), learnt from VoxCeleb, in its ONNX form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from firmware.frame import RATE, Samples
from services.voiceprints.base import Embedding, EncoderUnusable
from services.voiceprints.fbank import WINDOW, fbank
from services.voiceprints.spoken import loudest

FILE = "wespeaker_en_voxceleb_resnet34.onnx"
LONGEST_S = 3.0
"""What is longer is not listened to as a whole: it would take longer and tell little more."""
_SHORTEST = RATE // 4
"""The network halves time three times: shorter sound is repeated."""


class WespeakerEncoder:
    """A voice as 256 numbers (services.voiceprints.base.SpeakerEncoder). Thread-safe, as the session is."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Load the model in `folder`. Raises EncoderUnusable."""
        self._session = _load(folder / FILE, threads)

    def embed(self, samples: Samples) -> Embedding:
        """Shape (256,), float32, of length 1. `samples` has at least one sample."""
        sound = loudest(samples, LONGEST_S)
        if sound.size < max(WINDOW, _SHORTEST):
            sound = np.resize(sound, _SHORTEST)
        features = fbank(sound)
        found = self._session.run(None, {"feats": (features - features.mean(axis=0))[None]})[0][0]
        unit: Embedding = (found / max(float(np.linalg.norm(found)), 1e-9)).astype(np.float32)
        return unit


def _load(path: Path, threads: int) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise EncoderUnusable(path=path, reason="the file is missing")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it runs once a turn: between turns an arena would only hold memory
    options.log_severity_level = 4  # the error below says it
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common root
        raise EncoderUnusable(path=path, reason="the file is damaged or not an ONNX model") from error
    if [port.name for port in session.get_inputs()] != ["feats"]:
        raise EncoderUnusable(path=path, reason="the model is of another kind")
    return session

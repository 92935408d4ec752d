"""Piper, a VITS network that speaks (package piper-tts, GPL-3.0; its phonemes come from the espeak-ng inside it)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort
from piper import PiperConfig, PiperVoice, SynthesisConfig

from firmware.frame import Samples
from services.speech.base import VoiceUnusable

ORT_ERRORS = (
    ort.Fail,
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NotImplemented,
    ort.NoSuchFile,
    ort.RuntimeException,
)
_INPUTS = {"input", "input_lengths", "scales"}

VOLUME = 0.8
"""Piper stretches every sentence to full scale; 2 dB less leaves room for the loudspeaker's resampler."""
KEPT_SECONDS = 0.05
"""Silence left before the first and after the last sound: an early answer, and no clipped consonant."""
SILENCE_DB = 46.0
"""What lies this far under the loudest sample counts as silence; an f at the end of a word is 35 to 40 dB under it."""


class Piper:
    """One Piper voice (services.speech.base.Voice). Thread-safe."""

    def __init__(self, folder: Path, *, speed: float = 1.0, threads: int = 2) -> None:
        """`folder` holds one <voice>.onnx and its <voice>.onnx.json. `speed`: 1.25 is a quarter faster than recorded.

        Raises VoiceUnusable when a file is missing, damaged or of another kind.
        """
        network = _find(folder)
        self._voice = load_piper(folder, threads)
        config = self._voice.config
        self._how = SynthesisConfig(length_scale=config.length_scale / speed, volume=VOLUME)
        self.rate = config.sample_rate
        self.name = f"{network.stem}-{network.stat().st_size}@{speed:g}"
        try:
            # The first run is the slowest (memory is laid out), and it shows whether network and configuration belong
            # together.
            self.synthesize("Ready.")
        except (*ORT_ERRORS, KeyError, ValueError, RuntimeError) as error:
            raise VoiceUnusable(path=network, reason=f"it can't speak: {_first_line(error)}") from error

    def synthesize(self, sentence: str) -> Samples:
        """Mono int16 of one sentence, with KEPT_SECONDS of silence at both ends; empty when there is nothing to say."""
        # [[ would begin phonemes; espeak-ng takes no control characters.
        plain = "".join(char if char.isprintable() else " " for char in sentence.replace("[[", " "))
        pieces = [piece.audio_int16_array for piece in self._voice.synthesize(plain, self._how)]
        return trim(np.concatenate(pieces), self.rate) if pieces else np.zeros(0, np.int16)


def trim(samples: Samples, rate: int) -> Samples:
    """Without the silence at both ends but KEPT_SECONDS of it."""
    size = np.abs(samples.astype(np.int32))
    loud = np.flatnonzero(size > size.max(initial=0) * 10 ** (-SILENCE_DB / 20))
    if not loud.size:
        return samples[:0]
    kept = round(KEPT_SECONDS * rate)
    return samples[max(0, int(loud[0]) - kept) : int(loud[-1]) + 1 + kept]


def load_piper(folder: Path, threads: int) -> PiperVoice:
    """The voice in a folder. Raises VoiceUnusable when a file is missing, damaged or of another kind."""
    network = _find(folder)
    config = _config(network.with_name(network.name + ".json"))
    return PiperVoice(session=_session(network, threads), config=config)


def _find(folder: Path) -> Path:
    networks = sorted(folder.glob("*.onnx"))
    if len(networks) != 1:
        raise VoiceUnusable(path=folder, reason=f"{len(networks) or 'no'} .onnx files where one belongs")
    return networks[0]


def _config(path: Path) -> PiperConfig:
    try:
        return PiperConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise VoiceUnusable(path=path, reason="it is missing") from error
    except OSError as error:
        raise VoiceUnusable(path=path, reason=error.strerror or "it can't be read") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VoiceUnusable(path=path, reason="it is not the configuration of a Piper voice") from error


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin between operators take the cores from the recogniser: without, a sentence took half the time on
    # busy cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        raise VoiceUnusable(path=path, reason="it is damaged or not an ONNX network") from error
    if not {entry.name for entry in session.get_inputs()} >= _INPUTS:
        raise VoiceUnusable(path=path, reason="it is not a Piper voice")
    return session


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

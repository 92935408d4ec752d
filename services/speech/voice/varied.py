"""A Piper voice that speaks as many people would: faster and slower, higher and lower, livelier and flatter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from piper import SynthesisConfig

from firmware.frame import RATE
from services.speech.base import VoiceUnusable
from services.speech.voice.piper import ORT_ERRORS, load_piper


class VariedPiper:
    """For what is learnt from synthetic speech; replies are spoken by services.speech.voice.piper.Piper."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """`folder`: as of Piper. Raises VoiceUnusable when a file is missing, damaged or of another kind."""
        self._voice = load_piper(folder, threads)
        self._folder = folder

    def speak(self, text: str, *, speed: float, pitch: float, lively: float) -> npt.NDArray[np.float32]:
        """16 kHz sound of `text`. `pitch` raises the whole voice by this factor, as if somebody smaller spoke;
        `lively`, 0 to 1: how freely it varies. No two calls sound the same. Raises VoiceUnusable.
        """
        how = SynthesisConfig(length_scale=pitch / speed, noise_scale=lively, noise_w_scale=lively)
        try:
            pieces = [piece.audio_float_array for piece in self._voice.synthesize(text, how)]
        except ORT_ERRORS as error:
            raise VoiceUnusable(path=self._folder, reason="it can't speak") from error
        sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return np.asarray(soxr.resample(sound, self._voice.config.sample_rate * pitch, RATE), np.float32)

    def phonemes(self, text: str) -> list[str]:
        """Its sounds in the alphabet of the IPA, with marks of stress and length; a list of single characters."""
        return [sound for sentence in self._voice.phonemize(text) for sound in sentence]

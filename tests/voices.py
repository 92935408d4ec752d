"""Spoken sentences for tests: several synthetic voices, joined into turns as a microphone would hear them.

Synthetic speech flatters a recogniser, so nothing is tuned on it; it proves that a path works. What was spoken once
lies in a cache, keyed by all that made it, so a test run speaks each sentence once per machine. The same arguments give
the same samples.

    samples = turn("create a task to call the bank", voice="espeak:en-gb", gap=0.0, snr_db=15)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from piper import PiperVoice, SynthesisConfig

from firmware.frame import RATE, Samples, level_dbfs

VOICES = (
    "piper",
    "espeak:en-us",
    "espeak:en-us+m2",
    "espeak:en-us+f2",
    "espeak:en-us+f5",
    "espeak:en-gb",
    "espeak:en-gb-x-rp+f3",
    "espeak:en-gb-scotland",
    "flite:slt",
    "flite:rms",
    "flite:awb",
    "flite:kal16",
)
"""Voices that can be named. A part after espeak: is a language with an optional variant; after flite: a built-in voice.
"""

WAKING = (
    "piper",
    "espeak:en-us+m2",
    "espeak:en-us+f2",
    "espeak:en-us+f5",
    "espeak:en-gb-x-rp+f3",
    "flite:rms",
    "flite:kal16",
)
"""Voices in which the model hey_jarvis hears "hey jarvis" with a score above 0.8 at speeds from 0.8 to 1.0, gaps from 0
to 2 s, in a quiet room and at 15 dB. In the others it misses some of these; that is the model's taste, not a fault of
the path.
"""

SPEECH_DBFS = -26.0
"""Level of the words in a turn: somebody two metres from a desk microphone."""
ROOM_DBFS = -66.0
"""Level of the room between the words when no noise is asked for. Never digital silence, which means a broken
microphone.
"""
_EDITION = "1"
"""Part of every cache key; raised when the same arguments are to give other samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One turn with the truth about it, in seconds from its start."""

    samples: Samples
    wake_end: float
    command_start: float
    command_end: float


def installed(voice: str) -> bool:
    """Whether this voice can speak here (espeak-ng and flite are Debian packages)."""
    program = {"espeak": "espeak-ng", "flite": "flite"}.get(voice.partition(":")[0])
    return program is None or shutil.which(program) is not None


def speak(text: str, voice: str = "piper", speed: float = 1.0) -> Samples:
    """16 kHz mono int16 of `text`, without silence before and after, at SPEECH_DBFS."""
    key = hashlib.sha256(repr((_EDITION, text, voice, speed)).encode()).hexdigest()[:32]
    kept = _cache_folder() / f"{key}.npy"
    if not kept.exists():
        sound = _level(_trim(_synthesize(text, voice, speed)))
        with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as part:
            np.save(part, sound)
        Path(part.name).replace(kept)
    spoken: Samples = np.load(kept)
    assert spoken.dtype == np.int16
    return spoken


def turn(
    command: str,
    *,
    wake: str = "hey jarvis",
    gap: float | None = 0.3,
    voice: str = "piper",
    speed: float = 1.0,
    snr_db: float | None = None,
    seed: int = 0,
    lead: float = 1.0,
    tail: float = 2.0,
) -> Samples:
    """What the microphone hears of one turn; see `take`."""
    return take(
        command, wake=wake, gap=gap, voice=voice, speed=speed, snr_db=snr_db, seed=seed, lead=lead, tail=tail
    ).samples


def take(
    command: str,
    *,
    wake: str = "hey jarvis",
    gap: float | None = 0.3,
    voice: str = "piper",
    speed: float = 1.0,
    snr_db: float | None = None,
    seed: int = 0,
    lead: float = 1.0,
    tail: float = 2.0,
) -> Take:
    """`lead` seconds of room, the wake phrase, `gap` seconds, the command, `tail` seconds of room.

    `gap` None: both in one breath, as one sentence (then `wake_end` and `command_start` are guessed by the share of
    letters). `wake` "": only the command. `snr_db`: pink noise that far below the words; None: a quiet room.
    """
    if wake and gap is None:
        words = speak(f"{wake}, {command}", voice, speed)
        wake_end = len(words) * len(wake) / len(wake + command) / RATE
        command_start = wake_end
    elif wake:
        before = speak(wake, voice, speed)
        hush = np.zeros(round((gap or 0.0) * RATE), np.int16)
        words = np.concatenate([before, hush, speak(command, voice, speed)])
        wake_end = len(before) / RATE
        command_start = wake_end + len(hush) / RATE
    else:
        words, wake_end, command_start = speak(command, voice, speed), 0.0, 0.0
    clean = np.concatenate([np.zeros(round(lead * RATE), np.int16), words, np.zeros(round(tail * RATE), np.int16)])
    noise_dbfs = ROOM_DBFS if snr_db is None else SPEECH_DBFS - snr_db
    heard = clean + pink_noise(len(clean), noise_dbfs, seed)
    samples = np.clip(np.rint(heard), -32768, 32767).astype(np.int16)
    return Take(samples, lead + wake_end, lead + command_start, lead + len(words) / RATE)


def pink_noise(count: int, dbfs: float, seed: int = 0) -> npt.NDArray[np.float64]:
    """`count` samples, in int16 units but float64, of noise that falls by 3 dB an octave as rooms do."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(max(count, 2)))
    frequency = np.fft.rfftfreq(max(count, 2), 1 / RATE)
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 50.0)), max(count, 2))[:count]
    full_scale = 32768.0 / max(float(np.sqrt(np.mean(shaped**2))), 1e-12)
    return np.asarray(shaped * full_scale * 10 ** (dbfs / 20), np.float64)


def _cache_folder() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "equerry" / "test-voices"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _synthesize(text: str, voice: str, speed: float) -> Samples:
    engine, _, name = voice.partition(":")
    if engine == "piper":
        return _piper(text, speed)
    if not installed(voice):
        raise FileNotFoundError(f"the voice {voice} is not installed: sudo apt-get install espeak-ng flite")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "spoken.wav")
        if engine == "espeak":
            command = ["espeak-ng", "-v", name, "-s", str(round(165 * speed)), "-w", out, "--", text]
        elif engine == "flite":
            command = ["flite", "-voice", name, "--setf", f"duration_stretch={1 / speed}", "-t", text, "-o", out]
        else:
            raise ValueError(f"no voice {voice}; one of {', '.join(VOICES)}")
        subprocess.run(command, check=True, capture_output=True)
        with wave.open(out) as sound:
            rate = sound.getframerate()
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    return _resample(samples, rate)


def _piper(text: str, speed: float) -> Samples:
    voice = _piper_voice()
    # No noise: the engine's random numbers would make each machine's cache sound different.
    how = SynthesisConfig(length_scale=1.0 / speed, noise_scale=0.0, noise_w_scale=0.0)
    pieces = [piece.audio_int16_array for piece in voice.synthesize(text, how)]
    return _resample(np.concatenate(pieces), voice.config.sample_rate)


@lru_cache(maxsize=1)
def _piper_voice() -> PiperVoice:
    models = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
    (network,) = (models / "piper-en-us-joe").glob("*.onnx")
    return PiperVoice.load(network)


def _resample(samples: Samples, rate: int) -> Samples:
    return samples if rate == RATE else np.asarray(soxr.resample(samples, rate, RATE), np.int16)


def _trim(samples: Samples, below_peak_db: float = 40.0) -> Samples:
    """Without what lies 40 dB under the loudest sample at both ends, so that gaps are as long as asked for."""
    loud = np.flatnonzero(
        np.abs(samples.astype(np.int32)) > np.abs(samples.astype(np.int32)).max() * 10 ** (-below_peak_db / 20)
    )
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples


def _level(samples: Samples) -> Samples:
    gain = 10 ** ((SPEECH_DBFS - level_dbfs(samples)) / 20)
    louder: Samples = np.clip(np.rint(samples * gain), -32768, 32767).astype(np.int16)
    return louder

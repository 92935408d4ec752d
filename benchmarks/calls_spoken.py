"""Scripted calls as sound: two synthetic voices on two channels, the other side through a telephone line."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from device.calls.known import empty_store, fill
from device.calls.script import CallScript
from device.calls.sound import segments_of_file
from device.configuration.load import load
from device.configuration.settings import Settings
from device.wiring.basis import model_folder
from device.wiring.calls.rules import call_hints
from device.wiring.ear import final_engine, load_vad
from firmware.frame import RATE
from services.calls.base import CallSegment, Side
from services.speech.base import FinalRecognizer
from tests.voices import speak

_VOICES: Mapping[Side, str] = {"owner": "piper", "other": "flite:slt"}
_LINE_RATE = 8_000
_MU = 255.0
"""G.711 mu-law (ITU-T G.711)."""
_NOISE = 3e-4
_LEAD_S = 0.5


def heard(script: CallScript) -> tuple[list[CallSegment], dict[float, int]]:
    """What is heard of a script that is spoken, by the ends of the segments; and which turn each end belongs to."""
    places, sides = spoken(script)
    settings, finals = _engine()
    names: dict[Side, str] = {"owner": script.owner, "other": script.other}
    with tempfile.TemporaryDirectory() as folder, empty_store(Path(folder)) as store:
        fill(store, script, datetime.now(UTC))
        hints = call_hints(settings, store, script.competitors)
        path = Path(folder) / "call.wav"
        soundfile.write(path, sides, RATE)
        segments = list(segments_of_file(path, names, lambda: load_vad(settings), finals, hints))
    return segments, {each.end_s: _turn_of(each, script, places) for each in segments}


@cache
def _engine() -> tuple[Settings, FinalRecognizer]:
    settings = load()
    return settings, final_engine(settings.finals.engine).load(model_folder(settings, settings.finals.model), 1)


def spoken(script: CallScript) -> tuple[list[tuple[float, float]], npt.NDArray[np.float32]]:
    """When each turn is spoken, seconds, and the sound: shape (n, 2)."""
    places: list[tuple[float, float]] = []
    sounds: list[npt.NDArray[np.float32]] = []
    end_s = _LEAD_S
    for turn in script.turns:
        sound = speak(turn.say, _VOICES[turn.side]).astype(np.float32) / 32768.0
        start_s = max(0.0, end_s + turn.pause)
        end_s = start_s + sound.size / RATE
        places.append((start_s, end_s))
        sounds.append(sound)
    sides = np.zeros((round((max(end for _, end in places) + 1.0) * RATE), 2), dtype=np.float32)
    for turn, (start_s, _), sound in zip(script.turns, places, sounds, strict=True):
        at = round(start_s * RATE)
        sides[at : at + sound.size, 0 if turn.side == "owner" else 1] += sound
    sides[:, 1] = _through_line(sides[:, 1])
    noise = np.random.default_rng(7).normal(0.0, _NOISE, sides.shape).astype(np.float32)
    return places, np.clip(sides + noise, -1.0, 1.0)


def _through_line(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Up to 4 kHz, in 8 bits of mu-law."""
    narrow = np.clip(soxr.resample(sound, RATE, _LINE_RATE), -1.0, 1.0)
    coded = np.round(np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / np.log1p(_MU) * 127.0) / 127.0
    decoded = np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(_MU)) / _MU
    wide = soxr.resample(decoded.astype(np.float32), _LINE_RATE, RATE)
    out = np.zeros_like(sound)
    out[: min(out.size, wide.size)] = wide[: out.size]
    return out


def _turn_of(segment: CallSegment, script: CallScript, places: list[tuple[float, float]]) -> int:
    """The turn of that side which it overlaps most."""
    mine = [index for index, turn in enumerate(script.turns) if turn.side == segment.side]
    return max(mine, key=lambda index: min(segment.end_s, places[index][1]) - max(segment.start_s, places[index][0]))

"""An afternoon said by synthetic voices and heard by the ear: wake word, endpoint, Whisper."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import soundfile

from device.configuration.settings import Settings
from device.process.files import finals
from device.wiring.ear import Engines, load_engines
from firmware.frame import RATE
from tests.afternoons.play import Hears, Manner
from tests.voices import WAKING, installed, turn

LEAD = 0.7
"""Seconds after which one goes on, where the ear is open."""


def engines(settings: Settings) -> Engines:
    """The ear's engines, for many afternoons."""
    return load_engines(settings, wake=True, inline=True)


def ear(settings: Settings, loaded: Engines, afternoon: Path, folder: Path) -> Hears:
    """Hears each turn in the one voice of this afternoon, with the wake word before it unless the ear is open.
    `folder` takes the sounds.
    """
    voices = [voice for voice in WAKING if installed(voice)]
    voice = voices[zlib.crc32(afternoon.stem.encode()) % len(voices)]

    def hears(text: str, number: int, manner: Manner) -> tuple[str, float]:
        path, wake = folder / f"{number}.wav", manner == "wake"
        said = turn(text, voice=voice, seed=number, **({} if wake else {"wake": "", "lead": LEAD}))
        soundfile.write(path, said, RATE)
        heard = [*finals(path, settings, loaded, _silent, realtime=False, wake=wake)][-1:]
        path.unlink()
        return (heard[0].text, heard[0].confidence) if heard else ("", 1.0)

    return hears


def _silent(_: str, **__: Any) -> None:
    """What is heard on the way is not printed."""

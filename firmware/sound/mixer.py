"""The capture volume of a sound card through ALSA's `amixer` (Debian package alsa-utils). It belongs to the card: other
programs hear it too, and alsa-utils keeps it over a restart (`alsactl store`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from firmware.errors import BodyError

_PREFERRED = ("mic", "capture", "adc")
"""What a control is called that turns the microphone; the first found counts."""
_PATIENCE_S = 10.0


class MixerMissing(BodyError):
    """The gain of {name} can't be read or set: {reason}."""

    code = "mixer.missing"


@dataclass(frozen=True, slots=True)
class CaptureVolume:
    """What a card's capture volume is."""

    control: str
    percent: int
    """Of its range, 0 to 100."""
    decibels: float | None
    """Where the card says so."""

    def turned(self, by: float) -> CaptureVolume:
        """The volume `by` dB higher, within its range. A card without decibels is taken for cubic, as sound servers do
        (pulseaudio's volume.h: pa_sw_volume_from_linear); measure again then.
        """
        share = max(1, self.percent) / 100 * 10 ** (by / 60)
        exact = None if self.decibels is None else round(self.decibels + by, 2)
        return CaptureVolume(self.control, max(1, min(100, round(100 * share))), exact)

    def __str__(self) -> str:
        return f"{self.control} {self.percent} %" + ("" if self.decibels is None else f" ({self.decibels:+.1f} dB)")


class Mixer:
    """Of the card that a microphone's name tells: “…(hw:1,0)” is card 1, all else the default one."""

    def __init__(self, name: str) -> None:
        """`name`: PortAudio's."""
        self._name = name
        card = re.search(r"\(hw:(\d+),\d+\)", name)
        self._card = ["-c", card[1]] if card else ["-D", "default"]

    def volume(self) -> CaptureVolume:
        """What it is now. Raises MixerMissing."""
        found = volumes(self._ask("scontents"))
        if not found:
            raise MixerMissing(name=self._name, reason="its card has no capture volume; where it has a knob, turn that")
        return min(found, key=lambda one: _rank(one.control))

    def set(self, volume: CaptureVolume) -> CaptureVolume:
        """Turn it; what it is then: cards have steps. Raises MixerMissing."""
        wanted = f"{volume.percent}%" if volume.decibels is None else f"{volume.decibels:.2f}dB"
        self._ask("-q", "sset", volume.control, "capture", wanted)
        return self.volume()

    def _ask(self, *words: str) -> str:
        if shutil.which("amixer") is None:
            raise MixerMissing(name=self._name, reason="there is no amixer here; install alsa-utils")
        try:
            done = subprocess.run(
                ["amixer", *self._card, *words],
                capture_output=True,
                text=True,
                timeout=_PATIENCE_S,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired as problem:
            raise MixerMissing(name=self._name, reason="amixer does not end") from problem
        if done.returncode != 0:
            raise MixerMissing(
                name=self._name,
                reason=(done.stderr.strip().splitlines() or ["amixer failed"])[0].removeprefix("amixer: "),
            )
        return done.stdout


def volumes(told: str) -> list[CaptureVolume]:
    """Every capture volume in what `amixer scontents` prints; of several channels the softest."""
    heads = list(re.finditer(r"^Simple mixer control '(.*)',(\d+)$", told, re.MULTILINE))
    ends = [*(head.start() for head in heads[1:]), len(told)]
    found = []
    for head, end in zip(heads, ends, strict=False):
        part = told[head.end() : end]
        capabilities = re.search(r"Capabilities:(.*)", part)
        if capabilities is None or not {"cvolume", "cvolume-joined"} & set(capabilities[1].split()):
            continue
        levels = re.findall(r"Capture \d+ \[(\d+)%\](?: \[(-?\d+\.\d+)dB\])?", part)
        if levels:
            percent, decibels = min(levels, key=lambda level: int(level[0]))
            name = head[1] if head[2] == "0" else f"{head[1]},{head[2]}"
            found.append(CaptureVolume(name, int(percent), float(decibels) if decibels else None))
    return found


def _rank(control: str) -> int:
    low = control.casefold()
    return next((index for index, word in enumerate(_PREFERRED) if low.startswith(word)), len(_PREFERRED))

"""What hears and speaks."""

from __future__ import annotations

from dataclasses import dataclass

from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.hearing.ear import Ear, Emit, Hints
from device.hearing.listener import Listener
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.wiring.ear import Engines, build_ear
from firmware.base import Microphone, Speaker
from services.speech.base import Voice
from services.wake.base import WakeDetector


@dataclass(frozen=True, slots=True)
class Senses:
    """Built by build_senses."""

    microphone: Microphone
    speaker: Speaker
    wake: WakeDetector | None
    ear: Ear
    listener: Listener
    speaking: Speaking
    mouth: Mouth

    @property
    def near_misses(self) -> int:
        """Times that something was nearly the wake word, since the start."""
        return sum(self.wake.near_misses.values()) if self.wake else 0

    @property
    def level(self) -> float | None:
        """Of the microphone, dBFS."""
        return self.listener.level


def build_senses(
    settings: Settings,
    engines: Engines,
    voice: Voice,
    put: Emit,
    *,
    microphone: Microphone,
    speaker: Speaker,
    hints: Hints,
    appliance: ThisAppliance,
    muted: bool,
) -> Senses:
    """`hints`: names that may be spoken; `appliance`: has the volumes."""
    speaking = Speaking(voice, speaker)
    ear = build_ear(settings, engines, put, hints=hints, speaking=speaking)
    listener = Listener(microphone, ear, put, silent_s=settings.microphone.silent_s, muted=muted)
    sounds = appliance.volumes.use if appliance.volumes else (lambda _: None)
    mouth = Mouth(speaking, put, earcons=settings.earcons.enabled, duck_db=settings.barge.duck_db, sounds=sounds)
    return Senses(microphone, speaker, engines.wake, ear, listener, speaking, mouth)

"""Voices learnt by voice: what the microphone's ear shows its recogniser, and the thread that asks for sentences."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from device.configuration.settings import Settings
from device.enrolment.last_voice import LastVoice
from device.enrolment.lessons import VoiceLessons
from device.turn import events as on
from device.voiceprints.book import ENCODER
from device.wiring.basis import model_folder
from device.wiring.ear import Engines, book_of, load_encoder
from device.wiring.mind import Mind


def overheard(engines: Engines) -> tuple[Engines, LastVoice | None]:
    """The engines for the microphone's ear, and what keeps its last voice while one is learnt; other ears share only
    the recogniser.
    """
    if engines.recogniser is None:
        return engines, None
    heard = LastVoice(engines.recogniser)
    return replace(engines, recogniser=heard), heard


def build_lessons(settings: Settings, heard: LastVoice | None, put: on.Emit, *, mind: Mind) -> VoiceLessons | None:
    """Actions reach it as the voices of the appliance."""
    if heard is None:
        return None
    lessons = VoiceLessons(
        book_of(settings),
        partial(load_encoder, settings),
        heard,
        put,
        mind.clock.now,
        model=ENCODER,
        there=partial(model_folder, settings, ENCODER),
    )
    mind.appliance.voices = lessons
    return lessons

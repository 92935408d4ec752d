"""Sentences to know a voice by: out of files, or as somebody says them into an open microphone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import numpy as np

from firmware.base import Microphone
from firmware.frame import Frame, Samples
from firmware.sound.audio_file import FileMicrophone
from services.speech.base import Vad
from services.speech.endpoint import AdaptiveEndpoint
from services.voiceprints.enrolment import LONGEST_S

READ_ALOUD = (
    "Turn on the light in the kitchen and close the blinds.",
    "Remind me to call the dentist tomorrow at half past nine.",
    "What is on my calendar for the rest of the week?",
    "Add milk, a dozen eggs and two loaves of bread to the shopping list.",
    "Move the design review to the day after tomorrow.",
)
"""What one may say; other sentences do as well."""


def recorded(path: Path) -> Samples:
    """A recording, 16 kHz mono int16; of a long one the beginning, by which it is known to be too long. Raises what
    FileMicrophone does where it can't be read.
    """
    microphone = FileMicrophone(path)
    microphone.open()
    try:
        return joined(list(takewhile(lambda frame: frame.start <= LONGEST_S, frames(microphone))))
    finally:
        microphone.close()


def said(microphone: Microphone, vad: Vad, endpoint: AdaptiveEndpoint, *, patience: float = 8.0) -> Samples:
    """The next sentence into an open microphone, until its end; empty where nobody speaks for `patience` seconds.
    Raises MicrophoneLost.
    """
    heard: list[Frame] = []
    vad.reset()
    for frame in frames(microphone):
        if not heard:
            endpoint.begin(frame.start, patience=patience)
        heard.append(frame)
        if end := endpoint.process(frame, vad.process(frame)):
            return joined([] if end.reason == "no_speech" else heard)
    return joined(heard)


def frames(microphone: Microphone) -> Iterator[Frame]:
    """Until it ends, which only a file does."""
    while (frame := microphone.read()) is not None:
        yield frame


def joined(heard: Sequence[Frame]) -> Samples:
    """Shape (n,)."""
    return np.concatenate([frame.samples for frame in heard]) if heard else np.zeros(0, np.int16)

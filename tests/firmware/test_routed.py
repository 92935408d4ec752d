"""A loudspeaker before an ear: what is meant for one is never heard by the other."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.base import SpeakerMissing
from firmware.frame import Samples
from firmware.sound.routed import RoutedSpeaker

SOUND = np.ones(100, np.int16)


class Sink:
    """Remembers what it was given."""

    def __init__(self, *, missing: bool = False) -> None:
        self.volume = 1.0
        self.missing = missing
        self.done: list[str] = []

    def play(self, samples: Samples, rate: int) -> bool:
        if self.missing:
            raise SpeakerMissing(names="none")
        self.done.append(f"play {samples.size} at {rate}")
        return True

    def drain(self) -> bool:
        self.done.append("drain")
        return True

    def stop(self) -> None:
        self.done.append("stop")

    def duck(self, db: float) -> None:
        self.done.append(f"duck {db:g}")

    def close(self) -> None:
        self.done.append("close")


def test_it_plays_where_it_is_told_and_ends_what_sounds_elsewhere_first() -> None:
    usual, ear = Sink(), Sink()
    speaker = RoutedSpeaker(usual, ear)
    speaker.play(SOUND, 16_000)
    speaker.to_ear = True
    speaker.play(SOUND, 16_000)
    speaker.duck(20.0)
    speaker.drain()
    assert usual.done == ["play 100 at 16000", "drain"]
    assert ear.done == ["play 100 at 16000", "duck 20", "drain"]


def test_a_missing_ear_is_an_error_and_no_reason_for_the_loudspeaker() -> None:
    usual = Sink()
    speaker = RoutedSpeaker(usual, Sink(missing=True))
    speaker.to_ear = True
    with pytest.raises(SpeakerMissing):
        speaker.play(SOUND, 16_000)
    assert "play 100 at 16000" not in usual.done


def test_what_rings_is_heard_where_the_ear_is_missing() -> None:
    usual, ear = Sink(), Sink(missing=True)
    speaker = RoutedSpeaker(usual, ear)
    speaker.to_ear = speaker.rings = True
    assert speaker.play(SOUND, 16_000) and speaker.drain()
    assert usual.done == ["drain", "play 100 at 16000", "drain"]
    ear.missing = False
    speaker.play(SOUND, 16_000)
    assert ear.done[-1] == "play 100 at 16000", "it rings there again as soon as it is back"
    ear.missing, speaker.rings = True, False
    with pytest.raises(SpeakerMissing):
        speaker.play(SOUND, 16_000)
    assert usual.done.count("play 100 at 16000") == 1, "what is no ring is for the ear or for nobody"


def test_a_missing_loudspeaker_is_told_where_it_rings_too() -> None:
    speaker = RoutedSpeaker(Sink(missing=True), Sink(missing=True))
    speaker.to_ear = speaker.rings = True
    with pytest.raises(SpeakerMissing):
        speaker.play(SOUND, 16_000)


def test_stop_volume_and_end_are_for_both() -> None:
    usual, ear = Sink(), Sink()
    speaker = RoutedSpeaker(usual, ear)
    speaker.volume = 0.4
    speaker.stop()
    speaker.close()
    assert usual.volume == ear.volume == speaker.volume == 0.4
    assert usual.done == ear.done == ["stop", "close"]

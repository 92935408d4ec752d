"""What is asked of the ears, and how often."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.hearsay import SECONDS, Hearsay


class Recalled:
    """Ears that remember what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Samples, str]] = []

    def compare(self, samples: Samples, phrase: str) -> tuple[float, float]:
        self.asked.append((samples, phrase))
        return -float(len(self.asked)), 0.0

    def partial(self, samples: Samples) -> str:
        raise AssertionError("nobody asks what is said")


@pytest.fixture
def ears() -> Recalled:
    """Asked nothing yet."""
    return Recalled()


def followed(ears: Recalled, count: int) -> Hearsay:
    hearsay = Hearsay(ears)
    for at in range(count):
        hearsay.follow(np.full(FRAME_SAMPLES, at, np.int16))
    return hearsay


def test_they_hear_the_last_second_and_a_half(ears: Recalled) -> None:
    followed(ears, 40).ask("Alexa")
    samples, phrase = ears.asked[0]
    assert phrase == "Alexa" and len(samples) == SECONDS * RATE
    assert samples[-1] == 39 and samples[0] == 40 - int(np.ceil(len(samples) / FRAME_SAMPLES))


def test_after_a_reset_they_hear_nothing_of_before(ears: Recalled) -> None:
    hearsay = followed(ears, 30)
    hearsay.reset()
    hearsay.follow(np.full(FRAME_SAMPLES, 7, np.int16))
    hearsay.ask("Alexa")
    assert set(ears.asked[0][0].tolist()) == {7}


def test_an_answer_holds_for_two_frames_and_for_one_phrase(ears: Recalled) -> None:
    hearsay, told = followed(ears, 20), []
    for _ in range(4):
        told.append((hearsay.ask("Alexa"), hearsay.ask("Alexa")))
        hearsay.follow(np.zeros(FRAME_SAMPLES, np.int16))
    assert [one[0] for one, _ in told] == [-1, -1, -2, -2] and all(one == again for one, again in told)
    hearsay.ask("Hey Jarvis")
    assert ears.asked[-1][1] == "Hey Jarvis"

"""A call on one device: the owner on the left channel of the microphone, the other side on its right one; whispers on
the left of a headset whose right side the call may have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from firmware.frame import RATE
from tests.sound.appliance import Appliance, start
from tests.sound.calling import calling, contained_db, loud
from tests.virtual_sound import EAR as MICROPHONE
from tests.virtual_sound import VirtualSoundCard
from tests.voices import speak

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

HEADSET = "call_headset"
CALLS = {
    "EQUERRY_CALLS__LINE": "right channel",
    "EQUERRY_CALLS__EAR": f"left of {HEADSET}",
    "EQUERRY_CALLS__ANNOUNCE": "false",
}


@pytest.fixture(scope="module")
def appliance(sound_card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    sound_card.plug(HEADSET)
    running = start(sound_card, tmp_path_factory.mktemp("appliance"), environ=CALLS)
    yield running
    running.stop()
    sound_card.pull(HEADSET)


def test_each_channel_is_a_side_and_only_the_left_ear_hears_the_whisper(appliance: Appliance) -> None:
    card = appliance.card
    mine, theirs = speak("I can bring the drawings along."), speak("Well, how much would that cost us in total?")
    sides = np.zeros((mine.size + theirs.size + RATE, 2), np.int16)
    sides[: mine.size, 0] = mine
    sides[mine.size + RATE :, 1] = theirs
    with ExitStack() as stack:
        watching = stack.enter_context(calling(appliance))
        left, right = (stack.enter_context(card.record(HEADSET, channel=each)) for each in ("left", "right"))
        card.play(MICROPHONE, sides)
        assert watching.wait_for("segment", text="drawings")[1]["side"] == "owner"
        assert watching.wait_for("segment", text="cost")[1]["side"] == "other"
        appliance.await_log("whispered")
    assert contained_db(loud(left), right.samples) < -50.0

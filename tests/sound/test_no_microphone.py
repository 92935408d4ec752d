"""`equerry run --live` without a microphone: the daemon lives, shows the fault, and hears as soon as one is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sound.appliance import start
from tests.virtual_sound import VirtualSoundCard
from tests.voices import turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(180)]


def test_it_waits_for_a_microphone(sound_card: VirtualSoundCard, tmp_path: Path) -> None:
    sound_card.unplug()
    try:
        appliance = start(sound_card, tmp_path, "--live")
        try:
            appliance.await_log(r"ERROR .*microphone")
            sound_card.replug()
            appliance.await_log(r"the microphone gives sound again", within=45)
            appliance.command(turn("What time is it?"))
            appliance.await_log(r"datetime.query done")
        finally:
            appliance.stop()
    finally:
        sound_card.replug()

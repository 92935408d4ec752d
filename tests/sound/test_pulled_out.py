"""The sound card pulled out of a real `equerry run`, and put back: the loudspeaker in the middle of a reply, the
microphone in that of a command.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from device.control.client import request
from services.store.documents import Task
from services.store.store import Store
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import VirtualSoundCard
from tests.voices import speak, turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

QUESTION = "What are my tasks?"


@pytest.fixture(scope="module")
def appliance(sound_card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    running = start(sound_card, tmp_path_factory.mktemp("appliance"))
    yield running
    if running.process.poll() is None:
        running.stop()


def test_a_command_that_is_cut_off_does_nothing(appliance: Appliance) -> None:
    position = len(appliance.log)
    said = turn("Create a task to sell the house and the car.", lead=0.2, tail=0.1)
    talker = threading.Thread(target=appliance.card.play_into_ear, args=(said,), kwargs={"to_the_end": False})
    talker.start()
    appliance.await_log(r"light: listening", after=position)
    appliance.card.unplug()
    try:
        appliance.await_log(r"light: microphone fault", after=position)
    finally:
        appliance.card.replug()
        talker.join(20)
    appliance.await_log(r"the microphone gives sound again", after=position, within=45)
    appliance.command(turn("Create a task to feed the cat.", lead=0.2, tail=0.1))


def test_a_reply_is_said_again_from_its_beginning(appliance: Appliance) -> None:
    """By a loudspeaker that has worked before."""
    request(appliance.folder, {"request": "command", "text": "Create a task to water the plants in the hall."})
    words = request(appliance.folder, {"request": "command", "text": QUESTION})["reply"]
    position = len(appliance.log)
    appliance.card.play_into_ear(turn(QUESTION, lead=0.2, tail=0.1))
    appliance.await_log(r"turn \d+: sounds", after=position)
    appliance.card.unplug_mouth()
    try:
        appliance.await_log(r"ERROR .*Not said: turn", after=position)
    finally:
        appliance.card.replug_mouth()
    with appliance.card.record_mouth() as again:
        appliance.await_log(r"turn \d+: said", after=position)
    log = appliance.log[position:]
    assert "said to the end" in log and log.count("task.query done") == 1, "done once, and told to its end"
    heard = np.abs(again.samples.astype(np.int32)) > 100
    assert np.flatnonzero(heard).size and np.ptp(np.flatnonzero(heard)) > 0.8 * speak(words).size, "from its beginning"
    appliance.await_log(r"light: idle", after=position)
    assert appliance.stop() < 2.0 and appliance.process.returncode == 0, appliance.log
    with Store(appliance.folder / "equerry.db") as store:
        assert {task.title.lower() for task in store.find(Task)} == {"feed the cat", "water the plants in the hall"}

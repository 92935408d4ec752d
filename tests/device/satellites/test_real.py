"""A whole appliance with two satellites, through the real engines: from sound to sound, each with its own conversation
and its own room, and one talker whom both and the device hear.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
from wyoming.audio import AudioChunk
from wyoming.event import Event

from device.turn import events as on
from firmware.frame import RATE, Samples
from services.store.documents import Item, Task
from tests.home_assistant_socket import TOKEN, HomeAssistantSocket, listening
from tests.satellite_desk import WOKEN, Satellite, pieces
from tests.voices import pink_noise, turn
from tests.whole_appliance import Shared, WholeAppliance, roles

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def house() -> Iterator[HomeAssistantSocket]:
    with listening(HomeAssistantSocket()) as there:
        yield there


@pytest.fixture(scope="module")
def rooms(
    tmp_path_factory: pytest.TempPathFactory, house: HomeAssistantSocket
) -> Iterator[tuple[WholeAppliance, Satellite, Satellite]]:
    folder = tmp_path_factory.mktemp("rooms")
    (folder / "home-assistant-token").write_text(TOKEN)
    with (
        pytest.MonkeyPatch.context() as patch,
        Satellite("kitchen", "Kitchen") as kitchen,
        Satellite("lounge", "Living Room") as lounge,
        roles(folder, ""),
    ):
        patch.setenv("CREDENTIALS_DIRECTORY", str(folder))
        at = [f"{each.place.name} at 127.0.0.1:{each.place.port} in {each.place.room}" for each in (kitchen, lounge)]
        wanted = {"EQUERRY_SATELLITES__AT": json.dumps(at), "EQUERRY_HOME_ASSISTANT__URL": house.url}
        with WholeAppliance(Path(folder) / "desk", "desk", None, shared=Shared.loaded(), environ=wanted) as one:
            one.ready()
            for each in (kitchen, lounge):
                each.reached().say(WOKEN)
            one.until(lambda: one.status()["home_assistant"]["connected"])
            yield one, kitchen, lounge


def play(*heard: tuple[Satellite, Samples]) -> None:
    """In real time, at all of them at once."""
    begin = time.monotonic()

    def one(satellite: Satellite, sound: Samples) -> None:
        for number, piece in enumerate(pieces(sound), 1):
            time.sleep(max(0.0, begin + number * 1024 / RATE - time.monotonic()))
            satellite.say(piece)

    threads = [threading.Thread(target=one, args=each) for each in heard]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def reply(satellite: Satellite) -> str:
    """What is said there, as it sounds."""
    return spoken(satellite.until("audio-stop"))


def spoken(events: list[Event]) -> str:
    chunks = [AudioChunk.from_event(each) for each in events if each.type == "audio-chunk"]
    sound = np.concatenate([np.frombuffer(each.audio, np.int16) for each in chunks])
    heard = soxr.resample(sound.astype(np.float32), chunks[0].rate, RATE)
    return Shared.loaded().finals.transcribe(np.clip(heard, -32768, 32767).astype(np.int16)).text.lower()


def silence(seconds: float) -> Samples:
    return pink_noise(round(seconds * RATE), -68.0).astype(np.int16)


def test_two_rooms_at_once_have_a_conversation_each(rooms: tuple[WholeAppliance, Satellite, Satellite]) -> None:
    one, kitchen, lounge = rooms
    play(
        (kitchen, turn("create a task to call the bank", tail=1.5)),
        (lounge, turn("add a task to water the plants", lead=1.4, tail=1.5, speed=0.9)),
    )
    assert "bank" in reply(kitchen)
    assert "plants" in reply(lounge)
    play((kitchen, silence(3.0)), (lounge, silence(3.0)))  # the replies sound
    play((kitchen, turn("make it high priority", tail=1.5)), (lounge, turn("move it to next month", tail=1.5)))
    assert "bank" in reply(kitchen)
    assert "plants" in reply(lounge)
    bank, plants = sorted(one.documents(Task), key=lambda task: task.title)
    assert (bank.title, bank.priority, bank.due) == ("call the bank", "high", None)
    assert (plants.title, plants.due is None) == ("water the plants", False)
    play((kitchen, silence(3.0)), (lounge, silence(3.0)))


def test_in_here_is_the_room_of_who_says_it(
    rooms: tuple[WholeAppliance, Satellite, Satellite], house: HomeAssistantSocket
) -> None:
    _, kitchen, lounge = rooms
    house.asked.clear()
    play((kitchen, turn("turn on the light in here", tail=1.5)))
    reply(kitchen)
    play((lounge, turn("turn off the light in here", tail=1.5)))
    reply(lounge)
    done = [
        (each["service"], each["target"]["entity_id"]) for each in house.asked if each.get("type") == "call_service"
    ]
    assert done == [("turn_on", ["light.kitchen"]), ("turn_off", ["light.floor_lamp"])]
    play((kitchen, silence(3.0)), (lounge, silence(3.0)))


def test_one_who_is_heard_by_two_and_by_the_device_is_answered_once_by_the_nearest(
    rooms: tuple[WholeAppliance, Satellite, Satellite],
) -> None:
    one, kitchen, lounge = rooms
    one.forget()
    said = turn("add milk to the shopping list", tail=1.5)
    far = np.concatenate([np.zeros(RATE // 10, np.int16), said[: -RATE // 10] // 4]) + pink_noise(said.size, -52.0, 3)
    one.microphone.play((said // 6 + pink_noise(said.size, -52.0, 4)).astype(np.int16))
    play((kitchen, said), (lounge, far.astype(np.int16)))
    assert "milk" in reply(kitchen)
    heard = lounge.until("transcript")
    assert (heard[-1].data["text"], lounge.silent()) == ("", True)
    one.until(lambda: "SpeechEnded" in one.names and one.phase == "idle")
    assert one.of(on.FinalHeard) == []
    assert [item.name for item in one.documents(Item)] == ["milk"]

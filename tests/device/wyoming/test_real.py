"""A whole appliance with its Wyoming server: heard, spoken, woken and told through the real engines."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
import soxr
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable
from wyoming.handle import Handled
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection

from firmware.frame import RATE, Samples
from services.store.documents import Item
from tests.voices import speak, turn
from tests.whole_appliance import Shared, WholeAppliance, roles
from tests.wyoming_desk import Client

pytestmark = pytest.mark.engine
SAID = "Put coffee on the shopping list."


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, WholeAppliance]]:
    folder = tmp_path_factory.mktemp("wyoming")
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    wanted = {"EQUERRY_WYOMING__ENABLED": "true", "EQUERRY_WYOMING__PORT": str(number)}
    with (
        roles(folder, ""),
        WholeAppliance(folder / "desk", "desk", None, shared=Shared.loaded(), environ=wanted) as one,
    ):
        one.ready()
        yield number, one


def streamed(sound: Samples) -> list[Eventable]:
    """In pieces of 64 ms, as Home Assistant has it."""
    pieces = [sound[at : at + 1024].tobytes() for at in range(0, sound.size, 1024)]
    return [AudioStart(RATE, 2, 1), *(AudioChunk(RATE, 2, 1, piece, timestamp=0) for piece in pieces)]


def test_what_is_said_is_heard_and_done_and_the_reply_is_spoken(port: tuple[int, WholeAppliance]) -> None:
    number, one = port
    with Client(number) as client:
        info = Info.from_event(client.ask(Describe()))
        assert [each[0].name for each in (info.asr, info.tts, info.wake, info.handle)] == ["Equerry"] * 4
        heard = Transcript.from_event(client.ask(Transcribe(language="en"), *streamed(speak(SAID)), AudioStop())).text
        assert heard.capitalize() == SAID
    with Client(number) as client:
        told = Handled.from_event(client.ask(Transcript(heard, {"conversation_id": "01JD"}))).text
    assert told and "coffee" in told.lower()
    with Client(number) as client:  # the same conversation
        told = Handled.from_event(client.ask(Transcript("And eggs.", {"conversation_id": "01JD"}))).text
    assert told and "eggs" in told.lower()
    with Client(number) as client:
        assert Handled.is_type(client.ask(Transcript("add milk to the shopping list")).type)
    assert sorted(item.name for item in one.documents(Item)) == ["coffee", "eggs", "milk"]
    with Client(number) as client:
        client.say(Synthesize(SAID))
        sound, rate = [], 0
        while (event := client.hear()) and event.type != "audio-stop":
            if AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                sound.append(np.frombuffer(chunk.audio, "<i2"))
                rate = chunk.rate
        spoken = soxr.resample(np.concatenate(sound), rate, RATE)
        # Spoken a little otherwise each time, and from its first sample on: now and then that costs the first word.
        assert client.ask(*streamed(spoken), AudioStop()).data["text"].endswith("coffee on the shopping list.")


@pytest.mark.parametrize("said", ["Put milk on the list.", "Pay Henderson four hundred.", "Who owes us money?"])
def test_a_stream_that_begins_with_its_first_word_is_heard_whole(port: tuple[int, WholeAppliance], said: str) -> None:
    with Client(port[0]) as client:
        heard = Transcript.from_event(client.ask(Transcribe(language="en"), *streamed(speak(said)), AudioStop())).text
    assert heard.split()[0].capitalize() == said.split(maxsplit=1)[0]


def test_the_wake_word_is_heard(port: tuple[int, WholeAppliance]) -> None:
    with Client(port[0]) as client:
        found = client.ask(Detect(["hey_jarvis"]), *streamed(turn("What time is it?")))
        assert Detection.from_event(found).name == "hey_jarvis"
    with Client(port[0]) as client:
        assert client.ask(Detect(["alexa"]), *streamed(speak(SAID)), AudioStop()).type == "not-detected"

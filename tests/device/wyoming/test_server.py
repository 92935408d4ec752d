"""The server with real sockets and engines that do as they are told: ten at once, and whoever would harm it."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable, read_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect

from device.turn import events as on
from device.turn.session import Session, Talk
from device.wyoming import server as wyoming_server
from device.wyoming.access import Guests
from device.wyoming.frames import encoded
from device.wyoming.server import MOST, WyomingServer
from device.wyoming.turns import EngineTurns
from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.actions.base import Reply, Response
from services.understanding.base import Command
from tests.wyoming_desk import Client, Device, done, serving, spoken

ASKS = Response(Command("x", (), 1.0, "template"), (), Reply("Which list?", awaits=True))


@pytest.fixture
def device() -> Device:
    return Device()


def test_it_describes_itself_and_answers_a_ping(device: Device) -> None:
    with serving(device) as port, Client(port) as client:
        info = Info.from_event(client.ask(Describe()))
        assert [each[0].name for each in (info.asr, info.tts, info.wake, info.handle)] == ["Equerry"] * 4
        assert (info.asr[0].models[0].name, info.wake[0].models[0].phrase) == ("ears", "Hey Jarvis")
        assert client.ask(Ping("x")).data == {"text": "x"}
        client.say()  # what it knows nothing of is passed over
        client.line.sendall(encoded(Event("played")))
        assert client.ask(Ping("y")).data == {"text": "y"}


def test_sound_is_written_down_and_the_command_that_comes_back_is_as_doubtful(device: Device) -> None:
    with serving(device) as port, Client(port) as client, Client(port) as other:
        assert client.ask(*spoken(7)).data["text"] == "number 7"
        assert other.ask(Transcript("number 7", {"conversation_id": "01JD"})).type == "handled"
        assert other.ask(Transcript("typed")).type == "handled"
    assert [(text, confidence) for text, _, confidence in device.commands] == [("number 7", 0.4), ("typed", 1.0)]
    assert device.commands[0][1] == "wyoming:127.0.0.1#01JD"


@pytest.mark.parametrize(("rate", "channels", "width"), [(16_000, 2, 2), (48_000, 1, 2), (8_000, 1, 2), (16_000, 1, 4)])
def test_sound_of_other_formats_is_made_ours(device: Device, rate: int, channels: int, width: int) -> None:
    with serving(device) as port, Client(port) as client:
        assert client.ask(*spoken(1000, 0.8, rate, channels, width)).type == "transcript"
    [heard] = device.heard
    assert heard.size % FRAME_SAMPLES == 0
    assert abs(heard.size - 0.8 * RATE) <= FRAME_SAMPLES
    assert abs(int(heard[heard.size // 2]) - 1000) <= 2


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([AudioStart(16_000, 3, 1)], "wyoming.sound"),
        ([AudioStart(10, 2, 1)], "wyoming.sound"),
        ([AudioStart(16_000, 2, 99)], "wyoming.sound"),
        ([AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 2, bytes(8))], "wyoming.sound"),
        ([AudioChunk(16_000, 2, 1, bytes(7))], "wyoming.sound"),
        ([Synthesize("a" * 5001)], "wyoming.text"),
        ([Transcript("a" * 5001)], "wyoming.text"),
        ([Detect(["hey_you"])], "wyoming.wake_word"),
    ],
)
def test_what_can_t_be_used_is_told_and_ends_the_line(device: Device, events: list[Eventable], code: str) -> None:
    with serving(device) as port, Client(port) as client:
        told = client.ask(*events)
        assert (told.type, told.data["code"]) == ("error", code)
        assert told.data["text"].endswith(".")
        assert client.over()


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\n",
        b'{"type": 5}\n',
        b"[1]\n",
        b"\xff\xfe\n",
        b'{"type": "audio-chunk", "payload_length": 99999999999999}\n',
        b'{"type": "audio-chunk", "payload_length": -1}\n',
        b'{"type": "audio-chunk", "data_length": true}\n',
        b'{"type": "transcript", "data_length": 2}\n[]',
        b'{"type": "transcript", "data": {"text": 5}}\n',
        b'{"type": "transcript"}\n',
        b'{"type": "audio-chunk", "payload_length": 2}\nab',
        b"[" * 60_000 + b"\n",
        b'{"type": "ping", "data": {"text": "\\ud800"}}\n',
        b'{"type": "ping", "data": {"text": "\xed\xa0\x80"}}\n',
        b"a" * 70_000,
    ],
)
def test_broken_frames_are_told_and_others_hear_nothing_of_it(device: Device, sent: bytes) -> None:
    with serving(device) as port, Client(port) as bad, Client(port) as good:
        bad.line.sendall(sent)
        told = bad.hear()
        assert told is not None and told.type == "error"
        assert bad.over()
        assert good.ask(Ping("still there")).type == "pong"


def test_silence_and_nothing_are_no_words(device: Device) -> None:
    with serving(device) as port, Client(port) as client:
        assert client.ask(*spoken(0)).data["text"] == ""
        assert client.ask(Transcribe(), AudioStart(16_000, 2, 1), AudioStop()).data["text"] == ""
        assert client.ask(AudioStop()).data["text"] == ""
        assert client.ask(Transcript("  ")).type == "not-handled"
        assert client.ask(*spoken(3)).data["text"] == "number 3"


def test_endless_sound_is_written_down_after_thirty_seconds(device: Device) -> None:
    with serving(device) as port, Client(port) as client:
        second = AudioChunk(RATE, 2, 1, np.full(RATE, 5, "<i2").tobytes())
        client.say(Transcribe(), *[second] * 70)
        told = client.hear()
        assert told is not None and told.data["text"] == "number 5"
        assert client.ask(Ping("a")).type == "pong"  # the other 40 s came to nothing
        assert client.ask(AudioStop(), *spoken(6)).data["text"] == "number 6"
    assert [each.size for each in device.heard] == [30 * RATE, 8960]


def test_a_text_becomes_sound_whole_or_in_pieces(device: Device) -> None:
    with serving(device) as port, Client(port) as client:
        client.say(Synthesize("Milk was added. Eggs, too."))
        events = list(iter_until(client, "audio-stop"))
        assert [events[0].type, events[-1].type] == ["audio-start", "audio-stop"]
        assert device.voice.words_in(sound_of(events)) == 5
        client.say(SynthesizeStart(), SynthesizeChunk("Milk was "), SynthesizeChunk("added. Eggs"))
        first = [client.hear(), client.hear()]  # before the text is whole
        assert [each and each.type for each in first] == ["audio-start", "audio-chunk"]
        client.say(SynthesizeChunk(", too."), Synthesize("Milk was added. Eggs, too."), SynthesizeStop())
        events = [each for each in first if each] + list(iter_until(client, "synthesize-stopped"))
        assert [each.type for each in events if each.type != "audio-chunk"] == [
            "audio-start",
            "audio-stop",
            "synthesize-stopped",
        ]
        assert device.voice.words_in(sound_of(events)) == 5


def iter_until(client: Client, last: str) -> Iterator[Event]:
    while (event := client.hear()) is not None:
        yield event
        if event.type == last:
            return


def sound_of(events: list[Event]) -> Samples:
    return np.frombuffer(b"".join(each.payload or b"" for each in events), "<i2")


def test_the_wake_word_is_told_as_soon_as_it_is_heard(device: Device) -> None:
    with serving(device) as port, Client(port) as client:
        frames = [AudioChunk(RATE, 2, 1, bytes(2 * FRAME_SAMPLES), timestamp=80 * at) for at in range(5)]
        found = client.ask(Detect(["hey_jarvis"]), AudioStart(RATE, 2, 1), *frames)
        assert (found.type, found.data["name"], found.data["timestamp"]) == ("detection", "hey_jarvis", 160)
        assert client.ask(Detect(["alexa"]), AudioStart(RATE, 2, 1), *frames, AudioStop()).type == "not-detected"
        with Client(port) as second, Client(port) as third:
            second.say(Detect())
            client.say(Detect())
            assert client.ask(Ping("")).type == second.ask(Ping("")).type == "pong"
            assert third.ask(Detect()).data["code"] == "wyoming.wake"


def test_a_question_keeps_its_conversation_and_its_satellite(device: Device) -> None:
    device.answers = {"Add milk.": ASKS, "What?": done("I didn't understand that.", ok=False)}
    context = {"conversation_id": "01JD", "satellite_id": "assist_satellite.kitchen", "device_id": "d"}
    with serving(device) as port:
        for text in ("Add milk.", "To the shopping list.", "What?"):
            with Client(port) as client:  # Home Assistant makes a connection for each
                told = client.ask(Transcript(text, context))
            if text == "Add milk.":
                assert Handled.from_event(told).text == "Which list?"
            if text == "What?":
                assert NotHandled.from_event(told).text == "I didn't understand that."
    clients = {client for _, client, _ in device.commands}
    assert clients == {"wyoming:127.0.0.1/assist_satellite.kitchen#01JD"}


def test_conversations_without_a_name_or_with_an_odd_one_stay_apart(device: Device) -> None:
    with serving(device) as port, Client(port) as one, Client(port) as two:
        one.ask(Transcript("x"))
        two.ask(Transcript("x"))
        for odd in ("a b", "a-b", ["a b"]):
            two.ask(Transcript("x", {"conversation_id": odd}))
    assert len({client for _, client, _ in device.commands}) == 5
    assert all(client.startswith("wyoming:127.0.0.1#") for _, client, _ in device.commands)


def test_whoever_is_not_on_the_list_is_hung_up_and_noted_once(device: Device, caplog: pytest.LogCaptureFixture) -> None:
    with serving(device, ["192.168.1.0/24"]) as port:
        for _ in range(5):
            with Client(port) as client:
                assert client.over()
    told = "Wyoming: 127.0.0.1 connected, and is not on the list. [wyoming] allow"
    assert [each.message for each in caplog.records] == [told]


def test_ten_at_once_each_get_their_own(device: Device) -> None:
    got: dict[int, list[Any]] = {}

    def one(number: int) -> None:
        with Client(port) as client:
            got[number] = []
            for turn in range(5):
                said = 100 * number + turn + 1
                got[number].append(client.ask(*spoken(said, 0.1)).data["text"] == f"number {said}")
                told = client.ask(Transcript(f"command {said}", {"conversation_id": f"c{number}"}))
                got[number].append(told.data["text"] == f"Done: command {said} for wyoming:127.0.0.1#c{number}.")
                client.say(Synthesize("word " * (number + 1)))
                got[number].append(
                    device.voice.words_in(sound_of(list(iter_until(client, "audio-stop")))) == number + 1
                )

    with serving(device) as port:
        threads = [threading.Thread(target=one, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert got == {number: [True] * 15 for number in range(10)}


def test_clients_wait_for_the_talker_at_the_device(device: Device) -> None:
    device.turns.watch(on.Ready(), Session(phase="listening"))
    with serving(device) as port, Client(port) as client:
        client.say(*spoken(4))
        client.line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.line.recv(1)
        assert not device.heard
        device.turns.watch(on.Ready(), Session(phase="listening", talk=Talk(unasked=True)))  # nobody speaks into it
        client.line.settimeout(10)
        with contextlib.closing(client.line.makefile("rb")) as reader:
            told = read_event(reader)
        assert told is not None and told.data["text"] == "number 4"


def test_when_too_many_wait_one_is_told_so() -> None:
    device, go_on, began = Device(turns=EngineTurns(most=1)), threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        assert go_on.wait(10)

    device.before_decode = wait
    with serving(device) as port, Client(port) as first, Client(port) as second, Client(port) as third:
        first.say(*spoken(1))
        assert began.wait(10)
        second.say(*spoken(2))
        until = time.monotonic() + 10
        while not device.turns.waiting and time.monotonic() < until:
            time.sleep(0.01)
        assert third.ask(*spoken(3)).data["code"] == "wyoming.busy"
        go_on.set()
        told = [each.hear() for each in (first, second)]
        assert [each and each.data["text"] for each in told] == ["number 1", "number 2"]
    impatient = Device(turns=EngineTurns(patience_s=0.1))
    impatient.turns.watch(on.Ready(), Session(phase="thinking"))
    with serving(impatient) as port, Client(port) as client:
        assert client.ask(Synthesize("Words.")).data["code"] == "wyoming.busy"


def test_half_a_frame_and_silence_are_hung_up(device: Device) -> None:
    with serving(device, idle_s=0.3) as port, Client(port) as half, Client(port) as drops, Client(port) as still:
        half.line.sendall(b'{"type": "ping"')
        with contextlib.suppress(OSError):
            for _ in range(20):  # a byte now and then
                drops.line.sendall(b" ")
                time.sleep(0.05)
        assert half.over() and drops.over() and still.over()


def test_who_reads_nothing_is_hung_up_and_hinders_nobody(device: Device) -> None:
    with serving(device, send_s=0.3) as port, Client(port) as deaf, Client(port) as other:
        deaf.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with contextlib.suppress(OSError):
            for _ in range(200):
                deaf.say(Synthesize("word " * 900))
        assert other.ask(Ping("a")).type == "pong"
        assert other.ask(*spoken(8)).data["text"] == "number 8"


def test_one_too_many_is_told_so_and_finds_room_later(device: Device) -> None:
    with serving(device) as port, contextlib.ExitStack() as stack:
        all_of_them = [stack.enter_context(Client(port)) for _ in range(MOST)]
        assert all(each.ask(Ping("")).type == "pong" for each in all_of_them)
        with Client(port) as more:
            told = more.hear()
            assert told is not None and told.data["code"] == "wyoming.too_many"
        all_of_them[0].line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        all_of_them[0].__exit__()  # it breaks off (RST)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with Client(port) as more, contextlib.suppress(OSError, AssertionError):
                if more.ask(Ping("")).type == "pong":
                    return
    pytest.fail("no room")


def test_it_stops_in_the_middle_of_streams(device: Device) -> None:
    with contextlib.ExitStack() as stack:
        with serving(device) as port:
            hearing, waking, saying = (stack.enter_context(Client(port)) for _ in range(3))
            hearing.say(*spoken(1)[:3])
            waking.say(Detect(), AudioStart(RATE, 2, 1))
            saying.say(SynthesizeStart(), SynthesizeChunk("One. Two. "))
            assert saying.hear()
        assert hearing.over() and waking.over()
    for each in [each for each in threading.enumerate() if each.name == "wyoming-client"]:
        each.join(5)
        assert not each.is_alive()


def test_an_address_that_is_taken_is_tried_again(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming_server, "_AGAIN_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = WyomingServer(device.offers(), "127.0.0.1", port, Guests([]))
        thread = threading.Thread(target=server.run, name="wyoming")
        thread.start()
        assert not server.ready.wait(0.2)
    assert server.ready.wait(10)
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_frames_are_those_of_the_package() -> None:
    assert json.loads(encoded(Ping("a").event()).split(b"\n")[0])["data_length"] == 13

"""Satellites over real sockets, with engines that do as they are told: turns, several at once, and those that harm."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.ping import Ping, Pong

from device.jobs.job import TooMany
from device.satellites import link as satellite_link
from device.satellites import turns as satellite_turns
from device.turn.machine import STILL
from firmware.frame import RATE
from tests.mutations import mutated
from tests.satellite_desk import OPENED, WOKEN, Desk, Satellite, answer, hush, linked, pieces, said

_SOUND = AudioChunk(RATE, 2, 1, bytes(range(256)) * 12, timestamp=80)
TALKS = (
    (WOKEN, AudioStart(RATE, 2, 1), _SOUND, _SOUND, AudioStop()),
    (OPENED, *pieces(said(3, seconds=1.6))),
    (Ping("x"), Pong("x"), WOKEN, OPENED, _SOUND),
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def kitchen() -> Iterator[Satellite]:
    with Satellite("kitchen", "Kitchen") as one:
        yield one


@pytest.fixture
def bedroom() -> Iterator[Satellite]:
    with Satellite("bedroom") as one:
        yield one


def kinds(events: list[Event]) -> list[str]:
    """Each once, where several of a kind follow each other."""
    names = [each.type for each in events]
    return [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_woken_here_it_is_heard_done_and_answered_where_one_spoke(desk: Desk, kitchen: Satellite) -> None:
    with linked(desk, [kitchen]) as (link,):
        kitchen.reached().say(WOKEN, *pieces(said(1)))
        told = kitchen.until("audio-stop")
        assert kinds(told) == [
            *("detection", "voice-started", "voice-stopped", "transcript"),
            *("synthesize", "audio-start", "audio-chunk", "audio-stop"),
        ]
        assert told[0].data["name"] == "hey_jarvis"
        assert Transcript.from_event(told[3]).text == "Number 1"
        assert link.status.connected
    assert desk.commands == [("Number 1", "satellite:kitchen", 0.83, False)]
    assert desk.voice.said == ["kitchen said Number one."]
    sound = np.concatenate(
        [np.frombuffer(each.payload or b"", np.int16) for each in told if each.type == "audio-chunk"]
    )
    assert desk.voice.words_in(sound) == 4


def test_woken_there_its_sound_is_the_command_and_it_is_not_told_that_it_woke(desk: Desk, kitchen: Satellite) -> None:
    command = said(1)[round(1.0 * RATE) :]
    with linked(desk, [kitchen]):
        kitchen.reached()
        for _ in range(2):
            kitchen.say(OPENED, *pieces(command))
            assert kinds(kitchen.until("audio-stop"))[:3] == ["voice-started", "voice-stopped", "transcript"]
    assert [each[:2] for each in desk.commands] == [("Number 1", "satellite:kitchen")] * 2


def test_a_question_is_answered_without_a_wake_word_and_the_microphone_stays_open_for_it(
    desk: Desk, kitchen: Satellite
) -> None:
    replies = iter([answer("What is the task?", awaits=True), answer("Done.")])
    desk.reply = lambda _text, _client: next(replies)
    with linked(desk, [kitchen]):
        kitchen.reached().say(OPENED, *pieces(said(1)[RATE:]))
        told = kitchen.until("audio-stop")
        assert "transcript" not in kinds(told)  # it would stop sending
        time.sleep(1.6)  # the question sounds
        kitchen.say(*pieces(np.concatenate([hush(2, 1.4), said(2)])))
        told = kitchen.until("audio-stop")
        assert Transcript.from_event(next(each for each in told if each.type == "transcript")).text == "Number 2"
    assert [each[0] for each in desk.commands] == ["Number 1", "Number 2"]


def test_where_nobody_speaks_it_is_told_to_stop_sending(desk: Desk, kitchen: Satellite) -> None:
    with linked(desk, [kitchen]):
        kitchen.reached().say(OPENED, *pieces(np.zeros(5 * RATE, np.int16)))
        told = kitchen.until("transcript")
        assert told[-1].data["text"] == ""
    assert desk.commands == []


def test_what_takes_long_is_told_so_and_the_reply_follows(
    desk: Desk, kitchen: Satellite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(satellite_turns, "THINKS_S", 0.1)
    desk.reply = lambda _text, _client: None
    with linked(desk, [kitchen]):
        kitchen.reached().say(WOKEN, *pieces(said(1)))
        kitchen.until("audio-stop")
        assert desk.voice.said == [STILL]
        desk.dones[0](answer("There."))
        kitchen.until("audio-stop")
    assert desk.voice.said == [STILL, "There."]


def test_what_is_refused_at_the_door_is_said(desk: Desk, kitchen: Satellite) -> None:
    def refuse(_text: str, _client: str) -> None:
        raise TooMany(when="in a minute")

    desk.reply = refuse
    with linked(desk, [kitchen]):
        kitchen.reached().say(WOKEN, *pieces(said(1)))
        kitchen.until("audio-stop")
    assert "too much at once" in desk.voice.said[0]


def test_one_who_is_heard_by_two_is_answered_once_by_the_one_that_hears_better(
    desk: Desk, kitchen: Satellite, bedroom: Satellite
) -> None:
    with linked(desk, [kitchen, bedroom]):
        near, far = pieces(said(1)), pieces(said(1, gain=0.3, noise=60.0))
        kitchen.reached().say(WOKEN)
        bedroom.reached().say(WOKEN)
        for one, other in zip(near, far, strict=True):
            bedroom.say(other)
            kitchen.say(one)
            time.sleep(
                len(one.event().payload or b"") / (2 * RATE)
            )  # as one speaks: a hitch counts for no more than it is
        kitchen.until("audio-stop")
        assert bedroom.until("transcript")[-1].data["text"] == ""
        assert bedroom.silent()
    assert [each[1] for each in desk.commands] == ["satellite:kitchen"]


def test_two_who_speak_at_once_are_both_answered_each_where_he_spoke(
    desk: Desk, kitchen: Satellite, bedroom: Satellite
) -> None:
    with linked(desk, [kitchen, bedroom]):
        kitchen.reached().say(WOKEN)
        bedroom.reached().say(WOKEN)
        for one, other in zip(pieces(said(1)), pieces(said(3)), strict=True):
            bedroom.say(other)
            kitchen.say(one)
        kitchen.until("audio-stop")
        bedroom.until("audio-stop")
    assert sorted(each[1] for each in desk.commands) == ["satellite:bedroom", "satellite:kitchen"]
    assert sorted(desk.voice.said) == ["bedroom said Number three.", "kitchen said Number one."]


def test_the_same_words_at_once_are_one_talker_s_where_noise_hides_the_sound(
    desk: Desk, kitchen: Satellite, bedroom: Satellite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device.satellites.nearest.same_talker", lambda *_, **__: False)
    with linked(desk, [kitchen, bedroom]):
        kitchen.reached().say(WOKEN)
        bedroom.reached().say(WOKEN)
        for one, other in zip(pieces(said(1)), pieces(said(1, gain=0.4)), strict=True):
            kitchen.say(one)
            bedroom.say(other)
        texts = [each.until("transcript")[-1].data["text"] for each in (kitchen, bedroom)]
        assert sorted(texts) == ["", "Number 1"]
    assert len(desk.commands) == 1


def test_hanging_up_in_mid_sentence_it_is_reached_again_and_nothing_was_done(desk: Desk, kitchen: Satellite) -> None:
    with linked(desk, [kitchen]) as (link,):
        kitchen.reached().say(WOKEN, *pieces(said(1)[: round(1.6 * RATE)]))
        kitchen.until("voice-started")
        kitchen.hang_up()
        kitchen.reached().say(WOKEN, *pieces(said(1)))
        kitchen.until("audio-stop")
        assert link.status.connected
    assert len(desk.commands) == 1


def test_a_stream_without_end_is_heard_no_faster_than_spoken_and_a_turn_ends_all_the_same(
    desk: Desk, kitchen: Satellite
) -> None:
    desk.longest_s = 1.0
    with linked(desk, [kitchen]):
        loud = np.random.default_rng(0).normal(0, 3000, round(2.0 * RATE)).astype(np.int16)
        kitchen.reached().say(OPENED, *pieces(np.concatenate([hush(0, 0.8), loud])))
        begun = time.monotonic()
        assert "voice-stopped" in kinds(kitchen.until("transcript"))
        kitchen.say(*pieces(np.zeros(3 * RATE, np.int16)))
        kitchen.say(Ping("x"))
        kitchen.until("pong")
        assert time.monotonic() - begun > 1.0
    assert len(desk.commands) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ((AudioChunk(4000, 2, 1, b"\0\0"),), "wyoming.sound"),
        ((AudioChunk(RATE, 2, 1, b"\0\0\0"),), "wyoming.sound"),
        ((AudioChunk(RATE, 2, 1, b"\0\0"), AudioChunk(48_000, 2, 1, b"\0\0")), "wyoming.sound"),
        ((AudioStart(RATE, 3, 1),), "wyoming.sound"),
    ],
)
def test_of_the_wrong_rate_it_is_told_so_and_shown(
    desk: Desk, kitchen: Satellite, wrong: tuple[AudioChunk, ...], code: str
) -> None:
    with linked(desk, [kitchen]) as (link,):
        kitchen.reached().say(WOKEN, *wrong)
        assert kitchen.until("error")[-1].data["code"] == code
        assert kitchen.over()
        eventually(lambda: link.status.code == code)
        assert "16 kHz" in link.status.reason
        kitchen.reached()  # it is tried again


def test_one_that_takes_nothing_is_hung_up_on_and_the_others_hear_nothing_of_it(
    desk: Desk, kitchen: Satellite, bedroom: Satellite
) -> None:
    desk.reply = lambda _, client: answer("word " * (900 if client == "satellite:bedroom" else 2) + ".")
    with linked(desk, [kitchen, bedroom], send_s=0.3) as links:
        bedroom.reached().say(WOKEN, *pieces(said(3)))
        kitchen.reached().say(WOKEN, *pieces(said(1)))
        kitchen.until("audio-stop")
        eventually(lambda: links[1].status.code == "satellite.gone")


def test_one_that_answered_pings_and_does_no_more_is_gone(
    desk: Desk, kitchen: Satellite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(satellite_link, "PING_S", 0.05)
    monkeypatch.setattr(satellite_link, "SILENT_S", 0.5)
    monkeypatch.setattr(satellite_link, "_LOOK_S", 0.05)
    with linked(desk, [kitchen]) as (link,):
        kitchen.reached()
        time.sleep(0.8)
        assert link.status.connected  # older satellites know no ping
        kitchen.until("ping")
        kitchen.say(Pong())
        eventually(lambda: "answers no more" in link.status.reason)


def test_one_that_is_not_there_is_shown_with_what_to_do(desk: Desk, kitchen: Satellite) -> None:
    with linked(desk, []), kitchen:
        pass
    with linked(Desk(), [kitchen]) as (link,):
        eventually(lambda: link.status.code == "satellite.away")
        assert "can't be reached at 127.0.0.1" in link.status.reason


def test_the_wake_word_ends_a_reply(desk: Desk, kitchen: Satellite) -> None:
    desk.reply = lambda _text, _client: answer("One. Two. Three. Four. Five. Six.")
    with linked(desk, [kitchen]):
        kitchen.reached()

        def slow(sentence: str) -> None:
            if sentence.startswith("Two"):
                kitchen.say(OPENED, AudioStop())
                time.sleep(0.3)

        desk.voice.before = slow
        kitchen.say(OPENED, *pieces(said(1)[RATE:]))
        kitchen.until("audio-stop")
        eventually(lambda: len(desk.commands) >= 1)
    assert "Six." not in desk.voice.said


def test_a_detector_is_lent_to_each_and_given_back(desk: Desk, kitchen: Satellite) -> None:
    made = []

    def wakes() -> object:
        made.append(1)
        return Desk.wakes()

    desk.wakes = wakes  # type: ignore[assignment]
    with linked(desk, [kitchen]):
        for _ in range(3):
            kitchen.reached().say(WOKEN, Ping("x"))
            kitchen.until("pong")
            kitchen.hang_up()
    assert len(made) == 1


def test_mutated_frames_end_a_connection_at_most_and_others_get_their_own_answers(
    desk: Desk, kitchen: Satellite, bedroom: Satellite
) -> None:
    chance, sent = random.Random(23), 0
    with linked(desk, [kitchen, bedroom]) as links:
        bedroom.reached()
        for number in range(120):
            with contextlib.suppress(OSError):
                kitchen.reached()
                for frame in mutated(chance, TALKS):
                    kitchen.line.sendall(frame)
                    sent += 1
                kitchen.line.shutdown(socket.SHUT_WR)
                kitchen.over()
            kitchen.hang_up()
            if number % 40 == 0:
                bedroom.say(OPENED, *pieces(said(5)[RATE:]), Ping(str(number)))
                told = bedroom.until("audio-stop")
                assert "Number 5" in [each.data.get("text") for each in told]
        assert links[1].status.connected
    assert sent > 200
    assert {each[:2] for each in desk.commands if each[1] == "satellite:bedroom"} == {("Number 5", "satellite:bedroom")}

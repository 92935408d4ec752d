"""The ear and the voice of the appliance itself: frames to barge-in, "stop" and echo, on scripted faculties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.hearing.ear import Ear
from device.hearing.own_voice import Barging, Over
from device.hearing.stop_word import Overhearing
from device.turn import events as on
from device.wiring.ear import Inline
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame, Samples
from services.speech.base import Final, Hints, no_hints
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.finals.wake_phrase import cut
from services.wake.base import Detection, Guard, WakeSettings
from services.wake.judge import WordJudge
from tests.doubles.speech import ScriptedVad
from tests.doubles.wake import ScriptedWake

DETECTION = Detection("hey_jarvis", 0.9, 0.0)


def frame(index: int, dbfs: float = -60.0) -> Frame:
    noise = np.random.default_rng(index).standard_normal(FRAME_SAMPLES) * 32768 * 10 ** (dbfs / 20)
    return Frame(np.clip(noise, -32768, 32767).astype(np.int16), index)


class Writes:
    """Finals of one text."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        return Final(self.text, 0.9, 0.05)


def ear_of(
    wake: ScriptedWake,
    *,
    text: str = "",
    said: Callable[[float], str] = lambda _: "",
    barging: Barging | None = None,
    voice: Sequence[tuple[float, float]] = (),
) -> tuple[Ear, list[on.Event | on.Crashed]]:
    events: list[on.Event | on.Crashed] = []
    ear = Ear(
        wake=wake,
        vad=ScriptedVad(voice),
        endpoint=AdaptiveEndpoint(),
        partials=None,
        finals=Writes(text),
        cut_wake=lambda words: cut(words, ["hey_jarvis"]),
        hints=no_hints,
        decoder=Inline(),
        emit=events.append,
        over=Over(events.append, barging=barging, said=said),
    )
    return ear, events


def names(events: Sequence[on.Event | on.Crashed]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_two_frames_of_the_wake_word_barge_in() -> None:
    ear, events = ear_of(ScriptedWake({6: DETECTION}, rising=[2, 5]), barging=Barging())
    ear.over.own_voice = True
    for index in range(8):
        ear.hear(frame(index))
    assert names(events) == ["BargeBegan", "BargeFaded", "BargeBegan", "WakeHeard"]


def test_the_wake_word_is_judged_otherwise_only_while_it_speaks() -> None:
    wake = ScriptedWake({})
    guard = Guard(0.6)
    ear, _ = ear_of(wake, barging=Barging(guard))
    for index, speaks in enumerate([False, True, True, False]):
        ear.over.own_voice = speaks
        ear.hear(frame(index))
    assert wake.guards == [None, guard, None]


@pytest.mark.parametrize(
    ("barging", "says"),
    [(None, "Task created."), (Barging(), "Say hey Jarvis, then your command.")],
    ids=["not enabled", "its own word"],
)
def test_nothing_barges_in(barging: Barging | None, says: str) -> None:
    ear, events = ear_of(ScriptedWake({3: DETECTION}, rising=[2]), barging=barging, said=lambda _: says)
    ear.over.own_voice = True
    for index in range(6):
        ear.hear(frame(index))
    assert names(events) == []


@pytest.mark.parametrize(("rings", "patience"), [(False, 1.5), (True, 4.0)])
def test_who_barges_in_has_a_second_and_a_half(rings: bool, patience: float) -> None:
    """After a ring there is nothing to be said on, and more time."""
    ear, events = ear_of(ScriptedWake({3: DETECTION}), barging=Barging())
    ear.over.own_voice, ear.over.rings = True, rings
    for index in range(4):
        ear.hear(frame(index))
    ear.over.own_voice = False
    for index in range(4, 100):
        ear.hear(frame(index))
    (ended,) = [event for event in events if isinstance(event, on.SpeechEnded)]
    assert ended.endpoint.reason == "no_speech"
    assert ended.endpoint.at == pytest.approx(4 * FRAME_SECONDS + 0.3 + patience, abs=0.09)


@given(st.lists(st.sampled_from(["hear", "rising", "word", "speaks", "silent", "close", "reset", "open"]), max_size=60))
def test_whatever_begins_fades_or_is_the_wake_word(orders: list[str]) -> None:
    heard = [order for order in orders if order in ("hear", "rising", "word")]
    words = {at: DETECTION for at, order in enumerate(heard) if order == "word"}
    wake = ScriptedWake(words, rising=[at for at, order in enumerate(heard) if order == "rising"])
    ear, events = ear_of(wake, barging=Barging())
    at = 0
    for order in orders:
        match order:
            case "speaks" | "silent":
                ear.over.own_voice = order == "speaks"
            case "close":
                ear.close()
            case "reset":
                ear.reset()
            case "open":
                ear.open(ear.turn + 2)
            case _:
                ear.hear(frame(at))
                at += 1
    ear.close()
    told = [name for name in names(events) if name in ("BargeBegan", "BargeFaded", "WakeHeard")]
    for one, next_one in pairwise([*told, "end"]):
        assert one != "BargeBegan" or next_one in ("BargeFaded", "WakeHeard")
        assert next_one != "BargeFaded" or one == "BargeBegan"


@pytest.mark.parametrize(("text", "heard"), [("call the bank due tomorrow", ""), ("add milk", "add milk")])
def test_its_echo_is_no_command(text: str, heard: str) -> None:
    voice = [(5 * FRAME_SECONDS, 30 * FRAME_SECONDS)]
    ear, events = ear_of(
        ScriptedWake({}), text=text, said=lambda _: "Call the bank, due tomorrow at nine.", voice=voice
    )
    ear.over.own_voice = True
    ear.open(2)
    for index in range(100):
        ear.over.own_voice = index < 30
        ear.hear(frame(index, -20.0 if 5 <= index < 30 else -70.0))
    (final,) = [event.final for event in events if isinstance(event, on.FinalHeard)]
    assert (final.text, final.dropped) == (heard, None if heard else "echo")


def test_after_a_silence_nothing_is_echo() -> None:
    voice = [(30 * FRAME_SECONDS, 50 * FRAME_SECONDS)]
    ear, events = ear_of(
        ScriptedWake({}), text="call the bank due tomorrow", said=lambda _: "Call the bank, due tomorrow.", voice=voice
    )
    ear.over.own_voice = True
    ear.hear(frame(0))
    ear.over.own_voice = False
    for index in range(1, 26):
        ear.hear(frame(index))
    ear.open(2)
    for index in range(26, 100):
        ear.hear(frame(index, -20.0 if 30 <= index < 50 else -70.0))
    assert [event.final.text for event in events if isinstance(event, on.FinalHeard)] == ["call the bank due tomorrow"]


# --- the judge of a wake word
# -------------------------------------------------------------------------------------------------------


def test_a_guarded_word_needs_two_frames() -> None:
    judge = WordJudge("hey_jarvis", WakeSettings())
    judge.guard = Guard(0.4, 2)
    found = [
        (bool(judge.hear(score, at * FRAME_SECONDS)), judge.rising)
        for at, score in enumerate([0.1, 0.9, 0.3, 0.45, 0.5, 0.9])
    ]
    assert found == [(False, False), (False, True), (False, False), (False, True), (True, False), (False, False)]
    judge.reset()
    judge.guard = None
    assert judge.hear(0.5, 9.0) and not judge.rising


# --- an answer that is given while it still asks
# ----------------------------------------------------------------------------------------------------------------------

ASKED = (0, 60)
"""Frames in which it asks."""


def overheard(
    spoken: tuple[int, int], text: str = "the second one", *, barge: bool = True, level: float = -24.0
) -> tuple[list[on.Event | on.Crashed], list[Samples]]:
    """Somebody says `text` in these frames, as loud as that, while it asks and is heard itself 25 dB below."""
    decoded: list[Samples] = []

    class Keeps(Writes):
        def transcribe(
            self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False
        ) -> Final:
            decoded.append(samples)
            return super().transcribe(samples)

    events: list[on.Event | on.Crashed] = []
    hush = Overhearing(lambda _: "", Inline(), level=lambda: -20.0, said=lambda _: "", emit=events.append)
    asks = "Do you mean the design review or the second meeting with Anna?"
    ear = Ear(
        wake=ScriptedWake({}),
        vad=ScriptedVad([(ASKED[0], max(ASKED[1], spoken[1]) * FRAME_SECONDS)]),
        endpoint=AdaptiveEndpoint(),
        partials=None,
        finals=Keeps(text),
        cut_wake=lambda words: words,
        hints=no_hints,
        decoder=Inline(),
        emit=events.append,
        over=Over(events.append, barging=Barging() if barge else None, overhearing=hush, said=lambda _: asks),
    )
    for index in range(spoken[1] + 120):
        asking = ASKED[0] <= index < ASKED[1]
        ear.over.own_voice = asking
        if index == ASKED[1]:
            ear.open(2, patience=8.0, answer=True)
        ear.hear(frame(index, level if spoken[0] <= index < spoken[1] else -45.0 if asking else -70.0))
    return [event for event in events if isinstance(event, on.SpeechBegan | on.SpeechEnded | on.FinalHeard)], decoded


@pytest.mark.parametrize(
    "spoken", [(52, 70), (48, 60), (40, 52)], ids=["beyond its end", "to its end", "in the middle of it"]
)
def test_what_is_said_into_a_question_is_its_answer(spoken: tuple[int, int]) -> None:
    events, decoded = overheard(spoken)
    assert names(events) == ["SpeechBegan", "SpeechEnded", "FinalHeard"]
    (final,) = [event.final.text for event in events if isinstance(event, on.FinalHeard)]
    assert final == "the second one"
    said = spoken[1] - spoken[0]
    assert decoded and all(said <= sound.size / FRAME_SAMPLES <= said + 16 for sound in decoded), "from its beginning"


def test_a_question_nobody_spoke_into_waits_for_its_answer() -> None:
    events, _ = overheard((100, 115))
    ended = next(event for event in events if isinstance(event, on.SpeechEnded))
    assert ended.endpoint.speech_start is not None and ended.endpoint.speech_start >= 99 * FRAME_SECONDS
    assert events[-1] == on.FinalHeard(2, Final("the second one", 0.9, 0.05))


def test_what_it_asks_itself_is_no_answer() -> None:
    """It is no louder than it was, or it is its own words."""
    events, decoded = overheard((40, 52), level=-45.0)
    assert not [event for event in events if isinstance(event, on.FinalHeard)] and not decoded
    events, _ = overheard((40, 60), "or the second meeting with Anna")
    assert [event.final.dropped for event in events if isinstance(event, on.FinalHeard)] == ["echo"]
    events, _ = overheard((40, 52), "")
    assert [event.final.dropped for event in events if isinstance(event, on.FinalHeard)] == ["echo"], "it listens on"


def test_where_nobody_may_talk_over_it_only_the_end_of_a_question_is_kept() -> None:
    events, _ = overheard((40, 52), barge=False)
    assert "FinalHeard" not in names(events)


def test_what_was_said_before_the_question_is_no_answer() -> None:
    events: list[on.Event | on.Crashed] = []
    voice = [(0.0, 1.6)]
    ear, events = ear_of(ScriptedWake({}), text="the game", barging=Barging(), voice=voice)
    for index in range(40):
        ear.over.own_voice = index >= 20
        ear.hear(frame(index, -24.0 if index < 20 else -70.0))
    ear.over.own_voice = False
    ear.open(2, patience=1.0, answer=True)
    for index in range(40, 70):
        ear.hear(frame(index, -70.0))
    assert names(events) == ["SpeechEnded"]


# --- "stop"
# ----------------------------------------------------------------------------------------------------------------------

OWN, ECHO, TALKER = -20.0, -45.0, -24.0


class Room:
    """What an overhearing is told of."""

    def __init__(self, text: str = "Stop.", said: str = "Call the bank.") -> None:
        self.decoded: list[Samples] = []
        self.events: list[on.Event | on.Crashed] = []
        self.own: float | None = OWN
        self.text = text
        self.at = 0
        self.over = Overhearing(
            self.decode, Inline(), level=lambda: self.own, said=lambda _: said, emit=self.events.append
        )

    def decode(self, samples: Samples) -> str:
        if self.text == "bug":
            raise RuntimeError("bug")
        self.decoded.append(samples)
        return self.text

    def hear(self, seconds: float, dbfs: float, voice: float = 0.9) -> Room:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.over.hear(frame(self.at, dbfs), voice, 4)
            self.at += 1
        return self


@pytest.mark.parametrize("seconds", [0.08, 0.4])
def test_stop_over_its_voice_is_heard(seconds: float) -> None:
    """Of a short one little more than its vowel stands out."""
    room = Room().hear(4.0, ECHO).hear(seconds, TALKER).hear(0.5, ECHO)
    assert room.events == [on.StopHeard(4)]
    (sound,) = room.decoded
    assert 0.8 < sound.size / 16_000 - seconds < 1.0, "what was said and about it, and silence around that"


def test_its_own_voice_is_not_even_decoded() -> None:
    room = Room().hear(30.0, ECHO)
    assert not room.events and not room.decoded


@pytest.mark.parametrize("said", ["You can say stop.", "It is at the top."])
def test_what_it_says_itself_does_not_stop_it(said: str) -> None:
    assert not Room(said=said).hear(4.0, ECHO).hear(0.4, TALKER).hear(0.5, ECHO).events


def test_somebody_who_talks_on_is_not_decoded() -> None:
    room = Room().hear(4.0, ECHO).hear(6.0, TALKER).hear(0.5, ECHO)
    assert not room.events and not room.decoded


def test_noise_is_not_decoded() -> None:
    assert not Room().hear(4.0, ECHO).hear(0.4, TALKER, voice=0.1).hear(0.5, ECHO).decoded


def test_in_the_pause_between_two_rings_it_is_heard_more_easily() -> None:
    room = Room().hear(4.0, ECHO)
    room.own = None
    room.hear(1.0, -70.0, voice=0.0).hear(0.4, -40.0).hear(0.5, -70.0, voice=0.0)
    assert room.events == [on.StopHeard(4)]


def test_before_the_room_is_known_nothing_is_heard() -> None:
    assert not Room().hear(0.4, TALKER).hear(0.5, ECHO).decoded


def test_another_word_stops_nothing_and_a_bug_is_not_hidden() -> None:
    assert not Room("Milk.").hear(4.0, ECHO).hear(0.4, TALKER).hear(0.5, ECHO).events
    assert names(Room("bug").hear(4.0, ECHO).hear(0.4, TALKER).hear(0.5, ECHO).events) == ["Crashed"]

"""The turns of one satellite, event by event, without a connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from wyoming.event import Eventable

from device.hearing.ear import Ear
from device.satellites.turns import SatelliteTurns
from device.turn import events as on
from services.speech.base import Endpoint, Final
from services.wake.base import Detection
from tests.satellite_desk import Desk, answer


class Bench:
    """A satellite's turns on their thread, and what comes out of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sent: list[Eventable] = []
        self.orders: list[Callable[[Ear], None]] = []
        self.news = threading.Condition()
        self.turns = SatelliteTurns(desk.services(), "satellite:kitchen", self.send, self.orders.append)
        self.thread = threading.Thread(target=self.turns.run, name="satellite-turns")

    def send(self, told: Eventable) -> None:
        with self.news:
            self.sent.append(told)
            self.news.notify_all()

    def hear(self, turn: int, text: str) -> None:
        self.turns.put(on.WakeHeard(turn, Detection("hey_jarvis", 0.9, 1.0)))
        self.end(turn, text)

    def end(self, turn: int, text: str) -> None:
        self.turns.put(on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.5)))
        self.turns.put(on.FinalHeard(turn, Final(text, 0.9, 0.0)))

    def until(self, holds: Callable[[], object]) -> None:
        with self.news:
            assert self.news.wait_for(holds, 10)

    @property
    def kinds(self) -> list[str]:
        return [each.event().type for each in self.sent]


@pytest.fixture
def bench() -> Iterator[Bench]:
    one = Bench(Desk())
    one.thread.start()
    yield one
    one.turns.put(None)
    one.thread.join(10)
    assert not one.thread.is_alive()


def test_who_goes_on_has_the_whole_done_in_the_place_of_its_beginning(bench: Bench) -> None:
    desk = bench.desk
    desk.reply = lambda _text, _client: None
    bench.hear(1, "set a timer for ten minutes")
    while not desk.dones:
        pass
    bench.turns.put(on.WentOn(3, 1))
    desk.dones[0](answer("Ten minutes."))
    bench.end(3, "set a timer for ten minutes for the pasta")
    while len(desk.dones) < 2:
        pass
    desk.dones[1](answer("Pasta timer."))
    bench.until(lambda: "audio-stop" in bench.kinds)
    assert [(text, resumes) for text, _, _, resumes in desk.commands] == [
        ("set a timer for ten minutes", False),
        ("set a timer for ten minutes for the pasta", True),
    ]
    assert desk.voice.said == ["Pasta timer."]


def test_who_goes_on_before_anything_was_asked_for_takes_nothing_s_place(bench: Bench) -> None:
    bench.turns.put(on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0)))
    bench.turns.put(on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.5)))
    bench.turns.put(on.WentOn(3, 1))
    bench.end(3, "the whole")
    bench.until(lambda: "audio-stop" in bench.kinds)
    assert [(text, resumes) for text, _, _, resumes in bench.desk.commands] == [("the whole", False)]


def test_a_reply_that_comes_late_waits_for_the_end_of_what_goes_on(bench: Bench) -> None:
    desk = bench.desk
    desk.reply = lambda text, _: None if text == "make a report" else answer("It is ten.")
    bench.hear(1, "make a report")
    while not desk.dones:
        pass
    bench.turns.put(on.WakeHeard(3, Detection("hey_jarvis", 0.9, 9.0)))
    desk.dones[0](answer("The report is done."))
    bench.end(3, "what time is it")
    bench.until(lambda: bench.kinds.count("audio-stop") == 2)
    assert desk.voice.said == ["It is ten.", "The report is done."]


def test_events_of_an_earlier_turn_are_passed_over(bench: Bench) -> None:
    bench.turns.put(on.WakeHeard(5, Detection("hey_jarvis", 0.9, 1.0)))
    bench.end(3, "stale")
    bench.end(5, "fresh")
    bench.until(lambda: "audio-stop" in bench.kinds)
    assert [each[0] for each in bench.desk.commands] == ["fresh"]


def test_a_bug_on_a_decode_thread_is_raised(bench: Bench) -> None:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            bench.turns.run()
        except ZeroDivisionError as error:
            raised.append(error)

    bench.turns.put(None)
    bench.thread.join(10)
    bench.turns.put(on.Crashed(ZeroDivisionError()))
    run()
    bench.thread = threading.Thread(target=bench.turns.run, name="satellite-turns")
    bench.thread.start()
    assert len(raised) == 1

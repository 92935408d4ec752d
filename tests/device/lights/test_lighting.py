"""The lights thread: what it draws when, with a clock of the test's; and that it is a thread that never keeps anybody
waiting.
"""

from __future__ import annotations

import math
import threading

import pytest

from device.lights.thread import RETRY_S, VOLUME_S, Lighting
from device.lights.view import TimerSpan, View
from tests.doubles.body import MemoryLights


class Desk:
    """A lighting without its thread: `at` is what happens at a moment."""

    def __init__(self, count: int = 12, *, rate: float = 30.0, quiet_brightness: float = 0.2) -> None:
        self.now = 100.0
        self.output = MemoryLights(count, rate=rate)
        self.bugs: list[Exception] = []
        self.lighting = Lighting(
            self.output,
            brightness=0.8,
            quiet_brightness=quiet_brightness,
            crashed=self.bugs.append,
            clock=lambda: self.now,
        )

    def at(self, seconds: float, view: View | None = None) -> float:
        """The view is told, then drawn `seconds` after the beginning; the pause that follows."""
        self.now = 100.0 + seconds
        if view:
            self.lighting.show(view)
        self.lighting._listen(0.0)
        return self.lighting.draw()

    @property
    def brightest(self) -> float:
        return max(part for pixel in self.output.shown[-1].pixels for part in pixel)


def test_what_is_still_is_drawn_once_and_waited_for() -> None:
    desk = Desk()
    assert desk.at(0, View("muted")) == math.inf
    assert desk.at(9) == math.inf
    assert desk.output.names == ["muted"] and len(desk.output.shown) == 1


def test_what_moves_is_drawn_thirty_times_a_second_and_what_blinks_at_its_edges() -> None:
    desk = Desk()
    assert desk.at(0, View("thinking")) == pytest.approx(1 / 30)
    assert desk.at(1, View("ringing")) == pytest.approx(0.25)
    assert desk.at(1.25) == pytest.approx(0.25)
    assert desk.at(2, View("idle", broker_away=True)) == pytest.approx(0.1)
    assert desk.at(2.101) == pytest.approx(0.099)
    assert desk.at(2.201) == pytest.approx(7.799)


def test_fewer_pictures_for_what_takes_fewer() -> None:
    assert Desk(rate=15).at(0, View("thinking")) == pytest.approx(1 / 15)


def test_what_only_has_words_gets_each_state_once() -> None:
    desk = Desk(1, rate=0)
    assert desk.at(0, View("thinking")) == math.inf
    assert desk.at(1, View("ringing")) == math.inf


def test_each_state_begins_at_its_beginning() -> None:
    desk = Desk()
    desk.at(0, View("thinking"))
    desk.at(0.13, View("ringing"))
    assert desk.brightest == pytest.approx(0.8)
    desk.at(0.40)
    assert desk.brightest == 0
    desk.at(0.41, View("ringing", quiet=True))
    assert desk.brightest == 0, "the same state again goes on without a jolt"


def test_quiet_hours_dim_and_never_brighten() -> None:
    desk = Desk()
    desk.at(0, View("muted"))
    assert desk.brightest == pytest.approx(0.8)
    desk.at(1, View("muted", quiet=True))
    assert desk.brightest == pytest.approx(0.2)
    assert desk.output.shown[-1].pixels == ((0.2, 0.0, 0.0),) * 12, "dim, and still red"
    bright = Desk(quiet_brightness=1.0)
    bright.at(0, View("muted", quiet=True))
    assert bright.brightest == pytest.approx(0.8)


def test_listening_follows_the_voice_and_speaking_what_is_spoken() -> None:
    desk = Desk()
    for phase, attribute in (("listening", "voice"), ("speaking", "sound")):
        setattr(desk.lighting, attribute, lambda: -70.0)
        desk.at(0.8, View(phase))  # type: ignore[arg-type]
        soft = sum(max(pixel) for pixel in desk.output.shown[-1].pixels)
        setattr(desk.lighting, attribute, lambda: -15.0)
        desk.at(0.8)
        assert sum(max(pixel) for pixel in desk.output.shown[-1].pixels) > 1.5 * soft
        setattr(desk.lighting, attribute, lambda: None)
        desk.at(0.8)
        assert sum(max(pixel) for pixel in desk.output.shown[-1].pixels) == pytest.approx(soft), "no sound is silence"


def test_levels_are_asked_for_only_where_they_are_shown() -> None:
    def never() -> float:
        raise AssertionError

    desk = Desk()
    desk.lighting.voice = desk.lighting.sound = never
    desk.at(0, View("muted"))


def test_a_new_volume_is_shown_for_a_moment() -> None:
    desk = Desk()
    desk.at(0, View("idle"))
    desk.now = 101.0
    desk.lighting.turned(0.5)
    assert desk.at(1) <= 0.5
    lit = [max(pixel) for pixel in desk.output.shown[-1].pixels]
    assert [value > 0 for value in lit] == [True] * 6 + [False] * 6
    assert desk.at(1 + VOLUME_S - 0.01) == pytest.approx(1 / 30, abs=0.03)
    assert desk.at(1 + VOLUME_S) == math.inf
    assert desk.output.names == ["idle", "volume", "idle"]


def test_the_arc_of_a_timer_shrinks() -> None:
    desk = Desk()
    lit = []
    for seconds in (0, 30, 60, 90, 119):
        desk.at(seconds, View("idle", timer=TimerSpan(100.0, 220.0)))
        lit.append(sum(max(pixel) > 0 for pixel in desk.output.shown[-1].pixels))
    assert lit == [12, 9, 6, 3, 1]


def test_lights_that_are_lost_are_told_of_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.output.failing = True
    for tenth in range(5):
        desk.at(tenth / 10, View("thinking"))
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    desk.output.failing = False
    desk.at(1)
    assert desk.output.names == ["thinking"]
    desk.output.failing = True
    desk.at(2)
    assert len(caplog.records) == 2


def test_still_lights_that_were_lost_are_tried_again() -> None:
    desk = Desk()
    desk.output.failing = True
    assert desk.at(0, View("muted")) == RETRY_S
    desk.output.failing = False
    assert desk.at(RETRY_S) == math.inf
    assert desk.output.names == ["muted"]


def test_the_thread_shows_what_it_is_told_and_ends_dark() -> None:
    shown = threading.Event()

    class Output(MemoryLights):
        def show(self, picture) -> None:  # type: ignore[no-untyped-def]
            super().show(picture)
            if picture.name == "muted":
                shown.set()

    output = Output(3)
    with Lighting(output, crashed=lambda bug: None) as lighting:
        assert any(thread.name == "lights" for thread in threading.enumerate())
        for _ in range(1000):
            lighting.show(View("idle"))
        lighting.show(View("muted"))
        assert shown.wait(5)
    assert output.closed and not any(thread.name == "lights" for thread in threading.enumerate())
    assert output.names[0] == "starting"
    lighting.close()


def test_nobody_waits_for_lights_that_hang() -> None:
    hanging, go_on = threading.Event(), threading.Event()

    class Output(MemoryLights):
        def show(self, picture) -> None:  # type: ignore[no-untyped-def]
            hanging.set()
            go_on.wait(10)
            super().show(picture)

    output = Output()
    with Lighting(output, crashed=lambda bug: None) as lighting:
        assert hanging.wait(5)
        lighting.show(View("listening"))
        lighting.show(View("muted"))
        go_on.set()
    assert "listening" not in output.names, "what is over when it could be shown is not"


def test_a_bug_is_told_to_main() -> None:
    class Broken(MemoryLights):
        def show(self, picture) -> None:  # type: ignore[no-untyped-def]
            raise ZeroDivisionError

    told = threading.Event()
    with Lighting(Broken(), crashed=lambda bug: told.set()) as lighting:
        assert told.wait(5)
        lighting.show(View("idle"))

"""The listen thread: faults of the microphone are told once, mended by reopening, and mute closes the stream."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from device.hearing.ear import Ear
from device.hearing.listener import Listener
from device.turn import effects as do
from device.turn import events as on
from firmware.base import MicrophoneMissing
from firmware.frame import FRAME_SECONDS, Frame
from services.speech.base import no_hints
from services.speech.endpoint import AdaptiveEndpoint
from services.wake.base import Detection
from tests.doubles.body import ScriptedMicrophone
from tests.doubles.speech import ScriptedFinals, ScriptedVad
from tests.doubles.wake import ScriptedWake


class Counts:
    """An ear that counts frames and may call back at one of them."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.turn = 0
        self.calls: list[str] = []
        self.at: dict[int, Any] = {}
        self.finished = False
        self.listening = False

    def hear(self, frame: Frame) -> None:
        self.frames.append(frame)
        if callback := self.at.get(len(self.frames)):
            callback()

    def open(self, turn: int, *, patience: float | None, preroll: float, held: bool, answer: bool) -> None:
        self.calls.append(f"open {turn} {preroll:g}{' held' if held else ''}{' answer' if answer else ''}")

    def hold(self, turn: int) -> None:
        self.calls.append(f"hold {turn}")

    def let_go(self, turn: int, *, ends: bool) -> None:
        self.calls.append(f"let go {turn}{' ends' if ends else ''}")

    def close(self) -> None:
        self.calls.append("close")

    def reset(self) -> None:
        self.calls.append("reset")

    def finish(self) -> bool:
        self.finished = True
        return False


NOISE = np.random.default_rng(0).integers(-50, 50, 1280 * 40).astype(np.int16)


def listen(microphone: Any, ear: Counts | None = None) -> tuple[list[Any], Counts, Listener]:
    emitted: list[Any] = []
    ear = ear or Counts()
    listener = Listener(microphone, ear, emitted.append)  # type: ignore[arg-type]
    return emitted, ear, listener


def test_the_end_of_a_file_ends_the_thread() -> None:
    emitted, ear, listener = listen(ScriptedMicrophone([NOISE]))
    listener.run()
    assert len(ear.frames) == 40 and ear.finished
    assert emitted == [on.Stopping()]


def test_a_lost_microphone_is_told_once_and_mended() -> None:
    emitted, ear, listener = listen(ScriptedMicrophone([NOISE], lose_at=(10,)))
    listener.run()
    assert [type(event) for event in emitted] == [on.MicrophoneFailed, on.MicrophoneMended, on.Stopping]
    assert "close" in ear.calls
    indices = [frame.index for frame in ear.frames]
    assert indices == sorted(indices), "audio time only goes on"


def test_no_microphone_at_the_start_is_tried_again() -> None:
    emitted, ear, listener = listen(ScriptedMicrophone([NOISE], missing=2))
    listener.run()
    assert [type(event) for event in emitted] == [on.MicrophoneFailed, on.MicrophoneMended, on.Stopping]
    assert len(ear.frames) == 40


def test_constant_sound_is_a_fault() -> None:
    emitted, _, listener = listen(ScriptedMicrophone([np.tile(NOISE, 4)], constant_from=0))
    ended = threading.Thread(target=listener.run, daemon=True)
    ended.start()
    while not emitted:
        pass
    listener.stop()
    ended.join(timeout=5)
    assert not ended.is_alive()
    assert "constant" in emitted[0].reason


def test_orders_are_obeyed_between_frames() -> None:
    ear = Counts()
    emitted, ear, listener = listen(ScriptedMicrophone([NOISE]), ear)
    ear.at = {
        5: lambda: listener.take(do.OpenEar(4)),
        6: lambda: listener.take(do.HoldEar(4)),
        7: lambda: listener.take(do.LetGo(4, ends=False)),
        8: lambda: listener.take(do.OpenEar(6, held=True, preroll=0.5)),
        9: lambda: listener.take(do.LetGo(6, ends=True)),
        10: lambda: listener.take(do.CloseEar()),
        11: lambda: listener.take(do.OpenEar(8, answer=True)),
        12: listener.stop,
    }
    listener.run()
    assert len(ear.frames) == 12
    assert ear.calls == [
        "reset",
        "open 4 0.4",
        "hold 4",
        "let go 4",
        "open 6 0.5 held",
        "let go 6 ends",
        "close",
        "open 8 0.4 answer",
        "close",
    ]
    assert emitted == []


class Interrupted(Ear):
    """An ear to which `between` happens while another thread reads its turn."""

    between: Callable[[], None] | None = None
    _turn = 0

    @property
    def turn(self) -> int:  # type: ignore[override]  # an attribute of the ear, which here tells who reads it
        turn, between, self.between = self._turn, self.between, None
        if between:
            between()
        return turn

    @turn.setter
    def turn(self, turn: int) -> None:
        self._turn = turn


def test_a_turn_that_main_tells_takes_back_none_that_the_ear_has_begun_meanwhile() -> None:
    words = {at: Detection("hey_jarvis", 0.9, at * FRAME_SECONDS) for at in (1, 2, 3)}
    emitted: list[Any] = []
    ear = Interrupted(
        wake=ScriptedWake(words),
        vad=ScriptedVad([]),
        endpoint=AdaptiveEndpoint(),
        partials=None,
        finals=ScriptedFinals(["add milk"]),
        cut_wake=str,
        hints=no_hints,
        decoder=ThreadPoolExecutor(),
        emit=emitted.append,
    )
    sound = [Frame(NOISE[at * 1280 :][:1280], at) for at in range(4)]

    def wake(at: int) -> None:
        ear.close()
        ear.hear(sound[at])

    listener = Listener(ScriptedMicrophone([NOISE]), ear, emitted.append)
    ear.hear(sound[0])
    wake(1)
    ear.between = lambda: wake(2)
    listener.raise_turn(1)
    if between := ear.between:
        ear.between = None
        between()
    wake(3)
    assert [event.turn for event in emitted if isinstance(event, on.WakeHeard)] == [1, 3, 5]
    listener.raise_turn(8)
    assert ear.over.turn == 8


def test_mute_closes_the_stream_and_unmute_opens_it_again() -> None:
    microphone, ear = ScriptedMicrophone([NOISE]), Counts()
    _, ear, listener = listen(microphone, ear)
    ear.at = {5: lambda: (listener.take(do.CloseMicrophone()), listener.take(do.OpenMicrophone()))}
    listener.run()
    assert microphone.opened == 1, "both orders came before the next frame: the stream goes on"
    microphone, ear = ScriptedMicrophone([NOISE]), Counts()
    _, ear, listener = listen(microphone, ear)
    later = threading.Timer(0.05, listener.take, (do.OpenMicrophone(),))
    ear.at = {5: lambda: (listener.take(do.CloseMicrophone()), later.start())}
    listener.run()
    assert microphone.opened == 2


def test_how_loud_it_is() -> None:
    """A square wave at a tenth of full scale is -20 dBFS; the level follows what comes, and is gone with the stream."""
    square = np.where(np.arange(1280 * 40) % 2, 3277, -3277).astype(np.int16)
    levels: list[float | None] = []
    ear = Counts()
    _, ear, listener = listen(ScriptedMicrophone([square, (square / 10).astype(np.int16)]), ear)
    ear.at = {frame: lambda: levels.append(listener.level) for frame in (1, 40, 41, 80)}
    assert listener.level is None
    listener.run()
    assert [round(level or 0.0) for level in levels] == [-20, -20, -21, -40]
    assert listener.level is None


def test_there_is_no_level_while_muted_or_without_a_microphone() -> None:
    levels: list[float | None] = []
    emitted: list[Any] = []
    ear = Counts()

    def emit(event: Any) -> None:
        emitted.append(event)
        levels.append(listener.level)

    listener = Listener(ScriptedMicrophone([NOISE], lose_at=(10,)), ear, emit)  # type: ignore[arg-type]
    listener.run()
    assert isinstance(emitted[0], on.MicrophoneFailed) and levels[0] is None
    muted, ear = ScriptedMicrophone([NOISE]), Counts()
    listener = Listener(muted, ear, emitted.append)  # type: ignore[arg-type]
    ear.at = {5: lambda: listener.take(do.CloseMicrophone())}
    thread = threading.Thread(target=listener.run, daemon=True)
    thread.start()
    while len(ear.frames) < 5:
        pass
    while listener.level is not None:
        pass
    listener.stop()
    thread.join(timeout=5)
    assert len(ear.frames) == 5


def test_silence_has_a_level_too() -> None:
    faint = np.zeros(1280 * 10, np.int16)
    faint[::1280] = 1
    levels: list[float | None] = []
    ear = Counts()
    _, ear, listener = listen(ScriptedMicrophone([faint]), ear)
    ear.at = {5: lambda: levels.append(listener.level)}
    listener.run()
    assert levels[0] is not None and -125 < levels[0] <= -90


def test_muted_from_the_start_it_never_opens() -> None:
    class Never(ScriptedMicrophone):
        def open(self) -> None:
            raise AssertionError("opened while muted")

    emitted: list[Any] = []
    listener = Listener(Never([NOISE]), Counts(), emitted.append, muted=True)  # type: ignore[arg-type]
    listener.stop()
    listener.run()
    assert emitted == []


def test_a_bug_in_the_ear_is_not_swallowed() -> None:
    ear = Counts()
    _, ear, listener = listen(ScriptedMicrophone([NOISE]), ear)

    def bug() -> None:
        raise RuntimeError("bug")

    ear.at = {3: bug}
    with pytest.raises(RuntimeError, match="bug"):
        listener.run()


def test_missing_names_the_choices() -> None:
    assert "UMIK" in str(MicrophoneMissing(names="UMIK, ReSpeaker"))

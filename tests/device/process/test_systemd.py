"""What systemd is told, over a real datagram socket; and when the watchdog is fed."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from device.hearing.listener import Listener
from device.process.systemd import Notifier, Watchdog, notifier_of, status_of, watchdog_wait
from device.turn import events as on
from device.turn.machine import Session, step
from tests.doubles.body import ScriptedMicrophone

NOISE = np.random.default_rng(0).integers(-50, 50, 1280 * 40).astype(np.int16)


class Starter:
    """The end of whoever started the process."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(5)

    def heard(self) -> list[str]:
        """The lines of the next datagram."""
        return self._socket.recv(4096).decode().split("\n")

    def silent(self) -> bool:
        self._socket.setblocking(False)
        try:
            self._socket.recv(4096)
        except BlockingIOError:
            return True
        finally:
            self._socket.settimeout(5)
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def starter(tmp_path: Path) -> Iterator[Starter]:
    there = Starter(str(tmp_path / "notify"))
    yield there
    there.close()


@pytest.fixture
def notifier(tmp_path: Path, starter: Starter) -> Iterator[Notifier]:
    here = Notifier(str(tmp_path / "notify"))
    yield here
    here.close()


def test_ready_phase_and_end_are_told(starter: Starter, notifier: Notifier) -> None:
    session, _ = step(Session(), on.Ready())
    notifier.watch(on.Ready(), session)
    assert starter.heard() == ["READY=1", "STATUS=idle"]
    session, _ = step(session, on.Pressed())
    notifier.watch(on.Pressed(), session)
    assert starter.heard() == ["STATUS=listening"]
    notifier.watch(on.Released(0.1), session)
    assert starter.silent(), "what did not change is not told again"
    notifier.watch(on.Stopping(), session)
    assert starter.heard() == ["STOPPING=1", "STATUS=ending"]


def test_the_status_names_a_fault_and_no_word_that_was_said() -> None:
    faulty = replace(Session(), phase="fault", fault="There is no microphone.")
    assert status_of(faulty) == "microphone fault: There is no microphone."


def test_one_datagram_whatever_the_text(starter: Starter, notifier: Notifier) -> None:
    notifier.tell(STATUS="two\nlines\r\nREADY=1")
    assert starter.heard() == ["STATUS=two lines READY=1"], "nobody tells more than one thing by a line's end"


def test_abstract_addresses() -> None:
    name = f"equerry-{id(object())}"
    there = Starter(f"\0{name}")
    here = notifier_of({"NOTIFY_SOCKET": f"@{name}"})
    assert here is not None
    here.tell(READY="1")
    assert there.heard() == ["READY=1"]
    here.close()
    there.close()


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1234"])
def test_no_starter(address: str) -> None:
    assert notifier_of({"NOTIFY_SOCKET": address}) is None
    assert notifier_of({}) is None


def test_a_starter_that_is_gone_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    here = Notifier(str(tmp_path / "nobody"))
    here.tell(READY="1")
    here.tell(WATCHDOG="1")
    assert len(caplog.records) == 1
    here.close()


def test_a_starter_that_reads_nothing_holds_up_nobody(starter: Starter, notifier: Notifier) -> None:
    for _ in range(10_000):
        notifier.tell(WATCHDOG="1")
    assert starter.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    ("environ", "wait"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "7"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
    ],
)
def test_how_long_the_watchdog_waits(environ: dict[str, str], wait: float | None) -> None:
    assert watchdog_wait(environ, pid=7) == wait


class Pulse:
    """A clock and a pulse, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.count = 0


def test_it_is_fed_while_the_pulse_moves_and_only_then(starter: Starter, notifier: Notifier) -> None:
    pulse = Pulse()
    watchdog = Watchdog(notifier, lambda: pulse.count, 20.0, clock=lambda: pulse.now)
    assert watchdog.beat() == 5.0 and starter.silent(), "nothing moved yet"
    pulse.count += 1
    assert watchdog.beat() == 5.0 and starter.silent(), "not due"
    pulse.now += 5.0
    assert watchdog.beat() == 5.0
    assert starter.heard() == ["WATCHDOG=1"]
    for _ in range(4):
        pulse.now += 5.0
        watchdog.beat()
    assert starter.silent(), "the loop stands still: systemd shall end it"
    pulse.count += 1
    pulse.now += 1.0
    assert watchdog.beat() == 4.0 and starter.silent()
    pulse.now += 4.0
    watchdog.beat()
    assert starter.heard() == ["WATCHDOG=1"], "it moves again in time"


class Hears:
    """An ear that orders at a frame."""

    turn = 0

    def __init__(self) -> None:
        self.frames = 0

    def hear(self, frame: object) -> None:
        self.frames += 1

    def reset(self) -> None: ...

    def close(self) -> None: ...

    def finish(self) -> bool:
        return False


def test_the_pulse_of_the_listener_counts_frames() -> None:
    ear = Hears()
    listener = Listener(ScriptedMicrophone([NOISE]), ear, lambda _: None)  # type: ignore[arg-type]
    assert listener.pulse == 0
    listener.run()
    assert listener.pulse == ear.frames == 40


def test_the_pulse_beats_while_a_microphone_is_waited_for() -> None:
    listener = Listener(ScriptedMicrophone([NOISE], missing=1), Hears(), lambda _: None)  # type: ignore[arg-type]
    listener.run()
    assert listener.pulse > 40


def test_the_pulse_beats_while_muted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.hearing.listener._GLANCE_S", 0.01)
    waited: queue.SimpleQueue[int] = queue.SimpleQueue()
    listener = Listener(ScriptedMicrophone([NOISE]), Hears(), lambda _: None, muted=True)  # type: ignore[arg-type]
    real = listener._wait

    def wait(seconds: float) -> bool:
        waited.put(listener.pulse)
        if waited.qsize() > 5:
            listener.stop()
        return real(seconds)

    monkeypatch.setattr(listener, "_wait", wait)
    listener.run()
    counts = [waited.get() for _ in range(waited.qsize())]
    assert counts == sorted(set(counts)), "each look is a beat"

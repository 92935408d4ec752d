"""The microphone for a moment: beside a running appliance, and when it fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from device.calibration.capture import MicrophoneTaken, held, record, runs
from device.commands.responder import Responder
from device.control.client import NotRunning, request
from device.control.server import Control
from device.jobs.jobs import Jobs
from firmware.base import MicrophoneLost, MicrophoneMissing
from firmware.sound.resample import Block
from services.actions.base import Reply, Response
from services.understanding.base import Command
from tests.doubles.body import ScriptedMicrophone

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Nothing:
    """Neither understands nor does."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        return Command(text, (), 0.0, "none")

    def run(self, command: Command, **_: object) -> Response:
        return Response(command, (), Reply(""))


@contextmanager
def running(folder: Path) -> Iterator[None]:
    with Jobs(Responder(Nothing(), Nothing(), lambda: NOW), now=lambda: NOW) as jobs:
        control = Control(folder)
        control.attend(jobs, dict, lambda _: None)
        thread = threading.Thread(target=control.run)
        thread.start()
        while True:
            try:
                request(folder, {"request": "status"})
                break
            except NotRunning:
                assert thread.is_alive()
        try:
            yield
        finally:
            control.stop()
            thread.join(20)


def test_a_microphone_that_the_appliance_holds_is_told_with_its_remedy(tmp_path: Path) -> None:
    with (
        running(tmp_path),
        pytest.raises(MicrophoneTaken, match="systemctl stop equerry"),
        held(ScriptedMicrophone([], missing=1), tmp_path),
    ):
        raise AssertionError("it is not open")


def test_a_microphone_that_nobody_holds_is_just_missing(tmp_path: Path) -> None:
    assert not runs(tmp_path)
    with pytest.raises(MicrophoneMissing) as told, held(ScriptedMicrophone([], missing=1), tmp_path):
        raise AssertionError("it is not open")
    assert not isinstance(told.value, MicrophoneTaken)


def test_a_shared_microphone_is_opened_beside_it_and_closed_whatever_happens(tmp_path: Path) -> None:
    microphone = ScriptedMicrophone([np.ones(1280, np.int16)])
    with running(tmp_path), pytest.raises(ZeroDivisionError), held(microphone, tmp_path):
        assert microphone.read() is not None
        raise ZeroDivisionError
    with pytest.raises(MicrophoneLost):
        microphone.read()


class Blocks:
    """Gives blocks of 80 ms, then is pulled out."""

    rate = 16_000

    def __init__(self, count: int) -> None:
        self._left = count

    def open(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def read_block(self) -> Block:
        if not self._left:
            raise MicrophoneLost(name="blocks")
        self._left -= 1
        return np.full((1280, 3), -16384, np.int16)


def test_so_much_is_recorded_and_the_level_told() -> None:
    told: list[tuple[float, float]] = []
    sound = record(Blocks(99), 1.0, lambda left, level: told.append((left, level)))
    assert sound.shape == (16_000, 3) and np.all(sound == -0.5)
    assert [round(left, 2) for left, _ in told[:2]] == [0.92, 0.84] and told[-1][0] == 0.0
    assert told[0][1] == pytest.approx(-6.02, abs=0.01)


def test_a_microphone_that_is_pulled_out_meanwhile_is_told() -> None:
    with pytest.raises(MicrophoneLost):
        record(Blocks(5), 1.0, lambda left, level: None)

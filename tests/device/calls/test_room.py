"""Several calls at once: what they cost each other, and a clear refusal where the machine cannot."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.calls import play
from device.calls.room import NoRoomForCall, check_room, room_for_call
from device.configuration.places import ROOT
from firmware.readings import Readings
from services.calls.base import CallEvent

CALLS = sorted((ROOT / "tests" / "calls" / "steer").glob("*.yaml"))[:10]


def _machine(tmp_path: Path, free_mib: int) -> Readings:
    folder = tmp_path / "proc"
    folder.mkdir(exist_ok=True)
    (folder / "meminfo").write_text(f"MemTotal: 4000000 kB\nMemAvailable: {free_mib * 1024} kB\n")
    return Readings(tmp_path)


def test_too_little_memory_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRoomForCall, match=r"120 MiB are free, and it takes 400\. Wait until another call has ended"):
        check_room(_machine(tmp_path, 120))
    check_room(_machine(tmp_path, 900))


def test_where_nobody_knows_it_is_tried(tmp_path: Path) -> None:
    check_room(Readings(tmp_path / "nothing"))


def test_two_that_begin_together_take_their_memory_one_after_the_other(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    told: list[str] = []

    def second() -> None:
        try:
            with room_for_call(_machine(tmp_path, 120), model):
                told.append("loaded")
        except NoRoomForCall:
            told.append("refused")

    with room_for_call(_machine(tmp_path, 900), model):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        assert told == [], "it looks only when the first has taken what it needs"
    waiting.join(10.0)
    assert told == ["refused"]


def test_ten_calls_at_once_find_what_each_finds_alone() -> None:
    def found(path: Path) -> list[CallEvent]:
        return list(play(path).events)

    assert len(CALLS) == 10
    with ThreadPoolExecutor(10) as pool:
        together = list(pool.map(found, CALLS))
    assert together[3] == found(CALLS[3])
    assert together[9] == found(CALLS[9])

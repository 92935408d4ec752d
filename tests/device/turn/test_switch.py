"""The mute switch, from its pin to the session: read at the start, and nothing else lifts what it closes."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from device.configuration.load import load
from device.errors import ConfigBroken
from device.process.lacks import Lacking
from device.turn import events as on
from device.turn.machine import Session, step
from device.wiring.body import build_switch, mute_marker


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


def settings(tmp_path: Path, **options: str) -> Any:
    return load(
        {"EQUERRY_PATHS__DATA": str(tmp_path)}
        | {f"EQUERRY_BUTTON__{key.upper()}": value for key, value in options.items()}
    )


def test_there_is_none_unless_it_is_set(tmp_path: Path, pins: MockFactory) -> None:
    assert build_switch(settings(tmp_path), pytest.fail, Lacking()) is None
    assert not mute_marker(settings(tmp_path)).muted


def test_each_turn_is_an_event_and_the_start_is_read(tmp_path: Path, pins: MockFactory) -> None:
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    given = settings(tmp_path, mute_pin="27")
    switch = build_switch(given, inbox.put, Lacking())
    assert switch is not None and not mute_marker(given, switch).muted
    pins.pin(27).drive_low()
    assert inbox.get_nowait() == on.SwitchTurned(closed=True)
    marker = mute_marker(given, switch)
    assert marker.muted and marker.switched_off and not marker.silenced
    session = Session(muted=marker.muted, silenced=marker.silenced, switched_off=marker.switched_off)
    session, effects = step(session, on.Ready())
    assert (session.phase, effects) == ("muted", ())
    pins.pin(27).drive_high()
    assert inbox.get_nowait() == on.SwitchTurned(closed=False)
    switch.close()


def test_it_needs_a_pin_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigBroken, match="talk button"):
        settings(tmp_path, pin="17", mute_pin="17")
    assert settings(tmp_path, pin="17", mute_pin="27").button.mute_pin == 27


def test_one_that_cannot_be_read_counts_as_closed(
    tmp_path: Path, pins: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    given, lacking = settings(tmp_path, mute_pin="27"), Lacking()
    there = build_switch(given, pytest.fail, Lacking())
    assert there is not None
    assert build_switch(given, pytest.fail, lacking) is None, "its pin is taken"
    assert mute_marker(given).switched_off and mute_marker(given).muted
    assert (
        list(lacking.told) == ["mute switch"]
        and "27" in lacking.told["mute switch"]
        and lacking.told["mute switch"] in caplog.text
    )
    there.close()

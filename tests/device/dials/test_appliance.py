"""The device as the actions see it: its volume survives a restart, its disk is the store's."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.dials.appliance import ThisAppliance
from device.turn import events as on
from firmware.readings import Readings
from tests.doubles.body import MemorySpeaker


def appliance(folder: Path, speaker: MemorySpeaker | None = None) -> ThisAppliance:
    return ThisAppliance(Readings(), folder, speaker=speaker)


def test_the_volume_survives_a_restart(tmp_path: Path) -> None:
    speaker = MemorySpeaker()
    first = appliance(tmp_path, speaker)
    assert first.volume == 100
    first.turn(40)
    assert (first.volume, speaker.volume) == (40, 0.4)
    after = MemorySpeaker()
    assert appliance(tmp_path, after).volume == 40
    assert after.volume == 0.4


@pytest.mark.parametrize("kept", ["", "loud", "\x00\xff"])
def test_a_file_that_is_no_number_counts_for_nothing(tmp_path: Path, kept: str) -> None:
    (tmp_path / "volume").write_bytes(kept.encode("latin-1"))
    assert appliance(tmp_path, MemorySpeaker()).volume == 100


def test_where_it_can_not_be_written_it_is_turned_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    speaker = MemorySpeaker()
    appliance(tmp_path / "nowhere", speaker).turn(30)
    assert speaker.volume == 0.3
    assert "will not survive a restart" in caplog.text


def test_without_a_loudspeaker(tmp_path: Path) -> None:
    device = appliance(tmp_path)
    device.turn(30)
    assert device.volume is None and not (tmp_path / "volume").exists()


def test_readings_of_this_very_machine(tmp_path: Path) -> None:
    device = appliance(tmp_path)
    disk, memory = device.disk(), device.memory()
    assert disk is not None and 0 <= disk.free <= disk.total
    assert memory is not None and 0 < memory.free <= memory.total
    assert (device.uptime() or 0) > 0 and (device.load() or 0) >= 0
    assert device.microphone() == ""
    assert isinstance(device.version, str)


def test_who_shows_the_volume_is_told_of_every_new_one(tmp_path: Path) -> None:
    told: list[float] = []
    appliance(tmp_path, MemorySpeaker()).turn(40)
    ThisAppliance(Readings(), tmp_path, speaker=MemorySpeaker(), turned=told.append).turn(30)
    assert told == [0.3], "not of the one it had before"


def test_what_is_asked_of_the_machine_goes_into_its_inbox(tmp_path: Path) -> None:
    inbox: list[object] = []
    device = ThisAppliance(Readings(), tmp_path, put=inbox.append)
    device.mute(True)
    device.hush()
    device.mute(False)
    assert inbox == [on.MuteAsked(True), on.StopAsked(), on.MuteAsked(False)]

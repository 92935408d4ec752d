"""What the appliance tells of itself, and what it says where it has no sensor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.actions.base import BackedUp, Room
from services.store.backups.base import BackupFull
from tests.appliance import MockAppliance


@pytest.mark.parametrize(
    ("what", "reply", "without"),
    [
        ("temperature", "My processor is at 51 degrees Celsius.", "This device has no thermometer."),
        (
            "memory",
            "1.5 gigabytes of 4 gigabytes of memory are free.",
            "This device doesn't tell how much memory is in use.",
        ),
        (
            "disk",
            "1.5 gigabytes of 4 gigabytes are free on the disk; it is 62 percent full.",
            "This device doesn't tell how full its disk is.",
        ),
        ("uptime", "I have been up for 1 day and 2 hours.", "This device doesn't tell since when it is running."),
        (
            "network",
            "I am connected. My address is 192.0.2.17.",
            "I am not connected to a network; I work all the same.",
        ),
        ("version", "This is Equerry 1.0.0.", "I don't know my version; I was not installed as a package."),
        ("volume", "The volume is at 70 percent.", "There is no loudspeaker here."),
        ("battery", "The battery is at 80 percent.", "This device has no battery that I could ask."),
        ("microphone", "I hear with a USB microphone.", "There is no microphone here."),
        (
            "status",
            "All is well: 51 degrees, 25 percent busy, disk 62 percent full, up for 1 day and 2 hours.",
            "All is well, as far as I can tell.",
        ),
    ],
)
def test_each_reading(desk: Any, what: str, reply: str, without: str) -> None:
    desk.appliance = MockAppliance(charge=80)
    assert desk.say("device.query", what=what) == reply
    desk.appliance = MockAppliance(
        version="",
        volume=None,
        celsius=None,
        room=None,
        seconds_up=None,
        busy=None,
        charge=None,
        ip=None,
        hears_with="",
    )
    assert desk.say("device.query", what=what) == without


def test_a_backup_on_request(desk: Any) -> None:
    appliance = desk.appliance = MockAppliance()
    assert desk.say("device.backup") == "Everything is backed up."
    assert appliance.asked == [("back up", None)]
    appliance.backs_up = BackedUp(twice=True)
    assert desk.say("device.backup") == "Everything is backed up twice, also in your second folder."
    appliance.backs_up = BackedUp(trouble="The second folder is not there.")
    assert desk.say("device.backup") == "Everything is backed up. The second folder is not there."
    appliance.backs_up = None
    assert desk.say("device.backup").startswith("I can't make backups from here")


def test_a_backup_that_fails_is_said(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: MockAppliance) -> BackedUp:
        raise BackupFull(path="/backups")

    monkeypatch.setattr(MockAppliance, "back_up", full)
    desk.appliance = MockAppliance()
    assert desk.say("device.backup") == "There is no room for a backup in /backups. Free some space."


def test_when_it_was_backed_up(desk: Any) -> None:
    desk.appliance = MockAppliance()
    assert desk.say("device.query", what="backup").startswith("I know of no backup.")
    desk.appliance.saved = desk.now - timedelta(hours=26)
    assert desk.say("device.query", what="backup") == "The last backup was made yesterday at 8 AM."


def test_what_is_amiss_comes_first(desk: Any) -> None:
    desk.appliance = MockAppliance(celsius=83.2, room=Room(100_000_000, 4_000_000_000))
    assert (
        desk.say("device.query")
        == "Not quite: my processor is at 83 degrees and slows down, the disk is 98 percent full, only 2 percent of"
        " memory are free."
    )
    assert (
        desk.say("device.query", what="temperature")
        == "My processor is at 83 degrees Celsius, which is so hot that it slows down."
    )
    assert desk.say("device.query", what="disk").startswith("100 megabytes of 4 gigabytes")


def test_without_an_appliance(desk: Any) -> None:
    assert desk.say("device.query", what="temperature") == "I can't look at the device from here."
    assert desk.codes == ["device.none"]

"""equerry fleet update behind a real sshd, on stand-ins for installed appliances (tests/fleet_appliance.py)."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.fleet.errors import DeviceRefused, NotReady
from device.fleet.listed import read_fleet
from device.fleet.release import release_of
from device.fleet.ssh import Ssh, SshAnswer
from device.fleet.updating import begin, bring, look
from tests.fleet_desk import PATIENCE_S, FleetDesk, archive, needs_sshd

pytestmark = needs_sshd
NAMES = ("desk", "hall", "attic")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FleetDesk]:
    with FleetDesk(tmp_path, NAMES) as one:
        for name in NAMES[1:]:
            one[name].begin("0.1.0")
        one["desk"].start("0.1.0")
        yield one


@pytest.fixture
def release(tmp_path: Path) -> str:
    return str(archive(tmp_path / "equerry-0.2.0.tar.gz", "0.2.0"))


def versions(desk: FleetDesk) -> list[str]:
    return [desk[name].version for name in NAMES]


def test_wave_after_wave_until_all_are_ready(desk: FleetDesk, release: str) -> None:
    dry = desk.fleet("update", release, "--waves", "1", "--dry-run")
    assert dry.returncode == 0 and versions(desk) == ["0.1.0"] * 3
    assert dry.stdout.splitlines() == [
        "Wave 1 of 2",
        "  desk: 0.1.0 → 0.2.0",
        "Wave 2 of 2",
        "  hall: 0.1.0 → 0.2.0",
        "  attic: 0.1.0 → 0.2.0",
        "0 are as they should be. Nothing was done.",
    ]
    result = desk.fleet("update", release, "--waves", "1")
    assert result.returncode == 0 and versions(desk) == ["0.2.0"] * 3
    waves = [line for line in result.stderr.splitlines() if line.startswith("Wave")]
    assert waves == ["Wave 1 of 2: desk", "Wave 2 of 2: hall, attic"]
    again = desk.fleet("update", release)
    assert (again.returncode, again.stdout) == (0, "As it should be before: desk, hall, attic.\n")
    assert desk["desk"].updates == ["0.2.0"], "once"


@pytest.mark.parametrize(
    ("behaves", "told"),
    [
        ("fails", "the update failed: the new release does not read your settings What helps: equerry config check"),
        ("old", "it runs 0.1.0, not 0.2.0"),
        ("deaf", "microphone: The microphone USB gives no sound."),
        ("dead", "The appliance is not running here"),
    ],
)
def test_it_stops_at_the_first_that_is_not_ready_and_goes_on_from_there(
    desk: FleetDesk, release: str, behaves: str, told: str
) -> None:
    desk["hall"].says("behaves", behaves)
    result = desk.fleet("update", release, "--waves", "1,1", "--ready-s", "2")
    assert result.returncode == 1
    assert f"✗ hall: Not ready: {told}" in result.stderr
    assert [desk[name].updates for name in NAMES] == [["0.2.0"], ["0.2.0"], []], "who comes after it is untouched"
    assert "Done: desk.\nNot ready: hall.\nNothing was done on attic.\nMend hall" in result.stdout
    assert "goes on from there: equerry fleet update" in result.stdout
    if behaves == "fails":
        desk["hall"].says("behaves", "well")
        told_again = desk.told("update", release)
        assert told_again["well"] and told_again["skipped"] == ["desk"] and set(told_again["done"]) == {*NAMES[1:]}


def test_what_was_amiss_before_does_not_stop_it(desk: FleetDesk) -> None:
    desk["desk"].stop()
    desk["desk"].says("fault", "The microphone USB gives no sound.")
    desk["desk"].start()
    told = desk.told("update", "0.2.0", "desk")
    assert told["well"] and list(told["done"]) == ["desk"], "a version alone: the device has the archive"


def test_one_that_is_away_stops_it_before_anything_is_done(desk: FleetDesk, release: str) -> None:
    desk.ssh_config.write_text("Host attic\n    Port 1\n" + desk.ssh_config.read_text())
    result = desk.fleet("update", release)
    assert result.returncode == 1 and versions(desk) == ["0.1.0"] * 3
    assert (
        "✗ attic: Not reached: Connection refused (port 1)." in result.stderr and "Nothing was done." in result.stderr
    )
    told = desk.told("update", release, "--without-away", "--waves", "100%")
    assert told["well"] and set(told["done"]) == {"desk", "hall"}


def test_stopped_in_the_middle_it_says_what_goes_on_and_takes_it_up_again(desk: FleetDesk, release: str) -> None:
    desk["desk"].says("behaves", "slow")
    process = desk.begin("update", release, "desk", "hall", "--waves", "1")
    end = time.monotonic() + PATIENCE_S
    while not desk["desk"].updates:
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130 and "Traceback" not in err, err
    assert "Under way when this was stopped, and going on there: desk.\nNothing was done on hall." in out
    told = desk.told("update", release, "desk", "hall")
    assert told["well"] and set(told["done"]) == {"desk", "hall"}
    assert desk["desk"].updates == ["0.2.0"], "not begun a second time"


def test_a_connection_that_breaks_in_the_middle_is_tried_again(desk: FleetDesk, release: str) -> None:
    desk["desk"].says("behaves", "slow")
    process = desk.begin("update", release, "desk")
    end = time.monotonic() + PATIENCE_S
    while not desk["desk"].updates:
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    desk.shut()
    time.sleep(2)
    desk.open()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and out == "Done: desk.\n", err
    assert desk["desk"].updates == ["0.2.0"]


@pytest.mark.parametrize("stays", [True, False])
def test_a_slot_on_trial_counts_once_it_is_judged(desk: FleetDesk, release: str, stays: bool) -> None:
    """What stands for systemd on that device says that it is being judged for as long as there is a file."""
    home = desk["desk"]
    systemctl = home.folder / "bin" / "systemctl"
    systemctl.write_text('#!/bin/sh\n[ ! -e "$HOME/trial" ] || echo activating\n')
    systemctl.chmod(0o755)
    home.says("trial", "")
    process = desk.begin("update", release, "desk", "--ready-s", "2")
    end = time.monotonic() + PATIENCE_S
    while home.version != "0.2.0":
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    home.rest()
    time.sleep(3)
    assert process.poll() is None, "it is ready, and not judged yet"
    if not stays:
        home.stop()
        home.start("0.1.0")
    (home.folder / "trial").unlink()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, "it runs 0.1.0, not 0.2.0" in err) == ((0, False) if stays else (1, True)), out + err


def test_an_archive_comes_whole_or_not_at_all(desk: FleetDesk, release: str) -> None:
    fleet, wanted = read_fleet(desk.file), release_of(release)
    there = desk["desk"].folder / ".equerry-fleet"
    device = fleet.devices[0]
    with Ssh(fleet.ssh_config) as ssh:
        assert look(ssh, device).state == "none"
        (there / "equerry-0.2.0.tar.gz.part").write_text("half of it")
        bring(ssh, device, wanted)
        assert {each.name for each in there.iterdir()} == {"equerry-0.2.0.tar.gz", "going"}
        assert (there / "equerry-0.2.0.tar.gz").read_bytes() == Path(release).read_bytes()
        before = (there / "equerry-0.2.0.tar.gz").stat().st_mtime_ns
        bring(ssh, device, wanted)
        assert (there / "equerry-0.2.0.tar.gz").stat().st_mtime_ns == before, "it was there already"
        for part, told in (
            (replace(wanted.parts[0], sha256="0" * 64), "did not come whole"),
            (replace(wanted.parts[0], sha256="0" * 64, bytes=1 << 60), "make room there"),
        ):
            with pytest.raises(DeviceRefused, match=told):
                bring(ssh, device, replace(wanted, parts=(part,)))
        assert {each.name for each in there.iterdir()} == {"equerry-0.2.0.tar.gz", "going"}


def test_another_update_that_goes_on_is_not_touched(desk: FleetDesk) -> None:
    desk["desk"].says("behaves", "slow")
    fleet = read_fleet(desk.file)
    with Ssh(fleet.ssh_config) as ssh:
        begin(ssh, fleet.devices[0], release_of("0.3.0"))
        assert look(ssh, fleet.devices[0]).state == "going"
        with pytest.raises(NotReady, match=r"an update to 0\.3\.0 goes on there"):
            begin(ssh, fleet.devices[0], release_of("0.2.0"))


def test_the_script_is_for_any_login_shell(desk: FleetDesk) -> None:
    """It comes as one word of a POSIX shell; the devices' forced command stands for whatever shell is there."""
    fleet = read_fleet(desk.file)
    with Ssh(fleet.ssh_config) as ssh:
        assert ssh.run(fleet.devices[0], 'echo "it\'s"; exit 3') == SshAnswer(3, "it's\n", "")

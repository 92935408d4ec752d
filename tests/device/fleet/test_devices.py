"""equerry fleet on devices behind a real sshd: how they are, their settings, and each way in which one can fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.fleet.each import on_each
from device.fleet.errors import DeviceSilent
from device.fleet.listed import read_fleet
from device.fleet.ssh import Ssh
from tests.fleet_desk import FleetDesk, needs_sshd

pytestmark = needs_sshd
COMMON = """[wake]
threshold = 0.6

[quiet]
chime = true
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FleetDesk]:
    with FleetDesk(tmp_path, ["desk", "hall", "attic"]) as one:
        yield one


@pytest.fixture
def common(tmp_path: Path) -> str:
    path = tmp_path / "common.toml"
    path.write_text(COMMON)
    return str(path)


def by_name(told: dict[str, Any]) -> dict[str, Any]:
    return {each["device"]: each for each in told["devices"]}


def test_how_they_are(desk: FleetDesk) -> None:
    desk["desk"].start("0.2.0")
    desk["hall"].says("fault", "The microphone USB gives no sound.")
    desk["hall"].start("0.1.0")
    told = by_name(desk.told("status"))
    assert (told["desk"]["well"], told["desk"]["state"], told["desk"]["version"]) == (True, "running", "0.2.0")
    assert told["hall"]["amiss"] == {"microphone": "The microphone USB gives no sound."} and not told["hall"]["well"]
    assert (told["attic"]["state"], told["attic"]["version"]) == ("stopped", "")
    result = desk.fleet("status", "desk")
    assert (result.returncode, result.stderr) == (0, "1 of 1 is well. Versions: 1 × 0.2.0.\n")
    assert result.stdout.split("\t")[:4] == ["✓", "desk", "0.2.0", "running"]
    assert desk.fleet("status").returncode == 1


def test_every_way_not_to_be_reached_is_told_and_holds_up_nobody(desk: FleetDesk) -> None:
    desk["desk"].start()
    desk["hall"].equerry("echo \"No such command 'status'.\" >&2; exit 2\n")
    desk["attic"].equerry("echo 'Welcome to the attic!'\n")
    desk.ssh_config.write_text(
        "Host stranger\n    UserKnownHostsFile /dev/null\n"
        "Host changed\n    UserKnownHostsFile " + str(desk.folder / "changed") + "\n"
        "Host nobody\n    User nobody-here\n"
        "Host refused\n    Port 1\n"
        "Host nameless\n    HostName nowhere.invalid\n"
        "Host bare\n    SetEnv FLEET_DEVICE=bare\n" + desk.ssh_config.read_text()
    )
    other = (desk.folder / "key.pub").read_text()
    (desk.folder / "changed").write_text(f"[127.0.0.1]:{desk.port} {other}")
    (desk.folder / "devices" / "bare").mkdir()
    more = ("stranger", "changed", "nobody", "refused", "nameless", "bare")
    desk.file.write_text(desk.file.read_text() + "".join(f"[devices.{name}]\n" for name in more))
    told = by_name(desk.told("status"))
    assert {name: each.get("code", "") for name, each in told.items()} == {
        "desk": "",
        "hall": "fleet.no_command",
        "attic": "fleet.answer",
        "stranger": "fleet.host_unknown",
        "changed": "fleet.host_changed",
        "nobody": "fleet.login",
        "refused": "fleet.away",
        "nameless": "fleet.away",
        "bare": "fleet.no_equerry",
    }
    assert told["hall"]["text"].endswith("Update it first: equerry fleet update VERSION hall")


def test_one_that_hangs_is_given_up_and_holds_up_no_other(desk: FleetDesk) -> None:
    desk["hall"].equerry("exec sleep 20\n")
    desk["desk"].equerry("echo here\n")
    began = time.monotonic()
    fleet = read_fleet(desk.file)
    with Ssh(fleet.ssh_config) as ssh:

        def asked(device: Any) -> str:
            return ssh.equerry(device, ["status"], limit_s=2).out

        came = {each.device.name: each for each in on_each(fleet.chosen(["desk", "hall"]), asked, 2, ssh.break_off)}
    assert came["desk"].value == "here\n" and isinstance(came["hall"].error, DeviceSilent)
    assert time.monotonic() - began < 15


def test_sudo_that_asks_for_a_password_is_told(desk: FleetDesk) -> None:
    sudo = desk["hall"].folder / "bin" / "sudo"
    sudo.write_text("#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n")
    sudo.chmod(0o755)
    desk.file.write_text(desk.file.read_text().replace("sudo = false\n", "").replace("[devices.desk]\n[", "["))
    told = by_name(desk.told("status", "hall"))
    assert told["hall"]["code"] == "fleet.sudo"


def test_in_what_they_differ(desk: FleetDesk, common: str) -> None:
    desk["desk"].settings.write_text(COMMON)
    desk["hall"].settings.write_text("[wake]\nthreshold = 0.4\n")
    told = by_name(desk.told("diff", common))
    assert told["desk"] == {"device": "desk", "same": True, "differences": [], "secrets": {}}
    assert [(each["key"], each["wanted"], each["there"]) for each in told["hall"]["differences"]] == [
        ("wake.threshold", 0.6, 0.4),
        ("quiet.chime", True, False),
    ]
    result = desk.fleet("diff", common, "desk", "hall")
    assert result.returncode == 1 and result.stderr == f"1 of 2 are as {common} says.\n"
    assert f"hall\twake.threshold\t0.4, not 0.6  ({desk['hall'].settings})" in result.stdout


def test_secrets_are_known_as_set_or_not_and_never_told(desk: FleetDesk, common: str) -> None:
    desk.file.write_text('secrets = ["mqtt-password"]\n' + desk.file.read_text())
    for name, mode in (("desk", 0o600), ("hall", 0o644)):
        folder = desk[name].folder / ".config" / "equerry" / "secrets"
        folder.mkdir(parents=True)
        (folder / "mqtt-password").write_text("swordfish")
        (folder / "mqtt-password").chmod(mode)
        desk[name].settings.write_text(COMMON)
    result = desk.fleet("diff", common, "--json")
    assert "swordfish" not in result.stdout + result.stderr
    told = by_name(desk.told("diff", common))
    assert {name: each["secrets"]["mqtt-password"] for name, each in told.items()} == {
        "desk": "set",
        "hall": "open",
        "attic": "not set",
    }
    assert [name for name, each in told.items() if each["same"]] == ["desk"]


def test_what_is_in_common_is_set_and_all_else_stays(desk: FleetDesk, common: str) -> None:
    desk["desk"].settings.write_text(COMMON)
    desk["hall"].settings.write_text("# mine\n[wake]\nthreshold = 0.4\n\n[device]\nname = 'hall'\n")
    desk["hall"].start()
    dry = desk.fleet("apply", common, "--dry-run")
    assert dry.returncode == 0 and "hall: wake.threshold, quiet.chime" in dry.stdout
    assert "# mine" in desk["hall"].settings.read_text() and "0.4" in desk["hall"].settings.read_text()
    told = desk.told("apply", common)
    assert told == {"well": True, "done": {"hall": "set", "attic": "set; it does not run"}, "failed": {}, "begun": [],
                    "left": [], "skipped": ["desk"]}  # fmt: skip
    assert desk["hall"].settings.read_text() == (
        "# mine\n[wake]\nthreshold = 0.6\n\n[device]\nname = 'hall'\n\n[quiet]\nchime = true\n"
    )
    assert desk.fleet("diff", common).returncode == 0
    again = desk.fleet("apply", common)
    assert (again.returncode, again.stdout) == (0, "As it should be before: desk, hall, attic.\n")


def test_what_a_device_refuses_stops_the_others(desk: FleetDesk, common: str) -> None:
    """What is wrong before is told and left; what can't be used there is refused by it, and nothing is written."""
    desk["desk"].settings.write_text("[board\n")
    told = desk.told("apply", common, "--waves", "1")
    assert list(told["failed"]) == ["desk"] and told["left"] == ["hall", "attic"] and not told["done"]
    assert "not valid TOML" in told["failed"]["desk"]["text"]
    assert desk["desk"].settings.read_text() == "[board\n" and desk["hall"].settings.read_text() == ""


def test_what_the_running_appliance_makes_of_it(desk: FleetDesk, common: str) -> None:
    """A new start that waits for rest is no failure; settings that it refuses are one."""
    desk["desk"].start()
    desk["desk"].says("waiting", "wake.threshold")
    told = desk.told("apply", common, "desk", "--ready-s", "1")
    assert told["well"] and told["done"]["desk"].startswith("set; wake.threshold: the appliance starts anew")
    desk["hall"].start()
    desk["hall"].says("refused", "quiet.chime: not here")
    told = desk.told("apply", common, "hall", "--ready-s", "1")
    assert "settings: refused, those before stay in force: quiet.chime" in told["failed"]["hall"]["text"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[wake]\nthreshold = 7\n", ":2: wake.threshold = 7: is out of range"),
        ("[mqtt]\npassword = 'swordfish'\n", ":2: mqtt.password is no setting of ours"),
        ("[device]\nname = 'desk'\n", "device.name can't be in common"),
        ("[wake]\nthresh", "not valid TOML"),
        ("", "it sets nothing"),
    ],
)
def test_a_common_file_that_can_t_be_used_is_never_sent(desk: FleetDesk, common: str, text: str, told: str) -> None:
    Path(common).write_text(text)
    for word in ("diff", "apply"):
        result = desk.fleet(word, common)
        assert result.returncode == 2 and told in result.stderr and result.stdout == ""


def test_the_same_command_on_each(desk: FleetDesk) -> None:
    desk["desk"].settings.write_text("[wake]\nthreshold = 0.4\n")
    result = desk.fleet("run", "--on", "desk", "--on", "hall", "config", "get", "wake.threshold")
    assert (result.returncode, result.stdout) == (0, "desk: 0.4\nhall: 0.5\n")
    assert desk.fleet("run", "config", "get", "no.such").returncode == 1


def test_bad_input_ends_with_2_and_a_sentence(desk: FleetDesk, tmp_path: Path) -> None:
    for words in (["status", "desc"], ["update", "nothing.tar.gz"], ["update", "0.2.0", "--waves", "x"]):
        result = desk.fleet(*words)
        assert result.returncode == 2 and result.stderr.startswith("equerry: "), result
    desk.file.write_text(desk.file.read_text() + "[devices.desk]\n")
    assert "a second device is called desk" in desk.fleet("list").stderr
    desk.file.unlink()
    assert "There is no fleet file" in desk.fleet("status").stderr

"""What is written on the card goes into the system, and away from the card; what is wrong stays there, and is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.card.errors import CardWrong
from device.card.plan import FileStep, ProgramStep, plan, wpa
from device.card.taking import PROBLEMS, take, text_of
from device.card.wishes import WlanTable, of_imager, of_ours
from tests.device.card.test_wishes import IMAGER, KEY, PSK

OURS = """\
[device]
name = "kitchen"
[card.wlan]
ssid = "Home"
password = "12345678"
[card.secrets]
mqtt-password = "hidden"
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    (tmp_path / "card").mkdir()
    return tmp_path / "card"


def test_a_file_is_taken_and_goes(card: Path, tmp_path: Path) -> None:
    (card / "equerry.toml").write_text(OURS, encoding="utf-8")
    (card / PROBLEMS).write_text("of the last time\n", encoding="utf-8")
    assert take(card, tmp_path) == []
    assert list(card.iterdir()) == []
    wpa = tmp_path / "etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
    secret = tmp_path / "etc/equerry/secrets/mqtt-password"
    assert 'psk="12345678"' in wpa.read_text(encoding="utf-8")
    assert secret.read_text(encoding="utf-8") == "hidden\n"
    assert {path.stat().st_mode & 0o777 for path in (wpa, secret)} == {0o600}
    assert (tmp_path / "etc/equerry/equerry.toml").read_text(encoding="utf-8") == '[device]\nname = "kitchen"\n'


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (OURS.replace("name =", "nam ="), "device.nam is no setting of ours"),
        (OURS.replace("ssid =", "sid ="), "card.wlan.sid is unknown"),
        (OURS.replace('"Home"', '"Home'), "it can't be read"),
    ],
)
def test_a_wrong_file_stays_and_nothing_of_it_is_taken(card: Path, tmp_path: Path, wrong: str, problem: str) -> None:
    (card / "equerry.toml").write_text(wrong, encoding="utf-8")
    told = take(card, tmp_path)
    assert len(told) == 1
    assert told[0].startswith(f"equerry.toml: {problem}")
    assert (card / PROBLEMS).read_text(encoding="utf-8") == f"{told[0]}\n"
    assert (card / "equerry.toml").read_text(encoding="utf-8") == wrong
    assert not (tmp_path / "etc").exists()


def test_one_file_that_is_wrong_does_not_keep_the_other_from_being_taken(card: Path, tmp_path: Path) -> None:
    (card / "custom.toml").write_text("x =", encoding="utf-8")
    (card / "equerry.toml").write_text(OURS, encoding="utf-8")
    assert [each.split(":")[0] for each in take(card, tmp_path)] == ["custom.toml"]
    assert sorted(path.name for path in card.iterdir()) == ["custom.toml", PROBLEMS]


def test_an_empty_card_asks_for_nothing(card: Path, tmp_path: Path) -> None:
    assert take(card, tmp_path) == []
    assert list(card.iterdir()) == []


def test_editors_of_windows_are_understood(card: Path, tmp_path: Path) -> None:
    (card / "equerry.toml").write_bytes(b"\xef\xbb\xbf" + OURS.replace("\n", "\r\n").encode())
    assert take(card, tmp_path) == []


def test_a_file_that_is_no_text_is_told(card: Path) -> None:
    (card / "custom.toml").write_bytes('[wlan]\nssid = "Café"'.encode("latin-1"))
    with pytest.raises(CardWrong, match="save it as UTF-8"):
        text_of(card / "custom.toml")


def test_imagers_user_and_ssh() -> None:
    steps = list(plan(of_imager(IMAGER)))
    written = {step.path: step.text for step in steps if isinstance(step, FileStep)}
    called = {step.command[0]: step for step in steps if isinstance(step, ProgramStep)}
    assert called["useradd"].command[-1] == "anna"
    assert called["chpasswd"].command == ("chpasswd", "--encrypted")
    assert written["etc/ssh/keys/anna"] == f"{KEY}\n"
    assert str(written["etc/ssh/sshd_config.d/50-card.conf"]).startswith("PasswordAuthentication no\n")
    assert written["etc/sudoers.d/50-card"] is None
    assert written["etc/equerry/equerry.d/card.toml"] == '[device]\ntime_zone = "Europe/London"\n'
    assert written["etc/hostname"] == "desk\n"


def test_who_has_a_key_and_no_password_needs_none_for_sudo() -> None:
    steps = plan(of_ours(f'[card.user]\nname = "anna"\n[card.ssh]\nauthorized_keys = ["{KEY}"]'))
    written = {step.path: step for step in steps if isinstance(step, FileStep)}
    assert written["etc/sudoers.d/50-card"].text == "anna ALL=(ALL:ALL) NOPASSWD: ALL\n"
    assert written["etc/sudoers.d/50-card"].mode == 0o440


def test_without_ssh_the_server_stays_off() -> None:
    steps = plan(of_ours('[card.user]\nname = "anna"\npassword = "long enough"'))
    written = {step.path: step.text for step in steps if isinstance(step, FileStep)}
    assert written["etc/ssh/sshd_config.d/50-card.conf"] is None


@pytest.mark.parametrize(
    ("wlan", "lines"),
    [
        (WlanTable(ssid='a"b', password='pass"word'), ["ssid=612262", 'psk="pass"word"']),
        (WlanTable(ssid="Home", password=PSK, country="DE"), ["country=DE", "ssid=486f6d65", f"psk={PSK}"]),
        (WlanTable(ssid="Open", hidden=True), ["scan_ssid=1", "key_mgmt=NONE"]),
    ],
)
def test_wireless_networks(wlan: WlanTable, lines: list[str]) -> None:
    told = [line.strip() for line in wpa(wlan).splitlines()]
    assert [line for line in lines if line not in told] == []

"""What the settings say of the service's bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.process.bounds import WATCHDOG_S, drop_in, main


def of(unit: str = "equerry.service", **environ: str) -> list[str]:
    lines = drop_in(load({"EQUERRY_PATHS__DATA": "/var/lib/equerry", **environ}), unit).splitlines()
    assert lines[1] == "[Service]"
    return lines[2:]


@pytest.fixture(autouse=True)
def no_owner_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.configuration.places.OWNER_FILES", ())


def test_no_broker_no_network() -> None:
    assert of() == ["PrivateNetwork=yes"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EQUERRY_MQTT__HOST", "desk"),
        ("EQUERRY_BUCKET__NAME", "desk"),
        ("EQUERRY_HOME_ASSISTANT__URL", "http://desk:8123"),
        ("EQUERRY_CALDAV__ENABLED", "true"),
        ("EQUERRY_WYOMING__ENABLED", "true"),
        ("EQUERRY_SATELLITES__AT", '["kitchen at 192.168.1.31"]'),
    ],
)
def test_whatever_speaks_to_others_needs_the_network(variable: str, value: str) -> None:
    assert of(**{variable: value}) == []


def test_the_backup_has_its_folders_and_nothing_else() -> None:
    assert of("equerry-backup.service") == []
    assert of("equerry-backup.service", EQUERRY_BACKUP__SECOND="/media/stick") == ['ReadWritePaths="-/media/stick"']


def test_folders_elsewhere_are_opened() -> None:
    lines = of(
        EQUERRY_BACKUP__SECOND="/media/stick",
        EQUERRY_BACKUP__FOLDER="/var/lib/equerry/backups",
        EQUERRY_FILES__INBOX="/home/ann/in",
    )
    assert lines == ["PrivateNetwork=yes", 'BindPaths="-/home/ann/in"', 'ReadWritePaths="-/media/stick"']


def test_names_that_systemd_would_read_otherwise() -> None:
    assert of(EQUERRY_BACKUP__SECOND='/media/5% "stick": a\\b')[1:] == [
        'ReadWritePaths="-/media/5%% \\"stick\\"\\: a\\\\b"'
    ]


def test_a_patient_microphone_has_a_patient_watchdog() -> None:
    assert "WatchdogSec=45" in of(EQUERRY_MICROPHONE__SILENT_S="30")
    assert of(EQUERRY_MICROPHONE__SILENT_S="5") == ["PrivateNetwork=yes"], f"{WATCHDOG_S} s are enough"


def test_wrong_settings_print_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "equerry.toml"
    broken.write_text("[mqtt]\nhots = 1\n")
    monkeypatch.setenv("EQUERRY_CONFIG", str(broken))
    assert main(["equerry.service"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "did you mean mqtt.host" in told.err

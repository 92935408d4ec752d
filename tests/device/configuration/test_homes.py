"""Settings and data lie where the XDG variables say (XDG Base Directory Specification)."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.commands.routine_files import routine_folders
from device.configuration.load import load
from device.configuration.places import owner_files, placed
from device.configuration.secrets import secret


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("EQUERRY_CONFIG", "EQUERRY_PATHS__DATA", "EQUERRY_PATHS__MODELS", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def test_without_the_variables_all_lies_in_the_home(home: Path) -> None:
    assert load().paths.data == home / ".local/share/equerry"
    assert owner_files({})[-1] == home / ".config/equerry/equerry.toml"


def test_the_variables_are_honoured(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    settings = tmp_path / "config" / "equerry" / "equerry.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[device]\nname = "desk"\n')
    word = settings.parent / "secrets" / "mqtt-password"
    word.parent.mkdir()
    word.write_text("word\n")
    word.chmod(0o600)
    found = load()
    assert found.device.name == "desk"
    assert (found.paths.data, found.paths.models) == (tmp_path / "data/equerry", tmp_path / "data/equerry/models")
    assert routine_folders(environ)[-1] == settings.parent / "routines"
    assert secret("mqtt-password").get_secret_value() == "word"


def test_what_is_there_already_stays_and_a_path_that_is_not_from_the_root_counts_for_nothing(
    home: Path, tmp_path: Path
) -> None:
    environ = {"XDG_DATA_HOME": str(tmp_path / "data")}
    old, new = home / ".local/share/equerry", tmp_path / "data" / "equerry"
    old.mkdir(parents=True)
    assert placed("~/.local/share/equerry", environ) == old
    new.mkdir(parents=True)
    assert placed("~/.local/share/equerry", environ) == new
    assert placed("~/.local/share/equerry", {"XDG_DATA_HOME": "data"}) == old
    assert placed("~/elsewhere", environ) == home / "elsewhere"
    assert placed("/var/lib/equerry", environ) == Path("/var/lib/equerry")

"""The settings it was made with: asked for at the button, put aside beside the store, brought back by the owner."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.configuration.load import load
from device.configuration.owned.aside import NAME, Aside, read
from device.configuration.owned.factory import LATER, TOLD, TURNED, FactoryFailed, Restoring, news
from device.errors import ConfigBroken
from device.pages.status import lines_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Home:
    """An owner's files, and the data folder of the device, which is not where it is shipped to be."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self.file = folder / "data", folder / "equerry.toml"
        self.data.mkdir()
        for name in [name for name in os.environ if name.startswith("EQUERRY_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("EQUERRY_CONFIG", str(self.file))
        self.write("[wake]\nthreshold = 0.4\n")
        self.drop_in = folder / "equerry.d" / "10-more.toml"
        self.drop_in.parent.mkdir()
        self.drop_in.write_text("[ring]\nlimit_s = 60\n")
        self.restarts = 0

    @property
    def environ(self) -> Mapping[str, str]:
        return {"EQUERRY_CONFIG": str(self.file)}

    def write(self, text: str) -> None:
        self.file.write_text(f'# Mine.\n[paths]\ndata = "{self.data}"\n{text}')

    def restoring(self, *, restart: bool = True) -> Restoring:
        def again() -> None:
            self.restarts += 1

        return Restoring(
            self.data, self.environ, now=lambda: NOW, demand=lambda _: None, restart=again if restart else None
        )

    @property
    def set(self) -> tuple[float, float]:
        settings = load(self.environ)
        assert settings.paths.data == self.data, "where the data are is never forgotten"
        return settings.wake.threshold, settings.ring.limit_s


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, monkeypatch)


def config(*words: str) -> Result:
    return CliRunner().invoke(app, ["config", *words])


MINE, SHIPPED = (0.4, 60.0), (0.5, 300.0)


def test_they_hold_again_and_what_was_told_is_kept(home: Home) -> None:
    for name in (*TURNED, "equerry.db", "muted"):
        (home.data / name).write_text("1")
    assert home.set == MINE
    assert home.restoring()() == "" and home.restarts == 1
    assert home.set == SHIPPED
    assert sorted(path.name for path in home.data.iterdir()) == ["equerry.db", NAME, "muted"]
    assert "threshold" in home.file.read_text(), "the files themselves are not touched"
    assert news(home.data) == TOLD and news(home.data) == "", "told at the next start, once"


def test_where_nobody_starts_it_again_that_is_said(home: Home) -> None:
    assert home.restoring(restart=False)() == LATER and home.set == SHIPPED


def test_rollback_brings_all_of_it_back(home: Home) -> None:
    home.restoring()()
    shown = config("show", "--changed")
    assert "put aside since" in shown.stderr and "rollback" in shown.stderr and "wake.threshold" not in shown.stdout
    assert config("rollback", "--list").stdout.split()[-1] == str(home.file)
    result = config("rollback")
    assert result.exit_code == 0, result.output
    assert home.set == MINE and "put aside" not in config("show").stderr
    assert not (home.data / NAME).exists()


def test_what_is_set_after_that_stands_alone_and_rollback_goes_to_what_was(home: Home) -> None:
    home.restoring()()
    assert config("set", "wake.threshold", "0.6").exit_code == 0
    assert home.set == (0.6, 300.0)
    assert home.file.read_text() == f'# Mine.\n[paths]\ndata = "{home.data}"\n\n[wake]\nthreshold = 0.6\n'
    assert config("rollback").exit_code == 0
    assert home.set == (0.4, 300.0), "the drop-in is still aside"


def test_an_earlier_version_is_one_further_back(home: Home) -> None:
    config("set", "wake.threshold", "0.7")
    home.restoring()()
    lines = config("rollback", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert config("rollback", "2").exit_code == 0
    assert home.set == (0.4, 300.0)


def test_any_edit_of_a_file_has_it_count_again(home: Home) -> None:
    home.restoring()()
    home.write("[wake]\nthreshold = 0.3\n")
    assert home.set == (0.3, 300.0)
    home.drop_in.touch()
    os.utime(home.drop_in, ns=(1, 1))
    assert home.set == (0.3, 60.0)
    assert "put aside" not in config("show").stderr


def test_it_heals_what_is_broken(home: Home) -> None:
    home.write("[wake\nthreshold = ")
    with pytest.raises(ConfigBroken):
        load(home.environ)
    Restoring(home.data, home.environ, now=lambda: NOW, demand=lambda _: None, restart=None)()
    os.environ["EQUERRY_PATHS__DATA"] = str(
        home.data
    )  # what is broken does not tell where the data are; a service's environment does
    try:
        assert load({**home.environ, "EQUERRY_PATHS__DATA": str(home.data)}).wake.threshold == 0.5
        assert config("set", "wake.threshold", "0.6").exit_code == 0
        assert "[wake]\nthreshold = 0.6" in home.file.read_text()
    finally:
        del os.environ["EQUERRY_PATHS__DATA"]


def test_who_may_not_change_settings_may_not_do_this(home: Home) -> None:
    def demand(_: datetime) -> None:
        raise FactoryFailed(reason="you may not")

    with pytest.raises(FactoryFailed):
        Restoring(home.data, home.environ, now=lambda: NOW, demand=demand, restart=None)()
    assert home.set == MINE


def test_a_disk_that_can_not_be_written_changes_nothing(home: Home) -> None:
    (home.data / f"{NAME}.new").mkdir()
    (home.data / "dials.json").write_text("{}")
    with pytest.raises(FactoryFailed, match="Nothing was changed"):
        home.restoring()()
    assert home.set == MINE and home.restarts == 0 and (home.data / "dials.json").exists()


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "null", '{"at": 1}', '{"at": "2026-11-23", "told": true, "files": {"x": [1]}}', "\xff"]
)
def test_a_note_that_can_not_be_read_counts_for_nothing(home: Home, said: str) -> None:
    (home.data / NAME).write_bytes(said.encode("latin-1"))
    assert read(home.data) == Aside() and home.set == MINE and news(home.data) == ""


def test_status_says_so(home: Home) -> None:
    settings = {"settings_refused": [], "roles_refused": [], "waiting": [], "restarts": True, "since": None}
    told = {
        "version": "1",
        "pid": 1,
        "running": 0,
        "queued": 0,
        "settings": {**settings, "factory_since": NOW.isoformat()},
    }
    (line,) = [line for line in lines_of(told, NOW, UTC) if line.what == "settings"]
    assert line.state == "look" and "since 2026-11-23 09:30" in line.words and "rollback" in line.words
    assert json.loads(json.dumps(told))

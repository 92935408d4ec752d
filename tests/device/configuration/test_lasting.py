"""What was in force lasts: files that can't be used at start are no reason not to start."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.configuration.load import load
from device.configuration.owned.last_good import FOLDER, Lasting
from device.configuration.roles import load as load_roles
from device.configuration.settings import Settings
from device.errors import ConfigBroken

BROKEN = [
    "[wake]\nthreshold = ",
    "[wake]\nthreshold = 7",
    "[wake]\nthresh = 0.6",
    "[device]\nname = 3\n[mqtt\n",
    "\x00",
    "[wake]\n" * 2,
]


class Desk:
    """Files of an owner, and the folder of a store."""

    def __init__(self, folder: Path) -> None:
        self.own, self.data = folder / "own.toml", folder / "data"
        self.data.mkdir()
        self.roles = folder / "roles.toml"
        self.environ = {
            "EQUERRY_CONFIG": str(self.own),
            "EQUERRY_PATHS__DATA": str(self.data),
            "EQUERRY_ROLES": str(self.roles),
        }
        self.own.write_text("[wake]\nthreshold = 0.7\n", encoding="utf-8")
        self.roles.write_text('[clients."ha"]\nrole = "owner"\n', encoding="utf-8")

    def start(self) -> tuple[Settings, Lasting]:
        lasting = Lasting(self.environ)
        return lasting.settings(lambda _: None), lasting


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_files_that_can_be_used_are_used_and_kept_only_once_they_are_in_force(desk: Desk) -> None:
    used, lasting = desk.start()
    assert used == load(desk.environ) and not lasting.told and not (desk.data / FOLDER).exists()
    lasting.keep(used)
    kept = desk.data / FOLDER / "settings.json"
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    before = kept.stat()
    lasting.keep(used)
    assert kept.stat().st_mtime_ns == before.st_mtime_ns, "a start without a change writes nothing"


@pytest.mark.parametrize("text", BROKEN)
def test_it_goes_on_with_what_was_in_force(desk: Desk, text: str) -> None:
    used, lasting = desk.start()
    lasting.keep(used)
    desk.own.write_text(text, encoding="utf-8")
    again, lasting = desk.start()
    assert again == used
    assert lasting.told == ["My settings can't be used. I go on with those I had before."]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("kept", [None, "", "{", "[]", '{"wake": 3}', '{"no": {"such": 1}}', "[" * 100_000, "\udcff"])
def test_without_them_with_what_can_be_used(desk: Desk, text: str, kept: str | None) -> None:
    if kept is not None:
        (desk.data / FOLDER).mkdir()
        (desk.data / FOLDER / "settings.json").write_bytes(kept.encode("utf-8", "surrogateescape"))
    desk.own.write_text(text, encoding="utf-8")
    used, lasting = desk.start()
    assert used.wake.threshold == load({**desk.environ, "EQUERRY_CONFIG": ""}).wake.threshold
    assert lasting.told == ["My settings can't all be used. What can't is as it came from the factory."]


def test_what_of_the_file_can_be_used_is_used(desk: Desk) -> None:
    desk.own.write_text("[wake]\nthreshold = 7\npatience = 2\n", encoding="utf-8")
    used, _ = desk.start()
    assert used.wake.patience == 2


def test_settings_from_which_nothing_can_be_built_are_not_used_either(desk: Desk) -> None:
    used, lasting = desk.start()
    lasting.keep(used)
    desk.own.write_text("[finals]\nmodel = 'nobody'\n", encoding="utf-8")

    def check(wanted: Settings) -> None:
        if wanted.finals.model == "nobody":
            raise ConfigBroken(problems=["finals.model: there is no such model"])

    lasting = Lasting(desk.environ)
    assert lasting.settings(check) == used and lasting.told


def test_the_environment_is_above_what_was_kept(desk: Desk) -> None:
    used, lasting = desk.start()
    lasting.keep(used)
    desk.own.write_text("[", encoding="utf-8")
    desk.environ["EQUERRY_WAKE__PATIENCE"] = "3"
    again, _ = desk.start()
    assert (again.wake.threshold, again.wake.patience) == (0.7, 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cant_be_written_is_no_reason_not_to_start(desk: Desk) -> None:
    used, lasting = desk.start()
    desk.data.chmod(0o500)
    lasting.keep(used)


def test_a_file_where_the_folder_should_be(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    used, lasting = desk.start()
    (desk.data / FOLDER).write_text("", encoding="utf-8")
    lasting.keep(used)
    assert "not kept for a later start" in caplog.text


def test_roles_last_too_and_nobody_gains_rights_by_a_broken_file(desk: Desk) -> None:
    _, lasting = desk.start()
    held = lasting.roles(lambda: load_roles(desk.environ))
    desk.roles.write_text("[clients", encoding="utf-8")
    with pytest.raises(ConfigBroken):
        lasting.roles(lambda: load_roles(desk.environ))
    lasting.keep_roles(*held)
    assert lasting.roles(lambda: load_roles(desk.environ)) == held
    assert lasting.told == ["The file that says who may do what can't be used. What held before goes on holding."]


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_whatever_stands_in_the_file_it_starts(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.own.write_text(text, encoding="utf-8", errors="surrogatepass")
    desk.start()

"""How a running appliance takes changed settings: all or none; and the real watch that sees them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device.configuration import places
from device.configuration.live.changes import Taking, TakingRoles
from device.configuration.live.watch import Followed, SettingsWatch
from device.configuration.load import load
from device.configuration.roles import load as load_roles
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from device.turn.session import Session
from device.wiring.live import Rest
from services.wake.base import WakeModelUnusable

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Desk:
    """Real files, real settings; what is turned is noted."""

    def __init__(self, folder: Path, *, restarts: bool = True) -> None:
        self.path = folder / "own.toml"
        self.path.write_text("")
        self.environ = {"EQUERRY_CONFIG": str(self.path)}
        self.now, self.rest, self.failing = NOW, False, ""
        self.turned: list[tuple[str, Any]] = []
        self.restarted = 0
        turns: dict[Any, Callable[[Settings], None]] = {
            "wake threshold": lambda new: self.turn("threshold", new.wake.threshold),
            "volume": lambda new: self.turn("volume", new.speaker.volume),
            "wake words": lambda new: self.turn("words", new.wake.words),
        }
        self.taking = Taking(
            load(self.environ),
            load=lambda: load(self.environ),
            check=self.check,
            turns=turns,
            now=lambda: self.now,
            at_rest=lambda: self.rest,
            restart=self.restart if restarts else None,
        )

    def turn(self, what: str, value: Any) -> None:
        if what == self.failing:
            raise WakeModelUnusable(path="x", reason="no such word")
        self.turned.append((what, value))

    def check(self, new: Settings) -> None:
        if new.finals.model == "nonsense":
            raise ConfigBroken(problems=["finals.model: there is none"])

    def restart(self) -> None:
        self.restarted += 1

    def say(self, text: str) -> None:
        self.path.write_text(text)
        self.now += timedelta(seconds=10)
        self.taking.take()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_changed_is_turned_and_nothing_else(desk: Desk) -> None:
    desk.say("[wake]\nthreshold = 0.4\n")
    assert desk.turned == [("threshold", 0.4)]
    assert desk.taking.standing.fields == {
        "since": desk.now.isoformat(),
        "settings_refused": [],
        "settings_refused_at": None,
        "waiting": [],
        "restarts": True,
    }
    since = desk.taking.standing.since
    desk.say("# a comment\n[wake]\nthreshold = 0.4\n")
    assert len(desk.turned) == 1 and desk.taking.standing.since == since


def test_a_bad_file_is_refused_as_a_whole_said_once_and_forgotten_when_mended(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        desk.say("[wake]\nthreshold = 0.4\n[speaker]\nvolume = 7\n")
    assert desk.turned == []
    assert desk.taking.standing.refused.problems == (
        f"{desk.path}:4: speaker.volume = 7: is out of range; it may be 0 to 1",
    )
    assert desk.taking.standing.refused.at == desk.now
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) == 1
    desk.say("[wake]\nthreshold = 0.4\n")
    assert desk.turned == [("threshold", 0.4)] and not desk.taking.standing.refused.problems


def test_where_one_thing_cant_be_turned_the_others_are_turned_back(desk: Desk) -> None:
    desk.failing = "words"
    desk.say("[speaker]\nvolume = 0.5\n[wake]\nwords = ['alexa']\n")
    assert desk.turned == [("volume", 0.5), ("volume", 1.0)]
    assert "no such word" in desk.taking.standing.refused.problems[0]


def test_what_no_appliance_could_be_built_from_is_refused(desk: Desk) -> None:
    desk.say("[finals]\nmodel = 'nonsense'\n")
    assert desk.taking.standing.refused.problems == ("finals.model: there is none",)
    desk.rest = True
    desk.taking.go_on()
    assert not desk.restarted


def test_the_process_starts_anew_once_and_only_at_rest(desk: Desk) -> None:
    desk.say("[wake]\npatience = 3\nthreshold = 0.4\n")
    assert desk.taking.standing.waiting == ("wake.patience",) and desk.turned == [("threshold", 0.4)]
    desk.taking.go_on()
    assert not desk.restarted
    desk.rest = True
    desk.taking.go_on()
    desk.taking.go_on()
    assert desk.restarted == 1


def test_what_is_as_it_was_at_the_start_waits_for_nothing(desk: Desk) -> None:
    desk.say("[wake]\npatience = 3\n")
    desk.say("")
    desk.rest = True
    desk.taking.go_on()
    assert desk.taking.standing.waiting == () and not desk.restarted


def test_where_nobody_starts_it_again_it_does_not_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path, restarts=False)
    desk.rest = True
    desk.say("[wake]\npatience = 3\n")
    desk.taking.go_on()
    assert desk.taking.standing.waiting == ("wake.patience",) and not desk.taking.standing.restarts


def test_roles_are_taken_or_refused_likewise(tmp_path: Path) -> None:
    own = tmp_path / "roles.toml"
    own.write_text("")
    held: list[str] = []
    taking = TakingRoles(
        lambda: load_roles({"EQUERRY_ROLES": str(own)}), lambda _, digest: held.append(digest), lambda: NOW
    )
    taking.take()
    taking.take()
    assert len(held) == 1
    own.write_text("[roles.nonsense]\nmay = 3\n")
    taking.take()
    assert len(held) == 1 and taking.refused.problems and taking.refused.at == NOW
    own.write_text("[clients.console]\nrole = 'guest'\n")
    taking.take()
    assert len(held) == 2 and not taking.refused.problems


class Counted:
    """Jobs."""

    def __init__(self) -> None:
        self.running = self.queued = 0

    def stats(self) -> Counted:
        return self


def test_what_rings_soon_is_not_put_off_by_a_new_start() -> None:
    moment, left = 0.0, 30.0
    rest = Rest(Counted(), lambda: moment, rings_in=lambda: left)  # type: ignore[arg-type]
    rest.watch(None, Session(phase="idle"))  # type: ignore[arg-type]
    moment = 10.0
    assert not rest()
    left = 3600.0
    assert rest()


def test_rest_is_when_nothing_went_on_for_a_while() -> None:
    moment, jobs = 0.0, Counted()
    rest = Rest(jobs, lambda: moment)  # type: ignore[arg-type]
    assert not rest()
    rest.watch(None, Session(phase="idle"))  # type: ignore[arg-type]
    moment = 2.0
    assert not rest()
    moment = 4.0
    assert rest()
    jobs.queued = 1
    assert not rest()
    jobs.queued = 0
    rest.watch(None, Session(phase="idle", running=1))  # type: ignore[arg-type]
    moment = 40.0
    assert not rest()
    rest.watch(None, Session(phase="speaking"))  # type: ignore[arg-type]
    moment = 80.0
    assert not rest()


@pytest.mark.parametrize("where", ["own.toml", "own.d/10-mine.toml", "linked"])
def test_the_watch_sees_files_drop_ins_and_what_a_link_points_to(tmp_path: Path, where: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = {"EQUERRY_CONFIG": str(home / "own.toml")}
    (home / "own.toml").write_text("")
    written = home / where
    if where == "linked":
        written = tmp_path / "elsewhere.toml"
        written.write_text("")
        (home / "own.toml").unlink()
        (home / "own.toml").symlink_to(written)
    first, seen = threading.Event(), threading.Event()

    def take() -> None:
        (seen if first.is_set() else first).set()

    watch = SettingsWatch([Followed(lambda: places.state(environ), take)], every_s=0.01)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        assert first.wait(20)
        written.parent.mkdir(exist_ok=True)
        written.write_text("[wake]\nthreshold = 0.4\n")
        assert seen.wait(20)
    finally:
        watch.stop()
        thread.join(20)
    assert not thread.is_alive()


def test_a_write_in_several_steps_is_read_when_it_is_over(tmp_path: Path) -> None:
    states = iter([(), (("a", 1, 1, 1),), (("a", 2, 2, 1),), (("a", 3, 3, 1),), (("a", 3, 3, 1),), (("a", 3, 3, 1),)])
    taken: list[int] = []
    watch = SettingsWatch([Followed(lambda: next(states), lambda: taken.append(1))])
    watch.look()
    assert taken == [1]  # the first look, for what changed while the appliance was being built
    for _ in range(3):
        watch.look()
    assert taken == [1]  # it changes still
    watch.look()
    watch.look()
    assert taken == [1, 1]

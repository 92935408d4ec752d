"""What a changed setting turns, on the real parts: from then on, and without taking what is somebody else's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.configuration.live.changes import SettingsRefused, Standing
from device.configuration.roles import load as load_roles
from device.dials.base import Dials
from device.dials.kinds import WakeSensitivity, WakeSound
from device.pages.status import StatusLine, lines_of
from device.turn.due_store import StoreCalendar
from services.actions.policy.denied import Denied
from services.actions.policy.policy import Policy
from services.actions.rings.due_now import Manner
from services.actions.rings.quiet import FOREVER, QuietHours
from services.store.base import Reminder
from services.store.store import Store
from tests.doubles.wake import ScriptedWake

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Mouth:
    earcons = True


def test_the_settings_have_the_last_word_over_a_dial_and_after_a_restart(tmp_path: Path) -> None:
    wake, mouth, path = ScriptedWake({}), Mouth(), tmp_path / "dials.json"
    dials = Dials(path, [WakeSensitivity(wake), WakeSound(mouth)])
    dials.turn("wake_sensitivity", "0.3")
    dials.turn("wake_sound", "off")
    dials.settle("wake_sensitivity", lambda: wake.tune(0.4))
    assert dials.values["wake_sensitivity"] == 0.6
    assert json.loads(path.read_text()) == {"wake_sound": False}


def test_another_manner_rings_otherwise_and_still_disturbs_nobody(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        with store.transaction("add", now=NOW) as work:
            work.add(Reminder(title="call mum", due=NOW + timedelta(minutes=1)))
        calendar = StoreCalendar(store)
        later = NOW + timedelta(minutes=2)
        calendar.disturb((NOW, FOREVER))
        calendar.follow(Manner(QuietHours()))
        assert not calendar.due(later)
        calendar.disturb(None)
        calendar.follow(Manner(QuietHours(NOW.time(), (NOW + timedelta(hours=1)).time())))
        assert not calendar.due(later)
        calendar.follow(Manner())
        assert [each.kind for each in calendar.due(later)] == ["reminder"]


def test_other_roles_hold_at_once(tmp_path: Path) -> None:
    own = tmp_path / "roles.toml"
    own.write_text("[clients.'mqtt:phone']\nrole = 'guest'\n")
    policy = Policy(load_roles({"EQUERRY_ROLES": ""})[0])
    policy.demand("microphone", "appliance.say", NOW)
    before = policy.role("mqtt:phone").called
    policy.follow(load_roles({"EQUERRY_ROLES": str(own)})[0])
    assert policy.role("mqtt:phone").called != before
    with pytest.raises(Denied):
        policy.demand("mqtt:phone", "appliance.mute", NOW)


def lines(standing: Standing) -> list[StatusLine]:
    told = {
        "version": "1.0.0",
        "pid": 7,
        "running": 0,
        "queued": 0,
        "settings": {**standing.fields, **SettingsRefused().fields("roles")},
    }
    return [line for line in lines_of(told, NOW, UTC) if line.what == "settings"]


def test_the_status_says_how_things_stand() -> None:
    assert lines(Standing(NOW)) == [StatusLine("settings", "in force since 2026-11-23 09:30")]
    refused = lines(Standing(NOW, SettingsRefused(("a.toml:3: wrong", "b"), NOW)))
    assert refused == [
        StatusLine("settings", "refused at 09:30, those before stay in force: a.toml:3: wrong; b", "amiss")
    ]
    assert "starts anew for it as soon as" in lines(Standing(NOW, waiting=("wake.patience",), restarts=True))[0].words
    assert "start the appliance anew" in lines(Standing(NOW, waiting=("wake.patience",)))[0].words

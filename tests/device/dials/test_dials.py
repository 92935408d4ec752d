"""What is turned while the appliance runs: within bounds, kept over restarts, and never in the way of starting."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.dials.appliance import ThisAppliance
from device.dials.base import Dials, DialUnknown, DialWrong
from device.dials.kinds import DoNotDisturb, VolumeDial, WakeSensitivity, WakeSound, WakeWord
from device.process.systemd import AGAIN, Ending
from device.speaking.volumes import SOUNDS
from device.turn import events as on
from device.turn.due_store import StoreCalendar
from firmware.readings import Readings
from services.actions.rings.quiet import FOREVER
from services.store.documents import Reminder
from services.store.store import Store
from services.wake.base import Detection, WakeModelUnusable
from tests.doubles.body import MemorySpeaker
from tests.doubles.wake import ScriptedWake

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Mouth:
    earcons = True


class Desk:
    """A device with everything; `start` again is a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.start()

    def start(self) -> None:
        self.speaker, self.mouth = MemorySpeaker(), Mouth()
        self.wake = ScriptedWake({0: Detection("hey_jarvis", 0.9, 0.0)})
        self.asked: list[tuple[datetime, datetime] | None] = []
        self.appliance = ThisAppliance(Readings(), self.folder, speaker=self.speaker)
        self.dials = Dials(
            self.folder / "dials.json",
            [
                *(VolumeDial(self.appliance, sound) for sound in SOUNDS),
                WakeSound(self.mouth),
                DoNotDisturb(self.asked.append, lambda: self.now),
                WakeSensitivity(self.wake),
                WakeWord(self.wake, ["alexa", "hey_jarvis"]),
            ],
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


TURNED = {
    "volume": "40",
    "alarm_volume": "60",
    "beep_volume": "20",
    "wake_sound": "OFF",
    "do_not_disturb": "ON",
    "wake_sensitivity": "0.8",
    "wake_word": "alexa",
}


def test_as_the_settings_have_it_until_something_is_turned(desk: Desk) -> None:
    assert desk.dials.values == {
        "volume": 100,
        "alarm_volume": 100,
        "beep_volume": 100,
        "wake_sound": True,
        "do_not_disturb": False,
        "wake_sensitivity": 0.5,
        "wake_word": "hey_jarvis",
    }
    assert not (desk.folder / "dials.json").exists()


def test_what_is_turned_is_turned_and_stays_so_over_a_restart(desk: Desk) -> None:
    for name, said in TURNED.items():
        desk.dials.turn(name, said)
    volumes = {"volume": 40, "alarm_volume": 60, "beep_volume": 20}
    expected = {**volumes, "wake_sound": False, "do_not_disturb": True, "wake_sensitivity": 0.8, "wake_word": "alexa"}
    for _ in range(2):
        assert desk.dials.values == expected
        assert desk.speaker.volume == 0.4 and desk.mouth.earcons is False and desk.asked == [(NOW, FOREVER)]
        assert desk.wake.threshold == pytest.approx(0.2) and desk.wake.words == ("alexa",)
        desk.start()


def test_what_was_never_turned_is_still_as_the_settings_have_it(desk: Desk) -> None:
    desk.dials.turn("wake_sensitivity", "0.6")
    assert json.loads((desk.folder / "dials.json").read_text()) == {"wake_sensitivity": 0.6}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *[("volume", said) for said in ("9", "0", "-10", "101", "1e999", "nan", "inf", "", "loud", "70%", "7 0")],
        *[("wake_sensitivity", said) for said in ("0", "0.009", "0.951", "1", "nan", "ON")],
        *[(name, said) for name in ("wake_sound", "do_not_disturb") for said in ("", "1", "perhaps", "ON OFF", "{}")],
        *[("wake_word", said) for said in ("", "computer", "alexa+hey_jarvis", "../../etc/passwd", "+")],
        ("volume", "7" * 10_000),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(desk: Desk, name: str, said: str) -> None:
    before = dict(desk.dials.values)
    with pytest.raises(DialWrong) as refused:
        desk.dials.turn(name, said)
    assert desk.dials.values == before and not (desk.folder / "dials.json").exists()
    assert len(str(refused.value)) < 200 and "passwd" not in str(refused.value), "and nothing of what came is told"


def test_there_is_no_such_dial(desk: Desk) -> None:
    with pytest.raises(DialUnknown, match="volume"):
        desk.dials.turn("__class__", "1")
    with pytest.raises(DialUnknown, match="nothing"):
        Dials(desk.folder / "none.json", []).turn("volume", "50")


@given(st.sampled_from([*TURNED, "more"]), st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_it_is_turned_within_bounds_or_refused(desk: Desk, name: str, said: str) -> None:
    with suppress(DialWrong, DialUnknown):
        desk.dials.turn(name, said)
    values = desk.dials.values
    assert 10 <= float(values["volume"]) <= 100 and 0.01 <= float(values["wake_sensitivity"]) <= 0.95
    assert 0.05 <= desk.wake.threshold <= 0.99
    assert values["wake_word"] in ("hey_jarvis", "alexa")


def test_the_volume_is_the_one_that_was_turned_last_whoever_did(desk: Desk) -> None:
    desk.dials.turn("volume", "40")
    desk.appliance.turn(70)
    assert desk.dials.values["volume"] == 70


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"null",
        b"[" * 100_000,
        b'{"wake_sound": 7, "wake_word": ["x"], "wake_sensitivity": true, "do_not_disturb": "now"}',
    ],
)
def test_a_damaged_file_leaves_all_as_the_settings_have_it(
    desk: Desk, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (desk.folder / "dials.json").write_bytes(damage)
    with caplog.at_level(logging.ERROR):
        desk.start()
    assert desk.dials.values["wake_sound"] is True and desk.dials.values["do_not_disturb"] is False
    assert desk.dials.values["wake_sensitivity"] == 0.5 and desk.dials.values["wake_word"] == "hey_jarvis"
    assert len(caplog.records) == (4 if b"wake" in damage else 1)
    desk.dials.turn("wake_sound", "OFF")
    desk.start()
    assert desk.dials.values["wake_sound"] is False


def test_of_a_file_that_is_partly_wrong_the_rest_counts(desk: Desk) -> None:
    (desk.folder / "dials.json").write_text(
        '{"wake_sound": false, "wake_word": "computer", "of_a_newer_version": {"a": 1}}'
    )
    desk.start()
    assert desk.dials.values["wake_sound"] is False and desk.dials.values["wake_word"] == "hey_jarvis"
    desk.dials.turn("wake_sensitivity", "0.7")
    assert json.loads((desk.folder / "dials.json").read_text())["of_a_newer_version"] == {"a": 1}, (
        "a newer version may come back"
    )


def test_a_disk_that_is_full_turns_nothing_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.dials.turn("wake_sound", "OFF")

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    desk.dials.turn("wake_sensitivity", "0.9")
    assert desk.dials.values["wake_sensitivity"] == 0.9
    assert "No space left on device" in caplog.text
    monkeypatch.undo()
    desk.start()
    assert desk.dials.values["wake_sound"] is False and desk.dials.values["wake_sensitivity"] == 0.5


def test_a_word_whose_model_is_broken_stays_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Sequence[str]) -> None:
        raise WakeModelUnusable(path="alexa_v0.1.onnx", reason="the file is damaged")

    monkeypatch.setattr(desk.wake, "listen_for", broken)
    with pytest.raises(DialWrong, match="damaged"):
        desk.dials.turn("wake_word", "alexa")
    assert desk.dials.values["wake_word"] == "hey_jarvis"


def test_quiet_that_is_asked_for_again_soon_goes_on(desk: Desk) -> None:
    for minutes, said in ((0, "ON"), (60, "OFF"), (65, "ON"), (90, "ON"), (120, "OFF"), (300, "ON")):
        desk.now = NOW + timedelta(minutes=minutes)
        desk.dials.turn("do_not_disturb", said)

    def at(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    assert desk.asked == [(NOW, FOREVER), (NOW, at(60)), (NOW, FOREVER), (NOW, at(120)), (at(300), FOREVER)]


def test_what_waited_rings_when_quiet_is_over_also_after_a_restart(tmp_path: Path) -> None:
    moment = [NOW]
    now: Callable[[], datetime] = lambda: moment[0]  # noqa: E731

    def start(store: Store) -> tuple[StoreCalendar, Dials]:
        calendar = StoreCalendar(store)
        return calendar, Dials(tmp_path / "dials.json", [DoNotDisturb(calendar.disturb, now)])

    with Store(tmp_path / "s.db") as store:
        calendar, dials = start(store)
        dials.turn("do_not_disturb", "ON")
        with store.transaction("set", now=NOW) as tx:
            tx.add(Reminder(title="water the plants", due=NOW + timedelta(minutes=5)))
        moment[0] = NOW + timedelta(minutes=30)
        assert not calendar.due(now())
        calendar, dials = start(store)
        assert not calendar.due(now())
        dials.turn("do_not_disturb", "OFF")
        moment[0] += timedelta(seconds=10)
        (due,) = calendar.due(now())
        assert due.how == "ring" and "quiet" in due.words.casefold() and "water the plants" in due.words


def test_several_words_of_the_settings_are_one_choice(tmp_path: Path) -> None:
    wake = ScriptedWake({at: Detection(word, 0.9, 0.0) for at, word in enumerate(("hey_jarvis", "alexa"))})
    dials = Dials(tmp_path / "dials.json", [WakeWord(wake, ["alexa", "hey_jarvis", "hey_mycroft"])])
    assert dials.choices("wake_word") == ("hey_jarvis+alexa", "alexa", "hey_jarvis", "hey_mycroft")
    for word in ("hey_mycroft", "hey_jarvis+alexa"):
        dials.turn("wake_word", word)
        assert dials.values["wake_word"] == word
    assert dials.choices("volume") == ()


def test_a_restart_is_an_end_in_order_with_a_code_of_its_own() -> None:
    events: list[on.Event] = []
    ending = Ending(events.append)
    assert ending.code == 0
    ending.again()
    assert ending.code == AGAIN != 0 and events == [on.Stopping()]

"""Whether the clock can be believed, and what becomes of what rings when it is set."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.clock import EARLIEST, Clock, Linux, Trust, trust, zone_name
from device.turn.due_store import StoreCalendar, newest
from services.store.base import Alarm, Reminder, Timer
from services.store.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OLD = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("synchronised", "kept", "wall", "newest", "waited", "expected"),
    [
        (True, False, NOW, None, 0, Trust.SURE),
        (True, False, OLD, NOW, 0, Trust.SURE),  # it was written by a clock that was ahead
        (False, True, NOW, OLD, 0, Trust.SURE),
        (False, True, OLD, NOW, 9999, Trust.NOT_YET),  # its battery is empty
        (False, True, EARLIEST - timedelta(days=1), None, 9999, Trust.NOT_YET),
        (False, False, NOW, OLD, 10, Trust.NOT_YET),
        (False, False, NOW, OLD, 300, Trust.ASSUMED),
        (False, False, OLD, NOW, 99_999, Trust.NOT_YET),
        (False, False, NOW - timedelta(seconds=2), NOW, 300, Trust.ASSUMED),
        (None, False, NOW, OLD, 0, Trust.ASSUMED),
        (None, False, datetime(1970, 1, 1, tzinfo=UTC), None, 9999, Trust.NOT_YET),
    ],
)
def test_trust(
    synchronised: bool | None, kept: bool, wall: datetime, newest: datetime | None, waited: float, expected: Trust
) -> None:
    assert trust(wall, synchronised=synchronised, kept=kept, newest=newest, waited_s=waited, wait_s=300) is expected


class Fake:
    """Two clocks that are moved by hand."""

    def __init__(
        self, wall: datetime = NOW, *, steady: float = 1000.0, synced: bool | None = True, boot: str = "one"
    ) -> None:
        self.at, self.since, self.synced, self.name = wall.timestamp(), steady, synced, boot

    def wall(self) -> float:
        return self.at

    def steady(self) -> float:
        return self.since

    def boot(self) -> str:
        return self.name

    def synchronised(self) -> bool | None:
        return self.synced

    def kept(self) -> bool:
        return False

    def passes(self, seconds: float) -> None:
        self.at += seconds
        self.since += seconds

    def is_set(self, by: float) -> None:
        self.at += by


class House:
    """A store on a clock, off and on."""

    def __init__(self, folder: Path, fake: Fake, zone: str = "Europe/Berlin") -> None:
        self.folder, self.fake = folder, fake
        self.store = Store(folder / "s.db")
        self.rang: list[tuple[str, float, str]] = []
        self.starts(zone)

    def starts(self, zone: str = "Europe/Berlin") -> None:
        self.store.open()
        here = ZoneInfo(zone)
        self.clock = Clock(
            self.fake, here, marker=self.folder / "clock.json", newest=newest(self.store), zone_name=zone
        )
        self.calendar = StoreCalendar(self.store, clock=self.clock)

    def stops(self) -> None:
        self.store.close()

    def add(self, document: Timer | Reminder | Alarm) -> None:
        with self.store.transaction("x", now=self.clock.now()) as tx:
            tx.add(document)

    def timer(self, seconds: float) -> None:
        self.add(Timer(seconds=seconds, due=self.clock.now() + timedelta(seconds=seconds)))

    def looks(self) -> list[str]:
        """What rings now, and is stopped at once."""
        now = self.clock.now()
        found = self.calendar.due(now)
        for due in found:
            self.calendar.rung(due, now)
            self.rang += [(each.id, self.fake.steady(), due.how) for each in (due.parts or (due,))]
        return [due.words for due in found]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, Fake())
    yield house
    house.stops()


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 86_400.0 * 400, -0.6, 0.3])
def test_a_timer_keeps_its_length_when_the_clock_is_set(house: House, jump: float) -> None:
    house.timer(600)
    house.fake.passes(100)
    house.fake.is_set(jump)
    assert house.looks() == []
    house.fake.passes(499)
    assert house.looks() == []
    house.fake.passes(2)
    assert house.looks() == ["Timer is done."]
    assert house.looks() == []


def test_an_alarm_keeps_its_time_of_day_when_the_clock_is_set(house: House) -> None:
    house.add(Alarm(due=NOW + timedelta(hours=2)))
    house.add(Reminder(title="stretch", due=NOW + timedelta(hours=2), steady=True))
    house.fake.is_set(2 * 3600 + 5)
    assert house.looks() == ["Alarm: 12:30 PM."]
    house.fake.passes(2 * 3600)
    assert house.looks() == ["Reminder: stretch."]


def test_what_rang_too_early_by_a_wrong_clock_rings_again_at_its_time(house: House) -> None:
    house.add(Alarm(due=NOW + timedelta(hours=2)))
    house.add(
        Alarm(
            name="daily",
            due=NOW + timedelta(hours=3),
            first=NOW + timedelta(hours=3),
            rrule="FREQ=DAILY;BYHOUR=13;BYMINUTE=30",
        )
    )
    house.fake.is_set(26 * 3600.0)
    assert len(house.looks()) == 1  # both are long over by this clock: told in one sentence
    house.fake.is_set(-26 * 3600.0)
    assert house.looks() == []
    house.fake.passes(2 * 3600)
    assert house.looks() == ["Alarm: 12:30 PM."]
    house.fake.passes(3600)
    assert house.looks() == ["Alarm: daily."]
    house.fake.is_set(-30.0)
    assert house.looks() == []
    house.fake.passes(31)
    assert house.looks() == []


def test_nothing_rings_by_a_clock_that_is_not_set_but_timers(tmp_path: Path) -> None:
    house = House(tmp_path, Fake(datetime(1970, 1, 1, tzinfo=UTC), steady=20, synced=False))
    house.add(Alarm(due=datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC)))
    house.timer(60)
    house.fake.passes(61)
    assert house.clock.trust is Trust.NOT_YET
    assert house.looks() == ["Timer is done."]
    house.timer(60)
    house.fake.passes(30)
    house.fake.is_set(NOW.timestamp() - house.fake.wall())
    house.fake.synced = True
    assert house.looks() == ["While I was off you missed an alarm: an alarm, January 1, 1970 at 1 AM."]
    house.fake.passes(29)
    assert house.looks() == []
    house.fake.passes(2)
    assert house.looks() == ["Timer is done."]
    house.stops()


def test_a_timer_of_before_a_boot_ends_by_the_wall_clock(tmp_path: Path) -> None:
    house = House(tmp_path, Fake())
    house.timer(3600)
    house.stops()
    house.fake = Fake(NOW - timedelta(days=3), steady=10, synced=False, boot="two")
    house.starts()
    house.fake.passes(60)
    assert house.looks() == []
    house.fake.is_set((NOW + timedelta(seconds=3700)).timestamp() - house.fake.wall())
    house.fake.synced = True
    assert house.looks() == ["Missed at 11:30 AM: Timer."]
    house.stops()


def test_a_clock_set_while_the_program_was_not_running(tmp_path: Path) -> None:
    house = House(tmp_path, Fake())
    house.timer(600)
    house.stops()
    house.fake.passes(60)
    house.fake.is_set(7200)
    house.starts()
    assert house.looks() == []
    house.fake.passes(541)
    assert house.looks() == ["Timer is done."]
    house.stops()


def test_seven_stays_seven_in_another_zone(tmp_path: Path) -> None:
    house = House(tmp_path, Fake())
    seven = datetime(2026, 11, 24, 7, tzinfo=BERLIN)
    house.add(Alarm(due=seven))
    house.add(Alarm(name="each day", due=seven, first=seven, rrule="FREQ=DAILY;BYHOUR=7;BYMINUTE=0"))
    house.timer(600)
    timer = house.store.find(Timer)[0].due
    house.stops()
    house.starts("America/New_York")
    there = datetime(2026, 11, 24, 7, tzinfo=ZoneInfo("America/New_York"))
    assert [each.due for each in house.store.find(Alarm)] == [there, there]
    assert house.store.find(Timer)[0].due == timer
    house.stops()


def test_a_marker_that_can_not_be_read_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{", encoding="utf-8")
    clock = Clock(Fake(), BERLIN, marker=tmp_path / "clock.json")
    assert clock.before is None and clock.now() == NOW
    blocked = Clock(Fake(), BERLIN, marker=tmp_path / "clock.json" / "x")
    blocked.keep()  # is logged


def test_this_machine() -> None:
    here = Linux()
    assert here.steady() > 0 and abs(here.wall() - datetime.now(UTC).timestamp()) < 5
    assert here.synchronised() in (True, False, None) and here.kept() in (True, False)


def test_what_the_system_tells(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    (tmp_path / "run/systemd/timesync/synchronized").touch()
    (tmp_path / "sys/class/rtc/rtc0").mkdir(parents=True)
    (tmp_path / "sys/class/rtc/rtc0/hctosys").write_text("1\n", encoding="ascii")
    told = Linux(tmp_path)
    assert told.synchronised() is True and told.kept() and told.boot() == ""
    assert zone_name("Asia/Kolkata") == "Asia/Kolkata"
    (tmp_path / "zoneinfo/Asia").mkdir(parents=True)
    (tmp_path / "zoneinfo/Asia/Kolkata").touch()
    (tmp_path / "localtime").symlink_to(tmp_path / "zoneinfo/Asia/Kolkata")
    assert zone_name("", tmp_path / "localtime") == "Asia/Kolkata"
    assert zone_name("", tmp_path / "none") == ""


Happening = st.one_of(
    st.tuples(st.just("passes"), st.floats(0.1, 4000)),
    st.tuples(st.just("set"), st.floats(-90_000, 90_000)),
    st.tuples(st.just("timer"), st.floats(1, 7000)),
    st.tuples(st.just("restart"), st.just(0.0)),
)


@settings(max_examples=60)
@given(st.lists(Happening, min_size=1, max_size=14))
def test_timers_ring_once_and_never_early_whatever_the_clock_does(happenings: list[tuple[str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), Fake())
        ends: dict[str, float] = {}
        for what, amount in happenings:
            if what == "passes":
                house.fake.passes(amount)
            elif what == "set":
                house.fake.is_set(amount)
            elif what == "timer":
                known = {each.id for each in house.store.find(Timer)}
                house.timer(amount)
                (new,) = {each.id for each in house.store.find(Timer)} - known
                ends[new] = house.fake.steady() + amount
            else:
                house.stops()
                house.starts()
            house.looks()
        house.fake.passes(8000)
        house.looks()
        house.stops()
    assert sorted(id_ for id_, _, _ in house.rang) == sorted(ends)
    for id_, at, _ in house.rang:
        assert at >= ends[id_] - 0.6 * (1 + len(happenings))

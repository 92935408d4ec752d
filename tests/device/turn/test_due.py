"""What is due at several devices: left to another, looked at again, held while it rings. By a clock set by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from device.turn.due import LONGEST_SLEEP, PATIENCE, Dues
from device.turn.due_store import StoreCalendar
from services.actions.base import Due
from services.store.documents import Reminder
from services.store.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Site:
    """Others to ask."""

    def __init__(self) -> None:
        self.asked: list[Due] = []
        self.held: list[Due] = []
        self.there = True

    def hold_turn(self) -> None:
        raise AssertionError("nobody speaks")

    def claim_turn(self, _: int) -> bool:
        return self.there

    def claim_due(self, due: Due) -> bool:
        if self.there:
            self.asked.append(due)
        return self.there

    def hold_due(self, due: Due) -> None:
        self.held.append(due)


class Device:
    """A store with one reminder that is due."""

    def __init__(self, store: Store) -> None:
        self.site = Site()
        self.calendar = StoreCalendar(store)
        self.dues = Dues(self.calendar, self.site)

    def look(self, seconds: float, here: Sequence[Due] = ()) -> list[Due]:
        return self.dues.come(NOW + timedelta(seconds=seconds), seconds, present=False, here=here)


@contextmanager
def opened(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as store:
        with store.transaction("reminder", now=NOW) as tx:
            tx.add(Reminder(title="Call Anna", due=NOW))
        yield store


def test_what_is_left_to_another_is_asked_for_once_and_again_after_some_time(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        assert device.look(0) == [] and len(device.site.asked) == 1
        assert device.dues.wait(NOW, 0) <= LONGEST_SLEEP
        for seconds in range(1, int(PATIENCE)):
            assert device.look(seconds) == []
        assert len(device.site.asked) == 1
        assert device.look(PATIENCE) == [] and len(device.site.asked) == 2, "the other may have died"
        assert device.site.asked[1].how == "ring"


def test_when_nobody_else_is_left_it_rings_here(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        device.look(0)
        device.site.there = False
        (due,) = device.look(PATIENCE)
        assert (due.kind, due.how) == ("reminder", "ring")


def test_it_is_looked_at_again_on_time(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        device.look(0)
        assert device.dues.wait(NOW, PATIENCE - 10) == 10
        assert device.dues.wait(NOW, PATIENCE + 10) == 0.05


def test_what_rang_elsewhere_is_over_here_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        device.look(0)
        StoreCalendar(store).rung(
            device.site.asked[0], NOW + timedelta(seconds=20)
        )  # as the other device's change comes in
        assert device.look(PATIENCE) == [] and len(device.site.asked) == 1


def test_what_was_won_is_ours_and_is_held_while_it_rings(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        device.look(0)
        (due,) = device.site.asked
        assert device.dues.won(due) and not device.dues.won(due), "it rings once, however often that is told"
        assert device.look(PATIENCE, here=[due]) == []
        assert device.site.asked == [due], "not asked for again while it rings here"
        assert device.site.held == [due]
        for seconds in range(20):
            device.look(PATIENCE + seconds, here=[due])
        assert device.site.held == [due] * 2, "not all the time"


def test_what_was_missed_by_all_is_told_by_one(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        device = Device(store)
        late = 86_400.0
        assert device.look(late) == []
        (told,) = device.site.asked
        assert told.how == "tell" and told.parts
        assert device.look(late + PATIENCE) == [] and len(device.site.asked) == 2

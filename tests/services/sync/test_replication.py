"""Replication on real stores and a simulated broker, one thing at a time. All at once: test_five_devices.py."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.store.base import (
    Customer,
    DiskFull,
    DocumentInvalid,
    Join,
    LedgerEntry,
    Merged,
    Note,
    Replica,
    Stamp,
    Task,
)
from services.store.store import Store
from services.sync import intake
from services.sync.base import Acknowledged, MqttMessage
from services.sync.outgoing import WINDOW
from services.sync.payload import written
from tests.replicas import stamps_of
from tests.simulated_broker import START, SimulatedBroker, SimulatedDevice

ID = "01939f00-0000-7000-8000-000000000001"


class Grumbling(Store):
    """A store whose disk is full now and then; counts what it merges."""

    full = False
    merges: list[int]
    tries: list[datetime]

    def merge(self, theirs: Sequence[Replica], joined: Join, *, now: datetime) -> list[Merged]:
        if self.full:
            self.tries = [*getattr(self, "tries", []), now]
            raise DiskFull(path=self.path)
        self.merges = [*getattr(self, "merges", []), len(theirs)]
        return super().merge(theirs, joined, now=now)


Site = Callable[..., SimulatedDevice]


@pytest.fixture
def broker() -> SimulatedBroker:
    return SimulatedBroker()


@pytest.fixture
def site(broker: SimulatedBroker, tmp_path: Path) -> Iterator[Site]:
    """Makes devices, connected unless told otherwise."""
    made: list[SimulatedDevice] = []

    def device(name: str, *, connect: bool = True, **options: Any) -> SimulatedDevice:
        made.append(SimulatedDevice(name, broker, tmp_path / f"{name}.db", store=Grumbling, **options))
        if connect:
            made[-1].connect()
            broker.settle(*made)
        return made[-1]

    yield device
    for each in made:
        each.close()


def add(device: SimulatedDevice, title: str = "Call Anna") -> Task:
    made: list[Task] = []
    device.do(lambda each: made.append(each.add(Task(title=title))))
    return made[0]


def titles(device: SimulatedDevice) -> list[str]:
    return [each.title for each in device.store.find(Task)]


def topic(kind: str = "task", doc_id: str = ID) -> str:
    return f"equerry/home/store/{kind}/{doc_id}"


def say(broker: SimulatedBroker, payload: Any, kind: str = "task", doc_id: str = ID, *, retain: bool = True) -> None:
    """Another program does."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    broker.take(None, MqttMessage(topic(kind, doc_id), body, 1, retain))


def replica(
    title: str = "Call Anna", *, doc_id: str = ID, at: datetime = START, device: str = "0000000000ff"
) -> Replica:
    """A whole task of another device."""
    fields = {"title": title, "created": "2026-11-23T09:00:00.000+00:00", "updated": "2026-11-23T09:00:00.000+00:00"}
    return Replica("task", doc_id, fields, {"title": Stamp(int(at.timestamp() * 1000) << 16, device)})


def test_what_is_done_on_one_device_is_on_the_other(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    task = add(desk)
    assert desk.woken, "the thread does not wait for its next round"
    broker.settle()
    assert hall.store.get(Task, task.id) == desk.store.get(Task, task.id)
    hall.do(lambda each: each.put(replace(task, status="done")))
    broker.settle()
    assert desk.store.find(Task)[0].status == "done"
    desk.do(lambda each: each.remove(replace(task, status="done")))
    broker.settle()
    assert titles(hall) == []
    assert desk.dump() == hall.dump()
    assert desk.store.outbox() == hall.store.outbox() == []


def test_one_edit_is_one_message(broker: SimulatedBroker, site: Site) -> None:
    desk, _, _ = site("desk"), site("hall"), site("kitchen")
    before = len(broker.published)
    task = add(desk)
    broker.settle()
    desk.do(lambda each: each.put(replace(task, status="done")))
    broker.settle()
    assert len(broker.published) - before == 2


def test_a_device_that_was_away_brings_and_gets(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    task = add(desk)
    broker.settle()
    hall.cut()
    hall.do(lambda each: each.put(replace(task, status="done")))
    desk.do(lambda each: each.put(replace(task, priority="high")))
    add(hall, "Write to Bert")
    broker.settle()
    hall.connect()
    broker.settle()
    assert desk.dump() == hall.dump()
    both = desk.store.get(Task, task.id)
    assert both is not None
    assert (both.status, both.priority) == ("done", "high")
    assert sorted(titles(desk)) == ["Call Anna", "Write to Bert"]


def test_a_new_device_fills_itself(broker: SimulatedBroker, site: Site) -> None:
    desk = site("desk")
    for number in range(450):
        add(desk, f"Task {number}")
    broker.settle()
    before = len(broker.published)
    hall = site("hall")
    assert hall.dump() == desk.dump()
    assert isinstance(hall.store, Grumbling)
    assert max(hall.store.merges) <= intake.BATCH
    assert [each.topic for each in broker.published[before:]] == ["equerry/hall/sync"], "it has nothing to tell"
    assert hall.sync.status.filled and hall.sync.status.whole


def test_no_more_is_under_way_than_the_window(broker: SimulatedBroker, site: Site) -> None:
    desk = site("desk")
    made = [add(desk, f"Task {number}").id for number in range(3 * WINDOW)]
    for number in range(1, 4):
        desk.sync.work()
        assert len(desk._outbound) == WINDOW, number
        desk.sync.work()
        assert len(desk._outbound) == WINDOW
        desk.reach()
        desk.receive()
    told = [each.topic.split("/")[-1] for each in broker.published if each.retain]
    assert told == made, "in the order in which it was done"


def test_a_slow_link_is_asked_again(broker: SimulatedBroker, site: Site) -> None:
    desk = site("desk")
    made = [add(desk, f"Task {number}").id for number in range(5)]
    desk.slow = True
    desk.turn()
    desk.slow = False
    broker.settle()
    assert [each.topic.split("/")[-1] for each in broker.published if each.retain] == made


def test_what_was_not_acknowledged_goes_again(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    add(desk)
    desk.sync.work()
    desk.restart(arrived=0)
    broker.settle()
    assert titles(hall) == []
    desk.connect()
    broker.settle()
    assert titles(hall) == ["Call Anna"]
    add(desk, "Write to Bert")
    desk.sync.work()
    desk.restart(arrived=1)  # it has arrived, and nobody has said so
    assert len(desk.store.outbox()) == 1
    desk.connect()
    broker.settle()
    assert sorted(titles(hall)) == ["Call Anna", "Write to Bert"]
    assert desk.store.outbox() == []


def test_a_document_that_changes_under_way_goes_again(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    task = add(desk)
    desk.sync.work()
    desk.do(lambda each: each.put(replace(task, status="done")))
    broker.settle()
    assert hall.store.find(Task)[0].status == "done"


def test_what_is_said_on_both_sides_at_once_meets(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    task = add(desk)
    broker.settle()
    desk.do(lambda each: each.put(replace(task, status="done")))
    hall.do(lambda each: each.put(replace(task, priority="high")))
    before = len(broker.published)
    broker.settle()
    assert desk.dump() == hall.dump()
    assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]
    assert len(broker.published) - before <= 4


def test_an_echo_is_not_merged(broker: SimulatedBroker, site: Site) -> None:
    desk = site("desk")
    add(desk)
    broker.settle()
    assert isinstance(desk.store, Grumbling)
    assert not hasattr(desk.store, "merges")


def test_undo_after_a_merge_is_a_change_for_all(broker: SimulatedBroker, site: Site) -> None:
    desk, hall = site("desk"), site("hall")
    task = add(desk)
    broker.settle()
    desk.do(lambda each: each.put(replace(task, status="done")))
    broker.settle()
    desk.do(lambda each: each.undo_last())
    broker.settle()
    assert hall.store.find(Task)[0].status == "todo"
    assert desk.dump() == hall.dump()


class TestTombstones:
    def test_they_are_told_for_what_is_left_of_ninety_days(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk", connect=False)
        task = add(desk)
        desk.do(lambda each: each.remove(task))
        broker.seconds += 86_400 * 30
        desk.connect()
        broker.settle()
        (stone,) = [each for each in broker.published if each.retain]
        assert stone.expires_s is not None
        assert 59 * 86_400 < stone.expires_s <= 60 * 86_400

    def test_old_ones_are_not_told(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk", connect=False)
        task = add(desk)
        desk.do(lambda each: each.remove(task))
        broker.seconds += 86_400 * 91
        desk.connect()
        broker.settle()
        assert not [each for each in broker.published if each.retain]
        assert desk.store.outbox() == []

    def test_one_that_seemed_old_by_a_wrong_clock_is_told_once_that_is_right(
        self, broker: SimulatedBroker, site: Site
    ) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(desk)
        broker.settle()
        desk.do(lambda each: each.remove(task))
        desk.skew = timedelta(days=365)
        broker.settle()
        assert titles(hall) == ["Call Anna"]
        desk.skew = timedelta()
        desk.cut()
        desk.connect()
        broker.settle()
        assert titles(hall) == []

    def test_old_ones_that_a_broker_keeps_are_cleared_away(self, broker: SimulatedBroker, site: Site) -> None:
        stone = Replica("task", ID, {}, {}, Stamp(int(START.timestamp() * 1000) << 16, "0000000000ff"))
        say(broker, written(stone))
        broker.seconds += 86_400 * 91
        desk = site("desk")
        broker.settle()
        assert broker.retained == {}
        assert desk.store.replica("task", ID) is None


class TestBroker:
    def test_what_it_has_lost_is_told_again(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(desk)
        add(hall, "Write to Bert")
        broker.settle()
        desk.do(lambda each: each.remove(task))
        broker.settle()
        broker.forget()
        desk.connect()
        broker.settle()
        kitchen = site("kitchen")
        assert kitchen.dump() == desk.dump() == hall.dump()

    def test_a_message_that_is_taken_away_is_no_deletion(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(desk)
        broker.settle()
        say(broker, b"", doc_id=task.id)
        assert broker.settle() <= 2, "told again, by one or by both"
        assert titles(desk) == titles(hall) == ["Call Anna"]
        assert topic(doc_id=task.id) in broker.retained

    def test_an_old_message_told_once_more_is_corrected(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        old = broker.retained[topic(doc_id=task.id)]
        desk.do(lambda each: each.put(replace(task, status="done")))
        broker.settle()
        say(broker, old.payload, doc_id=task.id)
        broker.settle()
        assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]

    def test_an_old_message_while_ours_is_under_way_is_corrected(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        old = broker.retained[topic(doc_id=task.id)]
        desk.do(lambda each: each.put(replace(task, status="done")))
        desk.sync.work()
        desk.reach()
        say(broker, old.payload, doc_id=task.id)
        broker.settle()
        assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]

    def test_an_old_message_after_a_late_acknowledgement_is_corrected(
        self, broker: SimulatedBroker, site: Site
    ) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(desk)
        desk.sync.work()
        desk.reach()
        late = next(each for each in desk.inbound if isinstance(each, Acknowledged))
        desk.inbound.remove(late)
        hall.turn()
        hall.do(lambda each: each.put(replace(task, status="done")))
        old = broker.retained[topic(doc_id=task.id)]
        broker.settle(hall)
        desk.receive()
        desk.sync.work()
        assert desk.dump() == hall.dump()
        desk.sync.acknowledged(late.token)
        hall.cut()
        say(broker, old.payload, doc_id=task.id)
        broker.settle()
        assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]

    def test_what_came_before_it_forgot_does_not_count_as_what_it_keeps(
        self, broker: SimulatedBroker, site: Site
    ) -> None:
        desk = site("desk")
        add(desk)
        broker.settle()
        desk.cut()
        hall = site("hall", connect=False)
        hall.connect()
        hall.receive()  # and it is not taken in yet
        broker.forget()
        hall.connect()
        broker.settle(hall)
        assert titles(hall) == ["Call Anna"]
        assert {each.payload for each in broker.retained.values()} == set(hall.dump().values())

    def test_where_it_drops_messages_each_kind_is_asked_for_alone(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        for number in range(50):
            add(desk, f"Task {number}")
            desk.do(lambda each, number=number: each.add(Customer(name=f"Customer {number}")))
        broker.settle()
        broker.limit = 60
        hall = site("hall")
        assert hall.sync.status.whole
        assert hall.dump() == desk.dump()

    def test_where_it_drops_them_nevertheless_that_is_shown(
        self, broker: SimulatedBroker, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk = site("desk")
        for number in range(50):
            add(desk, f"Task {number}")
        broker.settle()
        broker.limit = 40
        hall = site("hall")
        broker.seconds += 2
        hall.turn()
        assert hall.sync.status.filled and not hall.sync.status.whole
        assert "max_queued_messages" in caplog.text
        add(hall, "Write to Bert")
        broker.settle()
        assert "Write to Bert" in titles(desk), "what it has is told all the same"

    def test_what_it_will_not_have_does_not_hold_up_the_rest(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        add(desk)
        desk.sync.work()
        (token,) = desk.sync.sending._flight
        desk._outbound.clear()
        desk.sync.rejected(token, "not authorised")
        add(desk, "Write to Bert")
        broker.settle()
        assert len(broker.retained) == 1
        assert desk.refusals[0][1:] == ("sync.unsent", "the broker: not authorised")
        desk.cut()
        desk.connect()
        broker.settle()
        assert len(broker.retained) == 2, "it is tried again with the next connecting"

    def test_a_document_that_is_too_large_does_not_hold_up_the_rest(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        desk.do(lambda each: each.add(Task(title="Large", tags=tuple(f"{number:0100}" for number in range(3000)))))
        add(desk)
        broker.settle()
        assert titles(hall) == ["Call Anna"]
        assert desk.refusals[0][1] == "sync.unsent"
        assert desk.sync.status.refused == 1


class TestKinds:
    def test_what_is_not_synchronised_stays(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk", kinds=("task",))
        desk.do(lambda each: each.add(Note(content="secret")))
        desk.do(lambda each: each.add(Customer(name="Henderson")))
        broker.settle()
        assert broker.retained == {}
        desk.sync.arrived(MqttMessage(topic("customer"), b"{}"))
        broker.seconds += 2
        desk.turn()
        assert desk.sync.status.ignored == 1

    def test_a_kind_that_is_switched_on_later_is_told_whole(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk", kinds=("task",))
        desk.do(lambda each: each.add(Note(content="at first mine alone")))
        broker.settle()
        desk.kinds = ("task", "note")
        desk.restart()
        desk.connect()
        broker.settle()
        hall = site("hall", kinds=("task", "note"))
        assert [each.content for each in hall.store.find(Note)] == ["at first mine alone"]


class TestFullDisk:
    def test_nothing_is_lost_and_it_is_said_once(
        self, broker: SimulatedBroker, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk, hall = site("desk"), site("hall")
        assert isinstance(hall.store, Grumbling)
        hall.store.full = True
        with caplog.at_level(logging.ERROR):
            for number in range(20):
                add(desk, f"Task {number}")
                desk.turn()
                desk.turn()
                hall.turn()
                broker.seconds += 7
        assert len([each for each in caplog.records if "disk" in each.getMessage()]) == 1
        hall.turn()
        assert hall.sync.status.held == 20
        assert "full" in hall.sync.status.fault
        hall.store.full = False
        broker.seconds += 61
        broker.settle()
        assert hall.dump() == desk.dump()
        assert hall.sync.status.fault == ""

    def test_what_has_no_room_comes_again(
        self, broker: SimulatedBroker, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake, "MOST", 10)
        desk, hall = site("desk"), site("hall")
        assert isinstance(hall.store, Grumbling)
        hall.store.full = True
        for number in range(40):
            add(desk, f"Task {number}")
        for _ in range(20):
            desk.turn()
            hall.turn()
        assert hall.sync.status.held <= 10
        hall.store.full = False
        monkeypatch.setattr(intake, "MOST", 5000)
        broker.seconds += 61
        broker.settle()
        assert hall.dump() == desk.dump()

    def test_what_had_no_room_is_not_taken_for_lost_at_the_broker(
        self, broker: SimulatedBroker, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What we have may be older then, and would take its place."""
        desk, hall = site("desk"), site("hall")
        tasks = [add(desk, f"Task {number}") for number in range(40)]
        broker.settle()
        hall.restart()
        for task in tasks:
            desk.do(lambda each, task=task: each.put(replace(task, status="done")))  # type: ignore[misc]
        broker.settle(desk)
        desk.cut()
        told = len(broker.published)
        assert isinstance(hall.store, Grumbling)
        hall.store.full = True
        monkeypatch.setattr(intake, "MOST", 10)
        hall.connect()
        for _ in range(20):
            hall.turn()
        hall.store.full = False
        monkeypatch.setattr(intake, "MOST", 5000)
        broker.seconds += 61
        broker.settle(hall)
        assert {each.status for each in hall.store.find(Task)} == {"done"} and hall.dump() == desk.dump()
        assert not [each for each in broker.published[told:] if each.retain]

    def test_tries_get_rarer(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        assert isinstance(hall.store, Grumbling)
        hall.store.full = True
        add(desk)
        desk.turn()
        desk.turn()
        while len(getattr(hall.store, "tries", [])) < 9:
            hall.turn()
            broker.seconds += hall.sync.work() or 0
        tries = hall.store.tries
        waits = [round((later - earlier).total_seconds()) for earlier, later in pairwise(tries)]
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


class TestClocks:
    def test_what_is_ahead_is_kept_aside_and_shown(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(hall)
        broker.settle()
        desk.skew = timedelta(minutes=30)
        desk.do(lambda each: each.put(replace(task, title="From the future")))
        broker.settle()
        assert titles(hall) == ["Call Anna"]
        broker.seconds += 2
        hall.turn()
        (ahead,) = hall.sync.status.quarantined
        assert (ahead.kind, ahead.id, ahead.device) == ("task", task.id, desk.store.device)
        assert 1700 < ahead.ahead_s <= 1800
        broker.seconds += 1500
        broker.settle()
        assert titles(hall) == ["From the future"]
        hall.turn()
        broker.seconds += 2
        hall.turn()
        assert hall.sync.status.quarantined == ()

    def test_two_who_do_not_agree_on_the_time_do_not_tell_each_other_for_ever(
        self, broker: SimulatedBroker, site: Site
    ) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(hall)
        broker.settle()
        desk.skew = timedelta(days=3650)
        desk.do(lambda each: each.put(replace(task, title="From the future")))
        broker.settle()
        hall.do(lambda each: each.put(replace(task, priority="high")))
        assert broker.settle() <= 2
        for each in (desk, hall):
            each.cut()
            each.connect()
        assert broker.settle() <= 4
        kitchen = site("kitchen")
        assert titles(kitchen) == [], "nothing sane is known of it there"
        assert broker.settle() == 0

    def test_a_clock_put_right_is_heard_again(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        desk.skew = timedelta(days=3650)
        add(desk)
        broker.settle()
        assert titles(hall) == []
        desk.skew = timedelta()
        broker.seconds += 61
        broker.settle()
        assert titles(hall) == ["Call Anna"]
        broker.seconds += 2
        broker.settle()
        assert hall.sync.status.quarantined == desk.sync.status.quarantined == ()

    def test_before_the_clock_is_set_nothing_is_sent_or_taken_in(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        add(desk)
        broker.settle()
        hall = site("hall", connect=False)
        hall.skew = -timedelta(days=20_000)
        hall.ready = False
        add(hall, "Write to Bert")
        hall.connect()
        for _ in range(10):
            hall.turn()
            desk.turn()
        assert titles(hall) == ["Write to Bert"]
        assert titles(desk) == ["Call Anna"]
        hall.skew, hall.ready = timedelta(), True
        broker.settle()
        assert sorted(titles(hall)) == sorted(titles(desk)) == ["Call Anna", "Write to Bert"]

    def test_what_is_kept_aside_is_bounded(self, site: Site) -> None:
        hall = site("hall")
        for number in range(1500):
            ahead = replica(doc_id=f"task-{number}", at=START + timedelta(days=400))
            hall.sync.arrived(MqttMessage(topic(doc_id=ahead.id), written(ahead)))
            hall.turn()
        assert len(hall.sync.intake.quarantine.kept) == 1000


class TestOtherPrograms:
    def test_a_minimal_message_makes_a_document(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        say(broker, {"title": "Buy milk", "due": "2026-11-27T17:00:00+01:00"})
        broker.settle()
        task = desk.store.get(Task, ID)
        assert task is not None
        assert (task.title, task.due.isoformat() if task.due else "") == ("Buy milk", "2026-11-27T16:00:00+00:00")
        assert desk.dump() == hall.dump()
        assert broker.retained[topic()].payload == desk.dump()["task", ID], "and is made whole"

    def test_some_fields_change_some_fields(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        task = add(desk)
        broker.settle()
        stamps = stamps_of(desk.store, "task", task.id) or {}
        say(broker, {"status": "done"}, doc_id=task.id)
        broker.settle()
        assert hall.store.find(Task)[0].status == desk.store.find(Task)[0].status == "done"
        later = stamps_of(desk.store, "task", task.id) or {}
        assert {name for name in later if later[name] != stamps[name]} == {"status", "completed"}
        assert hall.store.find(Task)[0].completed is not None, "when, is known here"
        say(broker, {"status": "todo"}, doc_id=task.id)
        broker.settle()
        assert hall.store.find(Task)[0].completed is None

    def test_what_was_read_may_be_written_back(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        fields = json.loads(broker.retained[topic(doc_id=task.id)].payload)["fields"]
        say(broker, {**fields, "id": task.id, "priority": "high"}, doc_id=task.id)
        broker.settle()
        changed = desk.store.get(Task, task.id)
        assert changed is not None and changed.priority == "high" and changed.created == task.created

    def test_what_says_nothing_new_is_made_whole_again(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        say(broker, {"title": "Call Anna"}, doc_id=task.id)
        broker.settle()
        assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]
        assert desk.store.get(Task, task.id) == task

    @pytest.mark.parametrize(
        ("kind", "payload", "why"),
        [
            ("task", {"titel": "Buy milk"}, "a task has no 'titel'"),
            ("task", {"due": "2026-11-27T17:00:00+01:00"}, "title"),
            ("task", {"title": "Buy milk", "due": "tomorrow"}, "due"),
            ("task", {"title": "Buy milk", "status": "finished"}, "status"),
            ("task", {"title": "Buy milk", "tags": "home"}, "tags"),
            ("task", {"title": ["Buy milk"]}, "title"),
            ("task", {"title": "Buy milk", "id": "another"}, "id"),
            ("task", {"title": "Ring", "rrule": "FREQ=NEVER"}, "rule"),
            ("entry", {"minor": 500, "currency": "EUR", "reason": "credit"}, "customer_id"),
        ],
    )
    def test_what_is_wrong_is_refused_in_words(
        self, broker: SimulatedBroker, site: Site, kind: str, payload: dict[str, Any], why: str
    ) -> None:
        desk = site("desk")
        say(broker, payload, kind)
        broker.settle()
        ((where, code, words),) = desk.refusals
        assert (where, code) == (topic(kind), "sync.refused")
        assert why in words
        assert desk.store.replica(kind, ID) is None
        broker.seconds += 2
        desk.turn()
        assert (desk.sync.status.refused, desk.sync.status.reason) == (1, words)

    @pytest.mark.parametrize("payload", [b"off", b"[]", b'{"v":7}', b"\xff", b"[" * 5000])
    def test_what_can_not_be_read_is_refused_and_ours_stays(
        self, broker: SimulatedBroker, site: Site, payload: bytes
    ) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        say(broker, payload, doc_id=task.id)
        broker.settle()
        assert [code for _, code, _ in desk.refusals] == ["sync.unreadable"]
        assert desk.store.get(Task, task.id) == task

    def test_after_what_was_refused_ours_is_told_again(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        say(broker, {"status": "finished"}, doc_id=task.id)
        broker.settle()
        assert broker.retained[topic(doc_id=task.id)].payload == desk.dump()["task", task.id]

    def test_the_ledger_takes_new_entries_and_no_changes(self, broker: SimulatedBroker, site: Site) -> None:
        desk, hall = site("desk"), site("hall")
        entry = {"customer_id": "c-1", "minor": 500, "currency": "EUR", "reason": "credit"}
        say(broker, entry, "entry")
        broker.settle()
        say(broker, {"minor": 5000}, "entry")
        broker.settle()
        say(
            broker,
            written(Replica("entry", ID, {}, {}, Stamp(int(START.timestamp() * 1000) << 16, "0000000000ff"))),
            "entry",
        )
        broker.settle()
        assert [each.minor for each in hall.store.find(LedgerEntry)] == [500]
        assert [each.minor for each in desk.store.find(LedgerEntry)] == [500]
        assert "ledger" in desk.refusals[0][2]
        assert broker.retained[topic("entry")].payload == desk.dump()["entry", ID]

    def test_one_device_adopts_it_where_they_can_ask(self, broker: SimulatedBroker, site: Site) -> None:
        asked: list[tuple[str, str, Callable[[bool], None]]] = []

        def claim(name: str) -> Callable[[str, Callable[[bool], None]], bool]:
            return lambda what, settled: asked.append((name, what, settled)) or True  # type: ignore[func-returns-value]

        desk, hall = site("desk", claim=claim("desk")), site("hall", claim=claim("hall"))
        say(broker, {"title": "Buy milk"})
        for _ in range(3):
            desk.turn()
            hall.turn()
        assert titles(desk) == titles(hall) == []
        (_, what, won), (_, other, lost) = asked
        assert what == other
        assert what.startswith(f"adopt/task/{ID}/")
        won(True)
        lost(False)
        assert broker.settle() == 1
        stamps = stamps_of(hall.store, "task", ID) or {}
        assert {stamp.device for stamp in stamps.values()} == {desk.store.device}

    def test_where_the_one_that_got_it_is_gone_another_takes_it(self, broker: SimulatedBroker, site: Site) -> None:
        asked: list[Callable[[bool], None]] = []
        hall = site("hall", claim=lambda _, settled: asked.append(settled) or True)  # type: ignore[func-returns-value]
        say(broker, {"title": "Buy milk"})
        hall.turn()
        asked[0](False)
        hall.turn()
        assert titles(hall) == []
        broker.seconds += 5
        broker.settle()
        assert titles(hall) == ["Buy milk"]

    def test_who_does_not_know_the_document_leaves_it_to_others(self, broker: SimulatedBroker, site: Site) -> None:
        desk = site("desk")
        task = add(desk)
        broker.settle()
        desk.cut()
        say(broker, {"status": "done"}, doc_id=task.id)
        hall = site("hall")
        assert titles(hall) == []
        assert broker.retained[topic(doc_id=task.id)].payload == b'{"status": "done"}'
        desk.connect()
        broker.settle()
        assert hall.dump() == desk.dump()
        assert hall.store.find(Task)[0].status == "done"

    def test_a_flood_is_bounded(self, broker: SimulatedBroker, site: Site) -> None:
        asked: list[str] = []
        desk = site("desk", claim=lambda what, _: asked.append(what) or True)  # type: ignore[func-returns-value]
        for number in range(3000):
            say(broker, {"title": f"Task {number}"}, doc_id=f"task-{number}", retain=False)
            if number % 100 == 0:
                desk.turn()
        for _ in range(20):
            desk.turn()
        assert len(asked) == 1000
        assert "too many" in desk.refusals[-1][2]
        broker.seconds += 6
        broker.settle()
        assert len(titles(desk)) == 1000


def test_a_document_valid_on_either_side_only_is_refused_alone(broker: SimulatedBroker, site: Site) -> None:
    """What a batch can't take in whole is taken in one by one."""
    desk = site("desk")
    merge = desk.store.merge

    def picky(theirs: Sequence[Replica], joined: Join, *, now: datetime) -> list[Merged]:
        if any(each.fields.get("title") == "odd" for each in theirs):
            raise DocumentInvalid(kind="task", reason="odd")
        return merge(theirs, joined, now=now)

    desk.store.merge = picky  # type: ignore[method-assign]
    for number, title in enumerate(["one", "odd", "two"]):
        each = replica(title, doc_id=f"task-{number}")
        say(broker, written(each), doc_id=each.id)
    broker.settle()
    assert sorted(titles(desk)) == ["one", "two"]
    assert [words for _, _, words in desk.refusals] == ["That task can't be kept: odd."]

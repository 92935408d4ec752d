"""Five devices, anything that may happen to them and their broker; in the end all have the same, and nothing that was
acknowledged is lost.

EQUERRY_SYNC_EXAMPLES: how many stories; 12 by default. EQUERRY_SYNC_STEPS: how long each; 50 by default.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from services.store.base import Customer, LedgerEntry, NothingToUndo, Stamp, Task, Transaction, UndoBlocked
from services.sync.merge import canonical
from tests.simulated_broker import KINDS, START, SimulatedBroker, SimulatedDevice

DEVICES = 5
WRONG = 4
"""The device whose clock may be years off."""
CUSTOMER = "customer-1"
FIELDS: dict[str, list[Any]] = {
    "title": ["Call Anna", "Call Bert", "Write to Carla"],
    "status": ["todo", "in_progress", "done"],
    "priority": ["low", "normal", "high", "urgent"],
    "tags": [(), ("home",), ("work", "soon")],
}
MEMORY = Path("/dev/shm")

Key = tuple[str, str]


class Oracle:
    """What was acknowledged, by the stamps that it was given: a second, much simpler account of what must be in the
    end.
    """

    def __init__(self) -> None:
        self.fields: dict[tuple[Key, str], dict[Stamp, str]] = {}
        self.deleted: dict[Key, Stamp] = {}
        self.entries: dict[str, int] = {}

    def acknowledged(self, device: SimulatedDevice, latest: datetime) -> None:
        """It has committed what it says in `local`. What is stamped later than `latest` counts with the stamps that it
        gets once the clock is put right.
        """
        for kind, doc_id, _ in device.local:
            replica = device.store.replica(kind, doc_id)
            assert replica is not None
            key = (kind, doc_id)
            if replica.deleted is not None and replica.deleted.at <= latest:
                self.deleted[key] = max(replica.deleted, self.deleted.get(key, replica.deleted))
            for name, stamp in replica.stamps.items():
                if stamp.at > latest:
                    continue
                told = self.fields.setdefault((key, name), {}).setdefault(stamp, canonical(replica.fields[name]))
                assert told == canonical(replica.fields[name]), "one stamp, one value"
            if kind == "entry":
                self.entries[doc_id] = replica.fields["minor"]
        device.local.clear()

    def check(self, device: SimulatedDevice, wrong: str) -> None:
        """What it has is what must be. `wrong`: the device whose clock was; what it did is stamped anew once that is
        put right.
        """
        for (key, name), told in self.fields.items():
            replica = device.store.replica(*key)
            assert replica is not None, f"{key} is forgotten"
            assert key[0] != "entry" or replica.alive
            latest, deleted = max(told), self.deleted.get(key)
            if deleted is None or latest > deleted:
                assert replica.alive or (replica.deleted is not None and replica.deleted.device == wrong), (key, name)
            if not replica.alive:
                continue
            if deleted is not None and latest < deleted:
                assert canonical(replica.fields[name]) in told.values() or replica.stamps[name].device == wrong
                continue
            assert replica.stamps[name] == latest or (
                replica.stamps[name] > latest and replica.stamps[name].device == wrong
            )
            if replica.stamps[name] == latest:
                assert canonical(replica.fields[name]) == told[latest], (key, name)
        kept = {each.id: each.minor for each in device.store.find(LedgerEntry)}
        assert self.entries.items() <= kept.items()


class FiveDevices(RuleBasedStateMachine):
    """Rules are what may happen; `teardown` heals everything and looks."""

    @initialize(seed=st.integers(0, 1 << 30))
    def start(self, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="equerry-five-", dir=MEMORY if MEMORY.is_dir() else None))
        self.broker = SimulatedBroker(random.Random(seed))
        self.devices = [
            SimulatedDevice(f"d{number}", self.broker, self.folder / f"{number}.db") for number in range(DEVICES)
        ]
        self.oracle = Oracle()
        self.ids: list[str] = []
        self.wrong_until_healed = False
        self.do(0, lambda each: each.keep(Customer(id=CUSTOMER, name="Henderson")))
        for each in self.devices:
            each.connect()

    def do(self, number: int, what: Callable[[Transaction], object]) -> None:
        device = self.devices[number]
        try:
            device.do(what)
        except (NothingToUndo, UndoBlocked):
            device.local.clear()
            return
        self.oracle.acknowledged(device, START + timedelta(seconds=self.broker.seconds, minutes=5))

    number = st.integers(0, DEVICES - 1)
    pick = st.integers(0, 1 << 16)

    @rule(number=number, title=st.sampled_from(FIELDS["title"]))
    def adds(self, number: int, title: str) -> None:
        self.do(number, lambda each: self.ids.append(each.add(Task(title=title)).id))

    @precondition(lambda self: self.ids)
    @rule(number=number, pick=pick, name=st.sampled_from(sorted(FIELDS)), value=pick)
    def edits(self, number: int, pick: int, name: str, value: int) -> None:
        task = self.devices[number].store.get(Task, self.ids[pick % len(self.ids)])
        if task is not None:
            changed = replace(task, **{name: FIELDS[name][value % len(FIELDS[name])]})
            self.do(number, lambda each: each.put(changed))

    @precondition(lambda self: self.ids)
    @rule(number=number, pick=pick)
    def deletes(self, number: int, pick: int) -> None:
        task = self.devices[number].store.get(Task, self.ids[pick % len(self.ids)])
        if task is not None:
            self.do(number, lambda each: each.remove(task))

    @precondition(lambda self: self.ids)
    @rule(number=number, pick=pick)
    def deletes_then_undoes(self, number: int, pick: int) -> None:
        task = self.devices[number].store.get(Task, self.ids[pick % len(self.ids)])
        if task is not None:
            self.do(number, lambda each: each.remove(task))
            self.do(number, lambda each: each.undo_last())

    @rule(number=number)
    def undoes(self, number: int) -> None:
        self.do(number, lambda each: each.undo_last())

    @rule(number=number, minor=st.integers(-500, 500).filter(bool))
    def books(self, number: int, minor: int) -> None:
        reason = "credit" if minor > 0 else "debit"
        entry = LedgerEntry(customer_id=CUSTOMER, customer="Henderson", minor=minor, currency="EUR", reason=reason)  # type: ignore[arg-type]
        self.do(number, lambda each: each.add(entry))

    @rule(number=number, steps=st.integers(1, 6))
    def turns(self, number: int, steps: int) -> None:
        for _ in range(steps):
            self.devices[number].turn()

    @rule(steps=st.integers(1, 4))
    def all_turn(self, steps: int) -> None:
        for _ in range(steps):
            for each in self.devices:
                each.turn()

    @rule(number=number, out=st.integers(0, 3), into=st.integers(0, 5))
    def crawls(self, number: int, out: int, into: int) -> None:
        """A slow network: a few messages only."""
        device = self.devices[number]
        device.sync.work()
        device.reach(out)
        device.receive(into)

    @rule(number=number, arrived=st.integers(0, 4))
    def is_cut_off(self, number: int, arrived: int) -> None:
        self.devices[number].cut(arrived)

    @rule(number=number)
    def connects(self, number: int) -> None:
        self.devices[number].connect()

    @rule(number=number, arrived=st.integers(0, 4), sends=st.booleans())
    def restarts(self, number: int, arrived: int, sends: bool) -> None:
        """Between a commit and its publishing, or between that and its acknowledgement."""
        if sends:
            self.devices[number].sync.work()
        self.devices[number].restart(arrived)

    @rule()
    def broker_forgets(self) -> None:
        self.broker.forget()

    @rule(seconds=st.sampled_from([0.5, 5.0, 61.0, 600.0]))
    def time_passes(self, seconds: float) -> None:
        self.broker.seconds += seconds

    @rule(years=st.sampled_from([1, 10]))
    def clock_goes_wrong(self, years: int) -> None:
        self.devices[WRONG].skew = timedelta(days=365 * years)

    @rule()
    def clock_is_put_right(self) -> None:
        self.devices[WRONG].skew = timedelta()

    @rule()
    def clock_is_behind(self) -> None:
        """Ten minutes only, or it would take all others for wrong."""
        self.devices[3].skew = -timedelta(minutes=10)

    def teardown(self) -> None:
        if not hasattr(self, "devices"):
            return
        try:
            self.heal()
            self.look()
        finally:
            for each in self.devices:
                each.close()
            shutil.rmtree(self.folder)

    def heal(self) -> None:
        self.broker.chance = None
        for each in self.devices:
            each.skew = timedelta()
            each.cut()
        for each in self.devices:
            each.connect()
        for _ in range(3):  # what was stamped ahead is looked at every minute
            self.broker.settle()
            self.broker.seconds += 61
        self.broker.settle()

    def look(self) -> None:
        first = self.devices[0].dump()
        for each in self.devices:
            assert each.dump() == first, each.name
            assert each.store.outbox(10, KINDS) == []
            # An old message that came behind the one that put it right is kept aside; it does no harm.
            assert {ahead.device for ahead in each.sync.intake.quarantine.kept} <= {self.devices[WRONG].store.device}
            self.oracle.check(each, self.devices[WRONG].store.device)
        kept = {tuple(topic.split("/")[-2:]): message.payload for topic, message in self.broker.retained.items()}
        assert kept == first
        sums = [Counter({each.id: each.minor for each in device.store.find(LedgerEntry)}) for device in self.devices]
        assert all(each == sums[0] for each in sums)


FiveDevices.TestCase.settings = settings(
    max_examples=int(os.environ.get("EQUERRY_SYNC_EXAMPLES", "12")),
    stateful_step_count=int(os.environ.get("EQUERRY_SYNC_STEPS", "50")),
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestFiveDevices = FiveDevices.TestCase

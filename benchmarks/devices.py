"""How long an edit takes from one device to the others, and what many devices ask of one broker.

    python benchmarks/devices.py real [--devices 10] [--tasks 200] [--edits 20] [--gap-ms 200]
    python benchmarks/devices.py fleet [--devices 1000] [--site 5] [--tasks 200] [--edits 2000] [--rate 100]

real: each device is a process with a store, replication and link of its own, on one Mosquitto of this machine. Each
fills itself, then all edit at once, one task every `--gap-ms`. Measured from before the edit's transaction until
another device has committed it.

fleet: links alone, without stores: the broker's side. Devices, `--site` of a site, connect, publish `--tasks` documents
each, and edit; then one more joins each of 20 sites. An edit is measured from publishing to its arrival at another
device of its site.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from store import task  # noqa: E402

from device.mqtt.thread import Bridge  # noqa: E402
from services.store.base import Change  # noqa: E402
from services.store.store import Store  # noqa: E402
from services.sync.base import Acknowledged, Arrived, MqttMessage  # noqa: E402
from services.sync.broker.link import MqttLink  # noqa: E402
from services.sync.replication import Replication  # noqa: E402
from services.sync.topics import Topics  # noqa: E402
from tests.broker import Broker, Client  # noqa: E402

CONFIGURED = (
    "max_queued_messages 1000000\nmax_queued_bytes 67108864\nmax_inflight_messages 100\nset_tcp_nodelay"
    " true\nsys_interval 1"
)
JOINERS = 20
PAYLOAD_BYTES = 450
"""Of a task as Replication writes it, about."""


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def told(name: str, seconds: Sequence[float]) -> None:
    """p50, p99 and the longest, in milliseconds."""
    cut = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [*seconds] * 99
    longest = max(seconds) * 1e3
    print(
        f"{name:<48} p50 {median(seconds) * 1e3:8.1f} ms   p99 {cut[98] * 1e3:8.1f} ms   longest {longest:8.1f} ms  "
        f" ({len(seconds):,})"
    )


def memory(pid: int) -> float:
    """MB that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


COUNTS = ("messages/sent", "messages/received", "publish/messages/sent")


def watching(broker: Broker) -> Client:
    """Hears how much the broker has sent and received. Opened first: paho's own loop knows no descriptor above
    1,023.
    """
    watcher = broker.client("watcher")
    watcher.subscribe(*(f"$SYS/broker/{name}" for name in COUNTS), qos=0)
    return watcher


def counted(watcher: Client) -> dict[str, int]:
    """Packets and messages so far."""
    time.sleep(2.5)  # it counts once a second
    return {name: int(watcher.all(f"$SYS/broker/{name}")[-1].payload) for name in COUNTS}


# --- real devices


class Appliance:
    """A store in step with others, in a process of its own."""

    def __init__(self, number: int, port: int, folder: Path) -> None:
        self.store = Store(folder / f"{number}" / "store.db")
        self.store.open()
        self._link = MqttLink("127.0.0.1", port, client_id=f"device-{number}")
        self.replication = Replication(
            self.store,
            Topics(f"device-{number}"),
            ["task"],
            publish=self._link.publish,
            subscribe=self._link.subscribe,
            now=now,
            clock=time.monotonic,
            wake=self._link.wake,
        )
        self.seen: list[tuple[float, str]] = []
        self.store.watch(self.replication.changed)
        self.store.watch(self._changed)
        self._bridge = Bridge(self._link, [self.replication], now=now)
        self._thread = threading.Thread(target=self._bridge.run)
        self._thread.start()

    def _changed(self, changes: Sequence[Change]) -> None:
        self.seen += [(time.monotonic(), each.id) for each in changes]

    def close(self) -> None:
        """Politely."""
        self._bridge.stop()
        self._thread.join()
        self.store.close()


def appliance(number: int, where: tuple[int, Path], options: argparse.Namespace, pipe: Connection) -> None:
    """What one process does, step by step as it is told; it answers each."""
    here, tasks = Appliance(number, *where), options.tasks
    with here.store.transaction("fill", now=now(), undoable=False) as tx:
        own = [tx.add(task(number * tasks + each)) for each in range(tasks)]
    pipe.send("made")
    everything = pipe.recv()
    while len(here.store.known(["task"])) < everything or not here.replication.status.filled:
        time.sleep(0.01)
    pipe.send(time.monotonic())
    pipe.recv()
    here.seen.clear()
    begun: dict[str, float] = {}
    for each in random.Random(number).sample(own, options.edits):
        time.sleep(options.gap_ms / 1000 * random.random() * 2)
        begun[each.id] = time.monotonic()
        with here.store.transaction("edit", now=now()) as tx:
            tx.put(replace(each, title=f"{each.title} again"))
    pipe.send(begun)
    expected = pipe.recv() - len(begun)
    end = time.monotonic() + 60
    while len({doc for _, doc in here.seen} - begun.keys()) < expected and time.monotonic() < end:
        time.sleep(0.01)
    pipe.send({doc: at for at, doc in reversed(here.seen) if doc not in begun})
    pipe.recv()
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    here.close()


def real(options: argparse.Namespace) -> None:
    """Devices as they are."""
    count, tasks = options.devices, options.tasks
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name, Broker(Path(name) / "broker", more=CONFIGURED) as broker:
        watcher = watching(broker)
        pipes: list[Connection] = []
        for number in range(count):
            ours, theirs = spawn.Pipe()
            spawn.Process(target=appliance, args=(number, (broker.port, Path(name)), options, theirs)).start()
            pipes.append(ours)

        def step(word: Any) -> list[Any]:
            for pipe in pipes:
                pipe.send(word)
            return [pipe.recv() for pipe in pipes]

        for pipe in pipes:
            pipe.recv()
        began = time.monotonic()
        filled = step(count * tasks)
        print(
            f"{count} devices with {tasks} tasks each, all of them new to each other: in step after"
            f" {max(filled) - began:.1f} s"
        )
        before = counted(watcher)
        begun = {doc: at for each in step("edit") for doc, at in each.items()}
        arrived = step(len(begun))
        after = counted(watcher)
        told(
            f"{len(begun)} edits, each at {count - 1} others",
            [at - begun[doc] for each in arrived for doc, at in each.items()],
        )
        print(
            "a broker's part in an edit:", {name: round((after[name] - before[name]) / len(begun), 1) for name in after}
        )
        print(f"memory: the broker {memory(broker.pid):.0f} MB, a device {max(step('end')):.0f} MB at most")


# --- links alone


class Fleet:
    """Links of many devices, turned by one thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.links: list[MqttLink] = []
        self.arrived: Callable[[int, MqttMessage], None] = lambda _number, _message: None
        self.acknowledged = 0

    def join(self, site: int) -> int:
        """One more, of a site; its number."""
        number = len(self.links)
        link = MqttLink("127.0.0.1", self._port, client_id=f"device-{number}")
        link.subscribe([(f"equerry/site{site}/store/task/+", 1)])
        self.links.append(link)
        return number

    def turn(self) -> None:
        """Each once."""
        for number, link in enumerate(self.links):
            for event in link.turn(0):
                if isinstance(event, Arrived):
                    self.arrived(number, event.message)
                elif isinstance(event, Acknowledged):
                    self.acknowledged += 1

    def until(self, holds: Callable[[], bool]) -> float:
        """Turn until something holds; the seconds it took."""
        began = time.monotonic()
        while not holds():
            self.turn()
        return time.monotonic() - began


@contextmanager
def counting(fleet: Fleet) -> Iterator[dict[int, int]]:
    """How many documents have come to each."""
    heard: dict[int, int] = {}

    def count(number: int, _: MqttMessage) -> None:
        heard[number] = heard.get(number, 0) + 1

    fleet.arrived = count
    yield heard
    fleet.arrived = lambda _number, _message: None


def fleet(options: argparse.Namespace) -> None:
    """The broker's side."""
    count, tasks, size = options.devices, options.tasks, options.site
    with tempfile.TemporaryDirectory() as name, Broker(Path(name), more=CONFIGURED) as broker:
        watcher, group = watching(broker), Fleet(broker.port)
        for number in range(count):
            group.join(number // size)
            if number % 50 == 49:  # Mosquitto takes so many at once
                group.until(lambda: all(each.connected for each in group.links))
        took = group.until(lambda: all(each.connected for each in group.links))
        print(f"{count} devices connected; the broker has {memory(broker.pid):.0f} MB")
        with counting(group) as heard:
            began = time.monotonic()
            for each in range(tasks):
                for number, link in enumerate(group.links):
                    link.publish(
                        MqttMessage(
                            f"equerry/site{number // size}/store/task/{number}-{each}", bytes(PAYLOAD_BYTES), 1, True
                        )
                    )
                group.until(partial(lambda wanted: group.acknowledged >= wanted, (each - 5) * count))
            group.until(lambda: sum(heard.values()) >= count * tasks * size)
            took = time.monotonic() - began
        print(
            f"{count * tasks:,} documents, each to {size} devices, in {took:.0f} s: {count * tasks * size / took:,.0f}"
            " deliveries/s"
        )
        print(f"the broker has {memory(broker.pid):.0f} MB")
        edit(group, watcher, options)
        fill(group, count, size, tasks)
        print(f"memory at the end: the broker {memory(broker.pid):.0f} MB")


def edit(group: Fleet, watcher: Client, options: argparse.Namespace) -> None:
    """Some edits a second, of random devices."""
    dice, seconds = random.Random(1), []

    def arrived(_: int, message: MqttMessage) -> None:
        seconds.append(time.monotonic() - json.loads(message.payload[:32].rstrip(b"\0")))

    before = counted(watcher)
    group.arrived = arrived
    due = time.monotonic()
    for _ in range(options.edits):
        due += dice.expovariate(options.rate)
        group.until(partial(lambda at: time.monotonic() >= at, due))
        number = dice.randrange(options.devices)
        topic = f"equerry/site{number // options.site}/store/task/{number}-{dice.randrange(options.tasks)}"
        payload = json.dumps(time.monotonic()).encode().ljust(PAYLOAD_BYTES, b"\0")
        group.links[number].publish(MqttMessage(topic, payload, 1, True))
    group.until(lambda: len(seconds) >= options.edits * options.site)
    after = counted(watcher)
    told(f"{options.edits} edits, {options.rate:g} a second, each to {options.site} devices", seconds)
    print(
        "a broker's part in an edit:", {name: round((after[name] - before[name]) / options.edits, 1) for name in after}
    )


def fill(group: Fleet, count: int, size: int, tasks: int) -> None:
    """One more device joins each of some sites."""
    seconds = []
    with counting(group) as heard:
        for site in range(JOINERS):
            number = group.join(site)
            seconds.append(group.until(partial(lambda one: heard.get(one, 0) >= size * tasks, number)))
    told(f"a new device beside {count} others gets {size * tasks:,} documents", seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    each = kinds.add_parser("real")
    each.add_argument("--devices", type=int, default=10)
    each.add_argument("--tasks", type=int, default=200)
    each.add_argument("--edits", type=int, default=20)
    each.add_argument("--gap-ms", type=float, default=200)
    each.set_defaults(run=real)
    each = kinds.add_parser("fleet")
    each.add_argument("--devices", type=int, default=1000)
    each.add_argument("--site", type=int, default=5)
    each.add_argument("--tasks", type=int, default=200)
    each.add_argument("--edits", type=int, default=2000)
    each.add_argument("--rate", type=float, default=100)
    each.set_defaults(run=fleet)
    options = parser.parse_args()
    run = options.__dict__.pop("run")  # the rest goes to other processes
    run(options)


if __name__ == "__main__":
    main()

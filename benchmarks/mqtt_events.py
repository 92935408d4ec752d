#!/usr/bin/env python3
"""Commands over MQTT, on loopback: how soon the first event comes, the reply, the change; and what telling costs
whoever tells.

.venv/bin/python benchmarks/mqtt_events.py

A real Mosquitto, real jobs, parser and store; no speech, no language model. Needs the Debian package mosquitto. Broker
and client send small packets at once, as config/mosquitto has it.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.commands.directory import StoreDirectory  # noqa: E402
from device.commands.responder import Responder  # noqa: E402
from device.jobs.job import Job, JobEvent, Pace  # noqa: E402
from device.jobs.jobs import Jobs  # noqa: E402
from device.mqtt.commands import Commands  # noqa: E402
from device.mqtt.health import Checkup  # noqa: E402
from device.mqtt.publisher import Publisher  # noqa: E402
from device.mqtt.thread import Bridge  # noqa: E402
from firmware.readings import Readings  # noqa: E402
from services.actions.execution.executor import Executor  # noqa: E402
from services.store.base import Change  # noqa: E402
from services.store.store import Store  # noqa: E402
from services.sync.broker.link import MqttLink  # noqa: E402
from services.sync.topics import Topics  # noqa: E402
from services.understanding.parser import CommandParser  # noqa: E402
from services.understanding.slots.amounts import amount_of  # noqa: E402
from services.understanding.when import find  # noqa: E402
from tests.broker import Broker, Client  # noqa: E402

ZONE = ZoneInfo("Europe/Berlin")
ROUNDS = 200
PAUSE_S = 0.06
"""From one command to the next."""
EACH = 50
"""Commands of one user: many more at once are not read."""
FLOOD = 10_000
UNBOUND = Pace(6e9, 10**9, 6e9, 10**9)
TOPICS = Topics("desk")


def now() -> datetime:
    """The wall clock."""
    return datetime.now(ZONE)


def told(name: str, seconds: list[float]) -> None:
    """p50, p95, p99 and the longest, in milliseconds."""
    cut = quantiles(seconds, n=100, method="inclusive")
    p95, p99, longest = cut[94] * 1e3, cut[98] * 1e3, max(seconds) * 1e3
    print(
        f"{name:<44} p50 {median(seconds) * 1e3:7.3f} ms   p95 {p95:7.3f} ms   p99 {p99:7.3f} ms   longest"
        f" {longest:7.3f} ms"
    )


def one_by_one(client: Client, qos: int) -> None:
    """A command, its first event, its reply, its document; then the next."""
    first, replied, changed = [], [], []
    for number in range(ROUNDS):
        client.forget()
        began = time.perf_counter()
        client.publish(
            TOPICS.own(f"command/user-{qos}-{number // EACH}"),
            f"create a task to call number {number} of {qos}",
            qos=qos,
            wait=False,
        )
        event = client.wait_for("#", lambda each: each.topic in (TOPICS.own("job/queued"), TOPICS.own("error")))
        assert event.topic == TOPICS.own("job/queued"), event.payload
        first.append(time.perf_counter() - began)
        reply = client.wait_for(TOPICS.own("reply/+"))
        replied.append(time.perf_counter() - began)
        client.wait_for(TOPICS.own("changed/task/+"))
        changed.append(time.perf_counter() - began)
        assert json.loads(reply.payload)["ok"], reply
        time.sleep(max(0.0, PAUSE_S - (time.perf_counter() - began)))
    told(f"command (QoS {qos}) → first event (job/queued)", first)
    told(f"command (QoS {qos}) → reply", replied)
    told(f"command (QoS {qos}) → changed/task/<id>", changed)


def leaving(telling: Publisher) -> None:
    """What it costs main and act threads."""
    job = Job(
        "019ab0c1-5e0a-7c3e-8f10-2b6a54d1c001", "mqtt:phone", "create a task to call the bank", 0.0, label="task.create"
    )
    for name, leave in (
        ("leaving a job event", lambda: telling.job(JobEvent("queued", job))),
        ("leaving a change", lambda: telling.changed([Change("task", job.id, False)])),
    ):
        seconds = []
        for _ in range(FLOOD):
            began = time.perf_counter()
            leave()
            seconds.append(time.perf_counter() - began)
        told(name, seconds)


def main() -> None:
    """Everything, on a store and a broker in a folder of their own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / "equerry.db") as store,
        Broker(Path(folder) / "broker", more="set_tcp_nodelay true") as broker,
    ):
        parser = CommandParser(ROOT / "config" / "sentences", directory=StoreDirectory(store))
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of)
        jobs = Jobs(Responder(parser, executor, now, directory=StoreDirectory(store)), now=now, pace=UNBOUND)
        link = MqttLink(broker.host, broker.port, client_id="desk")
        health = Checkup(Readings(), Path(folder), now=now)
        telling = Publisher(TOPICS, link.publish, link.wake, now=now, stats=jobs.stats, health=health)
        commands = Commands(
            TOPICS,
            publish=link.publish,
            wake=link.wake,
            jobs=jobs,
            put=lambda _: None,
            demand=lambda *_: None,
            now=now,
        )
        jobs.watch(telling.job)
        jobs.follow(telling.progress)
        store.watch(telling.changed)
        there = threading.Event()
        bridge = Bridge(
            link, [commands, telling], now=now, changed=lambda status: there.set() if status.connected else None
        )
        thread = threading.Thread(target=bridge.run, daemon=True)
        with jobs:
            thread.start()
            assert there.wait(10)
            client = broker.client("phone")
            client._paho.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.subscribe(TOPICS.own("#"))
            client.round_trip()
            for qos in (0, 1):
                one_by_one(client, qos)
            leaving(telling)
        bridge.stop()
        thread.join()


if __name__ == "__main__":
    main()

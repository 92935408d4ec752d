#!/usr/bin/env python3
"""What the link with a broker carries, alone, to a Mosquitto on the same machine: messages a second out and in, and how
long one takes to come back. With MQTT 5, 3.1.1, and TLS.

.venv/bin/python benchmarks/mqtt_link.py
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from services.sync.base import Acknowledged, Arrived, LinkEvent, MqttMessage  # noqa: E402
from services.sync.broker.client import Version  # noqa: E402
from services.sync.broker.link import MqttLink, Tls  # noqa: E402
from tests.broker import Broker, Certificates  # noqa: E402

MESSAGES = 20_000
ECHOES = 2_000
BYTES = 300
QUEUED = "max_queued_messages 1000000\nmax_inflight_messages 100\nset_tcp_nodelay true"


def until(link: MqttLink, holds: Callable[[LinkEvent], bool], count: int) -> None:
    """Turn until `count` events hold."""
    while count > 0:
        count -= sum(map(holds, link.turn(1)))


def connected(broker: Broker, name: str, version: Version, tls: Tls | None) -> MqttLink:
    """One that is."""
    link = MqttLink("127.0.0.1", broker.port, client_id=name, version=version, tls=tls)
    while not link.connected:
        link.turn(1)
    return link


def out(link: MqttLink, qos: int) -> float:
    """Messages a second that the broker has acknowledged; with QoS 0, that a last one of QoS 1 behind them has been."""
    payload = bytes(BYTES)
    began = time.perf_counter()
    for number in range(MESSAGES):
        link.publish(MqttMessage(f"s/{number}", payload, 1 if qos else 0, retain=qos == 1))
        if qos == 0 and number % 500 == 499:
            link.turn(0)
    if qos == 0:
        link.publish(MqttMessage("last", payload, 1))
    until(link, lambda each: isinstance(each, Acknowledged), MESSAGES if qos else 1)
    return MESSAGES / (time.perf_counter() - began)


def filled(link: MqttLink) -> float:
    """Retained messages a second that come to one that is new."""
    began = time.perf_counter()
    link.subscribe([("s/+", 1)])
    until(link, lambda each: isinstance(each, Arrived), MESSAGES)
    return MESSAGES / (time.perf_counter() - began)


def echoed(link: MqttLink, qos: int) -> list[float]:
    """Seconds until a message comes back, one after the other."""
    link.subscribe([("echo", 1)])
    seconds = []
    for _ in range(ECHOES):
        began = time.perf_counter()
        link.publish(MqttMessage("echo", bytes(BYTES), 1 if qos else 0))
        until(link, lambda each: isinstance(each, Arrived), 1)
        seconds.append(time.perf_counter() - began)
    return seconds


def told(name: str, seconds: list[float]) -> None:
    """p50, p99 and the longest, in milliseconds."""
    cut = quantiles(seconds, n=100, method="inclusive")
    print(
        f"  {name:<42} p50 {median(seconds) * 1e3:6.3f} ms   p99 {cut[98] * 1e3:6.3f} ms   longest"
        f" {max(seconds) * 1e3:6.3f} ms"
    )


def measure(folder: Path, name: str, version: Version, certificates: Certificates | None) -> None:
    """One kind of link."""
    print(name)
    server = certificates.signed("server") if certificates else None
    with Broker(folder / name.replace(" ", "-"), tls=server, more=QUEUED) as broker:
        tls = Tls(certificates.ca) if certificates else None
        first, second = connected(broker, "first", version, tls), connected(broker, "second", version, tls)
        print(f"  out, QoS 1, retained, acknowledged         {out(first, 1):8,.0f} messages/s")
        print(f"  out, QoS 0                                 {out(first, 0):8,.0f} messages/s")
        print(f"  in, {MESSAGES:,} retained                        {filled(second):8,.0f} messages/s")
        told("back again, QoS 0", echoed(first, 0))
        told("back again, QoS 1", echoed(first, 1))
        first.close()
        second.close()


def main() -> None:
    """All kinds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(folder, "MQTT 5", "5", None)
        measure(folder, "MQTT 3.1.1", "3.1.1", None)
        measure(folder, "MQTT 5 over TLS", "5", Certificates(folder / "certificates"))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()

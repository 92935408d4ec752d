"""The MQTT broker, where one is set."""

from __future__ import annotations

import time

from device.doctor.base import Check, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed
from services.sync.base import Connected, Disconnected, Link

_PATIENCE_S = 5.0
_NEAR = frozenset(("localhost", "127.0.0.1", "::1"))


def connection(sources: Sources) -> Verdict:
    """Whether the broker of [mqtt] takes this device, with its user name, password and certificates. While the
    appliance runs it is asked; else a connection is tried, under a name of its own, and nothing is published."""
    if not sources.settings.mqtt.host:
        return skip("none is set, and none is needed")
    if sources.running is not None:
        return _as_told(sources)
    if any(map(closed, sources.secrets)):
        return unknown(
            "this user may not read the secrets, so it is not tried", "Put sudo before it.", reason="not_permitted"
        )
    link = sources.link()
    try:
        return _tried(link)
    finally:
        link.close()


def encryption(sources: Sources) -> Verdict:
    """Whether the way to the broker is encrypted; without TLS, whoever shares the network reads all of it."""
    wanted = sources.settings.mqtt
    if not wanted.host:
        return skip("no broker is set")
    if wanted.tls:
        return ok("TLS", tls=True)
    if wanted.host in _NEAR:
        return ok("not needed: it is on this machine", tls=False)
    return warn("none: name and password are sent as they are", tls=False)


def _tried(link: Link) -> Verdict:
    until = time.monotonic() + _PATIENCE_S
    while (left := until - time.monotonic()) > 0:
        for event in link.turn(left):
            if isinstance(event, Connected):
                return ok(f"takes us, MQTT {event.version}", version=event.version)
            if isinstance(event, Disconnected):
                return fail(str(event.error), reason=event.error.code)
    return fail(f"no answer within {_PATIENCE_S:g} s", reason="broker.unreachable")


def _as_told(sources: Sources) -> Verdict:
    told = (sources.running or {}).get("broker")
    if told is None:
        return warn("is set, and the running appliance knows none", "Start it anew: sudo systemctl restart equerry")
    if told["connected"]:
        return ok(f"the appliance is connected, MQTT {told['version']}", version=told["version"])
    if not told.get("since"):
        return unknown("the appliance has not tried yet")
    return fail(str(told["reason"]), reason=told["code"])


CHECKS = (
    Check("broker.connection", "connection", connection, "docs/broker.md tells how one is set up.", limit_s=15),
    Check(
        "broker.encryption",
        "encryption",
        encryption,
        "Set up TLS: docs/broker.md; then equerry config set mqtt.tls true",
    ),
)

"""Satellites in other rooms, where there are any."""

from __future__ import annotations

import socket

from device.doctor.base import Check, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources
from device.satellites.place import SatellitePlace, place_of

_PATIENCE_S = 3.0


def reached(sources: Sources) -> Verdict:
    """Whether each satellite of [satellites] at is there. While the appliance runs it is asked; else a connection to
    each is tried, and closed again."""
    places = [place_of(each) for each in sources.settings.satellites.at]
    if not places:
        return skip("none is set, and none is needed")
    if sources.running is not None:
        return _as_told(sources)
    away = [each.name for each in places if not _answers(each)]
    return _judged(len(places), away)


def _answers(place: SatellitePlace) -> bool:
    try:
        socket.create_connection((place.host, place.port), timeout=_PATIENCE_S).close()
    except OSError:
        return False
    return True


def _as_told(sources: Sources) -> Verdict:
    told = (sources.running or {}).get("satellites")
    if told is None:
        return warn("are set, and the running appliance knows none", "Start it anew: sudo systemctl restart equerry")
    if all(each["since"] is None for each in told.values()):
        return unknown("the appliance has not tried yet")
    return _judged(len(told), [name for name, each in told.items() if not each["connected"]])


def _judged(most: int, away: list[str]) -> Verdict:
    if away:
        return fail(f"not there: {', '.join(away)}", reason="satellite.away")
    return ok(f"{most} there")


CHECKS = (
    Check(
        "satellites.reached",
        "satellites",
        reached,
        "Check that each runs and listens at its address (docs/satellites.md).",
        limit_s=40,
    ),
)

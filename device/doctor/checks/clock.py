"""The clock: reminders ring by it."""

from __future__ import annotations

from device.clock import Trust, trust, zone_name
from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources


def time_of_day(sources: Sources) -> Verdict:
    """Whether the clock is right: set by the network (systemd-timesyncd's mark, adjtimex(2)), or taken from a clock
    with a battery. A Raspberry Pi before the 5 has none, and starts with the time at which it was switched off."""
    keeper, now = sources.keeper, sources.now()
    synchronised, kept = keeper.synchronised(), keeper.kept()
    wait = sources.settings.ring.clock_wait_s
    found = trust(now, synchronised=synchronised, kept=kept, newest=None, waited_s=keeper.steady(), wait_s=wait)
    facts: Facts = {"synchronised": synchronised, "battery": kept, "trust": found.name.lower()}
    told = f"{now:%Y-%m-%d %H:%M}"
    if found is Trust.NOT_YET:
        return fail(f"{told}, which is not to be believed", **facts)
    if synchronised:
        return ok(f"{told}, set by the network", **facts)
    if synchronised is None:
        return unknown(f"{told}; nobody tells whether the network set it", "Look: timedatectl", **facts)
    if kept:
        return ok(f"{told}, from a clock with a battery; the network has not set it", **facts)
    return warn(f"{told}; the network has not set it", **facts)


def zone(sources: Sources) -> Verdict:
    """Whether it is known which time zone the device stands in: [device] time_zone, or the system's."""
    name = zone_name(sources.settings.device.time_zone, sources.path("etc/localtime"))
    if not name:
        return warn("nothing tells which", zone="")
    if name in ("Etc/UTC", "UTC", "Etc/Universal", "Universal", "Zulu"):
        return warn(f"{name}: few stand there; times of day would be wrong elsewhere", zone=name)
    return ok(name, zone=name)


def service(sources: Sources) -> Verdict:
    """Whether something keeps the clock right (systemd-timesyncd, chrony or ntpd)."""
    for unit in ("systemd-timesyncd", "chrony", "chronyd", "ntp", "ntpd", "ntpsec"):
        if sources.run(["systemctl", "is-active", "--quiet", f"{unit}.service"]).good:
            return ok(unit, service=unit)
    if not sources.booted:
        return skip("systemd does not run this machine")
    return warn("no service that does is running", service="")


CHECKS = (
    Check(
        "clock.time",
        "time",
        time_of_day,
        "Let the device reach a time server, or set the clock: sudo timedatectl set-time …",
    ),
    Check(
        "clock.zone",
        "time zone",
        zone,
        "equerry config set device.time_zone Europe/Berlin, or sudo timedatectl set-timezone …",
    ),
    Check(
        "clock.service",
        "kept right",
        service,
        "sudo apt-get install systemd-timesyncd, or sudo timedatectl set-ntp true",
        limit_s=10,
    ),
)

"""Supply and heat."""

from __future__ import annotations

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources
from firmware.readings import HOT, WARM, Power, power_of_bits


def temperature(sources: Sources) -> Verdict:
    """How hot the processor is (/sys/class/thermal). From 80 °C a Raspberry Pi slows down."""
    celsius = sources.readings.temperature()
    if celsius is None:
        return unknown("there is no sensor")
    words = f"{celsius:.0f} °C"
    facts: Facts = {"celsius": round(celsius, 1)}
    if celsius >= HOT:
        return fail(words, **facts)
    return warn(words, **facts) if celsius >= WARM else ok(words, **facts)


def supply(sources: Sources) -> Verdict:
    """Whether the power supply gives enough, now and since the start (the firmware's get_throttled, or vcgencmd)."""
    power = _power(sources)
    if power is None:
        return _nobody_tells(sources)
    facts: Facts = {"now": power.under_voltage, "since_boot": power.was_under_voltage}
    if power.under_voltage:
        return fail("too little, now", **facts)
    if power.was_under_voltage:
        return warn("enough now, but it was too little since the start", **facts)
    return ok("enough" if power.was_under_voltage is False else "enough now; what was before is not told", **facts)


def throttling(sources: Sources) -> Verdict:
    """Whether the processor was slowed down for want of power or for heat, now or since the start (likewise)."""
    power = _power(sources)
    if power is None or power.throttled is None:
        return _nobody_tells(sources)
    facts: Facts = {"now": power.throttled, "since_boot": power.was_throttled}
    if power.throttled:
        return warn("slowed down now", **facts)
    return warn("was slowed down since the start", **facts) if power.was_throttled else ok("never slowed down", **facts)


def _power(sources: Sources) -> Power | None:
    told = sources.readings.power()
    if not sources.is_pi or (told is not None and told.throttled is not None):
        return told
    ran = sources.run(["vcgencmd", "get_throttled"])
    return (power_of_bits(ran.out.partition("=")[2]) if ran.good else None) or told


def _nobody_tells(sources: Sources) -> Verdict:
    if not sources.is_pi:
        return skip("not a Raspberry Pi")
    return unknown("neither the kernel nor vcgencmd tells", "Put sudo before it, or add yourself to the group video.")


CHECKS = (
    Check("power.temperature", "temperature", temperature, "Give the board a heat sink or a fan, and air."),
    Check(
        "power.supply",
        "supply",
        supply,
        "Use the board's own power supply and a short, thick cable; take off what draws power from its USB.",
    ),
    Check(
        "power.throttling",
        "slowed down",
        throttling,
        "See supply and temperature; then start the machine anew, which forgets the past.",
        limit_s=10,
    ),
)

"""What is plugged onto the pins: the board found, the board set, the ways to its lights and button."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from device.configuration.settings import Settings
from device.doctor.account import Account, account
from device.doctor.base import Check, Verdict, fail, ok, skip, warn
from device.doctor.sources import Sources
from firmware.boards import Board, board, detect

_SPI, _PINS, _I2C = "dev/spidev*", "dev/gpiochip*", "dev/i2c-*"


def eeprom(sources: Sources) -> Verdict:
    """What the EEPROM of a HAT says (/proc/device-tree/hat). Most sound HATs have none, but a sound card."""
    if not sources.is_pi:
        return skip("not a Raspberry Pi")
    told = [sources.text(f"proc/device-tree/hat/{name}") for name in ("vendor", "product")]
    words = ", ".join(each for each in told if each)
    return ok(words, vendor=told[0], product=told[1]) if words else ok("no HAT with an EEPROM", vendor="", product="")


def known(sources: Sources) -> Verdict:
    """Which board is found, and whether it is that of [board] name, whose pins, lights and microphones are used."""
    name, found = sources.settings.board.name, detect(sources.root)
    there = found.board.name if found else ""
    if name == "none":
        return ok("none is wanted", set=name, found=there)
    if name == "auto":
        return ok(
            f"{found.board.description}, found by itself" if found else "none found by itself", set=name, found=there
        )
    wanted = board(name)
    if found and there != wanted.board.name and found.detect.cards and wanted.board.name != "adafruit-voice-bonnet":
        return warn(f"[board] name is {wanted.board.name}, and {there} is found", set=wanted.board.name, found=there)
    return ok(f"{wanted.board.description}, as [board] name says", set=wanted.board.name, found=there)


def lights_bus(sources: Sources) -> Verdict:
    """Whether the lights' way is open: SPI for a ring or strip (/dev/spidev*), for the appliance's user."""
    lights, there = sources.settings.lights, _board(sources)
    kind = (there.lights.kind if there and there.lights else "none") if lights.kind == "board" else lights.kind
    pins = (there.lights.pins if there and there.lights else ()) if lights.kind == "board" else tuple(lights.pins)
    if kind not in ("apa102", "ws2812") or pins:
        return skip("the lights are not on SPI" if kind not in ("none", "terminal") else "no lights on pins")
    return _nodes(
        sources, _SPI, "spi", "SPI is not switched on", "sudo raspi-config nonint do_spi 0, then start the machine anew"
    )


def pins(sources: Sources) -> Verdict:
    """Whether pins can be used (/dev/gpiochip*), where anything is on them, and nothing shares one."""
    settings, there = sources.settings, _board(sources)
    wanted = list(_wanted(settings, there))
    if not wanted:
        return skip("nothing is on the pins")
    if twice := sorted({pin for pin in wanted if wanted.count(pin) > 1}):
        remedy = "Give each a pin of its own: equerry config set button.pin …, or lights.pins (docs/lights.md)"
        return fail(f"wanted twice: GPIO {', '.join(map(str, twice))}", remedy, twice=twice)
    return _nodes(
        sources,
        _PINS,
        "gpio",
        "this machine has no pins",
        'Set [button] pin = 0 and [lights] kind = "none" on a machine without pins.',
    )


def used(sources: Sources) -> Verdict:
    """Whether the running appliance could take board, button, mute switch and lights as they are set."""
    if sources.appliance is None:
        return skip("the appliance does not run")
    lacking = (sources.running or {}).get("lacking") or {}
    if lacking:
        return fail("; ".join(f"no {part}: {words}" for part, words in lacking.items()), lacking=sorted(lacking))
    return ok("all that is set", lacking=[])


def i2c(sources: Sources) -> Verdict:
    """Whether I2C is on (/dev/i2c-*): the codec of a sound HAT is set up over it, by its driver."""
    if not sources.is_pi:
        return skip("not a Raspberry Pi")
    there = _board(sources)
    if there is None or not there.detect.cards:
        return skip("no sound HAT that needs it")
    nodes = sources.below(_I2C)
    return ok(", ".join(f"/dev/{each.name}" for each in nodes)) if nodes else warn("it is not switched on")


def _wanted(settings: Settings, there: Board | None) -> Iterator[int]:
    """Each pin that button, switch and lights are on, as device/wiring takes them."""
    own = [pin for pin in (settings.button.pin, settings.button.mute_pin) if pin]
    yield from own
    if there and there.button and there.button.pin not in own:
        yield there.button.pin
    if settings.lights.kind == "board" and there and there.lights:
        yield from there.lights.all_pins
    elif settings.lights.kind not in ("none", "terminal"):
        yield from settings.lights.pins


def _nodes(sources: Sources, pattern: str, group: str, missing: str, remedy: str) -> Verdict:
    nodes, who = sources.below(pattern), account(sources)
    if not nodes:
        return fail(missing, remedy)
    names = ", ".join(f"/dev/{each.name}" for each in nodes)
    if not any(_may(who, each) for each in nodes):
        return fail(
            f"{who.name} may not use {names}",
            f"sudo usermod -aG {group} {who.name}, then start the appliance anew",
            nodes=names,
        )
    return ok(names, nodes=names)


def _may(who: Account, node: Path) -> bool:
    try:
        return who.may_use(node)
    except OSError:
        return False


def _board(sources: Sources) -> Board | None:
    """The one in use. Raises BoardUnknown, BoardBroken."""
    name = sources.settings.board.name
    if name == "none":
        return None
    return detect(sources.root) if name == "auto" else board(name)


CHECKS = (
    Check("hat.eeprom", "HAT", eeprom, ""),
    Check(
        "hat.board",
        "board in use",
        known,
        "Name the one that is plugged on: equerry config set board.name …, or auto (docs/lights.md).",
    ),
    Check("hat.spi", "SPI for lights", lights_bus, "See docs/lights.md."),
    Check("hat.pins", "pins", pins, "See docs/lights.md."),
    Check(
        "hat.used",
        "as it is set",
        used,
        "See docs/lights.md; equerry doctor says whether SPI and the pins can be used.",
    ),
    Check("hat.i2c", "I2C", i2c, "sudo raspi-config nonint do_i2c 0, then start the machine anew"),
)

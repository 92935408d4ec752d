"""The days of a virtual Pi, step by step: each does something and looks at what came of it, and tells it in words."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.pi.device import BLUE, BUTTON, GREEN, RED, SETTINGS, STICK, SWITCH, Pi
from tests.pi.machine import MachineError

Step = Callable[[Pi], str]

HOUR_S = 3600
EXPOSURE = 2.0
"""As scripts/test-system has it."""
HOLDER = (
    "cd /tmp && /opt/equerry/current/.venv/bin/python -c"
    " 'import lgpio; print(lgpio.gpio_get_line_info(lgpio.gpiochip_open(0), {pin}))'"
)
"""Who holds a line, by the library that the appliance uses."""


def holds(true: object, problem: str) -> None:
    """Raises MachineError where it does not."""
    if not true:
        raise MachineError(problem)


def is_a_pi(pi: Pi) -> str:
    """It takes itself for a Pi, with pins and two sound cards."""
    model = pi.does("tr -d '\\0' < /proc/device-tree/model")
    holds("Raspberry Pi 4" in model, f"it is called {model}")
    holds(pi.does("uname -m") == "aarch64", "it is no aarch64")
    pi.does("test -c /dev/gpiochip0 && test -d /proc/asound/Microphone && test -d /proc/asound/Speaker")
    return f"{model} boots, {pi.does('systemctl --version | head -n 1')}"


def installs(pi: Pi) -> str:
    """From the bundle on the stick, without a network."""
    pi.does(f"mkdir -p /srv/checkout && tar -xf {STICK}/checkout.tar -C /srv/checkout", HOUR_S)
    pi.does("mkdir -p /etc/equerry/equerry.d")
    pi.machine.put("/etc/equerry/equerry.d/10-virtual-pi.toml", SETTINGS.encode())
    holds(not pi.does("ls /sys/class/net | grep -vx lo || true"), "it has a network")
    install = f"/srv/checkout/scripts/install --from {STICK}/equerry-*-aarch64.tar"
    pi.does(f"EQUERRY_READY_S={HOUR_S} {install}", 2 * HOUR_S)
    size = pi.does("du -sxm /opt/equerry | cut -f 1")
    return f"installed from a bundle without a network, {size} MB in /opt/equerry"


def is_ready(pi: Pi) -> str:
    """Under systemd with its bounds, and it reaches the pins."""
    holds(pi.property("ActiveState") == "active", "it is not active")
    exposure = pi.does(
        "systemd-analyze security equerry.service --no-pager | sed -n 's/.*exposure level.*: \\([0-9.]*\\).*/\\1/p'"
    )
    holds(float(exposure) <= EXPOSURE, f"it is exposed by {exposure}")
    for pin in (RED, GREEN, BLUE, BUTTON, SWITCH):
        holds("lg" in pi.does(HOLDER.format(pin=pin)), f"nobody holds pin {pin}")
    return f"ready under systemd, exposure {exposure}, its pins held"


def reaches_its_pins(pi: Pi) -> str:
    """Button and lights by what the appliance uses, as the user equerry, in its own Python, while it does not run."""
    pi.does("systemctl stop equerry.service")
    python = "setpriv --reuid equerry --regid equerry --init-groups /opt/equerry/current/.venv/bin/python"
    pi.machine.begin(
        f"cd /tmp && PYTHONPATH=/opt/equerry/current {python} /srv/pi/holding.py {BUTTON} {RED} {GREEN} {BLUE}"
    )
    pi.machine.until("grep -q ready /tmp/holding.txt", 300)
    pi.pins(f"hold {BUTTON} 0.5")
    seen = json.loads(pi.pins(f"watch 3 {RED} {GREEN} {BLUE}"))
    half, dark, full = (seen[str(pin)]["high"] for pin in (RED, GREEN, BLUE))
    holds(0.3 < half < 0.7 and dark == 0 and full == 1, f"the lights are not as they should be: {seen}")
    pi.machine.until("grep -q 'pressed released' /tmp/holding.txt", 300)
    return f"its button is pressed and let go, its lights are at {half}, {dark} and {full} of 0.5, 0 and 1"


ARRIVING: tuple[Step, ...] = (is_a_pi, installs, is_ready, reaches_its_pins)

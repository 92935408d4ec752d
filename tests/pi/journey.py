"""The days of a virtual Pi, step by step: each does something and looks at what came of it, and tells it in words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from firmware.frame import RATE, Samples
from tests.pi.device import BLUE, BUTTON, GREEN, HOUR_S, LATER, PINS, RED, SETTINGS, SPARE, STICK, SWITCH, Pi
from tests.pi.machine import MachineError
from tests.voices import turn
from tests.whole_appliance import Shared

Step = Callable[[Pi], str]

EXPOSURE = 2.0
"""As scripts/test-system has it."""
HOLDER = (
    "cd /root && /opt/equerry/current/.venv/bin/python -c"
    " 'import lgpio; print(lgpio.gpio_get_line_info(lgpio.gpiochip_open(0), {pin}))'"
)
"""Who holds a line, by the library that the appliance uses: it leaves a pipe where it is that nobody else may open."""


AS_EQUERRY = "setpriv --reuid equerry --regid equerry --init-groups /opt/equerry/current/.venv/bin/python"
HERE = Path(__file__).parent


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
    install = f"/srv/checkout/scripts/install --from {pi.bundle()}"
    pi.does(f"INSTALL_READY_S={HOUR_S} {install}", 2 * HOUR_S)
    size = pi.does("du -sxm /opt/equerry | cut -f 1")
    return f"installed from a bundle without a network, {size} MB in /opt/equerry"


def is_ready(pi: Pi) -> str:
    """Under systemd with its bounds, and it reaches the pins."""
    pi.ready()
    exposure = pi.does(
        "systemd-analyze security equerry.service --no-pager | sed -n 's/.*exposure level.*: \\([0-9.]*\\).*/\\1/p'"
    )
    holds(float(exposure) <= EXPOSURE, f"it is exposed by {exposure}")
    for pin in (RED, GREEN, BLUE, BUTTON, SWITCH):  # its threads may be later than its readiness here
        pi.waits(f"{HOLDER.format(pin=pin)} | grep lg")
    return f"ready under systemd, exposure {exposure}, its pins held"


def reaches_its_pins(pi: Pi) -> str:
    """Button and lights by what the appliance uses, as the user equerry, in its own Python, while it does not run."""
    pi.does("systemctl stop equerry.service")
    # All at once: while nothing is to be done in it, its time flies.
    seen = pi.does(
        f"cd /tmp; PYTHONPATH=/opt/equerry/current {AS_EQUERRY} /srv/pi/holding.py {BUTTON} {RED} {GREEN} {BLUE}"
        " > /tmp/holding.log 2>&1 &"
        " until grep -q ready /tmp/holding.txt 2> /dev/null; do"
        " kill -0 $! 2> /dev/null || { tail -n 3 /tmp/holding.log; exit 1; }; sleep 0.5; done;"
        f" {PINS} hold {BUTTON} 0.5; until grep -q 'pressed released' /tmp/holding.txt; do sleep 0.5; done;"
        f" {PINS} watch 3 {RED} {GREEN} {BLUE}; kill $!",
        HOUR_S,
    )
    seen = json.loads(seen.splitlines()[-1])
    half, dark, full = (seen[str(pin)]["high"] for pin in (RED, GREEN, BLUE))
    holds(0.3 < half < 0.7 and dark == 0 and full == 1, f"the lights are not as they should be: {seen}")
    return f"its button is pressed and let go, its lights are at {half}, {dark} and {full} of 0.5, 0 and 1"


def drives_a_strip(pi: Pi) -> str:
    """At its SPI, likewise; and it has a bus for the codec of a HAT."""
    pi.does("insmod /srv/pi/i2c-stub.ko chip_addr=0x1a && ls /dev/i2c-*")
    pi.machine.put("/srv/pi/striping.py", (HERE / "striping.py").read_bytes())
    pi.does(f"cd /tmp; PYTHONPATH=/opt/equerry/current {AS_EQUERRY} /srv/pi/striping.py 100 3", HOUR_S)
    sent, errors = (
        int(pi.does(f"cat /sys/class/spi_master/spi0/statistics/{name}")) for name in ("bytes_tx", "errors")
    )
    holds(sent > 1000 and not errors, f"of its SPI {sent} bytes were sent, with {errors} errors")
    return f"its SPI drives a strip of 100: {sent} bytes in 3 s"


def hears_a_command(pi: Pi) -> str:
    """From sound to sound: the wake word and an order into the microphone, its lights meanwhile, and its reply."""
    pi.ready()
    pi.rests()
    before, written = pi.processor_s(), pi.written_kib()
    said = _say(pi, turn("add milk to the shopping list"), "list.add done")
    spent, written = pi.processor_s() - before, pi.written_kib() - written
    holds("milk" in said, f"it said {said!r}")
    holds("milk" in pi.asks("what is on the shopping list").lower(), "no milk is on the list")
    lights = json.loads(pi.does("cat /run/lights.json"))
    holds(sum(each["changes"] for each in lights.values()) > 1, f"its lights stayed as they were: {lights}")
    return (
        f"it heard the order, its lights changed, it said {said!r}; {spent:.1f} s of processor time (1 ns an"
        f" instruction), {written} KiB written, {pi.memory_mib()} MiB held"
    )


def hears_who_holds_its_button(pi: Pi) -> str:
    """An order without the wake word, while the talk button is down."""
    pi.machine.begin(f"{PINS} hold {BUTTON} 9")
    said = _say(pi, turn("create a task to call the bank", wake="", lead=1.5), "task.create done")
    holds("bank" in said, f"it said {said!r}")
    return f"with its button down it heard an order without the wake word, and said {said!r}"


def is_deaf_when_it_is_muted(pi: Pi) -> str:
    """The switch is thrown, and thrown back."""
    pi.pins(f"pull {SWITCH} down")
    pi.waits("systemctl show equerry.service --property=StatusText | grep -i muted")
    pi.pins(f"pull {SWITCH} up")
    pi.waits("systemctl show equerry.service --property=StatusText | grep -vi muted")
    return "its switch mutes it, and no more when it is thrown back"


def is_told(pi: Pi) -> str:
    """A task, by typing: what it has to know later on."""
    pi.ready()
    told = pi.asks("create a task to call the bank").lower()
    holds("bank" in told, f"it says {told!r}")
    return "a task typed is made"


def remembers(pi: Pi) -> str:
    """What it was told before it was switched off is there."""
    pi.ready()
    told = pi.asks("what are my tasks").lower()
    holds("bank" in told, f"of its tasks it says {told!r}")
    return "after it was switched off its task is there"


def backs_up(pi: Pi) -> str:
    """Onto a stick of its own, as its settings say from now on."""
    folder = f"{SPARE}/equerry"
    pi.does(f"mkdir -p {SPARE} && mount /dev/vdc {SPARE} && mkdir {folder} && chown equerry: {folder}")
    pi.machine.put("/etc/equerry/equerry.d/20-backup.toml", f'[backup]\nsecond = "{folder}"\n'.encode())
    pi.does("systemctl start equerry-bounds.service && systemctl restart equerry.service", HOUR_S)
    pi.ready()
    pi.does("equerry backup", HOUR_S)
    pi.waits(f"ls {folder}/*.db")
    size = pi.does(f"du -k {folder}/*.db | tail -n 1").split()[0]
    return f"its backup, {size} KiB, is on a stick of its own"


def bears_a_full_disk(pi: Pi) -> str:
    """Nothing is written half, it says so, and with room again it goes on."""
    pi.does("head -c 100G /dev/zero > /var/filler 2>/dev/null || true", HOUR_S)
    told = pi.asks("create a task to paint the fence").lower()
    holds("full" in told and "traceback" not in told, f"of a full disk it says {told!r}")
    holds(pi.property("ActiveState") == "active", "a full disk ended it")
    pi.does("rm /var/filler")
    told = pi.asks("create a task to paint the fence").lower()
    holds("fence" in told, f"with room again it says {told!r}")
    return "with its disk full it says so and goes on; with room again it does as it is told"


def updates(pi: Pi) -> str:
    """To the later release on the stick, and back to the one before, with all that it knows."""
    old = pi.does("readlink /opt/equerry/current")
    for bundle, is_old in ((pi.bundle(LATER), False), (pi.bundle(), True)):
        pi.does(f"INSTALL_READY_S={HOUR_S} equerry update {bundle}", 2 * HOUR_S)
        holds((pi.does("readlink /opt/equerry/current") == old) == is_old, f"it is not at {bundle}")
        holds("bank" in pi.asks("what are my tasks").lower(), "its task is gone")
    return "updated to another release and back, its task is there"


def loses_the_time(pi: Pi) -> str:
    """At its next start it does not know when it was switched off, as a Pi that was never in a network."""
    pi.does("systemctl mask --now systemd-timesyncd.service; rm -f /var/lib/systemd/timesync/clock")
    return "when it was switched off stands nowhere"


def does_without_a_clock(pi: Pi) -> str:
    """Switched on in 1970, without a network: it says that its clock is not set, and is right once it is."""
    pi.ready()
    refused = pi.asks("remind me at nine to call the bank").lower()
    holds("clock" in refused, f"asked for a reminder it says {refused!r}")
    pi.does(
        "date --set=2031-05-06T07:08:00 && mkdir -p /run/systemd/timesync && touch /run/systemd/timesync/synchronized"
    )
    right = pi.asks("what is the date")
    holds("2031" in right or "May" in right, f"with its clock set it says {right!r}")
    return f"in 1970 it says of a reminder {refused!r}, and tells the date once its clock is set"


def leaves(pi: Pi) -> str:
    """Uninstalled, with its data: nothing of it is left."""
    pi.does("/srv/checkout/scripts/install --uninstall --data", HOUR_S)
    left = pi.does(
        "ls -d /opt/equerry /var/lib/equerry /etc/equerry /etc/systemd/system/equerry* /usr/local/bin/equerry"
        " 2>/dev/null; getent passwd equerry || true"
    )
    holds(not left, f"left: {left}")
    return "uninstalled, and nothing of it is left"


def _say(pi: Pi, sound: Samples, done: str) -> str:
    """Say it in the room, watch the lights until it has been answered, and what was heard of the answer, in words."""
    pi.mark()
    pi.does("rm -f /run/room/heard.raw /run/lights.json")
    written = io.BytesIO()
    soundfile.write(written, sound, RATE, format="WAV", subtype="PCM_16")
    pi.machine.put("/run/room/next.wav", written.getvalue())
    pi.machine.begin(f"{PINS} watch 12 {RED} {GREEN} {BLUE} > /run/lights")
    pi.does("mv /run/room/next.wav /run/room/say.wav")
    log = pi.journal("said to the end")
    holds(done in log, f"it did something else:\n{log}")
    pi.waits("[ -s /run/lights ]")
    pi.does("mv /run/lights /run/lights.json")
    heard = np.frombuffer(pi.machine.get("/run/room/heard.raw"), np.int16)
    return Shared.loaded().finals.transcribe(heard).text.lower()


ARRIVING: tuple[Step, ...] = (is_a_pi, installs)
READY: tuple[Step, ...] = (is_ready,)
TALKING: tuple[Step, ...] = (
    *READY,
    hears_a_command,
    hears_who_holds_its_button,
    is_deaf_when_it_is_muted,
    reaches_its_pins,
    drives_a_strip,
)
STAYING: tuple[Step, ...] = (remembers, backs_up, bears_a_full_disk)
CHANGING: tuple[Step, ...] = (is_told, updates, loses_the_time)
WITHOUT_CLOCK: tuple[Step, ...] = (does_without_a_clock, leaves)

"""Power cuts of the virtual Pi while its store commits, and a look at the store after each boot."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tests.pi.device import Pi, Shelf, machine
from tests.pi.machine import MachineError
from tests.services.store.test_power_cuts import ACKNOWLEDGED

PORT = "equerry.told"
STORE = "/var/lib/equerry-cuts/store.db"
PYTHON = "PYTHONPATH=/opt/equerry/current:/srv/checkout /opt/equerry/current/.venv/bin/python"
PROGRAM = f"cd /tmp && {PYTHON} -m tests.pi.committing"
BEGUN_S = 300
"""Until the first commit after a boot, at most."""


def cuts(shelf: Shelf, count: int, *, told: Callable[[str], None], seed: int = 1) -> int:
    """Cut it so often; the commands that were committed and are all there. Raises MachineError where one is lost."""
    dice = random.Random(seed)
    number = 0
    for done in range(1, count + 1):
        number = _boot(shelf, number, dice.uniform(0, 3))
        if done % 10 == 0 or done == count:
            told(f"{done} cuts, {number} commands acknowledged so far, none lost")
    return _boot(shelf, number, None)


def _boot(shelf: Shelf, number: int, seconds: float | None) -> int:
    """Boot, look at what the cut before left, commit for some seconds and cut. The last command acknowledged by then.
    With None it only looks.
    """
    wire = shelf.work / "told"
    wire.unlink(missing_ok=True)
    port = ("-chardev", f"file,id=told,path={wire}", "-device", f"virtserialport,chardev=told,name={PORT}")
    words = "systemd.mask=equerry.service systemd.mask=room.service"
    with machine(shelf, words=words, extra=port) as switched_on:
        pi = Pi(switched_on)
        switched_on.wait_ready(600)
        pi.does("until touch /var/tmp/.writable 2>/dev/null; do sleep 0.2; done; mkdir -p /var/lib/equerry-cuts")
        if number:
            number = int(pi.does(f"{PROGRAM} check {STORE} {number}", 600).splitlines()[-1])
        if seconds is None:
            return number
        switched_on.begin(f"{PROGRAM} commit {STORE} /dev/virtio-ports/{PORT}")
        due = time.monotonic() + BEGUN_S
        while not wire.stat().st_size and time.monotonic() < due:
            time.sleep(0.1)
        if not wire.stat().st_size:
            raise MachineError(f"nothing was committed within {BEGUN_S} s")
        time.sleep(seconds)  # the moment of the cut, by the dice: nothing is waited for
        switched_on.cut()
    told = wire.read_bytes()
    whole = len(told) - len(told) % ACKNOWLEDGED.size
    return max([number, *(int(each) for each, _ in ACKNOWLEDGED.iter_unpack(told[:whole]))])

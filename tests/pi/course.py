"""What scripts/test-pi does, from its arguments to the last line."""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from device.configuration.load import load
from release.bundle import bundle, stated, version
from release.errors import ReleaseFailed, run
from release.source import ROOT
from tests.pi import disk, journey, updates
from tests.pi.cuts import cuts
from tests.pi.device import CPUS, Pi, Shelf, checkout, later, machine, of_its_own
from tests.pi.kernel import kernel
from tests.pi.machine import MachineError

NOT_HERE = 77
ONLY_READ = ("docs", "README.md", "LICENSE", "CHANGELOG.md")
FEW = 3
"""Power cuts where none are asked for."""


def say(words: str) -> None:
    """A line with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {words}", flush=True)


def main(about: str, arguments: list[str]) -> int:
    """Exit status: 0, 1 where something failed, 77 where it can't be tried here."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="only until the appliance is ready")
    parser.add_argument("--cuts", type=int, metavar="N", help="N power cuts, and nothing else")
    parser.add_argument("--go-on", action="store_true", help="with what was installed by the last run of this code")
    parser.add_argument(
        "--slots", nargs="*", metavar="WAY", choices=list(updates.WAYS), help="these updates of two slots, or all"
    )
    parser.add_argument("--keep", action="store_true", help="leave the machine's files")
    wanted = parser.parse_args(arguments)
    if os.geteuid():
        say("Not permitted here: this needs root")
        return NOT_HERE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # machines that are switched on are cut off on the way out
    cache = Path(os.environ.get("PI_CACHE", "/var/cache/equerry-pi"))
    work = Path(mkdtemp(prefix="equerry-pi-", dir="/var/tmp"))
    try:
        shelf = _shelf(cache, work)
        return _go(wanted, shelf, cache) if wanted.slots is None else _slots(wanted.slots, shelf)
    except ReleaseFailed as missing:
        say(f"Not permitted here: {missing}")
        return NOT_HERE
    except MachineError as failure:
        say(f"FAILED: {failure}")
        return 1
    finally:
        if wanted.keep:
            say(f"Left: {work}")
        else:
            shutil.rmtree(work)


def _go(wanted: argparse.Namespace, shelf: Shelf, cache: Path) -> int:
    installed = cache / f"installed-{shelf.key}.qcow2"
    if (wanted.cuts is None and not wanted.go_on) or not installed.exists():
        _walk(shelf, journey.ARRIVING)
        shutil.copy(shelf.card, installed)
    if wanted.smoke:
        _walk(of_its_own(shelf, "ready", installed), journey.READY, by_instructions=True)
    elif wanted.cuts is not None:
        _cut(of_its_own(shelf, "cut", installed), wanted.cuts)
    else:
        began = time.monotonic()
        _side_by_side(
            lambda: _day_of_talking(of_its_own(shelf, "talking", installed)),
            lambda: _day_of_changes(of_its_own(shelf, "changing", installed)),
        )
        say(f"ok: all of it ({(time.monotonic() - began) / 60:.0f} min behind the installation)")
    return 0


def _day_of_talking(shelf: Shelf) -> None:
    _walk(shelf, journey.TALKING, by_instructions=True)
    _walk(shelf, journey.STAYING, by_instructions=True)
    _cut(shelf, FEW)


def _day_of_changes(shelf: Shelf) -> None:
    # Nothing in it is spoken: what is only computed is done sooner where time goes by the clock of the wall. A second
    # processor would be taken from the machine beside it.
    _walk(shelf, journey.CHANGING, cpus=1)
    _walk(shelf, journey.WITHOUT_CLOCK, by_instructions=True, clock="1970-01-01T00:00:00")


def _cut(shelf: Shelf, count: int) -> None:
    number = cuts(shelf, count, told=say)
    say(f"ok: {count} power cuts, {number} commands committed, none that was acknowledged is lost")


def _side_by_side(*days: Callable[[], None]) -> None:
    """Each in a process of its own, on a machine of its own, to its end. Raises MachineError where one fails."""
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_by_itself, args=(day,)) for day in days]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
                process.join()
    if any(process.exitcode for process in processes):
        raise MachineError("what went wrong stands above")


def _by_itself(day: Callable[[], None]) -> None:
    try:
        day()
    except (MachineError, ReleaseFailed) as failure:
        say(f"FAILED: {failure}")
        sys.exit(1)


def _slots(ways: list[str], shelf: Shelf) -> int:
    """Updates of a device with two slots, good and broken on purpose."""
    folder = shelf.work / "slots"
    folder.mkdir()
    tree = folder / "root.tar"
    run([ROOT / "scripts" / "pi-root", tree, "python3", "openssl"])
    return updates.main(folder, tree, shelf.bundle, shelf.kernel.image, ways)


def _walk(
    shelf: Shelf,
    steps: tuple[journey.Step, ...],
    *,
    cpus: int = CPUS,
    by_instructions: bool = False,
    clock: str | None = None,
) -> None:
    """Switch it on, take the steps, and switch it off."""
    with machine(shelf, cpus=cpus, by_instructions=by_instructions, clock=clock) as switched_on:
        pi = Pi(switched_on)
        pi.booted()
        for step in steps:
            began = time.monotonic()
            said = step(pi)
            say(f"ok: {said} ({time.monotonic() - began:.0f} s here)")
        switched_on.begin("systemctl poweroff")
        switched_on.wait_end(1200)


def _shelf(cache: Path, work: Path) -> Shelf:
    """Whatever is missing is made. Raises ReleaseFailed."""
    cache.mkdir(parents=True, exist_ok=True)
    made = kernel(cache, told=say)
    base = disk.card(cache, made.modules, told=say)
    key = _key()
    packed = cache / f"bundle-{key}" / f"equerry-{version()}-aarch64.tar"
    if not packed.is_file():
        say("The bundle for aarch64 (some minutes, once for each state of the code)")
        packed.parent.mkdir(exist_ok=True)
        bundle("aarch64", load().paths.models, packed, told=say)
    stick = disk.stick([packed, later(packed, work), checkout(work / "checkout.tar")], work / "stick.img")
    spare = disk.stick([], work / "spare.img")
    return Shelf(made, disk.overlay(base, work / "card.qcow2"), packed, stick, spare, work, f"{key}-{base.stem}")


def _key() -> str:
    """Of the code that a bundle carries; what is only read makes no difference."""
    shipped = [each for each in stated("install", "SHIPPED").split() if each not in ONLY_READ]
    names = run(["git", "ls-files", "-z", "--", *shipped], folder=ROOT).split("\0")
    digest = hashlib.sha256()
    for name in filter(None, names):
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()[:12]

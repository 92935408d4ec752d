"""The computer: board, kernel, system, Python, memory."""

from __future__ import annotations

import re

from device import __version__
from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources
from device.pages.status import size

_PYTHONS = range(11, 14)
_DEBIAN = 12
_LITTLE = 1.5e9
"""Bytes: below this the models and a busy turn hardly fit (docs/performance.md)."""
_LOW = 0.08


def board(sources: Sources) -> Verdict:
    """Which computer this is (/proc/device-tree/model). A Raspberry Pi 4 or 5 is fast enough, as is any 64-bit PC."""
    if not sources.is_pi:
        return ok(f"not a Raspberry Pi ({sources.host.machine})", model=sources.host.machine)
    model = re.sub(r" Rev [\d.]+$", "", sources.model)
    number = re.search(r"Raspberry Pi (?:Compute Module )?(\d+)", model)
    if number and int(number[1]) >= 4:
        return ok(model, model=model)
    return warn(f"{model}: it works, and answers late", model=model)


def kernel(sources: Sources) -> Verdict:
    """Whether kernel and programs have 64 bits, both of them: the engines exist for nothing less."""
    host = sources.host
    facts: Facts = {"machine": host.machine, "release": host.release, "bits": host.bits}
    if host.machine in ("aarch64", "x86_64") and host.bits == 64:
        return ok(f"{host.release}, {host.machine}", **facts)
    return fail(f"{host.release}, {host.machine}, programs of {host.bits} bits", **facts)


def system(sources: Sources) -> Verdict:
    """Whether the system is one that is tested: Debian or Raspberry Pi OS, 12 or newer (/etc/os-release)."""
    told = sources.system
    name, version = told.get("PRETTY_NAME", told.get("ID", "")), told.get("VERSION_ID", "")
    facts: Facts = {"id": told.get("ID", ""), "version": version}
    if not name:
        return unknown("nothing tells which it is", **facts)
    if told.get("ID") in ("debian", "raspbian") and version.isdecimal() and int(version) >= _DEBIAN:
        return ok(name, **facts)
    return warn(f"{name}: not one that is tested", **facts)


def program(sources: Sources) -> Verdict:
    """Which Equerry and Python run here, and whether the running appliance is of this command's version."""
    python = ".".join(map(str, sources.host.python))
    facts: Facts = {"equerry": __version__, "python": python, "running": (sources.running or {}).get("version", "")}
    if sources.host.python[0] != 3 or sources.host.python[1] not in _PYTHONS:
        return fail(
            f"Python {python}: 3.11 to 3.13 do",
            "Make the environment anew with one of these: remove .venv, then ./scripts/setup",
            **facts,
        )
    if facts["running"] and facts["running"] != __version__:
        return warn(f"the running appliance is {facts['running']}, this command is {__version__}", **facts)
    return ok(f"Equerry {__version__}, Python {python}", **facts)


def running(sources: Sources) -> Verdict:
    """Whether the appliance runs and answers, and what it does. It is asked for what it holds."""
    told = sources.running
    if told is None:
        return unknown(
            "it does not run: sound, broker and store are looked at directly",
            "To start it: sudo systemctl start equerry, or equerry run",
        )
    phase = (told.get("appliance") or {}).get("phase", "starting")
    return ok(f"runs as process {told['pid']}; {phase}", phase=phase)


def memory(sources: Sources) -> Verdict:
    """How much memory there is, and how much of it is free (/proc/meminfo). The appliance takes about 1 GB."""
    measured = sources.readings.memory()
    if measured is None:
        return unknown("the kernel tells nothing of it")
    free, total = measured
    words = f"{size(free)} of {size(total)} free"
    facts: Facts = {"free_bytes": free, "total_bytes": total}
    if total < _LITTLE:
        return warn(f"{words}: 2 GB are the least that do well", "Take a board with 2 GB or more.", **facts)
    return warn(words, **facts) if free < _LOW * total else ok(words, **facts)


def governor(sources: Sources) -> Verdict:
    """How the processor's speed is chosen (cpufreq). `powersave` keeps a Raspberry Pi at its lowest."""
    told = sources.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if not told:
        return skip("the kernel does not choose it here")
    driver = sources.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_driver")
    if told == "powersave" and "pstate" not in driver:  # with these, powersave goes as fast as is needed
        return warn(f"{told}: always at its slowest", governor=told, driver=driver)
    return ok(told, governor=told, driver=driver)


CHECKS = (
    Check("machine.running", "appliance", running, "Look at its log: equerry logs -n 50", limit_s=15),
    Check("machine.board", "board", board, "A Raspberry Pi 4 or 5 answers in time."),
    Check("machine.kernel", "kernel", kernel, "Install the 64-bit edition of Raspberry Pi OS or Debian."),
    Check("machine.system", "system", system, "Debian 12 or Raspberry Pi OS 12 are tested; others may work."),
    Check("machine.program", "program", program, "Start the appliance anew: sudo systemctl restart equerry"),
    Check("machine.memory", "memory", memory, "End other programs, or take a board with more memory."),
    Check(
        "machine.governor",
        "processor speed",
        governor,
        "echo ondemand | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
    ),
)

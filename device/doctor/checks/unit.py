"""The service under systemd: started at boot, alive, bounded; and what its log has told lately."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources

UNIT = "equerry.service"
MOST_EXPOSED = 2.0
_MANY = 3
_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} .*?\b(WARNING|ERROR|CRITICAL) ")
"""Of device/process/live.py's log."""
_SHOWN = (
    "LoadState", "ActiveState", "SubState", "UnitFileState", "NRestarts", "Result", "WatchdogUSec",
    "NeedDaemonReload",
)  # fmt: skip


def active(sources: Sources) -> Verdict:
    """Whether the service is installed, and runs."""
    told = _told(sources)
    if told is None:
        return _no_service(sources)
    state = f"{told['ActiveState']} ({told['SubState']})"
    facts: Facts = {"state": told["ActiveState"], "result": told.get("Result", "")}
    if told["ActiveState"] == "active":
        return ok(state, **facts)
    if told["ActiveState"] == "failed":
        return fail(
            f"{state}, {told.get('Result')}",
            "journalctl -u equerry -n 50 says why; mended, sudo systemctl reset-failed equerry, and start it",
            **facts,
        )
    return warn(state, "sudo systemctl start equerry", **facts)


def at_boot(sources: Sources) -> Verdict:
    """Whether the service starts at boot, and systemd knows its files as they are."""
    told = _told(sources)
    if told is None:
        return _no_service(sources)
    state = told.get("UnitFileState", "")
    if told.get("NeedDaemonReload") == "yes":
        return warn(
            f"{state}; its files were changed since systemd read them", "sudo systemctl daemon-reload", state=state
        )
    return ok(state, state=state) if state == "enabled" else warn(state or "unknown", state=state)


def restarts(sources: Sources) -> Verdict:
    """How often systemd started it again since it was started by hand or at boot; whether it has a watchdog."""
    told = _told(sources)
    if told is None:
        return _no_service(sources)
    count, watched = int(told.get("NRestarts") or 0), told.get("WatchdogUSec", "") not in ("", "0", "infinity")
    facts: Facts = {"restarts": count, "watchdog": watched}
    words = "never" if not count else "once" if count == 1 else f"{count} times"
    if not watched:
        return warn(f"{words}; no watchdog", "sudo ./scripts/install brings the unit up to date.", **facts)
    return warn(words, **facts) if count >= _MANY else ok(f"{words}; the watchdog is set", **facts)


def hardening(sources: Sources) -> Verdict:
    """How exposed the service is by systemd-analyze security: 0 not at all, 10 entirely; 2.0 is the most allowed."""
    if _told(sources) is None:
        return _no_service(sources)
    ran = sources.run(["systemd-analyze", "security", "--no-pager", UNIT])
    found = re.search(rf"exposure level for {re.escape(UNIT)}: ([\d.]+)", ran.out)
    if not found:
        return unknown("systemd-analyze does not tell" + (f": {ran.error.strip()[:100]}" if ran.error.strip() else ""))
    exposure = float(found[1])
    words = f"exposure {exposure:g} of at most {MOST_EXPOSED:g}"
    return ok(words, exposure=exposure) if exposure <= MOST_EXPOSED else fail(words, exposure=exposure)


def log(sources: Sources) -> Verdict:
    """How many errors and warnings the appliance has written into the journal in the last hour."""
    if _told(sources) is None:
        return _no_service(sources)
    ran = sources.journal(f"--unit={UNIT}", "--since=-1h")
    if not ran.good:
        return unknown("the journal can't be read", "Put sudo before it, or add yourself to the group systemd-journal.")
    found = Counter(match[1] for line in ran.out.splitlines() if (match := _LINE.match(line)))
    broke = ran.out.count("Traceback (most recent call last):")
    facts: Facts = {"errors": found["ERROR"] + found["CRITICAL"], "warnings": found["WARNING"], "crashes": broke}
    words = ", ".join(
        f"{number} {what if number != 1 else what[:-1].replace('crashe', 'crash')}"
        for what, number in facts.items()
        if number
    )
    if not words:
        return ok("neither errors nor warnings", **facts)
    return fail(words, **facts) if broke else warn(words, **facts) if facts["errors"] else ok(words, **facts)


def _told(sources: Sources) -> Mapping[str, str] | None:
    """What systemd tells of the unit; None where it knows none."""
    told = sources.unit(UNIT, _SHOWN)
    return told if told and told.get("LoadState") == "loaded" else None


def _no_service(sources: Sources) -> Verdict:
    return skip(
        "not installed as a service: docs/install.md" if sources.booted else "systemd does not run this machine"
    )


CHECKS = (
    Check("unit.active", "runs", active, "sudo systemctl start equerry", limit_s=10),
    Check("unit.at_boot", "at boot", at_boot, "sudo systemctl enable equerry", limit_s=10),
    Check("unit.restarts", "started again", restarts, "journalctl -u equerry says why.", limit_s=10),
    Check(
        "unit.hardening",
        "bounds",
        hardening,
        "sudo ./scripts/install brings the unit up to date; look for drop-ins: systemctl cat equerry",
        limit_s=20,
    ),
    Check("unit.log", "log, last hour", log, "equerry logs --since -1h", limit_s=15),
)

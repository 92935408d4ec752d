"""Runs the checks one after the other, each within its time; one that hangs or breaks is a finding."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from device.doctor.base import Check, Finding, Verdict, fail, unknown
from device.doctor.sources import Sources
from firmware.errors import ExpectedError

_BUG = "This is a fault of the doctor: please report it, with what equerry support writes."
_GOOD = ("ok", "warn")


def examine(
    checks: Sequence[Check], sources: Sources, began: Callable[[Check], None] = lambda _: None
) -> Iterator[Finding]:
    """A finding for each check, in their order, as they come. `began` is told of each before."""
    found: dict[str, Finding] = {}
    names = {check.code: check.name for check in checks}
    for check in checks:
        before = found.get(check.after)
        began(check)
        if before is not None and before.state not in _GOOD:
            skipped = Verdict(
                before.state if before.state == "skip" else "unknown", f"not looked at: see {names[check.after]}"
            )
            finding = _finding(check, skipped, 0.0)
        else:
            finding = _within(check, sources)
        found[check.code] = finding
        yield finding


def _within(check: Check, sources: Sources) -> Finding:
    """On a thread of its own, which is left behind where it does not end."""
    answers: queue.SimpleQueue[Verdict] = queue.SimpleQueue()
    started = time.monotonic()
    threading.Thread(target=lambda: answers.put(_verdict(check, sources)), name=check.code, daemon=True).start()
    try:
        verdict = answers.get(timeout=check.limit_s)
    except queue.Empty:
        verdict = fail(f"took longer than {check.limit_s:g} s", reason="slow")
    return _finding(check, verdict, time.monotonic() - started)


def _verdict(check: Check, sources: Sources) -> Verdict:
    try:
        return check.examine(sources)
    except PermissionError as error:
        return unknown(
            f"this user may not look: {error.filename or error.strerror}", "Put sudo before it.", reason="not_permitted"
        )
    except ExpectedError as error:
        return fail(str(error), reason=error.code)
    except OSError as error:
        return fail(f"it can't be read: {error.filename or ''} ({error.strerror or error})", reason="not_readable")
    except Exception as error:  # noqa: BLE001 - told as a failure of this check, with exit status 1: the others must not be lost with it
        return fail(f"the check itself broke: {type(error).__name__}: {error}", _BUG, reason="broken")


def _finding(check: Check, verdict: Verdict, seconds: float) -> Finding:
    remedy = (
        ""
        if verdict.state in ("ok", "skip")
        else verdict.remedy or ("" if verdict.state == "unknown" else check.remedy)
    )
    return Finding(
        check.code, check.name, verdict.state, verdict.words, remedy, verdict.facts, round(seconds, 3), verdict.private
    )

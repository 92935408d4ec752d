"""What the appliance told in some states, recorded: for the screen's tests and its pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from device.lights.glimpse import Glimpse
from device.lights.view import Span, View
from device.local import told
from device.local.sources import lit

AT = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)


def light(view: View, after_s: float = 0.3, voice: float | None = None, sound: float | None = None) -> told.Light:
    """What the ring shows of this, some time after it began."""
    moments = [10.0, 10.0 + after_s]
    glimpse = Glimpse(count=told.PIXELS, clock=lambda: moments[0])
    glimpse.view, glimpse.voice, glimpse.sound = lambda: view, lambda: voice, lambda: sound
    lit(glimpse)
    moments[0] = moments[1]
    return lit(glimpse)


def due(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


TASKS = told.Tasks(
    23,
    (
        told.Task("Send the offer to Northwind", due(-19), priority="urgent"),
        told.Task("Call the bank about the overdraft", due(1.5), priority="high"),
        told.Task("Review the contract with Nordlicht Logistik before they sign", due(5)),
        told.Task("Book flights to Lisbon", AT.replace(hour=0, minute=0, second=0), whole_day=True),
        told.Task("Quarterly figures", due(26)),
        told.Task("Water the plants", due(24 * 9)),
        told.Task("Learn Portuguese"),
        *(told.Task(f"Answer letter {number} of the archive") for number in range(1, 14)),
    ),
)
LATENCY = told.Latency(
    {
        "endpoint": told.Stage(0.31, 0.38, 42),
        "final": told.Stage(0.24, 0.61, 42),
        "command": told.Stage(0.012, 0.43, 42),
        "acted": told.Stage(0.021, 0.09, 42),
        "sounded": told.Stage(0.11, 0.19, 42),
        "total": told.Stage(0.72, 1.44, 42),
    },
    {},
    3,
)
JOBS = told.Jobs(
    2,
    1,
    (
        told.Job("a", "microphone", "Add milk and eggs to the groceries and remind me at six", "running", AT - timedelta(seconds=3)),
        told.Job("b", "mqtt:phone", "Write the report of November", "running", AT - timedelta(seconds=71)),
        told.Job("c", "console", "Back up everything", "queued", AT - timedelta(seconds=8)),
    ),
)
LOG = (
    told.Log(AT - timedelta(minutes=12), "warning", "slow: reports.usage took 3.4 s, more than 2.0 s"),
    told.Log(AT - timedelta(minutes=3), "error", "The microphone USB Audio stopped giving sound. Check its cable; I keep trying."),
    told.Log(AT - timedelta(seconds=40), "warning", "The MQTT broker can't be reached (connection refused).", 9980),
)


def snapshot(doing: str, **fields: object) -> told.Snapshot:
    """One in the middle of a busy day."""
    fresh: dict[str, object] = {
        "state": "running",
        "pid": 4242,
        "name": "desk",
        "wake_words": ("hey_jarvis",),
        "phase": told.Phase(doing, 12),
        "light": light(View(doing, running=2)),  # type: ignore[arg-type]
        "level": told.Level(-52),
        "tasks": TASKS,
        "latency": LATENCY,
        "log": LOG,
    }
    return told.Snapshot(**{**fresh, **fields})  # type: ignore[arg-type]


STATES = {
    "idle": snapshot(
        "idle",
        light=light(View("idle", timer=Span(0, 60), left=0.6)),
        final=told.Final("What's on today?"),
        reply=told.Reply("Two meetings."),
    ),
    "listening": snapshot(
        "listening",
        light=light(View("listening", words=True), 0.9, voice=-25.0),
        level=told.Level(-21),
        wake=told.Wake("hey_jarvis", 0.93),
        partial=told.Partial("remind me to call the bank tomorrow at"),
    ),
    "acting": snapshot("acting", light=light(View("acting", running=2), 0.7), final=told.Final("Add milk and eggs"), jobs=JOBS),
    "speaking": snapshot(
        "speaking",
        light=light(View("speaking"), sound=-28.0),
        level=told.Level(-33, -26),
        final=told.Final("Add milk and eggs to the groceries and remind me at six"),
        reply=told.Reply("Milk and eggs are on the groceries. I remind you at six this evening, and 23 tasks are left for today."),
    ),
    "asking": snapshot("asking", light=light(View("asking")), final=told.Final("Delete all tasks"), reply=told.Reply("All 23?", True)),
    "muted": snapshot("muted", light=light(View("muted")), phase=told.Phase("muted", 12, muted=True), level=told.Level()),
    "fault": snapshot(
        "fault", light=light(View("fault"), 0.1), phase=told.Phase("fault", 12, fault="No sound comes from USB Audio."), level=told.Level()
    ),
    "loading": told.Snapshot(pid=4242, name="desk", light=light(View("starting"), 1.0)),
}

"""What the appliance told in some states, recorded: for the screen's tests and its pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from device.control import snapshots
from device.control.sources import lit
from device.lights.preview import Glimpse
from device.lights.view import TimerSpan, View

AT = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)


def light(view: View, after_s: float = 0.3, voice: float | None = None, sound: float | None = None) -> snapshots.Light:
    """What the ring shows of this, some time after it began."""
    moments = [10.0, 10.0 + after_s]
    glimpse = Glimpse(count=snapshots.PIXELS, clock=lambda: moments[0])
    glimpse.view, glimpse.voice, glimpse.sound = lambda: view, lambda: voice, lambda: sound
    lit(glimpse)
    moments[0] = moments[1]
    return lit(glimpse)


def due(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


TASKS = snapshots.Tasks(
    23,
    (
        snapshots.Task("Send the offer to Northwind", due(-19), priority="urgent"),
        snapshots.Task("Call the bank about the overdraft", due(1.5), priority="high"),
        snapshots.Task("Review the contract with Nordlicht Logistik before they sign", due(5)),
        snapshots.Task("Book flights to Lisbon", AT.replace(hour=0, minute=0, second=0), whole_day=True),
        snapshots.Task("Quarterly figures", due(26)),
        snapshots.Task("Water the plants", due(24 * 9)),
        snapshots.Task("Learn Portuguese"),
        *(snapshots.Task(f"Answer letter {number} of the archive") for number in range(1, 14)),
    ),
)
LATENCY = snapshots.Latency(
    {
        "endpoint": snapshots.Stage(0.31, 0.38, 42),
        "final": snapshots.Stage(0.24, 0.61, 42),
        "command": snapshots.Stage(0.012, 0.43, 42),
        "acted": snapshots.Stage(0.021, 0.09, 42),
        "sounded": snapshots.Stage(0.11, 0.19, 42),
        "total": snapshots.Stage(0.72, 1.44, 42),
    },
    {},
    3,
)
JOBS = snapshots.Jobs(
    2,
    1,
    (
        snapshots.Job(
            "a",
            "microphone",
            "Add milk and eggs to the groceries and remind me at six",
            "running",
            AT - timedelta(seconds=3),
        ),
        snapshots.Job("b", "mqtt:phone", "Write the report of November", "running", AT - timedelta(seconds=71)),
        snapshots.Job("c", "console", "Back up everything", "queued", AT - timedelta(seconds=8)),
    ),
)
LOG = (
    snapshots.Log(AT - timedelta(minutes=12), "warning", "slow: reports.usage took 3.4 s, more than 2.0 s"),
    snapshots.Log(
        AT - timedelta(minutes=3),
        "error",
        "The microphone USB Audio stopped giving sound. Check its cable; I keep trying.",
    ),
    snapshots.Log(
        AT - timedelta(seconds=40), "warning", "The MQTT broker can't be reached (connection refused).", 9980
    ),
)


def snapshot(doing: str, **fields: object) -> snapshots.Snapshot:
    """One in the middle of a busy day."""
    fresh: dict[str, object] = {
        "state": "running",
        "pid": 4242,
        "name": "desk",
        "wake_words": ("hey_jarvis",),
        "phase": snapshots.Phase(doing, 12),
        "light": light(View(doing, running=2)),  # type: ignore[arg-type]
        "level": snapshots.Level(-52),
        "tasks": TASKS,
        "latency": LATENCY,
        "log": LOG,
    }
    return snapshots.Snapshot(**{**fresh, **fields})  # type: ignore[arg-type]


STATES = {
    "idle": snapshot(
        "idle",
        light=light(View("idle", timer=TimerSpan(0, 60), left=0.6)),
        final=snapshots.Final("What's on today?"),
        reply=snapshots.Reply("Two meetings."),
    ),
    "listening": snapshot(
        "listening",
        light=light(View("listening", words=True), 0.9, voice=-25.0),
        level=snapshots.Level(-21),
        wake=snapshots.Wake("hey_jarvis", 0.93),
        partial=snapshots.Partial("remind me to call the bank tomorrow at"),
    ),
    "acting": snapshot(
        "acting", light=light(View("acting", running=2), 0.7), final=snapshots.Final("Add milk and eggs"), jobs=JOBS
    ),
    "speaking": snapshot(
        "speaking",
        light=light(View("speaking"), sound=-28.0),
        level=snapshots.Level(-33, -26),
        final=snapshots.Final("Add milk and eggs to the groceries and remind me at six"),
        reply=snapshots.Reply(
            "Milk and eggs are on the groceries. I remind you at six this evening, and 23 tasks are left for today."
        ),
    ),
    "asking": snapshot(
        "asking",
        light=light(View("asking")),
        final=snapshots.Final("Delete all tasks"),
        reply=snapshots.Reply("All 23?", True),
    ),
    "muted": snapshot(
        "muted", light=light(View("muted")), phase=snapshots.Phase("muted", 12, muted=True), level=snapshots.Level()
    ),
    "fault": snapshot(
        "fault",
        light=light(View("fault"), 0.1),
        phase=snapshots.Phase("fault", 12, fault="No sound comes from USB Audio."),
        level=snapshots.Level(),
    ),
    "loading": snapshots.Snapshot(pid=4242, name="desk", light=light(View("starting"), 1.0)),
}

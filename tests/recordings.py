"""What the appliance told in some states, recorded: for the screen's tests and its pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from device.control.sources import lit
from device.lights.preview import Glimpse
from device.lights.view import TimerSpan, View
from device.messages import snapshot as snapshots
from device.messages.events import FinalMessage, PartialMessage, WakeMessage

AT = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)


def light(
    view: View, after_s: float = 0.3, voice: float | None = None, sound: float | None = None
) -> snapshots.LightMessage:
    """What the ring shows of this, some time after it began."""
    moments = [10.0, 10.0 + after_s]
    glimpse = Glimpse(count=snapshots.PIXELS, clock=lambda: moments[0])
    glimpse.view, glimpse.voice, glimpse.sound = lambda: view, lambda: voice, lambda: sound
    lit(glimpse)
    moments[0] = moments[1]
    return lit(glimpse)


def woken(score: float = 0.93) -> WakeMessage:
    return WakeMessage(at=AT, word="hey_jarvis", score=score, turn=12)


def saying(text: str) -> PartialMessage:
    return PartialMessage(at=AT, turn=12, text=text)


def said(text: str, confidence: float = 0.9) -> FinalMessage:
    return FinalMessage(at=AT, turn=12, text=text, confidence=confidence)


def due(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


TASKS = snapshots.TasksMessage(
    23,
    (
        snapshots.TaskRow("Send the offer to Northwind", due(-19), priority="urgent"),
        snapshots.TaskRow("Call the bank about the overdraft", due(1.5), priority="high"),
        snapshots.TaskRow("Review the contract with Nordlicht Logistik before they sign", due(5)),
        snapshots.TaskRow("Book flights to Lisbon", AT.replace(hour=0, minute=0, second=0), whole_day=True),
        snapshots.TaskRow("Quarterly figures", due(26)),
        snapshots.TaskRow("Water the plants", due(24 * 9)),
        snapshots.TaskRow("Learn Portuguese"),
        *(snapshots.TaskRow(f"Answer letter {number} of the archive") for number in range(1, 14)),
    ),
)
LATENCY = snapshots.LatenciesMessage(
    {
        "endpoint": snapshots.StageSpread(0.31, 0.38, 42),
        "final": snapshots.StageSpread(0.24, 0.61, 42),
        "command": snapshots.StageSpread(0.012, 0.43, 42),
        "acted": snapshots.StageSpread(0.021, 0.09, 42),
        "sounded": snapshots.StageSpread(0.11, 0.19, 42),
        "total": snapshots.StageSpread(0.72, 1.44, 42),
    },
    {},
    3,
)
JOBS = snapshots.JobsMessage(
    2,
    1,
    (
        snapshots.JobRow(
            "a",
            "microphone",
            "Add milk and eggs to the groceries and remind me at six",
            "running",
            AT - timedelta(seconds=3),
        ),
        snapshots.JobRow("b", "mqtt:phone", "Write the report of November", "running", AT - timedelta(seconds=71)),
        snapshots.JobRow("c", "console", "Back up everything", "queued", AT - timedelta(seconds=8)),
    ),
)
LOG = (
    snapshots.LogMessage(AT - timedelta(minutes=12), "warning", "slow: reports.usage took 3.4 s, more than 2.0 s"),
    snapshots.LogMessage(
        AT - timedelta(minutes=3),
        "error",
        "The microphone USB Audio stopped giving sound. Check its cable; I keep trying.",
    ),
    snapshots.LogMessage(
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
        "phase": snapshots.PhaseMessage(doing, 12),
        "light": light(View(doing, running=2)),  # type: ignore[arg-type]
        "level": snapshots.LevelMessage(-52),
        "tasks": TASKS,
        "latency": LATENCY,
        "log": LOG,
    }
    return snapshots.Snapshot(**{**fresh, **fields})  # type: ignore[arg-type]


STATES = {
    "idle": snapshot(
        "idle",
        light=light(View("idle", timer=TimerSpan(0, 60), left=0.6)),
        final=said("What's on today?"),
        reply=snapshots.ReplyMessage("Two meetings."),
    ),
    "listening": snapshot(
        "listening",
        light=light(View("listening", words=True), 0.9, voice=-25.0),
        level=snapshots.LevelMessage(-21),
        wake=woken(),
        partial=saying("remind me to call the bank tomorrow at"),
    ),
    "acting": snapshot(
        "acting", light=light(View("acting", running=2), 0.7), final=said("Add milk and eggs"), jobs=JOBS
    ),
    "speaking": snapshot(
        "speaking",
        light=light(View("speaking"), sound=-28.0),
        level=snapshots.LevelMessage(-33, -26),
        final=said("Add milk and eggs to the groceries and remind me at six"),
        reply=snapshots.ReplyMessage(
            "Milk and eggs are on the groceries. I remind you at six this evening, and 23 tasks are left for today."
        ),
    ),
    "asking": snapshot(
        "asking",
        light=light(View("asking")),
        final=said("Delete all tasks"),
        reply=snapshots.ReplyMessage("All 23?", True),
    ),
    "muted": snapshot(
        "muted",
        light=light(View("muted")),
        phase=snapshots.PhaseMessage("muted", 12, muted=True),
        level=snapshots.LevelMessage(),
    ),
    "fault": snapshot(
        "fault",
        light=light(View("fault"), 0.1),
        phase=snapshots.PhaseMessage("fault", 12, fault="No sound comes from USB Audio."),
        level=snapshots.LevelMessage(),
    ),
    "loading": snapshots.Snapshot(pid=4242, name="desk", light=light(View("starting"), 1.0)),
}

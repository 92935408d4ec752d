"""From what the appliance tells inside to what is published of it. Pure; whose words may be told is settled elsewhere
(base.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from device.commands.current_client import identity
from device.jobs.base import JobEvent
from device.jobs.job import QueueStats
from device.mqtt.messages.base import Happening
from device.mqtt.messages.events import (
    CommandTold,
    FilesTold,
    FinalTold,
    JobTold,
    LatencyTold,
    PartialTold,
    Ring,
    SlowTold,
    StepTold,
    Wake,
)
from device.mqtt.messages.states import Condition, QueueStatus
from device.turn import events as on
from device.turn.machine import Session
from services.actions.base import Due
from services.actions.execution.progress import Progress
from services.insight.base import TurnEntry

_MS = 3
"""Decimals of seconds, confidences and scores."""


def condition(session: Session, store_fault: str | None, at: datetime) -> Condition:
    """What the appliance is doing."""
    return Condition(
        at=at,
        phase=session.phase,
        muted=session.muted,
        switched_off=session.switched_off,
        microphone_fault=None if session.fault is None else plain(session.fault),
        store_fault=store_fault,
        ringing=session.ringing.kind if session.ringing else None,
        running=session.running,
        turn=session.turn,
    )


def queue_status(stats: QueueStats, at: datetime) -> QueueStatus:
    """The queue in figures."""
    return QueueStatus(
        at=at,
        queued=stats.queued,
        running=stats.running,
        bound=stats.bound,
        completed=stats.completed,
        failed=stats.failed,
        cancelled=stats.cancelled,
        refused=stats.refused,
        waited_p50_s=round(stats.waited_p50, _MS),
        waited_p95_s=round(stats.waited_p95, _MS),
        took_p50_s=round(stats.took_p50, _MS),
        took_p95_s=round(stats.took_p95, _MS),
    )


def job(event: JobEvent, at: datetime) -> JobTold:
    """What became of a job."""
    job, command = event.job, event.command
    actions = (
        tuple(step.action for step in command.steps) if command else tuple(job.label.split(", ")) if job.label else ()
    )
    return JobTold(
        at=at,
        event="started" if event.what == "began" else event.what,
        job=job.id,
        client=identity(job.client),
        state=job.state,
        priority=job.priority,
        actions=actions,
        after=job.after,
        turn=job.turn,
        running=event.running,
        waited_s=round(job.waited, _MS),
        took_s=round(job.took, _MS),
        code=job.code,
        text=plain(job.text),
        reply=plain(event.response.reply.text) if event.response else None,
    )


def progress(told: Progress) -> CommandTold | StepTold:
    """What a running command tells of itself."""
    who, text = identity(told.client), plain(told.words) or None
    match told.what:
        case "started" | "completed" | "rolled_back":
            action = told.action or None
            return CommandTold(
                at=told.at,
                event=told.what,
                command=told.command,
                client=who,
                step=told.step,
                action=action,
                code=told.code,
                text=text,
            )
        case "step_started":
            return _step(told, "started", who, text)
        case "step_completed":
            return _step(told, "completed", who, text)
        case "step_failed":
            return _step(told, "failed", who, text)


def _step(told: Progress, event: Any, client: str, text: str | None) -> StepTold:
    return StepTold(
        at=told.at,
        event=event,
        command=told.command,
        client=client,
        step=told.step or 0,
        action=told.action,
        part=told.part,
        parts=told.parts,
        code=told.code,
        text=text,
    )


def latency(entry: TurnEntry) -> LatencyTold:
    """How long a turn or command took."""
    return LatencyTold(
        at=entry.at,
        client=identity(entry.client),
        result=entry.result,
        source=entry.source,
        actions=entry.actions,
        code=entry.code,
        heard=None if entry.heard is None else round(entry.heard, _MS),
        understood=round(entry.understood, _MS),
        stages_s={stage: round(seconds, _MS) for stage, seconds in (entry.stages or {}).items()},
        total_s=None if entry.total is None else round(entry.total, _MS),
    )


def ring(due: Due, event: Any, at: datetime) -> Ring:
    """`begins` or `ends`."""
    return Ring(at=at, event=event, kind=due.kind, id=due.id, due=due.at, text=plain(due.words))


def _wake(event: on.WakeHeard, at: datetime) -> Wake:
    return Wake(at=at, word=event.detection.word, score=round(event.detection.score, _MS), turn=event.turn)


def _partial(event: on.PartialHeard, at: datetime) -> PartialTold:
    return PartialTold(at=at, turn=event.turn, text=plain(event.partial.text))


def _final(event: on.FinalHeard, at: datetime) -> FinalTold:
    return FinalTold(
        at=at, turn=event.turn, text=plain(event.final.text), confidence=round(event.final.confidence, _MS)
    )


def _files(event: on.FilesArrived, at: datetime) -> FilesTold:
    return FilesTold(at=at, count=len(event.names), names=tuple(map(plain, event.names)))


def _slow(event: on.Slow, at: datetime) -> SlowTold:
    return SlowTold(
        at=at,
        client=identity(event.client),
        actions=event.actions,
        turn=event.turn,
        total_s=round(event.seconds, _MS),
        target_s=event.target,
    )


OF_EVENTS: Mapping[type[on.Event], Callable[[Any, datetime], Happening]] = {
    on.WakeHeard: _wake,
    on.PartialHeard: _partial,
    on.FinalHeard: _final,
    on.FilesArrived: _files,
    on.Slow: _slow,
}
"""The events of the machine that are published as they are."""


def plain(text: str) -> str:
    """What can be written in UTF-8: file names and what came as JSON may have halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")

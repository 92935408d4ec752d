"""From what happens inside to what is published. Pure; whose words may be told is settled in base.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from device.jobs.job import JobEvent, QueueStats
from device.messages.base import PublishedMessage
from device.messages.events import (
    CommandMessage,
    FilesMessage,
    FinalMessage,
    JobMessage,
    LatencyMessage,
    PartialMessage,
    RingMessage,
    SlowMessage,
    StepMessage,
    WakeMessage,
)
from device.messages.states import QueueMessage, StateMessage
from device.turn import events as on
from device.turn.machine import Session
from services.actions.base import Due
from services.actions.execution.progress import Progress
from services.actions.policy.roles import identity_of
from services.insight.base import TurnEntry

_MS = 3
"""Decimals of seconds, confidences and scores."""
_QUEUE_TIMES = ("waited_p50", "waited_p95", "took_p50", "took_p95")


def state(session: Session, store_fault: str | None, at: datetime) -> StateMessage:
    """What the appliance is doing."""
    return StateMessage(
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


def queue(stats: QueueStats, at: datetime) -> QueueMessage:
    """The queue in figures."""
    figures = asdict(stats)
    seconds = {f"{name}_s": round(figures.pop(name), _MS) for name in _QUEUE_TIMES}
    return QueueMessage(at=at, **figures, **seconds)


def job(event: JobEvent, at: datetime) -> JobMessage:
    """What became of a job."""
    job, command = event.job, event.command
    actions = (
        tuple(step.action for step in command.steps) if command else tuple(job.label.split(", ")) if job.label else ()
    )
    return JobMessage(
        at=at,
        event="started" if event.what == "began" else event.what,
        job=job.id,
        client=identity_of(job.client),
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


def progress(told: Progress) -> CommandMessage | StepMessage:
    """What a running command tells of itself."""
    told_of: dict[str, Any] = {
        "at": told.at,
        "event": told.what.removeprefix("step_"),
        "command": told.command,
        "client": identity_of(told.client),
        "code": told.code,
        "text": plain(told.words) or None,
    }
    if told.what in ("started", "completed", "rolled_back"):
        return CommandMessage(**told_of, step=told.step, action=told.action or None)
    return StepMessage(**told_of, step=told.step or 0, action=told.action, part=told.part, parts=told.parts)


def latency(entry: TurnEntry) -> LatencyMessage:
    """How long a turn or command took."""
    return LatencyMessage(
        at=entry.at,
        client=identity_of(entry.client),
        result=entry.result,
        source=entry.source,
        actions=entry.actions,
        code=entry.code,
        heard=None if entry.heard is None else round(entry.heard, _MS),
        understood=round(entry.understood, _MS),
        stages_s={stage: round(seconds, _MS) for stage, seconds in (entry.stages or {}).items()},
        total_s=None if entry.total is None else round(entry.total, _MS),
    )


def ring(due: Due, event: Any, at: datetime) -> RingMessage:
    """`begins` or `ends`."""
    return RingMessage(at=at, event=event, kind=due.kind, id=due.id, due=due.at, text=plain(due.words))


def _wake(event: on.WakeHeard, at: datetime) -> WakeMessage:
    return WakeMessage(at=at, word=event.detection.word, score=round(event.detection.score, _MS), turn=event.turn)


def _partial(event: on.PartialHeard, at: datetime) -> PartialMessage:
    return PartialMessage(at=at, turn=event.turn, text=plain(event.partial.text))


def _final(event: on.FinalHeard, at: datetime) -> FinalMessage:
    return FinalMessage(
        at=at, turn=event.turn, text=plain(event.final.text), confidence=round(event.final.confidence, _MS)
    )


def _files(event: on.FilesArrived, at: datetime) -> FilesMessage:
    return FilesMessage(at=at, count=len(event.names), names=tuple(map(plain, event.names)))


def _slow(event: on.Slow, at: datetime) -> SlowMessage:
    return SlowMessage(
        at=at,
        client=identity_of(event.client),
        actions=event.actions,
        turn=event.turn,
        total_s=round(event.seconds, _MS),
        target_s=event.target,
    )


OF_EVENTS: Mapping[type[on.Event], Callable[[Any, datetime], PublishedMessage]] = {
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

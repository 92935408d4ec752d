"""What the control socket answers with, and what those who watch are told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from device.configuration.settings import Settings
from device.control.client import Fields
from device.control.server import Control
from device.control.sources import LAST, JobsNow, Latencies, OpenTasks, lit, loud
from device.hearing.ear import Emit
from device.lights.preview import Glimpse
from device.lights.projection import LightsProjection
from device.records.turns import Recorder
from device.turn import events as on
from device.turn.session import Session
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from services.insight.base import KIND, TurnEntry
from services.insight.entries import entries_of
from services.store.documents import Task
from services.store.store import Store


def build_watched(
    control: Control,
    settings: Settings,
    store: Store,
    put: Emit,
    *,
    mind: Mind,
    senses: Senses,
    facts: Callable[[], Fields],
    glimpse: Glimpse,
    following: LightsProjection,
    recorder: Recorder | None,
) -> Callable[[on.Event, Session], None]:
    """A watcher of the daemon; once it is ready, requests are answered."""

    def before() -> list[TurnEntry]:
        return entries_of(store.journal.rows(KIND, newest_first=True, limit=LAST))

    latencies = Latencies(before, lambda: senses.near_misses)
    if recorder:
        recorder.follow(latencies.follow)
    glimpse.view, glimpse.voice, glimpse.sound = (
        lambda: following.view,
        lambda: senses.level,
        lambda: senses.speaking.level,
    )
    feed = control.feed
    feed.begin(name=settings.device.name, wake_words=tuple(settings.wake.words))
    feed.sources = (
        partial(lit, glimpse),
        lambda: loud(glimpse.voice, glimpse.sound),
        JobsNow(mind.jobs, mind.clock.now),
        OpenTasks(store, lambda: store.rows(Task)),
        latencies,
    )

    def watch(event: on.Event, session: Session) -> None:
        feed.watch(event, session)
        if isinstance(event, on.Ready):
            control.attend(mind.jobs, facts, put)

    return watch

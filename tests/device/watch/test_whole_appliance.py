"""A real appliance on real engines, watched and asked through its socket: what was spoken is seen as it goes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from device.control.client import accepted, request, stream
from device.messages import snapshot as snapshots
from device.messages.base import DeviceMessage
from device.messages.events import WakeMessage
from device.turn import events as on
from device.turn.session import Session
from tests.recordings import AT
from tests.shown import text_of
from tests.voices import turn
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = pytest.mark.engine


def test_a_spoken_turn_is_seen_as_it_goes(tmp_path: Path) -> None:
    with WholeAppliance(tmp_path / "desk", "desk", None) as desk:
        came: list[DeviceMessage] = []
        folder, wanted = desk.settings.paths.data, threading.Event()

        def watch() -> None:
            for line in stream(folder, {"request": "watch"}, wanted=lambda: not wanted.is_set()):
                if line:
                    came.append(snapshots.told_by(line))

        desk.ready()
        desk.until(lambda: desk.status().get("state") == "running")
        watcher = threading.Thread(target=watch)
        watcher.start()
        desk.until(lambda: came)
        accepted(request(folder, {"request": "command", "text": "create a task to call the bank tomorrow at nine"}))
        desk.microphone.play(turn("What time is it?"))
        desk.until(lambda: "Played" in desk.names)
        desk.until(
            lambda: any(isinstance(each, snapshots.LatenciesMessage) and "total" in each.spoken for each in came)
        )
        wanted.set()
        watcher.join(20)

    snapshot = snapshots.Snapshot()
    for each in came:
        snapshot = snapshots.after(snapshot, each)
    phases = [each.phase for each in came if isinstance(each, snapshots.PhaseMessage)]
    assert [phase for phase in phases if phase in ("listening", "thinking", "speaking")] == [
        "listening",
        "thinking",
        "speaking",
    ]
    assert isinstance(came[0], snapshots.Snapshot) and came[0].name == "desk" and came[0].wake_words == ("hey_jarvis",)
    assert any(isinstance(each, WakeMessage) and each.word == "hey_jarvis" for each in came)
    assert any(
        isinstance(each, snapshots.LevelMessage) and each.voice is not None and each.voice > -40 for each in came
    )
    assert snapshot.final and "time" in snapshot.final.text.casefold() and snapshot.reply
    assert {"listening", "speaking"} <= {each.state for each in came if isinstance(each, snapshots.LightMessage)}
    assert snapshot.tasks.open == 1 and snapshot.tasks.first[0].title.casefold() == "call the bank"
    assert any(isinstance(each, snapshots.JobsMessage) and each.jobs for each in came)
    assert snapshot.jobs == snapshots.JobsMessage()
    shown = text_of([snapshot], at=AT)
    assert "whole turn" in shown and "call the bank" in shown.casefold()


def test_it_answers_before_anybody_is_told_that_it_is_ready(tmp_path: Path) -> None:
    found: list[object] = []

    def look(event: on.Event, _: Session) -> None:
        if isinstance(event, on.Ready):
            found.append(desk.status().get("state"))

    desk = WholeAppliance(tmp_path / "desk", "desk", None, shared=Shared.loaded(), watch=look)
    with desk:
        desk.until(lambda: found)
    assert found == ["running"]

"""What is told of events and of the log."""

from __future__ import annotations

import logging
from dataclasses import replace

from device.control.feed import Feed
from device.messages import snapshot as snapshots
from device.messages.base import PublishedMessage
from device.messages.events import FinalMessage, PartialMessage, WakeMessage
from device.turn import events as on
from device.turn.session import Session, Speech
from services.actions.base import Due
from services.speech.base import Final, Partial
from services.wake.base import Detection
from tests.answering import NOW

IDLE = Session(phase="idle", turn=1)


def watched() -> Feed:
    feed = Feed()
    feed.watched = True
    return feed


def test_a_turn_is_told_as_it_goes() -> None:
    feed = watched()
    listening, thinking = replace(IDLE, phase="listening", turn=3), replace(IDLE, phase="thinking", turn=3)
    feed.watch(on.WakeHeard(3, Detection("hey_jarvis", 0.914, 1.0)), listening)
    feed.watch(on.PartialHeard(3, Partial("add\x1b[2J mi", 1.2)), listening)
    feed.watch(on.PartialHeard(1, Partial("of another turn", 1.2)), listening)
    feed.watch(on.FinalHeard(3, Final("Add milk.", 0.876, 2.0)), thinking)
    feed.watch(on.Sounded(3), replace(IDLE, phase="speaking", turn=3, saying=Speech("Milk it is?", awaits=True)))
    assert [replace(told, at=NOW) if isinstance(told, PublishedMessage) else told for told in feed.news()] == [
        WakeMessage(at=NOW, word="hey_jarvis", score=0.914, turn=3),
        snapshots.PhaseMessage("listening", 3),
        PartialMessage(at=NOW, turn=3, text="add [2J mi"),
        FinalMessage(at=NOW, turn=3, text="Add milk.", confidence=0.876),
        snapshots.PhaseMessage("thinking", 3),
        snapshots.ReplyMessage("Milk it is?", True),
        snapshots.PhaseMessage("speaking", 3),
    ]
    assert feed.news() == []
    assert feed.snapshot.final and feed.snapshot.reply
    assert (feed.snapshot.final.text, feed.snapshot.reply.text, feed.snapshot.phase.phase) == (
        "Add milk.",
        "Milk it is?",
        "speaking",
    )


def test_what_keeps_it_from_hearing_and_what_rings() -> None:
    feed = watched()
    feed.watch(on.SwitchTurned(True), replace(IDLE, phase="muted", muted=True, switched_off=True))
    feed.watch(on.MicrophoneFailed("gone"), replace(IDLE, phase="fault", fault="gone"))
    feed.watch(on.DueCame(due := Due("timer", "1", NOW, "Tea is ready.")), replace(IDLE, phase="ringing", ringing=due))
    assert feed.news() == [
        snapshots.PhaseMessage("muted", 1, muted=True, switched_off=True),
        snapshots.PhaseMessage("fault", 1, fault="gone"),
        snapshots.PhaseMessage("ringing", 1, ringing="Tea is ready."),
    ]


def test_nothing_is_kept_for_nobody() -> None:
    feed = Feed()
    for turn in range(1000):
        feed.watch(on.Pressed(), replace(IDLE, phase="listening", turn=turn))
    assert feed.news() == [] and feed.snapshot.phase.turn == 999


def test_long_texts_are_cut() -> None:
    feed = watched()
    feed.watch(on.TextGiven("x" * 5000), IDLE)
    assert feed.snapshot.final and len(feed.snapshot.final.text) == 1000


def test_the_log_from_warnings_on_and_a_flood_of_it() -> None:
    feed = watched()
    log = logging.getLogger("test_feed")
    log.propagate = False
    log.addHandler(feed)
    try:
        log.info("not told")
        log.warning("%s is %d %% full", "disk", 95)
        feed.look()
        for number in range(10_000):
            log.error("broken %d", number)
        log.error("wrong %d", "arguments")
        feed.look()
    finally:
        log.removeHandler(feed)
    first, *flood = feed.news()
    assert isinstance(first, snapshots.LogMessage) and (first.level, first.text, first.missed) == (
        "warning",
        "disk is 95 % full",
        0,
    )
    assert len(flood) == 20 and isinstance(flood[0], snapshots.LogMessage) and flood[0].missed == 10_001 - 20
    assert isinstance(flood[-2], snapshots.LogMessage) and (flood[-2].text, flood[-2].missed) == ("broken 9999", 0)
    assert isinstance(flood[-1], snapshots.LogMessage) and flood[-1].text == "wrong %d"


def test_sources_are_told_where_they_changed() -> None:
    feed = watched()
    level = snapshots.LevelMessage(-50)
    feed.sources = (lambda: level, lambda: snapshots.JobsMessage(1))
    feed.look()
    feed.look()
    level = snapshots.LevelMessage(-40)
    feed.look()
    assert feed.news() == [snapshots.LevelMessage(-50), snapshots.JobsMessage(1), snapshots.LevelMessage(-40)]

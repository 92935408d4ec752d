"""What is told of events and of the log."""

from __future__ import annotations

import logging
from dataclasses import replace

from device import events as on
from device.local import told
from device.local.feed import Feed
from device.session import Session, Words
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
    feed.watch(on.Sounded(3), replace(IDLE, phase="speaking", turn=3, saying=Words("Milk it is?", awaits=True)))
    assert feed.news() == [
        told.Wake("hey_jarvis", 0.91),
        told.Phase("listening", 3),
        told.Partial("add [2J mi"),
        told.Final("Add milk.", 0.88),
        told.Phase("thinking", 3),
        told.Reply("Milk it is?", True),
        told.Phase("speaking", 3),
    ]
    assert feed.news() == []
    assert (feed.snapshot.final.text, feed.snapshot.reply.text, feed.snapshot.phase.phase) == ("Add milk.", "Milk it is?", "speaking")


def test_what_keeps_it_from_hearing_and_what_rings() -> None:
    feed = watched()
    feed.watch(on.SwitchTurned(True), replace(IDLE, phase="muted", muted=True, switched_off=True))
    feed.watch(on.MicrophoneFailed("gone"), replace(IDLE, phase="fault", fault="gone"))
    feed.watch(on.DueCame(due := Due("timer", "1", NOW, "Tea is ready.")), replace(IDLE, phase="ringing", ringing=due))
    assert feed.news() == [
        told.Phase("muted", 1, muted=True, switched_off=True),
        told.Phase("fault", 1, fault="gone"),
        told.Phase("ringing", 1, ringing="Tea is ready."),
    ]


def test_nothing_is_kept_for_nobody() -> None:
    feed = Feed()
    for turn in range(1000):
        feed.watch(on.Pressed(), replace(IDLE, phase="listening", turn=turn))
    assert feed.news() == [] and feed.snapshot.phase.turn == 999


def test_long_texts_are_cut() -> None:
    feed = watched()
    feed.watch(on.TextGiven("x" * 5000), IDLE)
    assert len(feed.snapshot.final.text) == 1000


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
    assert isinstance(first, told.Log) and (first.level, first.text, first.missed) == ("warning", "disk is 95 % full", 0)
    assert len(flood) == 20 and isinstance(flood[0], told.Log) and flood[0].missed == 10_001 - 20
    assert isinstance(flood[-2], told.Log) and (flood[-2].text, flood[-2].missed) == ("broken 9999", 0)
    assert isinstance(flood[-1], told.Log) and flood[-1].text == "wrong %d"


def test_sources_are_told_where_they_changed() -> None:
    feed = watched()
    level = told.Level(-50)
    feed.sources = (lambda: level, lambda: told.Jobs(1))
    feed.look()
    feed.look()
    level = told.Level(-40)
    feed.look()
    assert feed.news() == [told.Level(-50), told.Jobs(1), told.Level(-40)]

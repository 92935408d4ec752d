"""Where nothing can be heard: what the log says, and what is said again."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import pytest

from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.turn import effects as do
from device.turn import events as on
from firmware.base import SpeakerLost
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice


def test_the_log_tells_what_was_not_heard(caplog: pytest.LogCaptureFixture) -> None:
    speaker = MemorySpeaker()
    speaker.failing = True
    played: queue.SimpleQueue[object] = queue.SimpleQueue()
    mouth = Mouth(Speaking(SineVoice(), speaker), played.put)
    thread = threading.Thread(target=mouth.run)
    thread.start()
    with caplog.at_level(logging.ERROR):
        mouth.take(do.Chime("failed"))
        mouth.take(do.Speak(1, "Done."))
        played.get(timeout=20)
        mouth.close()
        thread.join(20)
    ends = [record.getMessage().rsplit("Not ", 1)[1] for record in caplog.records]
    assert ends == ["played: failed", "said: turn 1"], "a log is without words"


def test_a_pause_tells_what_is_left_and_lets_what_waits_be_said() -> None:
    speaker = MemorySpeaker()
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    mouth = Mouth(Speaking(SineVoice(), speaker), told.put, duck_db=12.0)
    plays = count(1)
    speaker.on_play = lambda: mouth.take(do.Pause(1)) if next(plays) == 2 else None
    mouth.take(do.Speak(1, "Task created. It is due on Friday."))
    mouth.take(do.Speak(2, "Milk is on the list."))
    mouth.take(do.Duck(True))
    mouth.take(do.Duck(False))
    thread = threading.Thread(target=mouth.run)
    thread.start()
    seen = [told.get(timeout=20) for _ in range(4)]
    mouth.close()
    thread.join(20)
    assert seen == [on.Sounded(1), on.Played(1, False, "It is due on Friday."), on.Sounded(2), on.Played(2, True)]
    assert speaker.ducks == [12.0, 0.0]


def test_what_is_paused_before_it_began_is_left_whole() -> None:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    mouth = Mouth(Speaking(SineVoice(), MemorySpeaker()), told.put)
    mouth.take(do.Speak(1, "Task created."))
    mouth.take(do.Pause(1))
    thread = threading.Thread(target=mouth.run)
    thread.start()
    assert told.get(timeout=20) == on.Played(1, False, "Task created.")
    mouth.close()
    thread.join(20)


@pytest.fixture
def speaker() -> MemorySpeaker:
    return MemorySpeaker()


@pytest.fixture
def told() -> queue.SimpleQueue[object]:
    return queue.SimpleQueue()


@contextmanager
def mouth_of(speaker: MemorySpeaker, told: queue.SimpleQueue[object], *, again_s: Sequence[float]) -> Iterator[Mouth]:
    """One that has said something already."""
    mouth = Mouth(Speaking(SineVoice(), speaker), told.put, again_s=again_s)
    thread = threading.Thread(target=mouth.run)
    thread.start()
    mouth.take(do.Speak(1, "Done."))
    assert [told.get(timeout=20), told.get(timeout=20)] == [on.Sounded(1), on.Played(1, True)]
    try:
        yield mouth
    finally:
        mouth.close()
        thread.join(20)


def test_what_a_lost_loudspeaker_broke_off_is_said_again_when_it_is_back(
    speaker: MemorySpeaker, told: queue.SimpleQueue[object]
) -> None:
    tries = 0

    def plugged_in_at_last() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise SpeakerLost(name="memory")

    with mouth_of(speaker, told, again_s=(0.01,) * 50) as mouth:
        speaker.on_play = plugged_in_at_last
        mouth.take(do.Speak(2, "Task created."))
        assert [told.get(timeout=20), told.get(timeout=20)] == [on.Sounded(2), on.Played(2, True)]
    assert tries == 4


def test_who_hushes_waits_for_no_loudspeaker(speaker: MemorySpeaker, told: queue.SimpleQueue[object]) -> None:
    with mouth_of(speaker, told, again_s=(3600.0,)) as mouth:
        speaker.failing = True
        mouth.take(do.Speak(2, "Task created."))
        assert told.get(timeout=20) == on.Sounded(2)
        mouth.take(do.Hush())
        assert told.get(timeout=20) == on.Played(2, False)


def test_where_there_never_was_a_loudspeaker_nothing_is_waited_for(
    speaker: MemorySpeaker, told: queue.SimpleQueue[object]
) -> None:
    speaker.failing = True
    mouth = Mouth(Speaking(SineVoice(), speaker), told.put, again_s=(3600.0,))
    thread = threading.Thread(target=mouth.run)
    thread.start()
    mouth.take(do.Speak(1, "Done."))
    assert [told.get(timeout=20), told.get(timeout=20)] == [on.Sounded(1), on.Played(1, False)]
    mouth.close()
    thread.join(20)

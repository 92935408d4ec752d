"""What the log says where nothing can be heard."""

from __future__ import annotations

import logging
import queue
import threading
from itertools import count

import pytest

from device import events as on
from device.mouth import Mouth
from device.speaking import Speaking
from firmware.mock import MemorySpeaker
from services.speech.mock import SineVoice


def test_the_log_tells_what_was_not_heard(caplog: pytest.LogCaptureFixture) -> None:
    speaker = MemorySpeaker()
    speaker.failing = True
    played: queue.SimpleQueue[object] = queue.SimpleQueue()
    mouth = Mouth(Speaking(SineVoice(), speaker), played.put)
    thread = threading.Thread(target=mouth.run)
    thread.start()
    with caplog.at_level(logging.ERROR):
        mouth.chime("failed")
        mouth.say(1, "Done.")
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
    speaker.on_play = lambda: mouth.pause(1) if next(plays) == 2 else None
    mouth.say(1, "Task created. It is due on Friday.")
    mouth.say(2, "Milk is on the list.")
    mouth.duck(True)
    mouth.duck(False)
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
    mouth.say(1, "Task created.")
    mouth.pause(1)
    thread = threading.Thread(target=mouth.run)
    thread.start()
    assert told.get(timeout=20) == on.Played(1, False, "Task created.")
    mouth.close()
    thread.join(20)

"""What the log says where nothing can be heard."""

from __future__ import annotations

import logging
import queue
import threading

import pytest

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

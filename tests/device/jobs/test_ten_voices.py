"""Ten rooms speak at once, each to an ear of its own on shared models: none is answered with what another one said."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile as sf

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.jobs.jobs import Jobs
from device.turn import events as on
from device.wiring.ear import Engines, build_ear
from firmware.sound.audio_file import FileMicrophone
from services.actions.base import Response
from services.actions.execution.executor import Executor
from services.speech.base import no_hints
from services.speech.finals.whisper import WhisperFinals
from services.speech.vad import SileroVad
from services.store.base import Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord
from tests.voices import turn

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
WHOM = ("bank", "dentist", "plumber", "school", "doctor", "hotel", "garage", "library", "bakery", "museum")


def test_ten_voices_at_once(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    finals = WhisperFinals(model_folder("whisper-tiny.en"), threads=1)
    settings = load()

    def engines() -> Engines:
        wake = OpenWakeWord(model_folder("openwakeword"), {"hey_jarvis": WakeSettings()})
        return Engines(wake, SileroVad(model_folder("silero-vad")), None, finals, ThreadPoolExecutor(1))

    with Store(tmp_path / "equerry.db") as store:
        directory = StoreDirectory(store)
        parser = CommandParser(ROOT / "config" / "sentences")
        responder = Responder(parser, Executor(store, find_when=find, zone=ZONE), lambda: NOW, directory=directory)
        replies: dict[str, list[Response]] = {whom: [] for whom in WHOM}

        def speak(whom: str, jobs: Jobs) -> None:
            """One room: its file through its ear, its finals into its conversation."""
            path = tmp_path / f"{whom}.wav"
            heard: queue.SimpleQueue[on.Event | on.Crashed] = queue.SimpleQueue()
            with engines() as mine:
                ear = build_ear(settings, mine, heard.put, hints=no_hints)
                microphone = FileMicrophone(path)
                microphone.open()
                while (frame := microphone.read()) is not None:
                    ear.hear(frame)
                ear.finish()
                for _ in range(2):
                    while not isinstance(event := heard.get(timeout=120), on.FinalHeard):
                        assert not isinstance(event, on.Crashed), event
                    done = threading.Event()

                    def answered(response: Response, done: threading.Event = done) -> None:
                        replies[whom].append(response)
                        done.set()

                    jobs.submit(event.final.text, client=f"room:{whom}", done=answered)
                    assert done.wait(60)
                microphone.close()

        for whom in WHOM:
            pause = np.zeros(8_000, np.int16)
            spoken = [turn(f"Create a task to call the {whom}."), pause, turn("Move it to Friday.")]
            sf.write(tmp_path / f"{whom}.wav", np.concatenate(spoken), 16_000)
        with Jobs(responder, now=lambda: NOW) as jobs, ThreadPoolExecutor(len(WHOM)) as rooms:
            for each in [rooms.submit(speak, whom, jobs) for whom in WHOM]:
                each.result()
        tasks = store.find(Task)
    assert len(tasks) == len(WHOM), "nothing is lost, nothing is done twice"
    for whom, (made, moved) in replies.items():
        kept = {task.id: task for task in tasks}[made.outcomes[0].changed[0][1]]
        assert moved.outcomes[0].changed == made.outcomes[0].changed, f"{whom}: “it” is what this room made"
        assert kept.due is not None, moved.reply.text
    assert sum(whom in task.title.lower() for whom in WHOM for task in tasks) >= 9, "a word may be misheard, a room not"

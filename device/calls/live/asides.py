"""What is said beside the turns during a call: whispered into the owner's ear, or announced to the other side. Uttered
on the thread `speak`, one after the other with all else that sounds; synthesized beforehand on `whisper`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from device.speaking.reply import Waveform
from device.turn import effects as do
from firmware.base import Speaker
from services.speech.base import Voice
from services.speech.voice.spoken import speakable

_MOST_READY = 48
"""Whispers that are kept ready; each is a second or two of sound."""


class Asides:
    """`utter` belongs to the thread `speak`, `make_ready` to any."""

    def __init__(self, voice: Voice, *, ear: Speaker | None, line: Speaker, whisper_volume: float = 1.0) -> None:
        """`ear`: heard by nobody but the owner; None: nothing is whispered. `line`: by which the other side hears."""
        self._voice, self._ear, self._line = voice, ear, line
        self._volume = whisper_volume
        self._ready: OrderedDict[str, Future[Waveform]] = OrderedDict()
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="whisper")

    def make_ready(self, words: str) -> None:
        """Synthesize it: it may be whispered soon."""
        with self._lock:
            if words in self._ready:
                self._ready.move_to_end(words)
                return
            self._ready[words] = self._worker.submit(self._sound, words)
            while len(self._ready) > _MOST_READY:
                self._ready.popitem(last=False)[1].cancel()

    def utter(self, aside: do.SpeakAside) -> bool:
        """Say it to its end; False when it was stopped. Raises SpeakerMissing, SpeakerLost."""
        if aside.to == "line":
            sound = self._sound(aside.words)
            return self._line.play(sound.samples, sound.rate) and self._line.drain()
        if self._ear is None:
            return False
        self.make_ready(aside.words)
        with self._lock:
            coming = self._ready[aside.words]
        sound = coming.result().quieter(self._volume)
        return self._ear.play(sound.samples, sound.rate) and self._ear.drain()

    def close(self) -> None:
        """End the thread."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _sound(self, words: str) -> Waveform:
        spoken = speakable(words)
        samples = self._voice.synthesize(spoken) if spoken else np.zeros(0, np.int16)
        return Waveform(samples, self._voice.rate)

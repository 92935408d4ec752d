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
_SILENCINGS, _SILENCED_S = 4, 0.025
"""Times that a whisper is silenced which may just be on its way to the ear, and seconds that this takes to notice."""


class Asides:
    """`utter` belongs to the thread `speak`, the others to any."""

    def __init__(self, voice: Voice, *, ear: Speaker | None, line: Speaker, whisper_volume: float = 1.0) -> None:
        """`ear`: heard by nobody but the owner; None: nothing is whispered. `line`: by which the other side hears."""
        self._voice, self._ear, self._line = voice, ear, line
        self._volume = whisper_volume
        self._ready: OrderedDict[str, Future[Waveform]] = OrderedDict()
        self._lock = threading.Lock()
        self._silent = threading.Event()
        """Set while nothing is whispered."""
        self._silent.set()
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
        self._silent.clear()
        try:
            return aside.wanted() and self._ear.play(sound.samples, sound.rate) and self._ear.drain()
        finally:
            self._silent.set()

    def hush(self) -> None:
        """End the whisper that sounds, if one does; nothing else. From any thread."""
        for _ in range(_SILENCINGS):
            if self._ear is None or self._silent.is_set():
                return
            self._ear.stop()
            self._silent.wait(_SILENCED_S)

    def close(self) -> None:
        """End the thread."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _sound(self, words: str) -> Waveform:
        spoken = speakable(words)
        samples = self._voice.synthesize(spoken) if spoken else np.zeros(0, np.int16)
        return Waveform(samples, self._voice.rate)

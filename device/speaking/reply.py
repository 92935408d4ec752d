"""Speaking a reply: the first piece plays while the next is synthesized. `say` and `chime` run on the speak thread."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from device.process.priority import go_with_the_rest
from firmware.base import Speaker
from firmware.frame import Samples, level_dbfs
from services.speech.base import Voice
from services.speech.voice.earcons import earcon
from services.speech.voice.sentences import SpeechPiece, pieces
from services.speech.voice.spoken import speakable

PAUSES = {".": 0.22, "!": 0.22, "?": 0.25, ";": 0.15, ":": 0.15, ",": 0.08}
"""Seconds of silence after a piece, by its last character; the voice leaves none of its own."""

_SILENCINGS = 4
_SILENCED_WITHIN = 0.025
"""Seconds that a loudspeaker takes to notice."""


_REMEMBERED = 10
"""Pieces of what was said before: more than ten seconds."""

_LEVEL_OVER = 0.06
"""Seconds of sound over which a level is taken."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """Sound with its rate: the voice that made it may be exchanged before it is played."""

    samples: Samples
    rate: int
    """Samples a second."""

    def quieter(self, volume: float | None) -> Waveform:
        """At this volume, 0 to 1; None: as it is."""
        if volume is None:
            return self
        softer: Samples = (self.samples * np.float32(min(1.0, max(0.0, volume)))).astype(np.int16)
        return Waveform(softer, self.rate)


class Speaking:
    """A mouth: one voice through one loudspeaker."""

    def __init__(self, voice: Voice, speaker: Speaker, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.voice = voice
        self._speaker = speaker
        self._clock = clock
        self._sounding: tuple[float, Waveform] | None = None
        """Since when what sounds does."""
        self._ready: tuple[str, Voice, Future[Waveform]] | None = None
        """What may be said next: its first piece, in this voice."""
        self._worker = ThreadPoolExecutor(max_workers=1, initializer=_begin_thread)
        self._stop: Future[None] = Future()
        """Done when what is being said shall end; a new one for each utterance."""
        self._said: tuple[tuple[float, str], ...] = ()
        """What was said last, each with when it ended; replaced as a whole."""
        self._lock = threading.Lock()
        self._silent = threading.Event()
        """Set while nothing is with the loudspeaker."""
        self._silent.set()
        self.left = ""
        """What was not said of the last text, from the sentence it was at; read by the thread that said it."""

    def say(
        self,
        text: str,
        *,
        volume: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
        enough: Callable[[], bool] = lambda: False,
        first_sample: Callable[[], None] = lambda: None,
    ) -> bool:
        """Speak `text` to its end; False when it was stopped, or broken off after a piece with which it was `enough`.

        `stopped` and `enough` are asked before each piece. `first_sample` is called just before the first sound goes to
        the loudspeaker. `volume`: 0 to 1, of this text alone. Raises SpeakerMissing or SpeakerLost.
        """
        stop = self._begin()
        self.left = ""
        parts = pieces(speakable(text))
        said = [part.text for part in parts]
        coming = self._made_ready(said[:1]) or self._synthesize(said[:1])
        for index in range(len(parts)):
            assert coming is not None
            waited: tuple[Future[Any], ...] = (coming, stop)
            wait(waited, return_when=FIRST_COMPLETED)
            if stop.done() or stopped():
                return self._end(coming, parts, index)
            if enough():
                coming.cancel()
                self.left = " ".join(said[index:])
                self._speaker.drain()
                return False
            sound = coming.result().quieter(volume)
            coming = self._synthesize(said[index + 1 : index + 2])
            if index == 0:
                first_sample()
            if not self._play(sound, stop, said[index]):
                return self._end(coming, parts, index)
        return (self._speaker.drain() and not stop.done()) or self._end(None, parts, len(parts) - 1)

    def _end(self, coming: Future[Waveform] | None, parts: Sequence[SpeechPiece], at: int) -> bool:
        """Stopped at this piece."""
        if coming is not None:
            coming.cancel()
        self.left = " ".join(part.text for part in parts if part.sentence >= parts[at].sentence) if parts else ""
        return False

    def make_ready(self, text: str) -> None:
        """Synthesize how this begins: it may be said soon. From any thread; what is never said costs the time alone."""
        if said := pieces(speakable(text))[:1]:
            self._ready = said[0].text, self.voice, self._worker.submit(self._sound, said[0].text)

    def chime(self, name: str) -> bool:
        """Play an earcon to its end; False when it was stopped. Raises SpeakerMissing or SpeakerLost."""
        rate = self.voice.rate
        return self._play(Waveform(earcon(name, rate), rate), self._begin()) and self._speaker.drain()

    def stop(self) -> None:
        """Silence at once what is being said, from any thread. A later `say` speaks again."""
        with self._lock:
            if not self._stop.done():
                self._stop.set_result(None)
        for _ in range(_SILENCINGS):
            self._speaker.stop()
            # A piece that was just on its way to the loudspeaker when we silenced it would play on: silence it again.
            if self._silent.wait(_SILENCED_WITHIN):
                return

    def duck(self, db: float) -> None:
        """What sounds is so much quieter, from any thread; 0: no more. Nobody need end a duck: see Speaker."""
        self._speaker.duck(db)

    def said(self, within: float) -> str:
        """What it says, and said within the last so many seconds, as given to the voice. For any thread."""
        since = self._clock() - within
        return " ".join(text for ended, text in self._said if ended >= since)

    @property
    def level(self) -> float | None:
        """How loud what is said is now, RMS, dBFS, whatever the volume; None in silence. Ahead of the ear by what the
        loudspeaker buffers. For any thread.
        """
        sounding = self._sounding
        if sounding is None:
            return None
        since, sound = sounding
        at = int((self._clock() - since) * sound.rate)
        heard = sound.samples[at : at + int(_LEVEL_OVER * sound.rate)]
        return level_dbfs(heard) if heard.size else None

    def close(self) -> None:
        """Stop and end the worker. The loudspeaker stays open: it belongs to whoever opened it."""
        self.stop()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _begin(self) -> Future[None]:
        with self._lock:
            self._stop = Future()
            return self._stop

    def _made_ready(self, first: list[str]) -> Future[Waveform] | None:
        ready, self._ready = self._ready, None
        if ready is None:
            return None
        piece, voice, made = ready
        if first == [piece] and voice is self.voice:
            return made
        made.cancel()
        return None

    def _synthesize(self, next_piece: list[str]) -> Future[Waveform] | None:
        return self._worker.submit(self._sound, next_piece[0]) if next_piece else None

    def _sound(self, piece: str) -> Waveform:
        voice = self.voice
        pause = np.zeros(round(PAUSES.get(piece[-1], 0.0) * voice.rate), np.int16)
        return Waveform(np.concatenate((voice.synthesize(piece), pause)), voice.rate)

    def _play(self, sound: Waveform, stop: Future[None], text: str = "") -> bool:
        self._silent.clear()
        self._sounding = self._clock(), sound
        before = self._said[-_REMEMBERED:]
        self._said = (*before, (math.inf, text))
        try:
            return not stop.done() and self._speaker.play(sound.samples, sound.rate) and not stop.done()
        finally:
            self._sounding = None
            self._said = (*before, (self._clock(), text))
            self._silent.set()


def _begin_thread() -> None:
    go_with_the_rest()
    threading.current_thread().name = "synthesize"

"""The sound of what was said last, while a voice is learnt."""

from __future__ import annotations

import threading

from firmware.frame import Samples
from services.voiceprints.base import Recogniser, Who


class LastVoice:
    """A recogniser of one ear that keeps what it was shown last, as long as somebody wants it. Thread-safe."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._lock = threading.Lock()
        self._wanted = False
        self._last: Samples | None = None

    def names(self) -> tuple[str, ...]:
        """See Recogniser."""
        return self._recogniser.names()

    def who(self, samples: Samples) -> Who | None:
        """See Recogniser."""
        with self._lock:
            if self._wanted:
                self._last = samples
        return self._recogniser.who(samples)

    def want(self, wanted: bool) -> None:
        """Keep from now on what is said, or nothing more; what was kept is forgotten."""
        with self._lock:
            self._wanted, self._last = wanted, None

    def take(self) -> Samples | None:
        """What was said last, 16 kHz mono int16; None: nothing. It is kept no longer."""
        with self._lock:
            last, self._last = self._last, None
            return last

"""Whose voice a turn is: each sound by itself, on the thread that decodes it, and over the turns of one ear."""

from __future__ import annotations

import threading
from dataclasses import replace

from firmware.frame import Samples
from services.speech.base import Final
from services.voiceprints.base import Recogniser, Who
from services.voiceprints.session import added


class WhoSpoke:
    """Of one ear: what another room hears says nothing of this one."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self._recogniser = recogniser
        self._lock = threading.Lock()
        self._before: tuple[Who, float] | None = None
        """Whose the turn before was, and when, audio seconds."""

    def alone(self, final: Final, samples: Samples) -> Final:
        """With whose voice the sound is by itself. An early decode may be in vain, so nothing is remembered yet."""
        if self._recogniser is None or not final.text:
            return final
        who = self._recogniser.who(samples)
        if who is None and self._recogniser.names():  # who said little is not the owner for that
            who = Who(None, 0.0)
        return replace(final, who=who)

    def together(self, final: Final, at: float) -> Final:
        """With what the turns before tell, too; once a turn, which ended at this audio time, seconds."""
        if final.who is None or not final.who.likely or not final.text:
            return final
        with self._lock:
            who, when = self._before or (None, at)
            found = added(who, final.who, apart_s=at - when)
            self._before = (found, at)
        return replace(final, who=found)

    def reset(self) -> None:
        """A new stream begins: audio time begins anew."""
        with self._lock:
            self._before = None

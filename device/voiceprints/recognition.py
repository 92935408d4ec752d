"""Whose voice a turn is, by the people of a file (services.voiceprints.base.Recogniser)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from device.voiceprints.book import VoiceprintBook
from firmware.errors import ExpectedError
from firmware.frame import Samples
from services.voiceprints.base import Recogniser, SpeakerEncoder, Voiceprint, Who
from services.voiceprints.scoring import decided, ratios
from services.voiceprints.spoken import voiced_in

log = logging.getLogger(__name__)

LEAST_S = 0.4
"""Of speech; less tells nothing of a voice."""
STRANGE = 0.99
"""Probability that it is nobody known, from which the wake word is not obeyed where only known people may wake it."""


def may_wake(recogniser: Recogniser, samples: Samples) -> bool:
    """Whether whoever is heard in it may wake the appliance where only known people may: all but somebody who is
    surely nobody known. Where nobody is enrolled or nobody can be told, everybody may.
    """
    who = recogniser.who(samples)
    strange = who is not None and who.name is None and bool(who.likely) and who.sureness >= STRANGE
    if strange:
        log.info("Somebody who is not enrolled said the wake word, and does not wake it ([wake] only_known_voices).")
    return not strange


_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class _Known:
    """Who is enrolled, and what tells them apart; replaced as a whole."""

    stamp: _Stamp
    people: tuple[Voiceprint, ...] = ()
    encoder: SpeakerEncoder | None = None
    blind: bool = False
    """Somebody is enrolled, or may be, and nobody can be told: whoever speaks is nobody known, which has a role of its
    own (docs/policy.md), and not as before there were voices.
    """


class VoiceRecognition:
    """Follows the file: who is enrolled or forgotten while it runs counts from the next turn on. Thread-safe.

    What can't be used (a damaged file, a model that is not there) is said in the log once, and whoever speaks is nobody
    known.
    """

    def __init__(self, book: VoiceprintBook, load: Callable[[], SpeakerEncoder], *, model: str) -> None:
        """`load` loads the encoder, and raises an ExpectedError where it can't; `model`: its id."""
        self._book = book
        self._load = load
        self._model = model
        self._lock = threading.Lock()
        self._known = _Known(None)

    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._now().people)

    def who(self, samples: Samples) -> Who | None:
        known = self._now()
        if known.blind:
            return Who(None, 0.0)
        if known.encoder is None or not known.people:
            return None
        speech = voiced_in(samples)
        if speech.seconds < LEAST_S:
            return None
        return decided(ratios(known.encoder.embed(speech.samples), speech, known.people))

    def _now(self) -> _Known:
        stamp = self._stamp()
        if stamp == self._known.stamp:
            return self._known
        with self._lock:
            if stamp != self._known.stamp:
                self._known = self._read(stamp)
            return self._known

    def _read(self, stamp: _Stamp) -> _Known:
        try:
            everybody = self._book.read()
            people = tuple(each for each in everybody if each.encoder == self._model)
            if len(people) < len(everybody):
                log.warning("%d were enrolled with another model, and must be anew.", len(everybody) - len(people))
            if everybody and not people:
                return _Known(stamp, blind=True)
            encoder = (self._known.encoder or self._load()) if people else None
        except (ExpectedError, OSError) as error:
            log.error("Nobody is known by voice. %s", error)
            return _Known(stamp, blind=True)
        return _Known(stamp, people, encoder)

    def _stamp(self) -> _Stamp:
        try:
            state = self._book.path.stat()
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns, state.st_size

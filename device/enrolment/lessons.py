"""Learning a voice by voice: a thread that asks for a few sentences through the machine, as other programs do."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import numpy as np

from device.enrolment import wording
from device.enrolment.last_voice import LastVoice
from device.turn import events as on
from device.turn.session import Session
from device.voiceprints.book import VoiceprintBook, checked_name
from device.voiceprints.enrolling import READ_ALOUD
from firmware.errors import ExpectedError
from services.understanding.reserved import yes_or_no
from services.voiceprints.base import Embedding, SpeakerEncoder
from services.voiceprints.enrolment import (
    EnrolmentSentence,
    EnrolmentSentenceUnfit,
    enrolment_sentence,
    nearest,
    voiceprint,
)

PATIENCE_S = 120.0
"""What was asked and not answered for so long is given up."""
_TRIES = 3
"""So often a sentence is asked for."""


class VoiceLessons:
    """Implements services.actions.base.Voices. `watch` belongs to main, `run` is the thread `lessons`; all else may be
    called from any.
    """

    name = "lessons"

    def __init__(
        self,
        book: VoiceprintBook,
        encoder: Callable[[], SpeakerEncoder],
        heard: LastVoice,
        put: on.Emit,
        now: Callable[[], datetime],
        *,
        model: str,
        there: Callable[[], object] = lambda: None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`encoder` loads the one of `model`; it and `there`, which only looks for it, raise an ExpectedError where
        that is missing or broken; `now` is zone-aware.
        """
        self._book = book
        self._load = encoder
        self._heard = heard
        self._put = put
        self._now = now
        self._model = model
        self._there = there
        self._patience_s = patience_s
        self._wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        """Names; None: end."""
        self._answers: queue.SimpleQueue[on.Answered | None] = queue.SimpleQueue()
        self._question = ""
        """The id of the one that is put."""
        self._busy = threading.Event()

    # --- from other threads ---

    def names(self) -> Sequence[str]:
        """See Voices."""
        return self._heard.names()

    def hindrance(self) -> str:
        """See Voices."""
        if self._busy.is_set():
            return "I'm learning a voice just now. Say it again when that is done"
        try:
            self._there()
        except ExpectedError as error:
            return str(error)
        return ""

    @property
    def learning(self) -> bool:
        """Whether a voice is being learnt now."""
        return self._busy.is_set()

    def learn(self, name: str) -> None:
        """See Voices."""
        self._busy.set()
        self._wanted.put(name)

    def forget(self, name: str) -> None:
        """See Voices. Raises NobodyOfThatName, VoiceprintsDamaged, VoiceprintsUnwritable."""
        self._book.forget(name)

    def watch(self, event: on.Event, _: Session) -> None:
        """A watcher of the daemon."""
        if isinstance(event, on.Answered) and event.id == self._question:
            self._answers.put(event)

    def stop(self) -> None:
        """End soon."""
        self._answers.put(None)
        self._wanted.put(None)

    # --- its thread ---

    def run(self) -> None:
        """Until stopped."""
        while (name := self._wanted.get()) is not None:
            self._heard.want(True)
            try:
                told = self._lesson(name)
            except ExpectedError as error:
                told = wording.refused(name, str(error))
            finally:
                self._heard.want(False)
            self._put(on.Announced(told, waits=False))
            self._busy.clear()  # behind what came of it: whoever waits for it speaks next

    def _lesson(self, name: str) -> str:
        """What came of it. Raises EnrolmentRefused, EncoderUnusable, NameUnfit, and the errors of the file."""
        name, encoder = checked_name(name), self._load()
        said: list[EnrolmentSentence] = []
        for index in range(len(READ_ALOUD)):
            found = self._said(index, encoder)
            if found is None:
                return wording.GIVEN_UP
            said += [found] if isinstance(found, EnrolmentSentence) else []
        new = voiceprint(name, said, at=self._now(), encoder=self._model)
        self._book.add(new, anew=True)
        alike = nearest(new, self._book.read())
        return wording.learnt(name, likeness([each.embedding for each in said]), alike[0] if alike else "")

    def _said(self, index: int, encoder: SpeakerEncoder) -> EnrolmentSentence | str | None:
        """The sentence; why it can't be used, after several tries; None: nobody is there, or wants to any more."""
        why, silent = "", False
        for _ in range(_TRIES):
            answer = self._asked(wording.asked(index, why=why))
            if answer is None or yes_or_no(answer) is False or (silent and not answer):
                return None
            silent = not answer
            samples = self._heard.take()
            try:
                if samples is not None:
                    return enrolment_sentence(f"sentence {index + 1}", samples, encoder)
                why = "I didn't hear that."
            except EnrolmentSentenceUnfit as unfit:
                reason = str(unfit.facts["reason"])
                why = reason[:1].upper() + reason[1:]
        return why

    def _asked(self, text: str) -> str | None:
        """The answer; empty: there was silence; None: it was not answered in time, or this is to end."""
        self._heard.take()
        self._question = f"voice:{uuid4().hex}"
        self._put(on.QuestionAsked(self._question, text))
        try:
            answer = self._answers.get(timeout=self._patience_s)
        except queue.Empty:
            answer = None
        self._question = ""
        return answer.text or "" if answer else None


def likeness(voices: Sequence[Embedding]) -> float:
    """Of each sentence to the middle of the others, on average: -1 to 1. Of at least two."""
    whole = np.sum(np.stack(voices), axis=0)
    rest = [whole - voice for voice in voices]
    near = [
        float(voice @ other / max(float(np.linalg.norm(other)), 1e-9))
        for voice, other in zip(voices, rest, strict=True)
    ]
    return sum(near) / len(near)

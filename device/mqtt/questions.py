"""Questions of other programs until they are answered; and replies to requests that may come twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from uuid import uuid4

from device.mqtt.replies import Fields, Target, told
from device.requests.base import RequestRefused
from device.requests.schemas import QuestionRequest
from device.turn import events as on

_MOST = 8
"""Questions at once."""
_PATIENCE_S = 600.0
"""A question that nobody has told the end of is given up after that; it may have waited for a ring to end."""
_REMEMBERED = 256
"""Requests with an id whose reply is known."""

Key = tuple[str, str, str]
"""Identity, verb, the sender's id."""


class TooManyQuestions(RequestRefused):
    """Too many questions wait for an answer. Please try again later."""

    code = "ask.too_many"


class Once:
    """Replies to the latest requests with an id: what is brought twice is done once. Kept in memory."""

    def __init__(self) -> None:
        self._known: dict[Key, Fields] = {}

    def before(self, key: Key) -> Fields | None:
        """What was replied; None for a new one, or one without an id."""
        return self._known.get(key)

    def keep(self, key: Key, fields: Fields) -> None:
        """From now on this is the reply."""
        if key[2]:
            self._known[key] = fields
            while len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]


@dataclass(slots=True)
class _Question:
    key: Key
    wanted: QuestionRequest
    to: Target
    until: float


class Asked:
    """The questions that wait. Used by the thread `mqtt`; `answered` by any."""

    def __init__(
        self,
        put: on.Emit,
        give: Callable[[Target, Fields], None],
        wake: Callable[[], None],
        *,
        clock: Callable[[], float],
    ) -> None:
        self._put = put
        self._give = give
        self._wake = wake
        self._clock = clock
        self._once = Once()
        self._open: dict[str, _Question] = {}
        self._answers: SimpleQueue[on.Answered] = SimpleQueue()

    def ask(self, key: Key, wanted: QuestionRequest, to: Target) -> None:
        """Have it asked; one that was brought before is not asked again. Raises TooManyQuestions."""
        if known := self._once.before(key):
            self._give(to, known)
            return
        if waiting := next((each for each in self._open.values() if key[2] and each.key == key), None):
            waiting.to = to
            return
        if len(self._open) >= _MOST:
            raise TooManyQuestions
        question = uuid4().hex
        self._open[question] = _Question(key, wanted, to, self._clock() + _PATIENCE_S)
        self._put(on.QuestionAsked(question, wanted.question))

    def answered(self, id: str, text: str | None, confidence: float) -> None:
        """From any thread. What nobody waits for is dropped."""
        if id in self._open:
            self._answers.put(on.Answered(id, text, confidence))
            self._wake()

    def work(self) -> float | None:
        """Reply what was answered; give up what has waited too long."""
        while True:
            try:
                answer = self._answers.get_nowait()
            except Empty:
                break
            self._end(answer)
        moment = self._clock()
        for question in [each for each, waiting in self._open.items() if waiting.until <= moment]:
            self._end(on.Answered(question, None))
        return min((max(0.0, each.until - moment) for each in self._open.values()), default=None)

    def _end(self, answer: on.Answered) -> None:
        question = self._open.pop(answer.id, None)
        if question is None:
            return
        if answer.text is None:
            fields = told(question.wanted, ok=False, text="Nobody answered.", code="ask.unanswered")
        else:
            fields = {**told(question.wanted, ok=True, text=answer.text), "confidence": round(answer.confidence, 3)}
        self._once.keep(question.key, fields)
        self._give(question.to, fields)

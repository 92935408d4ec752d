"""What the spoken guide waits for: an answer, the wake word, the end of what it says. On its thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from device.buttons.gestures import HOLD_S
from device.guide.base import AnswerGiven, TellEnded, Woken
from device.guide.news import News, Seen
from device.turn import events as on
from device.turn.session import RESTING, Session

PATIENCE_S = 600.0
"""What was asked and told nothing of for so long, is given up: a ring may have come before."""


class Dismissal:
    """Whether somebody sends the guide away: stops what it says or asks, and not what rings or is said meanwhile."""

    def __init__(self, ours: Callable[[Session], bool]) -> None:
        """`ours`: whether it is what the guide says or asks that goes on."""
        self._ours = ours
        self._pressed = False

    def take(self, event: on.Event, before: Session, after: Session) -> Literal["dismissed", "held", ""]:
        """What this event, between these two, means. Held: the button was, so somebody has something to say."""
        ended = self._ours(before) and not self._ours(after)
        match event:
            case on.StopAsked() | on.StopHeard() if ended:
                return "dismissed"
            case on.Pressed():
                self._pressed = ended
            case on.Released(seconds):
                ended, self._pressed = ended or self._pressed, False
                return ("dismissed" if seconds < HOLD_S else "held") if ended else ""
        return ""


class Awaited:
    """Each of these waits until it has come, or nothing does. Raises what News raises."""

    def __init__(self, news: News, *, wake_s: float, still_s: float, clock: Callable[[], float]) -> None:
        """`wake_s`: seconds for the wake word; `still_s`: of rest behind it."""
        self._news = news
        self._wake_s, self._still_s = wake_s, still_s
        self._clock = clock

    def answer(self, question: str, opened: Callable[[], None]) -> tuple[on.Answered | None, bool, bool]:
        """What was answered, None: it was never told; whether something came between; whether it was dismissed.
        `opened` is called when the ear opens for it. A button that stopped the question is waited for: it may be held.
        """
        until, answer, disturbed, dismissed = self._clock() + PATIENCE_S, None, False, False
        dismissal = Dismissal(lambda session: session.question is not None and session.question.id == question)
        while (left := until - self._clock()) > 0 and not (answer and self._news.session.press is None):
            match self._news.next(left):
                case Seen(on.Played(), session) if session.phase == "asking":
                    opened()
                case Seen(on.Answered(id) as answered) if id == question:
                    answer = answered
                case Seen(
                    on.WakeHeard()
                    | on.TextGiven()
                    | on.DueCame()
                    | on.MuteAsked()
                    | on.SwitchTurned()
                    | on.MicrophoneFailed()
                ):
                    disturbed = True
                case Seen(event, session):
                    meant = dismissal.take(event, self._news.before, session)
                    dismissed, disturbed = dismissed or meant == "dismissed", disturbed or meant == "held"
        return answer, disturbed, dismissed

    def woken(self, text: str) -> Woken | AnswerGiven | None:
        """What came of it, once this was said; None: nothing, within the time for that, or the microphone was closed.
        The time begins when nothing is said, rung or listened to any more."""
        dismissal, busy, until = Dismissal(partial(_says, text)), False, self._clock() + PATIENCE_S
        while (left := until - self._clock()) > 0 and not self._news.closed:
            match self._news.next(left):
                case Seen(on.WakeHeard(_, detection)):
                    self._news.until_still(self._still_s)
                    return Woken(detection.score)
                case Seen(event, session):
                    if dismissal.take(event, self._news.before, session) == "dismissed":
                        return AnswerGiven("later")
                    was, busy = busy, session.phase not in RESTING
                    if was != busy:
                        until = self._clock() + (PATIENCE_S if busy else self._wake_s)
        return None

    def told(self, text: str) -> TellEnded | AnswerGiven:
        """Until this was said."""
        dismissal, until = Dismissal(partial(_says, text)), self._clock() + PATIENCE_S
        speaking = stopped = False
        while (left := until - self._clock()) > 0 and not (stopped and self._news.session.press is None):
            if isinstance(seen := self._news.next(left), Seen):
                if dismissal.take(seen.event, self._news.before, seen.session) == "dismissed":
                    return AnswerGiven("later")
                was, speaking = speaking, seen.session.phase == "speaking"
                stopped = stopped or (was and not speaking)
        return TellEnded()


def _says(text: str, session: Session) -> bool:
    """Whether this is what is being said, or what was left of it."""
    return session.saying is not None and (text in session.saying.text or session.saying.text in text)

"""The guide by voice: a thread that asks through the machine, as other programs do, and hears what is answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from device.guide import wording
from device.guide.answers import way_of
from device.guide.base import (
    AnswerGiven,
    AwaitWake,
    Began,
    Did,
    Do,
    GuideEvent,
    Measure,
    Missed,
    Move,
    Nobody,
    Prompt,
    Say,
    Settle,
    State,
    TeachVoice,
    TeachWord,
    Tell,
    TellEnded,
    Tune,
)
from device.guide.body import SpokenBody
from device.guide.news import Ended, GuideWanted, News, Seen
from device.guide.progress import ProgressFile, same, standing
from device.guide.steps import advance, loudness
from device.guide.wait import PATIENCE_S, Awaited
from device.turn import events as on
from device.turn.session import Session
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

MOST_STARTS = 3
"""So often it begins by itself."""
WAKE_S = 12.0
"""Seconds in which the wake word is waited for."""
_LESSON_LOOK_S = 0.5
"""How often it is looked whether a voice is still being learnt."""
_NOISY = (on.PartialHeard, on.Sounded, on.JobChanged)
"""Events that tell the guide nothing."""


class SpokenGuide:
    """`watch` belongs to main, `wanted` to any thread, `run` is the thread `guide` (device.turn.reactor.Beside)."""

    name = "guide"

    def __init__(
        self,
        kept: ProgressFile,
        body: SpokenBody,
        put: on.Emit,
        *,
        enabled: bool = True,
        new: Callable[[], bool] = lambda: False,
        wake_s: float = WAKE_S,
        still_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`enabled`: it may begin by itself; `new`: whether the device is, asked where nothing is kept. `wake_s`:
        seconds in which the wake word is waited for; `still_s`: of rest, after something came between, before it goes
        on.
        """
        self._kept = kept
        self._body = body
        self._put = put
        self._enabled = enabled
        self._new = new
        self._still_s = still_s
        self._clock = clock
        self._news = News(lambda: body.hearing().level is not None)
        self._awaited = Awaited(self._news, wake_s=wake_s, still_s=still_s, clock=clock)
        self._question = ""
        """The id of the one that is put; empty: none is."""
        self._opened = 0
        """The frame at which the ear opened for its answer."""
        self._wakes, self._score = 0, 0.0

    # --- from other threads ---

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        if isinstance(event, on.WakeHeard):
            self._wakes, self._score = self._wakes + 1, event.detection.score
        if not isinstance(event, _NOISY):
            self._news.put(Seen(event, session))

    def wanted(self, way: str) -> None:
        """Somebody said that the setup shall begin, go on or end."""
        self._news.put(GuideWanted(way))

    def stop(self) -> None:
        """End soon."""
        self._news.put(Ended())

    def standing(self) -> Mapping[str, Any] | None:
        """For `equerry status` and `equerry setup`; from any thread."""
        state, _ = self._kept.load()
        hearing, here = self._body.hearing(), self._body.here()
        return {
            **(standing(state) or {}),
            "wake_words": list(here.wake_words),
            "threshold": here.threshold,
            "wakes": self._wakes,
            "score": round(self._score, 3),
            "near_misses": hearing.near_misses,
            "level_dbfs": hearing.level and round(hearing.level, 1),
            "recent_dbfs": [round(level) for level in hearing.recent],
            "clipped": hearing.clipped,
        }

    # --- its thread ---

    def run(self) -> None:
        """Until stopped."""
        try:
            way = self._by_itself() or self._news.until_wanted()
            while True:
                try:
                    self._go_through(way)
                    way = self._news.until_wanted()
                except GuideWanted as wanted:
                    way = wanted.way
        except Ended:
            return

    def _by_itself(self) -> str:
        """Whether it begins, or goes on, with this start; empty: it does not."""
        state, broken = self._kept.load()
        if not self._enabled or (state is None and not broken and not self._new()):
            return ""
        if state and (state.done or state.starts >= MOST_STARTS):
            return ""
        return "broken" if broken else "itself"

    def _go_through(self, way: str) -> None:
        """From where it was, or from the beginning; until it is done, waits, or is gone through elsewhere."""
        self._withdraw()
        kept, _ = self._kept.load()
        if way == "skip" and not (kept and kept.done):
            self._kept.save(replace(kept or State(), waiting=True))
        if way in ("skip", "pause"):  # a pause: it is gone through in a terminal, which keeps how far
            return
        state = (
            State(starts=kept.starts if kept else 0)
            if kept is None or kept.done or way == "start"
            else replace(kept, waiting=False)
        )
        self._news.until_open()
        state = state if state.run else replace(state, run=uuid4().hex)
        if way in ("itself", "broken"):
            state = replace(state, starts=state.starts + 1)
        state, moves = advance(state, Began(), self._body.here())
        if way == "broken":
            moves = (Say(wording.BEGINS_ANEW), *moves)
        while True:
            self._kept.save(state)
            if (event := self._carried_out(moves)) is None:
                return
            elsewhere, _ = self._kept.load()
            if elsewhere is None or not same(elsewhere, state):  # it is gone through in a terminal, or all was set back
                return
            state, moves = advance(state, event, self._body.here())

    def _carried_out(self, moves: tuple[Move, ...]) -> GuideEvent | None:
        """What follows the last of them; None: nothing does."""
        told = " ".join(move.text for move in moves if isinstance(move, Say))
        last = moves[-1] if moves else None
        if isinstance(last, Prompt | Measure | AwaitWake | Tell):
            spoken: Mapping[type[Move], Callable[[str], GuideEvent]] = {
                Prompt: self._asked,
                Measure: self._measured,
                AwaitWake: self._listened,
                Tell: self._told,
            }
            return spoken[type(last)](f"{told} {last.text}".strip())
        if told:
            self._put(on.Announced(told, waits=False))
        if isinstance(last, Do):
            return self._done(last)
        if isinstance(last, Settle):
            return self._settled(last.zone)
        if isinstance(last, TeachVoice):
            return self._learnt(last.name)
        if isinstance(last, TeachWord):
            return Did(False, wording.WORD_LATER)
        return self._tuned(last.threshold) if isinstance(last, Tune) else None

    # --- asking ---

    def _asked(self, text: str) -> AnswerGiven | Nobody:
        """Put a question until it is answered or left unanswered; what comes between only puts it off. While an answer
        is listened for, the ear has no wake word to listen for: somebody who says it all the same, and a command behind
        it, means that.
        """
        while True:
            self._news.until_open()
            self._question = f"guide:{uuid4().hex}"
            self._put(on.QuestionAsked(self._question, text))
            answer, disturbed, dismissed = self._awaited.answer(self._question, self._note_open)
            self._question = ""
            if answer is not None and answer.text is not None:
                text_, command = self._body.addressed(answer.text)
                if not command:
                    return AnswerGiven(text_)
                disturbed = True
                self._put(on.TextGiven(text_))
            if dismissed:
                return AnswerGiven("later")
            if answer is None or not (disturbed or self._news.closed):
                return Nobody()
            self._news.until_still(self._still_s)

    def _note_open(self) -> None:
        self._opened = self._body.hearing().frames

    def _measured(self, text: str) -> GuideEvent:
        clipped = self._body.hearing().clipped
        answer = self._asked(text)
        if isinstance(answer, Nobody) or way_of(answer.text):
            return answer
        heard = self._body.hearing()
        since = heard.recent[-max(1, heard.frames - self._opened) :]
        return loudness(since, clipped=heard.clipped > clipped, said=answer.text)

    # --- the wake word ---

    def _listened(self, text: str) -> GuideEvent:
        """Say it and wait for the wake word, all of it anew where the microphone was closed meanwhile."""
        near = self._body.hearing().near_misses
        while True:
            self._news.until_open()
            self._put(on.Announced(text, waits=False))
            event = self._awaited.woken(text)
            if event or not self._news.closed:
                return event or Missed(self._body.hearing().near_misses > near)

    # --- telling, doing ---

    def _told(self, text: str) -> TellEnded | AnswerGiven:
        self._news.until_open()
        self._put(on.Announced(text, waits=False))
        return self._awaited.told(text)

    def _done(self, wanted: Do) -> Did:
        try:
            self._body.do(wanted, self._news.put)
        except ExpectedError as error:
            return Did(False, str(error))
        until = self._clock() + PATIENCE_S
        while (left := until - self._clock()) > 0:
            if isinstance(did := self._news.next(left), Did):
                return did
        return Did(False, "That takes too long, so we leave it.")

    def _learnt(self, name: str) -> Did:
        """Wait for the lesson to its end: it asks for its sentences itself, and tells what came of them."""
        did = self._done(Do((("voice.learn", {"name": name}),)))
        if did.asks or not did.ok:
            return Did(False, wording.VOICE_LATER if did.asks else did.words)  # two questions at once are none
        while self._body.learns_voice():
            self._news.next(_LESSON_LOOK_S)
        return Did(True)

    def _tuned(self, threshold: float) -> Did:
        try:
            self._body.tune(threshold)
        except ExpectedError as error:
            return Did(False, str(error))
        return Did(True)

    def _settled(self, zone: str) -> Did:
        try:
            at_once = self._body.settle(zone)
        except ExpectedError as error:
            return Did(False, str(error))
        return Did(True, wording.ZONE_KEPT if at_once else wording.ZONE_KEPT_LATER)

    def _withdraw(self) -> None:
        """A question that is still put is not waited for any more."""
        if self._question:
            self._question = ""
            self._put(on.StopAsked())

"""One call followed: segments and the time go in, events come out. The live call and the replay differ only in where
the segments come from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.calls.base import (
    CallEnded,
    CallEvent,
    CallSegment,
    FactFinder,
    FactFound,
    Meant,
    SegmentHeard,
    Side,
    Triggered,
)
from services.calls.commitments.book import Commitments, FindTimes
from services.calls.facts import Mentioned
from services.calls.meanings.asked import TURNS, Turn
from services.calls.meanings.finder import Likely, MeaningFinder, TurnReader
from services.calls.meanings.rules import MeaningRules
from services.calls.measures import Measures
from services.calls.questions import OpenQuestions
from services.calls.summary import Gathered
from services.calls.triggers import Trigger, Triggers
from services.calls.whispers import Whisper, Whispers

_FACT_PRIORITY = 4
_SURE_SETTLED = 0.8
_LEAST = 0.5
"""How surely a meaning must have been found to be told of."""
_SURE_TO_WHISPER = 0.7
"""...and to set off a trigger: a whisper that is wrong costs more than one that is missing."""


@dataclass(frozen=True, slots=True)
class CallSetup:
    """What a call is followed with."""

    meanings: Callable[[], MeaningRules]
    triggers: Callable[[], Sequence[Trigger]]
    find_times: FindTimes
    facts: FactFinder
    began: datetime
    """Zone-aware."""
    names: Mapping[Side, str]
    planned_s: float = 0.0
    most_per_minute: int = 3
    """Whispers."""
    learnt: TurnReader | None = None
    """Meanings beyond those of templates; None: templates alone."""
    competitors: Mentioned = lambda _: ()
    """Finds their names where a recogniser wrote them otherwise than they are."""


class FollowedCall:
    """A call that goes on."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self._finder = MeaningFinder(setup.meanings)
        self._measures = Measures(setup.planned_s)
        self._commitments = Commitments(setup.meanings, setup.find_times, setup.began, setup.names)
        self._questions = OpenQuestions(setup.meanings)
        self._triggers = Triggers(setup.triggers, setup.names)
        self._whispers = Whispers(setup.most_per_minute)
        self._gathered = Gathered()
        self._parting: Side | None = None
        """Who has just taken leave."""
        self._before: deque[CallSegment] = deque(maxlen=TURNS)

    def feed(self, segment: CallSegment) -> list[CallEvent]:
        """Take the next segment, by the time it ended. What is found in it; whispers come with `tick`."""
        events: list[CallEvent] = [SegmentHeard(segment)]
        self._measures.take(segment)
        likely = self._likely(segment)
        meant = [each for each in self._finder.find(segment, likely) if each.confidence >= _LEAST]
        if self._finder.greets(segment):
            meant = [each for each in meant if each.meaning != "goodbye"]
        meant += self._competitors(segment, meant)
        meant += self._farewell(segment, meant)
        meant += self._passed_over(segment, likely)
        promised = self._commitments.take(segment, likely)
        meant = self._settled(segment, meant)
        for each in promised:
            self._triggers.found("promise")
            meant.append(
                Meant(segment.end_s, each.commitment.by, "promise", each.commitment.what, each.commitment.confidence)
            )
        self._gathered.take(segment, meant)
        events += [each for each in meant if each.meaning != "promise"]
        events += promised
        # What is whispered costs more trust when it is wrong than what is noted: the ears' own doubt counts in full.
        doubt = segment.confidence / segment.credit if segment.credit else 0.0
        sure = [each for each in meant if each.confidence * doubt >= _SURE_TO_WHISPER]
        events += self._told(self._triggers.heard(segment, sure, self._measures))
        events += self._facts(segment)
        return events

    def tick(self, now_s: float, *, speaking: Collection[Side] = ()) -> list[CallEvent]:
        """What comes of the time alone; `speaking`: whose voice is heard just now."""
        if speaking:
            self._measures.goes_on(now_s)
        events: list[CallEvent] = list(self._told(self._triggers.tick(now_s, self._measures)))
        if whispered := self._whispers.next(now_s, owner_speaks="owner" in speaking):
            events.append(whispered)
        return events

    def quiet(self, now_s: float, for_s: float) -> None:
        """Whisper nothing for so long."""
        self._whispers.quiet(now_s + for_s)

    def end(self, now_s: float) -> CallEnded:
        """The call is over; with all that remains of it."""
        measured = self._measures.at(now_s)
        return CallEnded(now_s, self._gathered.summary(measured, self._commitments.all))

    def _likely(self, segment: CallSegment) -> Likely:
        before = [Turn(each.side == segment.side, each.text) for each in self._before]
        self._before.append(segment)
        return self._setup.learnt.read(before, segment.text) if self._setup.learnt else {}

    def _competitors(self, segment: CallSegment, meant: Sequence[Meant]) -> list[Meant]:
        """One whose name is known by its sound alone."""
        if any(each.meaning == "competitor_named" for each in meant):
            return []
        named = sorted(self._setup.competitors(segment.text))[:1]
        sure = _SURE_SETTLED * segment.credit
        return [Meant(segment.end_s, segment.side, "competitor_named", name, sure) for name in named]

    def _farewell(self, segment: CallSegment, meant: Sequence[Meant]) -> list[Meant]:
        """ "You too" right behind "have a good day" takes leave, too."""
        before, said = self._parting, any(each.meaning == "goodbye" for each in meant)
        self._parting = segment.side if said else None
        if said or before in (None, segment.side) or not self._finder.replies_to_leave(segment):
            return []
        self._parting = segment.side
        return [Meant(segment.end_s, segment.side, "goodbye", segment.text, _SURE_SETTLED)]

    def _settled(self, segment: CallSegment, meant: list[Meant]) -> list[Meant]:
        """With an agreement where an offer was agreed to; without where it was only said yes to a request."""
        if self._commitments.granted:
            return [each for each in meant if each.meaning != "agreement"]
        if not self._commitments.settled or any(each.meaning == "agreement" for each in meant):
            return meant
        return [*meant, Meant(segment.end_s, segment.side, "agreement", segment.text, _SURE_SETTLED)]

    def _passed_over(self, segment: CallSegment, likely: Likely) -> list[Meant]:
        question = self._questions.take(segment, likely.get("passed_over", 0.0))
        if question is None:
            return []
        self._gathered.passed_over(question)
        return [Meant(question.end_s, question.side, "question_unanswered", question.text, question.confidence * 0.8)]

    def _facts(self, segment: CallSegment) -> list[FactFound]:
        now = self._setup.began + timedelta(seconds=segment.end_s)
        found = [
            FactFound(segment.end_s, segment.side, name, fact) for name, fact in self._setup.facts.find(segment, now)
        ]
        for fact in found:
            self._whispers.offer(Whisper(fact.whisper, fact.name, segment.end_s, _FACT_PRIORITY))
        return found

    def _told(self, fired: Sequence[Triggered]) -> Sequence[Triggered]:
        for each in fired:
            self._whispers.offer(Whisper(each.whisper, each.trigger, each.at_s, each.priority, each.urgent))
        return fired

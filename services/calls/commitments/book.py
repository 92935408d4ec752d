"""Keeps the commitments of one call: promises as they are made, requests until they are agreed to or passed over."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.calls.base import CallSegment, Commitment, Promised, Side, opposite
from services.calls.commitments.reading import ReadCommitment, SegmentRead, dated, needed, read
from services.calls.commitments.weighed import Uttered, weighed
from services.calls.commitments.wording import ToldTime, objects, spelled_out, stem, times_in, verb
from services.calls.meanings.finder import Likely
from services.calls.meanings.rules import MeaningRules
from services.calls.spoken import SpokenSentence, sentences_of, word_count
from services.understanding.base import Found

FindTimes = Callable[[str, datetime], Sequence[Found]]
"""Finds the time expressions of a text, in their order; the second is now, in the device's zone."""

_FRESH = 3
"""Segments behind a request in which a yes is still a yes to it."""
_NEAR_S = 90.0
"""How far apart "send it" may be from what it is that is sent."""
_MOST = 200
"""Commitments of one call; nobody makes more."""
_SURE_AGREED = 0.9
_ONLY_A_TIME = 5
"""Words of an answer such as "tomorrow morning, first thing"."""
_COUNTERED = re.compile(
    r"\?|\b(?:not|no|can't|won't|doesn't|isn't|don't|away|tricky|bad|difficult|busy|too (?:early|late|soon|far)|"
    r"clash\w*|tight|impossible|instead|rather|sooner|booked|out of|(?:i'm|we're) (?:in|at|on|off)|"
    r"i(?:'ve| have) (?:a|an|the|my)|my|her|his)\b"
)
"""Whoever says a time again with such words says why it does not suit: "Thursday I'm in Ghent"."""
_DOES = frozenset(stem(word) for word in ("do", "take", "handle", "sort", "see", "manage", "arrange", "organise"))
"""Verbs of who takes on what has to be done: "I'll see to that"."""
_SAYS_NOTHING = _DOES | frozenset(stem(word) for word in ("have", "get", "be", "will"))
"""Nor do these tell what is done, without a thing behind them: "I'll get it to you"."""
_BESIDES = re.compile(r"\b(?:and|also|as well|too|plus)\b", re.IGNORECASE)
"""Whoever says yes and promises something else beside it mostly says so."""
_REMEMBERED = 6
"""Sentences in which "it" is looked for."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """Asked for, offered or proposed, and not answered yet."""

    told: ReadCommitment
    asked_by: Side
    segment: int

    def agreed_by(self, answers: frozenset[str]) -> bool:
        """Whether such an answer is a yes to it: an order wants a clear one."""
        yes = {"consent"} if self.told.way == "order" else {"consent", "assent", "agreement"}
        return bool(yes & answers)


class Commitments:
    """Takes segments in their order."""

    def __init__(
        self, rules: Callable[[], MeaningRules], find_times: FindTimes, began: datetime, names: Mapping[Side, str]
    ) -> None:
        self._rules, self._find_times, self._began, self._names = rules, find_times, began, names
        self._kept: list[Commitment] = []
        self._pending: list[_Pending] = []
        self._refused: list[_Pending] = []
        """What was turned down last: another time may be proposed for it."""
        self._before: deque[SpokenSentence] = deque(maxlen=_REMEMBERED)
        self._segments = 0
        self._needed, self._needed_in = "", 0
        """What was said last to be still to do, and in which segment."""
        self.settled = False
        """Whether the segment taken last said yes to an offer, a meeting or a date."""
        self.granted = False
        """Whether it said yes to what it was asked to do, and to nothing else."""

    @property
    def all(self) -> tuple[Commitment, ...]:
        """Those found so far, as they were made."""
        return tuple(self._kept)

    def take(self, segment: CallSegment, likely: Likely) -> list[Promised]:
        """What is promised in a segment, or agreed to by it."""
        self._segments += 1
        self._pending, self._refused = (
            [each for each in those if self._segments - each.segment <= _FRESH]
            for those in (self._pending, self._refused)
        )
        sentences = sentences_of(segment.text)
        now = self._began + timedelta(seconds=segment.end_s)
        found = self._find_times(segment.text, now) if sentences else ()
        times = [times_in(sentence, found, now) for sentence in sentences]
        said = read(segment, sentences, times, self._rules(), self._names)
        said = weighed(said, likely, Uttered(segment, sentences, times), self._names)
        agreed = self._agreed(segment, said)
        promised = [self._keep(each, segment, agreed=True) for each in agreed]
        first = bool(agreed)
        for each in said.told:
            if each.way == "promise":
                promised.append(self._keep(each.commitment, segment, agreed=first))
                first = False
            else:
                self._ask(each, segment)
        self._before.extend(sentences)
        if need := needed(sentences, times, self._rules()):
            self._needed, self._needed_in = need, self._segments
        return list({each.index: each for each in promised if each is not None}.values())

    def _ask(self, told: ReadCommitment, segment: CallSegment) -> None:
        """Keep it until it is answered; a mere time is put to what was asked just before."""
        if told.bare:
            mine = [each for each in (*self._refused, *self._pending) if each.asked_by == segment.side]
            if mine:
                last = mine[-1]
                when = told.commitment
                with_time = replace(last.told.commitment, when=when.when, due=when.due, whole_day=when.whole_day)
                self._pending = [each for each in self._pending if each is not last]
                self._refused = [each for each in self._refused if each is not last]
                self._pending.append(_Pending(replace(last.told, commitment=with_time), segment.side, self._segments))
                return
            if not told.commitment.what or told.commitment.due is None:
                return
            told = replace(told, commitment=replace(told.commitment, kind="meeting"))
        what = spelled_out(told.commitment.what, list(self._before))
        told = replace(told, commitment=replace(told.commitment, what=what))
        self._pending.append(_Pending(told, segment.side, self._segments))

    def _agreed(self, segment: CallSegment, said: SegmentRead) -> list[Commitment]:
        """What was asked for just before, where this segment says yes to it."""
        self.settled = self.granted = False
        asked = [each for each in self._pending if each.asked_by == opposite(segment.side)]
        answers = said.answers | self._implied(asked, segment, said)
        if "refusal" in answers and not answers & {"consent", "agreement"}:
            self._refused = [replace(each, segment=self._segments) for each in asked]
            self._pending = [each for each in self._pending if each not in asked]
            return []
        asked = [each for each in asked if each.agreed_by(answers)]
        if not asked:
            return []
        latest = max(each.segment for each in asked)
        asked = [each for each in asked if each.segment == latest]
        self._pending = [each for each in self._pending if each not in asked]
        agreed = [self._agreed_to(each, segment, said.time) for each in asked]
        self.settled = any(each.told.way in ("offer", "proposal") for each in asked)
        self.granted = not self.settled
        return agreed

    def _implied(self, asked: Sequence[_Pending], segment: CallSegment, said: SegmentRead) -> frozenset[str]:
        """A yes without the word: the time that was proposed said again, or "I'll get it to you tomorrow"."""
        mine = [each.commitment for each in said.told if each.way == "promise"]
        of_me = [each for each in asked if each.told.commitment.by == segment.side]
        just_now = any(self._segments - each.segment == 1 and each.told.way in ("request", "order") for each in of_me)
        if of_me and mine and (just_now or not all(objects(each.what) for each in mine)):
            return frozenset(("consent",))
        if said.time and any(each.told.way == "request" for each in asked) and word_count(segment.text) <= _ONLY_A_TIME:
            return frozenset(("consent",))
        again = said.time and _words(said.time.words)
        if _COUNTERED.search(f" {segment.text.lower()} "):
            return frozenset()
        if again and any(again & _words(each.told.commitment.when) for each in asked):
            return frozenset(("agreement",))
        return frozenset()

    @staticmethod
    def _agreed_to(asked: _Pending, segment: CallSegment, when: ToldTime | None) -> Commitment:
        told = replace(asked.told.commitment, at_s=segment.end_s)
        told = replace(told, confidence=told.confidence * _SURE_AGREED)
        if when is not None and (when.due is not None or not told.when):
            told = dated(told, when) if not _part_of(when, told) else told
        exact = told.due is not None and not told.whole_day and asked.told.way in ("proposal", "offer", "request")
        return replace(told, kind="meeting") if exact and told.kind == "task" and asked.told.way != "request" else told

    def _only_comes(self, new: Commitment) -> bool:
        """Whether it says no more than that one will be where one meets."""
        if new.kind != "meeting" or objects(new.what) or verb(new.what) not in ("be", stem("come"), "see"):
            return False
        return any(each.kind == "meeting" and new.at_s - each.at_s <= _NEAR_S for each in self._kept)

    def _spelled_out(self, what: str) -> str:
        """ "Do that" by what had to be done, "send it" by what was spoken of."""
        if verb(what) in _DOES and not objects(what) and self._needed and self._segments - self._needed_in < _FRESH:
            return self._needed
        return spelled_out(what, list(self._before))

    def _keep(self, new: Commitment, segment: CallSegment, *, agreed: bool) -> Promised | None:
        """Add it, or tell one that is there more closely; None where nothing is new."""
        if not agreed:
            new = replace(new, what=self._spelled_out(new.what))
        for index in reversed(range(len(self._kept))):
            old = self._kept[index]
            together = agreed and old.at_s == segment.end_s
            own_words = together and old.by == new.by and objects(new.what) and not _BESIDES.search(segment.text)
            if not (own_words or _same(old, new, together=together)):
                continue
            fuller = len(objects(new.what)) > len(objects(old.what))
            what = _in_both_words(new.what, old.what) if together else new.what if fuller else old.what
            merged = replace(old, what=what, kind=old.kind if old.kind != "task" else new.kind)
            if new.when:
                merged = replace(merged, when=new.when, due=new.due, whole_day=new.whole_day)
            self._kept[index] = merged
            return None if merged == old else Promised(segment.end_s, index, merged)
        if len(self._kept) >= _MOST or self._only_comes(new):
            return None
        self._kept.append(new)
        return Promised(segment.end_s, len(self._kept) - 1, self._kept[-1])


def _same(old: Commitment, new: Commitment, *, together: bool) -> bool:
    """Whether two are one promise: about the same, or "send it" soon behind or before what is sent."""
    if old.by != new.by:
        return False
    one, two = objects(old.what), objects(new.what)
    if one and two:
        both = len(one & two) / min(len(one), len(two))
        return both > 0.5 or (both == 0.5 and verb(old.what) == verb(new.what))
    near = abs(new.at_s - old.at_s) <= _NEAR_S
    return together or (near and (verb(old.what) == verb(new.what) or verb(new.what) in ("do", "get", "have")))


def _in_both_words(own: str, asked: str) -> str:
    """The words of who will do it, and behind them those it was asked for or offered in, where either alone does not
    tell it: "text it to you (give me the serial number)".
    """
    if not objects(own) and (verb(own) in _SAYS_NOTHING or verb(own) == verb(asked)):
        return asked
    return own if not objects(asked) or objects(own) & objects(asked) else f"{own} ({asked})"


def _words(when: str) -> set[str]:
    return set(when.lower().replace(",", " ").split()) - {"by", "on", "at", "the", "in", "before", "of", "say", "about"}


def _part_of(when: ToldTime, told: Commitment) -> bool:
    """Whether a time only says again, less closely, what was told: "Thursday, fine" to Thursday at nine."""
    return bool(_words(when.words) <= _words(told.when)) and bool(told.when)

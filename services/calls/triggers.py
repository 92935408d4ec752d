"""Triggers: when the condition of one comes true over what is heard, meant and measured."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.calls.base import SIDES, CallSegment, Meant, Side, Triggered
from services.calls.measures import Measures
from services.calls.spoken import sentences_of

MeasureName = Literal[
    "run_s", "share", "questions", "interruptions", "hesitations", "pace", "quiet_s", "elapsed_s", "left_s", "over_s"
]
"""What may be measured: talk of a side without a break, its share of all talk, its questions and so on, its words a
minute; silence that goes on, time on the call, time left of the planned one, time beyond it."""

OF_BOTH = ("quiet_s", "elapsed_s", "left_s", "over_s")
"""Measures that no side has by itself."""
_MOST_KEPT = 100
_SETTLED_S = 60.0
"""Talk before which shares and paces say nothing."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One condition, and what is whispered when it comes true."""

    name: str
    whisper: str
    """With fields in braces; empty: it is only told to programs."""
    side: Side | None = None
    """Whose words or measures count; None: either's."""
    meaning: str = ""
    words: tuple[re.Pattern[str], ...] = ()
    measure: MeasureName | None = None
    above: float | None = None
    below: float | None = None
    count: int = 1
    """So many times..."""
    within_s: float = 600.0
    """...within so long."""
    unless: tuple[str, ...] = ()
    """Not where one of these meanings (also `promise`) has been found in the call before."""
    cool_down_s: float = 120.0
    priority: int = 5
    """1 to 9; the higher goes first."""
    urgent: bool = False


class Triggers:
    """The triggers of one call."""

    def __init__(self, rules: Callable[[], Sequence[Trigger]], names: Mapping[Side, str]) -> None:
        """`rules`: those in force; they may change while a call goes on. `names`: of both sides."""
        self._rules, self._names = rules, names
        self._times: dict[tuple[str, Side | None], deque[float]] = {}
        self._fired: dict[str, float] = {}
        self._found: set[str] = set()

    def heard(self, segment: CallSegment, meant: Sequence[Meant], measures: Measures) -> list[Triggered]:
        """What a segment with these meanings sets off."""
        fired = []
        for rule in self._rules():
            here = [each for each in meant if each.meaning == rule.meaning]
            words = here[0].words if here else ""
            said = bool(here) or bool(rule.words and _says(segment, rule))
            side = here[0].side if here else segment.side  # a question is not of who passed over it
            if said and rule.side in (None, side) and self._enough(rule, segment.end_s):
                fired += self._fire(rule, segment.end_s, side, words, measures)
        self._found |= {each.meaning for each in meant}
        return fired

    def tick(self, now_s: float, measures: Measures) -> list[Triggered]:
        """What the measures set off by now."""
        fired = []
        for rule in self._rules():
            if rule.measure == "quiet_s" and now_s - self._fired.get(rule.name, -1e9) < measures.quiet_s(now_s):
                continue  # once in a silence: on hold nobody wants to hear it every minute
            if rule.measure and any(_holds(rule, measures, side, now_s) for side in _sides(rule)):
                fired += self._fire(rule, now_s, rule.side, "", measures)
        return fired

    def found(self, meaning: str) -> None:
        """Something else that `unless` may ask for: a promise, a question that was passed over."""
        self._found.add(meaning)

    def _enough(self, rule: Trigger, at_s: float) -> bool:
        times = self._times.setdefault((rule.name, rule.side), deque(maxlen=_MOST_KEPT))
        times.append(at_s)
        while times and at_s - times[0] > rule.within_s:
            times.popleft()
        return len(times) >= rule.count

    def _fire(self, rule: Trigger, at_s: float, side: Side | None, words: str, measures: Measures) -> list[Triggered]:
        if self._found & set(rule.unless) or at_s - self._fired.get(rule.name, -1e9) < rule.cool_down_s:
            return []
        self._fired[rule.name] = at_s
        fields = self._fields(rule, at_s, side, words, measures)
        return [Triggered(at_s, rule.name, side, rule.whisper.format_map(fields), rule.priority, rule.urgent)]

    def _fields(
        self, rule: Trigger, at_s: float, side: Side | None, words: str, measures: Measures
    ) -> Mapping[str, str]:
        measured = measures.at(at_s)
        value = next((_value(rule.measure, measures, side, at_s) for side in _sides(rule) if rule.measure), 0.0)
        return {
            "who": next(iter(self._names.get(side, "").split() if side else ()), "they"),
            "words": words,
            "count": str(len(self._times.get((rule.name, rule.side), ()))),
            "seconds": f"{value:.0f}",
            "minutes": f"{value / 60:.0f}",
            "percent": f"{100 * value:.0f}",
            "elapsed": f"{measured.elapsed_s / 60:.0f}",
        }


FIELDS = ("who", "words", "count", "seconds", "minutes", "percent", "elapsed")
"""What a whisper may have in braces."""


def _says(segment: CallSegment, rule: Trigger) -> bool:
    return any(pattern.search(sentence.text) for sentence in sentences_of(segment.text) for pattern in rule.words)


def _sides(rule: Trigger) -> tuple[Side, ...]:
    return (rule.side,) if rule.side else SIDES[:1] if rule.measure in OF_BOTH else SIDES


def _value(name: str | None, measures: Measures, side: Side, now_s: float) -> float:
    if name == "run_s":
        return measures.run_s(side)
    if name == "quiet_s":
        return measures.quiet_s(now_s)
    measured = measures.at(now_s)
    if name in OF_BOTH:
        left = measured.planned_s - measured.elapsed_s
        return {"elapsed_s": measured.elapsed_s, "left_s": left, "over_s": -left}[name]
    return float(getattr(measured.of(side), name or ""))


def _holds(rule: Trigger, measures: Measures, side: Side, now_s: float) -> bool:
    measured = measures.at(now_s)
    if rule.measure in ("left_s", "over_s") and not measured.planned_s:
        return False
    if rule.measure in ("share", "pace") and measured.owner.talk_s + measured.other.talk_s < _SETTLED_S:
        return False
    value = _value(rule.measure, measures, side, now_s)
    return (rule.above is None or value > rule.above) and (rule.below is None or value < rule.below)

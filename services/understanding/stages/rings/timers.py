"""Timers by what they are called: "pause the sprinkler", "beans go on", "is the laundry still going"; and set in few
words: "cookies in the oven, twelve minutes", "timer, forty five minutes, call it pages".

A name counts only where a timer of that name runs; "it" and "his timer" are the one spoken of last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Step
from services.understanding.conversation.memory import latest
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.times import minutes_or_more
from services.understanding.stages.rings.words import alarm_or_reminder, is_called, step_about, the_other
from services.understanding.vocabulary import VOCABULARY

_A_WHILE = r"(?: (?:for )?(?:a|one) (?:sec|second|moment|minute|bit|while))?"
_WHAT = r"(?P<what>[\w' -]{1,40}?)"
_MUCH = r"(?P<much>(?:[\w-]+ (?:more |and a half )?(?:seconds?|minutes?|mins?|hours?)|half an hour|[\w-]+))"
_ORDERS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (action, re.compile(form, re.IGNORECASE))
    for action, forms in {
        "timer.pause": (
            rf"(?:pause|hold|freeze|halt|interrupt) {_WHAT}{_A_WHILE}",
            rf"stop {_WHAT} for (?:a|one) (?:sec|second|moment|minute|bit|while)",
        ),
        "timer.resume": (
            rf"(?:resume|continue|unpause|restart|(?:go|carry) on with) {_WHAT}(?: again| now)?",
            rf"(?:let )?{_WHAT} (?:(?:go(?:es)?|run|carry|keep) on|(?:back )?on(?: again)?|can (?:go|run|carry) on"
            r"|continue)(?: again| now)?",
        ),
        "timer.cancel": (
            rf"(?:cancel|stop|kill|end|drop|scrap|delete|forget) {_WHAT}",
            rf"(?!(?:it|that|this|they|everything)\b){_WHAT}(?:'s| is| are)(?: all)? (?:done|ready|cooked|finished)"
            r"(?: early| now| already)*",
            rf"(?:we|i) (?:don't|no longer) need {_WHAT}(?: any ?more| any longer| now)?",
        ),
        "timer.query": (
            rf"(?:is|are|has|have) {_WHAT} (?:still )?(?:going|running|on|in|got (?:long|much))(?: left)?",
            rf"how (?:much|long)(?: time| longer)? (?:has|have|does|do) {_WHAT} (?:still )?(?:got|have|need)(?: left)?",
        ),
    }.items()
    for form in forms
)
_MORE = (
    re.compile(
        rf"{_WHAT} (?:can|could|may|should) (?:have|get|do with|stand) (?:another )?{_MUCH}(?: more| longer)?", re.I
    ),
    re.compile(rf"(?:give|let) {_WHAT}(?: have)? (?:another )?{_MUCH}(?: more| longer| extra)?", re.IGNORECASE),
    re.compile(rf"{_WHAT} (?:needs?|wants?|takes?) (?:another )?{_MUCH}(?: more| longer| extra)", re.IGNORECASE),
    re.compile(rf"{_WHAT} (?:needs?|wants?|could do with) another {_MUCH}(?: more| longer| extra)?", re.IGNORECASE),
    re.compile(rf"(?:make|leave|keep) {_WHAT} (?:on |in |for |another )*{_MUCH} (?:more|longer)", re.IGNORECASE),
    re.compile(
        rf"(?=.*\b(?:more|longer|extra|another)\b)(?:put |add )?(?:another )?{_MUCH}(?: more| longer| extra)*"
        rf" (?:on|for|to) (?!it$|that$){_WHAT}",
        re.IGNORECASE,
    ),
    re.compile(rf"add (?:another )?{_MUCH}(?: more)? (?:to|onto) (?!it$|that$){_WHAT}", re.IGNORECASE),
)
_LESS = re.compile(rf"(?:take|knock|cut) {_MUCH} off(?: {_WHAT})?", re.IGNORECASE)
_POINTS = re.compile(
    r"(?:it|that|this|them|those|he|she|they|him|her|(?:(?:the|that|this|my|his|her|their) )?(?:timer|one|countdown))",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?:(?:the|my|that) )?other(?: (?:one|timer|countdown))?", re.IGNORECASE)
_NOUN = re.compile(r"^(?:the|my|our|that|those|these|his|her|their)\s+|\s+(?:timer|one|countdown)$", re.IGNORECASE)

_BY_LENGTH = re.compile(
    r"(?:cancel|stop|kill|end|drop|scrap|delete|bin) (?:the |my )?(?P<long>[\w-]+(?:[ -](?:hour|minute|min))?) one",
    re.I,
)
""" "Kill the hour one", of several timers."""
_AN_HOUR = re.compile(r"^hour$", re.IGNORECASE)
_CARRIES_ON = re.compile(
    r"(?:carry|go|run|keep) (?:on|going)(?: with it)?|continue|resume|start (?:it )?again|let (?:it|them) (?:run|go)",
    re.I,
)


def by_name(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """What shall become of a timer that is named, or was spoken of last, or what is asked about it."""
    timers = [each for each in there if each.kind == "timer"]
    last = said.conversation.last
    if last and last.steps[-1].action == "timer.pause" and _CARRIES_ON.fullmatch(text):
        paused = _meant(said, timers, "it", "timer.resume")
        return step_about("timer.resume", paused) if paused else None
    if later := _later(said, there, text):
        return later
    if last and VOCABULARY[last.steps[-1].action].family == "timer" and (order := _BY_LENGTH.fullmatch(text)):
        told = minutes_or_more(_AN_HOUR.sub("an hour", order["long"]), said)
        return Step("timer.cancel", {"duration": told}) if told and len(timers) > 1 else None
    for action, form in _ORDERS if timers else ():
        if (found := form.fullmatch(text)) and (one := _meant(said, timers, found["what"], action)):
            return step_about(action, one)
    for form in _MORE if timers else ():
        found = form.fullmatch(text)
        long = minutes_or_more(found["much"].replace(" more ", " "), said) if found else ""
        if found and long and (one := _meant(said, timers, found["what"], "timer.adjust")):
            return step_about("timer.adjust", one, {"duration": long, "direction": "add"})
    less = _LESS.fullmatch(text) if timers else None
    long = minutes_or_more(less["much"], said) if less else ""
    one = _meant(said, timers, less["what"] or "it", "timer.adjust") if less and long else None
    return step_about("timer.adjust", one, {"duration": long, "direction": "remove"}) if one else None


def _later(said: Understanding, there: Sequence[Ringing], text: str) -> Step | None:
    """ "Give it another five", behind an alarm or a reminder: it rings so much later."""
    mine = alarm_or_reminder(said, there)
    for form in _MORE if mine else ():
        found = form.fullmatch(text)
        if mine and found and _POINTS.fullmatch(found["what"]) and (long := minutes_or_more(found["much"], said)):
            return step_about(f"{mine.kind}.update", mine, {"duration": long, "direction": "later"})
    return None


def _meant(said: Understanding, timers: Sequence[Ringing], words: str, action: str) -> Ringing | None:
    """The timer of this name; for "it" the one spoken of last, if timers were, or the only one that can be paused."""
    if _POINTS.fullmatch(words):
        last = said.conversation.last
        behind = last is not None and VOCABULARY[last.steps[-1].action].family == "timer"
        mention = latest(said.conversation, ("timer",)) if behind else None
        mine = [each for each in timers if mention and each.id == mention.id]
        noun = words.lower().endswith(("timer", "countdown"))
        own = noun or (behind and action in ("timer.pause", "timer.resume", "timer.adjust", "timer.query"))
        alone = timers if len(timers) == 1 and own else []
        return next(iter(mine or alone), None) if behind or noun else None
    if _OTHER.fullmatch(words):
        return the_other(said, timers)
    name = _NOUN.sub("", words)
    named = [each for each in timers if each.name and is_called(each.name, name)]
    return named[0] if len(named) == 1 else None

"""What is asked of what runs or is to ring: "how long for the dumplings", "and the rice's how far", "what's still
running", "which ones are set now", "when do I give him his next pill".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from services.understanding.base import Step
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.picked import which
from services.understanding.stages.rings.words import bare, head_of, is_called, step_about, the_other
from services.understanding.stages.tasks.titles import fitting
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import word_set

_THE = r"(?:(?:the|my|our|those|these|them|that|this)\s+)?"
_HOW_LONG = re.compile(
    r"(?:how long|how far(?: along)?|how much(?: time| longer)?|how many minutes|what(?:'s| is| has) left|time"
    r"(?: left)?)(?:'s|'ve)?"
    r"(?:\s+(?:is|are|has|have|does|do|did|left|more|to go|still|till|until|before|for|on|in|with|of))*"
    rf"\s+{_THE}(?P<name>(?!me\b|i\b|we\b|you\b|us\b)[\w' -]{{1,40}}?)"
    r"(?:\s+(?:got|have|has|left|needs?|takes?|still|to go|got left|for|is|are|be|ready|done|finished|run|running|stay"
    r"|in|go|going|goes off|rings?|up))*",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"(?:how long|how much (?:time|longer)|how many minutes|time(?= left| more| to go))"
    r"(?: is|'s| do i have| do we have| have i got)?(?: still)?(?: left| more| to go| now)*",
    re.IGNORECASE,
)
_HOW_IS = re.compile(
    rf"how(?:'s|'re| is| are) {_THE}(?P<name>[\w' -]{{1,40}}?)"
    r" (?:doing|coming along|coming on|getting on|getting along|looking|going)"
    rf"|(?:is|are) {_THE}(?P<ready>[\w' -]{{1,40}}?) (?:ready|done|finished|up|cooked|over|through|set|dry)"
    rf"|when(?:'s| is| are| will| do| does) {_THE}(?P<when>[\w' -]{{1,40}}?) (?:be |come |get )?(?:ready|done|finished"
    r"|up|out|off|over|cooked)",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    rf"{_THE}(?P<name>[\w' -]{{1,40}}?)(?:\s*,\s*|'s |'re | is | are )(?:how"
    r"(?: long| far)?|how much(?: time| longer)?|what's left|time left)"
    r"(?: left| still| more| to go| now| has it got| have they got| is left| does it need| is it)*",
    re.IGNORECASE,
)
_AND_THAT = re.compile(rf"(?:(?:what about|how about) )?{_THE}(?P<name>[\w' -]{{1,40}}?)", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:and|what about|how about)\b", re.IGNORECASE)
_NOON = 12
_ASKS = word_set("anything what what's which any are is how so tell read show")
_ON_IT = re.compile(r"\bhow (?:long|much longer)\b.*\b(?:on|for|got|left|need|needs)\b", re.IGNORECASE)
_IT = word_set("it that this they them left there")
_ALL = ("everything", "all of them", "they all", "all", "each", "each of them", "all the timers", "timers")
_TO_DO = re.compile(
    r"(?:when|what time|at what time)(?:'s)?(?: (?:am|are|is|was|did|do|have|had|it|that|should|shall))* (?:i|we)"
    r"(?: (?:am|was|have|had|need|needed|meant|mean|supposed|wanted|want|going|gonna|should|to|get|be))*"
    r" (?P<title>.+)",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:did i (?:ask|want|have|say)|what did i (?:ask|want|have)|what was (?:it|that)(?: that)? i|what am i|what was i"
    r"|was there|is there|what(?:'s| is) (?:it|that) i)"
    r"(?: (?:you|for|to|be|reminded|of|do|something|anything|a reminder|had|have|wanted|want|needed|meant|supposed))*"
    r" (?P<when>(?:at |on |this |tonight|tomorrow|today).*)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:when(?:'s| is)|what(?:'s| is)) the (?:next|first)(?: one| time)?(?: going off| due)?"
    r"|when(?:'s| is| does| will) (?:that|it|this) (?:(?:ring|go off|be|come|due|for) )*(?:the )?(?:first|next)"
    r"(?: time)?",
    re.IGNORECASE,
)


_WHICH_RUN = word_set("""anything else what what's which which's any are is there ones one still all now left on to go
    have has i we do did got the my again at moment then so many how tell me show read""")
_RUNS = word_set("running going ticking")
_KINDS = {kind + many: kind for kind in ("timer", "alarm", "reminder") for many in ("", "s")}
_REMINDED = re.compile(
    r"what(?:'s| is| was| were| are| will| did| do| am| should)?(?: (?:it|that|i|you|we|the thing|is|are|was|be|to|have"
    r"|had|want|wanted|going|gonna|supposed|asked|say))* remind(?:ed|ing)?(?: me| us)? (?:of|about|to do)(?P<when>.*)",
    re.IGNORECASE,
)
_IS_SET = re.compile(
    r"(?:did|have|do|is|was|'ve)(?: (?:i|we|you|there))?(?: ever| already| actually| really)*"
    r" (?:set|set up|made|make|have|put in|got)?\s*(?:a|the|that|my|any) reminder (?:for|about|to|on|of) (?P<title>.+?)"
    r"(?: set| already| yet| in)*",
    re.IGNORECASE,
)


def asked(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """What is left of a timer, when a reminder rings, or which there are."""
    return _which_run(said, there, text) or _time_left(said, there, text) or _of_reminders(said, there, text)


def _which_run(said: Understanding, there: Sequence[Ringing], text: str) -> Step | None:
    """ "What's still running", of timers; "which ones are set now", of what was spoken of last."""
    times = find(text, said.now, said.house)
    when = text[times[-1].span[0] : times[-1].span[1]] if times and times[-1].span[1] == len(text) else ""
    words = re.findall(r"[\w'-]+", text[: len(text) - len(when)].lower())
    told = [_KINDS[word] for word in words if word in _KINDS]
    if words[:1] and words[-1] in ("for", "at", "on") and when:
        words = words[:-1]
    runs = bool(_RUNS & set(words))
    if not words or words[0] not in _ASKS or not set(words) <= _WHICH_RUN | _RUNS | _KINDS.keys() | {"set"}:
        return None
    last = said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    points = bool({"which", "ones"} & set(words)) or "set" in words
    kind = told[0] if len(told) == 1 else "timer" if runs and family != "job" else family if points else ""
    if kind not in ("timer", "alarm", "reminder") or not any(each.kind == kind for each in there):
        return None
    if not (runs or "set" in words or "left" in words or "ones" in words or "which" in words):
        return None
    return Step(f"{kind}.query", {"when": when} if when and kind != "timer" else {})


def _time_left(said: Understanding, there: Sequence[Ringing], text: str) -> Step | None:
    timers, head = [each for each in there if each.kind == "timer"], head_of(said)
    mine = next((each for each in timers if head and each.id == head[1]), None)
    found = (
        _HOW_LONG.fullmatch(text)
        or _HOW_IS.fullmatch(text)
        or _NAME_FIRST.fullmatch(text)
        or (_AND_THAT.fullmatch(text) if mine and _GOES_ON.match(said.text) else None)
    )
    if _LEFT.fullmatch(text) and timers:
        return step_about("timer.query", mine or timers[0]) if mine or len(timers) == 1 else Step("timer.query")
    if not found or not timers:
        return None
    name = next((part for part in found.groups() if part), "")
    return _named_one(said, timers, mine, name)


def _named_one(said: Understanding, timers: Sequence[Ringing], mine: Ringing | None, name: str) -> Step | None:
    """What is left of the timer of that name, or of all."""
    if name.lower() in _ALL:
        return Step("timer.query")
    if name.lower() in ("timer", "countdown"):
        return step_about("timer.query", mine or timers[0]) if mine or len(timers) == 1 else Step("timer.query")
    if name.lower() in _IT:
        one = mine
    elif name.lower() in ("other", "other one", "other timer") and (other := the_other(said, timers)):
        one = other
    else:
        named = [each for each in timers if each.name and is_called(each.name, name)]
        one = which(said, timers, name, any_family=True) or (named[0] if len(named) == 1 else None)
    return step_about("timer.query", one) if one else None


def only_timer(said: Understanding) -> Step | None:
    """ "How long for the dumplings", of the only timer, which has no name."""
    timers = [each for each in said.directory.ringing() if each.kind == "timer"]
    if len(timers) != 1 or (timers[0].name and not _ON_IT.search(said.text)):
        return None
    plain = bare(said.text)
    return step_about("timer.query", timers[0]) if _HOW_LONG.fullmatch(plain) or _HOW_IS.fullmatch(plain) else None


def _of_reminders(said: Understanding, there: Sequence[Ringing], text: str) -> Step | None:
    reminders = [each for each in there if each.kind == "reminder"]
    if reminders and (reminded := _REMINDED.fullmatch(text)):
        when = reminded["when"].strip()
        if re.fullmatch(r"in the morning", when, re.IGNORECASE) and said.now.hour >= _NOON:
            when = "tomorrow morning"
        return Step("reminder.query", {"when": when} if when else {}) if not when or find(when, said.now) else None
    if is_set := _IS_SET.fullmatch(text):
        named = [each for each in reminders if is_called(each.name, is_set["title"])]
        return step_about("reminder.query", named[0]) if len(named) == 1 else None
    return _when_asked(said, reminders, text)


def _when_asked(said: Understanding, reminders: Sequence[Ringing], text: str) -> Step | None:
    head = head_of(said)
    mine = next((each for each in reminders if head and each.id == head[1]), None)
    if mine and _NEXT.fullmatch(text):
        return step_about("reminder.query", mine)
    if to_do := _TO_DO.fullmatch(text):
        title = re.sub(r"\bnext\b", "", to_do["title"])
        named = [each for each in reminders if is_called(each.name, title)] or _by_its_last_word(said, reminders, title)
        return step_about("reminder.query", named[0]) if len(named) == 1 else None
    if asked_for := _ASKED_FOR.fullmatch(text):
        found = find(asked_for["when"], said.now, said.house)
        at = found[0].start if found else None
        half_day = timedelta(hours=12)
        for due in (at, at - half_day, at + half_day) if at else ():
            if then := [each for each in reminders if each.due == due]:
                return step_about("reminder.query", then[0]) if len(then) == 1 else None
    return None


def _by_its_last_word(said: Understanding, reminders: Sequence[Ringing], words: str) -> list[Ringing]:
    """Those of whose name the last word is: "give him his pill", of the heart pill; if nothing else is called so."""
    thing = words.split()[-1:]
    others = (
        kind for kind in ("task", "meeting", "project") if fitting(said.directory.titles(), " ".join(thing), kind)
    )
    if not thing or thing[0].lower() in _IT or next(others, None):
        return []
    return [each for each in reminders if is_called(each.name, thing[0])]

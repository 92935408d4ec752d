"""What is said in few words of what runs or is to ring: "how long for the dumplings", "kill it, they're burning",
"thirty, they're frozen", "better ten past".

Only what the store has running or is to ring counts, so that the same words about other things are left to the later
stages. Behind the order may stand why it is given, which is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.understanding.base import Command, Step
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.timers import by_name
from services.understanding.stages.rings.times import (
    POINTED,
    adjusted,
    again,
    moved,
    one_of_them,
    placed,
    put_right,
    rather_in,
)
from services.understanding.stages.rings.words import (
    LONGEST,
    SURE,
    alarm_or_reminder,
    bare,
    head_of,
    is_called,
    last_order,
    shares_word,
    step_about,
    the_other,
    with_reasons,
)
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import word_set

_THE = r"(?:(?:the|my|our|those|these|them|that|this)\s+)?"
_ENDS_IT = re.compile(
    r"(?P<verb>stop|kill|cancel|end|scrap|drop|bin|strike|turn off|switch off|shut off|delete|remove|call off)"
    r" (?P<what>it|that|this|them|that one|this one"
    r"|(?:the|that|this|my) (?P<noun>timer|alarm|reminder|countdown|clock))"
    r"(?: (?P<about>(?:about|for|of) (?:it|that|this|him|her|them)))?(?: off)?",
    re.IGNORECASE,
)
_AND_THE = re.compile(
    r"(?:the|that|my) (?P<noun>timer|alarm|reminder)(?: (?:about|for|of) (?:it|that|this|him|her|them))?"
    r"(?P<when> .+?)? (?:too|as well|also)",
    re.IGNORECASE,
)
"""Behind something that was cancelled."""
_PLAIN = ("stop", "cancel")
"""Said alone with "it" these are reserved, or stages/short.py is for them."""
_NOUNS = {"countdown": "timer", "clock": "timer"}
_HOW_LONG = re.compile(
    r"(?:how long|how much (?:time|longer)|how many minutes|what(?:'s| is) left|time(?: left)?)(?:'s|'ve)?"
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
    rf"|when(?:'s| is| are| will) {_THE}(?P<when>[\w' -]{{1,40}}?) (?:be )?(?:ready|done|finished|up|out|over|cooked)",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    rf"{_THE}(?P<name>[\w' -]{{1,40}}?)\s*,\s*(?:how(?: long)?|how much(?: time| longer)?|what's left|time left)"
    r"(?: left| still| more| to go| now| has it got| have they got| is left| does it need| is it)*",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?P<verb>cancel|delete|stop|kill|drop|remove|scrap) (?:the )?other(?: one| alarm| reminder)?", re.I
)
_AND_THAT = re.compile(rf"(?:(?:what about|how about) )?{_THE}(?P<name>[\w' -]{{1,40}}?)", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:and|what about|how about)\b", re.IGNORECASE)
_IT = word_set("it that this they them left there")
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
_SET_TO = re.compile(
    r"(?:put|set|turn|make|get|have) (?:the|my|that|this) (?:wake[- ]up )?alarm (?:clock )?(?:back |forward )?"
    r"to (?!wake|ring|go)(?P<when>.+)",
    re.IGNORECASE,
)
_SHORT = 3
"""Words."""
_ON_IT = re.compile(r"\bhow (?:long|much longer)\b.*\b(?:on|for|got|left|need|needs)\b", re.IGNORECASE)
_REMINDER = re.compile(
    r"(?:please )?(?:(?:set|make|create|add|put in|give me) )?(?:me )?(?:an? )?(?:new )?(?:reminder|remind (?:me|us))"
    r"(?: for)?,? (?P<when>[^:]{3,40}(?::\d\d)?[^:]{0,20}):\s+(?P<title>.{3,})",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?P<lead>(?:(?:please|set|make|create|an?|new|another|my)\s+)*(?:alarm|wake me(?: up)?)\s+(?:(?:at|for|to)\s+)?)"
    r"(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)\b(?!:)",
    re.IGNORECASE,
)


def rings(said: Understanding) -> Understanding | None:
    """What is asked or ordered of it in few words."""
    if said.told or len(said.text) > LONGEST or not (there := said.directory.ringing()):
        return None
    told = bare(said.text)
    lead, order = last_order(told)
    step = moved(said, there, order, lead) if order.lower().startswith(POINTED) else None
    step = step or (put_right(said, lead, order) if order else None)
    if step:
        return said.found(Command(said.text, (step,), SURE, "template"), "talk")
    for text, reason in with_reasons(told):
        for read in (_ended, _asked, _set_to, rather_in, adjusted, again, moved, one_of_them, by_name):
            if step := read(said, there, text, reason):
                return said.found(Command(said.text, (step,), SURE, "template"), "talk")
    step = _ended(said, there, order, lead) if order and _leads(lead, there) else None
    step = step or (by_name(said, there, order, lead) if order else None)
    return said.found(Command(said.text, (step,), SURE, "template"), "talk") if step else None


def _set_to(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "Put the alarm to half six": the only one there is, or the one that was spoken of last."""
    order, alarms = _SET_TO.fullmatch(text), [each for each in there if each.kind == "alarm"]
    mine = alarms[0] if len(alarms) == 1 else alarm_or_reminder(said, alarms)
    at = placed(said, mine, order["when"]) if order and mine else None
    return step_about("alarm.update", mine, {"when": at}) if mine and at else None


def marked_reminder(said: Understanding) -> Understanding | None:
    """ "Set a reminder for Friday 9 am: tell Ben that they come at three": what is behind the colon is its title."""
    made = None if said.told else _REMINDER.fullmatch(said.text.strip())
    found = find(made["when"], said.now, said.house) if made else []
    if made is None or len(found) != 1 or found[0].span[1] < len(made["when"].rstrip()):
        return None
    slot = "recurrence" if found[0].kind == "recurrence" else "when"
    step = Step("reminder.create", {slot: made["when"], "title": made["title"].rstrip(" .")})
    return said.found(Command(said.text, (step,), SURE, "template"))


def digits(said: Understanding) -> Understanding | None:
    """ "Alarm 630 weekdays": digits of a clock without their mark."""
    if said.told or not (clock := _DIGITS.match(said.text)):
        return None
    command = said.read(f"{clock['lead']}{clock['hour']}:{clock['minute']}{said.text[clock.end() :]}")
    ours = len(command.steps) == 1 and command.steps[0].action == "alarm.create"
    return said.found(replace(command, text=said.text)) if ours else None


def only_one(said: Understanding) -> Understanding | None:
    """ "How long for the dumplings", of the only timer, which has no name; for what means nothing else."""
    timers = [each for each in said.directory.ringing() if each.kind == "timer"]
    if said.told or len(said.text) > LONGEST or len(timers) != 1:
        return None
    if timers[0].name and not _ON_IT.search(said.text):
        return None
    if not (_HOW_LONG.fullmatch(plain := bare(said.text)) or _HOW_IS.fullmatch(plain)):
        return None
    step = step_about("timer.query", timers[0])
    return said.found(Command(said.text, (step,), SURE, "template"), "talk")


def _ended(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Kill it, they're burning", "and the reminder about it, too"."""
    if (also := _AND_THE.fullmatch(text)) and _has_ended(said):
        return _cancelled(said, there, also["noun"].lower(), reason, (also["when"] or "").strip())
    head = head_of(said)
    if _OTHER.fullmatch(text) and head and head[0] in ("alarm", "reminder"):
        other = the_other(said, [each for each in there if each.kind == head[0]])
        return step_about(f"{head[0]}.cancel", other) if other else None
    order = _ENDS_IT.fullmatch(text)
    if order is None:
        return None
    verb, noun = order["verb"].lower(), (order["noun"] or "").lower()
    if noun:
        told_by_templates = not reason and not order["about"] and verb != "strike"
        return None if told_by_templates else _cancelled(said, there, _NOUNS.get(noun, noun), reason)
    if not reason and verb in _PLAIN:
        return None
    return _stopped(said, there, verb)


def _leads(lead: str, there: Sequence[Ringing]) -> bool:
    """Whether what is said before an order is of what rings, or of nothing: "sent it. kill that"."""
    return len(lead.split()) <= _SHORT or any(shares_word(each.name, [lead]) for each in there) or "him" in lead.split()


def _stopped(said: Understanding, there: Sequence[Ringing], verb: str) -> Step | None:
    """What was spoken of last; where that rings already, it is quiet."""
    head = head_of(said)
    if head is None or head[0] not in ("timer", "alarm", "reminder"):
        return None
    if meant := next((each for each in there if each.id == head[1]), None):
        return step_about(f"{meant.kind}.cancel", meant)
    return Step("control.stop") if head[0] != "reminder" and verb in ("stop", "kill") else None


def _has_ended(said: Understanding) -> bool:
    last = said.conversation.last
    return last is not None and "delete" in VOCABULARY[last.steps[-1].action].alike


def _cancelled(said: Understanding, there: Sequence[Ringing], kind: str, reason: str, when: str = "") -> Step | None:
    """The one of this kind that is meant; where that is not clear, the action asks."""
    some = [each for each in there if each.kind == kind]
    if not some:
        return None
    spoken_of = [mention.name for mention in said.conversation.mentions if mention.kind != kind][:2]
    head = head_of(said)
    meant = [each for each in some if head and each.id == head[1]] or [
        each for each in some if shares_word(each.name, [*spoken_of, reason])
    ]
    if len(meant) == 1 and not when:
        return step_about(f"{kind}.cancel", meant[0])
    return Step(f"{kind}.cancel", {"when": when} if when else {})


def _asked(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """What is left of a timer, or when a reminder rings."""
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
    if found and timers:
        name = next((part for part in found.groups() if part), "")
        if name.lower() in _IT:
            return step_about("timer.query", mine) if mine else None
        if name.lower() in ("other", "other one", "other timer") and (other := the_other(said, timers)):
            return step_about("timer.query", other)
        named = [each for each in timers if each.name and is_called(each.name, name)]
        if len(named) == 1:
            return step_about("timer.query", named[0])
    return _when_asked(said, [each for each in there if each.kind == "reminder"], text)


def _when_asked(said: Understanding, reminders: Sequence[Ringing], text: str) -> Step | None:
    head = head_of(said)
    mine = next((each for each in reminders if head and each.id == head[1]), None)
    if mine and _NEXT.fullmatch(text):
        return step_about("reminder.query", mine)
    if to_do := _TO_DO.fullmatch(text):
        named = [each for each in reminders if is_called(each.name, to_do["title"])]
        return step_about("reminder.query", named[0]) if len(named) == 1 else None
    if asked_for := _ASKED_FOR.fullmatch(text):
        found = find(asked_for["when"], said.now, said.house)
        at = found[0].start if found else None
        half_day = timedelta(hours=12)
        for due in (at, at - half_day, at + half_day) if at else ():
            if then := [each for each in reminders if each.due == due]:
                return step_about("reminder.query", then[0]) if len(then) == 1 else None
    return None

"""What is said in few words of what runs or is to ring: "how long for the dumplings", "kill it, they're burning",
"thirty, they're frozen", "better ten past".

Only what the store has running or is to ring counts, so that the same words about other things are left to the later
stages. Behind the order may stand why it is given, which is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.asked import asked, only_timer
from services.understanding.stages.rings.picked import picked, rings_on
from services.understanding.stages.rings.timers import by_name
from services.understanding.stages.rings.times import (
    POINTED,
    adjusted,
    again,
    moved,
    placed,
    put_right,
    rather_in,
)
from services.understanding.stages.rings.words import (
    LONGEST,
    SURE,
    alarm_or_reminder,
    bare,
    by_it,
    head_of,
    last_order,
    shares_word,
    step_about,
    the_other,
    with_reasons,
)
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_ENDS_IT = re.compile(
    r"(?:(?:turn|switch|shut) (?:it|that|this)(?: one| again)* off"
    r"|(?:never mind|forget|leave) (?:that|this) one"
    r"|(?P<verb>stop|kill|cancel|end|scrap|drop|bin|strike|turn off|switch off|shut off|delete|remove|call off)"
    r" (?P<what>it|that|this|them|that one|this one"
    r"|(?:the|that|this|my) (?P<noun>timer|alarm|reminder|countdown|clock))"
    r"(?: (?P<about>(?:about|for|of) (?:it|that|this|him|her|them)))?(?: off)?)",
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
_OTHER = re.compile(
    r"(?P<verb>cancel|delete|stop|kill|drop|remove|scrap) (?:the )?other(?: one| alarm| reminder)?", re.I
)
_NOT_THAT = re.compile(
    r"(?P<verb>cancel|delete|stop|kill|drop|remove|scrap) (?:it|that|this)(?: one)?[\s,.]+(?:no|wait|oh)?[\s,.]*"
    r"not (?:that|this)(?: one)?[\s,.]+(?:but )?the other(?: one)?[\s.!]*",
    re.I,
)
""" "Stop it, no not that one, the other"."""
_SET_TO = re.compile(
    r"(?:put|set|turn|make|get|have) (?:the|my|that|this) (?:wake[- ]up )?alarm (?:clock )?(?:back |forward )?"
    r"to (?!wake|ring|go)(?P<when>.+)",
    re.IGNORECASE,
)
_SHORT = 3
"""Words."""
_NO = re.compile(r"(?:no|nope|nah)[.,!]\s+", re.IGNORECASE)
_NEW = re.compile(
    r"(?:an? |new |another )*(?:alarm|timer|reminder|remind me)(?: then)?(?: (?:at|for) .+)?", re.IGNORECASE
)
_MARK = re.compile(r"[,.;]\s+(?!(?:and|then|no|but|not)\b)", re.IGNORECASE)
_WHY = re.compile(
    r"[,.;]\s+(?:because |since |as |for )?(?:i|we|he|she|they|[\w']+)(?:'ve| have| has|'s)? (?:got to|have to|has to"
    r"|need to|needs to|must|should|want to|wants to)\b(?! (?:remember|remind))[^,.;]*[.!]?$",
    re.IGNORECASE,
)
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
    step = picked(said, there, told, "")
    step = step or (moved(said, there, order, lead) if order.lower().startswith(POINTED) else None)
    step = step or (put_right(said, lead, order) if order else None)
    if step:
        return said.found(Command(said.text, (step,), SURE, "template"), "talk")
    if no := _NO.match(told):
        for text, reason in with_reasons(told[no.end() :]):
            if step := moved(said, there, text, reason or no.group()):
                return said.found(Command(said.text, (step,), SURE, "template"), "talk")
    for text, reason in with_reasons(told):
        for read in (_ended, asked, _set_to, rather_in, rings_on, adjusted, again, moved, picked, by_name):
            if step := read(said, there, text, reason):
                return said.found(Command(said.text, (step,), SURE, "template"), "talk")
    step = _ended(said, there, order, lead) if order and _leads(lead, there) else None
    for read in (picked, by_name) if order and not step else ():
        step = step or read(said, there, order, lead)
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


def terse(said: Understanding) -> Understanding | None:
    """ "Alarm. Six. Morning": a new one, told in words that stop after each."""
    pieces = [piece.strip() for piece in re.split(r"[.!,;]\s*", said.text) if piece.strip()]
    if len(pieces) > 2 and len(pieces[0].split()) <= _SHORT and _NEW.fullmatch(pieces[1]):
        pieces = pieces[1:]  # "useless. Alarm then, a quarter to five"
    few = len(pieces) > 1 and all(len(re.sub(r" [ap] m$", "", each).split()) <= _SHORT for each in pieces)
    if said.told or not few or not _NEW.fullmatch(pieces[0]):
        return None
    pieces[0] = pieces[0].removesuffix(" then")
    words = re.sub(r"(?<!the) (morning|evening|afternoon)$", r" in the \1", " ".join(pieces), flags=re.IGNORECASE)
    for text in (words, f"{pieces[0]} for {words.split(maxsplit=1)[1]}" if len(pieces[0].split()) == 1 else words):
        command = said.read_plainly(text)
        if len(command.steps) == 1 and command.confidence >= SURE and VOCABULARY[command.steps[0].action].makes:
            return said.found(replace(command, text=said.text))
    return None


def with_why(said: Understanding) -> Understanding | None:
    """ "Set an alarm for ten to three, I have to fetch Finn", "turn yourself right down, Tom's at the door": why it is
    said is no order of its own.
    """
    begun = _WHY.search(said.text) or _MARK.search(said.text)
    if said.told or begun is None or len(said.text) > LONGEST:
        return None
    command = said.read_plainly(said.text[: begun.start()])
    action = command.steps[0].action if len(command.steps) == 1 else ""
    harmless = action in ("control.volume", "control.mute") and not said.read_plainly(said.text[begun.end() :]).steps
    rings_alone = action in ("alarm.create", "timer.start") and begun.re is _WHY
    return (
        said.found(replace(command, text=said.text))
        if (rings_alone or harmless) and command.confidence >= SURE
        else None
    )


def digits(said: Understanding) -> Understanding | None:
    """ "Alarm 630 weekdays": digits of a clock without their mark."""
    if said.told or not (clock := _DIGITS.match(said.text)):
        return None
    command = said.read(f"{clock['lead']}{clock['hour']}:{clock['minute']}{said.text[clock.end() :]}")
    ours = len(command.steps) == 1 and command.steps[0].action == "alarm.create"
    return said.found(replace(command, text=said.text)) if ours else None


def only_one(said: Understanding) -> Understanding | None:
    """What is asked of the only timer, for what means nothing else."""
    step = None if said.told or len(said.text) > LONGEST else only_timer(said)
    return said.found(Command(said.text, (step,), SURE, "template"), "talk") if step else None


def _ended(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Kill it, they're burning", "and the reminder about it, too"."""
    if (also := _AND_THE.fullmatch(text)) and _has_ended(said):
        return _cancelled(said, there, also["noun"].lower(), reason, (also["when"] or "").strip())
    head = head_of(said)
    not_that = _NOT_THAT.fullmatch(said.text.strip())
    if head and (not_that or (_OTHER.fullmatch(text) and head[0] in ("alarm", "reminder"))):
        other = the_other(said, [each for each in there if each.kind == head[0]])
        return step_about(f"{head[0]}.cancel", other) if other else None
    order = _ENDS_IT.fullmatch(text)
    if order is None or (not order["verb"] and not _has_set_one(said)):
        return None  # "turn it off" is said of what rings, too
    verb, noun = (order["verb"] or "kill").lower(), (order["noun"] or "").lower()
    if noun:
        told_by_templates = not reason and not order["about"] and verb != "strike"
        return None if told_by_templates else _cancelled(said, there, _NOUNS.get(noun, noun), reason)
    if not reason and verb in _PLAIN and not (order["what"] or "").lower().endswith(" one"):
        return None
    return _stopped(said, there, verb, reason)


def _leads(lead: str, there: Sequence[Ringing]) -> bool:
    """Whether what is said before an order is of what rings, or of nothing: "sent it. kill that"."""
    return len(lead.split()) <= _SHORT or any(shares_word(each.name, [lead]) for each in there) or "him" in lead.split()


def _stopped(said: Understanding, there: Sequence[Ringing], verb: str, reason: str) -> Step | None:
    """What was spoken of last, or is named beside the order; where that rings already, it is quiet."""
    head, meant = head_of(said), by_it(said, there, reason)
    if meant:
        return step_about(f"{meant.kind}.cancel", meant)
    if head is None or head[0] not in ("timer", "alarm"):
        return None
    return Step("control.stop") if verb in ("stop", "kill") else None


def _has_set_one(said: Understanding) -> bool:
    last = said.conversation.last
    action = VOCABULARY[last.steps[-1].action] if last else None
    return action is not None and action.writes and action.family in ("timer", "alarm", "reminder")


def _has_ended(said: Understanding) -> bool:
    last = said.conversation.last
    return last is not None and "delete" in VOCABULARY[last.steps[-1].action].alike


def _cancelled(said: Understanding, there: Sequence[Ringing], kind: str, reason: str, when: str = "") -> Step | None:
    """The one of this kind that is meant; where that is not clear, the action asks."""
    some = [each for each in there if each.kind == kind]
    if not some:
        return None
    spoken_of = [mention.name for mention in said.conversation.mentions if mention.kind != kind][:2]
    meant = [one] if (one := by_it(said, some, reason)) else []
    meant = meant or [each for each in some if shares_word(each.name, spoken_of)]
    if len(meant) == 1 and not when:
        return step_about(f"{kind}.cancel", meant[0])
    return Step(f"{kind}.cancel", {"when": when} if when else {})

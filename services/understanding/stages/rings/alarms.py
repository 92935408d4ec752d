"""Alarms told and asked of as people do: "alarms for five and half five on Saturday", "when do I get up on Sunday",
"Saturday I don't need one at all"; and of all that comes again: "except Friday".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.words import LONGEST, SURE, bare, with_reasons
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_DAY = (
    r"(?:tomorrow|today|tonight|the day after tomorrow"
    r"|(?:next |this |on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
    r"(?: morning| evening)?"
)
_SETS = re.compile(
    r"(?:(?:set|make|put|create|add|i need|i want|give me)\s+(?:me\s+)?(?:(?:an?|two|three|the|some)\s+)?alarms?"
    r"|alarms?|wake me(?: up)?)\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_ONE_MORE = re.compile(
    r"(?:and|plus) (?:then )?(?P<rest>[^,?]+?)(?:,? (?:as (?:usual|always|well|ever)|too|again|please))*[.!]*",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:then|also|another|one|for|at|on)\s+)+", re.IGNORECASE)
_DAY_IN = re.compile(rf"(?:^|\s)(?:on |for )?(?P<day>{_DAY})(?=\s|$)", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"(?:(?:just|only) )?(?P<but>except(?: for)?|but not|apart from|not) (?P<days>(?:on |at |over )?(?:the )?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?:,? and |, | or )?)+)(?: though)?"
    r"|(?:(?:but|and|just|only) )*(?:skip|leave out|not) (?:it )?(?:on )?(?P<once>today|tomorrow|tonight"
    r"|(?<=skip )(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?: though| please)*",
    re.IGNORECASE,
)
_GETS_UP = re.compile(
    r"(?:so |and )?(?:when|what time|at what time) (?:do|am|will|must|have|should) i"
    r" (?:(?:have|got|need|supposed|going)"
    rf" to |to )?(?:get up|be up|wake up|wake|getting up|be woken)(?: (?P<when>(?:on )?{_DAY}))?(?: again| now)*"
    rf"|(?:when|what time)(?:'s| is| does| do| are)? (?:the|my) alarms?(?: set| go off| go| ring)?(?: for)?"
    rf"(?: (?P<day>(?:on )?{_DAY}))?",
    re.IGNORECASE,
)
_STILL_ON = re.compile(
    rf"(?:is|are|have i got) (?:the (?:one|alarm) )?(?:for )?(?P<when>{_DAY})(?:['’]s)?(?: one| alarm)?"
    r"(?: still)?(?: on| set| there| in| going)(?: still)?",
    re.IGNORECASE,
)
_NEXT = re.compile(r"when(?:'s| is| does| will) (?:the )?next (?:one|alarm)?(?: go off| ring| due)?", re.IGNORECASE)
_NOT_NEEDED = re.compile(
    rf"(?:for )?(?P<first>(?:on )?{_DAY})[\s,]+(?:i|we) (?:don't|won't|no longer) need (?P<one>one|any|an alarm)"
    r"(?: at all| any ?more)?"
    rf"|(?:i|we) (?:don't|won't|no longer) need (?P<any>one|any|an alarm)(?: at all)? (?:for |on )?(?P<last>{_DAY})"
    r"(?: at all| any ?more)?",
    re.IGNORECASE,
)


def alarms(said: Understanding) -> Understanding | None:
    """Several alarms at once, or what is asked or put right of them behind one."""
    if said.told or len(said.text) > LONGEST:
        return None
    text = bare(said.text)
    steps = _several(said, text) or _and_then(said)
    if not steps and (one := _left_out(said, text) or _asked(said, text) or _not_needed(said)):
        steps = [one]
    return said.found(Command(said.text, tuple(steps), SURE, "template"), "talk") if steps else None


def _several(said: Understanding, text: str) -> list[Step]:
    """ "At seven tomorrow, and at eight on Saturday and Sunday": each with its hour and its day."""
    sets = _SETS.fullmatch(text)
    told = [_hour_and_day(said, piece) for piece in _PIECES.split(sets["rest"])] if sets else []
    if len(told) < 2 or not all(told):
        return []
    pairs = [pair for pair in told if pair]
    hours, days = [hour for hour, _ in pairs], [day for _, day in pairs]
    hours, days = _filled(hours, ahead=False), _filled(days, ahead=True)
    whens = list(dict.fromkeys(f"{day} at {hour}".strip() for hour, day in zip(hours, days, strict=True)))
    return [Step("alarm.create", {"when": when}) for when in whens] if len(whens) > 1 and all(hours) else []


def _and_then(said: Understanding) -> list[Step]:
    """ "And tomorrow at seven as usual", behind an alarm: one more."""
    found = _ONE_MORE.fullmatch(said.text.strip()) if _is_of_alarms(said) else None
    told = _hour_and_day(said, found["rest"]) if found else None
    return [Step("alarm.create", {"when": f"{told[1]} at {told[0]}"})] if told and all(told) else []


def _hour_and_day(said: Understanding, piece: str) -> tuple[str, str] | None:
    """The hour and the day of a piece, of which one may be left out; None where it is something else."""
    found = _DAY_IN.search(piece)
    day = found["day"] if found else ""
    hour = _LEAD.sub("", (f"{piece[: found.start()]} {piece[found.end() :]}" if found else piece).strip())
    if not hour:
        return ("", day) if day else None
    times = find(f"at {hour}", said.now, said.house)
    clock = len(times) == 1 and times[0].kind == "instant" and times[0].grain == "minute"
    whole = clock and times[0].span[0] <= len("at ") and times[0].span[1] == len("at ") + len(hour)
    return (hour, day) if whole else None  # "seven, the train leaves at eight" is one hour


def _filled(told: Sequence[str], *, ahead: bool) -> list[str]:
    """Each that is left out as the one told next to it: a day behind it first, an hour before it."""
    filled = list(told)
    for i, each in enumerate(told):
        before, behind = list(reversed(told[:i])), list(told[i + 1 :])
        near = (*behind, *before) if ahead else (*before, *behind)
        filled[i] = each or next(filter(None, near), "")
    return filled


def _left_out(said: Understanding, text: str) -> Step | None:
    """ "Except Friday": of what was just set to come again."""
    found, last = _LEFT_OUT.fullmatch(text), said.conversation.last
    step = last.steps[-1] if last else None
    repeats = str(step.slots.get("recurrence", "")) if step else ""
    head = next(iter(said.conversation.mentions), None)
    if found is None or step is None or not repeats or head is None or head.id is None:
        return None
    family = VOCABULARY[step.action].family
    if found["once"]:
        return _once(family, head, found["once"])
    again = f"{repeats} except {found['days']}"
    times = find(again, said.now, said.house)
    if family not in ("alarm", "reminder", "meeting") or len(times) != 1 or times[0].span[1] < len(again):
        return None
    subject = VOCABULARY[f"{family}.update"].subject or ""
    named: dict[str, Slot] = {subject: head.name} if head.name else {}
    of = Reference(subject, "", head.kind, head.name, head.id, "context")
    return Step(f"{family}.update", {**named, "recurrence": again}, references=(of,))


def _once(family: str, head: Mention, day: str) -> Step | None:
    """ "Skip tomorrow": that one time of it."""
    if family not in ("alarm", "reminder"):
        return None
    subject = VOCABULARY[f"{family}.cancel"].subject or ""
    named: dict[str, Slot] = {subject: head.name} if head.name else {}
    of = Reference(subject, "", head.kind, head.name, head.id, "context")
    return Step(f"{family}.cancel", {**named, "when": day}, references=(of,))


def _asked(said: Understanding, text: str) -> Step | None:
    """ "When do I get up on Sunday"; behind an alarm "is tomorrow's still on", "when's the next one"."""
    if gets_up := _GETS_UP.fullmatch(text):
        return _query(gets_up["when"] or gets_up["day"])
    if not _is_of_alarms(said):
        return None
    if still := _STILL_ON.fullmatch(text):
        return _query(still["when"])
    return _query("") if _NEXT.fullmatch(text) else None


def _query(when: str | None) -> Step:
    return Step("alarm.query", {"when": when} if when else {})


def _not_needed(said: Understanding) -> Step | None:
    """ "And Saturday I don't need one at all", behind an alarm: the one of that day."""
    made = said.conversation.made
    for text, _ in with_reasons(bare(said.text)):
        found = _NOT_NEEDED.fullmatch(text)
        if found is None or not (_is_of_alarms(said) or "alarm" in text.lower()):
            continue
        when = found["first"] or found["last"]
        day = find(when, said.now, said.house)
        start = day[0].start if len(day) == 1 else None
        repeats = made is not None and "recurrence" in made.steps[-1].slots  # of those only one day is meant
        if start and not repeats and _on(said, start):
            return Step("alarm.cancel", {"when": when})
    return None


def _on(said: Understanding, start: datetime) -> list[Ringing]:
    day = start.astimezone(said.now.tzinfo).date()
    ringing = (each for each in said.directory.ringing() if each.kind == "alarm")
    return [each for each in ringing if each.due.astimezone(said.now.tzinfo).date() == day]


def _is_of_alarms(said: Understanding) -> bool:
    last = said.conversation.last
    return last is not None and VOCABULARY[last.steps[-1].action].family == "alarm"

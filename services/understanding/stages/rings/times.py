"""Another time for what runs or is to ring, in few words: "five more", "and one at ten past", "better half past"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.understanding.base import Slot, Step
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.words import (
    OBJECTS,
    alarm_or_reminder,
    head_of,
    is_called,
    is_talk,
    step_about,
)
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import apply, find, find_offset

_MADE = re.compile(r"(?:no,? |better )*(?:make|set) (?:it|that|them) (?:to )?(?P<length>.+)", re.IGNORECASE)
_GIVEN = re.compile(
    r"(?:give|let) (?:the|my|those|them) (?P<name>[\w' -]{1,40}?)(?: have)?(?: another| an extra)?"
    r" (?P<much>[\w-]+)(?: more)?"
    r"(?: (?P<unit>seconds?|minutes?|mins?|hours?))?(?: more| longer| extra)?"
    r"|(?:put|add)(?: another| an extra)? (?P<more>[\w-]+)(?: more)?(?: (?P<unit2>seconds?|minutes?|mins?|hours?))?"
    r"(?: more)?"
    r" (?:on|to|onto) (?:the|my|those|them) (?P<called>[\w' -]{1,40}?)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?P<lead>(?:(?:add|put|give|let|have|take|make|knock|cut|it|that|them|me|us|another|an extra|off|about|only)\s+"
    r")*)"
    r"(?P<much>[\w'-]+(?: (?:and a half|[\w'-]+))??)"
    r"(?P<more>(?:\s+(?:more|longer|extra|less|shorter|off))?)(?P<unit>\s+(?:seconds?|secs?|minutes?|mins?|hours?))?"
    r"(?P<more2>(?:\s+(?:more|longer|extra|less|shorter|off))?)"
    r"(?P<on>\s+(?:on|to|onto|off|from)(?: (?:it|that|them|top|the clock|there))?)?",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\b(?:more|longer|extra|another|add|put|give|let|top)\b", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:less|shorter|off|take|knock|cut)\b", re.IGNORECASE)
_AGAIN = re.compile(
    r"(?:again|one(?: more)?|another(?: one)?|a second(?: one)?|once more)(?: at| for)? (?P<when>.+?)"
    r"(?:,? (?:(?:just )?in case(?: .+)?|to be (?:safe|sure)|as well|too|as a backup))?",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"(?P<opener>(?:(?:no|nope|nah|sorry|wait|better|rather|(?:make|move|push|put|set|change|bring) (?:it|that|them)"
    r"(?: back| forward| up| off)?(?: to| at| till| until)?|let's say|at|to)\b[\s,.]*)*)(?P<when>.+?)"
    r"(?P<enough>(?:'s| is| will be|'ll be|'d be| would be)? (?:early|late|soon) enough)?",
    re.IGNORECASE,
)
POINTED = tuple(f"{verb} {it} " for verb in ("make", "move", "push", "put", "set", "change") for it in ("it", "that"))
_BETTER = re.compile(
    r"(?:(?P<lead>better|rather|let's say|say)[\s,]+)?(?:in )?(?P<what>.+?)"
    r"(?P<better>(?:'s| is|'d be| would be| will be)? (?:better|best|fine|enough|plenty|more like it))?",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?:^(?:better|rather|let's say|say|then)\b|\b(?:then|instead|rather|better)$)", re.IGNORECASE)
_ENDS = re.compile(r"[\s,]*(?:then|instead|rather|(?:'s|is|would be)? ?better|please)$", re.IGNORECASE)
_PAST = re.compile(r"(?:at )?(?:(?:a )?[\w-]+|twenty five)(?: minutes)? (?P<way>past|to)", re.IGNORECASE)
_OFF = re.compile(r"\boff (?:to|till|until)$")
"""Of which hour is not said."""
_DAY = re.compile(
    r"\b(?:today|tomorrow|tonight|next|this|mon|tue|wed|thu|fri|sat|sun|every|day|week|month|jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\s+(?:flat|sharp|on the dot|exactly|dead)$", re.IGNORECASE)
_HALF_TOLD = re.compile(r"[ap]\.?m|morning|noon|evening|night|\b(?:0\d|1[3-9]|2[0-3])\b", re.IGNORECASE)
_LENGTH = re.compile(r"\b(?:in|hours?|later|earlier|sooner|no)\b|minutes?$", re.IGNORECASE)


def _given(there: Sequence[Ringing], name: str, much: str, unit: str | None) -> Step | None:
    """More time for the timer of this name."""
    named = [each for each in there if each.kind == "timer" and each.name and is_called(each.name, name)]
    if len(named) != 1 or number_of(much) is None:
        return None
    return step_about("timer.adjust", named[0], {"duration": f"{much} {unit or 'minutes'}", "direction": "add"})


def adjusted(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Five more", "give me two more minutes", "thirty, they're frozen", behind a timer; "give the bread ten more"."""
    if told := _GIVEN.fullmatch(text):
        return _given(
            there, told["name"] or told["called"], told["much"] or told["more"], told["unit"] or told["unit2"]
        )
    timers, head, last = [each for each in there if each.kind == "timer"], head_of(said), said.conversation.last
    mine = next((each for each in timers if head and each.id == head[1]), None)
    if last and last.steps[-1].action == "timer.query" and not last.steps[-1].references and len(timers) > 1:
        mine = None  # all of them were told
    made = _MADE.fullmatch(text) if mine else None
    if (
        mine
        and made
        and (reason or number_of(made["length"]) is not None)
        and (long := minutes_or_more(made["length"], said))
    ):
        return step_about("timer.adjust", mine, {"duration": long, "direction": "to"})
    order = _MORE.fullmatch(text)
    if order is None or not (mine or (len(timers) == 1 and order["unit"] and _ADDS.search(text) and not head)):
        return None
    if not last or VOCABULARY[last.steps[-1].action].family != "timer":
        return None
    number = None if order["much"].lower() == "one" and not order["unit"] else number_of(order["much"])
    unit = (order["unit"] or " minutes").strip()
    direction = "remove" if _TAKES.search(text) else "add" if _ADDS.search(text) else "to"
    by_template = order["unit"] and not reason and (order["on"] or "").endswith((" it", " that"))
    if number is None or by_template or (direction == "to" and (order["lead"].strip() or order["unit"])):
        return None  # "make it ten" corrects; "ten minutes" is another timer
    return step_about(
        "timer.adjust", mine or timers[0], {"duration": f"{order['much']} {unit}", "direction": direction}
    )


def minutes_or_more(words: str, said: Understanding) -> str:
    """A length of time; a bare number is of minutes. Empty for other words."""
    if number_of(words) is not None and words.lower() not in ("one", "a", "an"):
        return f"{words} minutes"
    found = find(words, said.now, said.house)
    return words if found and found[0].kind == "duration" and found[0].span == (0, len(words)) else ""


def again(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "And one at ten past, in case", behind an alarm; "and again at six", behind a reminder."""
    order, mine = _AGAIN.fullmatch(text), alarm_or_reminder(said, there)
    at = (placed(said, mine, order["when"]) or _off(said, mine, order["when"])) if order and mine else None
    if at is None or mine is None:
        return None
    title: dict[str, Slot] = {"title": mine.name} if mine.kind == "reminder" else {}
    return Step(f"{mine.kind}.create", {**title, "when": at})


def _off(said: Understanding, mine: Ringing, words: str) -> str | None:
    """ "Five minutes later", of the one there is."""
    offset = find_offset(words, said.house)
    if offset is None or offset.span[1] < len(words) or not offset.length.exact:
        return None
    at = apply(offset, mine.due.astimezone(said.now.tzinfo))
    return f"{at:%B} {at.day}, {at.year} at {at:%I:%M %p}"


def moved(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Better ten past", "no half six, there's the delivery", "nine. he's gone by then"."""
    order, mine = _MOVES.fullmatch(text), alarm_or_reminder(said, there)
    if order is None or mine is None:
        return None
    opener, when = order["opener"].strip().lower(), order["when"]
    exact = _EXACTLY.search(when) is not None
    marked = reason or exact or order["enough"] or opener.startswith(("better", "rather"))
    if not (marked or _OFF.search(opener) or _PAST.fullmatch(when)):
        return None  # stages/correction.py
    at = placed(said, mine, when)
    return step_about(f"{mine.kind}.update", mine, {"when": at}) if at else None


def put_right(said: Understanding, lead: str, order: str) -> Step | None:
    """ "No site visit, what am I saying. Six thirty": a time alone, behind talk that objects, or "Monday then"."""
    mine = alarm_or_reminder(said, said.directory.ringing())
    text = said.text.strip(" .!?")
    marked = OBJECTS.match(text) or _MARKED.search(text) or _MARKED.search(order)
    if mine is None or not marked or not is_talk(lead):
        return None
    when = order
    while (shorter := _ENDS.sub("", _MARKED.sub("", when)).strip(" ,")) != when:
        when = shorter
    at = placed(said, mine, when) or _on_a_day(said, mine, when)
    return step_about(f"{mine.kind}.update", mine, {"when": at}) if at else None


def rather_in(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "Half an hour's better": of a timer, or of what is to ring in some time from now."""
    told, head, made = _BETTER.fullmatch(text), head_of(said), said.conversation.made
    mine = next((each for each in there if head and each.id == head[1]), None)
    if told is None or mine is None or made is None or not (told["lead"] or told["better"]):
        return None
    found = find(told["what"], said.now, said.house)
    if len(found) != 1 or found[0].kind != "duration" or found[0].span != (0, len(told["what"])):
        return None
    if mine.kind == "timer":
        return step_about("timer.adjust", mine, {"duration": told["what"], "direction": "to"})
    counted = str(made.steps[-1].slots.get("when", "")).lower().startswith("in ")
    ours = made.steps[-1].action == f"{mine.kind}.create"
    return step_about(f"{mine.kind}.update", mine, {"when": f"in {told['what']}"}) if ours and counted else None


def _on_a_day(said: Understanding, mine: Ringing, words: str) -> str | None:
    """Another day, at the time of day at which it rings."""
    found = find(words, said.now, said.house)
    if len(found) != 1 or found[0].grain != "day" or found[0].start is None or found[0].span != (0, len(words)):
        return None
    due = mine.due.astimezone(said.now.tzinfo)
    return f"{found[0].start:%B} {found[0].start.day}, {found[0].start.year} at {due:%I:%M %p}"


def placed(said: Understanding, mine: Ringing, words: str) -> str | None:
    """A time of day on the day on which it rings, in the nearer half of that day; None for other words."""
    words = _EXACTLY.sub("", words.strip())
    if _DAY.search(words) or _LENGTH.search(words):
        return None
    due = mine.due.astimezone(said.now.tzinfo)
    hour = due.replace(minute=0, second=0, microsecond=0)
    past = _PAST.fullmatch(words)
    if past:
        from_ = hour - timedelta(seconds=1) if past["way"].lower() == "past" else due - timedelta(minutes=30)
        starts = [_start(words, from_, said)]
    else:
        midnight = due.replace(hour=0, minute=0, second=1, microsecond=0)
        texts = (words, f"at {words}") if number_of(words) is None else (f"at {words}",)
        starts = [_start(text, midnight + timedelta(hours=h), said) for text in texts for h in (0, 12)]
        if not _HALF_TOLD.search(words):
            starts += [each - timedelta(hours=12) for each in starts if each]
        starts = [each for each in starts if each and each.date() == due.date()]
    near = min((each for each in starts if each), key=lambda each: abs(each - due), default=None)
    return None if near is None else f"{near:%B} {near.day}, {near.year} at {near:%I:%M %p}"


def _start(words: str, now: datetime, said: Understanding) -> datetime | None:
    found = find(words, now, said.house)
    whole = len(found) == 1 and found[0].span[1] == len(words) and found[0].span[0] <= len("at ")
    return found[0].start if whole and found[0].grain == "minute" and found[0].kind == "instant" else None

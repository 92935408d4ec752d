"""What is said in few words of what runs or is to ring: "how long for the dumplings", "kill it, they're burning",
"thirty, they're frozen", "better ten past".

Only what the store has running or is to ring counts, so that the same words about other things are left to the later
stages. Behind the order may stand why it is given, which is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import split_words, word_set

_SURE = 0.9
_LONGEST = 200
_SAME = 4
"""Letters that two forms of a word have in common at least."""
_LEADS = re.compile(
    r"^(?:(?:ok|okay|right|oh|ah|um|uh|er|well|so|and|then|now|please|hm|hmm|just|hey|actually|can you|could you"
    r"|would you)\b[\s,.]*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(r"[\s,]+(?:please|thanks|thank you|then|now|instead|again|though|for me|yet|still|long)$", re.I)
_MARK = re.compile(r"\s*[,.;:!?—–]+\s+|\s+-\s+")
_REASON = re.compile(
    r"\s+(?=(?:it|they|he|she|we|i|there|that|the \w+)(?:'s|'ve|'re|'m|'ll|'d| is| are| was| has| have| had| picked"
    r"| called| came| hung| left| answered| went| need| want| don't| didn't)\b)",
    re.IGNORECASE,
)
"""Where why it is said begins without a mark: "stop the timer it's bubbling"."""
_ORDERS = word_set("""and then also set add put remind tell send make start create what when how who which where is are
    do does did book move cancel delete remove note read run list call play say ask show give post turn""")
"""What begins with one of these is no reason, but something else that is wanted."""

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
    r"(?:how long|how much (?:time|longer)|how many minutes|time)(?: is| do i have| do we have| have i got)?"
    r"(?: still)?(?: left| more| to go| now)*",
    re.IGNORECASE,
)
_HOW_IS = re.compile(
    rf"how(?:'s|'re| is| are) {_THE}(?P<name>[\w' -]{{1,40}}?)"
    r" (?:doing|coming along|coming on|getting on|getting along|looking|going)"
    rf"|(?:is|are) {_THE}(?P<ready>[\w' -]{{1,40}}?) (?:ready|done|finished|up|cooked|over|through|set|dry)"
    rf"|when(?:'s| is| are| will) {_THE}(?P<when>[\w' -]{{1,40}}?) (?:be )?(?:ready|done|finished|up|out|over|cooked)",
    re.IGNORECASE,
)
_AND_THAT = re.compile(rf"(?:what about|how about) {_THE}(?P<name>[\w' -]{{1,40}}?)", re.IGNORECASE)
_IT = word_set("it that this they them left there")
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
    r"(?: (?:in case|just in case|to be (?:safe|sure)|as well|too|as a backup))?",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"(?P<opener>(?:(?:no|nope|nah|sorry|wait|better|rather|(?:make|move|push|put|set|change|bring) (?:it|that|them)"
    r"(?: back| forward| up)?(?: to| at)?|let's say|at|to)\b[\s,]*)*)(?P<when>.+)",
    re.IGNORECASE,
)
_POINTED = tuple(f"{verb} {it} " for verb in ("make", "move", "push", "put", "set", "change") for it in ("it", "that"))
_PAST = re.compile(r"(?:at )?(?:[\w-]+|twenty five)(?: minutes)? (?P<way>past|to)", re.IGNORECASE)
"""Of which hour is not said."""
_DAY = re.compile(
    r"\b(?:today|tomorrow|tonight|next|this|mon|tue|wed|thu|fri|sat|sun|every|day|week|month|jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_HALF_TOLD = re.compile(r"[ap]\.?m|morning|noon|evening|night|\b(?:0\d|1[3-9]|2[0-3])\b", re.IGNORECASE)
_LENGTH = re.compile(r"\b(?:in|hours?|later|earlier|sooner|no)\b|minutes?$", re.IGNORECASE)
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
_NEXT = re.compile(r"(?:when(?:'s| is)|what(?:'s| is)) the next(?: one| time)?", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?P<lead>(?:(?:please|set|make|create|an?|new|another|my)\s+)*(?:alarm|wake me(?: up)?)\s+(?:(?:at|for|to)\s+)?)"
    r"(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)\b(?!:)",
    re.IGNORECASE,
)
_EMPTY = word_set("""a an the my our your his her its their them those these to of for on in at with and about i me we
    us you it that this is are was be been have has had do did again going timer alarm reminder""")


def rings(said: Understanding) -> Understanding | None:
    """What is asked or ordered of it in few words."""
    if said.told or len(said.text) > _LONGEST or not (there := said.directory.ringing()):
        return None
    told = _bare(said.text)
    for text, reason in _with_reasons(told):
        for read in (_ended, _asked, _adjusted, _again, _moved):
            if step := read(said, there, text, reason):
                return said.found(Command(said.text, (step,), _SURE, "template"), "talk")
    lead, order = _last_order(told)
    step = _ended(said, there, order, lead) if order else None
    if order and step is None and order.lower().startswith(_POINTED):
        step = _moved(said, there, order, lead)
    return said.found(Command(said.text, (step,), _SURE, "template"), "talk") if step else None


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
    if said.told or len(said.text) > _LONGEST or len(timers) != 1 or timers[0].name:
        return None
    if not (_HOW_LONG.fullmatch(bare := _bare(said.text)) or _HOW_IS.fullmatch(bare)):
        return None
    step = _about("timer.query", timers[0])
    return said.found(Command(said.text, (step,), _SURE, "template"), "talk")


def _ended(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Kill it, they're burning", "and the reminder about it, too"."""
    if (also := _AND_THE.fullmatch(text)) and _has_ended(said):
        return _cancelled(said, there, also["noun"].lower(), reason, (also["when"] or "").strip())
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


def _stopped(said: Understanding, there: Sequence[Ringing], verb: str) -> Step | None:
    """What was spoken of last; where that rings already, it is quiet."""
    head = _head(said)
    if head is None or head[0] not in ("timer", "alarm", "reminder"):
        return None
    if meant := next((each for each in there if each.id == head[1]), None):
        return _about(f"{meant.kind}.cancel", meant)
    return Step("control.stop") if head[0] != "reminder" and verb in ("stop", "kill") else None


def _has_ended(said: Understanding) -> bool:
    last = said.conversation.last
    return last is not None and "delete" in VOCABULARY[last.steps[-1].action].alike


def _cancelled(said: Understanding, there: Sequence[Ringing], kind: str, reason: str, when: str = "") -> Step | None:
    """The one of this kind that is meant; where that is not clear, the action asks."""
    some = [each for each in there if each.kind == kind]
    if not some:
        return None
    spoken_of = [mention.name for mention in said.conversation.mentions[:3]]
    head = _head(said)
    meant = [each for each in some if head and each.id == head[1]] or [
        each for each in some if _shared(each.name, [*spoken_of, reason])
    ]
    if len(meant) == 1 and not when:
        return _about(f"{kind}.cancel", meant[0])
    return Step(f"{kind}.cancel", {"when": when} if when else {})


def _asked(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """What is left of a timer, or when a reminder rings."""
    timers, head = [each for each in there if each.kind == "timer"], _head(said)
    mine = next((each for each in timers if head and each.id == head[1]), None)
    found = _HOW_LONG.fullmatch(text) or _HOW_IS.fullmatch(text) or (_AND_THAT.fullmatch(text) if mine else None)
    if _LEFT.fullmatch(text) and timers:
        return _about("timer.query", mine or timers[0]) if mine or len(timers) == 1 else Step("timer.query")
    if found and timers:
        name = next((part for part in found.groups() if part), "")
        if name.lower() in _IT:
            return _about("timer.query", mine) if mine else None
        named = [each for each in timers if each.name and _named(each.name, name)]
        if len(named) == 1:
            return _about("timer.query", named[0])
    return _when_asked(said, [each for each in there if each.kind == "reminder"], text)


def _when_asked(said: Understanding, reminders: Sequence[Ringing], text: str) -> Step | None:
    head = _head(said)
    mine = next((each for each in reminders if head and each.id == head[1]), None)
    if mine and _NEXT.fullmatch(text):
        return _about("reminder.query", mine)
    if to_do := _TO_DO.fullmatch(text):
        named = [each for each in reminders if _named(each.name, to_do["title"])]
        return _about("reminder.query", named[0]) if len(named) == 1 else None
    if asked_for := _ASKED_FOR.fullmatch(text):
        found = find(asked_for["when"], said.now, said.house)
        if found and any(each.due == found[0].start for each in reminders):
            return Step("reminder.query", {"when": asked_for["when"]})
    return None


def _adjusted(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "Five more", "give me two more minutes", "thirty, they're frozen", behind a timer."""
    timers, head, last = [each for each in there if each.kind == "timer"], _head(said), said.conversation.last
    mine = next((each for each in timers if head and each.id == head[1]), None)
    order = _MORE.fullmatch(text)
    if order is None or not (mine or (len(timers) == 1 and order["unit"] and _ADDS.search(text) and not head)):
        return None
    if not last or VOCABULARY[last.steps[-1].action].family != "timer":
        return None
    number = number_of(order["much"])
    unit = (order["unit"] or " minutes").strip()
    direction = "remove" if _TAKES.search(text) else "add" if _ADDS.search(text) else "to"
    by_template = order["unit"] and (order["on"] or "").endswith((" it", " that"))
    if number is None or by_template or (direction == "to" and (order["lead"].strip() or order["unit"])):
        return None  # "make it ten" corrects; "ten minutes" is another timer
    return _about("timer.adjust", mine or timers[0], {"duration": f"{order['much']} {unit}", "direction": direction})


def _again(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "And one at ten past, in case", behind an alarm; "and again at six", behind a reminder."""
    order, mine = _AGAIN.fullmatch(text), _mine(said, there)
    at = _placed(said, mine, order["when"]) if order and mine else None
    if at is None or mine is None:
        return None
    title: dict[str, Slot] = {"title": mine.name} if mine.kind == "reminder" else {}
    return Step(f"{mine.kind}.create", {**title, "when": at})


def _moved(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """ "Better ten past", "no half six, there's the delivery", "nine. he's gone by then"."""
    order, mine = _MOVES.fullmatch(text), _mine(said, there)
    if order is None or mine is None:
        return None
    opener, when = order["opener"].strip().lower(), order["when"]
    if not (reason or opener.startswith(("better", "rather")) or _PAST.fullmatch(when)):
        return None  # stages/correction.py
    at = _placed(said, mine, when)
    return _about(f"{mine.kind}.update", mine, {"when": at}) if at else None


def _placed(said: Understanding, mine: Ringing, words: str) -> str | None:
    """A time of day on the day on which it rings, in the nearer half of that day; None for other words."""
    words = words.strip()
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


def _mine(said: Understanding, there: Sequence[Ringing]) -> Ringing | None:
    """The alarm or reminder that was spoken of last."""
    head, last = _head(said), said.conversation.last
    if head is None or last is None or VOCABULARY[last.steps[-1].action].family not in ("alarm", "reminder"):
        return None
    return next((each for each in there if each.id == head[1] and each.kind in ("alarm", "reminder")), None)


def _head(said: Understanding) -> tuple[str, str | None] | None:
    mentions = said.conversation.mentions
    return (mentions[0].kind, mentions[0].id) if mentions else None


def _about(action: str, one: Ringing, slots: dict[str, Slot] | None = None) -> Step:
    subject = VOCABULARY[action].subject or ""
    reference = Reference(subject, "", one.kind, one.name, one.id, "context")
    named: dict[str, Slot] = {subject: one.name} if one.name else {}
    return Step(action, {**named, **(slots or {})}, references=(reference,))


def _bare(text: str) -> str:
    bare = _LEADS.sub("", text.strip().replace("’", "'")).strip(" .,!?")
    while (shorter := _POLITE.sub("", bare)) != bare:
        bare = shorter
    return bare


def _with_reasons(text: str) -> Iterable[tuple[str, str]]:
    """The text, and what stands in it before why it is said, with that."""
    yield text, ""
    for mark in (_MARK.search(text), _REASON.search(text)):
        if mark and text[mark.end() :].split(maxsplit=1)[0].lower() not in _ORDERS:
            yield _bare(text[: mark.start()]), text[mark.end() :]


def _last_order(text: str) -> tuple[str, str]:
    """What was said before the last mark, and the order behind it: "sent it. kill that"."""
    marks = list(_MARK.finditer(text))
    return (text[: marks[-1].start()], _bare(text[marks[-1].end() :])) if marks else ("", "")


def _content(text: str) -> list[str]:
    return [word.text.removesuffix("'s") for word in split_words(text) if word.text not in _EMPTY]


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) >= _SAME and len(other) >= _SAME and one[:_SAME] == other[:_SAME])


def _named(title: str, words: str) -> bool:
    """Whether all that is said is in the title, or all of the title in what is said."""
    said, has = _content(words), _content(title)
    inside: Callable[[list[str], list[str]], bool] = lambda these, those: all(  # noqa: E731 (used twice, here)
        any(_alike(each, other) for other in those) for each in these
    )
    return bool(said and has) and (inside(said, has) or inside(has, said))


def _shared(title: str, texts: Iterable[str]) -> bool:
    """Whether a word that counts is in the title and in one of the texts."""
    has = _content(title)
    return any(_alike(word, other) for text in texts for word in _content(text) for other in has)

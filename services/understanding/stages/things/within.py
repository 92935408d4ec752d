"""A meeting that is named in what is said of it, first or within: "the tasting, let's say half past five", "move the
budget thing to Thursday", "who else is in the one with Jonas", "the course is only till three".

With "it" in the place of the name it is said as of the meeting spoken of last, and is read so. Which one is meant is
known from the calendar: by its title, who comes, where it is, its day and its hour, where only one fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from services.understanding.base import VOCABULARY, Command, Reference, Step
from services.understanding.conversation.changes import writes
from services.understanding.conversation.memory import Mention
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import KnownMeeting, Understanding, first
from services.understanding.stages.tasks.titles import spoken_of
from services.understanding.stages.things.beside import asked_of_theirs, gap
from services.understanding.stages.things.dates import coming
from services.understanding.stages.things.meeting import meeting
from services.understanding.stages.things.meeting_talk import meeting_talk
from services.understanding.when import find
from services.understanding.words import FILLERS, Word, split_words, word_set

_SURE = 0.9
_LONGEST = 140
_MOST_WORDS = 7
_OPENS = word_set("the my our that this")
_GENERIC = word_set("one meeting thing appointment session event slot call bit")
_IDLE = word_set("the my our that this with about on at in for of and a an to mr mrs ms next")
_ENDS = word_set("with about on at in for of and a an to is are was")
_MOVES = word_set("move shift push bring postpone put")
_A_MEETING = re.compile(
    r"\b(?:the|my|our|that) (?:meeting|appointment|one|call|event|session)(?: (?:on|at|from|for))? $", re.IGNORECASE
)
_THE_MEETING = re.compile(r"\b(?:the|that) (?:meeting|appointment)\b(?!['’]s)", re.IGNORECASE)
_TO_DO = re.compile(r"\bwhat.*\b(?:to do|to be done)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:(?:and|so|but)[\s,]+)*how (?:long|much(?: time| room)?|many (?:minutes|hours))"
    r"(?:'s| is| do| have| i| we| there| got| left| free)* between (?P<one>.+?) and (?P<other>.+?)",
    re.IGNORECASE,
)
_STEM = 4
_ENDING = 3
_LONGEST_FIRST = 160
_NAMED = re.compile(
    rf"^(?:(?:{FILLERS}|hm+|good|fine)\b[\s,.!]*)*(?:(?:the|my|our|that)\s+)?(?P<title>[\w'’ -]{{3,50}}?)"
    r"(?P<moves>(?:['’]s| is) (?:moving|moved|off|not happening))?\s*(?:[.,:;]|\s[—–-])\s+(?P<rest>\S.+)$",
    re.IGNORECASE,
)
_CANCELS = re.compile(
    r"(?:please |can you |could you |we can |you can )*(?:cancel|scrap|drop|delete|strike|call off|take out)"
    r" (?:it|that|him|her|them)(?: off| out)?(?:\s*[,.;]\s+.+)?",
    re.IGNORECASE,
)
_DAY_WORDS = re.compile(r"\b(?:on|at|in|this|next)\s*$|^'s\b", re.IGNORECASE)


def named_first(said: Understanding) -> Understanding | None:
    """What becomes of the one meeting of that name."""
    found = _NAMED.match(said.text.strip(" .!?")) if len(said.text) <= _LONGEST_FIRST and not said.told else None
    title, day = _title(said, found["title"]) if found else ("", None)
    there = coming(said, title, "meeting") if title else []
    ids = [id_ for at, id_ in there if day is None or at.date() == day]
    if found is None or len(ids) != 1:
        return None
    rest = re.sub(r"^(?:let's say|say|i need it|we need it|it has to be)\s+", "better ", found["rest"], flags=re.I)
    rest = f"no, {found['rest']}" if found["moves"] else rest
    mention = Mention("meeting", title, ids[0])
    talk = replace(said.conversation, mentions=(mention, *said.conversation.mentions), last=None)
    if _CANCELS.fullmatch(found["rest"]):
        of = Reference("title", "it", "meeting", title, ids[0], "context")
        step = Step("meeting.cancel", {"title": title}, references=(of,))
        return said.found(Command(said.text, (step,), _SURE, "template"), "talk")
    for text in dict.fromkeys((found["rest"], rest)):
        meant = first((meeting, meeting_talk), replace(said, text=text, conversation=talk))
        if meant:
            return said.found(of_it(meant.command, said.text, mention), "talk")
    return None


def of_it(command: Command, text: str, mention: Mention) -> Command:
    """The command about that meeting."""
    of = Reference("title", "it", mention.kind, mention.name, mention.id, "context")
    steps = (
        replace(step, slots={**step.slots, "title": mention.name}, references=(of, *step.references))
        if step.slots.get("title") == "it"
        else step
        for step in command.steps
    )
    return replace(command, text=text, steps=tuple(steps))


def _title(said: Understanding, words: str) -> tuple[str, date | None]:
    """The words without the day told among them, and that day."""
    words = words.replace("’", "'")
    found = find(words, said.now, said.house)
    if not found:
        return words, None
    start, end = found[0].span
    head, tail = _DAY_WORDS.sub("", words[:start]).strip(), _DAY_WORDS.sub("", words[end:]).strip()
    return f"{head} {tail}".strip(), found[0].start.date() if found[0].start else None


def named_within(said: Understanding) -> Understanding | None:
    """What is said of the one meeting that is named anywhere."""
    text = said.text.strip(" .!?")
    if said.told or len(text) > _LONGEST or len(split_words(text)) < 3 or _TO_DO.search(text):
        return None
    there = said.directory.meetings(said.now)
    if apart := _BETWEEN.fullmatch(text):
        two = [each for name in (apart["one"], apart["other"]) for each in fitting(said, name, there)]
        mentions = [Mention("meeting", each.title, each.id) for each in two]
        return said.found(gap(said, mentions), "talk") if len({each.id for each in two}) == len(two) == 2 else None
    asked, name = asked_of_theirs(text)
    theirs = fitting(said, name, there) if name else []
    if len(theirs) == 1 and (command := _said_of(said, asked, (len(asked) - 2, len(asked)), theirs[0])):
        return _about(said, command, theirs[0])
    for start, end, one in _called(said, text, there) if there else ():
        command = _said_of(said, text, (start, end), one)
        if command and not (start == 0 and writes(command) and _is_somebody(said, text[:end], one)):
            return _about(said, command, one)
    return _one_of_several(said, text, there) if there else None


def _about(said: Understanding, command: Command, one: KnownMeeting) -> Understanding | None:
    return said.found(of_it(command, said.text, Mention("meeting", one.title, one.id)), "talk")


def _is_somebody(said: Understanding, name: str, one: KnownMeeting) -> bool:
    """Whether it has no more of the title than a person's name: "Mrs Lindner on that day at nine" is another one."""
    titled = [word.text for word in split_words(name) if _titled(one, word.text)]
    return bool(titled) and all(map(said.names.is_name, titled))


def _said_of(said: Understanding, text: str, at: tuple[int, int], one: KnownMeeting) -> Command | None:
    """What is said of it, with "it" in the place of its name."""
    start, end = at
    mention = Mention("meeting", one.title, one.id)
    talk = replace(said.conversation, mentions=(mention, *said.conversation.mentions), last=None)
    rest = f"{text[:start]}it{text[end:]}"
    for words in dict.fromkeys((rest, _without_its_day(said, rest, one))):
        if meant := first((meeting, meeting_talk), replace(said, text=words, conversation=talk)):
            return meant.command
    return _by_title(said, text, at, one)


def _without_its_day(said: Understanding, rest: str, one: KnownMeeting) -> str:
    """ "Marek wants the check an hour later on Monday": the day it is on tells which, not to when."""
    for found in find(rest, said.now, said.house):
        at = found.start
        if found.grain == "day" and at and one.start.astimezone(at.tzinfo).date() == at.date():
            head = re.sub(r"\s+(?:on|at)\s*$", "", rest[: found.span[0]])
            return f"{head.rstrip()}{rest[found.span[1] :]}"
    return rest


def _one_of_several(said: Understanding, text: str, coming: Sequence[KnownMeeting]) -> Understanding | None:
    """What becomes of "the meeting on Friday", where two are: it is asked which."""
    head = text[: to.start()] if (to := re.search(r" to (?!the\b|my\b)", text)) else text  # from Friday, to Monday
    for found in find(head, said.now, said.house):
        name = _A_MEETING.search(text[: found.span[0]])
        at = found.start
        if name is None or at is None or found.grain not in ("day", "part"):
            continue
        there = [each for each in coming if each.start.astimezone(at.tzinfo).date() == at.date()]
        command = _said_of(said, text, (name.start(), found.span[1]), there[0]) if len(there) > 1 else None
        if command is None or [step.action for step in command.steps] not in (["meeting.update"], ["meeting.cancel"]):
            continue
        step = command.steps[0]
        which = "old_when" if step.action == "meeting.update" else "when"
        slots = {**step.slots, "title": "meeting", which: text[slice(*found.span)]}
        return said.found(replace(command, text=said.text, steps=(replace(step, slots=slots, references=()),)), "talk")
    return None


def _by_title(said: Understanding, text: str, at: tuple[int, int], one: KnownMeeting) -> Command | None:
    """As sentences read it with the whole title in place of what it was called."""
    if text[slice(*at)].casefold().endswith(one.title.casefold()):
        return None
    command = said.read(f"{text[: at[0]]}the {one.title}{text[at[1] :]}")
    if len(command.steps) != 1 or command.source != "template":
        return None
    step = command.steps[0]
    action, told = VOCABULARY[step.action], str(step.slots.get("title", ""))
    of_one = action.family == "meeting" and not action.makes and told.casefold().endswith(one.title.casefold())
    return replace(command, steps=(replace(step, slots={**step.slots, "title": "it"}),)) if of_one else None


def _called(said: Understanding, text: str, coming: Sequence[KnownMeeting]) -> Iterator[tuple[int, int, KnownMeeting]]:
    """Where one meeting is named, the longest name first."""
    words = split_words(text.replace("’", "'"))
    if (told := _told_of(said, coming)) and (mark := _THE_MEETING.search(text)):
        yield mark.start(), mark.end(), told
    for i, word in enumerate(words):
        if i and words[i - 1].text in _MOVES and (end := _name_ends(said, words, i)):
            theirs = [each for each in coming if all(_has(each, part.text) for part in words[i:end])]
            if len(theirs) == 1:
                yield word.start, words[end - 1].end, theirs[0]
        if word.text not in _OPENS and i and not words[i - 1].stop:
            continue
        for j in range(min(len(words), i + _MOST_WORDS), i, -1):
            name = words[i:j]
            if any(each.stop for each in name[:-1]) or (word.text in _OPENS and len(name) < 2):
                continue
            last = name[-1]
            end = last.start + len(last.text.removesuffix("'s"))
            if last.text in _ENDS | _OPENS:
                continue
            there = fitting(said, text[word.start : end], coming)
            if len(there) == 1 and _ends_in_a_time(said, text[word.start : end], there, coming):
                continue  # "the print check an hour later"
            if len(there) == 1 and _is_whole(name, there[0]) and not spoken_of(said, text[word.start : end]):
                yield word.start, end, there[0]
                if not any(each.text.endswith("'s") for each in name[:-1]):
                    break  # "the tasting's in the kitchen" names no more than the tasting


def _ends_in_a_time(
    said: Understanding, name: str, there: Sequence[KnownMeeting], coming: Sequence[KnownMeeting]
) -> bool:
    """Whether a name goes on into a time, and means the same one without it."""
    last = next((span for span in find_spans(name, said.now, said.house) if span.end == len(name)), None)
    return last is not None and last.start > 0 and fitting(said, name[: last.start].strip(), coming) == list(there)


def _is_whole(name: Sequence[Word], one: KnownMeeting) -> bool:
    """Whether no "to" stands in a name whose title has none: what follows it is where that is moved."""
    return not any(word.text == "to" for word in name) or _titled(one, "to")


def _name_ends(said: Understanding, words: Sequence[Word], i: int) -> int:
    """Where the name of somebody who is moved ends: "shift Marc to quarter past five"; 0 where it is none."""
    end = next((j for j in range(i, len(words)) if not said.names.is_name(words[j].text)), i)
    behind = words[end].text if end < len(words) else ""
    return end if end > i and behind in ("to", "back", "forward", "by", "up", "on", "into") else 0


def _told_of(said: Understanding, coming: Sequence[KnownMeeting]) -> KnownMeeting | None:
    """The one meeting whose title stands in what was said before: "tell them the staff meeting's still on"."""
    last = said.conversation.last
    if last is None or VOCABULARY[last.steps[-1].action].family == "meeting":
        return None
    told = {word.text.removesuffix("'s") for word in split_words(last.text)}
    there = [each for each in coming if {word.text for word in split_words(each.title)} <= told]
    return there[0] if len(there) == 1 else None


def fitting(said: Understanding, name: str, coming: Sequence[KnownMeeting]) -> list[KnownMeeting]:
    """Which of them are called so."""
    spans = find_spans(name, said.now, said.house)
    told = [found for found in find(name, said.now, said.house) if found.start]
    plain = "".join(" " if any(s.start <= k < s.end for s in spans) else char for k, char in enumerate(name))
    words = [word for word in split_words(plain) if word.text not in _IDLE]
    own = [word.text.removesuffix("'s") for word in words if word.text not in _GENERIC]
    if not own and not (told and words):
        return []
    generic = len(own) < len(words)  # whom or where alone: "Tom can't come" is said of Tom
    there = [
        each
        for each in coming
        if all(_has(each, word) for word in own) and (generic or any(_titled(each, word) for word in own))
    ]
    for found in told:
        start = found.start
        if isinstance(start, datetime):
            there = [each for each in there if _is_then(each, start, clocked=found.grain == "minute")]
    return there


def _is_then(each: KnownMeeting, at: datetime, *, clocked: bool) -> bool:
    begins = each.start.astimezone(at.tzinfo)
    if clocked:
        return (begins.hour % 12, begins.minute) == (at.hour % 12, at.minute)
    return begins.date() == at.date()


def _has(each: KnownMeeting, word: str) -> bool:
    return _titled(each, word) or any(
        _same(word, other.text) for other in split_words(" ".join((*each.people, each.place)))
    )


def _titled(each: KnownMeeting, word: str) -> bool:
    return any(_same(word, other.text) for other in split_words(each.title))


def _same(word: str, other: str) -> bool:
    other = other.removesuffix("'s")
    if word == other:
        return True
    both = min(len(word), len(other))
    near = both >= _STEM and abs(len(word) - len(other)) < _ENDING
    return near and word[:both] == other[:both]

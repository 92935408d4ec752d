"""A meeting that is named within what is said of it: "move the budget thing to Thursday", "who else is in the one with
Jonas", "the course is only till three".

With "it" in the place of the name it is said as of the meeting spoken of last, and is read so. Which one is meant is
known from the calendar: by its title, who comes, where it is, its day and its hour, where only one fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.base import VOCABULARY, Command
from services.understanding.conversation.memory import Mention
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import KnownMeeting, Understanding, first
from services.understanding.stages.tasks.titles import spoken_of
from services.understanding.stages.things.meeting import meeting
from services.understanding.stages.things.meeting_talk import meeting_talk
from services.understanding.stages.things.named import of_it
from services.understanding.when import find
from services.understanding.words import split_words, word_set

_LONGEST = 140
_MOST_WORDS = 7
_OPENS = word_set("the my our that this")
_GENERIC = word_set("one meeting thing appointment session event slot call bit")
_IDLE = word_set("the my our that this with about on at in for of and a an to mr mrs ms next")
_ENDS = word_set("with about on at in for of and a an to is are was")
_STEM = 4
_ENDING = 3


def named_within(said: Understanding) -> Understanding | None:
    """What is said of the one meeting that is named anywhere."""
    text = said.text.strip(" .!?")
    if said.told or len(text) > _LONGEST or len(split_words(text)) < 3:
        return None
    coming = said.directory.meetings(said.now)
    for start, end, one in _called(said, text, coming) if coming else ():
        rest = f"{text[:start]}it{text[end:]}"
        mention = Mention("meeting", one.title, one.id)
        talk = replace(said.conversation, mentions=(mention, *said.conversation.mentions), last=None)
        meant = first((meeting, meeting_talk), replace(said, text=rest, conversation=talk))
        command = meant.command if meant else _by_title(said, text, (start, end), one)
        if command:
            return said.found(of_it(command, said.text, mention), "talk")
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
    for i, word in enumerate(words):
        if word.text not in _OPENS and i:
            continue
        for j in range(min(len(words), i + _MOST_WORDS), i, -1):
            name = words[i:j]
            if any(each.stop for each in name[:-1]) or (word.text in _OPENS and len(name) < 2):
                continue
            last = name[-1]
            end = last.start + len(last.text.removesuffix("'s"))
            if last.text in _ENDS:
                continue
            fitting = _fitting(said, text[word.start : end], coming)
            if len(fitting) == 1 and not spoken_of(said, text[word.start : end]):
                yield word.start, end, fitting[0]
                break


def _fitting(said: Understanding, name: str, coming: Sequence[KnownMeeting]) -> list[KnownMeeting]:
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

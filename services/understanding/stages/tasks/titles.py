"""Which open tasks some words mean: by words of their titles, in any form, or as what was spoken of last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.additions import told
from services.understanding.conversation.memory import Mention, latest
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.stages.base import Titles, Understanding
from services.understanding.stages.pronouns import points
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import word_set

SURE = 0.9
"""How sure a command is that says a task by some of its words."""
TASK = "task"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_EMPTY = word_set("""a an the my our your his her its their this that these those to of for on in at and with from
    about please task tasks job jobs ticket thing things one ones up off out""")
"""Words that say nothing of which task it is."""
_IT = word_set("it that this they") | {"that one", "this one", "that task", "this task", "the task", "that job"}
_THEM = word_set("them those these both they") | {"those tasks", "these tasks", "both of them", "all of them"}
_PLURAL = word_set("them those they")
"""Said of one thing, too, that was asked of by name: the cupcakes."""
_ENDINGS = word_set("s es d ed ing er r n en t")
_STEM = 4
_IRREGULAR = {
    form: verb
    for verb, forms in {
        "ring": "rang rung", "send": "sent", "buy": "bought", "write": "wrote written", "pay": "paid",
        "make": "made", "build": "built", "bring": "brought", "get": "got gotten", "tell": "told", "meet": "met",
        "find": "found", "hold": "held", "take": "took taken", "sweep": "swept", "choose": "chose chosen",
        "do": "did done", "speak": "spoke spoken", "hang": "hung", "sell": "sold", "draw": "drew drawn",
        "put": "putting", "set": "setting", "cut": "cutting", "give": "gave given", "lay": "laid", "see": "saw seen",
    }.items()
    for form in forms.split()
}  # fmt: skip
_ADDRESSED = re.compile(r"\b(?:mrs?|ms|miss|dr|doctor|frau|herr|prof|professor)\.? ([^\W_]+)", re.I)
_ME = word_set("me myself i")
_PERSON = word_set("he she him her")
_LONGEST_NAME = 4
_LATELY = 8
"""Mentions: of a task with its parts, too."""
_LEADS = re.compile(r"(?:[\s,]+(?:and|to be done|due|by|until|till|for|on|before|at))+\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """The tasks that words mean: their title, or the words, where several fit."""

    words: str
    references: tuple[Reference, ...] = ()


def form_of(word: str, other: str) -> bool:
    """Whether two words are forms of one: printing and print, ordered and order."""
    one, two = _IRREGULAR.get(word, word), _IRREGULAR.get(other, other)
    if one == two:
        return True
    long, short = (one, two) if len(one) > len(two) else (two, one)
    if len(short) > 1 and long.startswith(short) and long[len(short) :] in _ENDINGS:
        return True
    return min(len(one), len(two)) > _STEM and one[:_STEM] == two[:_STEM] and abs(len(one) - len(two)) <= 3


def counting(text: str) -> list[str]:
    """The words of a text that say which task is meant."""
    said = [word.casefold().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]
    return [word for word in said if word not in _EMPTY]


def titled(titles: Titles, kind: str = TASK) -> list[tuple[str, ...]]:
    """The titles of what is open of a kind, in words."""
    return [words for begun in titles.values() for words, kinds in begun.items() if kind in kinds]


def has_word(title: Sequence[str], word: str) -> bool:
    title = [each.replace("’", "'").removesuffix("'s") for each in title]
    joined = (one + two for one, two in pairwise(title))
    return any(form_of(word, other) for other in title) or word in joined


def fitting(titles: Titles, words: str, kind: str = TASK) -> list[str]:
    """The titles that have all of these words; if one has no others, only that one."""
    wanted = counting(words)
    fits = [title for title in titled(titles, kind) if wanted and all(has_word(title, word) for word in wanted)]
    whole = [title for title in fits if len(counting(" ".join(title))) == len(wanted)]
    return [" ".join(title) for title in (whole if len(whole) == 1 else fits)]


def nearest(titles: Titles, wanted: Sequence[str]) -> list[str]:
    """The titles that have the most of these words; none where none has any."""
    counts = {title: sum(has_word(title, word) for word in wanted) for title in titled(titles)}
    most = max(counts.values(), default=0)
    return [" ".join(title) for title, count in counts.items() if most and count == most]


def head(said: Understanding) -> Mention | None:
    """The task that was spoken of last, where nothing but people was since."""
    things = (each for each in said.conversation.mentions if each.kind not in ("person", "channel"))
    first = next(things, None)
    return first if first and first.kind == TASK else None


def family(said: Understanding) -> str:
    """What the last command was about; empty where there was none."""
    last = said.conversation.last
    return VOCABULARY[last.steps[-1].action].family if last else ""


def pointed(said: Understanding, words: str) -> Subject | None:
    """The tasks that "it" or "those" stand for."""
    wanted = words.casefold().strip()
    if wanted in _THEM and head(said) and not (wanted in _PLURAL and _last_named(said)):
        listed = [each for each in said.conversation.listed if each.kind == TASK]
        if len(listed) == len(said.conversation.listed) > 0 and head(said) in listed:
            return Subject(words, tuple(_reference(words, each) for each in listed))
    one = head(said) if (wanted in _IT | _THEM or not wanted) and not _one_of_many(said) else None
    return Subject(one.name, (_reference(words, one),)) if one else None


def _one_of_many(said: Understanding) -> bool:
    """Whether the last answer told of several, of which no one was spoken of by itself."""
    last, listed = said.conversation.last, said.conversation.listed
    asked = last is not None and last.steps[-1].action == "task.query"
    return asked and len(listed) > 1 and head(said) in listed and not _last_named(said)


def _last_named(said: Understanding) -> bool:
    """Whether the last question was about a task by name."""
    last = said.conversation.last
    return last is not None and "title" in last.steps[-1].slots


def spoken_of(said: Understanding, words: str) -> bool:
    """Whether tasks are spoken of, and one of the last of them is called so, whatever else is."""
    wanted = counting(words)
    lately = [each.name.casefold().split() for each in said.conversation.mentions[:_LATELY] if each.kind == TASK]
    return family(said) == TASK and any(all(has_word(title, word) for word in wanted) for title in lately if wanted)


def points_at_it(words: str) -> bool:
    """Whether the words only point at something."""
    return words.casefold().strip() in _IT | _THEM


def latest_task(said: Understanding, words: str) -> Subject | None:
    """The task spoken of last, where "it" can be nothing but a task."""
    one = latest(said.conversation, (TASK,)) if words.casefold() in _IT | _THEM else None
    return Subject(one.name, (_reference(words, one),)) if one else None


def _reference(words: str, task: Mention) -> Reference:
    return Reference("title", words, TASK, task.name, task.id, "context")


def subject(said: Understanding, words: str) -> Subject | None:
    """The tasks that words mean, by pointing or by their titles; None where no open task fits."""
    words = words.strip(" ,.!?;:")
    if words.casefold() in _IT | _THEM:
        return pointed(said, words)
    return named(said, words)


def named(said: Understanding, words: str) -> Subject | None:
    """The task of these words; the words themselves where several fit, of which none was spoken of lately, and where
    they tell its place among those just told.
    """
    if points(words.strip()) and any(each.kind == TASK for each in said.conversation.listed):
        return Subject(words.strip())
    return _of(said, words, fitting(said.directory.titles(), words))


def about(said: Understanding, words: str) -> Subject | None:
    """The task that a whole sentence is about: the one that has the most of its words. A name alone tells nothing."""
    called = {name.casefold() for name in _ADDRESSED.findall(words)}
    things = [word for word in counting(words) if word not in called and not _is_named(said, word)]
    return _of(said, words, nearest(said.directory.titles(), things))


def _is_named(said: Understanding, word: str) -> bool:
    return said.names.is_name(word) or isinstance(said.names.resolve(word, ("customer", "project")), NameFound)


def _of(said: Understanding, words: str, titles: Sequence[str]) -> Subject | None:
    if len(titles) > 1:
        spoken_of = [" ".join(counting(each.name)) for each in said.conversation.mentions if each.kind == TASK]
        lately = [title for each in spoken_of[:3] for title in titles if " ".join(counting(title)) == each]
        titles = lately[:1] or titles
    if not titles:
        return None
    return Subject(titles[0]) if len(titles) == 1 else Subject(" ".join(counting(words)))


def people(said: Understanding, words: str) -> list[str] | None:
    """Who is named, as spoken; None where one of them is nobody known."""
    names = [each.strip(" ,") for each in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words.strip(" ,.!"))]
    return names if names and all(somebody(said, name) for name in names) else None


def somebody(said: Understanding, name: str) -> bool:
    words = name.casefold().split()
    if not 0 < len(words) <= _LONGEST_NAME:
        return False
    if words[0] in _PERSON:
        spoken_of = (*said.conversation.mentions, *said.conversation.heard)
        return len(words) == 1 and any(each.kind == "person" for each in spoken_of)
    if words[0] in _ME:
        return len(words) == 1
    found = said.names.resolve(name, ("person",))
    return isinstance(found, NameFound | Ambiguous) and found.how != "close"


def time_of(said: Understanding, words: str) -> str | None:
    """A time, where the words are nothing else."""
    words = words.strip(" ,.!")
    words = f"on {words}" if points(words) else words  # the tenth is a day here, none of ten
    slots = told(words, VOCABULARY["task.deadline"], said.now, said.names)
    when = slots.get("when")
    return when if isinstance(when, str) and set(slots) == {"when"} else None


def without_time(said: Understanding, words: str) -> tuple[str, str]:
    """(the words without the time at their end, that time); the time is empty where none stands there."""
    words = words.rstrip(" ,.!")
    last = next(reversed(find(words, said.now, said.house)), None)
    if last is None or last.span[1] != len(words) or last.kind == "duration" or not words[: last.span[0]].strip():
        return words, ""
    return _LEADS.sub("", words[: last.span[0]]).rstrip(" ,"), words[last.span[0] :]


def command(said: Understanding, action: str, task: Subject, **slots: Slot) -> Command:
    """What is to be done with a task."""
    step = Step(action, {"title": task.words, **slots}, references=task.references)
    return Command(said.text, (step,), SURE, "template")


def both(first: Command, second: Command) -> Command:
    """The steps of two commands, one behind the other."""
    later = (replace(step, after=(0,)) for step in second.steps)
    return replace(first, steps=(*first.steps, *later))

"""Words in the place of a name that are none: nobody is offered to be added who is called "he's paid" or "the skip"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Slot, Step
from services.understanding.names.base import NameFound, Unknown
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Doubtful, Titles, Understanding
from services.understanding.stages.pronouns import pointing
from services.understanding.stages.titles import title_words
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import word_set

_NO_NAME = word_set("""i me we us you he she it they him her them his its their my our your this that these those there
    here who what when where why how is are was were be been am has have had do does did will would can could shall
    should may might must paid pay pays owe owes just too also now then not no yes today tomorrow tonight yesterday
    monday tuesday wednesday thursday friday saturday sunday everything something nothing everyone somebody nobody
    ve re ll""")
_ARTICLES = word_set("the a an")
_PIECE = re.compile(r"[^\W_]+")


def strangers(said: Understanding) -> Understanding:
    """Without the words that are no names: what they stood for is asked, or left out."""
    steps = tuple(_about_a_project(_named(step, said), said) for step in said.command.steps)
    command, kept = replace(said.command, steps=steps), []
    said = replace(said, command=command)
    if pointing(command) is not None:
        return said
    for each in said.doubtful:
        action = VOCABULARY[command.steps[each.step].action]
        if not (isinstance(each.resolved, Unknown) and action.writes and _is_none(said, each)):
            kept.append(each)
            continue
        step = command.steps[each.step]
        told = step.slots.get(each.slot)
        rest = [value for value in told if value != each.words] if isinstance(told, (list, tuple)) else []
        slots: dict[str, Slot] = {slot: value for slot, value in step.slots.items() if slot != each.slot}
        slots |= {each.slot: rest} if rest else {}
        steps = (*command.steps[: each.step], replace(step, slots=slots), *command.steps[each.step + 1 :])
        command = replace(command, steps=steps)
    return replace(said, command=command, doubtful=tuple(kept))


def _named(step: Step, said: Understanding) -> Step:
    """Without a pronoun as the name of somebody new: "put him in the contacts" asks who that is; where we just offered
    to add Petersen it is him.
    """
    slot, makes = VOCABULARY[step.action].subject or "name", VOCABULARY[step.action].makes
    if makes not in ("person", "customer") or str(step.slots.get(slot, "")).casefold() not in _NO_NAME:
        return step
    others = {other: value for other, value in step.slots.items() if other != slot}
    return replace(step, slots={slot: name, **others} if (name := _offered(said, makes, slot)) else others)


def _about_a_project(step: Step, said: Understanding) -> Step:
    """With a project among those who come as what it is about: "a site visit with Aisha, Harbour House"."""
    told = step.slots.get("attendees")
    if step.action != "meeting.create" or not isinstance(told, (list, tuple)):
        return step
    titles = said.directory.titles()
    projects = [each for each in told if isinstance(each, str) and _is_project(titles, title_words(each))]
    projects = [each for each in projects if not isinstance(said.names.resolve(each, ("person",)), NameFound)]
    if not projects:
        return step
    people = [each for each in told if each not in projects]
    title = f"{step.slots.get('title', 'meeting')} about {' and '.join(projects)}"
    others = {slot: value for slot, value in step.slots.items() if slot != "attendees"}
    return replace(step, slots={**others, "title": title, **({"attendees": people} if people else {})})


def _is_project(titles: Titles, words: tuple[str, ...]) -> bool:
    return bool(words) and "project" in titles.get(words[0], {}).get(words, ())


def _offered(said: Understanding, makes: str, slot: str) -> str:
    """Whom we offered to add just now, or before what was said last."""
    before = said.conversation.earlier
    questions = (said.conversation.question, before.question if before else None)
    steps = [step for question in questions if question for step in question.first]
    return next((str(step.slots.get(slot, "")) for step in steps if VOCABULARY[step.action].makes == makes), "")


def _is_none(said: Understanding, doubtful: Doubtful) -> bool:
    words = [word.casefold() for word in _PIECE.findall(doubtful.words)]
    if set(words) & _NO_NAME:
        return True
    if doubtful.kinds != ("customer",) or not words:
        return False
    if any(number_of(word) is not None for word in words):  # "forty five actually" tells a sum
        return True
    # "Note Vogt paid fifty": somebody known, and a word that is none of the name.
    known = any(isinstance(said.names.resolve(word, ("customer",)), NameFound) for word in words if len(words) > 1)
    return known or (words[0] in _ARTICLES and doubtful.words.islower())

"""A sentence that repeats the last command or goes on with it: "one for Anna", "what about tomorrow?", "and bread"."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz

from services.understanding.base import Command
from services.understanding.conversation.changes import (
    ALIKE,
    changed,
    instead,
    rest_behind,
    with_items,
    with_step,
    writes,
)
from services.understanding.stages.base import Understanding
from services.understanding.stages.correction import behind_a_no
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import split_words

_REPEATS = re.compile(
    r"^(?:and |also |then |now |plus |okay |ok )*"
    r"(?:(?:add |create |make |set )?(?:one more|another one|another|one)(?: like that| of (?:those|them))?(?: too)?"
    r"|(?:do |send |give |tell |book |add |write |say |set )?(?:the )?same(?: thing| message| amount)?(?: again)?"
    r"|do (?:that|it)(?: again| too)?|again|once more|aur ek|aur)"
    r"(?:\s+|$)",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:one|another)\b", re.IGNORECASE)
_ASKS_AGAIN = re.compile(r"^(?:and |so |okay |ok )*(?:what|how) about\s+|^and\s+", re.IGNORECASE)
_GOES_ON = re.compile(r"^(?:(?:oh|ah|um|uh)[\s,]+)?(?:and|also|plus|aur)(?:\s+(?:also|some))?\b[\s,]*", re.IGNORECASE)
_POINTS = re.compile(
    r"(?=(?:the )?(?:first|second|third|fourth|fifth|last|other)(?: one)? (?:too|as well)\b|.{1,40}\bbhi[.!]*$)",
    re.IGNORECASE,
)
_RINGS = ("reminder.create", "alarm.create")
_TIMED = {"timer.start": "duration", "alarm.create": "when"}
"""What is made by its time alone, with the slot of that."""
_MAYBE = 0.7
"""How sure a command is at most that only goes on with the last one: money and messages are asked about first."""
_MOST_OTHER_WORDS = 8
_NAMES = ("name",)
_SPELLED_SO = 70.0
"""rapidfuzz ratio from which a word is another one spelled otherwise."""


def repetition(said: Understanding) -> Understanding | None:
    """The last command once more, with what is told anew."""
    last, made = said.conversation.last, said.conversation.made
    if last is None:
        return None
    rest, like = rest_behind(_REPEATS, said.text), last
    if rest is None and not writes(last):
        rest = rest_behind(_ASKS_AGAIN, said.text)
    elif made and _ANOTHER.search(said.text):
        like = made
    if rest is None:
        return None
    once_more = changed(replace(like, steps=like.steps[-1:]), rest, said.now, said.names)
    return said.found(_at_its_hour(once_more, said) if once_more else None, "command")


def _at_its_hour(command: Command, said: Understanding) -> Command:
    """ "And the same on Monday": what rings does so at the hour at which it did."""
    step, before = command.steps[-1], said.conversation.last_when
    when = step.slots.get("when")
    found = find(when, said.now, said.house) if isinstance(when, str) and step.action in _RINGS and before else []
    if before is None or len(found) != 1 or found[0].grain != "day" or found[0].span[1] < len(str(when)):
        return command
    at = before.astimezone(said.now.tzinfo)
    return with_step(
        command, len(command.steps) - 1, replace(step, slots={**step.slots, "when": f"{when} at {at:%H:%M}"})
    )


def continuation(said: Understanding) -> Understanding | None:
    """ "And bread": the last step once more; "no, oat milk": reworded. For words that are no command themselves."""
    last = said.conversation.last
    if last is None:
        return None
    if said.text.rstrip().endswith("?"):
        return said.found(_asked_again(said), "talk")
    if (rest := behind_a_no(said.text)) is not None:
        other = reworded(last, rest)
        return said.found(instead(other, said.conversation), "talk") if other else None
    rest = rest_behind(_GOES_ON, said.text) or rest_behind(_POINTS, said.text)
    if rest is None:
        return None
    alone = replace(last, steps=last.steps[-1:], confidence=min(last.confidence, _MAYBE))
    again = with_items(alone, rest) or _as_well(changed(alone, rest, said.now, said.names))
    return None if _rings_the_same(again, last) else said.found(again, "talk")


def _rings_the_same(again: Command | None, last: Command) -> bool:
    """ "And milk" is no timer of the same length as the one before; "and one for the milk" is."""
    slot = _TIMED.get(last.steps[-1].action)
    return again is not None and slot is not None and again.steps[-1].slots.get(slot) == last.steps[-1].slots.get(slot)


def _asked_again(said: Understanding) -> Command | None:
    """The last question of theirs, for something else."""
    rest, asked = rest_behind(_ASKS_AGAIN, said.text), said.conversation.asked
    if asked is None or rest is None:
        return None
    return asked if rest.lower() == "now" else changed(asked, rest, said.now, said.names)


def _as_well(command: Command | None) -> Command | None:
    """ "And to Mike": whoever is named comes to those who were."""
    step = command.steps[-1] if command else None
    if command is None or step is None or not step.action.endswith(".assign") or "direction" in step.slots:
        return command
    return replace(command, steps=(replace(step, slots={**step.slots, "direction": "add"}),))


def reworded(command: Command, rest: str) -> Command | None:
    """Other things for a list; another wording of what was made, if it sounds like the first."""
    said = [word.text for word in split_words(rest)]
    if not said or len(said) > _MOST_OTHER_WORDS:
        return None
    if other := with_items(command, rest):
        return other
    for index in reversed(range(len(command.steps))):
        step = command.steps[index]
        action = VOCABULARY[step.action]
        subject = action.subject or ""
        before = step.slots.get(subject)
        if not isinstance(before, str) or not action.makes:
            continue
        if fuzz.ratio(before.casefold(), rest.casefold()) >= ALIKE:
            return with_step(command, index, replace(step, slots={**step.slots, subject: rest}))
        if subject in _NAMES and (spelled := _in_its_place(rest, before)):
            return with_step(command, index, replace(step, slots={**step.slots, subject: spelled}))
    return None


def _in_its_place(word: str, before: str) -> str | None:
    """A name with one word of it spelled otherwise: "wolf", of Katrin Wolff."""
    ranked = sorted((fuzz.ratio(each.casefold(), word.casefold()), each) for each in before.split())
    near = [each for ratio, each in ranked if ratio >= _SPELLED_SO]
    if len(word.split()) != 1 or len(near) != 1 or near[0].casefold() == word.casefold():
        return None
    return before.replace(near[0], word if near[0].islower() else word[:1].upper() + word[1:])

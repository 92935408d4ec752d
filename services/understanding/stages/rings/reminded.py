"""Of what shall be reminded, where that is told by what was said before: "remind me tomorrow at nine to do it myself",
"remind me then, nine in the morning, Bruno's check-up"; and behind a reminder "and the heart pill at eight every
evening", "and the music stands, we forgot those last time".
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention
from services.understanding.stages.base import Understanding
from services.understanding.stages.rings.words import LONGEST, SURE, bare, head_of, step_about, with_reasons
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import split_words, word_set

_MADE = ("reminder.create", "reminder.update")
_KINDS = ("task", "meeting", "project")
"""Of what one is reminded by its name alone."""
_IT = re.compile(
    r"(?:(?:to )?(?:actually |finally |really |then )*(?:do|see to|deal with|take care of|get to|handle|get round to"
    r"|sort out) (?:it|that|this)(?: myself| now| then| one| again)*|then|(?:about )?(?:it|that|this))"
    r"(?: then| again| myself)*",
    re.IGNORECASE,
)
""" "To do it myself", "then": no words of its own."""
_LEADS = re.compile(
    r"^(?:(?:please|hey|ok|okay|so|and|now|well|oh|can you|could you|would you|will you|can u)[\s,]+)*", re.I
)
_FOR_ME = re.compile(
    r"(?:[\s,]+(?:for me|for us|please|then|now|will you|would you))+[\s.!?]*$|[\s.!?]+$", re.IGNORECASE
)
_THAT_DAY = re.compile(
    r"(?:right |so |ok(?:ay)? |and )*,?\s*remind (?:me|us) (?:then|(?:on )?that day)[\s,]+(?P<rest>.+)", re.IGNORECASE
)
_TO = re.compile(r"^(?:to|of|about|that|for)\s+", re.IGNORECASE)
_AT = re.compile(r"(?:^|[\s,]+)(?:at|on|for|by|from)?\s*$", re.IGNORECASE)
_AND_ME = re.compile(
    r"(?:and|also|then)\b[\s,]+(?:please )?remind (?:me|us) (?:at|on|by|in|tomorrow|tonight)\b.+", re.IGNORECASE
)
""" "And remind me at noon", behind a new meeting."""
_ABOUT_IT = re.compile(r"\b(?:about|of) (?:it|that|this|them|those)\b", re.IGNORECASE)
_DO_IT = re.compile(r"\bdo (?:it|that|this)\b", re.IGNORECASE)
_BY_THEN = re.compile(r"\b(?:by|until|till)$|^(?:by|until|till)\b", re.IGNORECASE)
_AND = re.compile(r"^(?:(?:oh|ah|okay|ok)[\s,]+)*(?:and|also|plus)(?: also| then)?[\s,]+", re.IGNORECASE)
_A_THING = re.compile(r"(?:the|my|our|his|her|their|some|an?) [\w' -]+", re.IGNORECASE)
_TO_DO = re.compile(r"to (?P<what>[a-z]+(?: [\w'-]+){1,6})", re.IGNORECASE)
""" "And to buy lemons"."""
_MOST_WORDS = 7
_POINTS = word_set("it that this them one ones same again")
_TALK = word_set("""i we you he she they is are was were what when where who how
    move make cancel delete stop change""")


def reminded(said: Understanding) -> Understanding:
    """The reminder with what it is of, where it only points there."""
    steps = tuple(_of_what(step, said) for step in said.command.steps)
    return said if steps == said.command.steps else replace(said, command=replace(said.command, steps=steps))


def _of_what(step: Step, said: Understanding) -> Step:
    points = (
        (_AND_ME.fullmatch(said.text.strip()) and _made_one(said))
        or _ABOUT_IT.search(said.text)
        or (said.conversation.declined and _DO_IT.search(said.text))
    )
    title = step.slots.get("title") or ("it" if points else None)
    if step.action != "reminder.create" or step.references or not isinstance(title, str) or not _IT.fullmatch(title):
        return step
    if declined := said.conversation.declined:
        told = _FOR_ME.sub("", _LEADS.sub("", declined))
        return replace(step, slots={**step.slots, "title": told})
    about = next((each for each in said.conversation.mentions if each.kind in _KINDS), None)
    if about is None or not about.name:
        return replace(step, slots={slot: value for slot, value in step.slots.items() if slot != "title"})
    return replace(step, slots={**step.slots, "title": about.name}, references=(*step.references, _reference(about)))


def _made_one(said: Understanding) -> bool:
    """Whether the last command made what one may be reminded of."""
    last = said.conversation.last
    return last is not None and said.conversation.done and VOCABULARY[last.steps[-1].action].makes in _KINDS


def _reference(about: Mention) -> Reference:
    return Reference("title", "it", about.kind, about.name, about.id, "context")


def further_reminder(said: Understanding) -> Understanding | None:
    """One for the day that was asked about; behind one, another or more of the same."""
    if said.told or len(said.text) > LONGEST or said.text.rstrip().endswith("?"):
        return None
    step = _on_that_day(said) or _another(said) or _more_of_it(said)
    return said.found(Command(said.text, (step,), SURE, "template"), "talk") if step else None


def _on_that_day(said: Understanding) -> Step | None:
    """ "Remind me then, nine in the morning, Bruno's check-up", behind a date."""
    told, day = _THAT_DAY.fullmatch(said.text.strip(" .!")), said.conversation.last_when
    if told is None or day is None:
        return None
    rest = told["rest"]
    found = next((each for each in find(f"at {rest}", said.now, said.house) if each.grain == "minute"), None)
    at = day.astimezone(said.now.tzinfo)
    if found is None or found.start is None or found.span[0] > len("at "):
        return Step("reminder.create", {"title": _TO.sub("", rest), "when": f"{at:%B} {at.day}, {at.year}"})
    title = _TO.sub("", rest[found.span[1] - len("at ") :].strip(" ,"))
    when = f"{at:%B} {at.day}, {at.year} at {found.start:%H:%M}"
    return Step("reminder.create", {"title": title, "when": when}) if title else None


def _another(said: Understanding) -> Step | None:
    """ "And the heart pill at eight every evening", behind a reminder."""
    rest, slots = _thing_and_time(said)
    last = said.conversation.last
    if not rest or not slots or last is None or last.steps[-1].action not in _MADE:
        return None
    return Step("reminder.create", {"title": rest, **slots}) if _is_thing(said, rest) else None


def _thing_and_time(said: Understanding) -> tuple[str, dict[str, Slot]]:
    begun = _AND.match(said.text.strip())
    text = bare(said.text.strip()[begun.end() :]) if begun else ""
    found = find(text, said.now, said.house) if text else []
    start, end = (found[0].span[0], found[-1].span[1]) if found else (0, 0)
    together = all(two.span[0] - one.span[1] <= 1 for one, two in pairwise(found))
    if not found or not together or (start and end < len(text)):
        return "", {}
    rest = _AT.sub("", text[:start]).strip(" ,") if start else _TO.sub("", text[end:].strip(" ,"))
    if _BY_THEN.match(text[start:end].strip()) or _BY_THEN.search(text[:start].strip()):
        return "", {}  # a task has a deadline
    kind = "recurrence" if any(each.kind == "recurrence" for each in found) else "when"
    told = text[start:end].strip(" ,")
    told = told if find(told, said.now, said.house) else f"at {told}"
    return rest, {kind: told} if all(each.kind != "duration" for each in found) else {}


def _more_of_it(said: Understanding) -> Step | None:
    """ "And the music stands, last time we forgot those as well": more of what one shall be reminded of."""
    last, head = said.conversation.last, head_of(said)
    begun = _AND.match(said.text.strip())
    if not begun or last is None or last.steps[-1].action not in _MADE or len(last.steps) != 1 or not head:
        return None
    mine = next((each for each in said.directory.ringing() if each.id == head[1] and each.kind == "reminder"), None)
    text = bare(said.text.strip()[begun.end() :])
    if mine and (also := _TO_DO.fullmatch(text)) and not find(text, said.now, said.house):
        return step_about("reminder.update", mine, {"new_title": f"{mine.name} and {also['what']}"})
    for rest, _ in [*with_reasons(text), (text.split(",")[0].strip(), "")] if mine else ():
        plain = re.sub(r",? (?:too|as well)$", "", rest, flags=re.IGNORECASE)
        if mine and _A_THING.fullmatch(plain) and _is_thing(said, plain) and not find(plain, said.now, said.house):
            return step_about("reminder.update", mine, {"new_title": f"{mine.name} and {plain}"})
    return None


def _is_thing(said: Understanding, words: str) -> bool:
    """Whether it may be what one is reminded of, and asks for nothing else."""
    plain = [word.text for word in split_words(words)]
    if not 0 < len(plain) <= _MOST_WORDS or set(plain[:1]) & _TALK or set(plain) & _POINTS:
        return False
    return not said.read_plainly(said.text).steps and not said.read_plainly(words).steps

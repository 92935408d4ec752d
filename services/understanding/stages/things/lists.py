"""Lists: what is said of the one just spoken of, or of one that is named anywhere, and which list is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.cannot import cannot
from services.understanding.conversation.checklists import deeds
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    called_as,
    has_word,
    holder,
    named,
    standing,
    words_of,
)
from services.understanding.conversation.list_additions import made_missing
from services.understanding.conversation.list_phrases import HEADING, POINTS, SAID_AGAIN
from services.understanding.conversation.list_remarks import no_thing, orders
from services.understanding.conversation.list_things import head_of_name
from services.understanding.conversation.memory import latest
from services.understanding.reserved import closes
from services.understanding.sentences.spans import find_spans
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.remarks.tellings import tells
from services.understanding.stages.tasks.only import is_of_a_task
from services.understanding.stages.tasks.titles import fitting
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when.words.lexicon import SMALL, TENS
from services.understanding.words import split_words, word_set

_LONGEST = 240
_SURE, _PRECISE = 0.9, 0.95
_SURELY_OTHER = 0.7
_ASKED_ALL = re.compile(r"\blists\b", re.IGNORECASE)
_NAMED = re.compile(r"\blist\b|\bgroceries\b", re.IGNORECASE)
_PEOPLE = ("person", "item", "customer")
_TICKS = re.compile(r"\b(?:tick|cross|check|mark|strike)\b.*\boff\b", re.IGNORECASE)
_TICKED = re.compile(
    r"(?:(?:oh|ah|ok|okay|and|so|well|yes|now)[\s,]+)*(?:(?:you|we|i) can |can you |could you |please )?"
    r"(?:tick|cross|check|strike) (?:off (?P<first>[^,.;]+)|(?P<last>[^,.;]+?) off)(?:[,.;]\s+(?P<why>.*))?",
    re.IGNORECASE,
)
_ON_A_DAY = re.compile(
    r"(?:(?:and|so|ok|okay|well)[\s,]+)*(?:what|anything)(?:'s| is| have (?:i|we)(?: got)?| do (?:i|we) have"
    r"| am i doing)?(?: on| happening| going on| planned)*(?: on| for)? (?P<day>(?:on |for )?\S.*)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*[,.;]\s+|\s+[—–-]+\s+")
_COUNT_RIGHT = re.compile(
    rf"(?<![\w-])(?<!ty )(?:\d+|(?:{'|'.join((*SMALL, *TENS))})\b)"
    r"(?P<thing> (?P<unit>[a-z]+)\b(?:(?!\b(?P=unit)\b).)*?)"
    rf"[\s,]+(?:no|sorry|actually|i mean|make that|rather)\b[\s,]*(?P<new>\d+|(?:{'|'.join((*SMALL, *TENS))}))"
    r" (?P=unit)[\s.!]*$",
    re.IGNORECASE,
)
_SAYS = word_set("must should reckon reckons thinks says said meant claims promised swears damn")
_PERSONS = ("him", "her")
_ELSEWHERE = ("meeting.query", "search.query", "meeting.update", "task.query", "channel.query")
_ANYTHING = re.compile(
    r"(?:anything|something|nothing|much|many|a lot|stuff)(?: (?:left|else|still|more|missing))*", re.I
)
_PUTS = ("list.add", "list.create", "list.query", "list.remove", "list.complete")


def list_talk(said: Understanding) -> Understanding | None:
    """Behind a list, or with its name: "take those off", "what's still missing", "move batteries to shopping"."""
    if len(said.text) > _LONGEST or closes(said.text) or cannot(said.text):
        return None  # "nope, nothing" takes nothing off, and "take a picture" no picture
    talk = _talk(said)
    if _asks_of_a_day(said, talk):
        return None
    if (not talk.action or _NAMED.search(said.text)) and _is_read(said):
        return None
    found = deeds(said.text, talk) or made_missing(said.text, _not_there(said, talk))
    found = [_without_told(said, each) for each in found]
    if not found:
        return said.found(_ticked_task(said, talk), "talk")
    if _is_of_a_task(said, found) or any(_is_saying(each) for each in found):
        return None
    steps = tuple(
        Step(
            each.action, {**({"list": each.list} if each.list else {}), **({"items": each.items} if each.items else {})}
        )
        for each in found
    )
    return said.found(Command(said.text, steps, _SURE, "template"), "talk")


def count_right(said: Understanding, stage: Stage) -> Understanding | None:
    """ "Two sheets of MDF on timber, no, three sheets"."""
    right = _COUNT_RIGHT.sub(r"\g<new>\g<thing>", said.text) if len(said.text) <= _LONGEST else said.text
    found = stage(replace(said, text=right)) if right != said.text and not said.told else None
    adds = found is not None and any(step.action == "list.add" for step in found.command.steps)
    return replace(found, text=said.text) if found and adds else None


def _is_saying(deed: Deed) -> bool:
    """Whether a thing that is put down is what somebody says: "Petra reckons billing", "damn, she meant October"."""
    items = deed.items if deed.action == "list.add" else ()
    return any(_SAYS & {word.text for word in split_words(str(row["item"]))} for row in items)


def _asks_of_a_day(said: Understanding, talk: ListTalk) -> bool:
    """ "What have I got on Saturday", though a list is called "tools for Saturday"."""
    asked = _ON_A_DAY.fullmatch(said.text.strip(" ?.!"))
    if asked is None or any(asked["day"].casefold() == each.name.casefold() for each in talk.lists):
        return False
    told = [(span.start, span.end) for span in find_spans(asked["day"], said.now, said.house)]
    return told == [(0, len(asked["day"]))]


def _ticked_task(said: Understanding, talk: ListTalk) -> Command | None:
    """ "You can cross the council off, Ben did it for me", of a task."""
    ticked = _TICKED.fullmatch(said.text.strip(" .!"))
    if ticked is None or (ticked["why"] and orders(ticked["why"])):
        return None
    step = Step("list.complete", {"items": [{"item": ticked["first"] or ticked["last"]}]})
    done = _of_a_task(step, said, talk)
    return Command(said.text, (done,), _SURE, "template") if done is not step else None


def headed(said: Understanding) -> Understanding | None:
    """ "Swag list, the stickers are here, tick those off", "add Jule. Sorry, Pawel, add Pawel": one order, not two."""
    begun = HEADING.fullmatch(said.text.strip())
    known = begun is not None and named(begun["list"], said.directory.lists()) is not None
    again = SAID_AGAIN.fullmatch(said.text)
    found = list_talk(said) if known or again else None
    all_in_one = found is not None and len({step.slots.get("list") for step in found.command.steps}) == 1
    return found if all_in_one else None


def _without_told(said: Understanding, deed: Deed) -> Deed:
    """What goes on a list without what only tells behind it: "two bags, the kids want pancakes"."""
    if deed.action != "list.add" or not deed.items:
        return deed
    told = [clause.casefold() for clause in _CLAUSE.split(said.text)[1:] if tells(clause, said)]
    rows = [row for row in deed.items if not any(row.get("item", "").casefold() in clause for clause in told)]
    return replace(deed, items=rows) if rows else deed  # "put it on the ideas, the bag is the logo"


def _is_of_a_task(said: Understanding, found: Sequence[Deed]) -> bool:
    """ "Tick the stollen off", where no list has it and a task has."""
    ends = all(each.action in ("list.complete", "list.remove") for each in found)
    return ends and all(is_of_a_task(said, row.get("item", "")) for each in found for row in each.items)


def _not_there(said: Understanding, talk: ListTalk) -> str:
    """The name of a list that was asked about last, and is not there."""
    last = said.conversation.last
    name = str(last.steps[-1].slots.get("list", "")) if last and last.steps[-1].action == "list.query" else ""
    return name if name and named(name, talk.lists) is None else ""


def which_list(said: Understanding) -> Understanding:
    """The command with the list that each step means, where it names none or only a part of its name."""
    if not any(step.action in _PUTS for step in said.command.steps) or not said.directory.lists():
        return said
    talk = _talk(said)
    if talk.focus is None and (mention := latest(said.conversation, ("list",))):
        talk = replace(talk, focus=named(mention.name, talk.lists))
    things = [step for step in said.command.steps if step.action != "list.add" or not all(map(no_thing, _items(step)))]
    steps = tuple(
        _of_a_task(_placed(_of_anything(_of_somebody(_counted(step, said, talk), said)), said.text, talk), said, talk)
        for step in things or said.command.steps
    )
    return replace(said, command=replace(said.command, steps=steps))


def _counted(step: Step, said: Understanding, talk: ListTalk) -> Step:
    """ "Put two", of what was asked about, "tape, put four": a number alone is no thing, but how many of one."""
    rows = step.slots.get("items", ())
    if step.action != "list.add" or isinstance(rows, str):
        return step
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    before = _items(last) if last and VOCABULARY[last.action].family == "list" else []
    clauses = _CLAUSE.split(said.text)[:-1] if talk.focus else []
    before = next((there for each in clauses if talk.focus and (there := standing(each, talk.focus))), before)
    told: list[Mapping[str, str]] = []
    for row in rows:
        if isinstance(row, str) or number_of(row["item"]) is None:
            told.append({"item": row} if isinstance(row, str) else row)
        elif len(before) == 1:
            told.append({"item": before[0], "quantity": row["item"]})
    return replace(step, slots={**step.slots, "items": told}) if told != list(rows) else step


def _of_a_task(step: Step, said: Understanding, talk: ListTalk) -> Step:
    """ "You can cross the council off": what stands on no list, and is a task's, is done."""
    names = _items(step) if step.action in ("list.complete", "list.remove") else []
    if len(names) != 1 or not _TICKS.search(said.text) or any(_heads(names[0], each) for each in talk.lists):
        return step
    told = named(str(step.slots.get("list", "")), talk.lists)
    if _NAMED.search(said.text) or (told and set(words_of(told.name)) & set(words_of(said.text))):
        return step
    tasks = fitting(said.directory.titles(), names[0])
    return Step("task.complete", {"title": tasks[0]}) if len(tasks) == 1 else step


def _heads(told: str, there: KnownList) -> bool:
    """Whether it stands on the list itself; "rum for the stollen" is no stollen."""
    words = words_of(told)
    return any(all(has_word(words_of(head_of_name(item)), word) for word in words) for item in standing(told, there))


def _placed(step: Step, text: str, talk: ListTalk) -> Step:
    if step.action not in _PUTS or step.action == "list.create":
        return step
    told = step.slots.get("list")
    if isinstance(told, str) and told:
        there = named(told, talk.lists) or called_as(told.removeprefix("to "), talk.lists)
        return _on(step, there) if there and there.name.casefold() != told.casefold() else step
    if len(talk.lists) == 1:
        return step
    if step.action == "list.query":
        return step if _ASKED_ALL.search(text) or step.slots.get("items") else _on(step, talk.focus)
    if step.action == "list.add":
        return _on(step, talk.focus)
    return _on(step, holder(_items(step), talk) or talk.focus)


def _of_somebody(step: Step, said: Understanding) -> Step:
    """ "Put him on the list" puts a name there; "it", which stands for nothing, is asked for."""
    told = step.slots.get("items", ())
    if step.action != "list.add" or isinstance(told, str):
        return step
    somebody = latest(said.conversation, ("person", "customer"))
    rows: list[Mapping[str, str]] = []
    for row in told:
        if isinstance(row, str):
            return step
        item = row.get("item", "").casefold()
        if item in _PERSONS and somebody:
            rows.append({**row, "item": somebody.name})
        elif item not in (*_PERSONS, "it"):
            rows.append(row)
    return replace(step, slots={**step.slots, "items": rows}) if rows != list(told) else step


def _of_anything(step: Step) -> Step:
    """ "Is there anything left on it" asks for all that is there."""
    names = _items(step) if step.action == "list.query" else []
    if not names or not all(_ANYTHING.fullmatch(name) for name in names):
        return step
    return replace(step, slots={slot: value for slot, value in step.slots.items() if slot != "items"})


def _on(step: Step, there: KnownList | None) -> Step:
    return replace(step, slots={**step.slots, "list": there.name}) if there else step


def _talk(said: Understanding) -> ListTalk:
    """What was said of lists before."""
    lists, conversation = said.directory.lists(), said.conversation
    step = conversation.last.steps[-1] if conversation.last else None
    mention = latest(conversation, ("list",))
    behind = step is not None and VOCABULARY[step.action].family == "list"
    name = str(step.slots.get("list", "")) if step and behind else ""
    focus = named(name or (mention.name if mention else ""), lists) or (lists[0] if len(lists) == 1 else None)
    near = behind and focus is not None
    told: Slot = step.slots.get("items", ()) if step and near else ()
    rows = [dict(row) for row in told if isinstance(row, Mapping) and "item" in row]
    lone = near and len(rows) == 1 and conversation.last is not None and conversation.last.intent == "list.add"
    first = conversation.mentions[0].kind if conversation.mentions else ""
    spoken_of = focus if near or (first == "list" and not behind) else None
    return ListTalk(
        lists,
        spoken_of,
        step.action if step and near else "",
        rows,
        lone,
        None if spoken_of else focus,
        [each.name for each in (*conversation.mentions, *conversation.heard) if each.kind in _PEOPLE],
        lambda text: _is_other(said, text),
    )


def _is_read(said: Understanding) -> bool:
    """Whether the sentence says all by itself."""
    command = said.read(said.text)
    if not command.steps or command.source != "template" or command.confidence < _PRECISE:
        return False
    lists = said.directory.lists()
    own = [step for step in command.steps if VOCABULARY[step.action].family == "list"]
    if not own and command.intent in _ELSEWHERE:
        return False  # "what's on the fair list now" asks for nothing of the calendar
    return all(named(str(step.slots.get("list", "")), lists) and not _holds_talk(step) for step in own)


def _holds_talk(step: Step) -> bool:
    """Whether one of its things is none: "those", "don't forget it"."""
    return any(POINTS.fullmatch(item) or no_thing(item) for item in _items(step))


def _items(step: Step) -> list[str]:
    rows = step.slots.get("items", ())
    return [str(row["item"]) for row in rows if isinstance(row, Mapping) and "item" in row]


def _is_other(said: Understanding, text: str) -> bool:
    """Whether words are surely a command about something else than lists."""
    command = said.read(text)
    others = [step for step in command.steps if VOCABULARY[step.action].family not in ("list", "control")]
    return bool(others) and command.confidence >= _SURELY_OTHER

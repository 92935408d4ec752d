"""What is put right within its sentence: "on Friday at noon, no, Thursday at noon", "milk, no, oat milk".

What is said behind the "no" takes the place of what is of its kind before it: a time of a time, a number of a number, a
name of a name, else of the words from the one that both begin with, or end in. It counts only where the sentence put
right is read surely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from services.understanding.base import Command, Step
from services.understanding.conversation.additions import listed_items
from services.understanding.conversation.known_lists import named
from services.understanding.reserved import reserved
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.amounts import number_of
from services.understanding.slots.items import takes_place
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.people.digits import is_number
from services.understanding.stages.remarks.asides import sure
from services.understanding.words import Word, split_words, word_set

_LONGEST = 300
_MOST_TRIED = 5
_FEW = 9
_STRONG = r"(?:no|nope|i mean|i meant|or rather|make that|scratch that|correction|sorry|let['’]s say)"
_WEAK = r"(?:wait|oh|um|uh|er|hm|actually|rather|better|hang on|hold on|make it|ah)"
_MARK = re.compile(
    rf"(?P<stop>\s*[,.;!?…]+\s+|\s+[—–-]+\s+|\s+)"
    rf"(?:{_WEAK}[\s,.!…]+)*(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))(?:[\s,.!…]+(?:{_STRONG}|{_WEAK}))*"
    r"(?:[\s,.!…—–-]+)(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LEAVES_OPEN = word_set("""say says said saying answer is are was were be there there's with has have had having got of
    to in that and or the a an my it's its for at on by from if because means why about what how when who which yes i
    you we he she they don't do""")
"""A "no" behind one of these belongs to it: "say no", "with no date"."""
_GOES_WITH_NO = word_set("""one more longer matter idea problem problems need way doubt later earlier less fewer
    thanks thank rush hurry good use point chance""")
_ALIKE = ("when", "recurrence")
_DAY = re.compile(
    r"\b(?:(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|tonight)\b", re.IGNORECASE
)
_PREPOSITIONS = word_set("at on for in to by from until till with of")
_TAKES_BACK = re.compile(
    r"(?:no[\s,]+)?(?:don['’]t(?: do (?:it|that))?|forget (?:it|that|about it)|leave it|never ?mind|cancel that"
    r"|scratch that|nothing(?! \w)|not now)\b(?P<more>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NO_ITEM = re.compile(
    r"(?:^|\s+)((?:oh |um )?(?:no wait|wait no|no sorry|sorry no|no|sorry|wait|i mean|or rather"
    r"|scratch that))(?:\s+|$)",
    re.IGNORECASE,
)
_NOT_ITEM = re.compile(r"(?:no )?not (?:the )?(?P<what>.+)", re.IGNORECASE)
_I_MEANT = re.compile(r"\bi meant?\b", re.IGNORECASE)
_OWN_WORDS = ("message.send", "note.create", "routine.create")

_NOT_THAT = re.compile(r"(?:no,? )?not\b", re.IGNORECASE)
""" "Not honey, I meant jam" puts right what was said before, nothing of its own."""


def put_right(said: Understanding, stage: Stage) -> Understanding | None:
    """What a stage finds in the sentence with what was put right in place of what was not; None where nothing was."""
    text = said.text.strip()
    if len(text) > _LONGEST or said.told is not None or _NOT_THAT.match(text):
        return None
    mark = next((each for each in _marks(text) if _is_one(text, each)), None)
    if mark is None:
        return None
    before, rest = text[: mark.start()].rstrip(" ,.;"), mark["rest"].strip()
    meant = stage(replace(said, text=before))
    command = meant.command if meant else None
    if taken := _TAKES_BACK.fullmatch(rest):
        own = command is not None and any(step.action in _OWN_WORDS for step in command.steps)
        is_one = not own and len(taken["more"].split()) < _FEW
        return said.found(Command(text, (Step("control.cancel"),), 1.0, "reserved")) if is_one else None
    to_list = named(rest, said.directory.lists()) is not None  # "add pears to party, I mean shopping"
    is_meant = _I_MEANT.search(mark.group()) is not None
    if not (to_list and is_meant) and (items := _other_items(said, command, rest, meant=is_meant)) is not None:
        return said.found(replace(items, text=text), meant.leans if meant else "")
    own = command is not None and any(step.action in _OWN_WORDS for step in command.steps)
    marked = bool(mark["stop"].strip())
    action = command.steps[-1].action if command and command.steps and meant and sure(meant) else ""
    for tried in _tried(before, rest, said, narrow=own or not marked):
        found = stage(replace(said, text=tried))
        if found and sure(found) and (not action or found.command.steps[-1].action == action):
            return replace(found, text=said.text, stage="")
    return None


def _marks(text: str) -> Iterator[re.Match[str]]:
    at = 1
    while found := _MARK.search(text, at):
        yield found
        at = found.start() + 1


def _is_one(text: str, mark: re.Match[str]) -> bool:
    """Whether a "no" within a sentence puts it right."""
    before, rest = split_words(text[: mark.start()]), split_words(mark["rest"])
    if not before or not rest or (mark["strong"] is None and not mark["stop"].strip()):
        return False
    if (mark["weak"] or "").casefold() == "oh" and is_number(" ".join(word.text for word in rest[:2]), 2):
        return False  # oh one seven three is a number
    if not mark["stop"].strip() and (before[-1].text in _LEAVES_OPEN or rest[0].text in _GOES_WITH_NO):
        return False
    return len(before) > 1 or bool(reserved(before[0].text))


def _tried(before: str, rest: str, said: Understanding, *, narrow: bool) -> Iterator[str]:
    """The sentence put right, the likeliest way first; `narrow`: only what no words are by chance."""
    ways = [*_by_kind(before, rest, said.now), *_by_name(before, rest, said)]
    if not narrow or split_words(rest)[0].text in _PREPOSITIONS:
        ways += _by_word(before, rest)
    yield from list(dict.fromkeys(ways))[:_MOST_TRIED]


def _by_kind(before: str, rest: str, now: datetime) -> Iterator[str]:
    """A time, length, urgency or number in the place of the last one."""
    old, new = mask(before, find_spans(before, now)), mask(rest, find_spans(rest, now))
    lead = 1 if len(new) > 1 and new[0].text in _PREPOSITIONS else 0
    if not new[lead].kind and "," in rest:  # "twenty to three, to ring them"
        begun = mask(rest[: rest.index(",")], find_spans(rest[: rest.index(",")], now))
        new = begun if begun[0].kind else new
    told = new[lead]
    if told.kind:
        spans = [i for i, word in enumerate(old) if word.kind == told.kind or {word.kind, told.kind} <= set(_ALIKE)]
        words = rest[told.start : told.end]
        for i in reversed(spans):
            span = before[old[i].start : old[i].end]
            if _DAY.fullmatch(words) and (day := _DAY.search(span)) and day.group() != span:
                start, end = old[i].start + day.start(), old[i].start + day.end()
            else:
                start = old[i - 1].start if lead and i and old[i - 1].text in _PREPOSITIONS else old[i].start
                words, end = rest[new[0].start : told.end] if start != old[i].start else words, old[i].end
            yield f"{before[:start]}{words}{before[end:]} {rest[told.end :].strip(' ,')}".strip()
            break
    number = _number(rest, split_words(rest))
    if number or told.kind:
        yield from _last_number(before, rest, split_words(before))


def _last_number(before: str, rest: str, old: list[Word]) -> Iterator[str]:
    """ "Set a timer for five", "ten minutes": the number at the end, or the last one where only a number is told."""
    only = number_of(rest) is not None
    for i in reversed(range(len(old))):
        word = before[old[i].start : old[i].end]
        if number_of(word) is not None or (only and old[i].text in ("a", "an")):
            first = i - 1 if i and number_of(before[old[i - 1].start : old[i].end]) is not None else i
            yield f"{before[: old[first].start]}{rest}{before[old[i].end :]}"
            return
        if not only:
            return


def _number(rest: str, words: list[Word]) -> bool:
    return bool(words) and number_of(rest[words[0].start : words[0].end]) is not None


def _by_name(before: str, rest: str, said: Understanding) -> Iterator[str]:
    """A known name in the place of the last one of its kind."""
    new = [(span, entity) for span, entity in said.names.occurring(rest) if not rest[: span[0]].strip()]
    if not new:
        return
    (_, end), entity = new[0]
    old = [span for span, other in said.names.occurring(before) if other.kind == entity.kind]
    if old:
        yield f"{before[: old[-1][0]]}{rest[:end]}{before[old[-1][1] :]}{rest[end:]}"


def _by_word(before: str, rest: str) -> Iterator[str]:
    """From the word on that both begin with; or up to the one that both end in."""
    old, new = split_words(before), split_words(rest)
    same = [word for word in old[1:] if word.text == new[0].text]
    if same:
        yield f"{before[: same[-1].start]}{rest}"
    for i, word in enumerate(new[:4]):
        if word.text == old[-1].text and i < len(old) - 1:
            yield f"{before[: old[-1 - i].start]}{rest}"


def _other_items(said: Understanding, command: Command | None, rest: str, *, meant: bool) -> Command | None:
    """Another thing in the place of the last one for a list: in the whole as it is read, or behind what was said.
    `meant`: it is said to be what was meant, not only "no", which may belong to a thing ("coffee, no sugar").
    """
    whole = said.read(said.text)
    if len(whole.steps) == 1 and _is_of_items(whole.steps[-1]) and not meant:
        return _with_rows(whole, _without_the_wrong(rows_of(whole.steps[-1])))
    if command is None or not command.steps or not _is_of_items(command.steps[-1]):
        return None
    old = rows_of(command.steps[-1])
    if number_of(rest) is not None and old:
        return _with_rows(command, [*old[:-1], {**old[-1], "quantity": rest}])
    new = listed_items(rest)
    return _with_rows(command, _without_the_wrong([*old, {"item": "no"}, *new])) if new else None


def _is_of_items(step: Step) -> bool:
    return step.action.startswith("list.") and "items" in step.slots


def rows_of(step: Step) -> list[dict[str, str]]:
    """The things for a list that a step tells."""
    return [dict(row) for row in step.slots["items"] if isinstance(row, Mapping)]


def _with_rows(command: Command, rows: list[dict[str, str]]) -> Command | None:
    step = command.steps[-1]
    return (
        replace(command, steps=(*command.steps[:-1], replace(step, slots={**step.slots, "items": rows})))
        if rows
        else None
    )


def _without_the_wrong(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The things for a list without the "no" and what it takes back; none where it takes back nothing."""
    kept: list[dict[str, str]] = []
    takes_back = wrong = False
    for row in rows:
        if gone := _NOT_ITEM.fullmatch(row["item"]):
            kept, takes_back, wrong = [each for each in kept if each["item"] != gone["what"]], False, True
            continue
        before, mark, behind = [*_NO_ITEM.split(row["item"], 1), "", ""][:3]
        if before:
            kept = kept[:-1] if takes_back else kept
            kept.append({**row, "item": before.strip()})
            takes_back = False
        if mark and not behind.strip():
            takes_back = wrong = True
        elif mark:
            if not kept or (mark.lower() == "no" and not takes_place(kept[-1]["item"], behind.strip())):
                return []
            kept, wrong = [*kept[:-1], *listed_items(behind)], True
    return kept if wrong and not takes_back else []

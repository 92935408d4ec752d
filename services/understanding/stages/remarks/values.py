"""A value put right, in whatever words stand around it: "six fifty it was", "83, not 82", "quarter to seven's early
enough", "three boxes, Deniz found one more".

Of what was said last, the slot of that type takes the new value; in a note, a list, a name or a message it takes the
place of the words that are like it. A bare value is none of these: something has to say that another one was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from services.understanding.base import Command
from services.understanding.conversation.changes import ALIKE, instead, with_step, writes
from services.understanding.conversation.list_remarks import orders
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.stages.base import Stage, Understanding, first
from services.understanding.stages.correction import correction
from services.understanding.stages.details import detail
from services.understanding.stages.notes.noted import like, noted
from services.understanding.stages.remarks.tellings import tells
from services.understanding.stages.repetition import reworded
from services.understanding.stages.rings.rings import rings
from services.understanding.stages.things.meeting import meeting
from services.understanding.stages.things.meeting_talk import meeting_talk
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words, word_set

_LONGEST = 160
_MOST_CLAUSES = 5
_MOST_UNITS = 2
_MOST_THING = 4
_CLAUSE = re.compile(r"\s*[,.;:!]+\s+|\s+[—–-]+\s+")
_SORRY = (
    r"(?:i['’]?m |am )?(?:so |very |terribly |really |awfully )?sorry(?: about that)?|my (?:mistake|bad|fault)"
    r"|excuse me|pardon(?: me)?|i (?:do )?apologi[sz]e"
)
_OH = r"oh|ah|ach|argh|well|wait|hang on|hold on|hm+|um+|uh|er|okay|ok|shoot|damn|dang|oops|whoops|god|gosh|dear"
_NO = r"no|nope|nah|not quite|wrong|correction|nonsense|actually|rather|better|i mean|i meant|i said"
_OPENS = re.compile(
    rf"(?:(?:{_SORRY}|{_OH}|{_NO}"
    r"|(?:better |rather )?(?:make|change|set) (?:it|that)(?: to)?"
    r"|(?:it|that)(?:['’]s| is| was| should(?:a| have| ['’]ve)? be(?:en)?| shoulda been| must be| was (?:supposed"
    r"|meant) to be| ought to be)"
    r")\b[\s,.!]*)+",
    re.IGNORECASE,
)
_APOLOGY = re.compile(rf"(?:(?:{_OH})[\s,]+)*(?:{_SORRY}|i mean|i meant|rather)", re.IGNORECASE)
_BIDS = re.compile(
    r"(?:(?:can|could|would|will) you )?(?:please )?(?:fix|correct|change|amend|update|put)"
    r" (?:it|that|this|(?:the|that|my) note)"
    r"(?: right| in the note| for me| please)*|put it right",
    re.IGNORECASE,
)
ONCE_MORE = re.compile(
    r"(?:please )?(?:tell|write|message|text|send|let) (?:it |that )?(?:to )?"
    r"(?:him|her|them|both|all|everyone|everybody)(?: know)?(?: again| that| so| please)*|send (?:it|that) again",
    re.IGNORECASE,
)
_ENDS = re.compile(
    rf"[\s,]+(?:{_SORRY}|i mean|i meant|it (?:was|is|should be|should have been|must be|has to be|had to be)"
    r"|actually|rather|instead|then|after all|flat|sharp|exactly|on the dot|as it turns out|now|i think"
    r"|in fact|of course|to be (?:exact|precise)|(?:who|that|which)\b.*)$"
    r"|(?:['’]s|[\s,]+(?:is|are|was|will be|would be|['’]d be|['’]ll be|should be|ought to be|might be))"
    r" (?:(?:early|late|soon|long|quite|good|more than) )?(?:enough|plenty|fine|better|best|right|more like it|okay)$"
    r"|[\s,]+(?:will|would|should|['’]ll|ought to|oughta|shall|does|has to|will have to|can)(?: have to)?"
    r" (?:do|suffice)(?: it| nicely| fine)?$|[\s,]+does it$",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"sorry|flat|sharp|dot|mean|meant|my |pardon|actually|rather|instead|it |enough|better|plenty|do\b|does|now|who",
    re.I,
)
_SAYS = re.compile(
    r"(?P<who>(?:the |my |our )?(?:\w+ )?\w+(?:['’](?:ve|s|d))?) (?:says?|said|thinks?|reckons?|told me|just told me"
    r"|(?:has |have )?ask(?:s|ed)? for|wants?|prefers?)(?: (?:it['’]?s|it is"
    r"|that|it should be|it was))?\s+(?P<what>\S.*)",
    re.IGNORECASE,
)
_SAID_BEHIND = re.compile(r"(?:the |my )?(?:\w+ )?\w+ (?:says|said|thinks|reckons)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:the|his|her|their|my|our|those|these) (?:\w+ )?\w+(?:['’]s|['’]re| is| are| was| were| costs?"
    r"| comes? to) (?P<what>.+)",
    re.IGNORECASE,
)
_PAST = re.compile(r"(?:at )?(?:(?:a )?quarter|half|five|ten|twenty(?: five)?) (?:past|to)(?: [a-z]+)?", re.IGNORECASE)
_MONEY = re.compile(r"\b(?:paid|pays|pay|owes?|owed|cash|transferred|took|had|bought|ordered)\b", re.IGNORECASE)
_NOT = re.compile(r"(?:and )?not (?P<old>.{1,40})", re.IGNORECASE)
_ANOTHER = ("another", "another one", "one more", "a new one")
"""This is beside what was said, not in its place: "another one, the wing could be the counter"."""
_BESIDE = word_set("at on for in until the till more less longer shorter later earlier another")
_CALLED = ("assignees", "people", "customer")
_FAMILIES = ("meeting", "alarm", "reminder", "timer", "task", "project", "ledger")
_BY_DETAIL: tuple[Stage, ...] = (rings, meeting, meeting_talk, detail)
_BEHIND_A_NO: tuple[Stage, ...] = (noted, correction)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value, and what stood around it."""

    what: str
    old: str = ""
    again: bool = False
    """A message shall be sent once more."""


_TAKES_IT = re.compile(
    r"(?:(?:no|ok|okay|well)\b[\s,]*)*(?:i|we)(?:['’]ll| will|['’]m going to| can) (?:do|take|handle)"
    r" (?:it|that|this)\b",
    re.I,
)
""" "I'll do it myself, by Friday": whose it is, is told as well."""


def _gives_out(said: Understanding, last: Command) -> bool:
    """ "Couch is mine, curtains Ingrid", behind a list: who does what is no other item."""
    lists = VOCABULARY[last.steps[-1].action].family == "list"
    return lists and any(entity.kind == "person" for _, entity in said.names.occurring(said.text))


def value_right(said: Understanding) -> Understanding | None:
    """The last command with another value."""
    last = said.conversation.last
    if (
        last is None
        or not (writes(last) or _is_read(said))
        or said.told
        or said.conversation.question
        or len(said.text) > _LONGEST
        or _gives_out(said, last)
        or _TAKES_IT.match(said.text)
    ):
        return None
    value = _value(said)
    if value is None or (value.old and not _stood(value.old, said)):
        return None
    for tried in _tried(value, said):
        if tried and _is_of_last(tried, last):
            return replace(tried, text=said.text, stage="")
    return None


def _is_read(said: Understanding) -> bool:
    """A note or a meeting may be put right that was only told of."""
    return any(mention.kind in ("note", "meeting") for mention in said.conversation.mentions[:1])


def _value(said: Understanding) -> _Value | None:
    """The value that the clauses hold, if it is put right and all else is talk."""
    text = said.text.strip()
    if text.endswith("?"):
        return None
    clauses = [each.strip(" ,.;:!") for each in _CLAUSE.split(text)]
    clauses = [each for each in clauses if each]
    if not 0 < len(clauses) <= _MOST_CLAUSES:
        return None
    found, old, marked, again = "", "", False, False
    money = _family(said) == "ledger"  # "she had two cakes, that's thirty" is charged for as well
    for clause in clauses:
        core, marks = _core(clause)
        if _BIDS.fullmatch(clause) or _SAID_BEHIND.fullmatch(clause) or (found and _APOLOGY.fullmatch(clause)):
            marked = True
        elif not core:
            continue
        elif ONCE_MORE.fullmatch(clause):
            again = True
        elif other := _NOT.fullmatch(clause if found else core):
            old, marked = other["old"], True  # "not noon, ten o'clock" as well
        elif not found and _is_value(core, said):
            found, marked = core, marked or marks
            if both := re.fullmatch(r"(?P<new>.+?),? (?:and )?not (?P<old>.+)", core):
                found, old, marked = both["new"], both["old"], True
        elif tells(clause, said):
            marked = marked or bool(found) or not money
            if _family(said) != "list" and _MONEY.search(clause):
                return None  # "twenty, he paid in cash" is another entry, behind a timer as well
        else:
            return None
    return _Value(found, old, again) if found and (marked or again) else None


def _core(clause: str) -> tuple[str, bool]:
    """A clause without what opens and ends it, and whether its end said that something was wrong; what a "no" alone
    opens is a correction.
    """
    opened = _OPENS.match(f"{clause} ")
    core, marked = clause[opened.end() :] if opened else clause, False
    if said := _SAYS.fullmatch(core):
        core, marked = said["what"], True
    while (end := _ENDS.search(core)) and end.start():
        core, marked = core[: end.start()], marked or _MARKS.search(end.group()) is not None
    if named := _NAMED.fullmatch(core):
        core = named["what"]
    return core.strip(" ,."), marked


def _is_value(core: str, said: Understanding) -> bool:
    """A time, a length, an amount or a number with what it counts; or words that were told nearly so."""
    new = core.partition(", not ")[0].partition(" not ")[0]
    if _PAST.fullmatch(new):
        return True
    if new.casefold() in _ANOTHER:
        return False
    words = mask(new, find_spans(new, said.now, said.house))
    if words and any(word.kind for word in words):
        return all(word.kind or word.text in _BESIDE for word in words)
    plain = split_words(new)
    for end in range(len(plain), 0, -1):
        number = new[plain[0].start : plain[end - 1].end]
        if number_of(number) is not None or amount_of(number) is not None:
            counted = len(plain) - end  # of a list, a number of something is another thing for it
            return counted == 0 or (counted <= _MOST_UNITS and (_family(said) != "list" or _own_words(new, said)))
    clause = any(word.text in ("is", "are", "was") or word.text.endswith("'s") for word in plain[1:-1])
    return 0 < len(plain) <= _MOST_THING and not clause and bool(_own_words(new, said))


def _family(said: Understanding) -> str:
    last = said.conversation.last
    return VOCABULARY[last.steps[-1].action].family if last else ""


def _own_words(new: str, said: Understanding) -> bool:
    """Whether somebody, a name, a thing for a list or the words of a message stood nearly so."""
    last = said.conversation.last
    if last is None or orders(new):
        return False
    step = last.steps[-1]
    kinds = VOCABULARY[step.action].refers
    if any(isinstance(said.names.resolve(new, kinds[slot]), NameFound) for slot in _CALLED if step.slots.get(slot)):
        return True
    if said.names.is_name(new.split(maxsplit=1)[0].lower()):
        return False
    items = [str(row.get("item", "")) for row in step.slots.get("items", ()) if isinstance(row, Mapping)]
    if items:
        # "No. No filler. Got some" behind filler takes it back.
        return any(_alike(new, item) and new.casefold() != item.casefold() for item in items)
    return reworded(last, new) is not None or _in_message(_Value(new), last, said) is not None


def _alike(new: str, item: str) -> bool:
    """ "Green cannulas", of cannulas; "oat milk", of milk."""
    same = new.rsplit(maxsplit=1)[-1].casefold() == item.rsplit(maxsplit=1)[-1].casefold()
    return same or fuzz.ratio(new.casefold(), item.casefold()) >= ALIKE


def _stood(old: str, said: Understanding) -> bool:
    """Whether the words that were wrong stood in what was said or written last."""
    old = re.sub(r"^(?:an?|the|at|on) ", "", old.casefold().strip(" .!"))
    heads = [said.conversation.mentions[0].name] if said.conversation.mentions else []
    last = said.conversation.last
    told = [str(value) for step in last.steps for value in step.slots.values()] if last else []
    numbers = {number_of(word) for text in told for word in re.findall(r"[\w.,]+", text)}
    return any(old in text.casefold() for text in (*heads, *told, last.text if last else "")) or (
        number_of(old) is not None and number_of(old) in numbers
    )


def _tried(value: _Value, said: Understanding) -> Iterator[Understanding | None]:
    last = said.conversation.last
    assert last is not None
    family = VOCABULARY[last.steps[-1].action].family
    if family == "message":
        sent = _in_message(value, last, said)
        yield said.found(sent if value.again or sent is None else instead(sent, said.conversation), "command")
        return
    what = value.what
    if family == "timer" and number_of(what) is not None:
        what = f"{what} minutes"
    if family in _FAMILIES:
        yield first(_BY_DETAIL, replace(said, text=what))
    head = next((each.name for each in said.conversation.mentions[:1] if each.kind == "note"), "")
    if old := value.old or like(what, head, said) or _only_time(what, head, said):
        yield first((noted,), replace(said, text=f"no, {value.what}, not {old}"))
    yield first(_BEHIND_A_NO, replace(said, text=f"no, {what}"))
    other = reworded(last, what)
    yield said.found(instead(other, said.conversation), "command") if other else None


def _only_time(new: str, content: str, said: Understanding) -> str:
    """The day or time in a text, where the new value is one and it has no other: Thursday, of Friday."""
    told = find_spans(new, said.now, said.house)
    same = [span for span in find_spans(content, said.now, said.house) if told and span.kind == told[0].kind]
    return re.sub(r"^(?:on|at) ", "", content[same[0].start : same[0].end]) if len(same) == 1 else ""


def _in_message(value: _Value, last: Command, said: Understanding) -> Command | None:
    """The last message with other words in the place of those that they are like."""
    step = last.steps[-1]
    content = step.slots.get("content")
    if step.action != "message.send" or not isinstance(content, str):
        return None
    new = value.what
    old = (value.old if value.old in content else "") or like(new, content, said) or _only_time(new, content, said)
    if not old:
        return None
    return with_step(
        last, len(last.steps) - 1, replace(step, slots={**step.slots, "content": content.replace(old, new)})
    )


def _is_of_last(found: Understanding, last: Command) -> bool:
    """Whether it changes what the last command was of, and makes nothing new beside it."""
    step = found.command.steps[-1]
    action = VOCABULARY[step.action]
    undoes = found.command.steps[0].action == "control.undo"
    same = action.family == VOCABULARY[last.steps[-1].action].family
    if undoes:  # it takes the place of a value that was told
        return same and any(set(step.slots) == set(each.slots) for each in last.steps)
    return same and action.writes and (not action.makes or step.action == "message.send")

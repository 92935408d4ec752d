"""Plain orders and questions in words of another country or trade, read as what we call them: "dark mode goes on the
demo list" adds it there, "who owes what" asks who owes us money, "urgent, that one" makes it urgent.

Each row is a way to say something and the sentence that asks for the same; it counts only where that is surely read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.understanding.conversation.known_lists import named
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.remarks.asides import sure
from services.understanding.stages.remarks.tellings import tells
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS

_LONGEST = 120
_OPEN = rf"(?:(?:{FILLERS}|no|nah|ah|and|but|then|just|also|please|actually|right|ok|okay)\b[\s,.]*)*"
_IDLE = re.compile(
    r"(?:be honest|tell me|go on|quick|quickly|come on|if you can|for once|obviously"
    r"|\w+ (?:wants|needs|asked|would like|'d like) to (?:see|know|have|hear) (?:it|that|them|this)\b[^,.;]*)[.!?]*",
    re.IGNORECASE,
)
_CLOSE = r"(?:[\s,]*\b(?:please|then|now|too|as well|again|already|though|by the way|for me))*[\s.!?]*"

Fits = Callable[[Understanding, str], bool]


def _is_list(said: Understanding, words: str) -> bool:
    return named(words, said.directory.lists()) is not None


def _is_somebody(said: Understanding, words: str) -> bool:
    return isinstance(said.names.resolve(words, ("person",)), NameFound)


def _is_meeting(said: Understanding, words: str) -> bool:
    told = set(re.sub(r"^(?:the|my|our) ", "", words.casefold()).split())
    return any(told <= set(each.title.casefold().split()) for each in said.directory.meetings(said.now))


def _is_time(said: Understanding, words: str) -> bool:
    """Whether it is one where a meeting is to be."""
    text = f"meet at {words}"
    return any(span.end == len(text) for span in find_spans(text, said.now, said.house))


_FITS: Mapping[str, Fits] = {
    "list": _is_list,
    "who": _is_somebody,
    "meeting": _is_meeting,
    "hour": _is_time,
}
"""What the words of a group must be."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to say a sentence of ours."""

    form: re.Pattern[str]
    plain: str
    behind: Sequence[str] = ()
    """Families one of which was spoken of last; none: whatever was."""


def _ways(*rows: tuple[str, str] | tuple[str, str, Sequence[str]]) -> Sequence[_Way]:
    return [_Way(re.compile(rf"{_OPEN}(?:{form}){_CLOSE}", re.IGNORECASE), *rest) for form, *rest in rows]


_OUT_OF = (
    r"(?:we're|we are|i'm|i am) (?:nearly |almost |all |just about )*"
    r"(?:out of|running (?:low|short|out) (?:on|of)|low on|short of) (?P<what>[^.;]+?),? (?:and )?(?:so )?(?:put )?"
    r"(?:those|that|them|it)(?: go| goes)? on(?:to)? (?:the |our |my )?(?P<list>[^,.;]+?)(?: list)?"
)
_WAYS = _ways(
    (_OUT_OF, "add {what} to the {list} list"),
    (rf"{_OUT_OF},(?: and| also)? (?P<more>[^.;]+)", "add {what}, {more} to the {list} list"),
    (r"who(?:'s| is) (?P<who>[\w' -]+?) again,? [^.;]+", "who is {who}"),
    (r"(?:there's )?no alarms? (?P<when>on [^,.;]+|tomorrow|tonight|today),? is there", "is there an alarm {when}"),
    (
        r"(?P<what>[^,.;]+?)(?: also| too)? (?:(?:should|has to|needs to|must|can|wants to)(?: also| too)? go|goes)"
        r" on(?:to)? (?:the |our |my )?(?P<list>[^,.;]+?)(?: list)?",
        "add {what} to the {list} list",
    ),
    (
        r"(?:did|has|have) (?P<what>[^,.;]+?) (?:make|made) it on(?:to)?"
        r" (?:the |our |my )?(?P<list>[^,.;]+?)(?: list)?",
        "is {what} on the {list} list",
    ),
    (r"(?:did|has|have) (?P<what>[^,.;]+?) (?:make|made) it on(?:to)? (?:there|it|the list)", "is {what} on the list"),
    (r"(?P<what>[^,.;]+), have (?:i|we) got (?:that|it|them|those) (?:down|on there|on it)", "is {what} on the list"),
    (r"have (?:i|we) got (?P<what>[^,.;]+) down", "is {what} on the list"),
    (
        r"(?P<list>[^,.;:]+?)(?: list)?[,.:;] (?:the )?(?P<what>[^,.;]+?)(?:'s| is| are| has been| have been)"
        r" (?:fixed|done|sorted|mended|repaired|finished|bought|packed)",
        "tick {what} off the {list} list",
    ),
    (r"not (?P<old>[^,.;]+), (?P<what>[^,.;]+?),? i (?:mean|meant|said)", "no, not {old}, {what}"),
    (
        r"(?P<how>(?:very |most )?urgent|(?:top|high|low) priority|important)[,.]? (?:that|this) one",
        "make that one {how}",
    ),
    (
        r"(?P<what>[^,.;]+), (?:that's with whom?|who(?:'s| is| has)?(?: got)? (?:on )?(?:that|it)(?: one)?)",
        "who is responsible for {what}",
    ),
    (
        r"(?:(?:he|she|they)(?:'s| has| have) (?:got )?(?:too much|enough)(?: on)?(?: already)?[,.;] )?"
        r"(?:give it |hand it |that goes )?back to (?P<who>[\w' -]+?)",
        "give it to {who}",
    ),
    (r"that(?:'s| is) (?P<who>[\w -]+)'s(?: job| one| task)?(?:,? by the way)?,? not mine", "give it to {who}"),
    (r"(?P<meeting>[^,.;]+?) goes to (?P<hour>[^,.;]+)", "move the {meeting} to {hour}"),
    (r"prepone (?P<what>[^,.;]+?) to (?P<when>[^,.;]+)", "move {what} to {when}"),
    (
        r"what (?:have i|have we|did i|did we) (?:let slip|missed|miss|let slide)|what(?:'s| has) slipped"
        r"|what (?:am i|are we) behind (?:on|with)",
        "what tasks are overdue",
    ),
    (
        r"(?:a (?:summary|list|rundown) of |put together |tell me )*(?:who owes (?:us |me )?(?:what|how much)"
        r"|(?:how much|what)(?:'s| is) (?:still )?outstanding,? (?:everybody|everyone|all together|in total))",
        "who owes us money",
    ),
    (
        r"how long (?:till|until|before|to) (?P<what>(?:the|my|our) [^,.;]+?)(?:'s| is| gets| arrives| comes)"
        r"(?: here| there| in)?",
        "how long until {what}",
    ),
    (
        r"what number (?:have|do) (?:we|you|i) (?:got |have )?for (?:(?:him|her|them), )?(?P<what>[^,.;]+)",
        "what's the number of {what}",
    ),
    (r"(?:just )?give (?:us|me) the number", "what's the number"),
    (
        r"read (?:us|me) (?:the lot|the whole (?:lot|thing)|all of it|everything on (?:it|there))",
        "read me the list",
        ("list",),
    ),
    (
        r"(?:i'll|we'll|let's|we can|we could) (?:do|have|hold) (?:it|that) (?P<where>(?:at|in) [^,.;]+?)"
        r"(?:,? not (?:here|there|[\w ]+))?",
        "it's {where}",
    ),
    (
        r"(?P<set>(?:make|set|move|push) (?:it|that)) (?:to )?for (?P<minutes>fifteen|thirty|forty[- ]five)",
        "{set} four {minutes}",  # it is heard as "for"
        ("meeting", "reminder", "alarm"),
    ),
)


def said_otherwise(said: Understanding, stage: Stage) -> Understanding | None:
    """What a stage finds in the plain words for it; None where there are none, or it is not sure."""
    if said.told is not None or said.conversation.question or len(said.text) > _LONGEST:
        return None
    for plain in (each for text in _texts(said) for each in _plainly(said, text)):
        found = stage(replace(said, text=plain))
        if found and sure(found):
            return replace(found, text=said.text, stage="")
    return None


def _texts(said: Understanding) -> Iterator[str]:
    """The whole, and without a last clause that tells why: "who owes what, please, Priya wants to see it"."""
    text = said.text.strip().replace("’", "'")
    yield text
    rest, mark, last = text.rpartition(", ")
    if mark and (tells(last, said) or _IDLE.fullmatch(last)):
        yield rest


def _plainly(said: Understanding, text: str) -> Iterator[str]:
    last = said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    for way in _WAYS:
        found = way.form.fullmatch(text) if not way.behind or family in way.behind else None
        if found is None:
            continue
        groups = {name: words.strip() for name, words in found.groupdict().items() if words}
        if all(_FITS[name](said, words) for name, words in groups.items() if name in _FITS):
            yield way.plain.format(**groups)

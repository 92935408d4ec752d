"""What is said around a command and belongs to none: why it is asked, to whom else one speaks, sighs.

"Cancel the reminder about it, I've just spoken to them"; "oh for heaven's sake. What's on tomorrow?" Only clauses at
the ends go that closed-class words show to be no command, no thing and no time of one; the rest has to be read surely.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from services.understanding.base import VOCABULARY, Command, Slot, Step
from services.understanding.conversation.changes import writes
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import Stage, Understanding
from services.understanding.vocabulary import has_all
from services.understanding.words import word_set

SURE = 0.75
_SURE_GUESS = 0.8
_LONGEST = 300
_MOST_WORDS = 14
"""Of one clause: who says more than that may have said a command in it."""
_PARTS = re.compile(r"(?:[,.;:!?…]+\s+)|(?:\s+[—–-]+\s+)")
_SIGH = r"""(?:that['’]s\ (?:it|right|the\ one)|there\ (?:it|we)\ (?:is|are)
    |oh|ah|aw|ugh|phew|oops|whoops|wow|ha|haha|hm+|um+|uh+|er+|well|right|alright|all\ right|okay|ok|so|now
    |then|anyway|listen|look|quick|quickly|sorry|excuse\ me|pardon\ me|hang\ on|hold\ on
    |wait(?:\ a\ (?:sec|second|minute))?
    |one\ (?:sec|second|moment|minute)|just\ a\ (?:sec|second|moment|minute)|let\ me\ (?:see|think)|let's\ see
    |oh\ dear|dear\ me|oh\ no|my\ god|oh\ god|my\ goodness|goodness(?:\ me)?|gosh|jesus|christ|damn(?:\ it)?|shit|crap
    |bloody\ hell|blimey|for\ (?:[a-z]+['’]?s?['’]?\ sake|the\ love\ of\ god)|good\ grief|thank\ (?:god|goodness)
    |great|good|fine|super|brilliant|perfect|lovely|nice|cool|typical|obviously|whatever|actually|honestly)"""
_ADDRESS = r"(?:lol|haha|darling|mate|sweetheart|buddy|folks|guys|lads|love|dear|clever\ clogs|my\ friend)"
_SIGHS = re.compile(rf"{_SIGH}(?:[\s,.!…]+(?:{_SIGH}|{_ADDRESS}))*|{_ADDRESS}", re.IGNORECASE | re.VERBOSE)
_OPENING = re.compile(
    r"(?:(?:okay|ok|right|oh|ah|ugh|phew|real|so|well|alright)[\s,]+)+(?:quick(?:ly)?\s+)?"
    r"|(?:oh )?for [a-z]+['’]?s?['’]? sake[\s,.!]+|just quick(?:ly)?\s+",
    re.IGNORECASE,
)
"""A sigh with no mark behind it."""
_CLOSING = re.compile(r"[\s,]+(?:lol|haha|darling|mate|sweetheart|lads|clever clogs)[\s.!]*$", re.IGNORECASE)
_DENIES = re.compile(
    r"(?:(?:no|nope|nah|sorry|wait|hang on|hold on|oh|ah|damn|shit|but)\b[\s,]*)*"
    r"(?:(?:that|it|this)(?:['’]s| is| was| will be|['’]ll be)|those are|they['’]re)? ?"
    r"(?:(?:a bit|far|way|much|still|already|just|really|not)\s+)*(?:too \w+|no good|not enough|wrong|not right)"
    r"(?: (?:for|on|to) (?:(?:the|my|our) )?\w+)?",
    re.IGNORECASE,
)
""" "No, that's too late for them": what comes then puts right what was said."""
_NO = re.compile(r"(?:no|nope|nah|wait no|no wait|sorry)\b", re.IGNORECASE)
_LINK = (
    r"(?:(?:because|cause|since|as|so|but|and|otherwise|for|no|nope|yeah|yes|ah|oh|hm|actually|wait|sorry|see|then"
    r"|you know)\b[\s,]*)*"
)
_IS = r"(?:['’](?:s|ve|re|m|ll|d))?"
_AUXILIARY = r"""(?:is|are|was|were|has|have|had|isn['’]t|aren['’]t|wasn['’]t|hasn['’]t|haven['’]t|can['’]t|cannot
    |couldn['’]t|won['’]t|doesn['’]t|don['’]t|didn['’]t|wants?|knows?|says?|told|just|already|brought|took|went|came|got|gave|left
    |leaves|goes|comes|starts|opens|closes|arrives|ends|takes|gets|needs|broke|found|rang|called|texted|sent|forgot
    |asked|paid|did|does)"""
_STATE = r"""(?:just|already|still|here|there|gone|back|out|off|in|not|got|been|too|late|away|over|dead|ill|sick|asleep
    |only|always|never|all|nearly|almost|ready|about\ to|\w+ing)"""
_DAY = r"(?:(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\s+|(?:today|tomorrow|tonight)\s+)?"
_SAYS = re.compile(
    rf"""{_LINK}(?:{_DAY}(?:(?:i|we|he|she|they|nobody|no\ one|everybody|everyone|somebody|someone){_IS}
        |(?:it|that|this|there|these|those)(?:['’](?:s|ve|re|ll)|\ (?:is|are|was|were|has|have|had|must|will
            |isn['’]t|aren['’]t|wasn['’]t|weren['’]t|hasn['’]t|haven['’]t|won['’]t|doesn['’]t|don['’]t|can['’]t|didn['’]t))
        |(?:the|my|our|his|her|their|your)\ (?:[\w-]+\ ){{1,3}}{_AUXILIARY}
        |(?:the|my|our|his|her|their|your)\ (?:[\w-]+\ ){{0,2}}[\w-]+['’](?:s|ve|re)\ {_STATE}
        |[\w-]+['’]s\ [\w-]+\ {_AUXILIARY})\s+\S.*
    |{_LINK}(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|that\ day)(?:['’]s|\ is|\ was)\ (?:an?
        |the|no|not|too|already|full|packed|booked|busy|taken|impossible|tight|out|when|always|really|pretty|difficult)\b.*
    |(?:because|cause|otherwise)\ .+|(?:just\ )?in\ case|fair['’]s\ fair|by\ the\ way|before\ i\ forget|as\ i\ said
    |to\ be\ honest|you\ know|if\ you\ ask\ me|so\ i\ don['’]t\ forget|needs?\ (?:it|them|that)\ (?:for|to)\ .+)""",
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_OF_SOMEBODY = re.compile(
    rf"{_LINK}(?P<who>\w+)(?:['’]s\ {_STATE}|\ {_AUXILIARY})\b.*", re.IGNORECASE | re.VERBOSE
)
_GIVES = re.compile(r"^(?:\w+\s+){1,3}(?:gets|takes|does|needs|wants|found|did)\b", re.IGNORECASE)
""" "Mike gets the fence" gives him a task."""
_NOT_THIS = re.compile(r"not (?!only\b|before\b|until\b|later\b)(?:\w+[\s]){0,4}\w+", re.IGNORECASE)
""" "In her office, not the conference room"."""
_ITS_OWN = re.compile(r"\b(?:it|that|this|there|these|those)\b(?:['’]s|\s)", re.IGNORECASE)
_WANTS = re.compile(
    r"\b(?:mean|meant|said|say"
    r"|(?:need|needs|want|wants|like|['’]d like|would like|prefer)(?: to)? (?:it|that|them|this|you))\b"
    r"|\b(?:has|have|had|needs?|ought|is|are) to\b|\bmust\b|\bshould\b"
    r"|\b(?:we|i)\b[^,]*\b(?:need|['’]d like|would like|gotta)\b",
    re.IGNORECASE,
)
_POINTS = word_set("it that this them those these him her he she there one ones")
_A_THING = re.compile(r"\b(?:the|my|our|a|an|his|their)\s+\w+|\w['’]s\b", re.IGNORECASE)
_PUTS_IT = re.compile(
    r"(?:(?:so|and|then|please|can you|could you|would you)\s+)*(?:put|add|write|jot|stick|note) (?:it"
    r"|that|th[eo]se|them)\b",
    re.IGNORECASE,
)
""" "We're out of eggs, put those on": what was told is what is put there."""
_MAKES_IT = re.compile(r"(?:then )?(?:make|move|push|put|shift|change|call) (?:it|that)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|when|where|who|whose|which|how|why|is|are|do|does|did|has|have|can|could)\b", re.IGNORECASE
)
_WHY = re.compile(r"\s+(?:before|because|in case|otherwise|now that)\s+(?:[\w'’-]+[\s.!]*){2,9}$", re.IGNORECASE)
""" "Delete it before anyone finds it"."""
_CONTENT = ("content", "title", "name", "new_title", "description", "text", "steps", "parts")


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of an utterance."""

    text: str
    before: bool
    """Something was said before it, more than a sigh."""
    behind: bool
    """Something behind it was left out."""
    denies: bool
    """What was left out before it says that something was wrong."""
    why: bool = False
    """What was left out says why or how soon: of what changes something."""


def without_asides(said: Understanding, stage: Stage) -> Understanding | None:
    """What a stage finds in the words without what surely is aside of them; None where nothing surely is."""
    if len(said.text) > _LONGEST or said.told is not None:
        return None
    for rest in _rests(said):
        puts_right = rest.denies and said.conversation.last and not _ASKS.match(rest.text)
        told = [f"no, {rest.text}", rest.text] if puts_right else [rest.text]
        for text in told:
            found = stage(replace(said, text=text))
            if found and _is_it(found, rest):
                return replace(found, text=said.text, stage="")
    return None


def _is_it(found: Understanding, rest: _Rest) -> bool:
    """Whether what was found in the rest is surely all that was meant."""
    command = found.command
    if not sure(found) or command.intent == "control.cancel":
        return False
    if not all(has_all(VOCABULARY[step.action], step.slots) for step in command.steps if not found.leans):
        return False  # what is missing may stand in what was left out
    if (rest.why or (rest.before and found.leans)) and not writes(command):
        return False
    return not (rest.behind and _holds_the_end(command, rest.text))


def sure(found: Understanding) -> bool:
    """Whether there is no doubt that the words mean this."""
    command = found.command
    if not command.steps or command.disputed:
        return False
    if all(step.action in ("control.confirm", "control.deny") for step in command.steps):
        return False
    if command.source == "model":
        return command.confidence >= _SURE_GUESS
    return found.leans != "" or command.confidence >= SURE


def _rests(said: Understanding) -> Iterator[_Rest]:
    """The words without the asides at their ends: without all of them, those behind only, those before only."""
    text = said.text.strip()
    begun, ended = _OPENING.match(text), _CLOSING.search(text)
    start = begun.end() if begun and begun.end() < len(text) else 0
    end = ended.start() if ended and ended.start() > start else len(text)
    bounds = [start, *(mark.end() for mark in _PARTS.finditer(text, start, end)), end]
    clauses = [text[low:high].strip(" \t,.;:!?…—–-") for low, high in itertools.pairwise(bounds)]
    clauses = [clause for clause in clauses if clause] if len(clauses) == 1 else clauses
    before = next((i for i, clause in enumerate(clauses) if not _leads(clause, said)), len(clauses))
    behind = next((i for i, clause in enumerate(reversed(clauses)) if not _trails(clause, said)), len(clauses))
    most = len(clauses)
    known: set[str] = {text}
    for first, last in ((before, most - behind), (0, most - behind), (before, most)):
        if first >= last or (first == 0 and last == most and not start and end == len(text)):
            continue
        rest = text[bounds[first] : bounds[last]].strip(" \t,;:—–-")
        dropped = clauses[:first]
        if rest in known or _may_mean(dropped, rest):
            continue
        known.add(rest)
        denies = any(_DENIES.fullmatch(clause) or _NO.match(clause) for clause in dropped)
        yield _Rest(rest, any(clause and not _is_sigh(clause) for clause in dropped), last < most, denies)
    if (why := _WHY.search(text)) and not find_spans(why.group(), said.now, said.house):
        yield _Rest(text[: why.start()], before=False, behind=True, denies=False, why=True)


def _leads(clause: str, said: Understanding) -> bool:
    if not clause:
        return True
    return _is_sigh(clause) or bool(_DENIES.fullmatch(clause)) or is_remark(clause, said)


def _trails(clause: str, said: Understanding) -> bool:
    if not clause:
        return True
    return _is_sigh(clause) or is_remark(clause, said) or bool(_NOT_THIS.fullmatch(clause))


def _is_sigh(clause: str) -> bool:
    return _SIGHS.fullmatch(clause) is not None


def is_remark(clause: str, said: Understanding) -> bool:
    """Whether it says how things are, and asks for nothing."""
    if len(clause.split()) > _MOST_WORDS or _WANTS.search(clause):
        return False
    somebody = None if _GIVES.search(clause) else _SAYS_OF_SOMEBODY.fullmatch(clause)
    if not _SAYS.fullmatch(clause) and not (somebody and said.names.is_name(somebody["who"].lower())):
        return False
    if _ITS_OWN.match(clause) and find_spans(clause, said.now, said.house):
        return False  # "it's urgent", "that's at nine"
    command = said.read(clause)
    return not command.steps or command.source == "model"


def _may_mean(dropped: list[str], rest: str) -> bool:
    """Whether "it" in the rest may be what was told before it: "the paint is dry, tick it off"."""
    if not _POINTS & set(re.findall(r"[a-z]+", rest.lower())):
        return False
    told = [clause for clause in dropped if not _is_sigh(clause) and not _DENIES.fullmatch(clause)]
    if told and _PUTS_IT.match(rest):
        return True
    return any(_A_THING.search(clause) for clause in told) and not _MAKES_IT.match(rest)


def _holds_the_end(command: Command, text: str) -> bool:
    """Whether the last words are ones of somebody's own, which what follows may belong to: of a message, a note, a new
    title.
    """
    end = text.rstrip(" .!?").casefold()
    return any(end.endswith(value.casefold().rstrip(" .!?")) for step in command.steps for value in _own_words(step))


def _own_words(step: Step) -> Iterator[str]:
    action = VOCABULARY[step.action]
    known: Mapping[str, Slot] = step.slots
    for slot, value in known.items():
        if slot in _CONTENT and isinstance(value, str) and value and action.writes and slot not in action.refers:
            yield value

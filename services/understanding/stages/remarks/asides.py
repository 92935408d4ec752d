"""What is said around a command and belongs to none: why it is asked, to whom else one speaks, sighs.

"Cancel the reminder about it, I've just spoken to them"; "oh for heaven's sake. What's on tomorrow?" Only clauses at
the ends go that closed-class words show to be no command, no thing and no time of one; the rest has to be read surely.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from services.understanding.base import VOCABULARY, Command, Slot, Step
from services.understanding.conversation.changes import writes
from services.understanding.sentences.spans import find_spans
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.remarks.tellings import has_value, is_pronoun, subject_of, tells
from services.understanding.vocabulary import has_all
from services.understanding.words import split_words, word_set

SURE = 0.75
_SURE_GUESS = 0.8
_LONG = 4
"""Letters of a word that is no "the" or "is"."""
_PRECISE = 0.9
_LONGEST = 300
_ONLY_OF_TIMERS = ("timer.pause", "timer.resume", "timer.adjust")
_PARTS = re.compile(r"(?:[,.;:!?…]+\s+)|(?:\s+[—–-]+\s+)")
_SIGH = r"""(?:that['’]s\ (?:it|right|the\ one)|there\ (?:it|we)\ (?:is|are)
    |oh|ah|ach|argh|aw|ugh|phew|oops|whoops|wow|ha|haha|hm+|um+|uh+|er+|well|right|alright|all\ right|okay|ok|so|now
    |then|anyway|listen|look|quick|quickly|sorry|excuse\ me|pardon\ me|hang\ on|hold\ on
    |wait(?:\ a\ (?:sec|second|minute))?
    |one\ (?:sec|second|moment|minute)|just\ a\ (?:sec|second|moment|minute)|let\ me\ (?:see|think)|let's\ see
    |oh\ dear|dear\ me|oh\ no|my\ god|oh\ god|my\ goodness|goodness(?:\ me)?|gosh|jesus|christ|damn(?:\ it)?|shit|crap
    |bloody\ hell|blimey|for\ (?:[a-z]+['’]?s?['’]?\ sake|the\ love\ of\ god)|good\ grief|thank\ (?:god|goodness)
    |great|good|fine|super|brilliant|perfect|lovely|nice|cool|typical|obviously|whatever|actually|honestly)"""
_ADDRESS = r"(?:lol|haha|darling|mate|sweetheart|buddy|folks|guys|lads|love|dear|clever\ clogs|my\ friend)"
_SIGHS = re.compile(rf"{_SIGH}(?:[\s,.!…]+(?:{_SIGH}|{_ADDRESS}))*|{_ADDRESS}", re.IGNORECASE | re.VERBOSE)
_OPENING = re.compile(
    r"(?:(?:okay|ok|right|oh|ah|ach|ugh|phew|real|so|well|alright|nah)[\s,]+)+(?:quick(?:ly)?\s+)?"
    r"|(?:oh )?for [a-z]+['’]?s?['’]? sake[\s,.!]+|just quick(?:ly)?\s+"
    r"|(?:(?:oh|and|so|then|ok|okay|please)[\s,]+)*"
    r"(?:(?:can|could|would|will) you (?:please |just |maybe )?"
    r"|(?:we|i)(?:['’]d| had) (?:better|best) |let['’]?s |let us )",
    re.IGNORECASE,
)
"""A sigh with no mark behind it, or what only asks for it politely."""
_CLOSING = re.compile(r"[\s,]+(?:lol|haha|darling|mate|sweetheart|lads|clever clogs)[\s.!]*$", re.IGNORECASE)
_DENIES = re.compile(
    r"(?:(?:no|nope|nah|sorry|wait|hang on|hold on|oh|ah|damn|shit|but)\b[\s,]*)*"
    r"(?:(?:that|it|this)(?:['’]s| is| was| will be|['’]ll be)|those are|they['’]re)? ?"
    r"(?:(?:a bit|far|way|much|still|already|just|really|not)\s+)*(?:too \w+|no good|not enough|wrong|not right)"
    r"(?: (?:for|on|to) (?:(?:the|my|our) )?\w+)?"
    r"|(?:(?:that|it|this) )?(?:can['’]t(?: be)?|cannot|won['’]t do|doesn['’]t (?:work|suit|fit)(?: (?:me|us))?"
    r"|impossible|what am i (?:saying|thinking)|nonsense|argh|silly me|stupid me|my (?:mistake|bad|fault))",
    re.IGNORECASE,
)
""" "No, that's too late for them": what comes then puts right what was said."""
_NO = re.compile(r"(?:no|nope|nah|wait no|no wait|sorry)\b", re.IGNORECASE)
_NOT_THIS = re.compile(r"not (?!only\b|before\b|until\b|later\b)(?:\w+[\s]){0,4}\w+", re.IGNORECASE)
""" "In her office, not the conference room"."""
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
_INSTEAD = re.compile(r"(?P<who>[\w'’ -]+?),? (?:instead|then|rather)", re.IGNORECASE)
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
    aside: tuple[str, ...] = ()
    """What was left out, but for sighs."""
    lead: tuple[str, ...] = ()
    """Of that, what was told before it."""
    partly: bool = False
    """What tells was not all left out: the language model may take it for an order."""
    between: bool = False
    """It stood around what was left out."""


def without_asides(said: Understanding, stage: Stage) -> Understanding | None:
    """What a stage finds in the words without what surely is aside of them; None where nothing surely is."""
    if len(said.text) > _LONGEST or said.told is not None:
        return None
    for rest in _rests(said):
        puts_right = rest.denies and said.conversation.last and not _ASKS.match(rest.text)
        told = [f"no, {rest.text}", rest.text] if puts_right else [rest.text]
        polite = _OPENING.match(rest.text)
        told = [*_in_whose_place(rest, said), *told, *([rest.text[polite.end() :]] if polite else [])]
        for text in told:
            found = stage(replace(said, text=text))
            if found and _is_it(found, rest, said):
                return replace(found, text=said.text, stage="")
    return None


def _in_whose_place(rest: _Rest, said: Understanding) -> list[str]:
    """ "Milan's off at two. Ayse instead": not Milan, Ayse."""
    come = _INSTEAD.fullmatch(rest.text)
    gone = [subject_of(clause, said) for clause in rest.aside] if come else []
    return [f"not {who}, {come['who']}" for who in gone if come and said.names.is_name(who)]


def _is_it(found: Understanding, rest: _Rest, said: Understanding) -> bool:
    """Whether what was found in the rest is surely all that was meant."""
    command = found.command
    guessed = rest.partly and command.source == "model"
    if guessed or not sure(found) or command.intent == "control.cancel" or _belongs_to_it(found, rest, said):
        return False
    if any(str(step.slots.get("content", "")).casefold() in _POINTS for step in command.steps if not found.leans):
        return False  # "jot this down: Adler wants rounded edges"
    if not all(has_all(VOCABULARY[step.action], step.slots) for step in command.steps if not found.leans):
        return False  # what is missing may stand in what was left out
    if (rest.why or (rest.before and found.leans)) and not writes(command):
        return False
    return not (rest.behind and _holds_the_end(command, rest.text)) or _made_two_of_it(rest, said)


def _belongs_to_it(found: Understanding, rest: _Rest, said: Understanding) -> bool:
    """Whether what was left out may say what is meant, or be a part of it."""
    makes = any(VOCABULARY[step.action].makes or step.action == "message.send" for step in found.command.steps)
    if rest.between and makes:  # "note, the blinds are from Keller, ninety euros each"
        return True
    ledger = any(VOCABULARY[step.action].family == "ledger" for step in found.command.steps)
    if ledger and any(entity.kind == "customer" for clause in rest.aside for _, entity in said.names.occurring(clause)):
        return True  # "Seidel had two cakes, that's thirty eight"
    if _may_mean(rest, said) and not _changes_what_was_spoken_of(found):
        return True
    return any(has_value(clause, said) for clause in rest.aside) and _takes_value(found.command, rest, said)


def _made_two_of_it(rest: _Rest, said: Understanding) -> bool:
    """ "Remind me at four to ring the bank, they close at five": no second reminder."""
    steps = said.read_plainly(said.text).steps
    last = str(steps[-1].slots.get(VOCABULARY[steps[-1].action].subject or "", "")) if len(steps) > 1 else ""
    return bool(last) and steps[-1].action == steps[-2].action and any(last in clause for clause in rest.aside)


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
    """The words without the asides: without all of them, those behind only, those before only, those between."""
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
    starts = range(before, 0, -1)
    for first, last in (*((at, most - behind) for at in starts), (0, most - behind), *((at, most) for at in starts)):
        if first >= last or (first == 0 and last == most and not start and end == len(text)):
            continue
        rest = text[bounds[first] : bounds[last]].strip(" \t,;:—–-")
        if rest not in known:
            known.add(rest)
            yield replace(_rest(rest, clauses[:first], clauses[last:]), partly=0 < first < before)
    inner = [clause for clause in clauses[before : most - behind] if not is_remark(clause, said)]
    if 1 < len(inner) < most - behind - before:
        dropped = [clause for clause in clauses if clause not in inner]
        if _shares_a_word(inner, dropped):  # "and garlic. No, we've got garlic. Parsley"
            return
        yield replace(_rest(", ".join(inner), dropped, []), between=True)
    if (why := _WHY.search(text)) and not find_spans(why.group(), said.now, said.house):
        yield _Rest(text[: why.start()], before=False, behind=True, denies=False, why=True)


def _shares_a_word(some: list[str], others: list[str]) -> bool:
    one, other = ({word.text for clause in each for word in split_words(clause)} for each in (some, others))
    return any(len(word) >= _LONG and word not in _POINTS for word in one & other)


def _rest(text: str, before: list[str], behind: list[str]) -> _Rest:
    told = [clause for clause in before if clause and not _is_sigh(clause)]
    denies = any(_DENIES.fullmatch(clause) or _NO.match(clause) for clause in before)
    aside = tuple(clause for clause in (*told, *behind) if clause and not _is_sigh(clause))
    lead = tuple(clause for clause in told if not _DENIES.fullmatch(clause))
    return _Rest(text, bool(told), bool(behind), denies, aside=aside, lead=lead)


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
    command = said.read_plainly(clause) if tells(clause, said) else None
    return command is not None and (not command.steps or command.confidence < _PRECISE)


def _may_mean(rest: _Rest, said: Understanding) -> bool:
    """Whether "it" in the rest may be what was told before it: "the paint is dry, tick it off"."""
    if not _POINTS & set(re.findall(r"[a-z]+", rest.text.lower())):
        return False
    if rest.lead and _PUTS_IT.match(rest.text):
        return True
    return any(map(partial(_is_of_a_thing, said), rest.lead)) and not _MAKES_IT.match(rest.text)


def _is_of_a_thing(said: Understanding, clause: str) -> bool:
    subject = subject_of(clause, said).split()
    told = bool(subject) and not is_pronoun(subject[0]) and not said.names.is_name(subject[0])
    return told or _A_THING.search(clause) is not None


def _changes_what_was_spoken_of(found: Understanding) -> bool:
    """ "No room in there, delivery's in, put it in the waiting room": a new value for what the last command was of."""
    last, step = found.conversation.last, found.command.steps[-1]
    action = VOCABULARY[step.action]
    if step.action in _ONLY_OF_TIMERS:
        return True
    same = last is not None and VOCABULARY[last.steps[-1].action].family == action.family
    if not same or action.makes or action.adds == "items":
        return False
    return bool(set(step.slots) - {action.subject, "direction"})


def _takes_value(command: Command, rest: _Rest, said: Understanding) -> bool:
    """Whether a value that is told beside it may be its own: "move it, he's free at four"."""
    step = command.steps[-1]
    action = VOCABULARY[step.action]
    numbers = [word.text for word in split_words(rest.text) if number_of(word.text) is not None]
    if numbers or has_value(rest.text, said):  # "she's coming on Sunday, put her in for coffee at three"
        return bool(action.makes) and any(has_value(clause, said) for clause in rest.lead)
    changes = {"move", "change"} & {*action.alike}
    return bool(action.makes) or bool(changes and not set(step.slots) - {action.subject, "direction"})


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

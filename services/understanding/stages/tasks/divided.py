"""Several tasks told apart in one sentence, whose each is or by when, as they are made ("storyboard for Jess, and
the deck is mine") or behind that: "fridge log is Sofia's, the rest is Enzo's", "deck due
Wednesday, the others Monday", "all by Thursday night".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.listed import ASKS, COMMAS, MANY, heads_of
from services.understanding.stages.tasks.titles import (
    SURE,
    counting,
    family,
    has_word,
    people,
    time_of,
    without_time,
)

_PIECES = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+(?=(?:the (?:rest|others?)|everything else)\b)", re.I)
_NO = re.compile(r"(?:(?:no|oh|wait|sorry|actually)\b[\s,]*)+", re.I)
_REST = r"(?:(?:all )?the (?:rest|others?(?: (?:one|two|three))?)|everything else)"
_ALL = r"(?:all(?: of (?:them|those|these|it))?|everything|they(?:'re)?(?: all)?|both(?: of (?:them|those))?)"
_WHOSE = re.compile(r"(?:(?P<mine>mine)|(?P<his>.+)'s)(?: job| task)?", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NTH = re.compile(rf"(?:and )?(?:the )?(?P<which>{'|'.join(_ORDINALS)}|last)(?: one| task| job)?(?=\b|'s)", re.I)
_SAME = re.compile(rf"{_NTH.pattern}(?:,? (?:too|as well|also|likewise|(?:is )?the same))", re.I)
_OWN = re.compile(
    r"(?:and )?(?:the )?(?P<title>.+?)(?:,? for (?P<for>[^,]+)|(?:'s| is| are) (?:for )?(?:(?P<mine>mine)"
    r"|(?P<his>[^\W_]+(?: [^\W_]+)?)'s"
    r"|(?P<to>[^\W_]+)))",
    re.I,
)
""" "Storyboard for Jess, and the deck is mine"."""


def divided_tasks(said: Understanding) -> Understanding | None:
    """Who has which of them, or by when; None where a piece is about anything else."""
    titles = _just_made(said)
    if len(titles) < 2 or len(said.text) > 200 or said.text.rstrip().endswith("?"):
        return None
    denied = _NO.match(said.text.strip())
    pieces = [each for each in _PIECES.split(said.text.strip(" .!")[denied.end() if denied else 0 :]) if each]
    told: dict[tuple[str, str], Step] = {}
    meant: Sequence[Step] = ()
    for piece in pieces:
        left = [title for title in titles if not any(title == of for of, _ in told)]
        meant = _of_piece(said, piece, left, titles) or _more_of(said, piece, meant)
        new = {(str(step.slots["title"]), step.action): step for step in meant}
        if not new or new.keys() & told.keys():
            return None
        told |= new
    counted = any(_NTH.match(piece) for piece in pieces)
    whole = len(pieces) > 1 or len({of for of, _ in told}) == len(titles) or denied is not None or counted
    return said.found(Command(said.text, tuple(told.values()), SURE, "template"), "talk") if whole else None


def _just_made(said: Understanding) -> list[str]:
    """The titles of the tasks that were made together last, while tasks are spoken of."""
    made = said.conversation.made if family(said) == "task" else None
    steps = made.steps if made else ()
    return [str(step.slots["title"]) for step in steps if step.action == "task.create" and "title" in step.slots]


def _of_piece(said: Understanding, piece: str, left: Sequence[str], titles: Sequence[str]) -> Sequence[Step]:
    """A step for each task that a piece is about."""
    if (same := _SAME.fullmatch(piece)) and (title := _nth(same["which"], titles)):
        return _as_the_last(said, title)
    for cut in re.finditer(r"(?<=\S) ", piece):
        head, value = piece[: cut.start()], piece[cut.end() :]
        step = _value(said, value)
        meant = _meant(head, left, titles) if step else []
        if meant and step:
            return [Step(step[0], {"title": title, **step[1]}) for title in meant]
    return []


def _more_of(said: Understanding, piece: str, before: Sequence[Step]) -> Sequence[Step]:
    """ ", by Wednesday": of the task of the piece before."""
    step = _value(said, piece) if before else None
    return [Step(step[0], {"title": each.slots["title"], **step[1]}) for each in before] if step else []


def _as_the_last(said: Understanding, title: str) -> Sequence[Step]:
    """ "The second one too": whose and by when as the task told of last."""
    last = said.conversation.last.steps if said.conversation.last else ()
    kept = [step for step in last if step.action in ("task.assign", "task.deadline")]
    return [Step(step.action, {**step.slots, "title": title}) for step in kept]


def _nth(words: str, titles: Sequence[str]) -> str | None:
    """The title that stands there: "first", "third", "last"."""
    at = _ORDINALS.index(words.casefold()) if words.casefold() in _ORDINALS else len(titles) - 1
    return titles[at] if at < len(titles) else None


def _meant(head: str, left: Sequence[str], titles: Sequence[str]) -> Sequence[str]:
    """The titles that the words before a value mean."""
    words = re.sub(r"(?:'s|'re| is| are| goes| go)?(?: (?:for|to))?(?: due)?,?$", "", head, flags=re.I).strip()
    if re.fullmatch(_REST, words, re.I):
        return left
    if re.fullmatch(_ALL, words, re.I):
        return titles
    counted = [_NTH.fullmatch(each) for each in re.split(r" and ", words)]
    if all(counted):
        return [title for each in counted if each and (title := _nth(each["which"], titles))]
    wanted = counting(words)
    fits = [title for title in titles if wanted and all(has_word(title.casefold().split(), word) for word in wanted)]
    return fits if len(fits) == 1 else []


def _value(said: Understanding, words: str) -> tuple[str, dict[str, Slot]] | None:
    """The action, and whose it is or by when it is due."""
    if whose := _WHOSE.fullmatch(words):
        who = people(said, "me" if whose["mine"] else whose["his"])
        return ("task.assign", {"assignees": who}) if who else None
    if who := people(said, words):
        return "task.assign", {"assignees": who}
    when = time_of(said, words)
    return ("task.deadline", {"when": when}) if when else None


def shared_tasks(said: Understanding) -> Understanding | None:
    """New tasks, each told with whose it is: no piece of it is an aside."""
    text = said.text.strip(" .!")
    found = None if said.told or ASKS.search(text) else MANY.fullmatch(text)
    heads = heads_of(said, found) if found else None
    command = _shared_out(said, COMMAS.split(found["rest"]), heads) if found and heads is not None else None
    return said.found(command, "talk") if command else None


def _shared_out(said: Understanding, pieces: Sequence[str], slots: dict[str, Slot]) -> Command | None:
    """New tasks of which each tells whose it is; None where one of them does not."""
    steps = []
    for found in map(_OWN.fullmatch, pieces):
        name = "me" if found and found["mine"] else (found["for"] or found["his"] or found["to"]) if found else ""
        if not found or not name or not (who := people(said, name)):
            return None
        title, when = without_time(said, found["title"])
        told: dict[str, Slot] = {**slots, "assignees": who, **({"when": when} if when else {})}
        steps.append(Step("task.create", {"title": title, **told}))
    return Command(said.text, tuple(steps), SURE, "template") if len(steps) > 1 else None

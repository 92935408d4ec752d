"""Sentence templates: a whole sentence that one of them fits is a command. Matched with hassil, on words in which spans stand as one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hassil import SlotList, TextSlotList, recognize_all
from hassil.recognize import RecognizeResult

from services.understanding.base import SentencesBroken, Slot, Step
from services.understanding.items import split_items
from services.understanding.modifiers import PREPOSITIONS, Names, peel, split_people
from services.understanding.sentences import TYPED, Sentences, load, stamp_of
from services.understanding.spans import level_of
from services.understanding.vocabulary import VOCABULARY, Action, SlotKind
from services.understanding.when.lexicon import words
from services.understanding.words import Word, spoken

MOST_WORDS = 60
"""A longer piece is no single command; templates are not tried, which bounds the time."""
_MOST_MATCHES = 200
_LONGEST = {"list": 5, "name": 4, "status": 3, "place": 6}
"""Words that a short slot may have at most; a title may have as many as there are."""
_NEVER_IN: Mapping[str, frozenset[str]] = {
    "list": frozenset(words("my the on to you me i what is your read of in from it")),
    "name": frozenset(words("my you me i what is it on a an the another up set")),
    "people": frozenset(words("me i what how when was is to of that it the why where which if you")),
}
"""Words that no name holds; a template that gives one of them to a name has gone astray."""
_NEVER_FIRST = frozenset(words("how what which who why where when whether list lists what's who's if"))
"""A title does not begin with these: "remind me how to spell it" is a question."""
_EMPTY = frozenset(words("it that this them something one me please a an the to my for of and do anything"))


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits a whole piece, and how much of the piece it explains."""

    step: Step
    explained: int
    """Words that the template names itself, or that a typed slot took."""
    complete: bool
    """Every required slot has words."""

    @property
    def solid(self) -> bool:
        """Enough to be a command beside others: complete, or with something to ask further about."""
        return self.complete or bool(self.step.slots)


@dataclass(slots=True)
class _Taken:
    """What one template's match gives each slot, as words."""

    slots: dict[str, list[Word]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    """Slots filled by any words, in order."""


class Templates:
    """The sentences of one folder. Not thread-safe while `reload` runs in another thread; `match` is."""

    def __init__(self, folder: Path, *, is_name: Names = lambda _: False) -> None:
        """Raises SentencesBroken."""
        self._folder = folder
        self._is_name = is_name
        self.sentences: Sentences = load(folder)
        self.broken: SentencesBroken | None = None
        """Why the files as they are now are not in use; None when they are."""

    def reload(self) -> bool:
        """Read the files again if they changed. True when the new ones are in use; broken ones are kept out, and told in `broken`."""
        stamp = stamp_of(self._folder)
        if stamp == self.sentences.stamp or (self.broken is not None and stamp == self.broken.facts.get("stamp")):
            return False
        try:
            self.sentences, self.broken = load(self._folder), None
        except SentencesBroken as error:
            error.facts["stamp"] = stamp
            self.broken = error
            return False
        return True

    def unwrap(self, said: Sequence[Word]) -> list[Word]:
        """The said without the politeness around them."""
        rest = list(said)
        texts = [word.text for word in rest]
        sentences = self.sentences
        while True:
            before = next((n for n in range(min(9, len(rest) - 1), 0, -1) if tuple(texts[:n]) in sentences.before), 0)
            rest, texts = rest[before:], texts[before:]
            behind = next((n for n in range(min(7, len(rest) - 1), 0, -1) if tuple(texts[-n:]) in sentences.behind), 0)
            if behind:
                rest, texts = rest[:-behind], texts[:-behind]
            if not before and not behind:
                return rest

    def match(self, said: Sequence[Word], text: str, *, behind: Step | None = None) -> Match | None:
        """The best template for all of the words, or None. `behind` is the step before, on which a shortened one may lean."""
        if not 0 < len(said) <= MOST_WORDS:
            return None
        line = " ".join(word.text for word in said)
        lists: dict[str, SlotList] = {
            kind: TextSlotList.from_strings([word.text for word in said if word.kind == kind], allow_template=False, name=kind)
            for kind in TYPED
        }
        best: Match | None = None
        for tried, result in enumerate(recognize_all(line, self.sentences.intents, slot_lists=lists)):
            found = self._read(result, line, said, text, behind)
            if found and (best is None or _rank(found) > _rank(best)):
                best = found
            if tried == _MOST_MATCHES:
                break
        return best

    def _read(self, result: RecognizeResult, line: str, said: Sequence[Word], text: str, behind: Step | None) -> Match | None:
        action = VOCABULARY[result.intent.name]
        family = (result.intent_metadata or {}).get("follows")
        if family and (behind is None or VOCABULARY[behind.action].family != family):
            return None
        taken = _words_of(result.entities_list, line, said)
        if taken is None:
            return None
        for slot in list(taken.free):
            rest, more = peel(taken.slots[slot], action, text, set(taken.slots), self._is_name)
            taken.slots[slot] = rest
            taken.slots.update(more)
        free = sum(len(taken.slots[slot]) for slot in taken.free)
        slots = _values(taken, action, text)
        if slots is None:
            return None
        if family and behind and family in behind.slots:
            # "... and add bread": what names the list (the slot of the family's own name) was said before and holds on.
            slots.setdefault(family, behind.slots[family])
        return Match(Step(action.name, slots), len(said) - free, action.required <= set(slots))


def _rank(match: Match) -> tuple[int, int, int]:
    return match.explained, int(match.complete), -len(match.step.slots)


def _words_of(entities: Iterable[Any], line: str, said: Sequence[Word]) -> _Taken | None:
    """Each entity's words, found by where it stands in the line."""
    starts = _starts(said)
    taken = _Taken()
    for entity in entities:
        value = entity.text.strip()
        if not value or entity.text_span is None:
            return None
        begin = entity.text_span[0]
        if line[begin : begin + len(value)] != value:
            begin = line.find(value, max(0, begin - 3))
        if begin < 0:
            return None
        first = bisect_right(starts, begin) - 1
        last = bisect_right(starts, begin + len(value) - 1)
        if starts[first] != begin:
            return None
        if entity.name in ("when", "recurrence") and first and said[first - 1].text in PREPOSITIONS:
            first -= 1
        taken.slots[entity.name] = list(said[first:last])
        if entity.is_wildcard:
            taken.free.append(entity.name)
    return taken


def _starts(said: Sequence[Word]) -> list[int]:
    starts, at = [], 0
    for word in said:
        starts.append(at)
        at += len(word.text) + 1
    return starts


def _values(taken: _Taken, action: Action, text: str) -> dict[str, Slot] | None:
    """The slots as spoken; None when some are no answer to what they stand for."""
    slots: dict[str, Slot] = {}
    for name, said in taken.slots.items():
        if len(said) > _LONGEST.get(name, MOST_WORDS):
            return None
        if name in taken.free and all(word.text in _EMPTY for word in said):
            if name in action.required:
                continue
            return None
        if _astray(name, action.slots[name], said):
            return None
        match action.slots[name]:
            case "items":
                slots[name] = split_items(said, text)
            case "people":
                slots[name] = [spoken(text, person) for person in split_people(said)]
            case "priority":
                slots[name] = level_of(spoken(text, said))
            case _:
                slots[name] = spoken(text, said)
    return slots


def _astray(name: str, kind: SlotKind, said: Sequence[Word]) -> bool:
    """Whether the words can't be what the slot stands for."""
    if name == "title":
        return said[0].text in _NEVER_FIRST
    if kind == "people" and [word.text for word in said] in (["me"], ["us"]):
        return False
    never = _NEVER_IN.get("people" if kind == "people" else name, frozenset())
    return any(word.text in never for word in said)


def sentences_of(said: Sequence[Word]) -> Iterator[list[Word]]:
    """The words cut at full stops."""
    piece: list[Word] = []
    for word in said:
        piece.append(word)
        if word.stop in (".", "!", "?", ";"):
            yield piece
            piece = []
    if piece:
        yield piece

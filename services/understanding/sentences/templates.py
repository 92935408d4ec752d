"""Sentence templates: one that fits a whole sentence makes it a command. Matched with hassil on masked words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from hassil import SlotList, TextSlotList, recognize_all
from hassil.recognize import RecognizeResult

from services.understanding.base import SentencesBroken, Slot, Step
from services.understanding.sentences.files import TYPED, Sentences, Stamp, load, stamp_of
from services.understanding.sentences.index import Index
from services.understanding.sentences.match import Match
from services.understanding.sentences.taught import Taught
from services.understanding.slots.modifiers import IsName
from services.understanding.slots.reader import SlotWords, apart, peeled, values, words_of
from services.understanding.slots.recipients import address, name_people
from services.understanding.vocabulary import VOCABULARY, Action, has_all
from services.understanding.words import Word

_log = logging.getLogger(__name__)

MOST_WORDS = 60
"""A longer piece is no single command; templates are not tried, which bounds the time."""
_FREE_BEGINNING = 3
"""Words that a template which begins with free words explains less."""
_MOST_MATCHES = 200


class Templates:
    """The sentences of one language's folders. Several threads may match, also while one of them reloads."""

    def __init__(self, *folders: Path, is_name: IsName = lambda _: False, taught: Taught | None = None) -> None:
        """Raises SentencesBroken."""
        self._folders = folders
        self._taught = Taught() if taught is None else taught
        self._is_name = is_name
        self.sentences, self._index = _grammar(folders, stamp_of(*folders), frozenset(VOCABULARY))
        self.broken: SentencesBroken | None = None
        """Why the files as they are now are not in use; None when they are."""

    def words(self) -> frozenset[str]:
        """All that the sentences are made of, their free slots aside."""
        return self._index.words()

    def reload(self) -> bool:
        """Read changed files again; True when they are in use. Broken ones are kept out, see `broken`."""
        try:
            stamp = stamp_of(*self._folders)
        except OSError as error:  # an editor just replaces one; no handle is left
            _log.warning("The sentences can't be looked at (%s); those that are known stay in use.", error)
            return False
        if stamp == self.sentences.stamp or (self.broken is not None and stamp == self.broken.facts.get("stamp")):
            return False
        try:
            sentences, index = _grammar(self._folders, stamp, frozenset(VOCABULARY))
            self._index, self.sentences, self.broken = index, sentences, None
        except SentencesBroken as error:
            error.facts["stamp"] = stamp
            self.broken = error
            _log.error("%s", error)
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
        """The best template for all the words, or None. A shortened one may lean on the step before, `behind`."""
        if not 0 < len(said) <= MOST_WORDS:
            return None
        line = " ".join(word.text for word in said)
        lists: dict[str, SlotList] = {
            kind: TextSlotList.from_strings(
                [word.text for word in said if word.kind == kind], allow_template=False, name=kind
            )
            for kind in TYPED
        }
        # What the owner taught goes before what explains no more of the words.
        best = max(self._taught.fits(said, text, self._is_name), key=lambda fit: fit.rank, default=None)
        for tried, result in enumerate(recognize_all(line, self._index.fitting(line), slot_lists=lists)):
            loose = bool((result.intent_metadata or {}).get("loose"))
            foreign = loose and _hold(said, self.sentences.foreign[result.intent.name])
            found = None if foreign else self._read(result, line, said, text, behind)
            if found and (best is None or found.rank > best.rank):
                best = found
            if tried == _MOST_MATCHES:
                break
        return best

    def _fits(
        self,
        metadata: Mapping[str, Any],
        whole: Sequence[SlotWords],
        told: Sequence[SlotWords],
        text: str,
        subject: str | None,
    ) -> bool:
        """Whether the free words hold what the block wants, and, with modifiers (`whole`), nothing it forbids."""
        named = metadata.get("named", "")
        if not all(
            name_people(one.slots[named], text, self._is_name, known=True) for one in told if named in one.slots
        ):
            return False
        wanted, unwanted, within = (self._entries(metadata.get(key, "")) for key in ("holds", "lacks", "beyond"))
        if unwanted and any(_hold(one.slots[slot], unwanted) for one in whole for slot in one.free):
            return False
        for one in told:
            free = [word for slot in one.free for word in one.slots[slot]]
            about = one.slots[subject] if subject and subject in one.free else free
            if wanted and not _hold(about, wanted):
                return False
            if within and all((word.text,) in within for word in about):
                return False
        return True

    def _entries(self, lists: str) -> frozenset[tuple[str, ...]]:
        return frozenset().union(*(self.sentences.lists[name] for name in lists.split()))

    def _read(
        self, result: RecognizeResult, line: str, said: Sequence[Word], text: str, behind: Step | None
    ) -> Match | None:
        action = VOCABULARY[result.intent.name]
        metadata = result.intent_metadata or {}
        family = metadata.get("follows")
        if not _leans(metadata, action, behind):
            return None
        taken = words_of(result.entities_list, line, said)
        if taken is None:
            return None
        if addressed := str(metadata.get("addressed", "")).split():
            taken.slots = address(taken.slots, text, self._is_name, *addressed)
            taken.free = [slot for slot in addressed if slot in taken.slots]
        if not _divided(taken, metadata):
            return None
        each = metadata.get("each")
        several = apart(taken, each) if each in taken.slots else [taken]
        fixed = {str(name): str(value) for name, value in result.intent_data.slots.items()}
        told = _shared([peeled(one, action, text, self._is_name) for one in several], each)
        if not self._fits(metadata, several, told, text, action.subject):
            return None
        steps: list[Step] = []
        for one in told:
            slots = values(one, action, text)
            if slots is None:
                return None
            steps.append(
                Step(action.name, _inherited({**slots, **fixed}, action, behind) if family else {**slots, **fixed})
            )
        free = len({word.start for one in told for slot in one.free for word in one.slots[slot]})
        loose, completes = bool(metadata.get("loose")), bool(metadata.get("completes"))
        complete = completes or all(has_all(action, step.slots) for step in steps)
        # A colon, and names that are names, explain something too.
        explained = len(said) - free + bool(metadata.get("stop")) + bool(metadata.get("named"))
        if any(one.slots[slot][0].start == said[0].start for one in told for slot in one.free):
            # Whoever commands begins with the verb: "tell Ben his car is blocking the door" is no task that blocks
            # another.
            explained -= _FREE_BEGINNING
        match = Match(
            tuple(steps),
            explained,
            complete,
            loose,
            lead=tuple(said[: _first_slot(taken, said)]),
            end="" if any(words[-1] is said[-1] for words in taken.slots.values()) else said[-1].text,
            held="holds" in metadata,
            completes=completes,
            runs_on=str(metadata.get("runs_on", "")),
            free=free,
        )
        return match if complete or not metadata.get("whole") else None


@lru_cache(maxsize=8)
def _grammar(folders: tuple[Path, ...], stamp: Stamp, actions: frozenset[str]) -> tuple[Sentences, Index]:  # noqa: ARG001 - what it depends on
    """Read once in a process as long as neither the files change nor the actions there are. Raises SentencesBroken."""
    sentences = load(*folders)
    return sentences, Index(sentences.intents, TYPED)


def _leans(metadata: Mapping[str, Any], action: Action, behind: Step | None) -> bool:
    """Whether a shortened template has the step before it that it wants."""
    if metadata.get("completes"):
        return behind is not None and behind.action == action.name
    family = metadata.get("follows")
    return not family or (behind is not None and VOCABULARY[behind.action].family == family)


def _divided(taken: SlotWords, metadata: Mapping[str, Any]) -> bool:
    """Give the end of the free words to the slot that the block names; False where there is none."""
    last, stop = metadata.get("last"), metadata.get("stop")
    if not (last or stop):
        return True
    if not taken.free:
        return False
    said = taken.slots[taken.free[-1]]
    at = len(said) - 1 if last else next((i + 1 for i, word in enumerate(said[:-1]) if word.stop in (",", ":")), 0)
    taken.slots[taken.free[-1]], taken.slots[str(last or stop)] = said[:at], said[at:]
    if stop == "title":
        taken.free.append("title")  # with its own when and for whom
    return at > 0


def _hold(said: Sequence[Word], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of the phrases (of at most three words) is among the words."""
    texts = [word.text for word in said]
    return any(tuple(texts[i : i + n]) in phrases for n in (1, 2, 3) for i in range(len(texts) - n + 1))


def _first_slot(taken: SlotWords, said: Sequence[Word]) -> int:
    starts = [words[0].start for words in taken.slots.values()]
    return next((i for i, word in enumerate(said) if word.start in starts), len(said))


def _inherited(slots: dict[str, Slot], action: Action, behind: Step | None) -> dict[str, Slot]:
    """ "... and add bread": what the step before is about holds on, if it is of the same family."""
    if behind is None or action.subject is None:
        return slots
    before = VOCABULARY[behind.action]
    if before.subject and before.subject in behind.slots and before.family == action.family:
        slots.setdefault(action.subject, behind.slots[before.subject])
    return slots


def _shared(several: list[SlotWords], each: str | None) -> list[SlotWords]:
    """Create tasks A, B and C due Friday: what only the last one tells holds for all."""
    told = [{name: said for name, said in one.slots.items() if name != each} for one in several]
    if len(several) < 2 or any(told[:-1]) or not told[-1]:
        return several
    return [SlotWords({**told[-1], **one.slots}, one.free) for one in several]


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

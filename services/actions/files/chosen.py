"""Which files the words of a step mean: files of the inbox, files that are kept, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.actions.base import Choice, Refused, Unanswered
from services.actions.files.names import fitting, is_only_a_noun, said
from services.actions.wording import be, listed
from services.files.base import Files, clean
from services.store.base import Reader, SharedFile
from services.understanding.base import Reference, Slot

IN_INBOX = "inbox/"
"""Prefix of a name in place of an id: a file not kept yet has none."""
_READ_ALOUD = 4
_MOST = 20
"""Files one may choose from by name; only the first are said."""
_LAST = re.compile(
    r"(?:the |my |our )?(?:very )?(?:last|latest|newest|most recent|new)(?: one| file| document| upload)?",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+aur\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pick:
    """A file that is meant: in the inbox by its name, kept by its id, or both."""

    name: str
    """As it is shown."""
    waiting: str | None = None
    """Its name in the inbox, as the system has it."""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All files, to be looked up by name."""

    picks: Mapping[str, Pick]

    @classmethod
    def of(cls, reader: Reader, files: Files | None) -> Shelf:
        """Kept files and those in the inbox; one name is one file. Raises FilesUnreachable."""
        picks = {row["name"]: Pick(row["name"], id=id_) for id_, row in reader.rows(SharedFile).items()}
        for waiting in files.waiting() if files else ():
            name = clean(waiting)
            kept = picks.get(name)
            picks[name] = Pick(name, waiting, kept.id if kept else None)
        return cls(picks)

    @property
    def waiting(self) -> list[str]:
        """Names of those in the inbox."""
        return [pick.name for pick in self.picks.values() if pick.waiting is not None]


def chosen(
    slots: Mapping[str, Slot], references: Sequence[Reference], sentence: str, reader: Reader, files: Files | None
) -> list[Pick]:
    """The files of the slot `file`, each once. Raises Refused where none or several fit, FilesUnreachable."""
    words = str(slots.get("file", "")).strip()
    shelf = Shelf.of(reader, files)
    if meant := [ref for ref in references if ref.slot == "file" and ref.id]:
        return [_referred(shelf, reader, ref) for ref in meant]
    if files and _LAST.fullmatch(words):
        return _latest(shelf, files)
    if not words or is_only_a_noun(words):
        waiting = shelf.waiting
        if len(waiting) == 1 and words:
            return [shelf.picks[waiting[0]]]
        raise nothing(words, shelf, "Which file?")
    return _by_words(words, sentence, shelf)


def _by_words(words: str, sentence: str, shelf: Shelf) -> list[Pick]:
    """One file; several where each piece of "the contract and the logo" is one."""
    names = list(shelf.picks)
    whole = fitting(words, names, sentence)
    if not whole and len(pieces := _SEVERAL.split(words)) > 1:
        each = [(piece, fitting(piece, names, sentence)) for piece in pieces]
        if any(found for _, found in each):
            return list({pick.name: pick for piece, found in each for pick in [_only(piece, found, shelf)]}.values())
    return [_only(words, whole, shelf)]


def _only(words: str, found: Sequence[str], shelf: Shelf) -> Pick:
    if not found:
        raise nothing(words, shelf)
    if len(found) > 1:
        told = [said(name, shelf.picks) for name in found[:_READ_ALOUD]]
        rest = " or another" if len(found) > _READ_ALOUD else ""
        raise Unanswered("file.ambiguous", f"{listed(told, 'or')}{rest}?", choice=_choice(words, found, shelf))
    return shelf.picks[found[0]]


def nothing(words: str, shelf: Shelf, ask: str = "") -> Refused:
    """Refusal where no file fits: offers what is in the inbox."""
    head = ask or f"I found no file like {words}"
    waiting = shelf.waiting
    if not waiting:
        return Refused("file.unknown", f"{head}{'' if ask else '.'} The inbox is empty")
    told = [said(name, waiting) for name in waiting[:_READ_ALOUD]]
    more = len(waiting) - len(told)
    shown = f"{', '.join(told)} and {more} more" if more else listed(told)
    choice = _choice(words, waiting, shelf) if words else None
    return Unanswered(
        "file.unknown",
        f"{head}{'' if ask else '.'} In the inbox {be(waiting)} {shown}",
        choice=choice,
    )


def _choice(words: str, names: Sequence[str], shelf: Shelf) -> Choice:
    picks = [shelf.picks[name] for name in names[:_MOST]]
    return Choice(
        "file",
        words,
        tuple(
            (SharedFile.kind, f"{IN_INBOX}{pick.name}" if pick.waiting else pick.id or "", said(pick.name, names))
            for pick in picks
        ),
    )


def _latest(shelf: Shelf, files: Files) -> list[Pick]:
    """The newest file of the inbox; where that is empty, the one kept last."""
    for waiting in files.waiting(latest_first=True)[:1]:
        return [shelf.picks[clean(waiting)]]
    kept = [pick for pick in shelf.picks.values() if pick.id]
    if not kept:
        raise nothing("", shelf, "There is no file yet.")
    return kept[-1:]


def _referred(shelf: Shelf, reader: Reader, ref: Reference) -> Pick:
    id_ = ref.id or ""
    if id_.startswith(IN_INBOX):
        pick = shelf.picks.get(id_.removeprefix(IN_INBOX))
        if pick is not None:
            return pick
    elif (kept := reader.get(SharedFile, id_)) is not None:
        return Pick(kept.name, id=kept.id)
    raise Refused("file.gone", f"{ref.name} is not there any more")

"""Notes: create, query, update, delete."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from services.actions.base import Refused, Unanswered, required
from services.actions.call import Call, Done, family
from services.actions.selection import choice, saying, within
from services.actions.times import span
from services.actions.wording import counted, enumerated, excerpt, from_, paged, spoken
from services.store.base import Note

_READ_ALOUD = 3
_WHOLE = 400
"""Letters of a note that is asked for by itself."""
_ALL = frozenset(
    ("all", "every", "all of", "every one of", "each of", "everything", "both", "all notes", "all my notes")
)
_LAST = re.compile(r"\b(?:last|latest|newest|most recent) (?:note|memo)\b", re.IGNORECASE)


def create(call: Call) -> Done:
    """Slots: content, kept whole."""
    content = required(call.text("content").strip(), "note.no_content", "What shall I note?")
    note = call.tx.add(Note(content=content))
    return Done(f"Noted: {excerpt(spoken(content))}", f"noted: {excerpt(content)}", (note,))


def query(call: Call) -> Done:
    """Slots: content (words in it), when (it was taken). The latest first."""
    notes = _fitting(call)[: 1 if _LAST.search(call.said) else None]
    about = f" about {spoken(call.text('content'))}" if call.text("content") else ""
    when = f" {from_(call.text('when'))}" if call.found("when") else ""
    if not notes:
        return Done(f"You have no notes{about}{when}")
    if len(notes) == 1 and (call.meant("content") or _LAST.search(call.said)):
        (note,) = notes
        return Done(f"Your note of {_taken(call, note)}: {excerpt(spoken(note.content), _WHOLE)}", about=(note,))
    told = [_told(call, note) for note in notes[:_READ_ALOUD]]
    head = f"{counted(len(notes), 'note')}{about}{when}"
    return Done(paged(head, told, len(notes), "latest"), about=tuple(notes[:_READ_ALOUD]))


def update(call: Call) -> Done:
    """Slots: content (which note); text, in place of `old`, or behind the rest where the way is to add. Words
    that are to be all of the note are asked about first. Raises Refused, Unanswered.
    """
    new = required(call.text("text").strip(" ,;"), "note.no_content", "What shall the note say?")
    note = _one(call)
    if old := call.text("old"):
        content, count = re.subn(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, note.content, count=1, flags=re.I)
        if not count:
            raise Refused("note.no_words", f"“{old}” does not stand in the note: {excerpt(spoken(note.content))}")
    elif call.text("way") == "add":
        content = f"{note.content.rstrip()}{'' if note.content.rstrip()[-1:] in '.;!?' else ','} {new}"
    else:
        call.confirm(f"Write “{excerpt(new)}” in place of the note “{excerpt(spoken(note.content))}”?")
        content = new
    note = call.tx.put(replace(note, content=content))
    return Done(f"The note is now: {excerpt(spoken(content), _WHOLE)}", f"note changed: {excerpt(content)}", (note,))


def delete(call: Call) -> Done:
    """Slots: content ("all" too), when. Asks where several fit."""
    if not call.text("content") and not call.text("when"):
        raise Unanswered("note.which", "Which note shall I delete?")
    everything = spoken(call.text("content")).casefold() in _ALL
    notes = _fitting(call)
    if not notes:
        raise Refused("note.unknown", "I found no such note")
    if len(notes) > 1 and not everything:
        told = enumerated([excerpt(note.content) for note in notes[:_READ_ALOUD]])
        words = call.text("content")
        which = choice("content", words, notes[:_READ_ALOUD]) if words else None
        raise Unanswered("note.ambiguous", f"{counted(len(notes), 'note')} fit: {told}. Which one?", choice=which)
    if len(notes) > 1:
        call.confirm("Delete both notes?" if len(notes) == 2 else f"Delete all {counted(len(notes), 'note')}?")
    for note in notes:
        call.tx.remove(note)
    said = (
        f"{counted(len(notes), 'note')} deleted"
        if len(notes) > 1
        else f"Note deleted: {excerpt(spoken(notes[0].content))}"
    )
    return Done(said, said[0].lower() + said[1:], tuple(notes))


ACTIONS = family("note", create, query, update, delete)


def _one(call: Call) -> Note:
    """The note meant; the latest by "last". Raises Refused, Unanswered."""
    notes = _fitting(call)
    if not notes:
        raise Refused("note.unknown", "I found no such note")
    if len(notes) > 1:
        told = enumerated([excerpt(note.content) for note in notes[:_READ_ALOUD]])
        which = choice("content", call.text("content"), notes[:_READ_ALOUD])
        raise Unanswered("note.ambiguous", f"{counted(len(notes), 'note')} fit: {told}. Which one?", choice=which)
    return notes[0]


def _fitting(call: Call) -> list[Note]:
    """The notes meant by words and time, latest first. All words must fit; without any, those meant before ("it")."""
    if meant := dict.fromkeys(ref.id for ref in call.meant("content") if ref.kind == Note.kind):
        known = [note for id_ in meant if (note := call.tx.get(Note, str(id_))) is not None]
        return sorted(known, key=lambda note: note.created, reverse=True)
    found = call.found("when")
    words = spoken(call.text("content"))
    words = "" if words.casefold() in _ALL else words
    notes = saying(call.tx, Note, words, within(span(found) if found else None, "created"))[::-1]
    return [note for note in notes if note.content.casefold() == words.casefold()][:1] or notes


def _told(call: Call, note: Note) -> str:
    return f"{excerpt(spoken(note.content))}, {_taken(call, note)}"


def _taken(call: Call, note: Note) -> str:
    return call.say(datetime.fromisoformat(note.created), whole_day=True)

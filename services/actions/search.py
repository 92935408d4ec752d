"""Search across everything kept, or one kind of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.actions.base import required
from services.actions.call import Call, Done, family
from services.actions.times import TimeSpan, span
from services.actions.wording import a_, continued, counted, excerpt, from_, listed, number, paged, spoken
from services.store.base import (
    Alarm,
    Document,
    Hit,
    Item,
    Meeting,
    Message,
    Note,
    Reminder,
    Task,
    all_rows,
    kinds,
    row_of,
)

_READ_ALOUD = 3
_MOST = 100
"""Counts stop here."""
_MOST_KINDS = 4
"""Told of by number; of more, the commonest and how many others."""
_TURN = "turn"
_SAYS_TRANSCRIPTS = ("transcript", "i said", "we said", "conversation", "history")
"""Transcripts are searched only where they are named, for each search is one itself."""


def query(call: Call) -> Done:
    """Slots: text, kind (words that name kinds), when (made or taking place), skip. The likeliest first."""
    words = required(spoken(call.text("text")), "search.no_words", "What shall I look for?")
    found = call.found("when")
    over = span(found) if found else TimeSpan(None, None)
    hits = call.tx.search(words, kinds=_kinds(call), since=over.start, until=over.end, limit=_MOST)
    hits = _there(call, hits)
    when = f" {from_(call.text('when'))}" if found else ""
    about = f"about {words}{_where(call)}{when}"
    if not hits:
        return Done(f"I found nothing {about}")
    skip = int(call.text("skip") or 0)
    page = hits[skip : skip + _READ_ALOUD]
    if not page:
        return Done("That was all")
    told = [_told(call, hit, alone=len({each.kind for each in hits}) == 1) for hit in page]
    things = tuple(document for hit in page if (document := _document(call, hit)) is not None)
    if skip:
        return Done(continued(told, len(hits) - skip), about=things)
    return Done(paged(_head(hits, about, words), told, len(hits)), about=things)


ACTIONS = family("search", query)


def _kinds(call: Call) -> tuple[str, ...]:
    """The kinds named; without any, all but transcripts."""
    return _named(call.text("kind").casefold()) or tuple(row.name for row in all_rows() if row.searched is not None)


def _named(said: str) -> tuple[str, ...]:
    """The kinds that these words name."""
    there = [row for row in all_rows() if row.searched is not None]
    named = [row.name for row in there if any(noun in said for noun in row.asked_as or row.nouns)]
    return (*named, *([_TURN] if any(words in said for words in _SAYS_TRANSCRIPTS) else ()))


def _there(call: Call, hits: Sequence[Hit]) -> list[Hit]:
    """Those still there in this transaction; mere likenesses only where nothing has the words."""
    hits = [hit for hit in hits if hit.kind == _TURN or _document(call, hit) is not None]
    sure = [hit for hit in hits if hit.how in ("same", "form", "beginning")]
    return sure or list(hits)


def _where(call: Call) -> str:
    """In your messages."""
    kind = call.text("kind").casefold()
    if not kind:
        return ""
    return f" in {kind}" if kind.startswith(("my ", "our ", "the ", "what ")) else f" in your {kind}"


def _head(hits: Sequence[Hit], about: str, words: str) -> str:
    """Seven things about Henderson: two tasks, three notes, a message and a customer."""
    how = hits[0].how
    more = "more than " if len(hits) >= _MOST else ""
    counts = Counter(hit.kind for hit in hits)
    what = f"{more}{_counted(len(hits), hits[0].kind if len(counts) == 1 else '')}"
    if how == "some":
        return (
            f"Nothing has all of “{words}”. {what[0].upper()}{what[1:]} {'has' if len(hits) == 1 else 'have'} some"
            " of it"
        )
    head = f"{what} {about.replace('about ', 'about something like ', 1) if how == 'like' else about}"
    if len(counts) > 1 and len(hits) > _READ_ALOUD:
        return f"{head}: {listed(_summed(counts))}"
    return head


def _summed(counts: Counter[str]) -> list[str]:
    """Two tasks, three notes, a message, five others."""
    several = counts.most_common()
    told = several if len(several) <= _MOST_KINDS else several[: _MOST_KINDS - 1]
    rest = sum(count for _, count in several[len(told) :])
    return [*(_several(count, kind) for kind, count in told), *([f"{number(rest)} others"] if rest else [])]


def _counted(count: int, kind: str) -> str:
    """Two tasks, one list item, seven things."""
    row = row_of(kind)
    return counted(count, "transcript") if kind == _TURN else counted(count, row.noun, row.plural)


def _several(count: int, kind: str) -> str:
    """Two tasks, a message."""
    told = _counted(count, kind)
    return told if count > 1 else a_(told.removeprefix("one "))


def _document(call: Call, hit: Hit) -> Document | None:
    kind = kinds().get(hit.kind)
    return None if kind is None else call.tx.get(kind, hit.id)


def _told(call: Call, hit: Hit, *, alone: bool) -> str:
    """A message from Sarah in marketing, yesterday: I'm late. `alone`: the kind was told before."""
    row = row_of(hit.kind)
    when = call.say(hit.at, whole_day=hit.kind != _TURN and not row.timed)
    the = "" if alone else f"the {row.noun} "
    match _document(call, hit):
        case Message() as message:
            words = _message(message, hit, when, alone=alone)
        case Note(content=content):
            words = f"{'' if alone else 'a note: '}{excerpt(spoken(content))}, {when}"
        case Item():
            words = f"{hit.title} on the {hit.where or 'other'} list"
        case Meeting() | Reminder() | Alarm():
            words = f"{the}{spoken(hit.title)}, {when}"
        case Task(status="done" | "cancelled" as status):
            words = f"{the}{spoken(hit.title)}, {status}"
        case Task(due=datetime() as due, due_grain=grain):
            words = f"{the}{spoken(hit.title)}, due {call.say(due, whole_day=grain == 'day')}"
        case None:
            words = f"{when}: {excerpt(hit.snippet)}"
        case _:
            words = f"{the}{spoken(hit.title)}"
    return words


def _message(message: Message, hit: Hit, when: str, *, alone: bool) -> str:
    who = "you" if message.sender == "owner" else message.sender
    where = f" {'in' if message.channel_id else 'to'} {hit.where}" if hit.where else ""
    return f"{who if alone else f'a message from {who}'}{where}, {when}: {excerpt(spoken(message.content))}"

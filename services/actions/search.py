"""Search across everything kept, or one kind of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.actions.base import required
from services.actions.call import Action, Call, Done
from services.actions.times import TimeSpan, span
from services.actions.wording import continued, counted, excerpt, listed, number, paged, proper, spoken
from services.store.base import (
    Alarm,
    Channel,
    Customer,
    Document,
    Hit,
    Item,
    Meeting,
    Message,
    Note,
    Person,
    Project,
    Reminder,
    Routine,
    SharedFile,
    Task,
    Timer,
    TodoList,
)

_READ_ALOUD = 3
_MOST = 100
"""Counts stop here."""
_MOST_KINDS = 4
"""Kinds told with their numbers; the rest are summed up."""
_KINDS: Mapping[str, type[Document]] = {
    kind.kind: kind
    for kind in (
        Task,
        Note,
        Message,
        Meeting,
        SharedFile,
        Customer,
        Person,
        Project,
        Channel,
        TodoList,
        Item,
        Reminder,
        Routine,
        Alarm,
        Timer,
    )
}
_TURN = "turn"
_NOUNS: Mapping[str, str] = {"person": "contact", "item": "list item", _TURN: "transcript"}
"""Where a kind is called otherwise."""
_SAID: Mapping[str, tuple[str, ...]] = {
    "task": ("task", "todo", "to do", "ticket"),
    "note": ("note", "memo"),
    "message": ("message", "text", "chat", "email", "mail"),
    "meeting": ("meeting", "calendar", "appointment", "event", "schedule"),
    "file": ("file", "document", "doc", "attachment"),
    "customer": ("customer", "client"),
    "person": ("contact", "people", "person", "address book"),
    "project": ("project",),
    "channel": ("channel",),
    "list": ("list",),
    "item": ("list", "item"),
    "reminder": ("reminder",),
    "routine": ("routine",),
    "alarm": ("alarm",),
    "timer": ("timer",),
    _TURN: ("transcript", "i said", "we said", "conversation", "history"),
}
"""Words that name a kind. Transcripts only where named, since every search is in one itself."""


_AT_A_TIME = frozenset(("meeting", "message", "reminder", "alarm", "timer", _TURN))
"""Kinds of which the hour counts."""


def query(call: Call) -> Done:
    """Slots: text, kind (words that name kinds), when (made or taking place), skip. The likeliest first."""
    words = required(spoken(call.text("text")), "search.no_words", "What shall I look for?")
    kinds = _kinds(call)
    found = call.found("when")
    hits = _there(call, call.tx.search(words, kinds=kinds, **_bounds(span(found) if found else None), limit=_MOST))
    when = f" from {proper(_bare(call.text('when')))}" if found else ""
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


ACTIONS: Mapping[str, Action] = {"search.query": query}


def _kinds(call: Call) -> tuple[str, ...]:
    """The kinds named; without any, all but transcripts."""
    said = call.text("kind").casefold()
    named = tuple(kind for kind, nouns in _SAID.items() if any(noun in said for noun in nouns))
    return named or tuple(_KINDS)


def _bounds(over: TimeSpan | None) -> dict[str, datetime | None]:
    return {"since": over.start if over else None, "until": over.end if over else None}


def _there(call: Call, hits: Sequence[Hit]) -> list[Hit]:
    """Those still there in this transaction; mere likenesses only where nothing has the words."""
    hits = [hit for hit in hits if hit.kind == _TURN or call.tx.get(_KINDS[hit.kind], hit.id) is not None]
    sure = [hit for hit in hits if hit.how in ("same", "form", "beginning")]
    return sure or list(hits)


def _where(call: Call) -> str:
    """In your messages."""
    kind = call.text("kind").casefold()
    return (
        f" in {kind}"
        if kind and kind.startswith(("my ", "our ", "the ", "what "))
        else f" in your {kind}"
        if kind
        else ""
    )


def _bare(when: str) -> str:
    """Last week; without the word before it."""
    first, _, rest = when.partition(" ")
    return rest if first.casefold() in ("from", "in", "on", "of", "since", "for") else when


def _head(hits: Sequence[Hit], about: str, words: str) -> str:
    """Seven things about Henderson: two tasks, three notes, a message and a customer."""
    how = hits[0].how
    more = "more than " if len(hits) >= _MOST else ""
    counts = Counter(hit.kind for hit in hits)
    what = f"{more}{counted(len(hits), _noun(hits[0]) if len(counts) == 1 else 'thing')}"
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
    return [*(_counted(count, kind) for kind, count in told), *([f"{number(rest)} others"] if rest else [])]


def _noun(hit: Hit) -> str:
    return _NOUNS.get(hit.kind, hit.kind)


def _counted(count: int, kind: str) -> str:
    noun = _NOUNS.get(kind, kind)
    return counted(count, noun) if count > 1 else f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def _document(call: Call, hit: Hit) -> Document | None:
    return None if hit.kind == _TURN else call.tx.get(_KINDS[hit.kind], hit.id)


def _told(call: Call, hit: Hit, *, alone: bool) -> str:
    """The task call Henderson; a message from Sarah in marketing, yesterday: I'm late. `alone`: the kind was told
    before.
    """
    when = call.say(hit.at, whole_day=hit.kind not in _AT_A_TIME)
    the = "" if alone else f"the {_noun(hit)} "
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

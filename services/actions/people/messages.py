"""Messages to people and channels: send, query. Each recipient has one of its own; they go out with the changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.actions.base import Refused, required
from services.actions.call import Call, Done, family
from services.actions.calls.heard import on_a_call
from services.actions.people.group import Assignee, speaker, speaker_name
from services.actions.people.known import EVERYONE, SELF, everybody, named, people
from services.actions.selection import saying, within
from services.actions.times import TimeSpan, alarm, span
from services.actions.wording import counted, excerpt, listed, number, paged, proper, spoken
from services.store.base import Channel, Message, Person

_OWNER = "owner"
_READ_ALOUD = 3
_MANY = 4
"""With more people at once, it asks first."""
WHERE = "I keep it here for whoever asks me for messages; no e-mail and no text goes out"
"""Said behind the first one: who hears "sent" may think of a phone."""
_NEW = frozenset(("new", "unread", "any", "recent", "latest", "incoming", "missed", "unanswered"))


def send(call: Call) -> Done:
    """Slots: recipients (people, channels), content, when (not before then). Without words of its own it tells what the
    steps before it did.
    """
    required(call.names("recipients"), "message.no_recipients", "To whom?")
    content = required(call.text("content").strip() or call.done_before, "message.no_content", "What shall I say?")
    channels, group, told = _recipients(call)
    names = [*(f"the {each.name} channel" for each in channels), *(person.name for person in group)]
    if not names:
        raise Refused("message.to_self", "I send no messages to yourself. Say, for example: take a note")
    if len(group) > _MANY:
        call.confirm(f"Send “{excerpt(spoken(content))}” to {number(len(group))} people?")
    at = _when(call)
    first = not any(row["sender"] == _OWNER for row in call.tx.rows(Message).values())
    draft = Message(content=content, sender=speaker_name(call) or _OWNER, read=not call.speaker, send_at=at)
    kept = [replace(draft, channel_id=each.id, mentions=_mentions(call, each, content)) for each in channels]
    kept += [replace(draft, person_id=person.id) for person in group]
    messages = tuple(call.tx.add(message) for message in kept)
    to = listed(names)
    said = f"For {to}, {call.say(at)}" if at else f"Sent to {to}"
    words = f"{told}{said}: {excerpt(spoken(content))}{f'. {WHERE}' if first else ''}"
    return Done(words, f"message to {to}", messages, about=(*channels, *group))


def query(call: Call) -> Done:
    """Slots: sender, recipients (a channel, or to whom they went), content, when. What is read aloud counts as read.
    Where no message fits, it is what they said on a call.
    """
    channels = [
        each for slot in ("recipients", "sender") for words in call.names(slot) for each in _channels(call, slot, words)
    ]
    senders = set() if channels else _senders(call)
    group = [] if channels or not call.text("recipients") else people_known(call)
    found = call.found("when")
    words = spoken(call.text("content"))
    me = speaker(call)
    asked = bool(senders or channels or group or found or words)
    seen, in_time = (
        within(TimeSpan(None, call.now + timedelta(microseconds=1)), "send_at", "created"),
        within(span(found) if found else None, "send_at", "created"),
    )
    channel_ids, person_ids = {each.id for each in channels}, {each.id for each in group}

    def fits(value: Mapping[str, Any]) -> bool:
        return (
            (not senders or value["sender"].casefold() in senders)
            and (not channel_ids or value["channel_id"] in channel_ids)
            and (not person_ids or value["person_id"] in person_ids)
            and (asked or (not value["read"] and value["sender"] != _OWNER and _may_be_for(me, value)))
            and seen(value)
            and in_time(value)
        )

    messages = sorted(saying(call.tx, Message, words, fits), key=_sent)
    if not messages and not channels and not group and (said := on_a_call(call)):
        return said
    return _answer(call, messages, _what(call, channels, group))


ACTIONS = family("message", send, query)


def _may_be_for(me: Assignee | None, value: Mapping[str, Any]) -> bool:
    """Whether a message is for whoever speaks: to them, or to nobody in particular; and not from them."""
    if me is None:
        return True
    return value["person_id"] in (None, me.id) and value["sender"].casefold() != me.name.casefold()


def people_known(call: Call) -> list[Person]:
    """The people of the slot recipients; Refused where one is not known."""
    return [
        person
        for words in call.names("recipients")
        if words.casefold() not in SELF
        for person in named(call, "recipients", words, Person, must=True)
    ]


def _channels(call: Call, slot: str, words: str) -> list[Channel]:
    """The channel that words mean; none where they mean somebody."""
    return [] if _is_person(call, slot, words) else named(call, slot, words, Channel)


def _recipients(call: Call) -> tuple[list[Channel], list[Person], str]:
    """Channels, people, and a sentence about new contacts. Raises Refused for unknown or archived ones."""
    said = call.names("recipients")
    if any(words.casefold() in EVERYONE for words in said):
        content = excerpt(spoken(call.text("content")))
        return [], everybody(call, lambda count: f"Send “{content}” to all {count}?"), ""
    channels: dict[str, Channel] = {}
    rest = []
    for words in said:
        found = _channels(call, "recipients", words)
        channels |= {each.id: each for each in found}
        rest += [] if found else [words]
    for each in channels.values():
        if each.status == "archived":
            raise Refused("channel.archived", f"The {each.name} channel is archived. Reopen it first")
    group = people(replace(call, slots={**call.slots, "recipients": rest}), "recipients")
    return list(channels.values()), group.all, group.told()


def _is_person(call: Call, slot: str, words: str) -> bool:
    """Whether a person is meant; a word for both a person and a channel means the person."""
    kinds = {ref.kind for ref in call.meant(slot) if words in (ref.words, ref.name)}
    if kinds:
        return Person.kind in kinds
    return words.casefold() in SELF or bool(named(call, slot, words, Person))


def _when(call: Call) -> datetime | None:
    """When it is delivered; None: at once. Raises Unanswered."""
    if not call.text("when"):
        return None
    found = call.found("when")
    at = alarm(found, call.now) if found else None
    if at is None:
        raise call.unclear("message.when", call.text("when"), "When shall I send it?")
    if at < call.now:
        raise call.passed("message.past", at, "When shall I send it?")
    return at if at > call.now else None


def _mentions(call: Call, channel: Channel, content: str) -> tuple[str, ...]:
    """Members whom the words name, by full or first name."""
    words = set(re.findall(r"[^\W_]+", content.casefold()))
    members = [person for id_ in channel.members if (person := call.tx.get(Person, id_)) is not None]
    return tuple(person.id for person in members if person.name.casefold().split()[0] in words)


def _sent(message: Message) -> datetime:
    return message.send_at or datetime.fromisoformat(message.created)


def _senders(call: Call) -> set[str]:
    """Signatures of the senders, in lower case; none where nobody was named."""
    found = {each.name.casefold() for words in call.names("sender") for each in named(call, "sender", words, Person)}
    said = {words.casefold() for words in call.texts("sender")}
    return found or ({speaker_name(call).casefold() or _OWNER} if said & SELF else said)


def _what(call: Call, channels: Sequence[Channel], group: Sequence[Person]) -> str:
    """The request in words, to follow "message": from Sarah, in the marketing channel, about lunch, today."""
    parts = [f"from {listed(call.texts('sender'))}"] if call.text("sender") and not channels else []
    parts += [f"in the {listed([each.name for each in channels])} channel"] if channels else []
    parts += [f"to {listed([person.name for person in group])}"] if group else []
    parts += [f"about {spoken(call.text('content'))}"] if call.text("content") else []
    parts += [proper(call.text("when"))] if call.found("when") else []
    return "".join(f" {part}" for part in parts)


def _answer(call: Call, messages: Sequence[Message], what: str) -> Done:
    """Unread messages, oldest first; without any, and where something was asked for, the last ones."""
    unread = [each for each in messages if not each.read]
    wants_new = bool(_NEW & set(call.said.casefold().split()))
    if not unread and (wants_new or not what or not messages):
        return Done(f"You have no {'new ' if messages or not what else ''}messages{what}")
    told = (unread or messages[-_READ_ALOUD:])[:_READ_ALOUD]
    count = len(unread or messages)
    head = f"{counted(count, 'new message' if unread else 'message')}{what}"
    said = paged(head, [_told(call, each, what) for each in told], count, "first" if unread else "last")
    read = tuple(call.tx.put(replace(each, read=True)) for each in told if not each.read)
    return Done(said, changed=read, about=tuple(told))


def _told(call: Call, message: Message, what: str) -> str:
    who = "you" if message.sender == _OWNER else message.sender
    channel = call.tx.get(Channel, message.channel_id) if message.channel_id and " channel" not in what else None
    where = f" in {channel.name}" if channel else ""
    return f"{who}{where}, {call.say(_sent(message))}: {excerpt(spoken(message.content))}"

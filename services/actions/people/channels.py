"""Channels: create, query, assign (people in and out), status, rename, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tinydb import where

from services.actions.base import Refused, required
from services.actions.call import Call, Done, family
from services.actions.people.known import EVERYONE, People, bare_name, known, people
from services.actions.wording import PRIVATE, a_, be, counted, listed, number, some, spoken, whether
from services.store.base import Channel, Message, Person, Project

_READ_ALOUD = 8
_STATES: Mapping[str, tuple[str, str | bool]] = {
    **dict.fromkeys(("archived", "inactive", "closed", "locked", "retired"), ("status", "archived")),
    **dict.fromkeys(("active", "open", "unlocked", "reopened"), ("status", "open")),
    **dict.fromkeys(("private", "hidden", "secret"), ("private", True)),
    "public": ("private", False),
}
"""Words for a state of a channel → its field and value."""
_ALL = frozenset(("all", "every", "all of", "both", "each of", "both of", "all channels", "all the channels"))


def create(call: Call) -> Done:
    """Slots: name, people, kind, privacy. An existing one gets the people; an archived one is reopened after a yes."""
    name = required(
        bare_name(spoken(call.text("name")), Channel), "channel.no_name", "What shall the channel be called?"
    )
    there = next((each for each in call.tx.find(Channel) if each.name.casefold() == name.casefold()), None)
    if there is not None:
        return _there_already(call, there)
    group = _group(call, ())
    private = call.text("privacy").casefold() in PRIVATE
    members = tuple(person.id for person in group.all)
    channel = Channel(name=name, purpose=call.text("kind"), private=private, members=members, project_id=_project(call))
    channel = call.tx.add(channel)
    having = f", with {listed(_names(group.all))}" if members else ""
    said = f"{group.told()}{'Private c' if private else 'C'}hannel created: {name}{having}"
    return Done(said, f"channel created: {name}", (channel, *group.new))


def query(call: Call) -> Done:
    """Slots: name (members and state), people (are they in it; alone, where they are). Without any, all open ones."""
    asked = known(call, "people", Person)
    if call.names("name"):
        found = known(call, "name", Channel)
        said = [_whether(channel, asked) if asked else described(call, channel) for channel in found]
        return Done(". ".join(said), about=tuple(found))
    channels = call.tx.find(Channel, where("status") == ("archived" if "archived" in _words(call) else "open"))
    if asked:
        return Done(". ".join(_channels_of(person, channels) for person in asked), about=tuple(asked))
    private = True if "private" in _words(call) else False if "public" in _words(call) else None
    channels = [each for each in channels if private is None or each.private == private]
    state = (
        "archived " if "archived" in _words(call) else "" if private is None else "private " if private else "public "
    )
    if not channels:
        return Done(f"You have no {state}channels")
    told = [f"{each.name}, private" if each.private and private is None else each.name for each in channels]
    count = counted(len(channels), f"{state}channel")
    return Done(f"{count}: {some(told, _READ_ALOUD)}", about=tuple(channels[:_READ_ALOUD]))


def assign(call: Call) -> Done:
    """Slots: name, people, direction (remove; else they are added)."""
    channel = _one(call)
    required(call.names("people"), "channel.no_people", f"Who, in the {channel.name} channel?")
    if call.text("direction") == "remove":
        return _removed(call, channel)
    group = _group(call, ())
    added = [person for person in group.all if person.id not in channel.members]
    present = [person for person in group.all if person.id in channel.members]
    if not group.all:
        return Done(f"You can see the {channel.name} channel anyway", about=(channel,))
    if not added:
        return Done(f"{_are(present)} in the {channel.name} channel already", about=(channel,))
    if channel.status == "archived":
        call.confirm(f"The {channel.name} channel is archived. Reopen it and add {listed(_names(added))}?")
    changed = call.tx.put(replace(channel, status="open", members=(*channel.members, *(person.id for person in added))))
    said = f"{group.told()}Added {listed(_names(added))} to the {channel.name} channel"
    said += f". {_are(present)} in it already" if present else ""
    return Done(said, f"added to {channel.name}: {listed(_names(added))}", (changed, *group.new))


def status(call: Call) -> Done:
    """Slots: name ("all" too), status: archived, open, private, public and words that mean these."""
    said = required(
        spoken(call.text("status")).casefold(),
        "channel.no_status",
        "What shall become of it: archived, open, private or public?",
    )
    if said not in _STATES:
        raise Refused("channel.status", "A channel can be archived, open, private or public")
    field, value = _STATES[said]
    word = value if isinstance(value, str) else "private" if value else "public"
    channels = _several(call)
    changing = [each for each in channels if getattr(each, field) != value]
    if not changing:
        return Done(f"{_the(channels)} {be(channels)} {word} already", about=tuple(channels))
    if len(changing) > 1:
        call.confirm(f"Make {number(len(changing))} channels {word}: {listed([each.name for each in changing])}?")
    changed = tuple(call.tx.put(replace(each, **{field: value})) for each in changing)  # type: ignore[arg-type] # a row of the table above
    told = f"{_the(changed)} {be(changed)} {word} now"
    return Done(told, f"channel {word}: {listed([each.name for each in changed])}", changed)


def rename(call: Call) -> Done:
    """Slots: name, new_name. Refused where another one is called so."""
    channel = _one(call)
    new = required(bare_name(spoken(call.text("new_name")), Channel), "channel.new_name", "What shall it be called?")
    if any(each.name.casefold() == new.casefold() and each.id != channel.id for each in call.tx.find(Channel)):
        raise Refused("channel.exists", f"There is {a_(new)} channel already")
    changed = call.tx.put(replace(channel, name=new))
    return Done(f"The {channel.name} channel is called {new} now", f"channel renamed: {new}", (changed,))


def delete(call: Call) -> Done:
    """Slots: name ("all" too). Always asks; its messages go too."""
    channels = _several(call)
    messages = [message for each in channels for message in call.tx.find(Message, where("channel_id") == each.id)]
    count = "message" if len(messages) == 1 else counted(len(messages), "message")
    along = f" with {'its' if len(channels) == 1 else 'their'} {count}" if messages else ""
    call.confirm(f"Delete {_the(channels).replace('The', 'the', 1)}{along}?")
    for document in (*messages, *channels):
        call.tx.remove(document)
    names = listed([each.name for each in channels])
    noun = "Channel" if len(channels) == 1 else "Channels"
    return Done(f"{noun} deleted: {names}", f"channel deleted: {names}", tuple(channels))


ACTIONS = family("channel", create, query, assign, status, rename, delete)


def _there_already(call: Call, there: Channel) -> Done:
    told = call.text("privacy").casefold()
    if told and (told in PRIVATE) != there.private:
        raise Refused(
            "channel.exists", f"There is a {'private' if there.private else 'public'} {there.name} channel already"
        )
    if there.status == "archived":
        call.confirm(f"There is an archived {there.name} channel. Reopen it?")
    group = _group(call, ())
    added = [person for person in group.all if person.id not in there.members]
    if there.status == "open" and not added:
        return Done(f"There is {a_(there.name)} channel already", about=(there,))
    changed = call.tx.put(replace(there, status="open", members=(*there.members, *(person.id for person in added))))
    said = "" if there.status == "open" else f"Channel reopened: {there.name}. "
    said += f"Added {listed(_names(added))} to the {there.name} channel" if added else ""
    return Done(f"{group.told()}{said}".rstrip(". "), f"channel changed: {there.name}", (changed, *group.new))


def _removed(call: Call, channel: Channel) -> Done:
    group = _group(call, channel.members)
    gone = [person for person in group.all if person.id in channel.members]
    absent = [person for person in group.all if person.id not in channel.members]
    if not gone:
        whom = listed(_names(absent), "or") or "nobody else"
        raise Refused(
            "channel.not_member", f"{whom} {'is' if len(absent) < 2 else 'are'} not in the {channel.name} channel"
        )
    ids = {person.id for person in gone}
    changed = call.tx.put(replace(channel, members=tuple(member for member in channel.members if member not in ids)))
    said = f"Removed {listed(_names(gone))} from the {channel.name} channel"
    said += f". {listed(_names(absent))} {'was' if len(absent) == 1 else 'were'} not in it" if absent else ""
    return Done(said, f"removed from {channel.name}: {listed(_names(gone))}", (changed,))


def _group(call: Call, members: Sequence[str]) -> People:
    """The people named; "everyone", after a yes, means these members, or all contacts."""
    if not any(words.casefold() in EVERYONE for words in call.names("people")):
        return people(call, "people")
    everybody = [person for person in call.tx.find(Person) if not members or person.id in members]
    if not everybody:
        raise Refused("contact.none", "You have no contacts yet")
    call.confirm(
        f"That means {listed(_names(everybody))}: go on?" if len(everybody) < 6 else f"All {len(everybody)} people?"
    )
    return People(everybody, [])


def _one(call: Call) -> Channel:
    required(call.names("name"), "channel.no_name", "Which channel?")
    return known(call, "name", Channel)[0]


def _several(call: Call) -> list[Channel]:
    name = required(call.text("name"), "channel.no_name", "Which channel?")
    found = call.tx.find(Channel) if name.casefold() in _ALL else known(call, "name", Channel)
    if not found:
        raise Refused("channel.none", "You have no channels")
    return found


def _project(call: Call) -> str | None:
    """The project that the same command makes: both belong together."""
    made = [doc_id for kind, doc_id in call.tx.changed if kind == Project.kind]
    return made[0] if len(made) == 1 else None


def described(call: Call, channel: Channel) -> str:
    """Its members; or whether it is private, public, archived or open, where that was asked."""
    words = _words(call)
    for asked in ("private", "public", "archived", "active", "open"):
        if asked in words:
            field, value = _STATES[asked]
            if getattr(channel, field) == value:
                return f"Yes, the {channel.name} channel is {asked}"
            state = "archived" if channel.status == "archived" else "private" if channel.private else "public"
            return f"No, the {channel.name} channel is {state}"
    members = [person for id_ in channel.members if (person := call.tx.get(Person, id_)) is not None]
    state = "archived " if channel.status == "archived" else "private " if channel.private else ""
    there = f"the {state}{channel.name} channel"
    return f"{_are(members)} in {there}" if members else f"Nobody is in {there}"


def _whether(channel: Channel, asked: Sequence[Person]) -> str:
    on = [person for person in asked if person.id in channel.members]
    off = [person for person in asked if person.id not in channel.members]
    return whether(
        f"{_are(on)} in the {channel.name} channel" if on else "",
        f"{listed(_names(off))} {be(off)} not in the {channel.name} channel" if off else "",
    )


def _channels_of(person: Person, channels: Sequence[Channel]) -> str:
    names = [each.name for each in channels if person.id in each.members]
    if not names:
        return f"{person.name} is in no channel"
    return f"{person.name} is in {counted(len(names), 'channel')}: {listed(names)}"


def _words(call: Call) -> set[str]:
    return set(call.said.casefold().replace("?", " ").split())


def _names(group: Sequence[Person]) -> list[str]:
    return [person.name for person in group]


def _are(group: Sequence[Person]) -> str:
    """Sarah is; Sarah, Mike and two others are."""
    names = _names(group)
    told = (
        [*names[:_READ_ALOUD], f"{number(len(names) - _READ_ALOUD)} others"] if len(names) > _READ_ALOUD + 1 else names
    )
    return f"{listed(told)} {be(group)}"


def _the(channels: Sequence[Channel]) -> str:
    """The marketing channel; The marketing and design channels."""
    return f"The {listed([each.name for each in channels])} channel{'' if len(channels) == 1 else 's'}"

"""Every action a command may ask for, with its slots: the one table that templates, grammar, names and doubt are made
from.

An action is `family.verb`. Slots hold words as spoken. docs/extending.md walks through a new family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast

SlotKind = Literal["text", "when", "duration", "priority", "people", "names", "items", "number", "amount"]
"""`people` and `names` are several values; `items` are rows with a quantity; `number` and `amount` hold nothing but a
number, the latter perhaps with a currency.
"""

EntityKind = str
"""What a name may stand for: the name of a kind in the registry of the store."""

Alike = Literal["move", "change", "delete", "state", "ask", "join"]
"""What is asked of things of many kinds in the same words: to be then, to be so, to be gone, in which state it is, how
far it is, and that somebody joins.
"""

Risk = Literal["none", "low", "high"]
"""none: only asks, or moves the appliance itself. low: makes or changes something that undo brings back. high: leaves
the house, deletes, or moves money.
"""


@dataclass(frozen=True, slots=True)
class Action:
    """What one action takes. Without a required slot it becomes a question, never a guess."""

    name: str
    slots: Mapping[str, SlotKind]
    required: frozenset[str]
    risk: Risk
    refers: Mapping[str, tuple[EntityKind, ...]]
    """Slots that name something the store knows, and what it may be."""
    subject: str | None
    """The slot that says what the action is about: "it" is that, and a shortened command behind this one leans on it.
    """
    corrected_by: str | None = None
    """The action that "no, Tuesday" asks for after this one; where there is none, it is taken back and done otherwise.
    """
    critical: bool = True
    """Nothing of a command is done where this fails. Else the rest is done, and the reply says what could not be."""
    doing: str = ""
    """How the reply says that: “But I couldn't {doing}: the disk is full”; empty: only why."""
    makes: EntityKind | None = None
    """The kind of what it makes, called by its subject."""
    alike: tuple[Alike, ...] = ()
    """What it does that is asked of other kinds in the same words ("move it", "delete it")."""
    adds: str = ""
    """The slot of what is put to the thing where that is said alone ("add Anna too")."""
    removes: str = ""
    """The slot of what is taken off it."""
    asks: str = ""
    """How it is asked whether to do it; [what is in brackets] where its slot is told. Empty: verb, family, subject."""
    asks_off: str = ""
    """The same where its direction is to remove."""
    deed: str = ""
    """What may be allowed or not: “Guests can't {deed}”; empty: verb and family."""
    final: bool = False
    """It leaves the house, and can't be called back."""
    outside: bool = False
    """It may do something beyond the store: the whole command is rehearsed before, so that nothing outside is done for
    one that fails.
    """

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @property
    def kind(self) -> EntityKind | None:
        """What it is about: what it makes, else what its subject names."""
        return self.makes or next(iter(self.refers.get(self.subject or "", ())), None)

    @property
    def writes(self) -> bool:
        """Whether it changes documents."""
        return self.risk != "none"


def has_all(action: Action, slots: Iterable[str]) -> bool:
    """Whether no required slot is missing; "every Monday" says when."""
    told = set(slots)
    return action.required <= (told | {"when"} if "recurrence" in told else told)


UNLEARNT = frozenset(("home", "call", "voice"))
"""Families that no language model has learnt: the house has sentences of its own (services/understanding/house), calls
and voices are asked about in few words."""
UNLEARNT_ACTIONS = frozenset(("device.backup", "list.rename", "note.update", "routine.update"))
"""Of other families."""

_KINDS: Mapping[str, SlotKind] = {
    "when": "when",
    "old_when": "when",
    "recurrence": "when",
    "duration": "duration",
    "priority": "priority",
    "assignees": "people",
    "old_assignees": "people",
    "people": "people",
    "attendees": "people",
    "recipients": "people",
    "channels": "names",
    "tasks": "names",
    "tags": "names",
    "blocks": "names",
    "blocked_by": "names",
    "parts": "names",
    "items": "items",
    "amount": "amount",
    "level": "number",
    "count": "number",
}
"""Slots whose kind is not plain text; the same name means the same kind in every family."""

_REFERS: Mapping[str, tuple[EntityKind, ...]] = {
    "assignees": ("person",),
    "old_assignees": ("person",),
    "people": ("person",),
    "attendees": ("person",),
    "sender": ("person",),
    "recipients": ("person", "channel"),
    "channel": ("channel",),
    "channels": ("channel",),
    "project": ("project",),
    "parent": ("task",),
    "tasks": ("task",),
    "blocks": ("task",),
    "blocked_by": ("task",),
    "customer": ("customer",),
    "file": ("file",),
}
"""Slots that always name something; a row says `>kind|kind` of its own slot, and `~` of a new name."""


def action(
    name: str,
    slots: str = "",
    *,
    risk: Risk = "low",
    critical: bool | None = None,
    doing: str = "",
    alike: str = "",
    **more: Any,
) -> Action:
    """A row: slots in order; `!` after a required one, `*` after the subject, `>kind` after one that names something
    known. `more` is as Action has it.

    What only asks may fail alone, and what tells how its failing is said (`doing`), where `critical` does not say
    otherwise. Raises ValueError where `adds`, `removes` or a question names a slot that there is not.
    """
    kinds: dict[str, SlotKind] = {}
    refers: dict[str, tuple[EntityKind, ...]] = {}
    required, subject = set[str](), None
    for spec in slots.split():
        marked, _, entity = spec.partition(">")
        slot = marked.rstrip("!*~")
        kinds[slot] = _KINDS.get(slot, "text")
        if entity:
            refers[slot] = tuple(entity.split("|"))
        elif slot in _REFERS and "~" not in marked:
            refers[slot] = _REFERS[slot]
        required |= {slot} if "!" in marked else set()
        subject = slot if "*" in marked else subject
    ways = cast("tuple[Alike, ...]", tuple(alike.split()))
    whole = (risk != "none" and not doing) if critical is None else critical
    row = Action(
        name, kinds, frozenset(required), risk, refers, subject, critical=whole, doing=doing, alike=ways, **more
    )
    named = {row.adds, row.removes, *re.findall(r"{(\w+)}", row.asks + row.asks_off)} - {""}
    if strange := sorted(named - kinds.keys()):
        raise ValueError(f"{name} has no slot {strange[0]}")
    return row


_WHERE = "name area floor domain class"
"""Which things of the house: by name, all of a room or a floor, all of a kind."""
_SOME = f"{_WHERE} except"
"""Of all of a kind, without some: names and rooms, each behind a semicolon."""
_TASK = "priority project tags channel parent status blocks blocked_by when recurrence"
_CONTACT = "role team phone email nickname"
_ROWS: Sequence[Action] = (
    action(
        "task.create",
        f"title!* assignees {_TASK}",
        corrected_by="task.update",
        makes="task",
        asks="create the task {title}[ for {assignees}][ {when}]",
    ),
    action("task.query", f"title*>task assignees {_TASK}", risk="none", alike="ask"),
    action(
        "task.update", f"title!*>task new_title assignees direction {_TASK}", corrected_by="task.update", alike="change"
    ),
    action("task.complete", "title!*>task assignees"),
    action(
        "task.delete",
        "title*>task assignees priority tags project channel status when",
        risk="high",
        alike="delete",
        asks="delete the task {title}",
    ),
    action(
        "task.assign",
        "title!*>task assignees! old_assignees project direction",
        alike="join",
        adds="assignees",
        removes="assignees",
        asks="give the task {title} to {assignees}",
        asks_off="take {assignees} off the task {title}",
        deed="give tasks to people",
    ),
    action(
        "task.deadline",
        "title!*>task when! recurrence",
        corrected_by="task.deadline",
        alike="move",
        asks="set a new deadline for the task {title}[: {when}]",
        deed="change deadlines",
    ),
    action(
        "task.status",
        "title!*>task status! assignees when",
        corrected_by="task.status",
        alike="state",
        asks="mark the task {title} as {status}",
        deed="change tasks",
    ),
    action(
        "task.depend",
        "title!*>task blocks blocked_by direction",
        asks="change what the task {title} waits for[: {blocked_by}]",
        deed="make tasks wait for each other",
    ),
    action(
        "task.breakdown",
        "title!*>task parts",
        asks="break down the task {title}[ into {parts}]",
        deed="break tasks down",
    ),
    action("template.create", "title!*>task name"),
    action("template.use", "name!* title assignees when priority project channel"),
    action("template.query", "name*", risk="none"),
    action("template.delete", "name!*", risk="high", asks="delete the template {name}"),
    action(
        "project.create", "name!* description channels~ when privacy", corrected_by="project.update", makes="project"
    ),
    action("project.query", "name*>project status when", risk="none", alike="ask"),
    action(
        "project.update",
        "name!*>project new_name description status when",
        corrected_by="project.update",
        alike="move change state",
    ),
    action("project.delete", "name!*>project", risk="high", alike="delete", asks="delete the project {name}"),
    action("list.create", "list!* items", makes="list"),
    action(
        "list.add",
        "items! list*>list",
        adds="items",
        asks="add {items} to the [{list} ]list",
        deed="put things on lists",
    ),
    action(
        "list.remove",
        "items! list*>list",
        removes="items",
        asks="take {items} off the [{list} ]list",
        deed="take things off lists",
    ),
    action(
        "list.complete",
        "items! list*>list",
        asks="check off {items} on the [{list} ]list",
        deed="tick things off lists",
    ),
    action("list.query", "list*>list items", risk="none"),
    action(
        "list.rename",
        "list!*>list new_name!",
        alike="change",
        asks="call the list {list} {new_name}",
        deed="change lists",
    ),
    action("list.delete", "list!*>list", risk="high", alike="delete", asks="delete the list {list}"),
    action(
        "reminder.create",
        "title!* when! recurrence people place priority",
        corrected_by="reminder.update",
        makes="reminder",
        asks="remind[ {people}][ {when}][ {recurrence}][ of {title}]",
    ),
    action("reminder.query", "title*>reminder when people", risk="none"),
    action(
        "reminder.update",
        "title*>reminder old_when when recurrence duration direction new_title",
        corrected_by="reminder.update",
        alike="move change",
    ),
    action("reminder.cancel", "title*>reminder when", alike="delete"),
    action("reminder.snooze", "title*>reminder duration when"),
    action("timer.start", "duration! name*", makes="timer", asks="start a timer[ for {name}][, {duration}]"),
    action("timer.query", "name*>timer duration", risk="none"),
    action("timer.cancel", "name*>timer duration", alike="delete"),
    action("timer.pause", "name*>timer duration"),
    action("timer.resume", "name*>timer duration"),
    action("timer.adjust", "name*>timer duration! direction", adds="duration", removes="duration"),
    action(
        "alarm.create",
        "when! recurrence name*",
        corrected_by="alarm.update",
        makes="alarm",
        asks="set an alarm[ {when}][ {recurrence}]",
    ),
    action("alarm.query", "name*>alarm when", risk="none"),
    action(
        "alarm.update",
        "name*>alarm old_when when recurrence duration direction new_name",
        corrected_by="alarm.update",
        alike="move",
    ),
    action("alarm.cancel", "name*>alarm when", alike="delete"),
    action(
        "meeting.create",
        "title* attendees when! recurrence duration location",
        corrected_by="meeting.update",
        makes="meeting",
        asks="put {title}[ with {attendees}][ {when}] in the calendar",
    ),
    action("meeting.query", "title*>meeting attendees when duration location", risk="none"),
    action(
        "meeting.update",
        "title*>meeting attendees direction old_when when recurrence duration location new_title",
        corrected_by="meeting.update",
        alike="move change join",
        adds="attendees",
        removes="attendees",
    ),
    action("meeting.cancel", "title*>meeting attendees when", alike="delete"),
    action(
        "message.send",
        "recipients!* content! when",
        risk="high",
        asks="send “{content}” to {recipients}",
        deed="send messages",
        final=True,
    ),
    action("message.query", "sender* recipients content when", risk="none", deed="hear messages"),
    action("channel.create", "name!* people kind privacy", makes="channel"),
    action("channel.query", "name*>channel people", risk="none"),
    action(
        "channel.assign",
        "name!*>channel people! direction",
        alike="join",
        adds="people",
        removes="people",
        asks="add {people} to the channel {name}",
        asks_off="take {people} out of the channel {name}",
        deed="add or remove people in channels",
    ),
    action(
        "channel.status", "name!*>channel status", asks="set the channel {name} to {status}", deed="change channels"
    ),
    action(
        "channel.rename",
        "name!*>channel new_name!",
        alike="change",
        asks="rename the channel {name}",
        deed="change channels",
    ),
    action("channel.delete", "name!*>channel", risk="high", alike="delete", asks="delete the channel {name}"),
    action(
        "file.share",
        "file!*>file channels>channel|person tasks people>person|channel description",
        risk="high",
        makes="file",
        asks="share {file} with {channels}",
        deed="share files",
        final=True,
    ),
    action("file.query", "file* channels tasks people description when", risk="none"),
    action("file.organize", "file!* channels tasks project", deed="sort files"),
    action("file.delete", "file!*", risk="high", alike="delete", asks="delete the file {file}"),
    action("report.create", "kind!* name when format people", doing="make the report", asks="make the [{kind} ]report"),
    action("note.create", "content!*", makes="note", asks="note “{content}”"),
    action("note.query", "content* when", risk="none"),
    action(
        "note.update",
        "content!*>note text! old way",
        alike="change",
        asks="change the note about {content}: {text}",
        deed="change notes",
    ),
    action("note.delete", "content!*>note when", risk="high", alike="delete", asks="delete the note about {content}"),
    action("contact.create", f"name!* {_CONTACT}", corrected_by="contact.update", makes="person"),
    action("contact.query", "name*>person role team field", risk="none"),
    action("contact.update", f"name!*>person {_CONTACT} new_name", corrected_by="contact.update", alike="change"),
    action(
        "contact.delete",
        "name!*>person",
        risk="high",
        asks="delete the contact {name}",
        deed="delete contacts",
    ),
    action("customer.create", "name!*", makes="customer"),
    action("customer.query", "name*>customer", risk="none"),
    action("customer.focus", "name!*>customer", risk="none", critical=True, deed="ask about customers"),
    action("ledger.balance", "customer*", risk="none", deed="look into accounts"),
    action(
        "ledger.credit",
        "customer!* amount! currency",
        risk="high",
        asks="credit {amount} to {customer}",
        deed="move money",
    ),
    action(
        "ledger.debit",
        "customer!* amount! currency",
        risk="high",
        asks="charge {amount} to {customer}",
        deed="move money",
    ),
    action(
        "ledger.payment",
        "customer!* amount! currency",
        risk="high",
        asks="book {amount} as paid by {customer}",
        deed="move money",
    ),
    action("ledger.history", "customer* when", risk="none", deed="look into accounts"),
    action("search.query", "text!* kind when", risk="none", deed="search what is kept"),
    action("routine.run", "name!*>routine", outside=True),
    action("routine.continue", "name*>routine", outside=True),
    action("routine.status", "name*>routine", risk="none"),
    action("routine.cancel", "name*>routine"),
    action("routine.undo", "name!*>routine", outside=True),
    action("routine.unschedule", "name!*>routine recurrence"),
    action("routine.create", "name!* steps when recurrence", makes="routine"),
    action("routine.update", "name!*>routine new_name steps gone"),
    action("routine.query", "name*>routine", risk="none"),
    action("routine.delete", "name!*>routine", risk="high", alike="delete", asks="delete the routine {name}"),
    action(
        "home.on",
        _SOME,
        doing="switch that on",
        asks="turn on [{name} ][{area} ][{floor}]",
        deed="switch things of the house",
        outside=True,
    ),
    action(
        "home.off",
        _SOME,
        doing="switch that off",
        asks="turn off [{name} ][{area} ][{floor}]",
        deed="switch things of the house",
        outside=True,
    ),
    action(
        "home.set",
        f"{_WHERE} brightness color kelvin temperature speed position volume mode",
        doing="set that",
        asks="set [{name} ][{area} ][{floor}]",
        deed="set things of the house",
        outside=True,
    ),
    action(
        "home.open",
        _SOME,
        doing="open that",
        asks="open [{name} ][{area} ][{floor}]",
        deed="open covers",
        outside=True,
    ),
    action(
        "home.close",
        _SOME,
        doing="close that",
        asks="close [{name} ][{area} ][{floor}]",
        deed="close covers",
        outside=True,
    ),
    action(
        "home.lock",
        f"{_WHERE} way",
        risk="high",
        doing="lock that",
        asks="lock [{name} ][{area} ][{floor}]",
        deed="lock doors, close garages or arm the alarm",
        final=True,
        outside=True,
    ),
    action(
        "home.unlock",
        f"{_WHERE} way",
        risk="high",
        doing="unlock that",
        asks="unlock [{name} ][{area} ][{floor}]",
        deed="unlock doors, open garages or disarm the alarm",
        final=True,
        outside=True,
    ),
    action(
        "home.media",
        f"{_WHERE} way!",
        doing="do that to the player",
        asks="{way} [{name} ][{area} ][{floor}]",
        deed="turn players",
        outside=True,
    ),
    action("home.query", f"{_WHERE} state how about", risk="none", deed="ask about the house"),
    action("home.converse", "text!*", critical=True, deed="talk to Home Assistant", outside=True),
    action("call.start", "name", risk="none", deed="follow calls"),
    action("call.end", risk="none", deed="follow calls"),
    action("call.keep", "which! name direction", asks="keep {which}", deed="decide on promises of calls"),
    action("call.query", "name what about", risk="none", deed="ask about calls"),
    action("voice.learn", "name!*>person", asks="learn the voice[ of {name}]", deed="have voices learnt"),
    action("voice.forget", "name!*", risk="high", asks="forget the voice[ of {name}]", deed="have voices forgotten"),
    action("voice.query", risk="none", deed="ask whose voice is known"),
    action("job.query", "name", risk="none"),
    action("job.cancel", "name!", risk="none"),
    action("datetime.query", "when place", risk="none", deed="ask for the time"),
    action("device.query", "what", risk="none", deed="ask about this device"),
    action("device.backup", risk="none", deed="make backups"),
    action("control.stop", risk="none"),
    action("control.cancel", risk="none"),
    action("control.undo", "count ask", asks="undo what was done last", deed="undo commands", outside=True),
    action("control.repeat", risk="none"),
    action("control.volume", "level direction sound", risk="none", doing="change the volume", deed="turn the volume"),
    action("control.mute", "duration", risk="none", deed="mute the microphone"),
    action("control.unmute", risk="none", deed="open the microphone"),
    action("control.help", risk="none"),
    action("control.setup", "way", risk="none", deed="go through the setup"),
    action("control.confirm", risk="none"),
    action("control.deny", risk="none"),
)

_TABLE = {row.name: row for row in _ROWS}
VOCABULARY: Mapping[str, Action] = MappingProxyType(_TABLE)
"""By name. Fixed once the appliance is put together."""


def extend(rows: Iterable[Action]) -> Callable[[], None]:
    """Add the rows of a package of actions, while the appliance is put together; before sentences, roles and the
    language model are read.

    Returns what takes them out again. Raises ValueError for an action that there is already; nothing is added then.
    """
    added = {row.name: row for row in rows}
    if clash := sorted(added.keys() & _TABLE.keys()):
        raise ValueError(f"there is an action {clash[0]} already")
    _TABLE.update(added)

    def withdraw() -> None:
        for name in added:
            _TABLE.pop(name, None)

    return withdraw

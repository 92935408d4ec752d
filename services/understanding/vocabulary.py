"""Every action a command may ask for, with its slots: the one table that templates, grammar, names and doubt are made
from.

An action is `family.verb`. Slots hold words as spoken. To widen the vocabulary, add a row here, sentences in
config/sentences, and what carries it out in services/actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SlotKind = Literal["text", "when", "duration", "priority", "people", "names", "items", "number", "amount"]
"""`people` and `names` are several values; `items` are rows with a quantity; `number` and `amount` hold nothing but a
number, the
latter perhaps with a currency."""

EntityKind = Literal[
    "person",
    "channel",
    "project",
    "task",
    "list",
    "reminder",
    "meeting",
    "file",
    "customer",
    "note",
    "routine",
    "alarm",
    "timer",
]
"""What a name may stand for."""

Risk = Literal["none", "low", "high"]
"""none: only asks, or moves the appliance itself. low: makes or changes something that undo brings back. high: leaves
the house, deletes,
or moves money."""


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

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @property
    def writes(self) -> bool:
        """Whether it changes documents."""
        return self.risk != "none"


def has_all(action: Action, slots: Iterable[str]) -> bool:
    """Whether no required slot is missing; "every Monday" says when."""
    told = set(slots)
    return action.required <= (told | {"when"} if "recurrence" in told else told)


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
"""Slots that always name something; `>kind` or `>kind|kind` in a row says it of one action's slot, `~` that it names
something new.
"""


def action(
    name: str,
    slots: str = "",
    *,
    risk: Risk = "low",
    corrected_by: str | None = None,
    critical: bool | None = None,
    doing: str = "",
) -> Action:
    """A row: slots in order; `!` after a required one, `*` after the subject, `>kind` after one that names something
    known.

    What only asks may fail alone, and what tells how its failing is said (`doing`), where `critical` does not say
    otherwise.
    """
    kinds: dict[str, SlotKind] = {}
    refers: dict[str, tuple[EntityKind, ...]] = {}
    required, subject = [], None
    for spec in slots.split():
        marked, _, entity = spec.partition(">")
        slot = marked.rstrip("!*~")
        kinds[slot] = _KINDS.get(slot, "text")
        if entity:
            refers[slot] = tuple(entity.split("|"))  # type: ignore[arg-type] # a row of the table below
        elif slot in _REFERS and "~" not in marked:
            refers[slot] = _REFERS[slot]
        required += [slot] if "!" in marked else []
        subject = slot if "*" in marked else subject
    whole = (risk != "none" and not doing) if critical is None else critical
    return Action(name, kinds, frozenset(required), risk, refers, subject, corrected_by, whole, doing)


_TASK = "priority project tags channel parent status blocks blocked_by when recurrence"
_CONTACT = "role team phone email nickname"
_ROWS: Sequence[Action] = (
    action("task.create", f"title!* assignees {_TASK}", corrected_by="task.update"),
    action("task.query", f"title*>task assignees {_TASK}", risk="none"),
    action("task.update", f"title!*>task new_title assignees direction {_TASK}", corrected_by="task.update"),
    action("task.complete", "title!*>task assignees"),
    action("task.delete", "title*>task assignees priority tags project channel status when", risk="high"),
    action("task.assign", "title!*>task assignees! old_assignees project direction"),
    action("task.deadline", "title!*>task when! recurrence", corrected_by="task.deadline"),
    action("task.status", "title!*>task status! assignees when", corrected_by="task.status"),
    action("task.depend", "title!*>task blocks blocked_by direction"),
    action("task.breakdown", "title!*>task parts"),
    action("template.create", "title!*>task name"),
    action("template.use", "name!* title assignees when priority project channel"),
    action("template.query", "name*", risk="none"),
    action("template.delete", "name!*", risk="high"),
    action("project.create", "name!* description channels~ when privacy", corrected_by="project.update"),
    action("project.query", "name*>project status when", risk="none"),
    action("project.update", "name!*>project new_name description status when", corrected_by="project.update"),
    action("project.delete", "name!*>project", risk="high"),
    action("list.create", "list!* items"),
    action("list.add", "items! list*>list"),
    action("list.remove", "items! list*>list"),
    action("list.complete", "items! list*>list"),
    action("list.query", "list*>list items", risk="none"),
    action("list.delete", "list!*>list", risk="high"),
    action("reminder.create", "title!* when! recurrence people place priority", corrected_by="reminder.update"),
    action("reminder.query", "title*>reminder when people", risk="none"),
    action(
        "reminder.update",
        "title*>reminder old_when when recurrence duration direction new_title",
        corrected_by="reminder.update",
    ),
    action("reminder.cancel", "title*>reminder when"),
    action("reminder.snooze", "title*>reminder duration when"),
    action("timer.start", "duration! name*"),
    action("timer.query", "name*>timer duration", risk="none"),
    action("timer.cancel", "name*>timer duration"),
    action("timer.pause", "name*>timer duration"),
    action("timer.resume", "name*>timer duration"),
    action("timer.adjust", "name*>timer duration! direction"),
    action("alarm.create", "when! recurrence name*", corrected_by="alarm.update"),
    action("alarm.query", "name*>alarm when", risk="none"),
    action(
        "alarm.update", "name*>alarm old_when when recurrence duration direction new_name", corrected_by="alarm.update"
    ),
    action("alarm.cancel", "name*>alarm when"),
    action("meeting.create", "title* attendees when! recurrence duration location", corrected_by="meeting.update"),
    action("meeting.query", "title*>meeting attendees when duration location", risk="none"),
    action(
        "meeting.update",
        "title*>meeting attendees direction old_when when recurrence duration location new_title",
        corrected_by="meeting.update",
    ),
    action("meeting.cancel", "title*>meeting attendees when"),
    action("message.send", "recipients!* content! when", risk="high"),
    action("message.query", "sender* recipients content when", risk="none"),
    action("channel.create", "name!* people kind privacy"),
    action("channel.query", "name*>channel people", risk="none"),
    action("channel.assign", "name!*>channel people! direction"),
    action("channel.status", "name!*>channel status"),
    action("channel.delete", "name!*>channel", risk="high"),
    action("file.share", "file!*>file channels>channel|person tasks people>person|channel description", risk="high"),
    action("file.query", "file* channels tasks people description when", risk="none"),
    action("file.organize", "file!* channels tasks project"),
    action("file.delete", "file!*", risk="high"),
    action("report.create", "kind!* name when format people", doing="make the report"),
    action("note.create", "content!*"),
    action("note.query", "content* when", risk="none"),
    action("note.delete", "content!*>note when", risk="high"),
    action("contact.create", f"name!* {_CONTACT}", corrected_by="contact.update"),
    action("contact.query", "name*>person role team field", risk="none"),
    action("contact.update", f"name!*>person {_CONTACT} new_name", corrected_by="contact.update"),
    action("customer.create", "name!*"),
    action("customer.query", "name*>customer", risk="none"),
    action("customer.focus", "name!*>customer", risk="none", critical=True),
    action("ledger.balance", "customer*", risk="none"),
    action("ledger.credit", "customer!* amount! currency", risk="high"),
    action("ledger.debit", "customer!* amount! currency", risk="high"),
    action("ledger.payment", "customer!* amount! currency", risk="high"),
    action("ledger.history", "customer* when", risk="none"),
    action("search.query", "text!* kind when", risk="none"),
    action("routine.run", "name!*>routine"),
    action("routine.continue", "name*>routine"),
    action("routine.status", "name*>routine", risk="none"),
    action("routine.cancel", "name*>routine"),
    action("routine.undo", "name!*>routine"),
    action("routine.unschedule", "name!*>routine recurrence"),
    action("routine.create", "name!* steps when recurrence"),
    action("routine.query", "name*>routine", risk="none"),
    action("routine.delete", "name!*>routine", risk="high"),
    action("job.query", "name", risk="none"),
    action("job.cancel", "name!", risk="none"),
    action("datetime.query", "when place", risk="none"),
    action("device.query", "what", risk="none"),
    action("control.stop", risk="none"),
    action("control.cancel", risk="none"),
    action("control.undo", "count ask"),
    action("control.repeat", risk="none"),
    action("control.volume", "level direction sound", risk="none", doing="change the volume"),
    action("control.mute", "duration", risk="none"),
    action("control.unmute", risk="none"),
    action("control.help", risk="none"),
    action("control.setup", "way", risk="none"),
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

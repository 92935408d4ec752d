"""Reminders: create, query, update, cancel, snooze. due_now.py rings them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from tinydb import where

from services.actions.base import Refused, required
from services.actions.call import Call, Done, family
from services.actions.matching import closest
from services.actions.people.group import speaker
from services.actions.people.speaker import asks_of_own, is_told
from services.actions.rings.forewarnings import target
from services.actions.rings.leads import Lean, leaning
from services.actions.rings.ring import (
    R,
    asked_time,
    at_its_time,
    at_time,
    first_ring,
    keeps_length,
    left_out,
    moved,
    rescheduled,
    rings_at,
    rung_at,
)
from services.actions.selection import only, pointed_at
from services.actions.times import span
from services.actions.wording import counted, listed, paged, proper, spoken
from services.store.base import Alarm, Reminder

_WHEN = "When shall I remind you?"
_READ_ALOUD = 3
_SNOOZE = timedelta(minutes=10)
"""When nothing is said of how long."""
_SOON = timedelta(minutes=30)
_POINTS = re.compile(r"(?:it|that|this|me|(?:the|that|this|my)(?: last)? (?:reminder|one))", re.IGNORECASE)
_URGENT = re.compile(r"urgent|asap|critical|high|top|important", re.IGNORECASE)
_ALL = frozenset(("all", "every", "both", "any"))


def create(call: Call) -> Done:
    """Slots: title, when ("ten minutes before": before the meeting or task in title), recurrence, people, priority."""
    title = required(spoken(call.text("title")), "reminder.no_title", "What shall I remind you of?")
    people = tuple(person for person in call.texts("people") if person.casefold() not in ("me", "myself", "us"))
    whom = listed(people) if people else "you"
    if not call.texts("people") and (me := speaker(call)):
        people = (me.name,)
    urgent = bool(_URGENT.search(call.text("priority")))
    if lean := leaning(call):
        return _ahead(
            call, lean, Reminder(title=lean.own or lean.event, due=lean.at, people=people, urgent=urgent), whom
        )
    ring = first_ring(call, _WHEN, "reminder")
    reminder = call.tx.add(rung_at(Reminder(title=title, due=ring.at, people=people, urgent=urgent), ring))
    again = f", {proper(call.text('recurrence') or call.text('when'))}" if ring.rule else ""
    said = f"I'll remind {whom}{again}, {'first ' if ring.rule else ''}{call.say(ring.at)}: {title}"
    return Done(said, f"reminder set: {title}", (reminder,))


def _ahead(call: Call, lean: Lean, reminder: Reminder, whom: str) -> Done:
    """Rings some time ahead of a meeting or a task, even if that moves."""
    reminder = call.tx.add(replace(reminder, of_kind=lean.kind, of_id=lean.id, ahead_s=lean.ahead.total_seconds()))
    told = f": {reminder.title}" if lean.own else ""
    said = f"I'll remind {whom} {call.say(lean.at)}, {lean.said} before {lean.event}{told}"
    return Done(said, f"reminder set: {reminder.title}", (reminder,))


def query(call: Call) -> Done:
    """Slots: when, title."""
    reminders = _pending(call)
    if me := asks_of_own(call):
        reminders = [reminder for reminder in reminders if is_told(me, reminder)]
    found = asked_time(call)
    if found is not None:
        asked = span(found)
        reminders = [reminder for reminder in reminders if asked.holds(reminder.due)]
    if title := call.text("title"):
        reminders = [reminder for reminder in reminders if closest(title, [reminder], lambda each: each.title)]
    when = f" {proper(call.text('when'))}" if found is not None else ""
    if not reminders:
        return Done(f"You have no reminders{when}")
    page = reminders[:_READ_ALOUD]
    told = [f"{rings_at(call, reminder)}, {reminder.title}" for reminder in page]
    return Done(paged(f"{counted(len(reminders), 'reminder')}{when}", told, len(reminders), "next"), about=tuple(page))


def update(call: Call) -> Done:
    """Slots: title, old_when (which one); when, recurrence, duration with direction (earlier, later), new_title."""
    reminder = _one(call, _pending(call), "old_when", "change")
    if new := spoken(call.text("new_title")):
        reminder = replace(reminder, title=new)
    if call.text("recurrence"):
        ring = first_ring(at_its_time(call, reminder.due), _WHEN, "reminder")
        reminder = rung_at(replace(reminder, of_kind="", of_id=""), ring)
    elif call.text("when") or call.text("duration") or not new:
        reminder = rescheduled(call, replace(reminder, of_kind="", of_id=""), _WHEN, "reminder")
    call.tx.put(reminder)
    anew = f"{proper(call.text('recurrence'))}, first " if call.text("recurrence") and reminder.rrule else ""
    again = ", repeating" if reminder.rrule and not anew else ""
    said = f"Reminder changed: {anew}{call.say(reminder.due)}{again}, {reminder.title}"
    return Done(said, f"reminder changed: {reminder.title}", (reminder,))


def snooze(call: Call) -> Done:
    """Slots: title, duration, when. The reminder named, else what rang last, alarms too; where nothing rang, the one
    that is to ring now or soon, which is put off. Its rule stays as it is.
    """
    last = _rung_last(call) or _to_put_off(call)
    start = call.now if last.rung else max(call.now, last.due)
    due = moved(call, start, _WHEN, "reminder") if call.text("duration") or call.text("when") else start + _SNOOZE
    again: Reminder | Alarm = replace(last, due=due, status="pending", rrule=None, first=None, unheard=False)
    again = replace(again, steady=keeps_length(call, True))
    leans = isinstance(again, Reminder) and again.of_kind != ""
    again = replace(again, of_kind="", of_id="") if isinstance(again, Reminder) else again
    once_more = replace(again, id="", created="", updated="", rung=None)
    again = call.tx.add(once_more) if last.rrule or leans else call.tx.put(again)
    if isinstance(again, Alarm):
        return Done(f"The alarm rings again {call.say(due)}", "alarm snoozed", (again,))
    return Done(f"I'll remind you again {call.say(due)}: {again.title}", f"reminder snoozed: {again.title}", (again,))


def _rung_last(call: Call) -> Reminder | Alarm | None:
    reminders = _rung(call, Reminder)
    if _is_named(call):
        return _one(call, reminders, "", "snooze") if _fits(call, reminders) else None
    rung: list[Reminder | Alarm] = [*reminders, *_rung(call, Alarm)]
    return max(rung, key=lambda each: (each.rung or each.due, each.due), default=None)


def _to_put_off(call: Call) -> Reminder:
    """What has not rung yet: the one named, else what is due, else the next one, if that is soon."""
    reminders = _pending(call)
    if _is_named(call) and _fits(call, reminders):
        return _one(call, reminders, "", "snooze")
    soon = [each for each in reminders[:1] if each.due <= call.now + _SOON]
    due = [each for each in reminders if each.due <= call.now] or soon
    if not due or _is_named(call):
        raise Refused("reminder.none", "There is no reminder to snooze")
    return due[-1]


def _is_named(call: Call) -> bool:
    """Whether it is said which: "that reminder", which stands for none that is known, tells nothing."""
    title = call.text("title")
    return bool(call.meant("title")) or (title != "" and not _POINTS.fullmatch(title.strip()))


def _fits(call: Call, reminders: list[Reminder]) -> bool:
    title = spoken(call.text("title"))
    return bool(pointed_at(call, "title", reminders) or closest(title, reminders, lambda each: each.title))


def _rung(call: Call, kind: type[R]) -> list[R]:
    return list(call.tx.find(kind, where("rung") != None))  # noqa: E711 (a query)


def cancel(call: Call) -> Done:
    """Slots: title ("all" too), when. Without either, the only one there is."""
    reminders = _pending(call)
    if reminders and spoken(call.text("title")).casefold() in _ALL:
        gone = tuple(call.tx.put(replace(each, status="cancelled")) for each in at_time(call, reminders, "when"))
        if not gone:
            raise Refused("reminder.unknown", f"I found no reminder {proper(call.text('when'))}")
        return Done(f"{counted(len(gone), 'reminder')} cancelled", f"{counted(len(gone), 'reminder')} cancelled", gone)
    meant = pointed_at(call, "title", reminders) or [_one(call, reminders, "when", "cancel")]
    if len(meant) == 1 and (later := left_out(call, meant[0])):
        call.tx.put(later)
        told = f"Reminder left out {call.say(meant[0].due)}: {later.title}. The next is {call.say(later.due)}"
        return Done(told, f"reminder left out once: {later.title}", (later,))
    gone = tuple(call.tx.put(replace(each, status="cancelled")) for each in meant)
    words = f"{'reminder' if len(gone) == 1 else 'reminders'} cancelled: {listed([each.title for each in gone])}"
    return Done(words, words, gone)


ACTIONS = family("reminder", create, query, update, cancel, snooze)


def _pending(call: Call) -> list[Reminder]:
    """The reminder with its present time, where it leans on a meeting or a task; None once that is over."""
    found = [_placed(call, each) for each in call.tx.find(Reminder, where("status") == "pending")]
    return sorted((each for each in found if each), key=lambda reminder: reminder.due)


def _placed(call: Call, reminder: Reminder) -> Reminder | None:
    if not reminder.of_kind:
        return reminder
    coming = target(call.tx, reminder, call.zone)
    return replace(reminder, due=coming.warns) if coming else None


def _one(call: Call, reminders: list[Reminder], when: str, what: str) -> Reminder:
    """The reminder meant, by title or by the time in slot `when`. Raises Refused; `what` is to be done with it."""
    if not reminders:
        raise Refused("reminder.none", f"There is no reminder to {what}")
    if there := pointed_at(call, "title", reminders):
        return there[0]
    title = spoken(call.text("title"))
    fitting = closest(title, reminders, lambda each: each.title) if title else reminders
    fitting = at_time(call, fitting, when)
    if not fitting:
        raise Refused(
            "reminder.unknown", f"I found no reminder {f'like “{title}”' if title else proper(call.text(when))}"
        )
    return only(fitting, "reminder.ambiguous", "Which reminder", lambda each: each.title)

"""Reminders: create, query, cancel. They ring through ringing.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tinydb import where

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.matching import closest
from services.actions.times import alarm, deadline, next_occurrence, span
from services.actions.wording import counted, enumerated, listed, proper, spoken
from services.store.base import Reminder

_WHEN = "When shall I remind you?"
_READ_ALOUD = 3


def create(call: Call) -> Done:
    """Slots: title, when, recurrence, people."""
    title = spoken(call.text("title"))
    if not title:
        raise Refused("reminder.no_title", "What shall I remind you of?", awaits=True)
    people = tuple(person for person in call.texts("people") if person.casefold() not in ("me", "myself", "us"))
    due, rule = _due(call)
    reminder = call.tx.add(Reminder(title=title, due=due, people=people, rrule=rule, first=due if rule else None))
    whom = listed(people) if people else "you"
    again = f", {proper(call.text('recurrence') or call.text('when'))}" if rule else ""
    first = "first " if rule else ""
    return Done(f"I'll remind {whom}{again}, {first}{call.say(due)}: {title}", f"reminder set: {title}", (reminder,))


def query(call: Call) -> Done:
    """Slots: when, title."""
    reminders = _pending(call)
    found = call.found("when")
    if found is not None:
        asked = span(found)
        reminders = [reminder for reminder in reminders if asked.holds(reminder.due)]
    if title := call.text("title"):
        reminders = [reminder for reminder in reminders if closest(title, [reminder], lambda each: each.title)]
    when = f" {proper(call.text('when'))}" if found is not None else ""
    if not reminders:
        return Done(f"You have no reminders{when}")
    told = enumerated([f"{call.say(reminder.due)}, {reminder.title}" for reminder in reminders[:_READ_ALOUD]])
    count = counted(len(reminders), "reminder")
    return Done(f"{count}{when}: {told}" if len(reminders) <= _READ_ALOUD else f"{count}{when}. The next three: {told}")


def cancel(call: Call) -> Done:
    """Slots: title, when. Without either, the only one there is."""
    reminders = _pending(call)
    if not reminders:
        raise Refused("reminder.none", "There is no reminder to cancel")
    fitting = reminders
    if title := spoken(call.text("title")):
        fitting = closest(title, reminders, lambda each: each.title)
    if found := call.found("when"):
        asked = span(found)
        fitting = [reminder for reminder in fitting if reminder.due == found.start] or [each for each in fitting if asked.holds(each.due)]
    if not fitting:
        raise Refused("reminder.unknown", f"I found no reminder {f'like “{title}”' if title else call.text('when')}")
    if len(fitting) > 1:
        names = listed([each.title for each in fitting[:_READ_ALOUD]], "or")
        raise Refused("reminder.ambiguous", f"Which reminder: {names}?", awaits=True)
    gone = call.tx.put(replace(fitting[0], status="cancelled"))
    return Done(f"Reminder cancelled: {gone.title}", f"reminder cancelled: {gone.title}", (gone,))


ACTIONS: Mapping[str, Action] = {"reminder.create": create, "reminder.query": query, "reminder.cancel": cancel}


def _pending(call: Call) -> list[Reminder]:
    return sorted(call.tx.find(Reminder, where("status") == "pending"), key=lambda reminder: reminder.due)


def _due(call: Call) -> tuple[datetime, str | None]:
    """When it rings first, and the rule of its repetition."""
    if not (call.text("when") or call.text("recurrence")):
        raise Refused("reminder.no_time", _WHEN, awaits=True)
    found = call.occasion()
    at = None if found is None else alarm(found, call.now)
    if found is None or at is None:
        said = call.text("when") or call.text("recurrence")
        raise Refused("reminder.when", f"I didn't understand when: “{said}”. {_WHEN}", awaits=True)
    rule = found.rrule if found.kind == "recurrence" else None
    if at <= call.now and rule:
        later = next_occurrence(rule, at, call.now, call.zone)
        at = later.astimezone(call.zone) if later else at
    if at <= call.now:
        last = deadline(found, call.now)
        if last and last.at + timedelta(days=last.whole_day) > call.now:  # "today", "this afternoon", already begun
            raise Refused("reminder.when", f"At what time {call.say(call.now, whole_day=True)}?", awaits=True)
        raise Refused("reminder.past", f"{call.say(at)} has already passed. {_WHEN}", awaits=True)
    return at, rule

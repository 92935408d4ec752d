"""How rings, and missed ones, are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from services.actions.base import Due
from services.actions.rings.forewarnings import Coming
from services.actions.wording import a_, clock, counted, duration, listed, sentence, since
from services.store.base import Alarm, Reminder, Timer

LATE = timedelta(minutes=1)
"""From then on its time is said."""
_TOLD = 5
_NOUNS = {"meeting": "meeting", "task": "deadline"}


def named(one: Alarm | Timer) -> str:
    """Yoga alarm; timer."""
    return f"{one.name} {one.kind}" if one.name else one.kind


def titled(one: Alarm | Timer) -> str:
    """The same with a capital."""
    name = named(one)
    return name[0].upper() + name[1:]


def reminder(one: Reminder, now: datetime, zone: tzinfo) -> str:
    """Reminder for Sarah: pay Mike. Missed at 4 PM for Sarah: pay Mike."""
    when = f"Missed {since(one.due, now, zone)}" if now - one.due > LATE else "Reminder"
    return sentence(f"{when}{_whom(one)}: {one.title}")


def alarm(one: Alarm, now: datetime, zone: tzinfo) -> str:
    """Alarm: yoga. Missed at 7 AM: alarm."""
    if now - one.due > LATE:
        return sentence(f"Missed {since(one.due, now, zone)}: {one.name or 'alarm'}")
    return sentence(f"Alarm: {one.name or clock(one.due.astimezone(zone))}")


def timer(one: Timer, now: datetime, zone: tzinfo) -> str:
    """Pasta timer is done."""
    return f"Missed {since(one.due, now, zone)}: {titled(one)}." if now - one.due > LATE else f"{titled(one)} is done."


def warning(coming: Coming, now: datetime, zone: tzinfo, *, asked: Reminder | None = None) -> str:
    """Design review in 10 minutes, at 3 PM, in room 4. A reminder with words of its own says those."""
    left = (coming.at - now).total_seconds()
    at = since(coming.at, now, zone)
    place = f", in {coming.place}" if coming.place else ""
    verb = "is due " if coming.kind == "task" else ""
    when = (
        f"in {duration(max(60, round(left / 60) * 60))}, {at}" if left > 0 else f"{'was due' if verb else 'began'} {at}"
    )
    told = f"{coming.title} {verb}{when}{place}" if left > 0 else f"{coming.title} {when}{place}"
    own = asked is not None and asked.title.casefold() != coming.title.casefold()
    return sentence(f"Reminder{_whom(asked)}: {asked.title}. {sentence(told)}" if own and asked else told)


def missed_name(one: Reminder | Alarm | Timer) -> str:
    """In a list of missed ones: call Anna; the yoga alarm; the pasta timer."""
    if isinstance(one, Reminder):
        return f"{one.title}{_whom(one)}"
    return f"the {one.name} {one.kind}" if one.name else a_(one.kind)


def missed(those: Sequence[Due], now: datetime, zone: tzinfo, lead: str) -> str:
    """ "You missed two reminders: call Anna, at 9 AM; pay Mike, yesterday at 4 PM." A lead with a colon is alone."""
    told = [f"{each.missed}, {since(each.at, now, zone)}" for each in those[:_TOLD]]
    if len(those) > _TOLD:
        told.append(f"and {len(those) - _TOLD} more")
    if lead.endswith(":"):
        return sentence(f"{lead} {'; '.join(told)}")
    nouns = [_NOUNS.get(each.kind, each.kind) for each in those]
    kinds = [counted(nouns.count(noun), noun) if nouns.count(noun) > 1 else a_(noun) for noun in dict.fromkeys(nouns)]
    return sentence(f"{lead} {listed(kinds)}: {'; '.join(told)}")


def _whom(one: Reminder | None) -> str:
    return f" for {listed(one.people)}" if one and one.people else ""

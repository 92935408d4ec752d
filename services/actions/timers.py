"""Timers: start, query, cancel. They ring through ringing.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from tinydb import where

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.matching import closest
from services.actions.times import length
from services.actions.wording import counted, duration, enumerated, listed, spoken
from services.store.base import Timer

_LONGEST = 24 * 3600


def start(call: Call) -> Done:
    """Slots: duration (or when: "until five"), name."""
    seconds = _seconds(call)
    if seconds is None:
        raise Refused("timer.no_duration", "For how long?", awaits=True)
    if not 0 < seconds <= _LONGEST:
        raise Refused("timer.range", "A timer runs for at most 24 hours. For how long?" if seconds > 0 else "For how long?", awaits=True)
    timer = call.tx.add(Timer(name=_name(call), seconds=seconds, due=call.now + timedelta(seconds=seconds)))
    return Done(f"{title(timer)} set for {duration(seconds)}", f"{_named(timer)} set for {duration(seconds)}", (timer,))


def query(call: Call) -> Done:
    """Slots: name, duration. How long is left, of the one meant or of all."""
    timers = _running(call)
    if not timers:
        return Done("No timer is running")
    fitting = _meant(call, timers) or timers
    left = [(each.due - call.now).total_seconds() for each in fitting]
    if len(fitting) == 1:
        return Done(f"The {_named(fitting[0])} has {duration(left[0])} left" if left[0] >= 1 else f"The {_named(fitting[0])} is done")
    told = [f"{_short(each)}, {duration(rest)} left" for each, rest in zip(fitting, left, strict=True)]
    return Done(f"{counted(len(fitting), 'timer')}: {enumerated(told)}")


def cancel(call: Call) -> Done:
    """Slots: name ("all" too), duration. Without either, the only one that runs."""
    timers = _running(call)
    if not timers:
        raise Refused("timer.none", "No timer is running")
    everything = _wants_all(call)
    fitting = timers if everything else _meant(call, timers)
    if not fitting:
        raise Refused(
            "timer.unknown", f"There is no {_name(call) or call.text('duration')} timer. Running: {listed(list(map(_short, timers)))}"
        )
    if len(fitting) > 1 and not everything:
        raise Refused("timer.ambiguous", f"Which timer: {listed(list(map(_short, fitting)), 'or')}?", awaits=True)
    gone = tuple(call.tx.put(replace(each, status="cancelled")) for each in fitting)
    said = f"{counted(len(gone), 'timer')} cancelled" if len(gone) > 1 else f"{title(gone[0])} cancelled"
    return Done(said, f"{listed([_named(each) for each in gone])} cancelled", gone)


ACTIONS: Mapping[str, Action] = {"timer.start": start, "timer.query": query, "timer.cancel": cancel}


def title(timer: Timer) -> str:
    """Pasta timer; Timer."""
    name = f"{timer.name} timer" if timer.name else "timer"
    return name[0].upper() + name[1:]


def _named(timer: Timer) -> str:
    return f"{timer.name} timer" if timer.name else "timer"


def _short(timer: Timer) -> str:
    return timer.name or duration(timer.seconds)


def _running(call: Call) -> list[Timer]:
    return sorted(call.tx.find(Timer, where("status") == "running"), key=lambda timer: timer.due)


def _seconds(call: Call) -> float | None:
    found = call.found("duration", "when")
    return None if found is None else length(found, call.now)


def _name(call: Call) -> str:
    """ "my pasta timer" → pasta."""
    parts = [part for part in spoken(call.text("name")).split() if part.casefold() not in ("timer", "timers", "the", "my", "a", "called")]
    return " ".join(parts)


def _wants_all(call: Call) -> bool:
    return {"all", "every", "both"} & set(spoken(call.text("name")).casefold().split()) != set()


def _meant(call: Call, timers: list[Timer]) -> list[Timer]:
    if name := _name(call):
        return closest(name, [timer for timer in timers if timer.name], lambda timer: timer.name)
    seconds = _seconds(call)
    return timers if seconds is None else [timer for timer in timers if timer.seconds == seconds]

"""Timers: start, query, cancel, pause, resume, adjust. due_now.py rings them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tinydb import where

from services.actions.base import Refused, Unanswered
from services.actions.call import Call, Done, family
from services.actions.matching import closest
from services.actions.rings.wording import named, titled
from services.actions.selection import label, pointed_at
from services.actions.times import length
from services.actions.wording import counted, duration, enumerated, listed, repeated, spoken
from services.store.base import Timer

_LONGEST = 24 * 3600
_BETWEEN = frozenset(("and", "in", "for", "with", "plus"))
_SHORTER = ("remove", "shorter", "down", "less", "off")


def start(call: Call) -> Done:
    """Slots: duration (or when: "until five"), name."""
    call = _with_its_length(call)
    seconds = _seconds(call)
    if seconds is None:
        raise Unanswered("timer.no_duration", "For how long?")
    if not 0 < seconds <= _LONGEST:
        raise Unanswered(
            "timer.range", "A timer runs for at most 24 hours. For how long?" if seconds > 0 else "For how long?"
        )
    timer = call.tx.add(Timer(name=_name(call), seconds=seconds, due=call.now + timedelta(seconds=seconds)))
    return _told([timer], f"set for {duration(seconds)}")


def query(call: Call) -> Done:
    """Slots: name, duration. How long is left, of the one meant or of all."""
    timers = _set(call)
    if not timers:
        return Done("No timer is running")
    fitting = _meant(call, timers) or timers
    if len(fitting) == 1:
        one = fitting[0]
        if one.status == "running" and _left(call, one) < 1:
            return Done(f"The {named(one)} is done", about=(one,))
        paused = " and is paused" if one.status == "paused" else ""
        return Done(f"The {named(one)} has {duration(_left(call, one))} left{paused}", about=(one,))
    told = [
        f"{_short(each)}, {duration(_left(call, each))} left{' (paused)' if each.status == 'paused' else ''}"
        for each in fitting
    ]
    return Done(f"{counted(len(fitting), 'timer')}: {enumerated(told)}", about=tuple(fitting))


def cancel(call: Call) -> Done:
    """Slots: name ("all" too), duration. Without either, the only one there is."""
    gone = tuple(call.tx.put(replace(each, status="cancelled")) for each in _chosen(call, _set(call), "running"))
    return _told(gone, "cancelled")


def pause(call: Call) -> Done:
    """Slots: name ("all" too), duration. Without either, the only one that runs."""
    chosen = _chosen(call, _set(call, "running"), "running")
    held = tuple(call.tx.put(replace(each, status="paused", left=max(0.0, _left(call, each)))) for each in chosen)
    return _told(held, f"paused, {duration(held[0].left)} left" if len(held) == 1 else "paused", label="paused")


def resume(call: Call) -> Done:
    """Slots: name ("all" too), duration. Without either, the only one that is paused."""
    chosen = _chosen(call, _set(call, "paused"), "paused")
    going = tuple(
        call.tx.put(replace(each, status="running", due=call.now + timedelta(seconds=each.left), left=0.0))
        for each in chosen
    )
    return _told(
        going, f"goes on, {duration(_left(call, going[0]))} left" if len(going) == 1 else "go on", label="resumed"
    )


def adjust(call: Call) -> Done:
    """Slots: name, duration, direction (add, remove, to). What is left becomes longer, shorter, or as long as told."""
    seconds = _seconds(call)
    if not seconds or seconds < 0:
        raise Unanswered("timer.no_duration", "By how much?")
    chosen = _chosen(replace(call, slots={**call.slots, "duration": "", "when": ""}), _set(call), "running")
    direction = call.text("direction").casefold()
    changed = tuple(call.tx.put(_adjusted(call, each, seconds, direction)) for each in chosen)
    if len(changed) > 1:
        return _told(changed, "changed")
    one = changed[0]
    return Done(f"The {named(one)} has {duration(_left(call, one))} left now", f"{named(one)} changed", changed)


def _adjusted(call: Call, timer: Timer, seconds: float, direction: str) -> Timer:
    before = _left(call, timer)
    left = seconds if direction == "to" else before - seconds if direction in _SHORTER else before + seconds
    whole = seconds if direction == "to" else max(timer.seconds + left - before, left)
    if left <= 0:
        raise Refused("timer.range", f"The {named(timer)} has only {duration(before)} left")
    if whole > _LONGEST:
        raise Refused("timer.range", "A timer runs for at most 24 hours")
    paused = timer.status == "paused"
    return replace(timer, seconds=whole, due=call.now + timedelta(seconds=left), left=left if paused else 0.0)


ACTIONS = family("timer", start, query, cancel, pause, resume, adjust)


def _short(timer: Timer) -> str:
    return timer.name or duration(timer.seconds)


def _set(call: Call, *statuses: str) -> list[Timer]:
    """Running timers, the next to ring first, then paused ones."""
    wanted = where("status").one_of(list(statuses or ("running", "paused")))
    return sorted(call.tx.find(Timer, wanted), key=lambda timer: (timer.status == "paused", _left(call, timer)))


def _left(call: Call, timer: Timer) -> float:
    """Seconds."""
    return timer.left if timer.status == "paused" else (timer.due - call.now).total_seconds()


def _chosen(call: Call, timers: list[Timer], state: str) -> list[Timer]:
    """The timers meant: one, or all where that was said. Raises Refused."""
    if not timers:
        raise Refused("timer.none", f"No timer is {state}")
    if {"all", "every", "both"} & set(spoken(call.text("name")).casefold().split()):
        return timers
    if pointed := pointed_at(call, "name", timers):
        return pointed
    fitting = _meant(call, timers)
    if not fitting:
        there = listed([_short(each) for each in timers])
        raise Refused(
            "timer.unknown", f"There is no {_name(call) or call.text('duration')} timer. {state.capitalize()}: {there}"
        )
    if len(fitting) > 1:
        raise Unanswered("timer.ambiguous", f"Which timer: {listed([_short(each) for each in fitting], 'or')}?")
    return fitting


def _told(timers: Sequence[Timer], what: str, *, label: str = "") -> Done:
    said = f"{counted(len(timers), 'timer')} {what}" if len(timers) > 1 else f"{titled(timers[0])} {what}"
    return Done(said, f"{repeated([named(each) for each in timers])} {label or what}", tuple(timers))


def _seconds(call: Call) -> float | None:
    found = call.found("duration", "when")
    return None if found is None else length(found, call.now)


def _with_its_length(call: Call) -> Call:
    """No timer is called "10 minutes and": a length that was taken for the name belongs to the other."""
    name = spoken(call.text("name"))
    found = call.find_when(name, call.now) if name else ()
    if len(found) != 1 or found[0].kind != "duration":
        return call
    start, end = found[0].span
    if set(f"{name[:start]} {name[end:]}".lower().split()) - _BETWEEN:
        return call
    both = f"{name[start:end]} and {call.text('duration')}"
    return replace(
        call, slots={**{slot: words for slot, words in call.slots.items() if slot != "name"}, "duration": both}
    )


def _name(call: Call) -> str:
    return label(call.text("name").removesuffix(" for"), "timer")  # "one for pasta for eight minutes"


def _meant(call: Call, timers: list[Timer]) -> list[Timer]:
    """By reference, by name, or by length: "the ten minute timer"."""
    if found := pointed_at(call, "name", timers):
        return found
    name, seconds = _name(call), _seconds(call)
    if name:
        named = closest(name, [timer for timer in timers if timer.name], lambda timer: timer.name)
        said = call.find_when(name, call.now)
        if named or not said or said[0].kind != "duration":
            return named
        seconds = said[0].seconds
    return timers if seconds is None else [timer for timer in timers if timer.seconds == seconds]

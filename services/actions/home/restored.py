"""Putting the house back, where what was done to it is undone in the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from services.actions.base import Refused
from services.actions.call import Call
from services.home.base import ServiceCall
from services.store.base import HomeChange


def putting_back(call: Call) -> Callable[[], None]:
    """To be asked for before something is undone, and called behind it: it has the house put back for each change that
    has gone meanwhile, the last one first. Raises HomeError, and Refused where no house is connected.
    """
    before = call.tx.find(HomeChange)

    def put_back() -> None:
        gone = [each for each in reversed(before) if call.tx.get(HomeChange, each.id) is None]
        calls = _first_of_each([back for each in gone for back in _calls(each)])
        if not calls:
            return
        if call.outside is None or not call.outside.home:
            raise Refused("home.none", "I can't put the house back: Home Assistant is not connected")
        call.outside.have(calls)

    return put_back


def _calls(change: HomeChange) -> Iterator[ServiceCall]:
    for each in change.restores:
        domain, _, service = each.service.partition(".")
        yield ServiceCall(domain, service, (each.entity,), json.loads(each.data) if each.data else {})


def _first_of_each(calls: Sequence[ServiceCall]) -> list[ServiceCall]:
    """Of a thing that was changed several times, only how it was at first counts; it is the last that is put back."""
    last = {(call.entities, call.domain, call.service): call for call in calls}
    return list(last.values())

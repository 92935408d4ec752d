"""Which list a name means, and another name for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from services.actions.base import Refused, required
from services.actions.call import Call, Done
from services.actions.wording import a_, listed, spoken
from services.store.base import TodoList

_SAME_NAME = 85.0


def rename(call: Call) -> Done:
    """Slots: list, new_name. Raises Refused where another list is called so."""
    lists = call.tx.find(TodoList)
    there = chosen(lists, name_of(call.text("list")))
    new = required(name_of(call.text("new_name")), "list.new_name", "What shall the list be called?")
    if any(each.id != there.id and each.name.casefold() == new.casefold() for each in lists):
        raise Refused("list.exists", f"There is {a_(new)} list already")
    changed = call.tx.put(replace(there, name=new))
    return Done(f"Your {there.name} list is called {new} now", f"list renamed: {new}", (changed,))


def name_of(text: str) -> str:
    """ "my shopping list" → shopping."""
    parts = spoken(text).split()
    while parts and parts[0].casefold() in ("my", "the", "our", "a", "new", "teh"):
        parts = parts[1:]
    while len(parts) > 1 and parts[-1].casefold() in ("list", "lists"):
        parts = parts[:-1]
    return "" if [part.casefold() for part in parts] in (["list"], ["lists"]) else " ".join(parts)


def known(lists: Sequence[TodoList], name: str) -> TodoList | None:
    """The list that is called so or nearly so; None where none is."""
    near = max(lists, key=lambda each: fuzz.ratio(each.name.casefold(), name.casefold()), default=None)
    return near if near and fuzz.ratio(near.name.casefold(), name.casefold()) >= _SAME_NAME else None


def chosen(lists: Sequence[TodoList], name: str, *, make: bool = False) -> TodoList:
    """The list of that name; without a name, the only one. `make`: an unknown one is new, without an id yet."""
    if not name and len(lists) == 1:
        return lists[0]
    names = listed([each.name for each in lists], "or")
    if not name:
        raise Refused("list.which", f"Which list: {names}?" if lists else "You have no lists yet", awaits=bool(lists))
    if there := known(lists, name):
        return there
    if make:
        return TodoList(name=name)
    known_ones = f"There is no {name} list. You have {listed([each.name for each in lists])}"
    raise Refused("list.unknown", known_ones if lists else "You have no lists yet")

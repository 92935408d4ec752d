"""Lists: create, add, remove, complete, query, rename, delete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tinydb import where

from services.actions.base import Refused, required
from services.actions.call import Call, Done, family
from services.actions.list_names import chosen, known, name_of, rename
from services.actions.matching import closest
from services.actions.selection import made, only
from services.actions.wording import (
    NUMBERS,
    a_,
    be,
    counted,
    listed,
    number,
    number_told,
    plural,
    some,
    spoken,
    whether,
)
from services.store.base import Item, TodoList

_DEFAULT = "shopping"
"""The list meant when there is none yet and none was named."""
_COUNTS = ("a", "an", "dozen", "couple", "few", "several", "half", "some", "hundred", "thousand", "more")
_EMPTIES = re.compile(r"\b(?:clear|empty|everything|all|items?|contents?|things?|blank|wipe)\b", re.IGNORECASE)
"""With one of these words, the items are to go, not the list."""
_EVERYTHING = re.compile(
    r"(?:everything|all|all of (?:it|them|those)|it all|them all|the lot|the rest|all the (?:items|things|rest))"
    r"(?: (?:on|in|off) (?:it|there))?(?:,? (?:but|except|apart from|besides|bar|other than)(?: for)? (?P<but>.+))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(?:the )?(?:item )?number (?P<number>\d+|[a-z]+)|(?:the )?(?P<ordinal>[a-z]+)(?: (?:one|item|thing|entry))?)",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_MORE = re.compile(r"\s*\bmore\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"[2-9]|[1-9]\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|a dozen|half a dozen|a few|several|a couple of|some more",
    re.IGNORECASE,
)
_READ_ALOUD = 10


def create(call: Call) -> Done:
    """Slots: list, items."""
    name = required(name_of(call.text("list")), "list.no_name", "What shall the list be called?")
    if (there := known(call.tx.find(TodoList), name)) and there.name.casefold() == name.casefold():
        raise Refused("list.exists", f"There is {a_(there.name)} list already")
    there = made(call.tx, TodoList(name=name))
    added, _ = _put_on(call, there)
    with_items = f" with {_said(added)}" if added else ""
    return Done(f"List created: {there.name}{with_items}", f"list created: {there.name}", (there, *added))


def add(call: Call) -> Done:
    """Slots: items (each with a quantity), list. An unknown list is made, and called new."""
    required(call.rows("items"), "list.no_items", "What shall I add?")
    lists = call.tx.find(TodoList)
    there = chosen(lists, name_of(call.text("list")) or ("" if lists else _DEFAULT), make=True)
    onto = there if there.id else made(call.tx, there)
    added, present = _put_on(call, onto)
    where_to = f"your {'' if there.id else 'new '}{onto.name} list"
    said = [f"Added {_said(added)} to {where_to}"] if added else []
    if present:
        verb = _be(_names(present))
        said.append(f"{_said(present)} {verb} on {'it' if added else where_to} already")
    changed = (*(() if there.id else (onto,)), *added)
    label = f"added to {onto.name}: {_said(added)}" if added else ""
    return Done(". ".join(part[0].upper() + part[1:] for part in said), label, changed)


def remove(call: Call) -> Done:
    """Slots: items, list. Takes items off (wrong, or no longer wanted)."""
    there, gone, missing = _taken_off(call, "What shall I take off?")
    if len(gone) > 1 and any(map(_EVERYTHING.fullmatch, call.texts("items"))):
        call.confirm(f"Take {_all(gone)} off your {there.name} list?")
    said = f"Took {_said(gone)} off your {there.name} list{_not_there(missing)}"
    return Done(said, f"taken off {there.name}: {_said(gone)}", tuple(gone))


def complete(call: Call) -> Done:
    """Slots: items, list. Ticks items off: bought, or done."""
    there, gone, missing = _taken_off(call, "What shall I tick off?")
    left = len(_open(call, there))
    rest = f"{counted(left, 'item')} left" if left else "That was the last one"
    said = f"Ticked {_said(gone)} off your {there.name} list{_not_there(missing)}. {rest.capitalize()}"
    return Done(said, f"ticked off: {_said(gone)}", tuple(gone))


def delete(call: Call) -> Done:
    """Slots: list. With its items, or only these where they are what was said ("clear the list"). Asks first."""
    there = chosen(call.tx.find(TodoList), name_of(call.text("list")))
    items = call.tx.find(Item, where("list_id") == there.id)
    left = _open(call, there)
    if _EMPTIES.search(call.said.casefold().replace(there.name.casefold(), "")):
        if not left:
            raise Refused("list.empty", f"Your {there.name} list is empty already")
        call.confirm(f"Take {_all(left)} off your {there.name} list?")
        gone = tuple(call.tx.put(replace(item, done=True)) for item in left)
        return Done(f"Your {there.name} list is empty now", f"emptied the {there.name} list", gone)
    call.confirm(f"Delete your {there.name} list{f' with {_all(left)} on it' if left else ''}?")
    for document in (*items, there):
        call.tx.remove(document)
    return Done(f"{there.name} list deleted", f"{there.name} list deleted", (there, *items))


def _all(items: Sequence[Item]) -> str:
    return counted(len(items), "item") if len(items) > 1 else items[0].name


def _taken_off(call: Call, ask: str) -> tuple[TodoList, list[Item], list[str]]:
    """The list, what goes off it, and what was said but is not there; raises Refused where nothing is."""
    required(call.texts("items"), "list.no_items", ask)
    there = chosen(call.tx.find(TodoList), name_of(call.text("list")))
    meant, missing = _meant(call.texts("items"), _open(call, there), there)
    if not meant:
        raise Refused("list.no_such_item", f"There {_be(missing)} no {listed(missing, 'or')} on your {there.name} list")
    return there, [call.tx.put(replace(item, done=True)) for item in meant], missing


def _meant(told: Sequence[str], items: Sequence[Item], there: TodoList) -> tuple[list[Item], list[str]]:
    """The items of a list that these words mean, and the words that mean none."""
    meant: list[Item] = []
    missing: list[str] = []
    for words in told:
        left = [item for item in items if item not in meant]
        if everything := _EVERYTHING.fullmatch(words):
            rest = spoken(everything["but"] or "")
            but = _meant(re.split(r", (?:and )?| and ", rest), items, there)[0] if rest else []
            if not (all_others := [item for item in left if item not in but]):
                raise Refused("list.empty", f"Your {there.name} list is empty already")
            meant += all_others
        elif fitting := closest(words, left, lambda item: item.name) or _numbered(words, items):
            item = only(fitting, "list.ambiguous", "Which one", lambda each: each.name)
            meant += [] if item in meant else [item]
        else:
            missing.append(words)
    return meant, missing


def _not_there(missing: Sequence[str]) -> str:
    return f". There {_be(missing)} no {listed(missing, 'or')} on it" if missing else ""


def _numbered(told: str, items: Sequence[Item]) -> list[Item]:
    """ "The second one", "number two", "the last item": one by its place."""
    found = _NUMBERED.fullmatch(told)
    if found is None or not items:
        return []
    if (ordinal := (found["ordinal"] or "").casefold()) == "last":
        return [items[-1]]
    place = _ORDINALS.index(ordinal) + 1 if ordinal in _ORDINALS else number_told(found["number"] or "") or 0
    return [items[place - 1]] if 0 < place <= len(items) else []


def query(call: Call) -> Done:
    """Slots: list, items (is it on it?). Without a name, the only list, or the names of all."""
    lists = call.tx.find(TodoList)
    name = name_of(call.text("list"))
    if not lists:
        raise Refused("list.none", "You have no lists yet. Say, for example: add milk to the shopping list")
    if not name and len(lists) > 1 and (asked := call.texts("items")):
        return Done(_anywhere(call, asked, lists))
    if not name and len(lists) > 1:
        return Done(f"You have {counted(len(lists), 'list')}: {listed([each.name for each in lists])}")
    there = chosen(lists, name)
    items = _open(call, there)
    if asked := call.texts("items"):
        return Done(_how_many(call, asked, items, there) or _whether(asked, items, there))
    if not items:
        return Done(f"Your {there.name} list is empty")
    return Done(f"{counted(len(items), 'item')} on your {there.name} list: {some(_names(items), _READ_ALOUD)}")


ACTIONS = family("list", create, add, remove, complete, query, rename, delete)


def _open(call: Call, there: TodoList) -> list[Item]:
    return call.tx.find(Item, (where("list_id") == there.id) & (where("done") == False))  # noqa: E712 - a TinyDB query, not a comparison


def _put_on(call: Call, onto: TodoList) -> tuple[list[Item], list[Item]]:
    """Items that were added, and items that were there already."""
    added: list[Item] = []
    present: list[Item] = []
    there = {item.name.casefold(): item for item in _open(call, onto)}
    for row in call.rows("items"):
        item = Item(list_id=onto.id, name=spoken(row["name"]), quantity=row.get("quantity", ""))
        old = there.get(item.name.casefold())
        item = replace(item, quantity=_in_all(call, item.quantity, old))
        if old is None:
            added.append(call.tx.add(item))
        elif item.quantity and item.quantity != old.quantity:
            added.append(call.tx.put(replace(old, quantity=item.quantity)))
        else:
            present.append(old)
        there[item.name.casefold()] = (added or present)[-1]
    return added, present


def _in_all(call: Call, quantity: str, old: Item | None) -> str:
    """ "Two more" are two beside those that are there, where both are numbers; nothing told of these means one."""
    if not _MORE.search(quantity):
        return quantity
    more, there = _MORE.sub("", quantity), (old.quantity or "one") if old else ""
    head, _, measure = there.rpartition(" ")
    told, before = call.read_amount(more), call.read_amount(there)
    if before is None and head:
        before, more = call.read_amount(head), more.removesuffix(f" {measure}")
        told = call.read_amount(more)
    else:
        measure = ""
    return f"{number(int(told.value + before.value))} {measure}".strip() if told and before else more


def _whether(asked: Sequence[str], items: Sequence[Item], there: TodoList) -> str:
    on = [name for name in asked if closest(name, items, lambda item: item.name)]
    off = [name for name in asked if name not in on]
    return whether(
        f"{listed(on)} {_be(on)} on your {there.name} list" if on else "",
        f"{listed(off)} {_be(off)} not on your {there.name} list" if off else "",
    )


def _be(names: Sequence[str]) -> str:
    """Are, of several, and of one thing that is many: screws, two loaves of bread, but a bag of screws."""
    return "are" if len(names) == 1 and re.search(r"(?<![su])s$", names[0].partition(" of ")[0]) else be(names)


def _how_many(call: Call, asked: Sequence[str], items: Sequence[Item], there: TodoList) -> str:
    """How much of each is on it, where that is asked."""
    if not _HOW_MANY.search(call.said):
        return ""
    meant = [item for name in asked for item in closest(name, items, lambda item: item.name)]
    if meant and not any(item.quantity for item in meant):
        names = [item.name for item in meant]
        return f"{listed(names)} {_be(names)} on your {there.name} list, without a number"
    return f"{_said(meant)} on your {there.name} list" if meant else ""


def _anywhere(call: Call, asked: Sequence[str], lists: Sequence[TodoList]) -> str:
    """ "Is milk on the list?", where there are several lists."""
    on, off = [], []
    for name in asked:
        there = [each.name for each in lists if closest(name, _open(call, each), lambda item: item.name)]
        if there:
            on.append(f"{name} is on your {listed(there)} list")
        else:
            off.append(name)
    return whether(listed(on), f"{listed(off)} {_be(off)} on none of your lists" if off else "")


def _names(items: Sequence[Item]) -> list[str]:
    return [f"{item.quantity}{' of' if _is_measure(item.quantity) else ''} {_counted(item)}".strip() for item in items]


def _counted(item: Item) -> str:
    """two lamps, where two of "lamp" stand on the list; but two loaves of bread, and one lamp."""
    many = _SEVERAL.fullmatch(item.quantity.strip())
    return plural(item.name) if many else item.name


def _is_measure(quantity: str) -> bool:
    """two loaves (of bread), but: two, a dozen."""
    last = quantity.casefold().split()[-1:]
    return (
        bool(last)
        and last[0].isalpha()
        and last[0] not in NUMBERS
        and last[0] not in _COUNTS
        and not last[0].endswith(("teen", "ty"))
    )


def _said(items: Sequence[Item]) -> str:
    return listed(_names(items))
